/* SPDX-License-Identifier: BSD-2-Clause */
/* waiting_test.c - which connections may wait before TLS begins, and which
 * comes next. */
#include "front/waiting.h"

#include "base/err.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* A ClientHello as far as anybody looks here: its record has 3 bytes. */
static const uint8_t hello[] = { 0x16, 3, 1, 0, 3, 1, 2, 3 };

enum {
	WAIT_ALL = 2048,
	WAIT_HOST = 512,
	IN_ALL = 1024,
	IN_HOST = 64,
	CROWD = WAIT_ALL / WAITING_CROWD,
};
static const struct waiting_limits limits = { WAIT_ALL, WAIT_HOST, IN_ALL,
					      IN_HOST };

static struct loop loop;
static struct waiting w;
static int listener;
static uint16_t thrown; /* what the dice show */

/* Those who went inside, in their order, and what became of others. */
static struct addr inside[4096];
static unsigned ninside, ngone;
static char last_gone[64];

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

static void begin(void)
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

static void end(void)
{
	waiting_close(&w);
	ck_assert_uint_eq(w.n, 0);
	waiting_fini(&w);
	loop_fini(&loop);
	close(listener);
}

static void turn(void)
{
	ev_run(loop.ev, EVRUN_NOWAIT);
}

/* Its end of a connection that came from there, as the gateway is told; -1: it
 * was turned away. */
static int comes_with(const char *from, bool shared, bool owes_header)
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

static int comes_as(const char *from, bool shared)
{
	return comes_with(from, shared, false);
}

static int comes(const char *from)
{
	return comes_as(from, false);
}

static void says(int fd, size_t n)
{
	ck_assert_int_eq(send(fd, hello, n, MSG_NOSIGNAL), (ssize_t)n);
}

/* Comes, says all it has to, and is inside or waits for its turn. */
static int asks(const char *from)
{
	int fd = comes(from);

	if (fd >= 0)
		says(fd, sizeof hello);
	turn();
	return fd;
}

static void leaves(const char *from, bool paid)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, from, 1), 0);
	waiting_release(&w, &a, paid);
}

/* As if it had come so much earlier; what the timer does. */
static void time_passes(uint64_t us)
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

START_TEST(tls_begins_with_a_whole_hello)
{
	int fd;

	begin();
	fd = comes("192.0.2.1");
	for (size_t i = 0; i + 1 < sizeof hello; i++) {
		ck_assert_int_eq(send(fd, hello + i, 1, 0), 1);
		turn();
		ck_assert_uint_eq(ninside, 0);
	}
	ck_assert_int_eq(send(fd, hello + sizeof hello - 1, 1, 0), 1);
	turn();
	ck_assert_uint_eq(ninside, 1);
	ck_assert_uint_eq(w.n, 0);
	close(fd);
	/* What is no TLS gets its answer from TLS, and at once. */
	fd = comes("192.0.2.1");
	ck_assert_int_eq(send(fd, "G", 1, 0), 1);
	turn();
	ck_assert_uint_eq(ninside, 2);
	close(fd);
	end();
}
END_TEST

START_TEST(who_goes_without_a_word_costs_nothing)
{
	begin();
	close(comes("192.0.2.1"));
	turn();
	ck_assert_uint_eq(ninside, 0);
	ck_assert_str_eq(last_gone, "closed by the peer");
	end();
}
END_TEST

/* Its ClientHello can be read all the same, but nobody waits for the answer. */
START_TEST(who_has_given_up_costs_no_handshake)
{
	struct linger reset = { .l_onoff = 1 };
	int fd;

	begin();
	fd = comes("192.0.2.1");
	says(fd, sizeof hello);
	ck_assert(!setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset));
	close(fd);
	turn();
	ck_assert_uint_eq(ninside, 0);
	ck_assert_uint_eq(w.n, 0);
	ck_assert_str_eq(last_gone, "Connection reset by peer");
	end();
}
END_TEST

