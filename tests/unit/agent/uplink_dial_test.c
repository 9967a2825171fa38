/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_dial_test.c - the first address that answers; names; giving up
 * midway. */
#include "agent/uplink_dial.h"

#include "net/sock.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "suite.h"

static struct loop loop;
static struct uplink_dial dial;
static int got;
static unsigned calls;
static char why[400];

static void on_done(struct uplink_dial *d, int fd, const char *text)
{
	ck_assert_ptr_eq(d, &dial);
	got = fd;
	calls++;
	why[0] = 0;
	if (text)
		strncpy(why, text, sizeof why - 1);
}

static void start(void)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	uplink_dial_init(&dial, &loop, on_done);
	got = -2;
	calls = 0;
}

static void stop(void)
{
	uplink_dial_cancel(&dial);
	if (got >= 0)
		close(got);
	loop_fini(&loop);
}

static void wait_done(void)
{
	while (!calls)
		ev_run(loop.ev, EVRUN_ONCE);
	ev_run(loop.ev, EVRUN_NOWAIT);
	ck_assert_uint_eq(calls, 1);
}

static bool is_waiting(void)
{
	return ev_is_active(&dial.name_timeout) ||
	       ev_is_active(&dial.proxy_timeout) ||
	       !list_is_empty(&dial.begin.node);
}

static struct addr server(int *fd)
{
	struct addr at;

	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	*fd = tcp_listen(&at, 8, true);
	ck_assert_int_ge(*fd, 0);
	return addr_local(*fd);
}

/* A port where nobody listens, and nobody else can. */
static struct addr nobody(int *fd)
{
	struct addr at;

	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	*fd = tcp_listen(&at, 0, false);
	ck_assert_int_ge(*fd, 0);
	return addr_local(*fd);
}

/* As if a name had had these. */
static void instead(struct addr a, struct addr b, struct addr c)
{
	race_drop(&dial.race);
	race_add(&dial.race, &a);
	race_add(&dial.race, &b);
	race_add(&dial.race, &c);
}

START_TEST(a_literal)
{
	struct addr at;
	int l;

	start();
	at = server(&l);
	uplink_dial_begin(&dial, "127.0.0.1", at.port);
	ck_assert_uint_eq(calls, 0);
	wait_done();
	ck_assert_int_ge(got, 0);
	at = addr_peer(got);
	ck_assert_uint_eq(at.port, addr_local(l).port);
	close(l);
	stop();
}
END_TEST

START_TEST(refused)
{
	struct addr at;
	int l;

	start();
	at = nobody(&l);
	uplink_dial_begin(&dial, "127.0.0.1", at.port);
	ck_assert_uint_eq(calls, 0);
	wait_done();
	ck_assert_int_eq(got, -1);
	ck_assert_ptr_nonnull(strstr(why, strerror(ECONNREFUSED)));
	close(l);
	stop();
}
END_TEST

START_TEST(refused_then_the_next)
{
	int l, dead;

	start();
	uplink_dial_begin(&dial, "127.0.0.1", 1);
	instead(nobody(&dead), nobody(&dead), server(&l));
	wait_done();
	ck_assert_int_ge(got, 0);
	close(l);
	stop();
}
END_TEST

START_TEST(a_name)
{
	struct addr at;
	int l;

	start();
	at = server(&l);
	uplink_dial_begin(&dial, "localhost", at.port);
	ck_assert_uint_eq(calls, 0);
	wait_done();
	ck_assert_int_ge(got, 0);
	close(l);
	stop();
}
END_TEST

START_TEST(no_such_name)
{
	start();
	uplink_dial_begin(&dial, "no name at all!", 1);
	wait_done();
	ck_assert_int_eq(got, -1);
	ck_assert_ptr_nonnull(strstr(why, "no name at all!"));
	stop();
}
END_TEST

/* A name server that is gone does not keep the agent from a gateway that is
 * there. */
START_TEST(a_name_that_was_good)
{
	static const char name[] = "no name at all!";
	int fd;
	struct addr at = server(&fd);

	start();
	dial.good = at;
	memcpy(dial.good_host, name, sizeof name);
	uplink_dial_begin(&dial, name, at.port);
	wait_done();
	ck_assert_int_ge(got, 0);
	close(got);
	got = -1;
	/* Of another port nothing is known. */
	calls = 0;
	uplink_dial_begin(&dial, name, at.port == 1 ? 2 : 1);
	wait_done();
	ck_assert_int_eq(got, -1);
	close(fd);
	stop();
}
END_TEST

