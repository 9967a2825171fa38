/* SPDX-License-Identifier: BSD-2-Clause */
/* account.c - what the users file says of who tries to log in. */
#include "monitor/account.h"

#include "base/err.h"
#include "base/log.h"
#include "base/siphash.h"
#include "tls/tls.h"

#include <stdio.h>
#include <string.h>

/* Behind the mark of a lock; "": there is none. */
static const char *hash_of(const struct user *u)
{
	const char *hash = u->hash + (u->hash[0] == '!');

	return *hash == '!' || *hash == '*' ? "" : hash;
}

/* Keyed by what only the file knows: so nobody can foresee whose hash a name
 * leads to, and other lines of the file do not change it. */
static uint64_t account_score(const char *hash, const char *name)
{
	struct sip_key key = { { 0 } };
	size_t n = strlen(hash), tail = MIN(n, sizeof key);

	memcpy(&key, hash + n - tail, tail);
	return siphash(&key, name, strlen(name));
}

/* The hash whose kind and cost a stranger's check has. */
static const char *hash_for_strangers(const struct users *users,
				      const char *name)
{
	const char *found = "";
	uint64_t most = 0;

	for (size_t i = 0; i < users->n; i++) {
		const char *hash = hash_of(&users->list[i]);
		uint64_t s = *hash ? account_score(hash, name) : 0;

		if (*hash && (!*found || s > most)) {
			found = hash;
			most = s;
		}
	}
	return found;
}

/* Still of the same kind, and what no password has: the last letter stands for a
 * part of the result, never of the salt. */
static void account_spoil(char *hash)
{
	size_t n = strlen(hash);

	if (n)
		hash[n - 1] = hash[n - 1] == '.' ? '/' : '.';
}

static void account_fill(struct account *a, const struct users *users,
			 const char *name, const struct conf_errors *e)
{
	const struct user *u = users_find(users, name);
	/* Looked for in any case: that takes its time, too. */
	const char *other = hash_for_strangers(users, name);
	const char *own = u ? hash_of(u) : "";

	a->locked = u && user_hash_is_locked(u->hash);
	a->is_real = *own && !a->locked;
	if (u && user_groups_text(u, a->groups, sizeof a->groups)) {
		log_msg(LOG_ERROR, NULL,
			"%s:%u: the groups of %s are longer "
			"than %zu bytes",
			e->file, u->line, u->name, sizeof a->groups);
		a->is_real = false;
	}
	snprintf(a->hash, sizeof a->hash, "%s", *own ? own : other);
	if (!a->is_real) {
		a->groups[0] = 0;
		account_spoil(a->hash);
	}
}

int account_read(struct account *a, const char *name, struct conf_errors *e)
{
	struct users users;
	int r = users_read(&users, e);

	*a = (struct account){ 0 };
	if (r)
		return r;
	account_fill(a, &users, name, e);
	users_fini(&users);
	return 0;
}

bool account_same(const struct account *a, const struct account *b)
{
	size_t n = strlen(a->hash);

	return a->is_real == b->is_real && strlen(b->hash) == n &&
	       tls_same(a->hash, b->hash, n);
}
