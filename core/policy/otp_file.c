/* SPDX-License-Identifier: BSD-2-Clause */
/* otp_file.c - reads and changes the file of secrets for one-time codes. */
#include "policy/otp_file.h"

#include "base/err.h"
#include "policy/line_file.h"
#include "policy/users.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char otp_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

char *otp_file_path(const char *users)
{
	char *path;

	return asprintf(&path, "%s.otp", users) < 0 ? NULL : path;
}

bool otp_secret_ok(const char *secret)
{
	size_t n = strspn(secret, otp_alphabet);

	return !secret[n] && n >= OTP_SECRET_LEAST && n <= OTP_SECRET_MOST;
}

/* One line of the file, without its end. */
struct otp_line {
	const char *p;
	size_t n, whole; /* bytes without and with the end */
};

/* The line at `p`, which has left[0] bytes behind it; false: there is none. */
static bool otp_file_next(struct otp_line *l, const char *p, size_t left)
{
	const char *nl = left ? memchr(p, '\n', left) : NULL;

	l->p = p;
	l->whole = nl ? (size_t)(nl - p) + 1 : left;
	l->n = nl ? (size_t)(nl - p) : left;
	if (l->n && p[l->n - 1] == '\r')
		l->n--;
	return left;
}

static int otp_file_take(const struct otp_line *l, unsigned number,
			 char secret[OTP_SECRET_MOST + 1],
			 struct conf_errors *e)
{
	const char *colon = memchr(l->p, ':', l->n);
	size_t n = l->n - (size_t)(colon + 1 - l->p);

	snprintf(secret, OTP_SECRET_MOST + 1, "%.*s",
		 (int)MIN(n, (size_t)OTP_SECRET_MOST), colon + 1);
	if (n <= OTP_SECRET_MOST && otp_secret_ok(secret))
		return 0;
	explicit_bzero(secret, OTP_SECRET_MOST + 1);
	conf_error(e, number,
		   "expected name:SECRET with %d to %d letters of base32 (A-Z "
		   "and 2-7); aditctl otp writes such lines",
		   OTP_SECRET_LEAST, OTP_SECRET_MOST);
	return ERR_INVAL;
}

static int otp_file_search(const struct buf *text, const char *user,
			   char secret[OTP_SECRET_MOST + 1],
			   struct conf_errors *e)
{
	const char *p = (const char *)buf_ptr(text);
	size_t left = buf_len(text);
	struct otp_line l;

	for (unsigned number = 1; otp_file_next(&l, p, left); number++) {
		if (line_file_is_of(user, l.p, l.n))
			return otp_file_take(&l, number, secret, e);
		p += l.whole;
		left -= l.whole;
	}
	return 0;
}

/* A file that does not exist is empty.  otp_file_wipe is the caller's in any
 * case. */
static int otp_file_read(struct buf *text, struct conf_errors *e)
{
	if (access(e->file, F_OK) && errno == ENOENT)
		return 0;
	return conf_text_read(text, true, e);
}

static void otp_file_wipe(struct buf *text)
{
	if (text->data)
		explicit_bzero(text->data, text->cap);
	buf_fini(text);
}

int otp_file_find(const char *user, char secret[OTP_SECRET_MOST + 1],
		  struct conf_errors *e)
{
	struct buf text = { 0 };
	int r;

	secret[0] = 0;
	r = otp_file_read(&text, e);
	if (!r)
		r = otp_file_search(&text, user, secret, e);
	otp_file_wipe(&text);
	return r;
}

static int otp_file_name(const struct otp_line *l, struct name_list *names)
{
	const char *colon = memchr(l->p, ':', l->n);
	char name[USER_NAME_MAX + 1];
	size_t n = colon ? (size_t)(colon - l->p) : 0;

	if (n >= sizeof name)
		return 0;
	memcpy(name, l->p, n);
	name[n] = 0;
	return user_name_ok(name) ? name_list_add(names, name) : 0;
}

int otp_file_users(struct name_list *names, struct conf_errors *e)
{
	struct buf text = { 0 };
	struct otp_line l;
	size_t left;
	const char *p;
	int r = otp_file_read(&text, e);

	p = (const char *)buf_ptr(&text);
	left = buf_len(&text);
	for (; !r && otp_file_next(&l, p, left); p += l.whole) {
		left -= l.whole;
		r = otp_file_name(&l, names);
		if (r)
			conf_error(e, 0, "%s", err_str(r));
	}
	otp_file_wipe(&text);
	return r;
}

/* ---- changes ------------------------------------------------------------- */

static int otp_file_put(struct buf *to, const char *user, const char *secret)
{
	char line[USER_NAME_MAX + OTP_SECRET_MOST + 3];
	int n = snprintf(line, sizeof line, "%s:%s\n", user, secret);
	int r = buf_append(to, line, (size_t)n);

	explicit_bzero(line, sizeof line);
	return r;
}

/* All lines but those of `user`; *had: there was one. */
static int otp_file_copy(struct line_file *f, const char *user, bool *had)
{
	const char *p = (const char *)buf_ptr(&f->old);
	size_t left = buf_len(&f->old);
	struct otp_line l;
	int r = 0;

	*had = false;
	for (; !r && otp_file_next(&l, p, left); p += l.whole) {
		left -= l.whole;
		if (line_file_is_of(user, l.p, l.n))
			*had = true;
		else
			r = buf_append(&f->new, l.p, l.whole);
		if (!r && !left && l.p[l.whole - 1] != '\n')
			r = buf_append(&f->new, "\n", 1);
	}
	return r;
}

int otp_file_change(const char *user, const char *secret, struct conf_errors *e)
{
	struct line_file f = { .hurries = false };
	bool had = false;
	int r;

	if (!user_name_ok(user) || (secret && !otp_secret_ok(secret)))
		return conf_error(e, 0, "%s: %s", user, err_str(ERR_INVAL));
	r = line_file_open(&f, e);
	if (!r)
		r = otp_file_copy(&f, user, &had);
	if (!r && secret)
		r = otp_file_put(&f.new, user, secret);
	if (!r && (secret || had))
		r = line_file_replace(&f);
	if (r == ERR_NOMEM)
		conf_error(e, 0, "%s", err_str(r));
	line_file_close(&f);
	return !r && !secret && !had ? ERR_NOTFOUND : r;
}
