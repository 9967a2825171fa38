/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_link.c - follows symbolic links that nobody else can point elsewhere.
 *
 * The path is walked one name at a time, from / on.  A name is looked up only
 * in a folder that has passed the check, so nobody can put something else in
 * its place meanwhile. */
#include "base/conf_link.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MAX = 40 }; /* as in the kernel */

struct link_walk {
	struct conf_errors *e;
	int dir;             /* the folder reached so far */
	char at[PATH_MAX];   /* its path, for messages: "" is / */
	char rest[PATH_MAX]; /* what is still to be walked */
	unsigned links;
};

static bool link_is_trusted(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

static int link_fail(struct link_walk *w, int error)
{
	return conf_error(w->e, 0, "%s", strerror(error));
}

static int link_others_may(struct link_walk *w, const char *what,
			   const char *cure)
{
	const char *folder = w->at[0] ? w->at : "/";

	return conf_error(w->e, 0,
			  "is a symbolic link, and other users may %s the "
			  "folder %s, so they could make it point to another "
			  "file: %s %s",
			  what, folder, cure, folder);
}

/* Checks that only root and the user of this process can replace the entry of
 * w->dir that `st` describes.  In a folder with the sticky bit, like /tmp,
 * everybody may add entries, but only their owners may replace them. */
static int link_check_folder(struct link_walk *w, const struct stat *st)
{
	struct stat dir;

	if (fstat(w->dir, &dir))
		return link_fail(w, errno);
	if (!link_is_trusted(dir.st_uid))
		return link_others_may(w, "change", "chown root");
	if (dir.st_mode & 022 && !(dir.st_mode & S_ISVTX))
		return link_others_may(w, "write to", "chmod go-w");
	if (!link_is_trusted(st->st_uid))
		return conf_error(w->e, 0,
				  "is a symbolic link whose path goes through "
				  "an entry of %s that belongs to uid %u: "
				  "chown that entry to root",
				  w->at[0] ? w->at : "/", (unsigned)st->st_uid);
	return 0;
}

/* Moves the first name of w->rest to `name`. */
static int link_next_name(struct link_walk *w, char name[NAME_MAX + 1])
{
	const char *p = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(p, "/");

	if (n > NAME_MAX)
		return link_fail(w, ENAMETOOLONG);
	memcpy(name, p, n);
	name[n] = 0;
	p += n;
	p += strspn(p, "/");
	memmove(w->rest, p, strlen(p) + 1);
	return 0;
}

/* Puts the target of `link`, an O_PATH descriptor, in front of w->rest. */
static int link_follow(struct link_walk *w, int link)
{
	char to[PATH_MAX], rest[PATH_MAX];
	ssize_t n = readlinkat(link, "", to, sizeof to - 1);
	int root;

	if (n < 0)
		return link_fail(w, errno);
	to[n] = 0;
	if (++w->links > LINKS_MAX)
		return link_fail(w, ELOOP);
	memcpy(rest, w->rest, sizeof rest);
	if ((size_t)snprintf(w->rest, sizeof w->rest, "%s%s%s", to,
			     rest[0] ? "/" : "", rest) >= sizeof w->rest)
		return link_fail(w, ENAMETOOLONG);
	if (to[0] != '/')
		return 0;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return link_fail(w, errno);
	close(w->dir);
	w->dir = root;
	w->at[0] = 0;
	return 0;
}

static int link_enter(struct link_walk *w, int fd, const char *name)
{
	size_t n = strlen(w->at);
	char *slash = strrchr(w->at, '/');

	close(w->dir);
	w->dir = fd;
	if (strcmp(name, ".."))
		snprintf(w->at + n, sizeof w->at - n, "/%s", name);
	else if (slash)
		*slash = 0;
	return 0;
}

/* Opens the file itself.  The checks of its folders have shown that nobody else
 * can put another file in its place. */
static int link_open_here(struct link_walk *w, const char *name, int *out)
{
	*out = openat(w->dir, name,
		      O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK |
			      O_NOCTTY);
	return *out < 0 ? link_fail(w, errno) : 0;
}

/* Walks one name further.  *out becomes the file when it is reached. */
static int link_step(struct link_walk *w, int *out)
{
	char name[NAME_MAX + 1];
	struct stat st;
	int fd, r = link_next_name(w, name);

	if (r)
		return r;
	if (!name[0] || !strcmp(name, "."))
		return w->rest[0] ? 0 : link_fail(w, EISDIR);
	fd = openat(w->dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return link_fail(w, errno);
	r = fstat(fd, &st) ? link_fail(w, errno) : link_check_folder(w, &st);
	if (!r && S_ISDIR(st.st_mode))
		return link_enter(w, fd, name);
	if (!r && S_ISLNK(st.st_mode))
		r = link_follow(w, fd);
	else if (!r)
		r = w->rest[0] ? link_fail(w, ENOTDIR) :
				 link_open_here(w, name, out);
	close(fd);
	return r;
}

static int link_begin(struct link_walk *w)
{
	char here[PATH_MAX] = "";
	int n;

	if (w->e->file[0] != '/' && !getcwd(here, sizeof here))
		return link_fail(w, errno);
	n = snprintf(w->rest, sizeof w->rest, "%s%s%s", here,
		     here[0] ? "/" : "", w->e->file);
	if (n < 0 || (size_t)n >= sizeof w->rest)
		return link_fail(w, ENAMETOOLONG);
	w->dir = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return w->dir < 0 ? link_fail(w, errno) : 0;
}

int conf_link_open(int *fd, struct conf_errors *e)
{
	struct link_walk w = { .e = e, .dir = -1 };
	int r = link_begin(&w);

	*fd = -1;
	while (!r && *fd < 0)
		r = link_step(&w, fd);
	if (w.dir >= 0)
		close(w.dir);
	return r;
}
