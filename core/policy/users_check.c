/* SPDX-License-Identifier: BSD-2-Clause */
/* users_check.c - warns about users files and [group] sections that do not fit
 * together.  That is allowed, and most often a mistake. */
#include "policy/users_check.h"

#include "base/err.h"
#include "policy/conf_parts.h"
#include "policy/policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes " and 3 more", or nothing for 0, to dst[cap]. */
static const char *check_and_more(size_t n, char *dst, size_t cap)
{
	dst[0] = 0;
	if (n)
		snprintf(dst, cap, " and %zu more", n);
	return dst;
}

/* ---- groups of users ----------------------------------------------------- */

/* A group of the users file that has no section, and how many users are in it;
 * one warning for all of them. */
struct stranger {
	const char *group;
	const struct user *first;
	size_t more;
};

struct users_check {
	const struct gw_conf *conf;
	const char **names; /* of the groups, sorted */
	struct stranger list[CONF_ERRORS_MAX];
	size_t n;
	struct conf_errors *warn;
};

static int check_by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool check_is_there(const struct users_check *k, const char *group)
{
	return k->conf->ngroups && bsearch(&group, k->names, k->conf->ngroups,
					   sizeof *k->names, check_by_text);
}

static void check_error(const struct users_check *k, const struct stranger *s)
{
	struct conf_guess guess = { .word = s->group };
	char hint[128], more[40];

	for (size_t i = 0; i < k->conf->ngroups; i++)
		conf_guess_offer(&guess, k->names[i]);
	conf_error(k->warn, s->first->line,
		   "%s%s: there is no [group %s] in "
		   "%s%s",
		   s->first->name, check_and_more(s->more, more, sizeof more),
		   s->group, k->conf->file,
		   conf_guess_text(&guess, hint, sizeof hint));
}

static void check_note(struct users_check *k, const struct user *u,
		       const char *group)
{
	struct stranger one = { group, u, 0 };
	size_t i;

	for (i = 0; i < k->n; i++) {
		if (strcmp(k->list[i].group, group))
			continue;
		k->list[i].more++;
		if (u->line < k->list[i].first->line)
			k->list[i].first = u;
		return;
	}
	if (k->n < ARRAY_LEN(k->list))
		k->list[k->n++] = one;
	else
		check_error(k, &one);
}

int users_check_groups(const struct users *u, const struct gw_conf *c,
		       struct conf_errors *warn)
{
	struct users_check k = { .conf = c, .warn = warn };

	k.names = calloc(c->ngroups + 1, sizeof *k.names);
	if (!k.names)
		return ERR_NOMEM;
	for (size_t i = 0; i < c->ngroups; i++)
		k.names[i] = c->groups[i].name;
	qsort(k.names, c->ngroups, sizeof *k.names, check_by_text);
	for (size_t i = 0; i < u->n; i++) {
		const struct user *one = &u->list[i];

		for (size_t g = 0; g < one->groups.n; g++)
			if (!check_is_there(&k, one->groups.item[g]))
				check_note(&k, one, one->groups.item[g]);
	}
	for (size_t i = 0; i < k.n; i++)
		check_error(&k, &k.list[i]);
	free(k.names);
	return 0;
}

/* ---- hashes -------------------------------------------------------------- */

enum { KINDS_MAX = 16 };

/* A weak kind of hash, and how many users have it. */
struct weak_form {
	const char *kind;
	const struct user *first;
	size_t more;
};

static void check_complain_of_form(const struct weak_form *w,
				   struct conf_errors *warn)
{
	const char *name = w->first->name;
	bool unknown = !strcmp(w->kind, "unknown");
	char more[40];

	check_and_more(w->more, more, sizeof more);
	if (unknown)
		conf_error(warn, w->first->line,
			   "%s%s: the password hash has a format that is "
			   "not known here: set a new password with "
			   "aditctl passwd %s",
			   name, more, name);
	else
		conf_error(warn, w->first->line,
			   "%s%s: the password hash (%s) is weak: whoever "
			   "gets this file soon finds the password: set a "
			   "new one with aditctl passwd %s",
			   name, more, w->kind, name);
}

void users_check_hashes(const struct users *u, struct conf_errors *warn)
{
	struct weak_form all[KINDS_MAX];
	size_t n = 0, k;
	bool weak;

	for (size_t i = 0; i < u->n; i++) {
		const struct user *one = &u->list[i];
		const char *kind = user_hash_kind(one->hash, &weak);

		for (k = 0; k < n && strcmp(all[k].kind, kind); k++)
			;
		if (!weak || k == KINDS_MAX)
			continue;
		if (k < n)
			all[k].more++;
		else
			all[n++] = (struct weak_form){ kind, one, 0 };
	}
	for (k = 0; k < n; k++)
		check_complain_of_form(&all[k], warn);
}

/* ---- users of groups ----------------------------------------------------- */

/* Whether there is such a user at a gateway where the group is valid.  True if
 * that is not known, because a users file could not be read. */
static bool check_may_log_in(const struct gw_conf *c,
			     const struct gw_group *group,
			     const struct users *const *users, const char *name)
{
	bool counts = false;

	for (size_t i = 0; i < c->ngateways; i++) {
		if (!policy_counts(c, &c->gateways[i], group))
			continue;
		counts = true;
		if (!users[i] || users_find(users[i], name))
			return true;
	}
	/* If no gateway has the group, conf_check.c warns of that. */
	return !counts;
}

static void check_group_users(const struct gw_conf *c, struct gw_group *g,
			      const struct users *const *users,
			      struct conf_errors *warn)
{
	struct opt_target t = { gw_group_opts, g, &g->lines };
	const char *first = NULL;
	char text[40];
	size_t more = 0;

	for (size_t i = 0; i < g->users.n; i++) {
		const char *name = g->users.item[i];

		if (!strcmp(name, "*") || check_may_log_in(c, g, users, name))
			continue;
		more += first != NULL;
		first = first ? first : name;
	}
	if (first)
		conf_error(warn, opt_line(&t, "users"),
			   "[group %s] names "
			   "%s%s: no users file has such a user; aditctl "
			   "passwd %s adds one",
			   g->name, first,
			   check_and_more(more, text, sizeof text), first);
}

void users_check_names(const struct gw_conf *c,
		       const struct users *const *users,
		       struct conf_errors *warn)
{
	for (size_t i = 0; i < c->ngroups; i++)
		check_group_users(c, &c->groups[i], users, warn);
}
