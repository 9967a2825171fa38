/* SPDX-License-Identifier: BSD-2-Clause */
/* control_call.c - asks a running aditd or agent: one line of JSON each way. */
#include "control/control_call.h"

#include "base/buf.h"
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* ---- messages ------------------------------------------------------------ */

static void say_closed(struct control_call *c)
{
	const char *who = c->side->program;

	if (geteuid())
		snprintf(c->why, sizeof c->why,
			 "%s at %s: it answers only root and the user who runs "
			 "it; run %s as root",
			 who, c->path, program_invocation_short_name);
	else
		snprintf(
			c->why, sizeof c->why,
			"%s at %s: it ended the connection before it "
			"answered, as at an upgrade or when it ends: try again",
			who, c->path);
}

/* Fills why[], unless it says something better already. */
static void say_why(struct control_call *c, int err)
{
	const char *who = c->side->program;

	if (c->why[0])
		return;
	if (err == ERR_NOTFOUND)
		snprintf(
			c->why, sizeof c->why,
			"cannot reach %s: nobody listens at %s; is it running?",
			who, c->path);
	else if (err == ERR_DENIED)
		snprintf(c->why, sizeof c->why,
			 "%s: %s; run %s as root, or as the user who runs %s",
			 c->path, strerror(c->error),
			 program_invocation_short_name, who);
	else if (err == ERR_CLOSED)
		say_closed(c);
	else if (err == ERR_TIMEOUT)
		snprintf(c->why, sizeof c->why,
			 "%s at %s did not answer within %d seconds; see its "
			 "log",
			 who, c->path, c->timeout);
	else if (!c->connected)
		snprintf(c->why, sizeof c->why, "cannot reach %s at %s: %s",
			 who, c->path, strerror(c->error));
	else
		snprintf(c->why, sizeof c->why,
			 "no answer from %s at %s: %s; see its log", who,
			 c->path,
			 err == ERR_SYS ? strerror(c->error) : err_str(err));
}

/* ---- the connection ------------------------------------------------------ */

/* Another user may have made a socket with this name below /tmp. */
static int check_server(struct control_call *c, int fd)
{
	struct ucred peer = { .pid = 0 };
	socklen_t len = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len)) {
		c->error = errno;
		return ERR_SYS;
	}
	c->pid = peer.pid;
	if (!c->side->is_private || peer.uid == 0 || peer.uid == geteuid())
		return 0;
	snprintf(c->why, sizeof c->why,
		 "%s belongs to uid %u, not to you: set %s to a path of your "
		 "own",
		 c->path, (unsigned)peer.uid, c->side->setting);
	return ERR_DENIED;
}

static int connect_to(struct control_call *c, int *fd)
{
	const struct timeval timeout = { .tv_sec = c->timeout };

	*fd = control_socket_dial(c->path);
	if (*fd < 0) {
		c->error = errno;
		if (errno == ENOENT || errno == ECONNREFUSED)
			return ERR_NOTFOUND;
		return errno == EACCES || errno == EPERM ? ERR_DENIED : ERR_SYS;
	}
	c->connected = true;
	setsockopt(*fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
	setsockopt(*fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
	return check_server(c, *fd);
}

/* The kernel reports a reset where the server closed without reading the whole
 * request: it has ended, or does not serve this user. */
static int failure_of(struct control_call *c)
{
	c->error = errno;
	if (errno == EPIPE || errno == ECONNRESET)
		return ERR_CLOSED;
	return errno == EAGAIN ? ERR_TIMEOUT : ERR_SYS;
}

static int call_send(struct control_call *c, int fd, const json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT), *p = text;
	size_t left = text ? strlen(text) : 0, all = left;
	int r = text ? 0 : ERR_NOMEM;

	if (text)
		text[left++] = '\n'; /* in the place of its NUL */
	while (!r && left) {
		ssize_t n = send(fd, p, left, MSG_NOSIGNAL);

		if (n <= 0) {
			r = failure_of(c);
			break;
		}
		p += n;
		left -= (size_t)n;
	}
	/* It may hold a password. */
	if (text)
		explicit_bzero(text, all);
	free(text);
	return r;
}

static int call_read(struct control_call *c, int fd, struct buf *in)
{
	for (;;) {
		uint8_t *to = buf_reserve(in, CONTROL_READ);
		ssize_t n = to ? recv(fd, to, CONTROL_READ, 0) : 0;

		if (!to)
			return ERR_NOMEM;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failure_of(c);
		if (n == 0)
			return buf_len(in) ? ERR_PROTO : ERR_CLOSED;
		buf_commit(in, (size_t)n);
		if (to[n - 1] == '\n')
			return 0;
		if (buf_len(in) > CONTROL_ANSWER_MAX)
			return ERR_LIMIT;
	}
}

static int call_talk(struct control_call *c, const json_t *request,
		     json_t **answer)
{
	struct buf in = { 0 };
	int fd = -1, r = connect_to(c, &fd);

	if (!r)
		r = call_send(c, fd, request);
	if (!r)
		r = call_read(c, fd, &in);
	if (!r)
		*answer = json_loadb((const char *)buf_ptr(&in), buf_len(&in),
				     0, NULL);
	if (!r && !json_is_object(*answer)) {
		json_decref(*answer);
		*answer = NULL;
		r = ERR_PROTO;
	}
	if (fd >= 0)
		close(fd);
	buf_fini(&in);
	return r;
}

json_t *control_call_exchange(struct control_call *c, json_t *request, int *err)
{
	json_t *answer = NULL;

	c->connected = false;
	c->error = 0;
	c->pid = 0;
	c->why[0] = 0;
	*err = request ? call_talk(c, request, &answer) : ERR_NOMEM;
	if (*err)
		say_why(c, *err);
	json_decref(request);
	return answer;
}

json_t *control_call_ask(struct control_call *c, json_t *request, int *err)
{
	json_t *answer = control_call_exchange(c, request, err);
	const char *error = json_string_value(json_object_get(answer, "error"));

	if (!error)
		return answer;
	snprintf(c->why, sizeof c->why, "%s", error);
	json_decref(answer);
	*err = ERR_DENIED;
	return NULL;
}
