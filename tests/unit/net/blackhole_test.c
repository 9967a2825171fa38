/* SPDX-License-Identifier: BSD-2-Clause */
/* blackhole_test.c - what a socket's figures say of its large packets, and that
 * small segments bind both ends. */
#include "net/blackhole.h"

#include "base/addr.h"
#include "net/sock.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include "suite.h"

static enum blackhole of(struct blackhole_signs s)
{
	return blackhole_of(&s);
}

START_TEST(large_ones_on_their_way_out)
{
	struct blackhole_signs s = { .unacked = 9000, .repeats = 1 };

	ck_assert_int_eq(blackhole_of(&s), BLACKHOLE_NONE);
	s.repeats = 2;
	ck_assert_int_eq(blackhole_of(&s), BLACKHOLE_LIKELY);
	s.repeats = 9;
	ck_assert_int_eq(blackhole_of(&s), BLACKHOLE_LIKELY);
	s.sacked = 1;
	ck_assert_int_eq(blackhole_of(&s), BLACKHOLE_CERTAIN);
	/* Too early: a mobile network may only change its cell. */
	s.repeats = 3;
	ck_assert_int_eq(blackhole_of(&s), BLACKHOLE_LIKELY);
}
END_TEST

/* Small packets are lost too, so their size is not the reason. */
START_TEST(a_silent_network)
{
	ck_assert_int_eq(of((struct blackhole_signs){ .unacked = 200,
						      .repeats = 9,
						      .silent_ms = 60000 }),
			 BLACKHOLE_NONE);
}
END_TEST

START_TEST(large_ones_on_their_way_in)
{
	struct blackhole_signs s = { .held = 2304, .silent_ms = 3100 };

	ck_assert_int_eq(blackhole_of(&s), BLACKHOLE_CERTAIN);
	s.unacked = 200;
	ck_assert_int_eq(blackhole_of(&s), BLACKHOLE_CERTAIN);
	/* On a slow line repeats take longer. */
	s.rtt_ms = 600;
	ck_assert_int_eq(blackhole_of(&s), BLACKHOLE_NONE);
	s.silent_ms = 5400;
	ck_assert_int_eq(blackhole_of(&s), BLACKHOLE_CERTAIN);
	/* We have not read it, that is all. */
	s.unread = 1000;
	ck_assert_int_eq(blackhole_of(&s), BLACKHOLE_NONE);
}
END_TEST

START_TEST(nothing_is_owed_to_us)
{
	ck_assert_int_eq(of((struct blackhole_signs){ .silent_ms = 60000 }),
			 BLACKHOLE_DELIVERED);
}
END_TEST

/* Both ends of a connection whose client wants such segments; 0: any. */
static void join(const char *host, int segment, int ends[2])
{
	struct addr at;
	int listener;

	ck_assert_int_eq(addr_parse(&at, host, 0), 0);
	listener = tcp_listen(&at, 1, true);
	ck_assert_int_ge(listener, 0);
	at = addr_local(listener);
	ends[0] = tcp_connect_small(&at, segment);
	ck_assert_int_ge(ends[0], 0);
	ck_assert_int_eq(poll(&(struct pollfd){ listener, POLLIN, 0 }, 1, 5000),
			 1);
	ends[1] = tcp_accept(listener, NULL);
	ck_assert_int_ge(ends[1], 0);
	close(listener);
}

static int segment_of(int fd)
{
	int n = 0;
	socklen_t len = sizeof n;

	ck_assert_int_eq(getsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &n, &len), 0);
	close(fd);
	return n;
}

START_TEST(small_segments_both_ways)
{
	int ends[2];

	join("127.0.0.1", BLACKHOLE_SEGMENT, ends);
	ck_assert_int_eq(blackhole_look(ends[0]), BLACKHOLE_DELIVERED);
	ck_assert_int_le(segment_of(ends[0]), BLACKHOLE_SEGMENT);
	ck_assert_int_le(segment_of(ends[1]), BLACKHOLE_SEGMENT);
	join("127.0.0.1", 0, ends);
	ck_assert_int_gt(segment_of(ends[0]), BLACKHOLE_SEGMENT);
	ck_assert_int_gt(segment_of(ends[1]), BLACKHOLE_SEGMENT);
}
END_TEST

START_TEST(no_socket)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(blackhole_look(ends[0]), BLACKHOLE_NONE);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

SUITE("blackhole", large_ones_on_their_way_out, a_silent_network,
      large_ones_on_their_way_in, nothing_is_owed_to_us,
      small_segments_both_ways, no_socket)
