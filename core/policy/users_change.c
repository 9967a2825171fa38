/* SPDX-License-Identifier: BSD-2-Clause */
/* users_change.c - changes one line of the users file. */
#include "policy/users.h"

#include "base/err.h"
#include "policy/line_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rewrite {
	const struct users_edit *edit;
	struct conf_errors *e;
	struct line_file file;
	bool found; /* the user has a line */
};

/* Checks a line with the rules by which the file is read. */
static int change_check_line(const char *line, size_t len,
			     struct conf_errors *e)
{
	struct users u;
	unsigned before = e->count;
	int r = users_parse(line, len, &u, e);

	if (!r && (u.n != 1 || e->count != before))
		r = e->count != before ?
			    ERR_CONF :
			    conf_error(e, 0, "%s", err_str(ERR_INVAL));
	users_fini(&u);
	return r;
}

/* Part of a line. */
struct field {
	const char *p;
	int n;
};

static struct field change_field_of(const char *text)
{
	return (struct field){ text, (int)strlen(text) };
}

/* Returns "!" if the hash of the new line is to be locked, else "".  Takes it
 * off the old hash. */
static const char *change_take_lock(struct rewrite *w, struct field *hash)
{
	bool locked = hash->n && hash->p[0] == '!';

	/* A hash that begins with * is locked already. */
	if (w->edit->lock == USERS_LOCK && !w->edit->hash && hash->n &&
	    hash->p[0] == '*')
		return "";
	while (hash->n && hash->p[0] == '!') {
		hash->p++;
		hash->n--;
	}
	if (w->edit->lock == USERS_LOCK_KEEP)
		return locked ? "!" : "";
	return w->edit->lock == USERS_LOCK ? "!" : "";
}

/* Writes the new line.  `hash` and `groups` are those of the old line, for what
 * the edit keeps. */
static int change_put_line(struct rewrite *w, struct field hash,
			   struct field groups)
{
	const struct users_edit *d = w->edit;
	const char *lock = change_take_lock(w, &hash);
	char *line;
	int n, r;

	if (d->hash)
		hash = change_field_of(d->hash);
	if (d->groups)
		groups = change_field_of(d->groups);
	if (d->lock == USERS_UNLOCK && (!hash.n || hash.p[0] == '*'))
		return conf_error(w->e, 0,
				  "%s has no password that unlocking "
				  "could bring back: set one with aditctl "
				  "passwd %s",
				  d->name, d->name);
	n = asprintf(&line, "%s:%s%.*s:%.*s\n", d->name, lock, hash.n, hash.p,
		     groups.n, groups.p);
	if (n < 0)
		return ERR_NOMEM;
	r = change_check_line(line, (size_t)n, w->e);
	if (!r)
		r = buf_append(&w->file.new, line, (size_t)n);
	explicit_bzero(line, (size_t)n);
	free(line);
	return r;
}

/* Whether the line is as the edit expects it: somebody else may have given the
 * user another password, or locked him, since the caller has looked. */
static bool change_is_expected(const struct rewrite *w, struct field hash)
{
	const char *was = w->edit->was;

	return !was || ((size_t)hash.n == strlen(was) &&
			!memcmp(hash.p, was, (size_t)hash.n));
}

static int change_line(struct rewrite *w, const char *p, size_t n)
{
	const char *hash = p + strlen(w->edit->name) + 1, *end = p + n, *colon;
	struct conf_errors unsaid = { .file = w->e->file };
	struct field old = { hash, 0 };
	int r;

	/* Only the first line for a user is valid, so others are removed. */
	if (w->found || w->edit->remove) {
		w->found = true;
		return 0;
	}
	/* Readers ignore a wrong line, so it is not the line of this user. */
	r = change_check_line(p, n, &unsaid);
	if (r)
		return r == ERR_NOMEM ? r : 0;
	w->found = true;
	while (end > hash && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	colon = memchr(hash, ':', (size_t)(end - hash));
	old.n = (int)((colon ? colon : end) - hash);
	if (!change_is_expected(w, old)) {
		conf_error(w->e, 0, "the line of %s was changed meanwhile",
			   w->edit->name);
		return ERR_DENIED;
	}
	if (!colon)
		return change_put_line(w, old, change_field_of(""));
	return change_put_line(
		w, old, (struct field){ colon + 1, (int)(end - colon - 1) });
}

static int change_make_text(struct rewrite *w)
{
	const char *p = (const char *)buf_ptr(&w->file.old);
	size_t left = buf_len(&w->file.old);
	int r = 0;

	while (!r && left) {
		const char *nl = memchr(p, '\n', left);
		size_t n = nl ? (size_t)(nl - p) + 1 : left;

		if (line_file_is_of(w->edit->name, p, n))
			r = change_line(w, p, n);
		else
			r = buf_append(&w->file.new, p, n);
		if (!r && !nl && !w->found)
			r = buf_append(&w->file.new, "\n", 1);
		p += n;
		left -= n;
	}
	if (r || w->found)
		return r;
	if (w->edit->remove || !w->edit->hash || w->edit->was) {
		conf_error(w->e, 0,
			   "there is no user %s; aditctl "
			   "users lists them",
			   w->edit->name);
		return ERR_NOTFOUND;
	}
	return change_put_line(w, change_field_of(""), change_field_of(""));
}

int users_change(const struct users_edit *edit, struct conf_errors *e)
{
	struct rewrite w = { .edit = edit,
			     .e = e,
			     .file = { .hurries = edit->hurries } };
	int r;

	if (!user_name_ok(edit->name))
		return conf_error(
			e, 0,
			"%s is not a valid user name: 1 to %d letters, "
			"digits and . _ @ -",
			edit->name, USER_NAME_MAX);
	r = line_file_open(&w.file, e);
	if (!r)
		r = change_make_text(&w);
	if (!r)
		r = line_file_replace(&w.file);
	if (r == ERR_NOMEM)
		conf_error(e, 0, "%s", err_str(r));
	line_file_close(&w.file);
	return r;
}
