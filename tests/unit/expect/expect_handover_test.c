/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_handover_test.c - expectations arrive as they were sent, and what another
 * process says about them is not believed. */
#include "expect/expect_handover.h"

#include "expect/expect_inside.h"
#include "fake.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct fake from, to;

/* To `to`, which is begun here. */
static bool hand_over(void)
{
	struct handover out = handover_packing(), in;
	int fd[4];
	bool good;

	fake_init(&to);
	to.now = 500;
	expect_table_handover(&out, &from.table);
	expect_handover(&out, &from.table);
	/* Who sends may lie, and not say so. */
	ck_assert_uint_le(out.nfd, 4);
	for (size_t i = 0; i < out.nfd; i++)
		fd[i] = dup(out.fd[i]);
	in = handover_unpacking(buf_ptr(&out.out), buf_len(&out.out), fd,
				out.nfd);
	expect_table_handover(&in, &to.table);
	expect_handover(&in, &to.table);
	good = handover_is_done(&in);
	while (in.next < in.nfd)
		close(fd[in.next++]);
	handover_fini(&out);
	return good;
}

static struct expectation *got(uint32_t id)
{
	return expect_get(&to.table, id);
}

START_TEST(shared_listener)
{
	fake_init(&from);
	fake_ask(&from, 5, "10.0.0.5", 50000, ADIT_OUTLIVES | ADIT_INSPECT);
	fake_ask(&from, 6, "10.0.0.5", 50000, ADIT_OUTLIVES | ADIT_INSPECT);
	ck_assert_int_eq(fake_agent(&from, 1, 40000), 0);
	expect_parent_gone(&from.table, &from.parent[5], 5);
	ck_assert(hand_over());
	ck_assert_uint_eq(to.table.count, 2);
	ck_assert_uint_eq(to.table.last_id, 2);
	ck_assert_ptr_null(got(1)->parent);
	ck_assert_ptr_eq(got(2)->parent, &to.parent[6]);
	ck_assert_str_eq(got(2)->resource, "files");
	ck_assert_uint_eq(got(2)->nfound, 1);
	ck_assert_uint_eq(got(2)->shown.port, 40000);
	ck_assert_uint_eq(got(1)->client_id, 70);
	ck_assert_ptr_eq(expect_through(&to.table, 1), got(1));
	/* One more joins, and the last takes the listener away. */
	expect_go_on(&to.table);
	ck_assert_int_eq(fake_ask(&to, 7, "10.0.0.5", 50000,
				  ADIT_OUTLIVES | ADIT_INSPECT),
			 ADIT_OK);
	for (uint32_t id = 1; id <= 3; id++)
		ck_assert_int_eq(expect_take(&to.table, id), 0);
	fake_said(&to, "withdraw 1;");
	fake_fini(&to);
	fake_fini(&from);
}
END_TEST

/* One that listens, one whose answer is under way, and one whose name is. */
START_TEST(of_the_session)
{
	struct expectation *e;

	fake_init(&from);
	from.table.agent_shares = true;
	fake_ask(&from, 5, "10.0.0.5", 1, ADIT_SHARED);
	ck_assert_int_eq(fake_agent(&from, 1, 40000), 0);
	expect_parent_gone(&from.table, &from.parent[5], 5);
	fake_ask(&from, 6, "10.0.0.5", 2, ADIT_SHARED);
	fake_ask(&from, 6, "node.example", 3, ADIT_SHARED);
	ck_assert(hand_over());
	ck_assert_ptr_null(got(1)->parent);
	ck_assert_uint_eq(got(1)->lifetime_ms, EXPECT_LIFETIME_MS);
	to.waiting[0].channel = 6;
	to.waiting[0].id = 2;
	to.nwaiting = 1;
	expect_go_on(&to.table);
	fake_said(&to, "post 2 shared uses 0;look up node.example;");
	ck_assert_int_eq(fake_agent(&to, 2, 40001), 0);
	fake_said(&to, "channel 6: answer 2 127.0.0.1:40001;");
	ck_assert_int_eq(fake_ask(&to, 7, "10.0.0.5", 1, ADIT_SHARED), ADIT_OK);
	e = expect_through(&to.table, 1);
	ck_assert_ptr_eq(e, got(1));
	ck_assert_uint_eq(e->channel, 7);
	fake_fini(&to);
	/* What none can be. */
	expect_get(&from.table, 1)->flags |= ADIT_REVERSE;
	ck_assert(!hand_over());
	fake_fini(&to);
	expect_get(&from.table, 1)->flags &= ~ADIT_REVERSE;
	fake_fini(&from);
}
END_TEST

