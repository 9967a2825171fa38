/* SPDX-License-Identifier: BSD-2-Clause */
/* web.h - the process that answers HTTP: it has no keys, no passwords and no
 * files, and what it tells comes from the monitor.
 *
 *   web_main.c   the process: its socket to the monitor, its listeners
 *   web_http.c   libmicrohttpd under the loop of libev, without threads
 *   web_tell.c   the answers: /metrics, /health, /ready */
#ifndef ADIT_WEB_WEB_H
#define ADIT_WEB_WEB_H

#include "base/list.h"
#include "process/msg.h"
#include "web/web_pages.h"

#include <ev.h>
#include <jansson.h>
#include <microhttpd.h>
#include <stdbool.h>

/* Until the monitor closes FD_MAIN; returns the exit status. */
int web_main(void);

/* ---- for web_*.c and their tests ----------------------------------------- */

/* One client at a time gets no more than this, so that nobody keeps others
 * out: all connections have a place, and an end. */
enum {
	WEB_CONNECTIONS = 64,    /* beyond, the oldest one makes room */
	WEB_REQUEST_MAX = 16384, /* bytes of a request's head */
};
#define WEB_TIME 10.   /* seconds for a request with its answer */
#define WEB_TIMEOUT 3. /* seconds for the monitor's answer */
#define WEB_FRESH .25  /* seconds that an answer serves others, too */

struct web;

struct web_listener_io {
	struct web *web;
	ev_io io;
};

/* What a request waits for. */
enum web_wait { WEB_NEW, WEB_WAITING, WEB_ANSWERED, WEB_FAILED };

struct web_conn {
	struct list node; /* web.conns, the oldest first */
	struct web *web;
	struct MHD_Connection *http;
	double since;
	enum web_wait wait;
};

struct web {
	struct ev_loop *loop;
	int monitor; /* its socket; the caller's */
	ev_io from_monitor;
	struct web_listener_io listeners[MSG_FDS];
	unsigned nlisteners;
	struct MHD_Daemon *http;
	ev_io http_io;      /* the epoll of libmicrohttpd */
	ev_timer http_time; /* when it wants to be called next */
	ev_timer look;      /* for connections whose time is over */
	struct list conns;
	unsigned nconns;

	uint32_t asked; /* the question that the monitor has; 0: none */
	uint32_t last_id;
	double asked_at, told_at;
	json_t *numbers; /* its last answer, or NULL */

	struct web_pages pages;

	int error; /* why the loop was broken */
};

/* 0 or an error; web_fini is the caller's in both cases. */
MUST_CHECK int web_init(struct web *, struct ev_loop *, int monitor);
void web_fini(struct web *);

/* web_http.c */
MUST_CHECK int web_http_init(struct web *);
void web_http_fini(struct web *);
/* Takes the connection, non-blocking. */
void web_http_add(struct web *, int fd, const struct sockaddr_storage *,
		  socklen_t);
/* To be called after MHD_resume_connection: libmicrohttpd has something to
 * do. */
void web_http_run(struct web *);

/* web_tell.c */
/* A request; for libmicrohttpd. */
enum MHD_Result web_tell(struct web *, struct web_conn *, const char *url,
			 const char *method);
/* MSG_WEB_ANSWER.  0 or ERR_PROTO. */
MUST_CHECK int web_tell_answered(struct web *, struct msg *);
/* Those who wait for the monitor get an error. */
void web_tell_nothing(struct web *);

#endif
