/* SPDX-License-Identifier: BSD-2-Clause */
/* pam_side.c - starts a process for a conversation with PAM, and kills it when
 * its time is over. */
#include "monitor/pam_side.h"

#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "process/child.h"
#include "process/msg.h"
#include "tls/tls.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct pam_talk {
	struct list node;
	struct pams *all;
	const struct pam_ops *ops; /* NULL: nobody hears it any more */
	void *ctx;
	pid_t pid;
	int fd;
	char user[USER_MAX];
	ev_io readable;
	ev_child child;
	ev_timer limit;
};

struct pams {
	struct ev_loop *loop;
	struct list talks;
	unsigned n;
};

static void talk_free(struct pam_talk *t)
{
	struct pams *all = t->all;

	ev_timer_stop(all->loop, &t->limit);
	ev_io_stop(all->loop, &t->readable);
	ev_child_stop(all->loop, &t->child);
	list_remove(&t->node);
	all->n--;
	close(t->fd);
	free(t);
}

static void talk_set_limit(struct pam_talk *t)
{
	ev_timer_stop(t->all->loop, &t->limit);
	ev_timer_set(&t->limit, PAM_LIMIT_S, 0.);
	ev_timer_start(t->all->loop, &t->limit);
}

/* Its process ends now, or is killed: talk_on_child frees it. */
static void talk_end(struct pam_talk *t, const struct msg_pam_done *done)
{
	const struct pam_ops *ops = t->ops;

	t->ops = NULL;
	ev_io_stop(t->all->loop, &t->readable);
	/* One that is through has a moment to end by itself. */
	if (!done)
		kill(t->pid, SIGKILL);
	if (ops)
		ops->done(t->ctx, done);
}

static int talk_take(struct pam_talk *t, struct msg *m)
{
	struct msg_pam_done *done;
	struct prompt q;
	int r;

	if (m->nfds)
		return ERR_PROTO;
	if (m->type == MSG_PAM_ASK) {
		r = unpack_prompt(&q, m->data, m->len);
		if (!r) {
			ev_timer_stop(t->all->loop, &t->limit);
			t->ops->asks(t->ctx, &q);
		}
		return r;
	}
	if (m->type == MSG_PAM_PROVED && t->ops->proved && m->len == 1) {
		ev_timer_stop(t->all->loop, &t->limit);
		t->ops->proved(t->ctx, m->data[0] != 0);
		return 0;
	}
	done = m->type == MSG_PAM_DONE ? malloc(sizeof *done) : NULL;
	r = done ? unpack_msg_pam_done(done, m->data, m->len) : ERR_PROTO;
	if (!r)
		talk_end(t, done);
	free(done);
	return r;
}

static void talk_on_readable(struct ev_loop *loop, ev_io *w, int events)
{
	struct pam_talk *t = w->data;
	struct msg m;
	int r = msg_recv(t->fd, &m);

	(void)events;
	if (r == ERR_AGAIN)
		return;
	if (r == ERR_CLOSED) {
		ev_io_stop(loop, w); /* talk_on_child follows */
		return;
	}
	if (!r)
		r = talk_take(t, &m);
	else
		m.nfds = 0;
	msg_close_fds(&m);
	if (r)
		talk_end(t, NULL);
}

static void talk_on_child(struct ev_loop *loop, ev_child *w, int events)
{
	struct pam_talk *t = w->data;
	char text[64];

	(void)loop;
	(void)events;
	/* What it said last may not have been read yet. */
	if (t->ops && ev_is_active(&t->readable))
		talk_on_readable(loop, &t->readable, EV_READ);
	if (t->ops) {
		log_msg(LOG_ERROR, NULL,
			"the process that asks PAM about %s ended without an "
			"answer: %s; see which modules /etc/pam.d/adit names",
			t->user, child_status(w->rstatus, text, sizeof text));
		talk_end(t, NULL);
	}
	talk_free(t);
}

