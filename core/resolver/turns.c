/* SPDX-License-Identifier: BSD-2-Clause */
/* turns.c - whose turn it is, where many users wait and each has a few places.
 *
 * Users who may have a place take turns, one place each time (round robin).
 * Where too many wait the longest line loses its end, so that nobody keeps
 * others out by asking more. */
#include "resolver/turns.h"

#include <stdlib.h>
#include <string.h>

struct turn_user {
	struct list node;  /* turns.users */
	struct list ready; /* turns.ready, while it may have a place */
	struct list line;  /* struct turn.node */
	unsigned waiting, taken;
	char who[];
};

struct turns {
	struct turns_rules rules;
	struct list users, ready;
	struct turn_user *first; /* "" */
	unsigned waiting, taken;
};

static struct turn_user *user_new(struct turns *t, const char *who)
{
	size_t n = strlen(who) + 1;
	struct turn_user *u = calloc(1, sizeof *u + n);

	if (!u)
		return NULL;
	memcpy(u->who, who, n);
	list_init(&u->node);
	list_init(&u->ready);
	list_init(&u->line);
	list_append(&t->users, &u->node);
	return u;
}

static struct turn_user *user_find(struct turns *t, const char *who)
{
	struct list *n, *next;

	list_each (n, next, &t->users) {
		struct turn_user *u = list_entry(n, struct turn_user, node);

		if (!strcmp(u->who, who))
			return u;
	}
	return user_new(t, who);
}

/* To be called after each change of its numbers: a user who may have a place
 * now goes behind the others who may. */
static void user_changed(struct turns *t, struct turn_user *u)
{
	list_remove(&u->ready);
	if (u == t->first)
		return;
	if (u->waiting && u->taken < t->rules.each)
		list_append(&t->ready, &u->ready);
	if (!u->waiting && !u->taken) {
		list_remove(&u->node);
		free(u);
	}
}

struct turns *turns_new(const struct turns_rules *rules)
{
	struct turns *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->rules = *rules;
	list_init(&t->users);
	list_init(&t->ready);
	t->first = user_new(t, "");
	if (t->first)
		return t;
	free(t);
	return NULL;
}

void turns_free(struct turns *t)
{
	if (!t)
		return;
	while (!list_is_empty(&t->users)) {
		struct turn_user *u = list_first(&t->users, struct turn_user,
						 node);

		list_remove(&u->node);
		free(u);
	}
	free(t);
}

static struct turn *last_of(struct turn_user *u)
{
	return list_entry(u->line.prev, struct turn, node);
}

/* The user with the longest line.  Looks at all of them, since that is needed
 * only where very many wait. */
static struct turn_user *longest(struct turns *t)
{
	struct turn_user *most = t->first;
	struct list *n, *next;

	list_each (n, next, &t->users) {
		struct turn_user *u = list_entry(n, struct turn_user, node);

		if (u->waiting > most->waiting)
			most = u;
	}
	return most;
}

struct turn *turns_wait(struct turns *t, struct turn *item, const char *who)
{
	struct turn_user *u = user_find(t, who);
	struct turn *last = NULL;

	item->user = NULL;
	list_init(&item->node);
	if (!u)
		return item;
	item->user = u;
	list_append(&u->line, &item->node);
	u->waiting++;
	t->waiting++;
	if (u->waiting > t->rules.line)
		last = last_of(u);
	else if (t->waiting > t->rules.lines)
		last = last_of(longest(t));
	/* A user who is ready keeps the place among the others. */
	if (list_is_empty(&u->ready))
		user_changed(t, u);
	if (last)
		turns_leave(t, last);
	return last;
}

void turns_leave(struct turns *t, struct turn *item)
{
	struct turn_user *u = item->user;

	if (!u)
		return;
	list_remove(&item->node);
	item->user = NULL;
	t->waiting--;
	u->waiting--;
	if (!u->waiting)
		user_changed(t, u);
}

static struct turn_user *whose(const struct turns *t)
{
	if (t->taken >= t->rules.places)
		return NULL;
	if (t->first->waiting)
		return t->first;
	if (t->taken + t->rules.kept >= t->rules.places ||
	    list_is_empty(&t->ready))
		return NULL;
	return list_first(&t->ready, struct turn_user, ready);
}

struct turn *turns_next(struct turns *t, struct turn_user **user)
{
	struct turn_user *u = whose(t);
	struct turn *item;

	if (!u)
		return NULL;
	item = list_first(&u->line, struct turn, node);
	u->taken++;
	t->taken++;
	turns_leave(t, item);
	user_changed(t, u);
	*user = u;
	return item;
}

void turns_end(struct turns *t, struct turn_user *u)
{
	bool was_ready = !list_is_empty(&u->ready);

	u->taken--;
	t->taken--;
	if (!was_ready)
		user_changed(t, u);
}