START_TEST(names_are_looked_up_again)
{
	struct expectation *e;

	fake_init(&from);
	fake_ask(&from, 5, "node.example", 50000, 0);
	e = expect_get(&from.table, 1);
	ck_assert(!buf_append(&e->given, "abc", 3));
	snprintf(e->why, sizeof e->why, "no such name");
	ck_assert(hand_over());
	ck_assert_uint_eq(buf_len(&got(1)->given), 3);
	ck_assert_mem_eq(buf_ptr(&got(1)->given), "abc", 3);
	ck_assert_str_eq(got(1)->why, "no such name");
	fake_said(&to, "");
	expect_go_on(&to.table);
	fake_said(&to, "look up node.example;");
	fake_fini(&to);
	fake_fini(&from);
}
END_TEST

/* The answer to one expectation may end the next one. */
START_TEST(denied_when_it_goes_on)
{
	fake_init(&from);
	fake_ask(&from, 5, "node.example", 1, 0);
	fake_ask(&from, 5, "10.0.0.5", 2, 0);
	ck_assert(hand_over());
	to.has_no_lookup = true;
	expect_go_on(&to.table);
	fake_said(&to, "answer 1 failed;");
	ck_assert_uint_eq(to.table.count, 1);
	fake_fini(&to);
	fake_fini(&from);
}
END_TEST

static void ask_for_the_second(struct fake *f)
{
	ck_assert_int_eq(fake_ask(f, 6, "10.0.0.5", 2, ADIT_SHARED), ADIT_OK);
}

/* The plugin that hears an answer asks for one that is there. */
START_TEST(asked_for_when_it_goes_on)
{
	fake_init(&from);
	fake_ask(&from, 5, "node.example", 1, ADIT_SHARED);
	fake_ask(&from, 5, "10.0.0.5", 2, ADIT_SHARED);
	ck_assert_int_eq(fake_agent(&from, 2, 40000), 0);
	ck_assert(hand_over());
	to.waiting[0].channel = 5;
	to.waiting[0].id = 1;
	to.nwaiting = 1;
	to.has_no_lookup = true;
	to.told = ask_for_the_second;
	expect_go_on(&to.table);
	fake_said(&to, "channel 5: answer 1 failed;");
	ck_assert_uint_eq(to.table.count, 1);
	fake_fini(&to);
	fake_fini(&from);
}
END_TEST

START_TEST(listening_socket)
{
	int fd[2];

	fake_init(&from);
	fake_ask(&from, 5, "127.0.0.9", 6000, ADIT_REVERSE);
	fake_ask(&from, 5, "127.0.0.9", 6000, ADIT_REVERSE | ADIT_UNARMED);
	ck_assert_int_eq(pipe(fd), 0);
	for (uint32_t id = 1; id <= 2; id++) {
		struct expectation *e = expect_get(&from.table, id);

		from.table.ops->close(e->socket);
		from.table.ops->adopt(e, fd[id - 1]);
	}
	ck_assert(hand_over());
	expect_go_on(&to.table);
	fake_said(&to, "accept 1;");
	ck_assert(expect_arm(&to.table, 2));
	fake_said(&to, "accept 2;");
	/* Not one that waits for an answer. */
	expect_get(&from.table, 1)->state = EXPECT_WAITING;
	fake_fini(&to);
	ck_assert(!hand_over());
	fake_fini(&to);
	fake_fini(&from);
}
END_TEST

