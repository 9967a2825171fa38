/* SPDX-License-Identifier: BSD-2-Clause */
/* control_socket.c - a listening socket with a name in the file system. */
#include "control/control_socket.h"

#include "base/err.h"
#include "base/folders.h"
#include "control/control_limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

const struct control_side control_aditd = {
	.program = "aditd",
	.setting = "control in [server]",
};

const struct control_side control_agent = {
	.program = "the agent",
	.setting = "control in [agent]",
	.is_private = true,
};

/* Where a message about this socket goes. */
struct complaint {
	const struct control_side *side;
	char *why;
	size_t cap;
};

/* ---- connections --------------------------------------------------------- */

/* 0, or -1 with errno. */
static int set_name(struct sockaddr_un *sun, const char *path)
{
	*sun = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof sun->sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(sun->sun_path, path, strlen(path) + 1);
	return 0;
}

/* Keeps errno, returns -1. */
static int close_failed(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
	return -1;
}

static int dial_with(const char *path, int flags)
{
	struct sockaddr_un sun;
	int fd;

	if (set_name(&sun, path))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&sun, sizeof sun))
		return fd;
	return close_failed(fd);
}

int control_socket_dial(const char *path)
{
	return dial_with(path, 0);
}

bool control_socket_may(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len))
		return false;
	return peer.uid == 0 || peer.uid == geteuid();
}

/* ---- messages ------------------------------------------------------------ */

/* Says what errno means for `path`, and the cure. */
static void complain_of(const struct complaint *c, const char *path)
{
	struct sockaddr_un sun;
	int error = errno;

	if (error == ENAMETOOLONG)
		snprintf(c->why, c->cap,
			 "%s: the name is too long, a socket's path has at "
			 "most %zu bytes; set %s to a shorter path",
			 path, sizeof sun.sun_path - 1, c->side->setting);
	else if (c->side->is_private)
		snprintf(c->why, c->cap,
			 "%s: %s; set %s to a path in a folder of your own",
			 path, strerror(error), c->side->setting);
	else if (error == EACCES && geteuid())
		snprintf(c->why, c->cap,
			 "%s: %s; start %s as root, or set %s to a path where "
			 "you may write",
			 path, strerror(error), c->side->program,
			 c->side->setting);
	else
		snprintf(c->why, c->cap,
			 "%s: %s; set %s to a path that can be made", path,
			 strerror(error), c->side->setting);
}

/* ---- the folder ---------------------------------------------------------- */

/* The folder of `path`.  NULL: no memory. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return slash == path ? strdup("/") :
			       strndup(path, (size_t)(slash - path));
}

/* Whoever can write into the folder could put another socket there. */
static bool is_own_folder(const struct complaint *c, const char *dir, int fd)
{
	struct stat st;

	if (fstat(fd, &st)) {
		complain_of(c, dir);
		return false;
	}
	if (st.st_uid == geteuid() && !(st.st_mode & 022))
		return true;
	if (st.st_uid != geteuid())
		snprintf(c->why, c->cap,
			 "%s: the folder belongs to uid %u, not to you; set %s "
			 "to a path in a folder of your own",
			 dir, (unsigned)st.st_uid, c->side->setting);
	else
		snprintf(c->why, c->cap,
			 "%s: others may write there (mode %04o); chmod go-w "
			 "it, or set %s to another path",
			 dir, (unsigned)(st.st_mode & 07777), c->side->setting);
	return false;
}

