/* SPDX-License-Identifier: BSD-2-Clause */
/* web_test.c - the web process without its sandbox: requests, the monitor's
 * answers, and clients that do nothing. */
#include "web/web.h"

#include "base/err.h"
#include "suite.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct web web;
static struct ev_loop *loop;
static int monitor = -1, listener = -1;
static struct sockaddr_un at;
static socklen_t at_len;

/* An abstract name that the kernel chooses. */
static int open_listener(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof at.sun_family),
			 0);
	at_len = sizeof at;
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &at_len), 0);
	ck_assert_int_eq(listen(fd, 200), 0);
	return fd;
}

static void tell_listeners(int fd)
{
	struct msg m = { .type = MSG_WEB_LISTEN };

	if (fd >= 0)
		m.fds[m.nfds++] = fd;
	ck_assert_int_eq(msg_send(monitor, &m), 0);
}

static void begin(void)
{
	int fd[2];

	ck_assert_int_eq(socketpair(AF_UNIX,
				    SOCK_SEQPACKET | SOCK_NONBLOCK |
					    SOCK_CLOEXEC,
				    0, fd),
			 0);
	monitor = fd[0];
	loop = ev_loop_new(EVBACKEND_POLL | EVFLAG_NOENV);
	ck_assert_int_eq(web_init(&web, loop, fd[1]), 0);
	listener = open_listener();
	tell_listeners(listener);
}

static void end(void)
{
	web_fini(&web);
	close(web.monitor);
	close(listener);
	if (monitor >= 0)
		close(monitor);
	ev_loop_destroy(loop);
}

static void turn(void)
{
	ev_run(loop, EVRUN_NOWAIT);
}

static int dial(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&at, at_len), 0);
	return fd;
}

static int sends(const char *request)
{
	int fd = dial();

	ck_assert_int_eq(send(fd, request, strlen(request), 0),
			 (ssize_t)strlen(request));
	return fd;
}

static int gets_at(const char *url)
{
	char request[200];

	snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n",
		 url);
	return sends(request);
}

/* Turns the loop until the connection is closed; what came. */
static const char *reads(int fd)
{
	static char text[65536];
	size_t n = 0;

	for (int i = 0; i < 2000; i++) {
		ssize_t r;

		turn();
		r = recv(fd, text + n, sizeof text - 1 - n, 0);
		if (r > 0)
			n += (size_t)r;
		if (r == 0)
			break;
		ck_assert_int_lt(i, 1999);
	}
	text[n] = 0;
	close(fd);
	return text;
}

/* The question that the monitor has got; 0: none. */
static uint32_t asked(void)
{
	static struct msg m;

	for (int i = 0; i < 50; i++) {
		turn();
		if (!msg_recv(monitor, &m)) {
			ck_assert_int_eq(m.type, MSG_WEB_ASK);
			return m.id;
		}
	}
	return 0;
}

static void answers(uint32_t id, const char *json)
{
	struct msg m = { .type = MSG_WEB_ANSWER, .id = id, .nfds = 1 };

	m.fds[0] = msg_memfd("numbers", json, strlen(json));
	ck_assert_int_ge(m.fds[0], 0);
	ck_assert_int_eq(msg_send(monitor, &m), 0);
	close(m.fds[0]);
}

static void has(const char *text, const char *what)
{
	bool found = strstr(text, what);

	ck_assert_msg(found, "no \"%s\" in: %s", what, text);
}

/* Moves the loop's clock on. */
static void later(double seconds)
{
	struct list *n, *next;

	list_each (n, next, &web.conns)
		list_entry(n, struct web_conn, node)->since -= seconds;
	web.asked_at -= seconds;
	web.told_at -= seconds;
	if (ev_is_active(&web.look))
		ev_feed_event(loop, &web.look, EV_TIMER);
	turn();
}

START_TEST(health_asks_nobody)
{
	const char *text;

	begin();
	text = reads(gets_at("/health"));
	has(text, "HTTP/1.1 200 ");
	has(text, "Connection: close");
	has(text, "\r\n\r\nalive\n");
	ck_assert_uint_eq(asked(), 0);
	end();
}
END_TEST

START_TEST(metrics)
{
	const char *text;
	int fd;

	begin();
	fd = sends(
		"GET /metrics HTTP/1.1\r\nHost: x\r\n"
		"Accept: application/openmetrics-text;version=1.0.0\r\n\r\n");
	answers(asked(), "{\"channels\": 7}");
	text = reads(fd);
	has(text, "HTTP/1.1 200 ");
	has(text, "Content-Type: application/openmetrics-text; version=1.0.0");
	has(text, "\nadit_channels 7\n");
	has(text, "# EOF\n");
	end();
}
END_TEST

/* Many who come at once are one question; so are those who come soon after. */
START_TEST(one_question_for_many)
{
	uint32_t id;
	int fd[5];

	begin();
	for (int i = 0; i < 5; i++)
		fd[i] = gets_at("/metrics");
	id = asked();
	ck_assert_uint_ne(id, 0);
	ck_assert_uint_eq(asked(), 0);
	answers(id, "{\"channels\": 7}");
	for (int i = 0; i < 5; i++)
		has(reads(fd[i]), "\nadit_channels 7\n");
	has(reads(gets_at("/metrics")), "\nadit_channels 7\n");
	ck_assert_uint_eq(asked(), 0);
	later(WEB_FRESH);
	fd[0] = gets_at("/metrics");
	answers(asked(), "{\"channels\": 8}");
	has(reads(fd[0]), "\nadit_channels 8\n");
	end();
}
END_TEST

