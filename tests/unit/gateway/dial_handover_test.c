/* SPDX-License-Identifier: BSD-2-Clause */
/* dial_handover_test.c - what of a connection that is being made arrives in
 * another worker. */
#include "gateway/rig.h"

#include "gateway/dial.h"
#include "gateway/expected.h"
#include "gateway/gsession_handover.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

static struct rig_user user;
static struct gchan *from, *to;
static struct handover left, c;

static struct gchan *gchan_of(struct gsession *gs)
{
	const struct addr none = { 0 };
	struct gchan *gc = gchan_new(gs, &none);

	ck_assert_ptr_nonnull(gc);
	return gc;
}

static void begin(const struct open *o)
{
	struct gsession *gs = rig_start(&user, rig_conf, NULL);

	from = gchan_of(gs);
	to = gchan_of(gs);
	from->dial = o ? dial_new(from, o) : NULL;
	ck_assert(from->dial || !o);
	left = handover_packing();
}

/* With the first `n` bytes of what has left. */
static void arrive(size_t n)
{
	c = handover_unpacking(buf_ptr(&left.out), n, NULL, 0);
	dial_handover(&c, to);
}

static void hand_over(void)
{
	dial_handover(&left, from);
	ck_assert(!left.bad);
	arrive(buf_len(&left.out));
}

static void end(void)
{
	handover_fini(&left);
	dial_drop(from);
	dial_drop(to);
	free(from);
	free(to);
	rig_logout(&user);
	rig_end();
}

START_TEST(what_the_agent_asked_for_arrives)
{
	const struct open o = { .resource = 3,
				.dest = { "server.example", 80 },
				.check = true,
				.real = true,
				.nspare = 2,
				.spare = { 4001, 4002 } };
	const struct dial *d;

	begin(&o);
	ck_assert(!buf_append(&from->dial->given, "abc", 3));
	hand_over();
	ck_assert(handover_is_done(&c));
	d = to->dial;
	ck_assert_uint_eq(buf_len(&d->given), 3);
	ck_assert_mem_eq(buf_ptr(&d->given), "abc", 3);
	ck_assert_ptr_eq(d->gc, to);
	ck_assert_uint_eq(d->wire, 3);
	ck_assert_str_eq(d->host, "server.example");
	ck_assert_uint_eq(d->port, 80);
	ck_assert(d->check && d->real && !d->begun && !d->expected);
	ck_assert_uint_eq(d->nspare, 2);
	ck_assert_uint_eq(d->spare[0], 4001);
	ck_assert_uint_eq(d->spare[1], 4002);
	end();
}
END_TEST

static void expect_targets(struct dial *d)
{
	d->expected = d->inspect = d->begun = true;
	d->expectation = 9;
	d->tag = 77;
	d->ntargets = 2;
	d->targets = calloc(2, sizeof *d->targets);
	ck_assert_ptr_nonnull(d->targets);
	ck_assert(!addr_parse(&d->targets[0].at, "10.0.0.1", 40));
	ck_assert(!addr_parse(&d->targets[1].at, "10.0.0.2", 41));
	snprintf(d->targets[1].name, sizeof d->targets[1].name, "two.example");
}

/* And are asked about once more there, by the policy of there. */
START_TEST(the_targets_of_an_expectation_arrive)
{
	const struct dial *d;
	char at[ADDR_TEXT];

	begin(&(struct open){ 0 });
	expect_targets(from->dial);
	hand_over();
	ck_assert(handover_is_done(&c));
	d = to->dial;
	ck_assert(d->expected && d->inspect && d->begun);
	ck_assert_uint_eq(d->expectation, 9);
	ck_assert_uint_eq(d->tag, 77);
	ck_assert_uint_eq(d->ntargets, 2);
	ck_assert_str_eq(addr_str(&d->targets[0].at, at), "10.0.0.1:40");
	ck_assert_str_eq(d->targets[1].name, "two.example");
	ck_assert(d->may == expected_may);
	end();
}
END_TEST

START_TEST(a_channel_without_a_dial_gets_none)
{
	begin(NULL);
	hand_over();
	ck_assert(handover_is_done(&c));
	ck_assert_ptr_null(to->dial);
	end();
}
END_TEST

/* Only an expectation may lead to this address. */
START_TEST(targets_without_an_expectation_are_a_lie)
{
	begin(&(struct open){ 0 });
	expect_targets(from->dial);
	from->dial->expected = false;
	dial_handover(&left, from);
	arrive(buf_len(&left.out));
	ck_assert(c.bad);
	end();
}
END_TEST

START_TEST(what_is_cut_off_is_bad)
{
	size_t n;

	begin(&(struct open){ .dest = { "server.example", 80 } });
	expect_targets(from->dial);
	dial_handover(&left, from);
	n = buf_len(&left.out);
	while (n--) {
		arrive(n);
		ck_assert(!handover_is_done(&c));
		dial_drop(to);
	}
	end();
}
END_TEST

SUITE("gateway/dial_handover", what_the_agent_asked_for_arrives,
      the_targets_of_an_expectation_arrive, a_channel_without_a_dial_gets_none,
      targets_without_an_expectation_are_a_lie, what_is_cut_off_is_bad)