/* The timeout is for the whole ClientHello, not from one byte to the next. */
START_TEST(timeout_ends)
{
	int silent, slow;

	begin();
	silent = comes("192.0.2.1");
	slow = comes("192.0.2.1");
	says(slow, 3);
	time_passes(w.timeout_us - 1000000);
	ck_assert_uint_eq(w.n, 2);
	ck_assert_int_eq(send(slow, hello + 3, 1, 0), 1);
	time_passes(1100000);
	ck_assert_uint_eq(w.n, 0);
	ck_assert_uint_eq(ngone, 2);
	ck_assert_str_eq(last_gone, "the handshake took too long");
	close(silent);
	close(slow);
	end();
}
END_TEST

/* A gateway that is slower than the agents that come hears some of them soon,
 * and none so late that it goes away during the handshake. */
START_TEST(who_would_be_heard_too_late_is_reset)
{
	enum { MANY = 50, HEARD = 16 };
	int fd[MANY];
	char from[32];

	begin();
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(from, sizeof from, "198.51.%u.1", i);
		fd[i] = comes(from);
		says(fd[i], sizeof hello);
	}
	turn();
	ck_assert_uint_eq(ninside, HEARD);
	/* Only now and then: they stay. */
	time_passes(5000000);
	ck_assert_uint_eq(ninside, 2 * HEARD);
	ck_assert_uint_eq(ngone, 0);
	/* For seconds. */
	w.behind_us -= 5000000;
	time_passes(1);
	ck_assert_uint_eq(w.n, 0);
	ck_assert_uint_gt(ngone, 0);
	ck_assert_ptr_nonnull(strstr(last_gone, "in time"));
	for (unsigned i = 0; i < MANY; i++)
		close(fd[i]);
	end();
}
END_TEST

START_TEST(one_after_another)
{
	int fd[IN_HOST + 3];

	begin();
	for (unsigned i = 0; i < ARRAY_LEN(fd); i++)
		fd[i] = asks("192.0.2.1");
	ck_assert_uint_eq(ninside, IN_HOST);
	ck_assert_uint_eq(w.n, 3);
	/* Others do not wait for them; one of them does for each that left. */
	close(asks("198.51.100.1"));
	ck_assert_uint_eq(ninside, IN_HOST + 1);
	leaves("192.0.2.1", true);
	ck_assert_uint_eq(ninside, IN_HOST + 2);
	ck_assert_uint_eq(w.n, 2);
	/* Not those that have gone. */
	close(fd[IN_HOST + 1]);
	leaves("192.0.2.1", true);
	ck_assert_uint_eq(ninside, IN_HOST + 3);
	ck_assert_uint_eq(w.n, 0);
	fd[IN_HOST + 1] = -1;
	for (unsigned i = 0; i < ARRAY_LEN(fd); i++)
		if (fd[i] >= 0)
			close(fd[i]);
	end();
}
END_TEST

/* A replayed ClientHello costs its sender nothing, but only so many times. */
START_TEST(who_does_not_log_in_has_to_wait)
{
	unsigned n;

	begin();
	for (n = 0; n < 1000 && !w.n; n++) {
		close(asks("192.0.2.1"));
		if (!w.n)
			leaves("192.0.2.1", false);
	}
	ck_assert_uint_eq(ninside, SOURCE_BURST_HOST);
	/* Where it is known to have logged in, there is no end. */
	for (n = 0; n < 200; n++) {
		close(asks("198.51.100.1"));
		leaves("198.51.100.1", true);
	}
	ck_assert_uint_eq(ninside, SOURCE_BURST_HOST + 200);
	end();
}
END_TEST

START_TEST(a_network_is_limited)
{
	char from[32];
	unsigned n;

	begin();
	for (n = 0; n < IN_HOST * INSIDE_NET + 10; n++) {
		snprintf(from, sizeof from, "192.0.2.%u", n % 250);
		close(asks(from));
	}
	/* Those beyond closed before their turn. */
	ck_assert_uint_eq(ninside, IN_HOST * INSIDE_NET);
	close(asks("192.0.3.1"));
	ck_assert_uint_eq(ninside, IN_HOST * INSIDE_NET + 1);
	end();
}
END_TEST

START_TEST(all_together_are_limited)
{
	char from[32];
	int quiet;

	begin();
	for (unsigned n = 0; n < IN_ALL + 20; n++) {
		snprintf(from, sizeof from, "10.%u.%u.1", n % 5, n / 50);
		close(asks(from));
	}
	ck_assert_uint_eq(ninside, IN_ALL);
	/* Whose network has the fewest there is the next. */
	quiet = asks("192.0.2.1");
	leaves("10.1.2.1", false);
	ck_assert_uint_eq(ninside, IN_ALL + 1);
	ck_assert_int_eq(inside[IN_ALL].ip[0], 192);
	close(quiet);
	end();
}
END_TEST

