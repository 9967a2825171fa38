/* SPDX-License-Identifier: BSD-2-Clause */
/* control_socket.c - the agent's listening socket and its folder. */
#include "adit/control_socket.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 16 };

int make_folders(const char *path)
{
	char part[PATH_MAX];
	size_t n = strlen(path);

	if (n >= sizeof part) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i])
			continue;
		memcpy(part, path, i);
		part[i] = 0;
		if (mkdir(part, 0700) && errno != EEXIST && errno != EROFS &&
		    errno != EACCES)
			return -1;
	}
	return access(path, F_OK);
}

/* A descriptor of the socket's folder, which must be ours alone: whoever may
 * write into it could put a socket of his own there.  -1: see why. */
static int open_folder(const char *path, char *why, size_t cap)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX] = "/";
	struct stat st;
	int fd;

	if (slash && slash != path)
		snprintf(dir, sizeof dir, "%.*s", (int)(slash - path), path);
	fd = make_folders(dir) ?
		     -1 :
		     open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st)) {
		snprintf(why, cap,
			 "%s: %s; set control in [agent] to a path in "
			 "a folder of your own",
			 dir, strerror(errno));
	} else if (st.st_uid != geteuid()) {
		snprintf(why, cap,
			 "%s: belongs to uid %u, not to you; set "
			 "control in [agent] to a path in a folder of your own",
			 dir, (unsigned)st.st_uid);
	} else if (st.st_mode & 022) {
		snprintf(why, cap,
			 "%s: others may write there (mode %04o): "
			 "chmod go-w it, or set control in [agent]",
			 dir, (unsigned)(st.st_mode & 07777));
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

static int new_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* 0 when the name is free now. */
static int clear_name(const struct sockaddr_un *sun, char *why, size_t cap)
{
	const char *path = sun->sun_path;
	struct stat st;
	int fd, r;

	if (lstat(path, &st))
		return 0;
	if (!S_ISSOCK(st.st_mode)) {
		snprintf(why, cap,
			 "%s: is there and no socket; remove it, or "
			 "set control in [agent]",
			 path);
		return ERR_SYS;
	}
	fd = new_socket();
	r = connect(fd, (const struct sockaddr *)sun, sizeof *sun);
	if (!r || errno == EAGAIN) {
		snprintf(why, cap,
			 "an agent is already running at %s: see adit "
			 "status",
			 path);
		r = ERR_SYS;
	} else {
		r = unlink(path) ? ERR_SYS : 0;
		if (r)
			snprintf(why, cap, "%s: cannot be replaced: %s", path,
				 strerror(errno));
	}
	if (fd >= 0)
		close(fd);
	return r;
}

static int bind_to(const struct sockaddr_un *sun, char *why, size_t cap)
{
	int fd = new_socket(), r = -1;
	mode_t old;

	if (fd >= 0) {
		old = umask(0177);
		r = bind(fd, (const struct sockaddr *)sun, sizeof *sun);
		umask(old);
	}
	if (!r && !listen(fd, BACKLOG))
		return fd;
	snprintf(why, cap,
		 "%s: %s; set control in [agent] to a path that can "
		 "be made",
		 sun->sun_path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static int open_at(const struct sockaddr_un *sun, char *why, size_t cap)
{
	int dir = open_folder(sun->sun_path, why, cap), fd = -1;

	if (dir < 0)
		return -1;
	/* Two at once: the second finds the first one's socket listening. */
	if (flock(dir, LOCK_EX))
		snprintf(why, cap, "%s: cannot be locked: %s", sun->sun_path,
			 strerror(errno));
	else if (!clear_name(sun, why, cap))
		fd = bind_to(sun, why, cap);
	close(dir);
	return fd;
}

int control_socket_open(struct control_socket *s, const char *path, char *why,
			size_t cap)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct stat st;

	*s = (struct control_socket){ .fd = -1 };
	if (strlen(path) >= sizeof sun.sun_path) {
		snprintf(why, cap,
			 "%s: the path of a socket has at most %zu "
			 "bytes; set control in [agent]",
			 path, sizeof sun.sun_path - 1);
		return -1;
	}
	memcpy(sun.sun_path, path, strlen(path) + 1);
	s->path = strdup(path);
	if (s->path)
		s->fd = open_at(&sun, why, cap);
	else
		snprintf(why, cap, "%s", err_str(ERR_NOMEM));
	if (s->fd < 0) {
		free(s->path);
		s->path = NULL;
		return -1;
	}
	if (!lstat(path, &st)) {
		s->dev = st.st_dev;
		s->ino = st.st_ino;
	}
	return 0;
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
	*s = (struct control_socket){ .fd = -1 };
}

bool control_socket_may(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len))
		return false;
	return peer.uid == 0 || peer.uid == geteuid();
}
