/* SPDX-License-Identifier: BSD-2-Clause */
/* control_client.c - asks a running agent: one line of JSON each way. */
#include "adit/control_client.h"

#include "base/buf.h"
#include "base/err.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	GULP = 65536,
	ANSWER_BYTES_MAX = 64 << 20,
	TIMEOUT_END = 15000, /* milliseconds for the process to go */
};

/* Somebody else may have been first at a name below /tmp. */
static int check_peer(struct control_call *c, int fd)
{
	struct ucred peer = { .pid = 0 };
	socklen_t len = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len))
		return ERR_SYS;
	c->pid = peer.pid;
	if (peer.uid == 0 || peer.uid == geteuid())
		return 0;
	snprintf(c->why, sizeof c->why,
		 "%s belongs to uid %u, not to you: set "
		 "control in [agent] to a path of your own",
		 c->path, (unsigned)peer.uid);
	return ERR_DENIED;
}

static int dial(struct control_call *c, int *fd)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	const struct timeval timeout = { .tv_sec = c->timeout };

	if (strlen(c->path) >= sizeof sun.sun_path) {
		snprintf(c->why, sizeof c->why,
			 "%s: the path of a socket has "
			 "at most %zu bytes; set control in [agent]",
			 c->path, sizeof sun.sun_path - 1);
		return ERR_INVAL;
	}
	memcpy(sun.sun_path, c->path, strlen(c->path) + 1);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return ERR_SYS;
	setsockopt(*fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
	setsockopt(*fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
	if (!connect(*fd, (struct sockaddr *)&sun, sizeof sun))
		return check_peer(c, *fd);
	/* What stands in the place of our folder holds no socket of ours. */
	return errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR ||
			       errno == EACCES ?
		       ERR_NOTFOUND :
		       ERR_SYS;
}

/* EPIPE and ECONNRESET: an agent that ends does not read to the end. */
static int failed(void)
{
	if (errno == EPIPE || errno == ECONNRESET)
		return ERR_CLOSED;
	return errno == EAGAIN ? ERR_TIMEOUT : ERR_SYS;
}

static int send_line(int fd, const json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT), *p = text;
	size_t left = text ? strlen(text) : 0;
	int r = text ? 0 : ERR_NOMEM;

	if (text)
		text[left++] = '\n'; /* in the place of its NUL */
	while (!r && left) {
		ssize_t n = send(fd, p, left, MSG_NOSIGNAL);

		if (n <= 0) {
			r = failed();
			break;
		}
		p += n;
		left -= (size_t)n;
	}
	free(text);
	return r;
}

static int read_line(int fd, struct buf *in)
{
	for (;;) {
		uint8_t *to = buf_reserve(in, GULP);
		ssize_t n = to ? recv(fd, to, GULP, 0) : -1;

		if (!to)
			return ERR_NOMEM;
		if (n < 0)
			return failed();
		if (n == 0)
			return ERR_CLOSED;
		buf_commit(in, (size_t)n);
		if (to[n - 1] == '\n')
			return 0;
		if (buf_len(in) > ANSWER_BYTES_MAX)
			return ERR_LIMIT;
	}
}

/* {"answer": {...}} or {"error": "text"} */
static json_t *unwrap(struct control_call *c, const struct buf *in, int *err)
{
	json_t *whole = json_loadb((const char *)buf_ptr(in), buf_len(in), 0,
				   NULL);
	json_t *answer = json_object_get(whole, "answer");
	const char *error = json_string_value(json_object_get(whole, "error"));

	*err = json_is_object(answer) ? 0 : error ? ERR_DENIED : ERR_PROTO;
	if (error)
		snprintf(c->why, sizeof c->why, "%s", error);
	if (*err)
		answer = NULL;
	json_incref(answer);
	json_decref(whole);
	return answer;
}

static void explain(struct control_call *c, int err, int saved)
{
	if (c->why[0])
		return;
	if (err == ERR_NOTFOUND)
		snprintf(c->why, sizeof c->why, "not running");
	else if (err == ERR_TIMEOUT)
		snprintf(c->why, sizeof c->why,
			 "the agent at %s did not answer "
			 "within %d seconds",
			 c->path, c->timeout);
	else
		snprintf(c->why, sizeof c->why,
			 "cannot ask the agent at %s: %s", c->path,
			 err == ERR_SYS ? strerror(saved) : err_str(err));
}

json_t *control_ask(struct control_call *c, json_t *request, int *err)
{
	struct buf in = { 0 };
	json_t *answer = NULL;
	int fd = -1, saved;

	c->pid = 0;
	c->why[0] = 0;
	*err = request ? dial(c, &fd) : ERR_NOMEM;
	if (!*err)
		*err = send_line(fd, request);
	if (!*err)
		*err = read_line(fd, &in);
	saved = errno;
	if (!*err)
		answer = unwrap(c, &in, err);
	/* It was on its way out, and is as good as not there. */
	if (*err == ERR_CLOSED && c->pid > 0 && !control_wait_gone(c))
		*err = ERR_NOTFOUND;
	if (*err)
		explain(c, *err, saved);
	if (fd >= 0)
		close(fd);
	buf_fini(&in);
	json_decref(request);
	return answer;
}

int control_wait_gone(const struct control_call *c)
{
	struct pollfd p = { .events = POLLIN };
	int r;

	/* Elsewhere its number may mean nothing: a container. */
	if (c->pid <= 0)
		return 0;
	p.fd = pidfd_open(c->pid, 0);
	if (p.fd < 0)
		return errno == ESRCH ? 0 : ERR_SYS;
	do {
		r = poll(&p, 1, TIMEOUT_END);
	} while (r < 0 && errno == EINTR);
	close(p.fd);
	return r > 0 ? 0 : r ? ERR_SYS : ERR_TIMEOUT;
}
