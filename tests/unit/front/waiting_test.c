/* SPDX-License-Identifier: BSD-2-Clause */
/* waiting_test.c - which connections may wait before TLS begins, and which
 * comes next. */
#include "crowd.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

START_TEST(tls_begins_with_a_whole_hello)
{
	int fd;

	begin();
	fd = comes("192.0.2.1");
	for (size_t i = 0; i + 1 < HELLO; i++) {
		ck_assert_int_eq(send(fd, hello + i, 1, 0), 1);
		turn();
		ck_assert_uint_eq(ninside, 0);
	}
	ck_assert_int_eq(send(fd, hello + HELLO - 1, 1, 0), 1);
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
	says(fd, HELLO);
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
		says(fd[i], HELLO);
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
	ck_assert_uint_gt(w.away_source, 0);
	ck_assert_uint_eq(w.away_full, 0);
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
	ck_assert_uint_gt(w.away_full, 0);
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

		says(fd, HELLO);
		close(fd);
		turn();
	}
	ck_assert_uint_eq(ninside, SOURCE_BURST_NET + 50);
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
      a_shared_source_has_no_limits_of_its_own)
