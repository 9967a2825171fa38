/* SPDX-License-Identifier: BSD-2-Clause */
/* account.c - the line of the users file for a user who tries to log in, and
 * what is checked in its place for one who has none. */
#include "monitor/account.h"

#include "base/err.h"
#include "base/log.h"
#include "base/siphash.h"
#include "tls/tls.h"

#include <stdio.h>
#include <string.h>

/* The hash without the mark of a locked user; "": there is none. */
static const char *hash_of(const struct user *u)
{
	const char *hash = u->hash + (u->hash[0] == '!');

	return *hash == '!' || *hash == '*' ? "" : hash;
}

/* For each hash in the users file a number that depends on the name of a
 * stranger: the hash with the highest one is used for that name.  Nobody who
 * does not have the file can foresee which that is, and other lines of the file
 * do not change the number. */
static uint64_t account_score(const char *hash, const char *name)
{
	struct sip_key key = { { 0 } };
	size_t n = strlen(hash), tail = MIN(n, sizeof key);

	memcpy(&key, hash + n - tail, tail);
	return siphash(&key, name, strlen(name));
}

/* The hash of some user: to check a stranger's password takes as long. */
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

/* Changes a hash so that no password fits it, and its check takes as long: the
 * last letter belongs to the result, never to the salt or the cost. */
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
	/* Also for a user who is there, since looking for it takes time. */
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
