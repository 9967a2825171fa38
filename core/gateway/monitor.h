/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor.h - the process that holds keys and listeners, and keeps the others
 * running. */
#ifndef ADIT_GATEWAY_MONITOR_H
#define ADIT_GATEWAY_MONITOR_H

#include "gateway/auth.h"
#include "gateway/control_server.h"
#include "gateway/listeners.h"
#include "gateway/monitor_names.h"
#include "gateway/setup.h"

#include <stdbool.h>

/* Runs the gateway until it is told to end; the exit status. */
int monitor_main(const char *file, bool verbose);

/* ---- for monitor*.c -------------------------------------------------------------- */

struct monitor;

/* What the monitor knows of one configuration. */
struct running {
	struct setup *setup;
	struct listeners listeners;
};
void running_fini(struct running *);

/* The worker, or the hole where it will be. */
struct worker_side {
	pid_t pid;                      /* 0: none */
	int main, sign;                 /* -1: none */
	ev_io on_main, on_sign;
	ev_child on_child;
	ev_timer again;                 /* starts the next one; watches its start */
	double started, pause;
	bool ready, condemned;
	unsigned quick;                 /* deaths soon after a start, in a row */
	uint64_t starts;
};

/* A reload that waits for the worker's word. */
struct reload {
	bool on;
	uint32_t id;                    /* of its MSG_CONF */
	struct running next;
	struct conf_errors *warn;
	uint32_t client;                /* 0: a signal */
	ev_timer patience;
};

/* A command that the worker answers. */
struct forward {
	uint32_t id, client;
	bool stats;                     /* ours are added */
};
enum { FORWARDS_MAX = 64 };

struct monitor {
	const char *file;
	struct ev_loop *loop;
	double started;
	struct gw_conf *first;          /* started with it */
	struct running now;
	struct privs_user user;
	struct worker_side worker;
	struct resolver_side *names;
	struct auth *auth;
	struct control *control;
	struct reload reload;
	struct forward forward[FORWARDS_MAX];
	uint32_t last_id;
	ev_signal hup, term, intr;
	ev_timer patience;              /* for the worker's goodbye */
	bool announced;                 /* the first worker was ready */
	bool draining;                  /* ends with the worker */
	bool ending;
	int status;                     /* exit status */
};

/* monitor_worker.c */
void worker_side_start(struct monitor *);
/* Ends it at once; another one follows unless the monitor is ending.  `why` is
 * logged; NULL: as it should be. */
void worker_side_kill(struct monitor *, const char *why);
/* MSG_CONF with an id of its own, or 0: the worker is gone. */
uint32_t worker_side_conf(struct monitor *, const struct running *);
/* A worker that takes no messages is ended. */
int worker_side_send(struct monitor *, const struct msg *);
void monitor_end(struct monitor *, int status);

/* monitor_serve.c: what the worker asks. */
MUST_CHECK int serve_auth(struct monitor *, const struct msg *);
MUST_CHECK int serve_sign(struct monitor *);
void serve_auth_done(void *ctx, uint32_t id, const struct msg_auth_result *);

/* monitor_reload.c */
void reload_init(struct monitor *);
void reload_start(struct monitor *, uint32_t client);
/* The worker's answer; NULL: it is gone. */
void reload_answer(struct monitor *, const char *error);

/* monitor_control.c */
void command_on(void *ctx, uint32_t client, const json_t *request);
MUST_CHECK int command_answered(struct monitor *, struct msg *);
/* The worker is gone. */
void command_forget(struct monitor *);
/* monitor_why.c */
void command_why(struct monitor *, uint32_t client, const json_t *request);
void command_found(void *ctx, uint32_t id, const struct msg_resolved *);

#endif
