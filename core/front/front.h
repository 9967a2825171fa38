/* SPDX-License-Identifier: BSD-2-Clause */
/* front.h - the front thread of the worker.
 *
 * It accepts connections, does their TLS handshakes, lets users log in with the
 * monitor's help and hands each session to a shard.  It is the only thread that
 * talks to the monitor.
 *
 *   front_listeners -> waiting -> preauth, login -> a shard
 *   front.c     receives messages: of the monitor, the resolver, the shards
 *   front_tell.c   sends messages to the monitor
 *   front_control, rights, drain, front_handover, watchdog: what follows */
#ifndef ADIT_FRONT_FRONT_H
#define ADIT_FRONT_FRONT_H

#include "front/probes.h"
#include "front/registry.h"
#include "front/rights.h"
#include "front/waiting.h"
#include "front/watchdog.h"
#include "gateway/shard_mail.h"
#include "gateway/worker.h"
#include "net/conn.h"

struct front;

struct front_listener { /* a listening socket, opened by the monitor */
	struct front *front;
	ev_io io;
	struct addr at;  /* as configured */
	bool configured; /* by the configuration that is being taken */
};

struct front {
	struct worker *worker;
	int monitor; /* socket: FD_MAIN */
	struct loop loop;
	struct worker_config *config; /* the configuration in force */
	struct plugin_set plugins;
	struct registry registry; /* all sessions */
	struct rights rights;
	struct front_listener *listeners[MSG_FDS];
	unsigned nlisteners;
	ev_timer pause;         /* runs: no descriptors, nothing is accepted */
	int reserve;            /* a descriptor to be closed at that moment */
	struct waiting waiting; /* accepted, TLS has not begun */
	struct list preauths;   /* TLS has begun: struct preauth.node */
	struct probes probes;   /* log of connections that were no agent's */
	struct probes failed;   /* log of agents that did not log in */
	uint64_t crowded_us;    /* when the log may next speak of `sessions` */
	uint64_t pages_told_us; /* when it last spoke of browsers */
	unsigned pages_untold;  /* connections of them since then */
	struct map checking;    /* id of MSG_AUTH to struct preauth */
	uint32_t last_auth;     /* the last such id */
	struct list codes;      /* front_codes.c: struct code_question.node */
	uint32_t last_code;     /* the last id of MSG_CODE */
	ev_io from_monitor, from_names, from_kernel;
	int netlink;         /* locals_open */
	struct list reports; /* front_control.c: struct control_report.node */

	bool draining;                        /* nobody can log in any more */
	ev_timer drain;                       /* runs: see drain_shards */
	uint64_t drained;                     /* bits: shards that are done */
	void (*when_drained)(struct front *); /* NULL: the process ends */

	int successor;    /* front_handover.c: socket to the worker that
				 * gets all sessions, or -1 */
	bool handed_over; /* it has them: nothing of them is touched here */

	struct watchdog watchdog;
	bool stuck;        /* a shard's thread hangs and cannot be ended */
	uint32_t first_id; /* of the first MSG_CONF */
	int status;        /* of the process, when the loop ends */
};

/* 0 or an error; front_fini only after 0. */
MUST_CHECK int front_init(struct front *, struct worker *);
/* Answers the first MSG_CONF and works until front_stop; returns the status. */
int front_run(struct front *);
/* After shards_stop: no shard may run any more. */
void front_fini(struct front *);
/* The configuration that a MSG_CONF brings, checked; the listeners stay in the
 * message.  NULL: `why` says what is wrong with it. */
struct worker_config *front_read_conf(struct front *, struct msg *,
				      char why[WORKER_CONFIG_ERROR]);

/* ---- front_tell.c -------------------------------------------------------- */

/* Ends the loop; front_run returns this status. */
void front_stop(struct front *, int status);
/* To the monitor.  0 or an error, which is logged: the message is lost then.
 * If the monitor is gone the loop ends. */
int front_send(struct front *, const struct msg *);
/* The shard with the fewest sessions; *index is its number. */
struct shard *front_pick_shard(const struct front *, unsigned *index);

/* ---- front_listeners.c --------------------------------------------------- */

/* Takes the listeners of a MSG_CONF, which `config` describes, and closes those
 * that it no longer has.  The message keeps no descriptor. */
void front_listeners_take(struct front *, struct msg *,
			  const struct worker_config *config);
void front_listeners_close(struct front *);
/* New connections wait in the kernel until front_listeners_resume. */
void front_listeners_pause(struct front *);
void front_listeners_resume(struct front *);

/* ---- preauth.c, login.c -------------------------------------------------- */

extern const struct waiting_ops preauth_ops;
/* A connection that was accepted; takes the descriptor. */
void preauth_accept(struct front *, int fd, const struct front_listener *,
		    const struct addr *source);
void preauth_drop_all(struct front *);
/* Limits and times for those who come are those of front.config now. */
void preauth_take_conf(struct front *);
/* All connections that want to become the tunnel of this session: LEAVE_NONE
 * lets them, any other LEAVE_* is what they are refused with. */
void preauth_on_rights(struct front *, uint64_t session, unsigned leave);
/* A question of the monitor's about the MSG_AUTH with this id. */
void preauth_on_prompt(struct front *, uint32_t id, const struct prompt *);
/* The monitor's answer to the MSG_AUTH with this id. */
void preauth_on_auth(struct front *, uint32_t id,
		     const struct msg_auth_result *);

/* ---- front_codes.c ------------------------------------------------------- */

/* A session's code, for the monitor: struct front_ops. */
void front_codes_on_mail(struct mail *);
/* MSG_CODE_IS: the shard of its session hears it. */
void front_codes_answered(struct front *, const struct msg *);
void front_codes_drop_all(struct front *);

/* ---- drain.c ------------------------------------------------------------- */

/* Tells all shards to end their tunnels, and after `timeout` seconds at most,
 * or once all have done so, calls `then`; NULL: the process ends.  `final`:
 * sessions end too, otherwise agents are told to attach again. */
void drain_shards(struct front *, bool final, double timeout,
		  void (*then)(struct front *));
/* MSG_DRAIN: as above for the end of the process.  A handover that is under way
 * is given up. */
void drain_now(struct front *, bool final);
/* Nobody can log in from now on; the process ends with the last session. */
void drain_no_more(struct front *);
/* A shard is done: struct front_ops. */
void drain_on_drained(struct mail *);

/* ---- front_control.c ----------------------------------------------------- */

/* MSG_CONTROL; the answer may follow later. */
void front_control_on_request(struct front *, struct msg *);
/* A shard's part of an answer: struct front_ops. */
void front_control_on_report(struct mail *);
void front_control_drop_all(struct front *);

#endif