/* A reload with higher limits lets waiting connections in at once; lower limits
 * end none. */
START_TEST(limits_change_while_some_wait)
{
	struct waiting_limits more = limits;
	int fd[IN_HOST + 20];

	begin();
	for (unsigned n = 0; n < ARRAY_LEN(fd); n++)
		fd[n] = asks("192.0.2.1");
	ck_assert_uint_eq(w.n, 20);
	more.inside_host = IN_HOST + 10;
	waiting_limit(&w, &more);
	ck_assert_uint_eq(w.n, 10);
	more.inside_host = more.waiting_host = 1;
	waiting_limit(&w, &more);
	ck_assert_uint_eq(w.n, 10);
	ck_assert_uint_eq(w.inside, IN_HOST + 10);
	ck_assert_int_lt(comes("192.0.2.1"), 0);
	for (unsigned n = 0; n < ARRAY_LEN(fd); n++)
		close(fd[n]);
	end();
}
END_TEST

/* Silent ones from 10.NET.0.1 on, in turn from so many hosts, which are so far
 * from each other, until one is turned away; how many. */
static unsigned fill(unsigned net, unsigned hosts, unsigned distance)
{
	char from[32];
	unsigned n, before = w.n;

	for (n = 0; n <= WAIT_ALL; n++) {
		unsigned host = 1 + n % hosts * distance;
		int fd;

		snprintf(from, sizeof from, "10.%u.%u.%u", net, host >> 8,
			 host & 255);
		fd = comes(from);
		if (fd < 0)
			break;
		/* The gateway's end stays, which is what counts. */
		close(fd);
	}
	ck_assert_uint_eq(w.n, before + n);
	return n;
}

START_TEST(few_may_wait_for_one_source)
{
	begin();
	ck_assert_uint_eq(fill(1, 1, 0), WAIT_HOST);
	ck_assert_int_ge(comes("198.51.100.1"), 0);
	end();
	begin();
	ck_assert_uint_eq(fill(1, 200, 1), WAIT_HOST * WAITING_NET);
	end();
}
END_TEST

START_TEST(early_drop)
{
	begin();
	thrown = 0; /* unlucky, as soon as it counts */
	ck_assert_uint_eq(fill(0, 250, 256), CROWD + 1);
	thrown = WAIT_ALL - CROWD - 1;
	ck_assert_uint_eq(fill(1, 250, 256), WAIT_ALL - CROWD - 1);
	ck_assert_uint_eq(w.n, WAIT_ALL);
	end();
}
END_TEST

/* Silent connections are closed sooner when many connections wait. */
START_TEST(less_timeout_in_a_crowd)
{
	begin();
	thrown = 0;
	fill(0, 250, 256);
	time_passes(3000000);
	ck_assert_uint_lt(w.n, CROWD + 1);
	end();
}
END_TEST

START_TEST(a_shared_source_has_no_limits_of_its_own)
{
	begin();
	for (unsigned i = 0; i < SOURCE_BURST_NET + 50; i++) {
		int fd = comes_as("192.0.2.1", true);

		says(fd, sizeof hello);
		close(fd);
		turn();
	}
	ck_assert_uint_eq(ninside, SOURCE_BURST_NET + 50);
	end();
}
END_TEST

/* By the balancer, which sends this line first. */
static int comes_by_balancer(const char *line)
{
	int fd = comes_with("192.0.2.1", true, true);

	if (fd >= 0)
		ck_assert_int_eq(send(fd, line, strlen(line), MSG_NOSIGNAL),
				 (ssize_t)strlen(line));
	return fd;
}

/* Turns of the loop until so many wait, and so many went inside: on a busy
 * machine loopback may deliver later than send() returns. */
static void turn_until(unsigned waiting, unsigned entered)
{
	struct pollfd p = { .fd = w.set, .events = POLLIN };

	for (unsigned n = 0; n < 500; n++) {
		if (w.n == waiting && ninside == entered)
			return;
		(void)!poll(&p, 1, 10);
		turn();
	}
	ck_abort_msg("%u wait, %u went inside", w.n, ninside);
}

