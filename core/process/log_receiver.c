/* SPDX-License-Identifier: BSD-2-Clause */
/* log_receiver.c - the socket of what takes the gateway's log: journald, or a
 * syslog daemon. */
#include "process/log_receiver.h"

#include "base/err.h"
#include "process/msg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* What each receiver of syslog should take (RFC 5424, section 6.1). */
enum { SYSLOG_LEAST = 2048 };

static socklen_t receiver_address(const struct log_to *to,
				  struct sockaddr_storage *ss)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	if (!to->path[0])
		return addr_to_sa(&to->at, ss);
	snprintf(un.sun_path, sizeof un.sun_path, "%s", to->path);
	*ss = (struct sockaddr_storage){ 0 };
	memcpy(ss, &un, sizeof un);
	return sizeof un;
}

void log_receiver_close(struct log_receiver *r)
{
	int error = errno;

	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	errno = error;
}

int log_receiver_open(struct log_receiver *r)
{
	struct sockaddr_storage ss;
	socklen_t len = receiver_address(&r->to, &ss);

	r->fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0);
	if (r->fd >= 0 && !connect(r->fd, (struct sockaddr *)&ss, len))
		return 0;
	log_receiver_close(r);
	return ERR_SYS;
}

/* The journal reads what is too long for a packet from a memfd. */
static ssize_t receiver_send_memfd(int sock, const char *p, size_t n)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} space = { 0 };
	struct msghdr h = { .msg_control = space.bytes,
			    .msg_controllen = sizeof space.bytes };
	int fd = msg_memfd("adit-log", p, n), error;
	struct cmsghdr *c = CMSG_FIRSTHDR(&h);
	ssize_t r;

	if (fd < 0)
		return -1;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
	r = sendmsg(sock, &h, MSG_NOSIGNAL);
	error = errno;
	close(fd);
	errno = error;
	return r;
}

static ssize_t receiver_put(const struct log_receiver *r, const char *p,
			    size_t n)
{
	ssize_t done = send(r->fd, p, n, MSG_NOSIGNAL);

	if (done >= 0 || errno != EMSGSIZE)
		return done;
	if (r->to.kind == LOG_TO_JOURNAL)
		return receiver_send_memfd(r->fd, p, n);
	return send(r->fd, p, MIN(n, (size_t)SYSLOG_LEAST), MSG_NOSIGNAL);
}

int log_receiver_send(struct log_receiver *r, const char *p, size_t n)
{
	if (r->fd < 0 && log_receiver_open(r))
		return ERR_CLOSED;
	if (receiver_put(r, p, n) >= 0)
		return 0;
	if (errno == EAGAIN)
		return ERR_AGAIN;
	log_receiver_close(r);
	return ERR_CLOSED;
}

const char *log_receiver_name(const struct log_to *to,
			      char name[LOG_RECEIVER_NAME])
{
	char at[ADDR_TEXT];

	if (to->kind == LOG_TO_JOURNAL)
		snprintf(name, LOG_RECEIVER_NAME, "journald");
	else
		snprintf(name, LOG_RECEIVER_NAME, "syslog at %s",
			 to->path[0] ? to->path : addr_str(&to->at, at));
	return name;
}