/* The same where it is silent. */
START_TEST(a_name_server_that_is_silent)
{
	static const char name[] = "no name at all!";
	double left;
	int fd;

	start();
	dial.good = server(&fd);
	memcpy(dial.good_host, name, sizeof name);
	uplink_dial_begin(&dial, name, dial.good.port);
	left = ev_timer_remaining(loop.ev, &dial.name_timeout);
	ck_assert(ev_is_active(&dial.name_timeout) && left > 1. && left < 2.1);
	ev_timer_stop(loop.ev, &dial.name_timeout);
	ev_invoke(loop.ev, &dial.name_timeout, EV_TIMER);
	ck_assert_ptr_null(dial.lookup);
	ck_assert(!is_waiting());
	wait_done();
	ck_assert_int_ge(got, 0);
	close(got);
	got = -1;
	/* And an end while it is silent. */
	calls = 0;
	uplink_dial_begin(&dial, name, dial.good.port);
	uplink_dial_cancel(&dial);
	ck_assert(!is_waiting() && !uplink_dial_is_busy(&dial));
	close(fd);
	stop();
}
END_TEST

/* Whatever the thread does meanwhile. */
START_TEST(cancelled_while_resolving)
{
	start();
	for (unsigned i = 0; i < 200; i++) {
		uplink_dial_init(&dial, &loop, on_done);
		uplink_dial_begin(&dial, i % 2 ? "localhost" : "no name!", 1);
		for (unsigned n = i % 5; n; n--) {
			sched_yield();
			if (n & 1)
				ev_run(loop.ev, EVRUN_NOWAIT);
		}
		uplink_dial_cancel(&dial);
		calls = 0;
		ev_run(loop.ev, EVRUN_NOWAIT);
		ck_assert_uint_eq(calls, 0);
	}
	stop();
}
END_TEST

START_TEST(cancelled_while_connecting)
{
	struct addr at;
	int l;

	start();
	at = server(&l);
	for (unsigned i = 0; i < 3; i++) {
		uplink_dial_begin(&dial, "127.0.0.1", at.port);
		for (unsigned n = 0; n < i && !calls; n++)
			ev_run(loop.ev, EVRUN_NOWAIT);
		uplink_dial_cancel(&dial);
		if (got >= 0)
			close(got);
		got = -2;
		calls = 0;
		ev_run(loop.ev, EVRUN_NOWAIT);
		ck_assert_uint_eq(calls, 0);
		ck_assert(!is_waiting());
		ck_assert(!uplink_dial_is_busy(&dial));
	}
	close(l);
	stop();
}
END_TEST

/* The caller does not want the address that answered, and asks for the next. */
START_TEST(the_next_one_on_demand)
{
	int l, first, dead;

	start();
	uplink_dial_begin(&dial, "127.0.0.1", 1);
	instead(server(&first), nobody(&dead), server(&l));
	wait_done();
	ck_assert_uint_eq(addr_peer(got).port, dial.race.addr[0].port);
	close(got);
	calls = 0;
	ck_assert(uplink_dial_again(&dial));
	ck_assert(!uplink_dial_again(&dial));
	ck_assert_uint_eq(calls, 0);
	wait_done();
	ck_assert_uint_eq(addr_peer(got).port, dial.race.addr[2].port);
	ck_assert(!uplink_dial_again(&dial));
	close(first);
	close(l);
	close(dead);
	stop();
}
END_TEST

START_TEST(what_was_good_comes_first)
{
	struct addr at;
	int l;

	start();
	at = server(&l);
	uplink_dial_begin(&dial, "localhost", at.port);
	wait_done();
	uplink_dial_settle(&dial);
	ck_assert(!uplink_dial_again(&dial));
	close(got);
	for (unsigned i = 0; i < 2; i++) {
		got = -2;
		calls = 0;
		uplink_dial_begin(&dial, "localhost", at.port);
		wait_done();
		ck_assert_uint_eq(dial.at, 0);
		ck_assert(addr_same(&dial.race.addr[0], &at));
		close(got);
	}
	got = -1;
	close(l);
	stop();
}
END_TEST

static const struct proxy *proxy(int *l)
{
	static struct proxy p = { .host = "127.0.0.1" };

	p.port = server(l).port;
	return &p;
}

/* The proxy's end of the connection, when the whole request is there. */
static int asked(int l)
{
	char text[1000];
	ssize_t n = 0;
	int fd;

	while ((fd = tcp_accept(l, NULL)) < 0)
		ev_run(loop.ev, EVRUN_NOWAIT);
	while (n < 4 || memcmp(text + n - 4, "\r\n\r\n", 4)) {
		ev_run(loop.ev, EVRUN_NOWAIT);
		n = recv(fd, text, sizeof text, MSG_PEEK);
	}
	ck_assert(!memcmp(text, "CONNECT gw:443 HTTP/1.1\r\n", 25));
	ck_assert_uint_eq(calls, 0);
	return fd;
}

