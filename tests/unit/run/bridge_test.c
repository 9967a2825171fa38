/* SPDX-License-Identifier: BSD-2-Clause */
/* bridge_test.c - two connections that are joined. */
#include "run/bridge.h"

#include "net/sock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static struct loop loop;
static struct list bridges;
static int left, right; /* the ends outside of the bridge */

static int pair(int *inside)
{
	struct addr at, from;
	int listener, fd;

	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	listener = tcp_listen(&at, 1, true);
	ck_assert_int_ge(listener, 0);
	at = addr_local(listener);
	fd = tcp_connect(&at, NULL);
	ck_assert_int_eq(poll(&(struct pollfd){ listener, POLLIN, 0 }, 1, 5000),
			 1);
	*inside = tcp_accept(listener, &from);
	ck_assert_int_ge(*inside, 0);
	close(listener);
	return fd;
}

static void begin(void)
{
	int a, b;

	ck_assert_int_eq(loop_init(&loop), 0);
	list_init(&bridges);
	left = pair(&a);
	right = pair(&b);
	bridge_join(&bridges, &loop, a, b);
}

static void end(void)
{
	bridge_free_all(&bridges);
	loop_fini(&loop);
	close(left);
	close(right);
}

/* What one end reads, at last: bytes, 0, or -1 with errno. */
static ssize_t hear(int fd, void *p, size_t n)
{
	ssize_t got;

	while ((got = recv(fd, p, n, MSG_DONTWAIT)) < 0 && errno == EAGAIN)
		ev_run(loop.ev, EVRUN_ONCE);
	return got;
}

START_TEST(both_ways_and_half_closed)
{
	char c[4];

	begin();
	ck_assert_int_eq(send(left, "to", 2, 0), 2);
	ck_assert_int_eq(hear(right, c, sizeof c), 2);
	ck_assert_mem_eq(c, "to", 2);
	ck_assert_int_eq(shutdown(left, SHUT_WR), 0);
	ck_assert_int_eq(hear(right, c, sizeof c), 0);
	ck_assert_int_eq(send(right, "fro", 3, 0), 3);
	ck_assert_int_eq(hear(left, c, sizeof c), 3);
	ck_assert(!list_is_empty(&bridges));
	ck_assert_int_eq(shutdown(right, SHUT_WR), 0);
	ck_assert_int_eq(hear(left, c, sizeof c), 0);
	while (!list_is_empty(&bridges))
		ev_run(loop.ev, EVRUN_ONCE);
	end();
}
END_TEST

START_TEST(a_reset_goes_through)
{
	char c;

	begin();
	tcp_reset(left);
	left = -1;
	ck_assert_int_eq(hear(right, &c, 1), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	ck_assert(list_is_empty(&bridges));
	end();
}
END_TEST

START_TEST(who_is_left_is_reset)
{
	char c;

	begin();
	bridge_free_all(&bridges);
	ck_assert_int_eq(hear(left, &c, 1), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	ck_assert_int_eq(hear(right, &c, 1), -1);
	end();
}
END_TEST

/* Every byte comes, in order, to a reader that does not read at first. */
START_TEST(a_slow_reader)
{
	enum { STEP = 1 << 16, SMALL = 1 << 15, MANY = 1 << 20 };
	static uint8_t out[STEP], in[STEP];
	size_t sent = 0, got = 0, wrong = 0;
	int small = SMALL;
	ssize_t n;

	begin();
	ck_assert_int_eq(setsockopt(right, SOL_SOCKET, SO_RCVBUF, &small,
				    sizeof small),
			 0);
	for (size_t i = 0; i < STEP; i++)
		out[i] = (uint8_t)i;
	/* Until nothing moves any more: the bridge keeps some. */
	while (sent < MANY && (n = send(left, out + sent % 256, STEP - 256,
					MSG_DONTWAIT)) > 0) {
		sent += (size_t)n;
		ev_run(loop.ev, EVRUN_NOWAIT);
	}
	while (got < sent) {
		ev_run(loop.ev, EVRUN_NOWAIT);
		n = recv(right, in, STEP, MSG_DONTWAIT);
		for (ssize_t i = 0; i < n; i++)
			wrong += in[i] != (uint8_t)(got + (size_t)i);
		got += n > 0 ? (size_t)n : 0;
	}
	ck_assert_uint_eq(wrong, 0);
	end();
}
END_TEST

SUITE("bridge", both_ways_and_half_closed, a_reset_goes_through,
      who_is_left_is_reset, a_slow_reader)
