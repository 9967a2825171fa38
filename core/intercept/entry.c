/* SPDX-License-Identifier: BSD-2-Clause */
/* entry.c - enters the namespaces of a running command.
 *
 * Only a process of one thread may enter a user namespace, and it does not come
 * back: so a child goes, which shares nothing with this process but a pair of
 * sockets. */
#include "intercept/entry.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VISIT_S = 5 }; /* a visit takes 1 ms; something is wrong after this */

static int entry_open_one(pid_t pid, const char *kind)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)pid, kind);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void entry_close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void entry_leave_mounts(struct entry *e)
{
	entry_close_one(&e->mnt);
}

void entry_close(struct entry *e)
{
	entry_close_one(&e->user);
	entry_close_one(&e->net);
	entry_close_one(&e->mnt);
}

static bool entry_is_own(int fd, const char *path)
{
	struct stat own, other;

	return !stat(path, &own) && !fstat(fd, &other) &&
	       own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

int entry_open(struct entry *e, pid_t pid)
{
	int error = 0;

	e->user = entry_open_one(pid, "user");
	e->net = entry_open_one(pid, "net");
	e->mnt = entry_open_one(pid, "mnt");
	if (e->user < 0 || e->net < 0 || e->mnt < 0)
		error = errno;
	else if (entry_is_own(e->net, "/proc/self/ns/net") ||
		 entry_is_own(e->mnt, "/proc/self/ns/mnt"))
		error = EINVAL;
	else if (entry_is_own(e->user, "/proc/self/ns/user"))
		entry_close_one(&e->user);
	if (!error)
		return 0;
	entry_close(e);
	errno = error;
	return ERR_SYS;
}

/* ---- what a child says to who started it --------------------------------- */

struct entry_report {
	int error;     /* errno, or 0 */
	uint32_t made; /* bit i: fds[i] comes with the report */
	int number;
};

union entry_control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int) * ENTRY_FDS)];
};

static void entry_send(int to, const struct entry_report *r, const int *fds,
		       size_t n)
{
	union entry_control control = { 0 };
	struct iovec iov = { (void *)(uintptr_t)r, sizeof *r };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c = &control.align;

	if (n) {
		m.msg_control = control.bytes;
		m.msg_controllen = CMSG_SPACE(sizeof(int) * n);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * n);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * n);
	}
	if (sendmsg(to, &m, MSG_NOSIGNAL) < 0)
		_exit(1);
}

/* Gives what has come its places. */
static void entry_sort(struct msghdr *m, uint32_t made, int fds[ENTRY_FDS])
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int come[ENTRY_FDS];
	size_t ncome = 0, at = 0;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
		ncome = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(come, CMSG_DATA(c), sizeof(int) * ncome);
	}
	for (size_t i = 0; i < ENTRY_FDS; i++)
		if (made & UINT32_C(1) << i && at < ncome)
			fds[i] = come[at++];
}

static int entry_receive(int from, struct entry_made *made)
{
	union entry_control control;
	struct entry_report r = { 0 };
	struct iovec iov = { &r, sizeof r };
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof control.bytes,
	};
	ssize_t got;

	do {
		got = recvmsg(from, &m, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got != sizeof r) {
		errno = got < 0 ? errno : ESRCH;
		return ERR_SYS;
	}
	entry_sort(&m, r.made, made->fds);
	made->number = r.number;
	errno = r.error;
	return r.error ? ERR_SYS : 0;
}

/* ---- the child ----------------------------------------------------------- */

static int entry_go(const struct entry *e)
{
	if ((e->user >= 0 && setns(e->user, CLONE_NEWUSER)) ||
	    setns(e->net, CLONE_NEWNET) ||
	    (e->mnt >= 0 && setns(e->mnt, CLONE_NEWNS)))
		return errno;
	return 0;
}

static void entry_made_init(struct entry_made *made)
{
	made->number = 0;
	for (size_t i = 0; i < ENTRY_FDS; i++)
		made->fds[i] = -1;
}

static void entry_work(const struct entry *e, entry_fn *fn, const void *ctx,
		       int to)
{
	struct entry_report r = { .error = entry_go(e) };
	struct entry_made made;
	int come[ENTRY_FDS];
	size_t ncome = 0;

	entry_made_init(&made);
	if (!r.error)
		r.error = fn(ctx, &made);
	r.number = made.number;
	for (size_t i = 0; i < ENTRY_FDS && !r.error; i++) {
		if (made.fds[i] < 0)
			continue;
		r.made |= UINT32_C(1) << i;
		come[ncome++] = made.fds[i];
	}
	entry_send(to, &r, come, ncome);
}

static void entry_wait(pid_t child)
{
	kill(child, SIGKILL);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

int entry_visit(const struct entry *e, entry_fn *fn, const void *ctx,
		struct entry_made *made)
{
	const struct timeval most = { .tv_sec = VISIT_S };
	int pair[2], ret, saved;
	pid_t child;

	entry_made_init(made);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return ERR_SYS;
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
	child = fork();
	if (!child) {
		entry_work(e, fn, ctx, pair[1]);
		_exit(0);
	}
	saved = errno;
	close(pair[1]);
	errno = saved;
	ret = child < 0 ? ERR_SYS : entry_receive(pair[0], made);
	saved = errno;
	if (child > 0)
		entry_wait(child);
	close(pair[0]);
	errno = saved;
	return ret;
}
