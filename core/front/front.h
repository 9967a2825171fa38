/* SPDX-License-Identifier: BSD-2-Clause */
/* front.h - the thread that meets those who are not logged in yet, and talks to
 * the monitor. */
#ifndef ADIT_FRONT_FRONT_H
#define ADIT_FRONT_FRONT_H

#include "front/probes.h"
#include "front/registry.h"
#include "front/rights.h"
#include "front/waiting.h"
#include "front/watchdog.h"
#include "gateway/worker.h"
#include "net/conn.h"

struct front;

#define DRAIN_TIMEOUT_S 5.0

struct front_listener { /* a listening socket */
	struct front *front;
	ev_io io;
	struct addr at; /* as configured */
	bool stays;     /* while a configuration is taken */
};

struct front {
	struct worker *worker;
	struct loop loop;
	struct worker_config *snap;
	struct plugin_set plugins;
	struct registry registry;
	struct rights rights;
	struct front_listener *listeners[MSG_FDS];
	unsigned nlisteners;
	ev_timer pause;         /* out of descriptors */
	int reserve;            /* one kept for that moment */
	struct waiting waiting; /* to become preauths */
	struct list preauths;
	struct probes probes; /* those that were none */
	struct probes failed; /* agents, as it seemed */
	struct map checking;  /* id of MSG_AUTH to struct preauth */
	uint32_t last_auth;
	ev_io from_monitor, from_names, from_kernel;
	int netlink;
	struct list reports; /* control.c */
	bool draining;       /* no new sessions */
	ev_timer drain;      /* has all end within DRAIN_TIMEOUT_S */
	uint64_t drained;    /* bits: shards that have nothing left */
	int successor;       /* socket to who gets the sessions; -1 */
	bool moved;          /* it has got them */
	struct watchdog watchdog;
	bool stuck;        /* a thread that will not end */
	uint32_t first_id; /* of the first MSG_CONF */
	int status;        /* of the process, when the loop ends */
};

MUST_CHECK int front_init(struct front *, struct worker *);
/* Answers the first MSG_CONF and works until front_stop; returns the status. */
int front_run(struct front *);
/* When no shard is left. */
void front_fini(struct front *);
struct worker_config *front_read_conf(struct front *, struct msg *,
				      char why[WORKER_CONFIG_ERROR]);

/* Ends the loop and with it the process. */
void front_stop(struct front *, int status);
/* To the monitor; what it does not take is lost, and logged. */
int front_send(struct front *, const struct msg *);
struct shard *front_pick_shard(const struct front *, unsigned *index);

/* front_listeners.c: the listeners of a message; descriptors are taken out of it. */
void front_listeners_take(struct front *, struct msg *,
			  const struct worker_config *);
void front_listeners_close(struct front *);
/* Who comes waits in the kernel until front_listeners_resume. */
void front_listeners_pause(struct front *);
void front_listeners_resume(struct front *);

/* preauth.c */
extern const struct waiting_ops preauth_ops;
void preauth_accept(struct front *, int fd, const struct front_listener *,
		    const struct addr *source);
void preauth_drop_all(struct front *);
/* Those that want the tunnel of this session may have it, or `leave` says why
 * not. */
void preauth_on_rights(struct front *, uint64_t session, unsigned leave);
/* The monitor's answer about a password. */
void preauth_on_auth(struct front *, uint32_t id,
		     const struct msg_auth_result *);

/* What shards say: struct front_ops. */
void front_on_news(struct mail *);
void front_control_on_report(struct mail *);
void drain_on_drained(struct mail *);

/* drain.c: all is told to go (final: for good) and then the process ends; or it
 * ends with the last session, and there are no new ones. */
void drain_now(struct front *, bool final);
void drain_no_more(struct front *);
/* Tunnels end, to be made again at the one who gets the sessions: a socket. */
void drain_for_successor(struct front *, int successor);

/* front_control.c */
void front_control_on_request(struct front *, struct msg *);
void front_control_drop_all(struct front *);

#endif