static void talk_on_limit(struct ev_loop *loop, ev_timer *w, int events)
{
	struct pam_talk *t = w->data;

	(void)loop;
	(void)events;
	log_msg(LOG_ERROR, NULL,
		"PAM has not answered about %s within %d s: its process is "
		"killed; see which modules /etc/pam.d/adit names",
		t->user, (int)PAM_LIMIT_S);
	talk_end(t, NULL);
}

/* ---- beginning and end --------------------------------------------------- */

static int talk_start(struct pam_talk *t)
{
	static const struct privs_user as_we_are = { .change = false };
	struct child child = { .role = "aditd: pam",
			       .fd = { -1, -1, -1 },
			       .user = &as_we_are };

	if (child_pair(&t->fd, &child.fd[0]))
		return ERR_SYS;
	t->pid = child_start(&child);
	close(child.fd[0]);
	if (t->pid > 0)
		return 0;
	close(t->fd);
	return ERR_SYS;
}

static int talk_send(struct pam_talk *t, struct msg *m)
{
	bool fits = m->len || m->type == MSG_PAM_GO_ON;
	int r = fits ? msg_send(t->fd, m) : ERR_LIMIT;

	tls_wipe(m, sizeof *m);
	talk_set_limit(t);
	return r;
}

static void talk_watch(struct pam_talk *t)
{
	struct pams *all = t->all;

	ev_io_init(&t->readable, talk_on_readable, t->fd, EV_READ);
	ev_child_init(&t->child, talk_on_child, t->pid, 0);
	ev_init(&t->limit, talk_on_limit);
	t->readable.data = t->child.data = t->limit.data = t;
	ev_io_start(all->loop, &t->readable);
	ev_child_start(all->loop, &t->child);
	list_append(&all->talks, &t->node);
	all->n++;
}

struct pam_talk *pam_talk_new(struct pams *all, struct msg_pam *asked,
			      const struct pam_ops *ops, void *ctx)
{
	struct pam_talk *t = calloc(1, sizeof *t);
	struct msg m = { .type = MSG_PAM };

	m.len = pack_msg_pam(m.data, sizeof m.data, asked);
	tls_wipe(asked->password, sizeof asked->password);
	if (!t || talk_start(t)) {
		log_msg(LOG_ERROR, NULL, "PAM cannot be asked: %s",
			t ? strerror(errno) : err_str(ERR_NOMEM));
		tls_wipe(&m, sizeof m);
		free(t);
		return NULL;
	}
	t->all = all;
	t->ops = ops;
	t->ctx = ctx;
	memcpy(t->user, asked->user, sizeof t->user);
	talk_watch(t);
	if (!talk_send(t, &m))
		return t;
	pam_talk_drop(t);
	return NULL;
}

void pam_talk_answer(struct pam_talk *t, struct answer *a)
{
	struct msg m = { .type = MSG_PAM_ANSWER };

	m.len = pack_answer(m.data, sizeof m.data, a);
	tls_wipe(a, sizeof *a);
	/* One that does not take it has ended, or will not answer in time. */
	if (talk_send(t, &m))
		log_msg(LOG_DEBUG, NULL,
			"an answer could not be sent to the PAM process of "
			"user %s",
			t->user);
}

void pam_talk_go_on(struct pam_talk *t)
{
	struct msg m = { .type = MSG_PAM_GO_ON };

	/* As an answer. */
	if (talk_send(t, &m))
		log_msg(LOG_DEBUG, NULL,
			"the PAM process of user %s could not be told to go on",
			t->user);
}

void pam_talk_drop(struct pam_talk *t)
{
	t->ops = NULL;
	ev_io_stop(t->all->loop, &t->readable);
	kill(t->pid, SIGKILL);
}

unsigned pams_count(const struct pams *all)
{
	return all->n;
}

struct pams *pams_new(struct ev_loop *loop)
{
	struct pams *all = calloc(1, sizeof *all);

	if (!all)
		return NULL;
	all->loop = loop;
	list_init(&all->talks);
	return all;
}

void pams_free(struct pams *all)
{
	if (!all)
		return;
	while (!list_is_empty(&all->talks)) {
		struct pam_talk *t = list_first(&all->talks, struct pam_talk,
						node);

		kill(t->pid, SIGKILL);
		talk_free(t);
	}
	free(all);
}
