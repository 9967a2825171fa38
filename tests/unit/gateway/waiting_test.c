/* SPDX-License-Identifier: BSD-2-Clause */
/* waiting_test.c - connections get their turn by source, in their order. */
#include "gateway/waiting.h"

#include "suite.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE = 10000 };

static struct waiting room;
static int far[3];                      /* of those who come one by one */

/* It has said something, or is silent. */
static struct arrival comes(unsigned i, const char *from, bool says)
{
	struct arrival a = { .since_us = 1000 };
	int ends[2];

	ck_assert_int_eq(addr_parse_port(&a.source, from), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	a.fd = ends[0];
	far[i] = ends[1];
	if (says)
		ck_assert_int_eq(write(ends[1], "x", 1), 1);
	ck_assert(waiting_add(&room, &a));
	return a;
}

static int takes(const char *from, uint64_t now)
{
	struct arrival a;
	struct addr source;

	ck_assert_int_eq(addr_parse_port(&source, from), 0);
	if (!waiting_take(&room, &source, now, PATIENCE, &a))
		return -1;
	close(a.fd);
	return a.fd;
}

static void leave(unsigned n)
{
	waiting_fini(&room);
	ck_assert_uint_eq(room.n, 0);
	while (n)
		close(far[--n]);
}

START_TEST(one_after_another)
{
	int first, second, other;

	waiting_init(&room);
	first = comes(0, "192.0.2.1:1", true).fd;
	other = comes(1, "[2001:db8::1]:1", true).fd;
	second = comes(2, "192.0.2.1:2", true).fd;
	ck_assert_int_eq(takes("192.0.2.2:1", 2000), -1);
	ck_assert_int_eq(takes("192.0.2.1:3", 2000), first);
	ck_assert_int_eq(takes("192.0.2.1:3", 2000), second);
	ck_assert_int_eq(takes("192.0.2.1:3", 2000), -1);
	/* A whole /64 is one source, the next one another. */
	ck_assert_int_eq(takes("[2001:db8:0:1::1]:1", 2000), -1);
	ck_assert_int_eq(takes("[2001:db8::9]:1", 2000), other);
	leave(3);
}
END_TEST

/* They would take a place from those who want to log in. */
START_TEST(gone_or_silent)
{
	int good;

	waiting_init(&room);
	comes(0, "192.0.2.1:1", false);
	comes(1, "192.0.2.1:1", false);
	close(far[0]);
	good = comes(2, "192.0.2.1:1", true).fd;
	ck_assert_int_eq(takes("192.0.2.1:1", 1000 + PATIENCE), good);
	ck_assert_uint_eq(room.n, 0);
	/* Silent, but not for long. */
	good = comes(0, "192.0.2.1:1", false).fd;
	ck_assert_int_eq(takes("192.0.2.1:1", 999 + PATIENCE), good);
	leave(3);
}
END_TEST

START_TEST(too_many)
{
	struct arrival a = { .fd = -1 };
	char from[32];
	unsigned n;

	waiting_init(&room);
	ck_assert_int_eq(addr_parse_port(&a.source, "192.0.2.1:1"), 0);
	for (n = 0; waiting_add(&room, &a); n++)
		;
	ck_assert_uint_eq(n, WAITING_PER_SOURCE);
	for (unsigned i = 0; room.n < WAITING_MAX; i++) {
		snprintf(from, sizeof from, "198.51.100.%u:1", i % 200);
		ck_assert_int_eq(addr_parse_port(&a.source, from), 0);
		ck_assert(waiting_add(&room, &a));
	}
	ck_assert(!waiting_add(&room, &a));
	ck_assert_int_eq(takes("192.0.2.1:1", 1000000), -1);
	ck_assert_uint_eq(room.n, WAITING_MAX - WAITING_PER_SOURCE);
	ck_assert(waiting_add(&room, &a));
	waiting_fini(&room);
}
END_TEST

SUITE("gateway/waiting", one_after_another, gone_or_silent, too_many)
