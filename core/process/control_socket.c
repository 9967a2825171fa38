/* SPDX-License-Identifier: BSD-2-Clause */
/* control_socket.c - the name in the file system under which aditd is found. */
#include "process/control_socket.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int fill(struct sockaddr_un *sun, const char *path)
{
	*sun = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof sun->sun_path) {
		errno = ENAMETOOLONG;
		return ERR_SYS;
	}
	memcpy(sun->sun_path, path, strlen(path) + 1);
	return 0;
}

int control_socket_call(const char *path)
{
	struct sockaddr_un sun;
	int fd, saved;

	if (fill(&sun, path))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || !connect(fd, (struct sockaddr *)&sun, sizeof sun))
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

bool control_socket_may(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len))
		return false;
	return peer.uid == 0 || peer.uid == geteuid();
}

static const char *cure(int error)
{
	return error == EACCES && geteuid() ?
		       "start aditd as root, or set control in [server] to a path "
		       "where you may write" :
		       "set control in [server] to a path that can be made";
}

/* NULL: no memory. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return slash == path ? strdup("/") :
			       strndup(path, (size_t)(slash - path));
}

/* Only the last folder: what is above it is somebody else's to decide. */
static int make_folder(const char *path, char *why, size_t cap)
{
	char *dir = folder_of(path);
	int r;

	if (!dir)
		return ERR_NOMEM;
	/* Where root makes it, others may look, but not write. */
	r = mkdir(dir, geteuid() ? 0700 : 0755);
	if (r && errno != EEXIST)
		snprintf(why, cap, "%s: cannot be made: %s; %s", dir,
			 strerror(errno), cure(errno));
	else
		r = 0;
	free(dir);
	return r ? ERR_SYS : 0;
}

/* 0 when the name is free, 1 when a socket has it. */
static int look_at_name(const char *path, char *why, size_t cap)
{
	struct stat st;

	if (lstat(path, &st))
		return 0;
	if (S_ISSOCK(st.st_mode))
		return 1;
	snprintf(why, cap,
		 "%s: is there and no socket; remove it, or set "
		 "control in [server]",
		 path);
	return ERR_SYS;
}

/* 0 when the name is free now. */
static int clear_name(const char *path, char *why, size_t cap)
{
	int r = look_at_name(path, why, cap), fd;

	if (r <= 0)
		return r;
	fd = control_socket_call(path);
	if (fd >= 0 || errno == EAGAIN) {
		close(fd);
		snprintf(why, cap,
			 "%s: aditd is already running; stop it, or "
			 "set control in [server] to another path",
			 path);
		return ERR_SYS;
	}
	if (unlink(path)) {
		snprintf(why, cap, "%s: cannot be replaced: %s", path,
			 strerror(errno));
		return ERR_SYS;
	}
	return 0;
}

static int listen_at(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un sun;
	mode_t old;
	int r, saved;

	if (fd < 0)
		return -1;
	r = fill(&sun, path);
	old = umask(0177);
	if (!r)
		r = bind(fd, (struct sockaddr *)&sun, sizeof sun);
	saved = errno;
	umask(old);
	errno = saved;
	if (!r && !listen(fd, 16))
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int control_socket_try(const char *path, char *why, size_t cap)
{
	struct sockaddr_un sun;
	char *dir = folder_of(path), *above = dir ? folder_of(dir) : NULL;
	int r = above ? fill(&sun, path) : ERR_NOMEM;

	/* A folder that is missing is made, in one that is there. */
	if (!r && faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) &&
	    (errno != ENOENT ||
	     faccessat(AT_FDCWD, above, W_OK | X_OK, AT_EACCESS)))
		r = ERR_SYS;
	if (r)
		snprintf(why, cap, "%s: %s; %s", path,
			 r == ERR_NOMEM ? err_str(r) : strerror(errno),
			 cure(errno));
	else
		r = MIN(look_at_name(path, why, cap), 0);
	free(above);
	free(dir);
	return r;
}

int control_socket_open(const char *path, char *why, size_t cap)
{
	int fd;

	if (make_folder(path, why, cap) || clear_name(path, why, cap))
		return -1;
	fd = listen_at(path);
	if (fd < 0)
		snprintf(why, cap, "%s: %s; %s", path, strerror(errno),
			 cure(errno));
	return fd;
}
