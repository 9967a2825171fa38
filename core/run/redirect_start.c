/* SPDX-License-Identifier: BSD-2-Clause */
/* redirect_start.c - the helper adit-redirect, as a process. */
#include "run/redirect_start.h"

#include "base/addr.h"
#include "net/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 512, ROOM = 1 << 20 /* bytes in the socket pair */ };

int redirect_listen(int family, uint16_t *port)
{
	const char *host = family == AF_INET ? "127.0.0.1" : "::1";
	struct sockaddr_storage ss;
	struct addr at;
	socklen_t len = addr_parse(&at, host, *port) ? 0 : addr_to_sa(&at, &ss);
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int saved;

	if (fd >= 0 && !bind(fd, (struct sockaddr *)&ss, len) &&
	    !listen(fd, BACKLOG)) {
		*port = addr_local(fd).port;
		return fd;
	}
	saved = errno;
	if (fd >= 0)
		close(fd);
	errno = saved;
	return -1;
}

/* Beside this program, as in a folder where it was built, or where it is
 * installed. */
static void redirect_path(char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	path[n > 0 ? n : 0] = 0;
	slash = strrchr(path, '/');
	if (slash && slash + sizeof "/adit-redirect" <= path + PATH_MAX) {
		memcpy(slash, "/adit-redirect", sizeof "/adit-redirect");
		if (!access(path, X_OK))
			return;
	}
	snprintf(path, PATH_MAX, "%s/adit-redirect", ADIT_LIBEXECDIR);
}

static int redirect_exec(pid_t *pid, int input, int listener)
{
	char path[PATH_MAX], name[] = "adit-redirect", number[16];
	char *args[] = { name, number, NULL }, *env[] = { NULL };
	posix_spawn_file_actions_t files;
	int error = posix_spawn_file_actions_init(&files);

	if (error)
		return error;
	redirect_path(path);
	snprintf(number, sizeof number, "%d", listener);
	error = posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
	if (!error)
		error = posix_spawn(pid, path, &files, NULL, args, env);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

static void redirect_inherit(const int listeners[2], bool on)
{
	for (unsigned i = 0; i < 2; i++)
		if (listeners[i] >= 0)
			fcntl(listeners[i], F_SETFD, on ? 0 : FD_CLOEXEC);
}

int redirect_spawn(pid_t *pid, const int listeners[2])
{
	const int room = ROOM;
	int pair[2], error;

	*pid = 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -1;
	setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	redirect_inherit(listeners, true);
	error = redirect_exec(pid, pair[1], listeners[0]);
	redirect_inherit(listeners, false);
	close(pair[1]);
	if (!error)
		return pair[0];
	*pid = 0;
	close(pair[0]);
	errno = error;
	return -1;
}

void redirect_why(const struct redirect_msg *m, char *dst, size_t cap)
{
	static const struct {
		const char *what;
		int32_t error; /* 0: any */
		const char *cure;
	} cures[] = {
		{ "CAP_NET_ADMIN", 0,
		  "; as root: setcap cap_net_admin=ep on the program "
		  "adit-redirect" },
		{ "nftables", EPERM,
		  "; does another agent of this user intercept already?" },
		{ "/dev/net/tun", EACCES, "; as root: chmod 666 /dev/net/tun" },
		{ "/dev/net/tun", ENOENT, "; as root: modprobe tun" },
		{ "/dev/net/tun", ENODEV, "; as root: modprobe tun" },
	};
	const char *cure = "";

	for (size_t i = 0; i < ARRAY_LEN(cures); i++)
		if (!strcmp(m->what, cures[i].what) &&
		    (!cures[i].error || cures[i].error == m->error))
			cure = cures[i].cure;
	snprintf(dst, cap, "adit-redirect cannot work: %s: %s%s", m->what,
		 strerror(m->error), cure);
}