START_TEST(times)
{
	fake_init(&from);
	from.now = 5000;
	expect_pause(&from.table);
	fake_expect(&from, 5, "10.0.0.5", 1, 0)->deadline = UINT64_MAX;
	ck_assert(hand_over());
	ck_assert(to.table.paused);
	ck_assert_uint_eq(to.table.paused_at, 500);
	ck_assert_uint_eq(got(1)->deadline, 500 + EXPECT_LIFETIME_MS);
	fake_fini(&to);
	fake_fini(&from);
}
END_TEST

#define LIE(what)                                                              \
	static void what(struct expectation *e, struct expect_listener *l)

LIE(no_uses)
{
	(void)l;
	e->uses = 0;
}
LIE(many_uses)
{
	(void)l;
	e->uses = EXPECT_USES_MAX + 1;
}
LIE(no_targets)
{
	(void)l;
	e->ntargets = 0;
}
LIE(no_id)
{
	(void)l;
	e->id = 0;
}
LIE(id_of_the_future)
{
	(void)l;
	e->id = e->table->last_id + 1;
}
LIE(id_twice)
{
	(void)l;
	e->id = 2;
}
LIE(unknown_flags)
{
	(void)l;
	e->flags = 1u << 31;
}
LIE(unknown_state)
{
	(void)l;
	e->state = EXPECT_LISTENING + 1;
}
LIE(looked_too_far)
{
	(void)l;
	e->looked = e->ntargets + 1;
}
LIE(uses_of_nobody)
{
	(void)e;
	l->left = l->uses + 1;
}
LIE(more_uses_than_expect_can_say)
{
	(void)e;
	l->uses = EXPECT_LISTENER_USES + 1;
}

START_TEST(lies_are_refused)
{
	static void (*const lies[])(struct expectation *,
				    struct expect_listener *) = {
		no_uses,
		no_targets,
		no_id,
		many_uses,
		id_of_the_future,
		id_twice,
		unknown_flags,
		unknown_state,
		looked_too_far,
		uses_of_nobody,
		more_uses_than_expect_can_say,
	};
	struct expect_listener *l, honest;
	struct expectation *e, was;

	fake_init(&from);
	fake_ask(&from, 5, "10.0.0.5", 1, 0);
	fake_ask(&from, 5, "10.0.0.5", 2, 0);
	e = expect_get(&from.table, 1);
	l = expect_listener_find(&from.table, 1);
	was = *e;
	honest = *l;
	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		ck_assert(hand_over());
		fake_fini(&to);
		lies[i](e, l);
		ck_assert_msg(!hand_over(), "lie %zu", i);
		fake_fini(&to);
		*e = was;
		*l = honest;
	}
	fake_fini(&from);
}
END_TEST

START_TEST(a_listener_of_others)
{
	struct expectation *e;

	fake_init(&from);
	fake_ask(&from, 5, "10.0.0.5", 1, 0);
	e = expect_get(&from.table, 1);
	e->id = 9; /* the listener says that 9 uses it: there is no such */
	from.table.last_id = 9;
	list_remove(&e->node);
	from.table.count = 0;
	ck_assert(!hand_over());
	fake_fini(&to);
	list_append(&from.table.all, &e->node);
	from.table.count = 1;
	e->id = 1;
	fake_fini(&from);
}
END_TEST

START_TEST(no_memory)
{
	long n = 0;
	bool good = false;

	fake_init(&from);
	fake_ask(&from, 5, "10.0.0.5", 1, 0);
	while (!good) {
		fake_allocations = n++;
		good = hand_over();
		good &= fake_allocations >= 0;
		fake_allocations = -1;
		fake_fini(&to);
	}
	ck_assert_int_gt(n, 3);
	fake_fini(&from);
}
END_TEST

SUITE("expect/expect_handover", shared_listener, of_the_session,
      names_are_looked_up_again, denied_when_it_goes_on,
      asked_for_when_it_goes_on, listening_socket, times, lies_are_refused,
      a_listener_of_others, no_memory)
