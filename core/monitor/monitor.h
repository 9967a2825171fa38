/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor.h - the process that holds keys and listeners, and keeps the others
 * running. */
#ifndef ADIT_MONITOR_MONITOR_H
#define ADIT_MONITOR_MONITOR_H

#include "control/control_server.h"
#include "monitor/auth.h"
#include "monitor/monitor_listeners.h"
#include "monitor/resolver_side.h"
#include "monitor/monitor_config.h"

#include <stdbool.h>

/* Runs the gateway until it is told to end; the exit status. */
int monitor_main(const char *file, bool verbose);

/* ---- for monitor*.c -------------------------------------------------------------- */

struct monitor;

/* What the monitor knows of one configuration. */
struct running {
	struct monitor_config *config;
	struct monitor_listeners listeners;
};
void running_fini(struct running *);

/* A worker, or the hole where one will be. */
struct worker_side {
	struct monitor *monitor;
	pid_t pid;      /* 0: none */
	int main, sign; /* -1: none */
	ev_io on_main, on_sign;
	ev_child on_child;
	ev_timer again; /* starts the next one; watches its start */
	double started, pause;
	bool ready, condemned;
	unsigned quick; /* deaths soon after a start, in a row */
};
#define READY_TIMEOUT 30. /* seconds until a worker must be ready */

/* A new worker that is to get the sessions of the one that is there.
 *
 *   successor is started --WILLING--> the old one MOVEs all --READY--> successor reigns
 *
 * Whatever fails before that, the old one goes on and the successor is ended. */
typedef void monitor_handover_fn(struct monitor *, const char *error);
struct monitor_handover {
	bool on;
	int sock;                  /* for the old one; -1: it has it */
	monitor_handover_fn *done; /* error NULL: the successor reigns */
};

/* A reload that waits for the worker's word. */
struct reload {
	bool on;
	uint32_t id; /* of its MSG_CONF; 0: a new worker is
					 * to start with it */
	struct running next;
	struct conf_errors *warn;
	uint32_t client; /* 0: a signal */
	ev_timer timeout;
};

/* A command that the worker answers. */
typedef void answer_fn(struct monitor *, json_t *to);
struct forward {
	uint32_t id, client;
	answer_fn *add; /* what is ours to add, or NULL */
};
enum { FORWARDS_MAX = 64 };

/* Descriptors of an earlier life of this process; -1: none. */
struct monitor_left {
	int control, client;
	struct resolver_ends names;
};

struct monitor {
	const char *file;
	struct ev_loop *loop;
	double started;
	struct gw_conf *first; /* started with it */
	struct running now;
	struct privs_user user, resolver_user, checker_user;
	struct worker_side sides[2];
	struct worker_side *worker; /* the one that serves */
	uint64_t starts;            /* of workers */
	struct monitor_handover handover;
	struct upgrade *upgrade; /* one that is under way, or NULL */
	struct monitor_left left;
	const char *program; /* this one's file, or what replaced it */
	bool verbose;
	struct resolver_side *names;
	struct auth *auth;
	uint8_t stamp_key[STAMP_KEY]; /* goes over at an upgrade */
	uint64_t users_told;          /* when the log said that a users file
					 * cannot be read, in ms */
	struct control_server *control;
	struct reload reload;
	struct forward forward[FORWARDS_MAX];
	uint32_t last_id;
	ev_signal hup, term, intr;
	ev_timer timeout; /* for the worker's goodbye */
	ev_timer daily;
	bool announced; /* the first worker was ready */
	bool draining;  /* ends with the worker */
	bool ending;
	int status; /* exit status */
};

/* monitor_worker.c */
void worker_sides_init(struct monitor *);
void worker_side_start(struct monitor *);
/* Ends it at once; another one follows unless the monitor is ending.  `why` is
 * logged; NULL: as it should be. */
void worker_side_kill(struct worker_side *, const char *why);
/* MSG_PLUGINS, before the first configuration. */
MUST_CHECK int worker_side_plugins(struct worker_side *,
				   const struct running *);
/* MSG_CONF with an id of its own, or 0: the worker is gone. */
uint32_t worker_side_conf(struct worker_side *, const struct running *);
/* A worker that takes no messages is ended. */
int worker_side_send(struct worker_side *, const struct msg *);
/* A process with its sockets, watched; `names`: its end of the resolver's. */
MUST_CHECK int worker_side_spawn(struct worker_side *, int names);
/* The same for one that an earlier life of this process has started. */
void worker_side_adopt(struct worker_side *);
/* After this many seconds it is ended, unless the timer is stopped. */
void worker_side_timeout(struct worker_side *, double seconds);
/* The one that serves has ended. */
void worker_side_again(struct monitor *, const char *how);
void monitor_end(struct monitor *, int status);
/* SIG_BLOCK or SIG_UNBLOCK: those that it listens to. */
void monitor_hold_signals(int how);

/* monitor_handover.c */
/* 0: `done` will be called.  Else the reason is in why[200]. */
MUST_CHECK int monitor_handover_start(struct monitor *, const struct running *,
				      monitor_handover_fn *done, char *why);
/* What both workers say while it is on: ERR_PROTO ends who says it. */
MUST_CHECK int monitor_handover_on_message(struct worker_side *,
					   const struct msg *);
/* One of the two has ended: true if that is all that there is to do. */
bool monitor_handover_on_end(struct worker_side *);
/* The other side of m->worker. */
struct worker_side *worker_side_other(struct monitor *);

/* monitor_upgrade.c */
/* `force`: a worker that does not hand its sessions over is ended. */
void monitor_upgrade_start(struct monitor *, uint32_t client, bool force);
/* *goes_on: this process goes on with what an earlier life of it has left, which
 * is filled in; else it starts from nothing.  0, or an exit status. */
MUST_CHECK int monitor_upgrade_take_state(struct monitor *, bool *goes_on);
/* What was left is in its place: a new worker takes over. */
void monitor_upgrade_finish(struct monitor *);
void monitor_upgrade_drop(struct monitor *);

/* monitor_rights.c */
MUST_CHECK int monitor_rights_answer(struct monitor *, const struct msg *);

/* monitor_serve.c: what the worker asks. */
MUST_CHECK int monitor_serve_auth(struct monitor *, const struct msg *);
MUST_CHECK int monitor_serve_sign(struct worker_side *);
void monitor_serve_auth_done(void *ctx, uint32_t id,
			     const struct msg_auth_result *);

/* monitor_reload.c */
void monitor_reload_init(struct monitor *);
void monitor_daily_start(struct monitor *);
void monitor_reload_start(struct monitor *, uint32_t client);
/* The worker's answer; NULL: it is gone. */
void monitor_reload_answer(struct monitor *, const char *error);
/* Why nothing that needs the worker can begin now, or NULL. */
const char *monitor_busy(const struct monitor *);

/* monitor_control.c */
void monitor_control_on(void *ctx, uint32_t client, const json_t *request);
MUST_CHECK int monitor_forward_answered(struct monitor *, struct msg *);
/* The worker is gone. */
void monitor_forward_forget(struct monitor *);
/* monitor_status.c */
answer_fn monitor_status_add_stats, monitor_status_add;
/* monitor_why.c */
void monitor_why_ask(struct monitor *, uint32_t client, const json_t *request);
void monitor_why_found(void *ctx, uint32_t id, const struct msg_resolved *);
/* There is a new resolver. */
void monitor_why_ask_again(struct monitor *);

#endif
