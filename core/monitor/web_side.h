/* SPDX-License-Identifier: BSD-2-Clause */
/* web_side.h - the web process as the monitor sees it: it runs while there is a
 * place where it is asked, is started again when it ends, and asks the monitor
 * for numbers. */
#ifndef ADIT_MONITOR_WEB_SIDE_H
#define ADIT_MONITOR_WEB_SIDE_H

#include "monitor/web_listeners.h"
#include "process/msg.h"
#include "process/privs.h"

#include <ev.h>
#include <jansson.h>

struct web_side;

struct web_side_conf {
	struct ev_loop *loop;
	const struct privs_user *user;
	/* Where it is to listen, at this time and after each restart; the
	 * caller's. */
	const struct web_listeners *listeners;
	/* It asks for the numbers of this gateway: web_side_answer with this
	 * id, now or later. */
	void (*asked)(void *ctx, uint32_t id);
	/* Whether it is needed for web pages, wherever it listens. */
	bool (*has_pages)(void *ctx);
	/* A new process is there. */
	void (*started)(void *ctx);
	/* Any other message.  0, or an error: the process is killed. */
	int (*said)(void *ctx, const struct msg *);
	void *ctx;
};

/* Starts no process yet.  NULL: there is no memory. */
MUST_CHECK struct web_side *web_side_new(const struct web_side_conf *);
void web_side_free(struct web_side *);
/* conf.listeners have changed: starts or ends the process, or tells it. */
void web_side_renew(struct web_side *);
/* Takes `reply`; NULL, where there was no memory for one: the question is not
 * answered.  It is no error if the process has ended. */
void web_side_answer(struct web_side *, uint32_t id, json_t *reply);
/* 0, ERR_CLOSED: there is none; or what msg_send says. */
MUST_CHECK int web_side_send(const struct web_side *, const struct msg *);
/* Its process number; 0: there is none now. */
pid_t web_side_pid(const struct web_side *);

#endif
