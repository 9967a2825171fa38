/* SPDX-License-Identifier: BSD-2-Clause */
/* users.h - the users file: name:hash:group,group */
#ifndef ADIT_POLICY_USERS_H
#define ADIT_POLICY_USERS_H

#include "base/opt.h"

enum { USER_NAME_MAX = 64, USER_HASH_MAX = 384 };

struct user {
	char *name, *hash;
	struct name_list groups;
	unsigned line;
};

struct users {
	struct user *list;
	size_t n;
};

/* 1 to 64 of A-Z a-z 0-9 . _ @ -, not with - at the front. */
bool user_name_ok(const char *name);
/* A hash that no password has: with ! or * in front, as in shadow(5). */
bool user_hash_is_locked(const char *hash);

/* Its groups as "a,b" in to[cap]; ERR_LIMIT: they do not fit. */
MUST_CHECK int user_groups_text(const struct user *u, char *to, size_t cap);
/* What crypt(5) calls the kind of a hash, also of a locked one; "none",
 * "unknown". *weak: somebody who has a copy of the file guesses the password
 * with little effort, or crypt(3) has no such kind. */
const char *user_hash_kind(const char *hash, bool *weak);

/* Bad lines are left out and stand in `e`; the others are good.  0 or
 * ERR_NOMEM.  users_fini wipes the hashes. */
MUST_CHECK int users_parse(const char *text, size_t len, struct users *out,
			   struct conf_errors *e);
/* The same from e->file.  ERR_CONF: the file cannot be used at all. */
MUST_CHECK int users_read(struct users *out, struct conf_errors *e);
const struct user *users_find(const struct users *u, const char *name);
void users_fini(struct users *u);

enum users_lock { USERS_LOCK_KEEP, USERS_LOCK, USERS_UNLOCK };

/* One line of the file, made new. */
struct users_edit {
	const char *name;
	const char *hash;   /* NULL: as it was; needed for a new user */
	const char *groups; /* "a,b"; NULL: as they were, none for a new one */
	bool remove;
	enum users_lock lock; /* ! in front of the hash; a new hash alone
				 * leaves it there */
};

/* Rewrites e->file in one step (temporary file, rename); other lines, comments
 * too, the mode and the owner stay.  A file that is not there is made, 0600.
 * 0; ERR_NOTFOUND: no such user to remove or to change; ERR_CONF, ERR_NOMEM.
 * The reason stands in `e`. */
MUST_CHECK int users_change(const struct users_edit *edit,
			    struct conf_errors *e);

#endif
