/* SPDX-License-Identifier: BSD-2-Clause */
/* locals_test.c - the addresses of this machine, as the kernel tells them. */
#include "process/locals.h"
#include "suite.h"

#include <unistd.h>

static struct locals *read_now(int *sock)
{
	struct locals *l;

	*sock = locals_open();
	ck_assert_int_ge(*sock, 0);
	l = locals_read(*sock);
	ck_assert_ptr_nonnull(l);
	return l;
}

static bool has(const struct locals *l, const char *text)
{
	struct net net;

	ck_assert_int_eq(net_parse(&net, text), 0);
	for (size_t i = 0; i < l->list.n; i++)
		if (l->list.item[i].bits == net.bits &&
		    net_covers(&net, &l->list.item[i]))
			return true;
	return false;
}

START_TEST(loopback_is_there)
{
	int sock;
	struct locals *l = read_now(&sock);

	for (size_t i = 0; i < l->list.n; i++) {
		const struct net *net = &l->list.item[i];

		ck_assert(net->base.family == AF_INET ||
			  net->base.family == AF_INET6);
		ck_assert_uint_le(net->bits,
				  net->base.family == AF_INET ? 32 : 128);
	}
	ck_assert(has(l, "127.0.0.1"));
	locals_unref(l);
	close(sock);
}
END_TEST

/* No interface has all of 127.0.0.0/8: a route of the kernel's own does. */
START_TEST(routes_count)
{
	int sock;
	struct locals *l = read_now(&sock);

	ck_assert(has(l, "127.0.0.0/8"));
	ck_assert(!has(l, "0.0.0.0/0"));
	locals_unref(l);
	close(sock);
}
END_TEST

START_TEST(asked_twice_answers_twice)
{
	int sock;
	struct locals *a = read_now(&sock), *b = locals_read(sock);

	ck_assert_ptr_nonnull(b);
	ck_assert_uint_eq(a->list.n, b->list.n);
	ck_assert(!locals_changed(sock));
	locals_unref(locals_ref(a));
	locals_unref(a);
	locals_unref(b);
	close(sock);
}
END_TEST

SUITE("locals", loopback_is_there, routes_count, asked_twice_answers_twice)
