/* SPDX-License-Identifier: BSD-2-Clause */
/* line_file.c - replaces a secret file of lines by one that another text
 * has. */
#include "policy/line_file.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void line_file_wipe(struct buf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->cap);
	buf_fini(b);
}

static int line_file_fail(struct conf_errors *e, const char *doing)
{
	return conf_error(e, 0, "%s: %s%s", doing, strerror(errno),
			  errno == EACCES ? "; run aditctl as root" : "");
}

bool line_file_is_of(const char *name, const char *p, size_t n)
{
	size_t len = strlen(name);

	return n > len && p[len] == ':' && !memcmp(p, name, len);
}

static int line_file_write(int fd, const struct buf *b)
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
static int line_file_copy_mode(int fd, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return errno == ENOENT ? 0 : ERR_SYS;
	if ((st.st_uid != geteuid() || st.st_gid != getegid()) &&
	    fchown(fd, st.st_uid, st.st_gid))
		return ERR_SYS;
	return fchmod(fd, st.st_mode & 0777) ? ERR_SYS : 0;
}

int line_file_replace(struct line_file *f)
{
	const char *path = f->e->file;
	char *temp;
	int fd, r;

	if (asprintf(&temp, "%s.XXXXXX", path) < 0)
		return ERR_NOMEM;
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0) {
		r = line_file_fail(f->e,
				   "cannot create a temporary file beside it");
		free(temp);
		return r;
	}
	if (line_file_copy_mode(fd, path) || line_file_write(fd, &f->new) ||
	    fsync(fd) || rename(temp, path)) {
		r = line_file_fail(f->e, "cannot be rewritten");
		unlink(temp);
	} else {
		/* Makes sure that the rename survives a power failure. */
		r = fsync(f->dir) ?
			    line_file_fail(f->e, "cannot sync its folder") :
			    0;
	}
	close(fd);
	free(temp);
	return r;
}

/* Locks the folder of the file, since the file itself is replaced.  Returns its
 * descriptor, or -1 with errno, which is EWOULDBLOCK for who does not wait. */
static int line_file_lock_folder(const char *path, bool hurries)
{
	const char *slash = strrchr(path, '/');
	char *name = slash ? strndup(path, (size_t)(slash - path) + 1) :
			     strdup(".");
	int fd, error;

	if (!name)
		return -1;
	fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(name);
	if (fd < 0 || !flock(fd, LOCK_EX | (hurries ? LOCK_NB : 0)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int line_file_open(struct line_file *f, struct conf_errors *e)
{
	int r = 0;

	*f = (struct line_file){ .e = e, .hurries = f->hurries };
	f->dir = line_file_lock_folder(e->file, f->hurries);
	if (f->dir < 0 && f->hurries && errno == EWOULDBLOCK)
		return ERR_AGAIN;
	if (f->dir < 0)
		return line_file_fail(e, "cannot lock its folder");
	if (faccessat(AT_FDCWD, e->file, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		r = conf_text_read(&f->old, true, e);
	else if (errno != ENOENT)
		r = line_file_fail(e, "cannot be read");
	return r;
}

void line_file_close(struct line_file *f)
{
	line_file_wipe(&f->old);
	line_file_wipe(&f->new);
	if (f->dir >= 0)
		close(f->dir);
}
