/* SPDX-License-Identifier: BSD-2-Clause */
/* dns_test.c - names that no name server is needed for. */
#include "resolver/dns.h"

#include "suite.h"

#include <stdbool.h>

static struct ev_loop *ev;
static struct msg_resolved got;
static unsigned answers;
static int name;

static void on_done(void *ctx, void *which, const struct msg_resolved *found,
		    uint32_t ttl_s)
{
	(void)ttl_s;
	ck_assert_ptr_eq(ctx, &ev);
	ck_assert_ptr_eq(which, &name);
	got = *found;
	answers++;
}

static const struct dns_call call = { on_done, &ev, &name };

static void begin(void)
{
	ck_assert_int_eq(dns_init(), 0);
	ev = ev_loop_new(EVFLAG_NOENV);
	answers = 0;
}

static bool has(const char *addr)
{
	struct addr a;

	ck_assert(!addr_parse(&a, addr, 0));
	for (unsigned i = 0; i < got.n; i++)
		if (addr_same(&got.addrs[i], &a))
			return true;
	return false;
}

/* The answer never comes from inside dns_ask, and only once. */
START_TEST(an_address)
{
	begin();
	ck_assert_ptr_nonnull(dns_ask(ev, "192.0.2.7", &call));
	ck_assert_uint_eq(answers, 0);
	ev_run(ev, 0);
	ck_assert_uint_eq(answers, 1);
	ck_assert_uint_eq(got.outcome, FOUND_ADDRESS);
	ck_assert_uint_eq(got.n, 1);
	ck_assert(has("192.0.2.7"));
	ev_loop_destroy(ev);
}
END_TEST

START_TEST(this_machine)
{
	begin();
	ck_assert_ptr_nonnull(dns_ask(ev, "localhost", &call));
	ev_run(ev, 0);
	ck_assert_uint_eq(answers, 1);
	ck_assert_uint_eq(got.outcome, FOUND_ADDRESS);
	ck_assert(has("127.0.0.1") || has("::1"));
	ev_loop_destroy(ev);
}
END_TEST

START_TEST(not_wanted_any_more)
{
	begin();
	dns_free(dns_ask(ev, "192.0.2.7", &call));
	ev_run(ev, 0);
	ck_assert_uint_eq(answers, 0);
	dns_free(NULL);
	ev_loop_destroy(ev);
}
END_TEST

SUITE("resolver/dns", an_address, this_machine, not_wanted_any_more)
