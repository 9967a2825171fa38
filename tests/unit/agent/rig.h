/* SPDX-License-Identifier: BSD-2-Clause */
/* rig.h - an agent, and a gateway on the same loop that says whatever a test
 * wants. */
#ifndef ADIT_TEST_AGENT_RIG_H
#define ADIT_TEST_AGENT_RIG_H

#include "agent/inside.h"
#include "agent/uplink_parts.h"
#include "net/conn.h"

/* How the gateway behaves. */
struct manners {
	bool mute_login, mute_attach;         /* never answers */
	bool no_list;                         /* ATTACHED, and no resources */
	unsigned refuse_login, refuse_attach; /* enum leave */
	uint32_t wait_ms;                     /* said with both */
	uint8_t profile;                      /* enum profile_flag */
	uint32_t grace; /* s, for channels without a tunnel */
};

struct visit { /* one connection of the agent */
	struct conn conn;
	struct frame_reader reader;
	struct list node;
};

struct told { /* a report of the agent */
	unsigned times;
	int err;
	char text[512];
};

struct rig {
	struct loop loop;
	struct manners manners;
	struct agent_conf conf;
	struct agent *agent;
	struct told up, start, stop;
	unsigned down;
	/* the gateway */
	int listener;
	ev_io accepting;
	ev_timer tick; /* no turn lasts for ever */
	struct tls_key *key;
	struct tls_server *server;
	struct list visits;
	struct visit *tunnel; /* the one that said ATTACH */
	unsigned accepted, logins, attaches;
	unsigned seen[256]; /* frames, by command */
	struct frame last[256];
	uint8_t payload[256][1024];
};

extern struct rig rig;

/* One resource, "echo", at a port of its own choice, is in the first list. */
void rig_open(void);
void rig_begin(void); /* agent_begin, nothing awaited */
void rig_up(void);    /* and connected */
void rig_close(void);

/* Turns the loop until `what` holds; the test's time limit bounds it. */
#define UNTIL(what)                                                            \
	do                                                                     \
		rig_turn();                                                    \
	while (!(what))
void rig_turn(void);
/* Some turns in which nothing is to happen. */
void rig_turns(void);

/* The time of this timer of the agent has come. */
void rig_fire(ev_timer *);

void told(void *ctx, int err, const char *text);
struct said {
	uint8_t command, flags;
	uint32_t client_id, server_id;
	const void *payload;
	size_t len;
};
void rig_say_on(struct visit *, const struct said *);
void rig_say(const struct said *); /* on the tunnel */
void rig_list(uint8_t flags, const struct resource_entry *, unsigned n);
struct resource_entry rig_entry(const char *name, uint16_t port);
/* Ends the tunnel as a crash would. */
void rig_hang_up(void);
/* What listens at the resource's first port. */
struct addr rig_at(const char *resource);
/* A connected application, whose OPEN has come; its client id in *id. */
int rig_app(const char *resource, uint32_t *id);
int rig_connect(const struct addr *to);
unsigned rig_fds(void); /* open descriptors */

#endif