/* A descriptor of a folder that is this user's alone.  -1: it is said. */
static int open_own_folder(const struct complaint *c, const char *dir)
{
	int fd = folders_make(dir) ? -1 :
				     open(dir, O_RDONLY | O_DIRECTORY |
						       O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		complain_of(c, dir);
	else if (!is_own_folder(c, dir, fd))
		fd = close_failed(fd);
	return fd;
}

/* Only the last folder: what is above it is somebody else's to decide. */
static int make_folder(const struct complaint *c, const char *dir)
{
	/* Where root makes it, others may look, but not write. */
	if (!mkdir(dir, geteuid() ? 0700 : 0755) || errno == EEXIST)
		return 0;
	complain_of(c, dir);
	return ERR_SYS;
}

/* ---- the name ------------------------------------------------------------ */

/* 0 when the name is free, 1 when a socket has it; ERR_SYS: it is said. */
static int look_at_name(const struct complaint *c, const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return 0;
	if (S_ISSOCK(st.st_mode))
		return 1;
	snprintf(c->why, c->cap,
		 "%s: there is a file that is no socket; remove it, or set "
		 "%s to another path",
		 path, c->side->setting);
	return ERR_SYS;
}

/* 0 when the name is free now. */
static int clear_name(const struct complaint *c, const char *path)
{
	int r = look_at_name(c, path), fd;

	if (r <= 0)
		return r;
	fd = dial_with(path, SOCK_NONBLOCK);
	if (fd >= 0 || errno == EAGAIN) {
		close_failed(fd);
		snprintf(c->why, c->cap,
			 "%s: %s is already running there; stop it, or set %s "
			 "to another path",
			 path, c->side->program, c->side->setting);
		return ERR_SYS;
	}
	if (!unlink(path))
		return 0;
	snprintf(c->why, c->cap, "%s: the old socket cannot be removed: %s",
		 path, strerror(errno));
	return ERR_SYS;
}

/* -1 with errno. */
static int listen_at(const char *path)
{
	struct sockaddr_un sun;
	mode_t before;
	int fd, r;

	if (set_name(&sun, path))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	before = umask(0177);
	r = bind(fd, (struct sockaddr *)&sun, sizeof sun);
	umask(before); /* leaves errno as it is */
	return r || listen(fd, CONTROL_BACKLOG) ? close_failed(fd) : fd;
}

static int open_public(const struct complaint *c, const char *path,
		       const char *dir)
{
	int fd;

	if (make_folder(c, dir) || clear_name(c, path))
		return -1;
	fd = listen_at(path);
	if (fd < 0)
		complain_of(c, path);
	return fd;
}

static int open_private(const struct complaint *c, const char *path,
			const char *dir)
{
	int folder = open_own_folder(c, dir), fd = -1;

	if (folder < 0)
		return -1;
	/* Of two agents that start at the same time, the second then finds the
	 * socket of the first. */
	if (flock(folder, LOCK_EX)) {
		complain_of(c, dir);
	} else if (!clear_name(c, path)) {
		fd = listen_at(path);
		if (fd < 0)
			complain_of(c, path);
	}
	close(folder);
	return fd;
}

/* ---- the whole ----------------------------------------------------------- */

int control_socket_adopt(struct control_socket *s,
			 const struct control_side *side, const char *path,
			 int fd)
{
	struct stat st;

	*s = (struct control_socket){ .side = side, .fd = -1 };
	s->path = strdup(path);
	if (!s->path)
		return ERR_NOMEM;
	s->fd = fd;
	if (!lstat(path, &st)) {
		s->dev = st.st_dev;
		s->ino = st.st_ino;
	}
	return 0;
}

int control_socket_open(struct control_socket *s,
			const struct control_side *side, const char *path,
			char *why, size_t cap)
{
	const struct complaint c = { side, why, cap };
	char *dir = folder_of(path);
	struct sockaddr_un sun;
	int fd = -1;

	*s = (struct control_socket){ .side = side, .fd = -1 };
	if (!dir)
		snprintf(why, cap, "%s", err_str(ERR_NOMEM));
	else if (set_name(&sun, path))
		complain_of(&c, path);
	else
		fd = side->is_private ? open_private(&c, path, dir) :
					open_public(&c, path, dir);
	free(dir);
	if (fd < 0)
		return ERR_SYS;
	if (!control_socket_adopt(s, side, path, fd))
		return 0;
	snprintf(why, cap, "%s", err_str(ERR_NOMEM));
	unlink(path);
	close(fd);
	return ERR_SYS;
}

/* Whether a socket can be made in `dir`, or `dir` itself can be made in the
 * folder above it.  0, or -1 with errno. */
static int may_make(const char *dir)
{
	char *above;
	int r;

	if (!faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS))
		return 0;
	if (errno != ENOENT)
		return -1;
	above = folder_of(dir);
	r = above ? faccessat(AT_FDCWD, above, W_OK | X_OK, AT_EACCESS) : -1;
	free(above);
	return r;
}

int control_socket_try(const struct control_side *side, const char *path,
		       char *why, size_t cap)
{
	const struct complaint c = { side, why, cap };
	char *dir = folder_of(path);
	struct sockaddr_un sun;
	int r = dir && !set_name(&sun, path) && !may_make(dir) ? 0 : ERR_SYS;

	if (r)
		complain_of(&c, path);
	else
		r = MIN(look_at_name(&c, path), 0);
	free(dir);
	return r;
}

bool control_socket_is_named(const struct control_socket *s)
{
	struct stat st;

	return s->fd >= 0 && !lstat(s->path, &st) && st.st_dev == s->dev &&
	       st.st_ino == s->ino;
}

void control_socket_close(struct control_socket *s)
{
	if (control_socket_is_named(s))
		unlink(s->path);
	if (s->fd >= 0)
		close(s->fd);
	free(s->path);
	*s = (struct control_socket){ .side = s->side, .fd = -1 };
}