/* Who went inside as number i, from 0 on. */
static const char *inside_as(unsigned i)
{
	static char at[ADDR_TEXT];

	turn_until(0, i + 1);
	ck_assert_uint_gt(ninside, i);
	return addr_str(&inside[i], at);
}

START_TEST(a_balancer_tells_the_source)
{
	static const char line[] =
		"PROXY TCP4 198.51.100.7 192.0.2.1 5 443\r\n";
	int fd, one = 1;

	begin();
	/* Each byte for itself, and the ClientHello too. */
	fd = comes_with("192.0.2.1", true, true);
	ck_assert(!setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
	for (size_t i = 0; i + 1 < sizeof line; i++) {
		ck_assert_int_eq(send(fd, line + i, 1, 0), 1);
		turn();
	}
	for (size_t i = 0; i < sizeof hello; i++) {
		ck_assert_uint_eq(ninside, 0);
		ck_assert_int_eq(send(fd, hello + i, 1, 0), 1);
		turn();
	}
	ck_assert_str_eq(inside_as(0), "198.51.100.7:5");
	close(fd);
	/* All at once. */
	fd = comes_by_balancer(line);
	says(fd, sizeof hello);
	ck_assert_str_eq(inside_as(1), "198.51.100.7:5");
	close(fd);
	/* For itself. */
	fd = comes_by_balancer("PROXY UNKNOWN\r\n");
	says(fd, sizeof hello);
	ck_assert_str_eq(inside_as(2), "192.0.2.1:1");
	close(fd);
	end();
}
END_TEST

START_TEST(a_balancer_without_its_header_is_refused)
{
	int fd;

	begin();
	fd = comes_with("192.0.2.1", true, true);
	says(fd, sizeof hello);
	turn_until(0, 0);
	ck_assert_ptr_nonnull(strstr(last_gone, "does not begin with"));
	close(fd);
	fd = comes_by_balancer("PROXY TCP4 198.51.100.7 ");
	shutdown(fd, SHUT_WR);
	turn_until(0, 0);
	ck_assert_ptr_nonnull(strstr(last_gone, "ended within the header"));
	close(fd);
	end();
}
END_TEST

/* Limits hold for the source that the header has told, not for the balancer,
 * and for who is silent there is the same timeout. */
START_TEST(limits_behind_a_balancer)
{
	static const char one[] = "PROXY TCP4 198.51.100.7 192.0.2.1 5 443\r\n",
			  office[] =
				  "PROXY TCP4 203.0.113.1 192.0.2.1 5 443\r\n";
	unsigned n;

	begin();
	for (n = 0; n < WAIT_HOST + 3; n++) {
		ck_assert_int_ge(comes_by_balancer(one), 0);
		turn();
	}
	turn_until(WAIT_HOST, 0);
	ck_assert_uint_eq(ngone, 3);
	ck_assert_str_eq(last_gone, "too many from there wait");
	for (n = 0; n < 5; n++) {
		ck_assert_int_ge(comes_by_balancer(office), 0);
		turn();
	}
	turn_until(WAIT_HOST + 5, 0);
	time_passes(w.timeout_us + 1);
	ck_assert_uint_eq(w.n, 0);
	/* Nothing is left of them in the tables. */
	ck_assert_int_ge(comes_by_balancer(one), 0);
	turn_until(1, 0);
	turn();
	ck_assert_uint_eq(w.n, 1);
	end();
}
END_TEST

SUITE("front/waiting", tls_begins_with_a_whole_hello,
      who_goes_without_a_word_costs_nothing,
      who_has_given_up_costs_no_handshake, timeout_ends,
      who_would_be_heard_too_late_is_reset, one_after_another,
      who_does_not_log_in_has_to_wait, a_network_is_limited,
      all_together_are_limited, limits_change_while_some_wait,
      few_may_wait_for_one_source, early_drop, less_timeout_in_a_crowd,
      a_shared_source_has_no_limits_of_its_own, a_balancer_tells_the_source,
      a_balancer_without_its_header_is_refused, limits_behind_a_balancer)
