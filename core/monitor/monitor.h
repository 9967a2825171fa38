/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor.h - the process that holds keys and listeners, and keeps the others
 * running. */
#ifndef ADIT_MONITOR_MONITOR_H
#define ADIT_MONITOR_MONITOR_H

#include "monitor/auth.h"
#include "control/control_server.h"
#include "monitor/monitor_upgrade.h"
#include "monitor/running.h"
#include "monitor/web_side.h"
#include "monitor/worker_side.h"
#include "process/why.h"

#include <stdbool.h>

/* Runs the gateway until it is told to end; the exit status. */
int monitor_main(const char *file, bool verbose);

/* ---- for monitor*.c ------------------------------------------------------ */

struct monitor;

/* Called once a handover is over.  error NULL: the new worker serves, and has
 * the sessions; else the reason why the old one goes on. */
typedef void monitor_handover_fn(struct monitor *, const char *error);
enum handover_state { HANDOVER_NONE, HANDOVER_STARTING, HANDOVER_SENDING };
struct monitor_handover { /* see monitor_handover.c */
	enum handover_state state;
	int sock; /* the old worker's end of the socket between the two workers;
		   * -1: it was sent to the old worker, or there is none */
	monitor_handover_fn *done;
};

enum reload_state {
	RELOAD_NONE,
	RELOAD_READING,
	RELOAD_ASKED,
	RELOAD_HANDOVER,
};
struct reload { /* see monitor_reload.c */
	enum reload_state state;
	uint32_t id; /* ASKED: of the MSG_CONF that waits for its answer */
	struct running next;
	struct conf_errors *warn;
	uint32_t client; /* of aditctl; 0: SIGHUP began it */
	ev_timer limit;  /* of the worker's answer in ASKED */
};

/* Completes the worker's answer with what only the monitor knows. */
typedef void monitor_add_fn(struct monitor *, json_t *to);
/* Gives the answer, which it takes, to who asked. */
typedef void monitor_reply_fn(struct monitor *, uint32_t client, json_t *reply);
/* A question that the worker answers: of aditctl, or the web process. */
struct forward {
	uint32_t id;     /* 0: free */
	uint32_t client; /* who asks, for `reply` */
	monitor_reply_fn *reply;
	monitor_add_fn *add; /* or NULL */
};
enum { FORWARDS_MAX = 64, FORWARDS_KEPT = 16 /* for aditctl */ };

/* A question of aditctl why that waits for the resolver to find its name. */
struct why_waiting {
	uint32_t id; /* of the question to the resolver; 0: free */
	uint32_t client;
	monitor_reply_fn *reply;
	struct why_question why;
};
enum { WHY_WAITING_MAX = 16 };

struct monitor {
	const char *file;
	struct ev_loop *loop;
	double started;
	struct gw_conf *first; /* that it was started with */
	struct running now;
	struct privs_user user, resolver_user, checker_user, web_user, log_user;
	struct worker_side sides[2];
	struct worker_side *worker; /* the one that serves */
	uint64_t starts;            /* of workers */
	struct monitor_handover handover;
	struct upgrade upgrade;
	struct monitor_left left;
	const char *program; /* this one's file, or what replaced it */
	bool verbose;
	struct resolver_side *names;
	struct web_side *web;
	struct log_side *log; /* NULL: standard error is the log */
	struct pages *pages;  /* monitor_pages.h */
	struct auth *auth;
	struct auth_asker asker, codes_asker; /* the worker that serves */
	uint8_t stamp_key[STAMP_KEY];         /* goes over at an upgrade */
	uint64_t users_told; /* when the log said that a users file
					 * cannot be read, in ms */
	struct control_server *control;
	struct reload reload;
	struct forward forward[FORWARDS_MAX];
	struct why_waiting why[WHY_WAITING_MAX];
	uint32_t last_id;
	ev_signal hup, term, intr;
	ev_timer end_limit;
	ev_timer daily;
	bool announced; /* the first worker was ready */
	bool draining;  /* ends when the worker does */
	bool ending;
	int status; /* exit status */
};

/* Of messages to the worker, and of questions to the resolver; never 0. */
static inline uint32_t monitor_next_id(struct monitor *m)
{
	if (!++m->last_id)
		++m->last_id;
	return m->last_id;
}

/* The one that does not serve: the successor, or the worker that leaves. */
static inline struct worker_side *monitor_other_side(struct monitor *m)
{
	return &m->sides[m->worker == &m->sides[0]];
}

/* monitor_worker.c */
void monitor_worker_init(struct monitor *);
/* Starts one where there is none.  A failure is logged, and tried again after a
 * pause. */
