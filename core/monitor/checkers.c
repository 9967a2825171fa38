/* SPDX-License-Identifier: BSD-2-Clause */
/* checkers.c - starts the processes that check passwords, and asks those that
 * have nothing to do. */
#include "monitor/checkers.h"

#include "base/err.h"
#include "base/log.h"
#include "base/wire.h"
#include "process/child.h"
#include "process/msg.h"
#include "policy/users.h"
#include "tls/tls.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Seconds.  A hash whose check takes longer is so costly that it would stop all
 * other logins. */
#define TIMEOUT 20.

struct checker_side {
	struct checkers *all;
	pid_t pid; /* 0: none */
	int fd;
	bool busy;
	enum asks {
		ASKS_CHECK,
		ASKS_CERTIFICATE,
		ASKS_HASH
	} asks; /* what it was asked for last */
	uint32_t id;
	ev_io readable;
	ev_child child;
	ev_timer timeout;
};

struct checkers {
	struct ev_loop *loop;
	const struct privs_user *user;
	void (*done)(void *ctx, uint32_t id, enum check);
	void (*certified)(void *ctx, uint32_t id, const struct client_answer *);
	void (*hashed)(void *ctx, uint32_t id, const char *hash);
	void *ctx;
	struct checker_side item[CHECKERS];
};

/* What a checker has said. */
struct checker_word {
	enum check result;
	const struct client_answer *answer; /* of a certificate */
	const char *hash;
};

/* `said` NULL: nobody knows. */
static void checker_finish(struct checker_side *c,
			   const struct checker_word *said)
{
	struct checkers *all = c->all;

	ev_timer_stop(all->loop, &c->timeout);
	if (!c->busy)
		return;
	c->busy = false;
	if (c->asks == ASKS_CERTIFICATE)
		all->certified(all->ctx, c->id, said ? said->answer : NULL);
	else if (c->asks == ASKS_HASH)
		all->hashed(all->ctx, c->id, said ? said->hash : "");
	else
		all->done(all->ctx, c->id, said ? said->result : CHECK_FAILED);
}

static int checker_take_hash(struct checker_side *c, const struct msg *m)
{
	char hash[USER_HASH_MAX + 1];
	struct checker_word said = { .hash = hash };
	struct rd r = rd_of(m->data, m->len);

	rd_str16(&r, hash, sizeof hash);
	if (m->type != MSG_HASHED || !rd_is_done(&r))
		return ERR_PROTO;
	tls_wipe((void *)(uintptr_t)m->data, m->len);
	checker_finish(c, &said);
	tls_wipe(hash, sizeof hash);
	return 0;
}

static int checker_take_certificate(struct checker_side *c, const struct msg *m)
{
	struct client_answer answer;
	struct checker_word said = { .answer = &answer };

	if (m->type != MSG_CERTIFICATE_IS ||
	    unpack_client_answer(&answer, m->data, m->len))
		return ERR_PROTO;
	checker_finish(c, &said);
	return 0;
}

/* 0, or ERR_PROTO: it is no answer to what was asked. */
static int checker_take(struct checker_side *c, const struct msg *m)
{
	struct checker_word said = { .result = CHECK_WRONG };

	if (!c->busy || m->id != c->id || m->nfds)
		return ERR_PROTO;
	if (c->asks == ASKS_CERTIFICATE)
		return checker_take_certificate(c, m);
	if (c->asks == ASKS_HASH)
		return checker_take_hash(c, m);
	if (m->type != MSG_CHECKED || m->len != 1)
		return ERR_PROTO;
	if (m->data[0] == 1)
		said.result = CHECK_RIGHT;
	checker_finish(c, &said);
	return 0;
}

static void checker_on_readable(struct ev_loop *loop, ev_io *w, int events)
{
	struct checker_side *c = w->data;
	struct msg m;
	int r = msg_recv(c->fd, &m);

	(void)events;
	if (r == ERR_AGAIN)
		return;
	if (!r && !checker_take(c, &m))
		return;
	if (!r)
		msg_close_fds(&m);
	/* on_child follows, and frees what belongs to it. */
	ev_io_stop(loop, w);
	kill(c->pid, SIGKILL);
}

static void checker_on_child(struct ev_loop *loop, ev_child *w, int events)
{
	struct checker_side *c = w->data;
	char text[64];

	(void)events;
	log_msg(LOG_WARN, NULL, "a password checker ended: %s",
		child_status(w->rstatus, text, sizeof text));
	ev_child_stop(loop, w);
	ev_io_stop(loop, &c->readable);
	close(c->fd);
	c->pid = 0;
	checker_finish(c, NULL);
}

static void checker_on_timeout(struct ev_loop *loop, ev_timer *w, int events)
{
	struct checker_side *c = w->data;

	(void)loop;
	(void)events;
	log_msg(LOG_ERROR, NULL,
		"a password check took more than %d s: use a "
		"cheaper hash in the users file",
		(int)TIMEOUT);
	kill(c->pid, SIGKILL);
}