START_TEST(ready_or_not)
{
	int fd;

	begin();
	fd = gets_at("/ready");
	answers(asked(), "{\"ready\": true, \"state\": \"running\"}");
	has(reads(fd), "HTTP/1.1 200 ");
	later(WEB_FRESH);
	fd = gets_at("/ready");
	answers(asked(), "{\"ready\": false, \"state\": \"draining\"}");
	has(reads(fd), "HTTP/1.1 503 ");
	later(WEB_FRESH);
	fd = gets_at("/ready");
	answers(asked(), "{\"error\": \"the worker ended\"}");
	has(reads(fd), "HTTP/1.1 503 ");
	end();
}
END_TEST

START_TEST(monitor_is_silent)
{
	uint32_t id;
	int fd;

	begin();
	fd = gets_at("/ready");
	id = asked();
	later(WEB_TIMEOUT);
	has(reads(fd), "HTTP/1.1 503 ");
	/* There is one question only, which may be answered yet. */
	fd = gets_at("/metrics");
	ck_assert_uint_eq(asked(), 0);
	answers(id, "{\"channels\": 9}");
	has(reads(fd), "\nadit_channels 9\n");
	end();
}
END_TEST

START_TEST(other_requests)
{
	const char *text;

	begin();
	has(reads(gets_at("/")), "HTTP/1.1 404 ");
	has(reads(gets_at("/metrics/")), "HTTP/1.1 404 ");
	text = reads(sends("POST /metrics HTTP/1.1\r\nHost: x\r\n"
			   "Content-Length: 4\r\n\r\nabcd"));
	has(text, "HTTP/1.1 405 ");
	has(text, "Allow: GET, HEAD");
	text = reads(sends("HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n"));
	has(text, "HTTP/1.1 200 ");
	ck_assert_ptr_null(strstr(text, "alive"));
	(void)reads(sends("NONSENSE\r\n\r\n"));
	ck_assert_uint_eq(asked(), 0);
	end();
}
END_TEST

START_TEST(long_heads_are_refused)
{
	static char request[WEB_REQUEST_MAX * 2];
	int fd;

	begin();
	snprintf(request, sizeof request, "GET /health HTTP/1.1\r\nX: ");
	memset(request + strlen(request), 'a', WEB_REQUEST_MAX + 1000u);
	fd = dial();
	(void)!send(fd, request, strlen(request), MSG_NOSIGNAL);
	ck_assert_ptr_null(strstr(reads(fd), "alive"));
	end();
}
END_TEST

START_TEST(who_says_nothing_is_ended)
{
	int silent, half;

	begin();
	silent = dial();
	half = sends("GET /hea");
	turn();
	turn();
	ck_assert_uint_eq(web.nconns, 2);
	later(WEB_TIME);
	ck_assert_str_eq(reads(silent), "");
	ck_assert_str_eq(reads(half), "");
	ck_assert_uint_eq(web.nconns, 0);
	end();
}
END_TEST

START_TEST(who_reads_nothing_is_ended)
{
	int fd;

	begin();
	fd = gets_at("/metrics");
	answers(asked(), "{\"channels\": 7}");
	for (int i = 0; i < 20; i++)
		turn();
	later(WEB_TIME);
	for (int i = 0; i < 20; i++)
		turn();
	ck_assert_uint_eq(web.nconns, 0);
	close(fd);
	end();
}
END_TEST

/* The oldest of those who say nothing makes room. */
START_TEST(crowd_makes_room)
{
	int fd[WEB_CONNECTIONS * 2];

	begin();
	for (int i = 0; i < WEB_CONNECTIONS * 2; i++) {
		fd[i] = dial();
		turn();
	}
	for (int i = 0; i < 20; i++)
		turn();
	ck_assert_uint_le(web.nconns, WEB_CONNECTIONS + 1);
	has(reads(gets_at("/health")), "alive");
	for (int i = 0; i < WEB_CONNECTIONS * 2; i++)
		close(fd[i]);
	end();
}
END_TEST

START_TEST(listeners_move)
{
	struct sockaddr_un before;
	socklen_t before_len;
	int other, fd;

	begin();
	turn();
	before = at;
	before_len = at_len;
	other = open_listener();
	tell_listeners(other);
	turn();
	has(reads(gets_at("/health")), "alive");
	/* The first one is the monitor's alone: nobody accepts there. */
	at = before;
	at_len = before_len;
	fd = dial();
	turn();
	turn();
	ck_assert_uint_eq(web.nconns, 0);
	close(fd);
	close(other);
	end();
}
END_TEST

START_TEST(monitor_ends)
{
	begin();
	close(monitor);
	monitor = -1;
	ev_run(loop, 0);
	ck_assert_int_eq(web.error, ERR_CLOSED);
	end();
}
END_TEST

START_TEST(answers_that_were_not_asked_for)
{
	begin();
	answers(5, "{}");
	ev_run(loop, 0);
	ck_assert_int_eq(web.error, ERR_PROTO);
	end();
}
END_TEST

SUITE("web", health_asks_nobody, metrics, one_question_for_many, ready_or_not,
      monitor_is_silent, other_requests, long_heads_are_refused,
      who_says_nothing_is_ended, who_reads_nothing_is_ended, crowd_makes_room,
      listeners_move, monitor_ends, answers_that_were_not_asked_for)
