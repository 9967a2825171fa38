/* SPDX-License-Identifier: BSD-2-Clause */
/* crowd.c - connections that wait before TLS begins. */
#include "crowd.h"

#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

const uint8_t hello[HELLO] = { 0x16, 3, 1, 0, 3, 1, 2, 3 };

const struct waiting_limits limits = { WAIT_ALL, WAIT_HOST, IN_ALL, IN_HOST };

struct loop loop;
struct waiting w;
static int listener;
uint16_t thrown;

struct addr inside[4096];
unsigned ninside, ngone;
char last_gone[64];

static bool on_enter(void *ctx, const struct waiting_conn *a)
{
	(void)ctx;
	close(a->fd);
	inside[ninside++] = a->source;
	return true;
}

static void on_gone(void *ctx, const struct addr *source, const char *why)
{
	(void)ctx;
	(void)source;
	snprintf(last_gone, sizeof last_gone, "%s", why);
	ngone++;
}

static bool is_shared(void *ctx, const struct addr *source)
{
	struct addr office;

	(void)ctx;
	ck_assert_int_eq(addr_parse(&office, "203.0.113.1", 1), 0);
	return addr_same_host(source, &office);
}

static uint16_t throw_dice(void)
{
	return thrown;
}

static const struct waiting_ops ops = {
	.enter = on_enter,
	.is_shared = is_shared,
	.gone = on_gone,
	.dice = throw_dice,
};

void begin(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&sin, sizeof sin),
			 0);
	ck_assert_int_eq(listen(listener, 64), 0);
	ninside = ngone = 0;
	last_gone[0] = 0;
	thrown = UINT16_MAX / 2; /* the luckiest */
	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(waiting_init(&w, &loop, &ops, NULL), 0);
	waiting_limit(&w, &limits);
}

void end(void)
{
	waiting_close(&w);
	ck_assert_uint_eq(w.n, 0);
	waiting_fini(&w);
	loop_fini(&loop);
	close(listener);
}

void turn(void)
{
	ev_run(loop.ev, EVRUN_NOWAIT);
}

int comes_with(const char *from, bool shared, bool owes_header)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof sin;
	struct waiting_conn a = { .is_shared = shared,
				  .owes_header = owes_header };
	unsigned before = w.n;
	int fd;

	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&sin, &len),
			 0);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sin, len), 0);
	a.fd = accept(listener, NULL, NULL);
	ck_assert_int_ge(a.fd, 0);
	a.since_us = loop_now_us(&loop);
	ck_assert_int_eq(addr_parse(&a.source, from, 1), 0);
	waiting_add(&w, &a);
	if (w.n > before)
		return fd;
	close(fd);
	return -1;
}

int comes_as(const char *from, bool shared)
{
	return comes_with(from, shared, false);
}

int comes(const char *from)
{
	return comes_as(from, false);
}

void says(int fd, size_t n)
{
	ck_assert_int_eq(send(fd, hello, n, MSG_NOSIGNAL), (ssize_t)n);
}

int asks(const char *from)
{
	int fd = comes(from);

	if (fd >= 0)
		says(fd, HELLO);
	turn();
	return fd;
}

void leaves(const char *from, bool paid)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, from, 1), 0);
	waiting_release(&w, &a, paid);
}

void time_passes(uint64_t us)
{
	struct list *n, *t;
	struct seat_as_far_as_needed {
		struct list node;
		struct waiting_conn conn;
	};

	list_each (n, t, &w.seats)
		list_entry(n, struct seat_as_far_as_needed, node)
			->conn.since_us -= us;
	ev_feed_event(loop.ev, &w.timer, EV_TIMER);
	turn();
}
