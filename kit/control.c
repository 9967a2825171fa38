/* SPDX-License-Identifier: BSD-2-Clause */
/* control.c - asks a running aditd: one line of JSON each way. */
#include "kit/control.h"

#include "base/buf.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { TIMEOUT = 40, REPLY_MAX = 64 << 20 };

static int reach(const char *path)
{
	const struct timeval timeout = { .tv_sec = TIMEOUT };
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(sun.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(sun.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&sun, sizeof(sun))) {
		close(fd);
		return -1;
	}
	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout,
			   sizeof(timeout));
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout,
			   sizeof(timeout));
	}
	return fd;
}

static bool control_say(int fd, json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT);
	size_t n = text ? strlen(text) : 0;
	bool good;

	if (!text)
		return false;
	text[n++] = '\n'; /* in the place of its NUL */
	good = send(fd, text, n, MSG_NOSIGNAL) == (ssize_t)n;
	free(text);
	return good;
}

/* A line; the other side closes behind it. */
static bool hear(int fd, struct buf *in)
{
	for (;;) {
		uint8_t *to = buf_reserve(in, 65536);
		ssize_t n = to ? recv(fd, to, 65536, 0) : -1;

		if (n < 0 && to && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 && buf_len(in);
		buf_commit(in, (size_t)n);
		if (buf_len(in) > REPLY_MAX)
			return false;
	}
}

static json_t *talk(int fd, json_t *request)
{
	struct buf in = { 0 };
	json_t *reply = NULL;

	errno = 0;
	if (control_say(fd, request) && hear(fd, &in))
		reply = json_loadb((char *)buf_ptr(&in), buf_len(&in), 0, NULL);
	buf_fini(&in);
	return reply;
}

json_t *control_ask(const char *path, json_t *request, char *why,
		    size_t why_cap)
{
	int fd = reach(path);
	json_t *reply = NULL;
	const char *error;

	if (fd < 0) {
		snprintf(why, why_cap,
			 "cannot reach aditd at %s: %s; is it "
			 "running?",
			 path, strerror(errno));
	} else if (!(reply = talk(fd, request))) {
		snprintf(why, why_cap,
			 "aditd at %s does not answer%s%s; only "
			 "root and the user who runs it may ask",
			 path, errno ? ": " : "", errno ? strerror(errno) : "");
	}
	if (fd >= 0)
		close(fd);
	json_decref(request);
	error = json_string_value(json_object_get(reply, "error"));
	if (!error)
		return reply;
	snprintf(why, why_cap, "aditd: %s", error);
	json_decref(reply);
	return NULL;
}