void monitor_worker_start(struct monitor *);

/* monitor_end.c */
/* Asks the workers to end; when they have, the loop breaks and this process
 * exits with `status`. */
void monitor_end(struct monitor *, int status);
/* The loop breaks if there is no worker. */
void monitor_end_if_alone(struct monitor *);

/* monitor_handover.c */
/* Starts the successor with the configuration `r`.  0: `done` will be called.
 * Else the reason stands in why[200]. */
MUST_CHECK int monitor_handover_start(struct monitor *, const struct running *r,
				      monitor_handover_fn *done, char *why);
/* A message of either worker about the handover.  0, or ERR_PROTO: the worker
 * that sent it is ended. */
MUST_CHECK int monitor_handover_on_message(struct worker_side *,
					   const struct msg *);
/* One of the two has ended.  True: the handover has dealt with it, no other
 * worker is to be started. */
bool monitor_handover_on_end(struct worker_side *);

/* monitor_rights.c */
/* MSG_RIGHTS.  0 or ERR_PROTO. */
MUST_CHECK int monitor_rights_answer(struct monitor *, const struct msg *);

/* monitor_serve.c */
void monitor_serve_init(struct monitor *);
/* For auth.h: the worker is to ask about all sessions again. */
void monitor_serve_news(void *ctx);
/* MSG_AUTH, MSG_AUTH_ANSWER and MSG_AUTH_DROP; secrets in them are wiped.  0 or
 * ERR_PROTO. */
MUST_CHECK int monitor_serve_auth(struct monitor *, struct msg *);
MUST_CHECK int monitor_serve_auth_answer(struct monitor *, const struct msg *);
MUST_CHECK int monitor_serve_auth_drop(struct monitor *, const struct msg *);
/* Turns MSG_SIGN into MSG_SIGNED.  0 or ERR_PROTO. */
MUST_CHECK int monitor_serve_sign(struct monitor *, struct msg *);
/* For auth.h: the result of a login goes to the worker. */
void monitor_serve_auth_done(void *ctx, uint32_t id,
			     const struct msg_auth_result *);

/* monitor_reload.c */
void monitor_reload_init(struct monitor *);
/* Reads the configuration anew.  `client` gets the answer; 0: it is only
 * logged. */
void monitor_reload_start(struct monitor *, uint32_t client);
/* The worker's answer to the new configuration: "" accepts it, else the reason;
 * NULL: the worker has ended instead. */
void monitor_reload_answer(struct monitor *, const char *error);

/* monitor_daily.c */
/* Once a day the log warns of certificates that end soon. */
void monitor_daily_start(struct monitor *);

/* monitor_control.c: a request of aditctl, for control_server.h. */
void monitor_control_on(void *ctx, uint32_t client, const json_t *request);

/* monitor_forward.c */
/* The worker gets the request of a client, and `add` completes its answer.
 * False: the client has got an error already. */
bool monitor_forward(struct monitor *, uint32_t client, const json_t *request,
		     monitor_add_fn *);
/* The same for question `id` of the web process, completed by
 * monitor_status_add_numbers.  False: no worker could answer now. */
bool monitor_forward_web(struct monitor *, uint32_t id, const json_t *request);
/* MSG_CONTROL_REPLY, which goes to the client that asked.  0 or ERR_PROTO. */
MUST_CHECK int monitor_forward_answered(struct monitor *, struct msg *);
/* The worker is gone: clients that wait for its answer get an error. */
void monitor_forward_forget(struct monitor *);

/* monitor_status.c */
monitor_add_fn monitor_status_add_stats, monitor_status_add;
/* For the web process: those of stats, the state, and the certificates. */
monitor_add_fn monitor_status_add_numbers;
/* The reason, for the user, why no reload, upgrade or drain can begin now;
 * NULL: it can. */
const char *monitor_status_busy(const struct monitor *);
/* Tells systemd that the gateway is ready, and on how many addresses. */
void monitor_status_notify(const struct monitor *);

/* monitor_web.c: a question of the web process, for web_side.h. */
void monitor_web_asked(void *ctx, uint32_t id);

/* monitor_why.c */
/* Answers now, or once the resolver has found the name that it is about. */
void monitor_why_ask(struct monitor *, uint32_t client, const json_t *request);
/* For resolver_side.h: the resolver has answered question `id`. */
void monitor_why_found(void *ctx, uint32_t id, const struct msg_resolved *);
/* A new resolver does not know the questions that the one before was asked: it
 * gets them again. */
void monitor_why_ask_again(struct monitor *);

#endif