static void answer(int fd, const char *text)
{
	ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL),
			 (ssize_t)strlen(text));
}

/* Bytes behind the proxy's answer, in the same packet or later, are left for
 * TLS. */
START_TEST(through_a_proxy)
{
	static const char yes[] = "HTTP/1.1 200 Yes\r\nx: y\r\n\r\n";
	char cut[sizeof yes], text[10];
	int l, fd;

	for (size_t n = 0; n < sizeof yes; n++) {
		start();
		uplink_dial_through(&dial, proxy(&l), "gw:443");
		fd = asked(l);
		snprintf(cut, n + 1, "%s", yes);
		if (n && n < sizeof yes - 1) {
			answer(fd, cut);
			for (unsigned i = 0; i < 3; i++)
				ev_run(loop.ev, EVRUN_NOWAIT);
			ck_assert_uint_eq(calls, 0);
		}
		ck_assert(uplink_dial_is_busy(&dial));
		answer(fd, n < sizeof yes - 1 ? yes + n : yes);
		answer(fd, "TLS");
		wait_done();
		ck_assert_int_ge(got, 0);
		while (recv(got, text, sizeof text, MSG_PEEK) < 3)
			sched_yield();
		ck_assert_int_eq(recv(got, text, sizeof text, 0), 3);
		ck_assert(!memcmp(text, "TLS", 3));
		ck_assert(!uplink_dial_is_busy(&dial));
		close(fd);
		close(l);
		stop();
	}
}
END_TEST

START_TEST(a_proxy_that_refuses)
{
	static const char *const of[][2] = {
		{ "HTTP/1.1 403 No\r\n\r\n", "403 No" },
		{ "HTTP/1.1 200 Yes\r\n", "ended without an answer" },
		{ "", "ended without an answer" },
	};
	int l, fd;

	for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
		start();
		uplink_dial_through(&dial, proxy(&l), "gw:443");
		fd = asked(l);
		answer(fd, of[i][0]);
		/* With the request read: without, that is a reset. */
		while (recv(fd, why, sizeof why, 0) > 0)
			;
		close(fd);
		wait_done();
		ck_assert_int_eq(got, -1);
		ck_assert_msg(strstr(why, of[i][1]), "%s", why);
		ck_assert(dial.lasts == !i);
		close(l);
		stop();
	}
}
END_TEST

static bool has_seconds(double s)
{
	double left = ev_timer_remaining(loop.ev, &dial.proxy_timeout);

	return ev_is_active(&dial.proxy_timeout) && left > s - 5. &&
	       left < s + 1.;
}

START_TEST(a_proxy_that_is_silent)
{
	int l, fd;

	start();
	uplink_dial_through(&dial, proxy(&l), "gw:443");
	fd = asked(l);
	ck_assert(has_seconds(15));
	ev_timer_stop(loop.ev, &dial.proxy_timeout);
	ev_invoke(loop.ev, &dial.proxy_timeout, EV_TIMER);
	ck_assert_int_eq(got, -1);
	ck_assert_ptr_nonnull(strstr(why, "the proxy 127.0.0.1:"));
	close(fd);
	/* And again, with an end while it talks. */
	got = -2;
	calls = 0;
	uplink_dial_through(&dial, dial.via, "gw:443");
	fd = asked(l);
	/* It may have to wait for a silent address itself. */
	ck_assert(has_seconds(30));
	uplink_dial_cancel(&dial);
	ck_assert(!uplink_dial_is_busy(&dial) && !dial.talk);
	close(fd);
	/* Where there is no other time, all of it is now. */
	dial.patient = true;
	uplink_dial_through(&dial, dial.via, "gw:443");
	fd = asked(l);
	ck_assert(has_seconds(240));
	uplink_dial_cancel(&dial);
	/* Without a proxy it is as if there never was one. */
	uplink_dial_begin(&dial, "127.0.0.1", addr_local(l).port);
	ck_assert_ptr_null(dial.via);
	wait_done();
	ck_assert_int_ge(got, 0);
	close(fd);
	close(l);
	stop();
}
END_TEST

SUITE("uplink_dial", through_a_proxy, a_proxy_that_refuses,
      a_proxy_that_is_silent, a_literal, refused, refused_then_the_next, a_name,
      no_such_name, a_name_that_was_good, a_name_server_that_is_silent,
      cancelled_while_resolving, cancelled_while_connecting,
      the_next_one_on_demand, what_was_good_comes_first)