static int checker_start(struct checker_side *c)
{
	struct checkers *all = c->all;
	struct child child = { .role = "aditd: checker",
			       .fd = { -1, -1, -1 },
			       .user = all->user };

	if (child_pair(&c->fd, &child.fd[0]))
		return ERR_SYS;
	c->pid = child_start(&child);
	close(child.fd[0]);
	if (c->pid < 0) {
		close(c->fd);
		c->pid = 0;
		return ERR_SYS;
	}
	ev_io_init(&c->readable, checker_on_readable, c->fd, EV_READ);
	ev_child_init(&c->child, checker_on_child, c->pid, 0);
	ev_timer_init(&c->timeout, checker_on_timeout, TIMEOUT, 0);
	c->readable.data = c->child.data = c->timeout.data = c;
	ev_io_start(all->loop, &c->readable);
	ev_child_start(all->loop, &c->child);
	return 0;
}

struct checkers *checkers_new(struct ev_loop *loop,
			      const struct privs_user *user,
			      void (*done)(void *ctx, uint32_t id, enum check),
			      void *ctx)
{
	struct checkers *all = calloc(1, sizeof *all);

	if (!all)
		return NULL;
	all->loop = loop;
	all->user = user;
	all->done = done;
	all->ctx = ctx;
	for (int i = 0; i < CHECKERS; i++)
		all->item[i].all = all;
	return all;
}

void checkers_free(struct checkers *all)
{
	if (!all)
		return;
	for (int i = 0; i < CHECKERS; i++) {
		struct checker_side *c = &all->item[i];

		if (!c->pid)
			continue;
		ev_timer_stop(all->loop, &c->timeout);
		ev_io_stop(all->loop, &c->readable);
		ev_child_stop(all->loop, &c->child);
		close(c->fd);
		kill(c->pid, SIGKILL);
	}
	free(all);
}

/* One that runs and has nothing to do, else one that can be started; or
 * NULL. */
static struct checker_side *checkers_choose(struct checkers *all)
{
	struct checker_side *empty = NULL;

	for (int i = 0; i < CHECKERS; i++) {
		struct checker_side *c = &all->item[i];

		if (!c->pid)
			empty = c;
		else if (!c->busy && ev_is_active(&c->readable))
			return c;
	}
	return empty;
}

bool checkers_has_room(const struct checkers *all)
{
	return checkers_choose((struct checkers *)(uintptr_t)all);
}

/* Of a password alone with `hash` NULL. */
static int checker_ask(struct checker_side *c, const char *hash,
		       const char *password)
{
	struct msg m = { .type = hash ? MSG_CHECK : MSG_HASH, .id = c->id };
	struct wr w = wr_of(m.data, sizeof m.data);
	int r;

	if (hash)
		wr_str16(&w, hash);
	wr_str16(&w, password);
	m.len = (size_t)(w.p - m.data);
	r = w.bad ? ERR_LIMIT : msg_send(c->fd, &m);
	tls_wipe(m.data, sizeof m.data);
	return r;
}

/* One that is free for check `id`; or an error, as checkers_ask has it. */
static int checkers_take(struct checkers *all, uint32_t id,
			 struct checker_side **out)
{
	struct checker_side *c = checkers_choose(all);

	if (!c)
		return ERR_AGAIN;
	if (!c->pid && checker_start(c)) {
		log_msg(LOG_ERROR, NULL,
			"no password checker can be started: %s",
			strerror(errno));
		return ERR_SYS;
	}
	c->id = id;
	*out = c;
	return 0;
}

/* It was asked, or could not be. */
static int checkers_asked(struct checker_side *c, enum asks asks, int err)
{
	if (err) {
		kill(c->pid, SIGKILL);
		return ERR_SYS;
	}
	c->busy = true;
	c->asks = asks;
	ev_timer_set(&c->timeout, TIMEOUT, 0);
	ev_timer_start(c->all->loop, &c->timeout);
	return 0;
}

int checkers_ask(struct checkers *all, uint32_t id, const char *hash,
		 const char *password)
{
	struct checker_side *c;
	int r = checkers_take(all, id, &c);

	return r ? r :
		   checkers_asked(c, ASKS_CHECK,
				  checker_ask(c, hash, password));
}

int checkers_ask_hash(struct checkers *all, uint32_t id, const char *password)
{
	struct checker_side *c;
	int r = checkers_take(all, id, &c);

	return r ? r :
		   checkers_asked(c, ASKS_HASH, checker_ask(c, NULL, password));
}

void checkers_on_hash(struct checkers *all,
		      void (*hashed)(void *ctx, uint32_t id, const char *hash))
{
	all->hashed = hashed;
}

int checkers_ask_certificate(struct checkers *all, uint32_t id,
			     const struct msg_certificate *q, const int fds[2])
{
	struct msg m = { .type = MSG_CERTIFICATE,
			 .id = id,
			 .fds = { fds[0], fds[1] },
			 .nfds = 2 };
	struct checker_side *c;
	int r = checkers_take(all, id, &c);

	if (r)
		return r;
	m.len = pack_msg_certificate(m.data, sizeof m.data, q);
	return checkers_asked(c, ASKS_CERTIFICATE,
			      m.len ? msg_send(c->fd, &m) : ERR_LIMIT);
}

void checkers_on_certificate(struct checkers *all,
			     void (*certified)(void *ctx, uint32_t id,
					       const struct client_answer *))
{
	all->certified = certified;
}
