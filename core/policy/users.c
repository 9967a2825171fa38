/* SPDX-License-Identifier: BSD-2-Clause */
/* users.c - reads the users file. */
#include "policy/users.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_CAP = 1024 };

bool user_hash_is_locked(const char *hash)
{
	return hash[0] == '!' || hash[0] == '*';
}

int user_groups_text(const struct user *u, char *to, size_t cap)
{
	size_t at = 0;

	to[0] = 0;
	for (size_t i = 0; i < u->groups.n; i++) {
		size_t n = strlen(u->groups.item[i]);

		if (at + n + 2 > cap)
			return ERR_LIMIT;
		if (at)
			to[at++] = ',';
		memcpy(to + at, u->groups.item[i], n + 1);
		at += n;
	}
	return 0;
}

/* The mark of a locked user, !, does not count towards the length. */
static bool user_hash_ok(const char *hash)
{
	const char *p, *start = hash + (hash[0] == '!');

	for (p = hash; *p; p++)
		if (*p <= ' ' || *p > '~' || *p == ':')
			return false;
	return p > hash && p - start <= USER_HASH_MAX;
}

static void user_fini(struct user *u)
{
	if (u->hash)
		explicit_bzero(u->hash, strlen(u->hash));
	free(u->hash);
	free(u->name);
	name_list_fini(&u->groups);
}

void users_fini(struct users *u)
{
	while (u->n)
		user_fini(&u->list[--u->n]);
	free(u->list);
	*u = (struct users){ 0 };
}

/* Cuts the line at its first colon and returns what follows; NULL: there is no
 * colon. */
static char *users_cut_field(char *line)
{
	char *colon = strchr(line, ':');

	if (!colon)
		return NULL;
	*colon = 0;
	return colon + 1;
}

static int users_add_groups(struct user *u, const char *text,
			    struct conf_errors *e)
{
	size_t i;
	int r = *text ? opt_parse_list(text, &u->groups) : 0;

	if (r == ERR_NOMEM)
		return r;
	for (i = 0; !r && i < u->groups.n; i++)
		if (!ini_is_name(u->groups.item[i]))
			r = ERR_INVAL;
	return r ? conf_error(e, u->line,
			      "%s: expected group,group after the second colon",
			      u->name) :
		   0;
}

/* 0, ERR_CONF for a line that is not good, ERR_NOMEM. */
static int users_parse_line(struct user *u, char *line, struct conf_errors *e)
{
	char *hash = users_cut_field(line);
	char *groups = hash ? users_cut_field(hash) : NULL;

	if (!hash)
		return conf_error(e, u->line,
				  "expected name:hash:group,group; "
				  "aditctl passwd writes such lines");
	if (!user_name_ok(line))
		return conf_error(e, u->line,
				  "%s is not a valid user name: 1 to %d "
				  "letters, digits and . _ @ -",
				  line, USER_NAME_MAX);
	if (!user_hash_ok(hash))
		return conf_error(
			e, u->line,
			"%s has no usable password hash: set a password "
			"with aditctl passwd %s",
			line, line);
	u->name = strdup(line);
	u->hash = strdup(hash);
	if (!u->name || !u->hash)
		return ERR_NOMEM;
	return groups ? users_add_groups(u, groups, e) : 0;
}

static int users_add_line(struct users *out, char *line, unsigned number,
			  struct conf_errors *e)
{
	struct user u = { .line = number }, *more;
	int r;

	if (!line[strspn(line, " \t")] || *line == '#' || *line == ';')
		return 0;
	r = users_parse_line(&u, line, e);
	/* The memory doubles when the number of users is a power of two; the
	 * file is read at each login, so this must be quick. */
	if (!r && !(out->n & (out->n - 1))) {
		more = reallocarray(out->list, out->n ? out->n * 2 : 1,
				    sizeof *more);
		if (more)
			out->list = more;
		else
			r = ERR_NOMEM;
	}
	if (!r)
		out->list[out->n++] = u;
	else
		user_fini(&u);
	return r == ERR_NOMEM ? r : 0;
}

static int users_by_name_and_line(const void *a, const void *b)
{
	const struct user *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : x->line < y->line ? -1 : x->line > y->line;
}

/* Sorts the users.  Of several lines for one user only the first is kept. */
static void users_settle(struct users *u, struct conf_errors *e)
{
	size_t i, kept = 0;

	if (!u->n)
		return;
	qsort(u->list, u->n, sizeof *u->list, users_by_name_and_line);
	for (i = 1; i < u->n; i++) {
		if (strcmp(u->list[i].name, u->list[kept].name)) {
			u->list[++kept] = u->list[i];
			continue;
		}
		conf_error(e, u->list[i].line,
			   "duplicate user %s, also in line %u: remove one "
			   "of them",
			   u->list[i].name, u->list[kept].line);
		user_fini(&u->list[i]);
	}
	u->n = kept + 1;
}

int users_parse(const char *text, size_t len, struct users *out,
		struct conf_errors *e)
{
	const char *p = text, *end = len ? text + len : text;
	char line[LINE_CAP];
	unsigned number;
	int r = 0;

	*out = (struct users){ 0 };
	for (number = 1; !r && p < end; number++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);

		if (n && p[n - 1] == '\r')
			n--;
		if (n < sizeof line && !memchr(p, 0, n)) {
			memcpy(line, p, n);
			line[n] = 0;
			r = users_add_line(out, line, number, e);
		} else {
			conf_error(e, number,
				   "the line is too long or has a NUL byte: "
				   "expected name:hash:group,group");
		}
		p = nl ? nl + 1 : end;
	}
	explicit_bzero(line, sizeof line);
	if (r) {
		conf_error(e, 0, "%s", err_str(r));
		users_fini(out);
		return r;
	}
	users_settle(out, e);
	return 0;
}

int users_read(struct users *out, struct conf_errors *e)
{
	struct buf text;
	int r = conf_text_read(&text, true, e);

	*out = (struct users){ 0 };
	if (r)
		return r;
	r = users_parse((const char *)buf_ptr(&text), buf_len(&text), out, e);
	if (buf_len(&text))
		explicit_bzero(buf_ptr(&text), buf_len(&text));
	buf_fini(&text);
	return r;
}

/* The kernel's clock for files moves in steps of some milliseconds: two changes
 * in one of them look like one.  A file that has rested for a while cannot have
 * had the first in this step. */
enum { SETTLED_S = 2 };

void users_look(struct users_file *u, const char *file, time_t now)
{
	*u = (struct users_file){ 0 };
	u->settled = !stat(file, &u->st) &&
		     now - u->st.st_ctim.tv_sec >= SETTLED_S;
}

static bool users_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool users_same(const struct users_file *u, const char *file)
{
	struct stat st;

	return u->settled && !stat(file, &st) && st.st_dev == u->st.st_dev &&
	       st.st_ino == u->st.st_ino && st.st_size == u->st.st_size &&
	       users_same_time(&st.st_mtim, &u->st.st_mtim) &&
	       users_same_time(&st.st_ctim, &u->st.st_ctim);
}

static int users_compare_name(const void *key, const void *element)
{
	const struct user *u = element;

	return strcmp(key, u->name);
}

const struct user *users_find(const struct users *u, const char *name)
{
	if (!u->n)
		return NULL;
	return bsearch(name, u->list, u->n, sizeof *u->list,
		       users_compare_name);
}
