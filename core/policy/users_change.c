/* SPDX-License-Identifier: BSD-2-Clause */
/* users_change.c - changes one line of the users file. */
#include "policy/users.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct rewrite {
	const struct users_edit *edit;
	struct conf_errors *e;
	struct buf old, new;
	bool found; /* the user has a line */
	int ret;
};

static void change_wipe(struct buf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->cap);
	buf_fini(b);
}

static int change_fail(struct conf_errors *e, const char *doing)
{
	return conf_error(e, 0, "%s: %s%s", doing, strerror(errno),
			  errno == EACCES ? "; run aditctl as root" : "");
}

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
		r = buf_append(&w->new, line, (size_t)n);
	explicit_bzero(line, (size_t)n);
	free(line);
	return r;
}

static int change_line(struct rewrite *w, const char *p, size_t n)
{
	const char *hash = p + strlen(w->edit->name) + 1, *end = p + n, *colon;
	struct conf_errors unsaid = { .file = w->e->file };
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
	if (!colon)
		return change_put_line(
			w, (struct field){ hash, (int)(end - hash) },
			change_field_of(""));
	return change_put_line(w, (struct field){ hash, (int)(colon - hash) },
			       (struct field){ colon + 1,
					       (int)(end - colon - 1) });
}

static bool change_is_line_of(const char *name, const char *p, size_t n)
{
	size_t len = strlen(name);

	return n > len && p[len] == ':' && !memcmp(p, name, len);
}

static int change_make_text(struct rewrite *w)
{
	const char *p = (const char *)buf_ptr(&w->old);
	size_t left = buf_len(&w->old);
	int r = 0;

	while (!r && left) {
		const char *nl = memchr(p, '\n', left);
		size_t n = nl ? (size_t)(nl - p) + 1 : left;

		if (change_is_line_of(w->edit->name, p, n))
			r = change_line(w, p, n);
		else
			r = buf_append(&w->new, p, n);
		if (!r && !nl && !w->found)
			r = buf_append(&w->new, "\n", 1);
		p += n;
		left -= n;
	}
	if (r || w->found)
		return r;
	if (w->edit->remove || !w->edit->hash) {
		conf_error(w->e, 0,
			   "there is no user %s; aditctl "
			   "users lists them",
			   w->edit->name);
		return ERR_NOTFOUND;
	}
	return change_put_line(w, change_field_of(""), change_field_of(""));
}

static int change_write(int fd, const struct buf *b)
{
	size_t at = 0;

	while (at < buf_len(b)) {
		ssize_t n = write(fd, buf_ptr(b) + at, buf_len(b) - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ERR_SYS;
		at += (size_t)n;
	}
	return 0;
}

/* Gives the new file the mode and the owner of the old one.  If there was none,
 * it keeps the mode 0600 of mkostemp. */
static int change_copy_mode(int fd, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return errno == ENOENT ? 0 : ERR_SYS;
	if ((st.st_uid != geteuid() || st.st_gid != getegid()) &&
	    fchown(fd, st.st_uid, st.st_gid))
		return ERR_SYS;
	return fchmod(fd, st.st_mode & 0777) ? ERR_SYS : 0;
}

static int change_replace_file(struct rewrite *w, int dir)
{
	const char *path = w->e->file;
	char *temp;
	int fd, r;

	if (asprintf(&temp, "%s.XXXXXX", path) < 0)
		return ERR_NOMEM;
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0) {
		r = change_fail(w->e,
				"cannot create a temporary file beside it");
		free(temp);
		return r;
	}
	if (change_copy_mode(fd, path) || change_write(fd, &w->new) ||
	    fsync(fd) || rename(temp, path)) {
		r = change_fail(w->e, "cannot be rewritten");
		unlink(temp);
	} else {
		/* Makes sure that the rename survives a power failure. */
		r = fsync(dir) ? change_fail(w->e, "cannot sync its folder") :
				 0;
	}
	close(fd);
	free(temp);
	return r;
}

/* Locks the folder of the file, since the file itself is replaced.  Returns its
 * descriptor, or -1 with errno. */
static int change_lock_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = slash ? strndup(path, (size_t)(slash - path) + 1) :
			     strdup(".");
	int fd;

	if (!name)
		return -1;
	fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(name);
	if (fd >= 0 && flock(fd, LOCK_EX)) {
		close(fd);
		return -1;
	}
	return fd;
}

int users_change(const struct users_edit *edit, struct conf_errors *e)
{
	struct rewrite w = { .edit = edit, .e = e };
	int dir, r = 0;

	if (!user_name_ok(edit->name))
		return conf_error(
			e, 0,
			"%s is not a valid user name: 1 to %d letters, "
			"digits and . _ @ -",
			edit->name, USER_NAME_MAX);
	dir = change_lock_folder(e->file);
	if (dir < 0)
		return change_fail(e, "cannot lock its folder");
	if (faccessat(AT_FDCWD, e->file, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		r = conf_text_read(&w.old, true, e);
	else if (errno != ENOENT)
		r = change_fail(e, "cannot be read");
	if (!r)
		r = change_make_text(&w);
	if (!r)
		r = change_replace_file(&w, dir);
	if (r == ERR_NOMEM)
		conf_error(e, 0, "%s", err_str(r));
	change_wipe(&w.old);
	change_wipe(&w.new);
	close(dir);
	return r;
}
