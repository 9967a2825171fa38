/* SPDX-License-Identifier: BSD-2-Clause */
/* run_parts.h - what a run is made of; for the files of this folder. */
#ifndef ADIT_RUN_RUN_PARTS_H
#define ADIT_RUN_RUN_PARTS_H

#include "agent/inside.h"
#include "intercept/entry.h"
#include "intercept/run_sockets.h"
#include "intercept/stub.h"
#include "run/run.h"

#include <sys/socket.h>

enum { RUN_BUCKETS = 64, RUN_NAME = 64 };

struct run_port {
	struct run *run;
	uint16_t port;
	struct listener *listener4, *listener6; /* at loopback, or NULL */
};

struct run {
	struct list node; /* runs.all */
	struct runs *runs;
	struct agent *agent;
	pid_t pid;           /* of the command's first process */
	ino_t network;       /* its number */
	char name[RUN_NAME]; /* of the command */
	struct entry entry;
	struct run_sockets sockets;
	struct owner_check owner; /* asks about sockets inside */
	struct flow_net net;      /* for what connects in reverse */
	bool direct; /* the agent dials by itself what no resource covers */
	struct run_port *ports; /* that are published */
	unsigned nports;
	struct list talks;    /* struct run_talk: name lookups over TCP */
	struct list forwards; /* struct run_forward */
	unsigned ntalks, nforwards;
	ev_io listen4, listen6, names4, names6, queue;
	struct list syns[RUN_BUCKETS]; /* struct run_syn, by port */
	unsigned nsyns;
	unsigned connections; /* that were dialled */
	unsigned early; /* of these, accepted before the gateway was asked */
};

/* ---- run_syn.c: connections whose first packet waits for the gateway ----- */

struct run_syn;

/* The kernel has put a packet into the queue. */
void run_syn_read(struct run *);
/* The waiting connection that this one, which was accepted, belongs to; or
 * NULL: nobody has asked for it. */
struct run_syn *run_syn_find(struct run *, const struct addr *from,
			     const struct addr *to);
/* Takes fd, and frees the run_syn. */
void run_syn_accept(struct run_syn *, int fd);
/* A connection that was accepted, and nobody has been asked about: it waits for
 * the gateway's answer now.  Takes fd. */
void run_syn_ask_late(struct run *, int fd, const struct addr *from,
		      const struct addr *to);
/* The command has gone. */
void run_syn_free_all(struct run *);
/* Asks the gateway for what a command dials: by name, where the address stands
 * for one.  NULL: it cannot be asked. */
struct flow *run_flow(struct run *, const struct addr *from,
		      const struct addr *to);

/* ---- run_names.c --------------------------------------------------------- */

/* Answers the queries that wait. */
void run_names_read(struct run *, int fd);
/* The answer to one query: see stub.h. */
enum stub_verdict run_names_reply(struct run *, const uint8_t *query, size_t n,
				  uint8_t reply[static STUB_REPLY],
				  size_t *len);

/* ---- run_talk.c: the same over TCP --------------------------------------- */

/* Takes fd, a connection to port 53 of any server. */
void run_talk_begin(struct run *, int fd);
void run_talk_free_all(struct run *);

/* ---- run_forward.c: queries that this machine's name servers answer ------ */

enum { RUN_QUERY = 1500, RUN_SERVERS = 3 };

/* A query over UDP, and where it was sent to, which is where the answer comes
 * from. */
struct run_query {
	struct sockaddr_storage from;
	_Alignas(struct cmsghdr) char control[256];
	struct iovec iov;
	struct msghdr message;
	size_t n;
	uint8_t bytes[RUN_QUERY], reply[STUB_REPLY];
};
/* The answer goes out at `fd`, which is names4 or names6. */
void run_names_send(int fd, struct run_query *, uint8_t *reply, size_t n);
void run_forward(struct run *, int fd, const struct run_query *);
void run_forward_free_all(struct run *);
/* This machine's name servers, as `path`, resolv.conf(5), names them.  How
 * many. */
unsigned run_forward_servers(const char *path,
			     struct addr out[static RUN_SERVERS]);

/* ---- run_ports.c: servers of the command, reached from this machine ------ */

/* Listens at each port.  0; or an error: why[cap] says why, and nothing
 * listens. */
MUST_CHECK int run_ports_open(struct run *, const struct run_ask *, char *why,
			      size_t cap);
void run_ports_close(struct run *);
bool run_ports_has(const struct run *, uint16_t port);
/* The ports, a new reference; NULL: no memory. */
json_t *run_ports_status(const struct run *);

/* ---- run_record.c -------------------------------------------------------- */

/* Writes down what runs_adopt needs.  A warning says where that fails. */
void run_record(struct run *, const char *folder);
void run_forget(const struct run *);
void run_names_keep(struct runs *, const char *name, const struct addr *);
/* Nothing is left that may ask for one of them. */
void runs_forget_names(const struct runs *);

#endif
