/* SPDX-License-Identifier: BSD-2-Clause */
/* run_sockets.c - what the agent has in the network of a command. */
#include "intercept/run_sockets.h"

#include "base/addr.h"
#include "base/err.h"
#include "intercept/inner.h"
#include "intercept/nl.h"
#include "intercept/queue.h"

#include <errno.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/inotify.h>
#include <sys/statfs.h>
#include <unistd.h>

enum {
	LISTEN4,
	LISTEN6,
	NAMES4,
	NAMES6,
	QUEUE,
	DIAG,
	END,
	HOW_MANY,
	BACKLOG = 512
};

/* A listener that may be any address's. */
static int run_listen(const char *host)
{
	struct sockaddr_storage ss;
	struct addr at;
	socklen_t len;
	int fd, on = 1;

	if (addr_parse(&at, host, INNER_PORT))
		return -1;
	len = addr_to_sa(&at, &ss);
	fd = socket(at.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) &&
	    !(at.family == AF_INET ?
		      setsockopt(fd, IPPROTO_IP, IP_TRANSPARENT, &on,
				 sizeof on) :
		      setsockopt(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, &on,
				 sizeof on)) &&
	    !bind(fd, (struct sockaddr *)&ss, len) && !listen(fd, BACKLOG))
		return fd;
	close(fd);
	return -1;
}

static int run_set(int fd, int level, int option)
{
	int on = 1;

	return setsockopt(fd, level, option, &on, sizeof on);
}

/* Gets what is sent to port 53 of any address, and may answer from there. */
static int run_names(int family)
{
	struct addr any = { .family = (uint16_t)family, .port = INNER_DNS };
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sa(&any, &ss);
	int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if ((family == AF_INET ?
		     run_set(fd, IPPROTO_IP, IP_PKTINFO) :
		     run_set(fd, IPPROTO_IPV6, IPV6_V6ONLY) ||
			     run_set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO) ||
			     run_set(fd, IPPROTO_IPV6, IPV6_TRANSPARENT)) ||
	    bind(fd, (struct sockaddr *)&ss, len)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Of nothing but what the command itself has mounted.  The watch's number, or
 * -1 with errno. */
static int run_watch_end(const struct run_place *at)
{
	struct statfs fs;

	if (statfs(at->folder, &fs))
		return -1;
	errno = ENOENT;
	return fs.f_type == TMPFS_MAGIC ?
		       inotify_add_watch(at->ends, at->folder, IN_UNMOUNT) :
		       -1;
}

static int run_make(const void *ctx, struct entry_made *made)
{
	int *fds = made->fds;

	fds[LISTEN4] = run_listen(INNER_IPV4);
	if (fds[LISTEN4] < 0)
		return errno;
	fds[LISTEN6] = run_listen(INNER_IPV6);
	fds[NAMES4] = run_names(AF_INET);
	fds[NAMES6] = run_names(AF_INET6);
	fds[QUEUE] = queue_open(INNER_QUEUE);
	fds[DIAG] = nl_open(NETLINK_SOCK_DIAG);
	made->number = run_watch_end(ctx);
	return made->number < 0 ? errno : 0;
}

int run_sockets_open(struct run_sockets *s, const struct entry *e,
		     const struct run_place *at)
{
	struct entry_made made;
	int ret = entry_visit(e, run_make, at, &made);

	*s = (struct run_sockets){
		.listen4 = made.fds[LISTEN4],
		.listen6 = made.fds[LISTEN6],
		.names4 = made.fds[NAMES4],
		.names6 = made.fds[NAMES6],
		.queue = made.fds[QUEUE],
		.diag = made.fds[DIAG],
		.end = made.number,
	};
	return ret;
}

/* ---- in reverse ---------------------------------------------------------- */

struct run_dial {
	const struct addr *to, *from;
};

static int run_bind(int fd, const struct addr *from)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sa(from, &ss);

	return bind(fd, (struct sockaddr *)&ss, len);
}

/* Every address is local there, but IPv6 wants to be told that this is
 * meant. */
static int run_bind_as(int fd, const struct addr *from)
{
	struct addr any = *from;

	if (run_set(fd, SOL_SOCKET, SO_REUSEADDR) ||
	    (from->family == AF_INET6 &&
	     run_set(fd, IPPROTO_IPV6, IPV6_FREEBIND)))
		return -1;
	if (!run_bind(fd, from))
		return 0;
	any.port = 0;
	return errno == EADDRINUSE ? run_bind(fd, &any) : -1;
}

static int run_dial(const struct run_dial *d, uint16_t port, int *out)
{
	struct sockaddr_storage ss;
	struct addr from = d->from ? *d->from : (struct addr){ 0 };
	socklen_t len = addr_to_sa(d->to, &ss);
	int fd = socket(d->to->family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	from.port = port;
	if (fd >= 0 && !(d->from && run_bind_as(fd, &from)) &&
	    (!connect(fd, (struct sockaddr *)&ss, len) ||
	     errno == EINPROGRESS)) {
		*out = fd;
		return 0;
	}
	if (fd >= 0) {
		int error = errno;

		close(fd);
		errno = error;
	}
	return errno;
}

/* The server's own port may still be that of its last connection. */
static int run_dial_in(const void *ctx, struct entry_made *made)
{
	const struct run_dial *d = ctx;
	uint16_t port = d->from ? d->from->port : 0;
	int error = run_dial(d, port, &made->fds[0]);

	return error == EADDRNOTAVAIL && port ? run_dial(d, 0, &made->fds[0]) :
						error;
}

int run_sockets_connect(const struct entry *e, const struct addr *to,
			const struct addr *from)
{
	const struct run_dial d = { to, from };
	struct entry_made made;

	return entry_visit(e, run_dial_in, &d, &made) ? -1 : made.fds[0];
}

/* ---- the end ------------------------------------------------------------- */

static void run_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void run_sockets_close(struct run_sockets *s)
{
	run_close(&s->listen4);
	run_close(&s->listen6);
	run_close(&s->names4);
	run_close(&s->names6);
	run_close(&s->queue);
	run_close(&s->diag);
}
