/* SPDX-License-Identifier: BSD-2-Clause */
/* users.h - reads and changes the users file, whose lines are
 * name:hash:group,group. */
#ifndef ADIT_POLICY_USERS_H
#define ADIT_POLICY_USERS_H

#include "base/opt.h"
#include "policy/user_name.h"

#include <sys/stat.h>
#include <time.h>

enum { USER_HASH_MAX = 384 };

struct user {
	char *name, *hash;
	struct name_list groups;
	unsigned line;
};

struct users {
	struct user *list;
	size_t n;
};

/* Whether no password fits the hash, since it begins with ! or *, as in
 * shadow(5). */
bool user_hash_is_locked(const char *hash);

/* Writes the groups of a user as "a,b" to to[cap].  0, or ERR_LIMIT: they do
 * not fit. */
MUST_CHECK int user_groups_text(const struct user *u, char *to, size_t cap);
/* The name that crypt(5) has for this kind of hash, also if it is locked; or
 * "none" or "unknown".  *weak: somebody who gets the file can guess the
 * password with little effort, or the kind is unknown. */
const char *user_hash_kind(const char *hash, bool *weak);

/* Reads text[len], the text of a users file.  Wrong lines are left out, with an
 * error in `e` for each.  0 or ERR_NOMEM.  The caller calls users_fini, which
 * wipes the hashes. */
MUST_CHECK int users_parse(const char *text, size_t len, struct users *out,
			   struct conf_errors *e);
/* Reads the file e->file in the same way.  ERR_CONF: it cannot be read at
 * all. */
MUST_CHECK int users_read(struct users *out, struct conf_errors *e);
/* Which file was there, so that it need not be read again while it is the
 * same. */
struct users_file {
	struct stat st;
	bool settled; /* any change from now on shows in `st` */
};
/* Before the file is read.  `now`: the system's time, in seconds. */
void users_look(struct users_file *, const char *file, time_t now);
/* Whether `file` says for certain what it said at users_look. */
MUST_CHECK bool users_same(const struct users_file *, const char *file);
/* NULL: there is no such user. */
const struct user *users_find(const struct users *u, const char *name);
void users_fini(struct users *u);

enum users_lock { USERS_LOCK_KEEP, USERS_LOCK, USERS_UNLOCK };

/* How to change the line of one user. */
struct users_edit {
	const char *name;
	const char *hash;   /* NULL: keep it; a new user needs one */
	const char *groups; /* "a,b"; NULL: keep them; a new user gets none */
	bool remove;
	enum users_lock lock; /* puts ! before the hash or takes it away; a
				 * new hash alone keeps it */
	const char *was; /* the line must have this hash still; NULL: any */
	bool hurries;    /* it does not wait for another one who changes the
			    * file, such as aditctl */
};

/* Rewrites e->file by writing a temporary file and renaming it.  Other lines,
 * comments, the mode and the owner stay as they are.  A file that does not
 * exist is made with mode 0600.  0; ERR_NOTFOUND: there is no such user to
 * remove or to change; ERR_DENIED: the hash is not `was` any more; ERR_AGAIN:
 * another one changes the file now; ERR_CONF, ERR_NOMEM.  The reason is in
 * `e`. */
MUST_CHECK int users_change(const struct users_edit *edit,
			    struct conf_errors *e);

#endif
