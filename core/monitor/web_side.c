/* SPDX-License-Identifier: BSD-2-Clause */
/* web_side.c - keeps the web process running, and hears its questions. */
#include "monitor/web_side.h"

#include "base/err.h"
#include "base/log.h"
#include "process/child.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WEB_PAUSE .5 /* seconds before a web process that died is replaced */
enum { WEB_AT_ONCE = 16 }; /* messages, then others have their turn */

struct web_side {
	struct web_side_conf conf;
	pid_t pid;      /* 0: none */
	int sock;       /* -1: none */
	uint32_t asked; /* its last question that has no answer; 0: none */
	ev_io io;
	ev_child child;
	ev_timer again;
};

static void web_side_start(struct web_side *w);

/* ---- what it says -------------------------------------------------------- */

static int web_side_take(struct web_side *w, const struct msg *m)
{
	if (m->type != MSG_WEB_ASK)
		return w->conf.said(w->conf.ctx, m);
	if (m->len || m->nfds || !m->id)
		return ERR_PROTO;
	w->asked = m->id;
	w->conf.asked(w->conf.ctx, m->id);
	return 0;
}

static void web_side_kill(struct web_side *w)
{
	ev_io_stop(w->conf.loop, &w->io);
	if (w->pid)
		kill(w->pid, SIGKILL);
}

static void web_side_on_io(struct ev_loop *loop, ev_io *io, int events)
{
	struct web_side *w = io->data;
	struct msg m;
	int r = 0;

	(void)events;
	for (int i = 0; i < WEB_AT_ONCE && !r && ev_is_active(io); i++) {
		r = msg_recv(w->sock, &m);
		if (r)
			break;
		r = web_side_take(w, &m);
		msg_close_fds(&m);
	}
	if (r == ERR_CLOSED) {
		ev_io_stop(loop, io); /* web_side_on_child follows */
	} else if (r && r != ERR_AGAIN) {
		log_msg(LOG_ERROR, NULL,
			"the web process is killed: it sent a malformed "
			"message");
		web_side_kill(w);
	}
}

/* ---- the process, from start to end -------------------------------------- */

static void web_side_gone(struct web_side *w)
{
	ev_child_stop(w->conf.loop, &w->child);
	ev_io_stop(w->conf.loop, &w->io);
	if (w->sock >= 0)
		close(w->sock);
	w->sock = -1;
	w->pid = 0;
	w->asked = 0;
}

static void web_side_try_again(struct web_side *w)
{
	ev_timer_stop(w->conf.loop, &w->again);
	ev_timer_set(&w->again, WEB_PAUSE, 0);
	ev_timer_start(w->conf.loop, &w->again);
}

static void web_side_on_again(struct ev_loop *loop, ev_timer *t, int events)
{
	(void)loop;
	(void)events;
	web_side_renew(t->data);
}

static void web_side_on_child(struct ev_loop *loop, ev_child *c, int events)
{
	struct web_side *w = c->data;
	char text[64];

	(void)loop;
	(void)events;
	log_msg(LOG_ERROR, NULL, "the web process ended: %s; starting another",
		child_status(c->rstatus, text, sizeof text));
	web_side_gone(w);
	web_side_try_again(w);
}

static int web_side_send_listeners(const struct web_side *w)
{
	struct msg m = { .type = MSG_WEB_LISTEN };

	for (size_t i = 0; i < w->conf.listeners->n; i++)
		m.fds[m.nfds++] = w->conf.listeners->item[i]->fd;
	return msg_send(w->sock, &m);
}

static int web_side_spawn(struct web_side *w)
{
	struct child child = { .role = "aditd: web",
			       .user = w->conf.user,
			       .fd = { -1, -1, -1 } };

	if (child_pair(&w->sock, &child.fd[0]))
		return ERR_SYS;
	w->pid = child_start(&child);
	close(child.fd[0]);
	if (w->pid > 0)
		return 0;
	w->pid = 0;
	close(w->sock);
	w->sock = -1;
	return ERR_SYS;
}

static void web_side_start(struct web_side *w)
{
	if (web_side_spawn(w)) {
		log_msg(LOG_ERROR, NULL,
			"the web process cannot be started: %s",
			strerror(errno));
		web_side_try_again(w);
		return;
	}
	ev_io_init(&w->io, web_side_on_io, w->sock, EV_READ);
	ev_child_init(&w->child, web_side_on_child, w->pid, 0);
	w->io.data = w->child.data = w;
	ev_io_start(w->conf.loop, &w->io);
	ev_child_start(w->conf.loop, &w->child);
	if (web_side_send_listeners(w))
		web_side_kill(w);
	else
		w->conf.started(w->conf.ctx);
}

static void web_side_stop(struct web_side *w)
{
	ev_timer_stop(w->conf.loop, &w->again);
	if (!w->pid)
		return;
	kill(w->pid, SIGKILL);
	web_side_gone(w);
}

void web_side_renew(struct web_side *w)
{
	if (!w->conf.listeners->n && !w->conf.has_pages(w->conf.ctx))
		web_side_stop(w);
	else if (!w->pid)
		web_side_start(w);
	else if (web_side_send_listeners(w))
		web_side_kill(w);
}

struct web_side *web_side_new(const struct web_side_conf *conf)
{
	struct web_side *w = calloc(1, sizeof *w);

	if (!w)
		return NULL;
	w->conf = *conf;
	w->sock = -1;
	ev_timer_init(&w->again, web_side_on_again, WEB_PAUSE, 0);
	w->again.data = w;
	return w;
}

void web_side_free(struct web_side *w)
{
	if (!w)
		return;
	web_side_stop(w);
	free(w);
}

/* ---- answers ------------------------------------------------------------- */

static int web_side_send_text(const struct web_side *w, uint32_t id,
			      const char *text)
{
	struct msg m = { .type = MSG_WEB_ANSWER, .id = id };
	int fd = msg_memfd("adit-numbers", text, strlen(text)), r;

	if (fd < 0)
		return ERR_SYS;
	m.fds[m.nfds++] = fd;
	r = msg_send(w->sock, &m);
	close(fd);
	return r;
}

void web_side_answer(struct web_side *w, uint32_t id, json_t *reply)
{
	bool waits = w->sock >= 0 && id == w->asked;
	char *text = reply && waits ? json_dumps(reply, JSON_COMPACT) : NULL;

	if (waits)
		w->asked = 0;
	/* A process before this one may have asked. */
	if (waits && (!text || web_side_send_text(w, id, text)))
		log_msg(LOG_WARN, NULL,
			"the web process gets no numbers: there is no memory, "
			"or it does not read its messages");
	free(text);
	json_decref(reply);
}

int web_side_send(const struct web_side *w, const struct msg *m)
{
	return w->sock >= 0 ? msg_send(w->sock, m) : ERR_CLOSED;
}

pid_t web_side_pid(const struct web_side *w)
{
	return w->pid;
}
