/* SPDX-License-Identifier: BSD-2-Clause */
/* locals_test.c - the addresses of this machine, as the kernel tells them. */
#include "gateway/locals.h"
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

START_TEST(loopback_is_there)
{
	struct addr lo;
	bool found = false;
	int sock;
	struct locals *l = read_now(&sock);

	ck_assert_int_eq(addr_parse(&lo, "127.0.0.1", 0), 0);
	ck_assert_uint_gt(l->list.n, 0);
	for (size_t i = 0; i < l->list.n; i++) {
		ck_assert(l->list.item[i].family == AF_INET ||
			  l->list.item[i].family == AF_INET6);
		found = found || addr_same_host(&l->list.item[i], &lo);
	}
	ck_assert(found);
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

SUITE("locals", loopback_is_there, asked_twice_answers_twice)
