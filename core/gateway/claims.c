/* SPDX-License-Identifier: BSD-2-Clause */
/* claims.c - which session publishes under which name. */
#include "gateway/claims.h"

#include "base/err.h"
#include "base/list.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { CLAIM_BACKLOG = 128, CLAIM_WHO = LABEL_MAX + USER_MAX };

struct claims {
	pthread_mutex_t lock; /* of everything here */
	struct list all;      /* struct claim_entry.node, in their order */
	void (*deliver)(struct mail *);
};

struct claim_entry {
	struct list node;
	char name[LABEL_MAX];
	char user[CLAIM_WHO];
	uint64_t session;
	struct shard *shard;
	struct mailbox *box;
	bool holds;
	struct addr at[CLAIM_SOCKETS]; /* where it listens */
	size_t nat;
};

struct claims *claims_new(void (*deliver)(struct mail *))
{
	struct claims *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	pthread_mutex_init(&c->lock, NULL);
	list_init(&c->all);
	c->deliver = deliver;
	return c;
}

static void claim_drop(struct claim_entry *e)
{
	list_remove(&e->node);
	free(e);
}

void claims_free(struct claims *c)
{
	if (!c)
		return;
	while (!list_is_empty(&c->all))
		claim_drop(list_first(&c->all, struct claim_entry, node));
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* ---- the sockets --------------------------------------------------------- */

/* A listening socket that is shut down stays bound, and may listen again.  One
 * that does not listen must be left alone: shutdown(2) would fail, and leave a
 * mark by which all connections that it accepts later are at their end. */
void claims_shut(const int *fd, size_t nfd)
{
	int listens;
	socklen_t len = sizeof listens;

	for (size_t i = 0; i < nfd; i++)
		if (!getsockopt(fd[i], SOL_SOCKET, SO_ACCEPTCONN, &listens,
				&len) &&
		    listens)
			(void)!shutdown(fd[i], SHUT_RDWR);
}

/* ---- the entries --------------------------------------------------------- */

/* NULL: nobody holds the name. */
static struct claim_entry *claim_holder(const struct claims *c,
					const char *name)
{
	struct list *n, *t;

	list_each (n, t, &c->all) {
		struct claim_entry *e = list_entry(n, struct claim_entry, node);

		if (e->holds && !strcmp(e->name, name))
			return e;
	}
	return NULL;
}

/* NULL: the session does not claim the name. */
static struct claim_entry *claim_of(const struct claims *c,
				    const struct claim *want)
{
	struct list *n, *t;

	list_each (n, t, &c->all) {
		struct claim_entry *e = list_entry(n, struct claim_entry, node);

		if (e->session == want->session && !strcmp(e->name, want->name))
			return e;
	}
	return NULL;
}

/* Whether somebody listens there: after a reload that has given an address to
 * another name, its new owner may listen before its old one has left. */
static bool claim_is_at(const struct claims *c, const struct addr *at)
{
	struct list *n, *t;

	list_each (n, t, &c->all) {
		struct claim_entry *e = list_entry(n, struct claim_entry, node);

		for (size_t i = 0; e->holds && i < e->nat; i++)
			if (addr_same(&e->at[i], at))
				return true;
	}
	return false;
}

static void claim_shut(const struct claims *c, const struct claim *what)
{
	for (size_t i = 0; i < what->nfd; i++)
		if (!claim_is_at(c, &what->at[i]))
			claims_shut(&what->fd[i], 1);
}

static int claim_open(struct claim_entry *e, const struct claim *want)
{
	e->nat = 0;
	for (size_t i = 0; i < want->nfd && i < CLAIM_SOCKETS; i++) {
		if (listen(want->fd[i], CLAIM_BACKLOG)) {
			claims_shut(want->fd, i);
			return ERR_SYS;
		}
		e->at[e->nat++] = want->at[i];
	}
	return 0;
}

/* ERR_NOMEM: the session does not hear of it. */
static int claim_tell(const struct claims *c, const struct claim_entry *e)
{
	struct mail_claim *m = calloc(1, sizeof *m);

	if (!m)
		return ERR_NOMEM;
	m->to = e->shard;
	m->session = e->session;
	m->held = e->holds;
	memcpy(m->name, e->name, sizeof m->name);
	mailbox_post(e->box, &m->mail, c->deliver);
	return 0;
}

static struct claim_entry *claim_new(struct claims *c, const struct claim *want)
{
	struct claim_entry *e = calloc(1, sizeof *e);

	if (!e)
		return NULL;
	snprintf(e->name, sizeof e->name, "%s", want->name);
	snprintf(e->user, sizeof e->user, "%s", want->user);
	e->session = want->session;
	e->shard = want->shard;
	e->box = want->box;
	list_append(&c->all, &e->node);
	return e;
}

/* Whether the session gets the name at once; then who has it now loses it. */
static int claim_take(struct claims *c, struct claim_entry *e, bool first)
{
	struct claim_entry *holder = claim_holder(c, e->name);

	if (holder && !first && strcmp(holder->user, e->user))
		return CLAIM_WAITS;
	if (holder) {
		holder->holds = false;
		if (claim_tell(c, holder)) {
			holder->holds = true;
			return CLAIM_WAITS;
		}
	}
	e->holds = true;
	return CLAIM_HELD;
}

/* Who cannot be told, without memory, is passed over. */
static void claim_pass_on(struct claims *c, const char *name)
{
	struct list *n, *t;

	list_each (n, t, &c->all) {
		struct claim_entry *e = list_entry(n, struct claim_entry, node);

		if (strcmp(e->name, name))
			continue;
		e->holds = true;
		e->nat = 0;
		if (!claim_tell(c, e))
			return;
		claim_drop(e);
	}
}

int claims_enter(struct claims *c, const struct claim *want, bool first)
{
	struct claim_entry *e;
	int ret = ERR_NOMEM;

	pthread_mutex_lock(&c->lock);
	e = claim_of(c, want);
	if (!e)
		e = claim_new(c, want);
	if (e)
		ret = e->holds ? CLAIM_HELD : claim_take(c, e, first);
	if (ret == CLAIM_HELD && claim_open(e, want)) {
		int error = errno;

		claim_drop(e);
		claim_pass_on(c, want->name);
		errno = error;
		ret = ERR_SYS;
	}
	pthread_mutex_unlock(&c->lock);
	return ret;
}

int claims_listen(struct claims *c, const struct claim *want)
{
	struct claim_entry *e;
	int ret = ERR_NOTFOUND;

	pthread_mutex_lock(&c->lock);
	e = claim_of(c, want);
	if (e && e->holds)
		ret = claim_open(e, want);
	pthread_mutex_unlock(&c->lock);
	return ret;
}

void claims_leave(struct claims *c, const struct claim *want)
{
	struct claim_entry *e;
	bool held;

	pthread_mutex_lock(&c->lock);
	e = claim_of(c, want);
	held = e && e->holds;
	if (e)
		claim_drop(e);
	/* Who waits in the kernel's queue wanted to reach this user, not the
	 * next one. */
	if (held) {
		claim_shut(c, want);
		claim_pass_on(c, want->name);
	}
	pthread_mutex_unlock(&c->lock);
}

void claims_quit(struct claims *c, const struct claim *before)
{
	pthread_mutex_lock(&c->lock);
	claim_shut(c, before);
	pthread_mutex_unlock(&c->lock);
}
