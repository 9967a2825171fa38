/* SPDX-License-Identifier: BSD-2-Clause */
/* hold_test.c - messages that a plugin holds: requests, replays, deadlines. */
#include "puppet.h"
#include "rig.h"

#include "suite.h"

#include <string.h>

#define SCRIPT(...)                                                            \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

static void play(struct rig *r, const char *const *script)
{
	rig_play(r, script, SIZE_MAX, 0);
}

static struct rig *rig_of(enum rig_answers a)
{
	struct rig *r = rig_new(&puppet);

	r->answers = a;
	return r;
}

START_TEST(answer_at_once_or_late)
{
	rig_check(&puppet, SCRIPT("S a\nexp 10.0.0.5 50000\nb\ntimes\n"), "",
		  "a\nat 127.0.0.1 40001\nb\ntimes 4\n");
	rig_check(&puppet,
		  SCRIPT("C exp db1.example 1521 10.0.0.5 1521\n"
			 "rev 10.9.9.9 2000\n"),
		  "at 127.0.0.1 40001\nat 127.0.0.1 40002\n", "");
}
END_TEST

START_TEST(asks_once)
{
	struct rig *r = rig_of(LATE);

	play(r, SCRIPT("S exp 10.0.0.5 50000\n", "S arm\ncancel\n"));
	ck_assert_str_eq(r->journal,
			 "forward 10.0.0.5:50000 = 1;arm 1;withdraw 1;");
	rig_free(r);
}
END_TEST

START_TEST(other_direction_flows)
{
	struct rig *r = rig_of(LATE);

	r->lazy = true;
	play(r, SCRIPT("S exp 10.0.0.5 5\nafter\n", "C hello\n"));
	ck_assert_str_eq(TO_SERVER(r), "hello\n");
	ck_assert_str_eq(TO_CLIENT(r), "");
	ck_assert(inspect_is_held(r->ch, ADIT_TO_CLIENT));
	ck_assert(!inspect_is_held(r->ch, ADIT_TO_SERVER));
	ck_assert_uint_eq(r->consumed[ADIT_TO_CLIENT], 0);
	play(r, SCRIPT("A"));
	ck_assert_str_eq(TO_CLIENT(r), "at 127.0.0.1 40001\nafter\n");
	ck_assert_uint_eq(r->consumed[ADIT_TO_CLIENT], 21);
	ck_assert(!inspect_is_held(r->ch, ADIT_TO_CLIENT));
	rig_free(r);
}
END_TEST

START_TEST(denied_and_failed)
{
	static const struct {
		enum rig_answers a;
		const char *out;
	} t[] = {
		{ DENIED, "denied\nb\n" },
		{ DENIED_LATE, "denied\nb\n" },
		{ FAILED_LATE, "failed\nb\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct rig *r = rig_of(t[i].a);

		play(r, SCRIPT("S exp 10.0.0.5 5\nb\n"));
		ck_assert_str_eq(TO_CLIENT(r), t[i].out);
		ck_assert_ptr_null(strstr(r->journal, "withdraw"));
		rig_free(r);
	}
}
END_TEST

START_TEST(deadline)
{
	struct rig *r = rig_of(NEVER);

	play(r, SCRIPT("S exp 10.0.0.5 5\nb\n"));
	ck_assert_uint_eq(inspect_deadline(r->ch), 1000 + INSPECT_HOLD_MS);
	rig_pass_time(r, INSPECT_HOLD_MS - 1);
	ck_assert_str_eq(TO_CLIENT(r), "");
	rig_pass_time(r, 1);
	ck_assert_str_eq(TO_CLIENT(r), "failed\nb\n");
	ck_assert_str_eq(r->journal, "forward 10.0.0.5:5 = 1;withdraw 1;");
	ck_assert_uint_eq(inspect_deadline(r->ch), INSPECT_NEVER);
	/* Too late: nobody waits for it. */
	ck_assert(!inspect_answer(r->ch, 1, ADIT_OK,
				  &(struct adit_addr){ .host = "127.0.0.1" }));
	rig_free(r);
}
END_TEST

START_TEST(clock_stands_still)
{
	struct rig *r = rig_of(NEVER);

	play(r, SCRIPT("S exp 10.0.0.5 5\n"));
	rig_pass_time(r, 4000);
	inspect_pause(r->ch);
	ck_assert_uint_eq(inspect_deadline(r->ch), INSPECT_NEVER);
	rig_pass_time(r, 1000000);
	ck_assert_str_eq(TO_CLIENT(r), "");
	inspect_resume(r->ch);
	rig_pass_time(r, 5999);
	ck_assert_str_eq(TO_CLIENT(r), "");
	rig_pass_time(r, 1);
	ck_assert_str_eq(TO_CLIENT(r), "failed\n");
	rig_free(r);
}
END_TEST

/* What begins while it stands still begins when it goes on. */
START_TEST(clock_stands_still_from_the_start)
{
	struct rig *r = rig_of(NEVER);

	inspect_pause(r->ch);
	rig_pass_time(r, 1000000);
	play(r, SCRIPT("S exp 10.0.0.5 5\n"));
	rig_pass_time(r, 1000000);
	inspect_resume(r->ch);
	rig_pass_time(r, INSPECT_HOLD_MS - 1);
	ck_assert_str_eq(TO_CLIENT(r), "");
	rig_pass_time(r, 1);
	ck_assert_str_eq(TO_CLIENT(r), "failed\n");
	rig_free(r);
	r = rig_of(NEVER);
	inspect_pause(r->ch);
	rig_pass_time(r, 1000000);
	play(r, SCRIPT("C timer 500\n"));
	inspect_resume(r->ch);
	ck_assert_uint_eq(inspect_deadline(r->ch), 1001000 + 500);
	rig_free(r);
}
END_TEST

START_TEST(two_requests_keep_their_order)
{
	struct rig *r;

	rig_check(&puppet, SCRIPT("S two 7 8\n"), "", "both 40001 40002\n");
	rig_check(&puppet, SCRIPT("S two 7 7\n"), "", "both 40001 40002\n");
	/* Answered the other way round. */
	r = rig_of(LATE);
	r->lazy = true;
	play(r, SCRIPT("S two 7 8\n"));
	rig_answer(r, 2);
	ck_assert(inspect_is_held(r->ch, ADIT_TO_CLIENT));
	rig_answer(r, 1);
	rig_settle(r);
	ck_assert_str_eq(TO_CLIENT(r), "both 40001 40002\n");
	ck_assert_str_eq(r->journal,
			 "forward 10.0.0.1:7 = 1;forward 10.0.0.1:8 = 2;");
	rig_free(r);
}
END_TEST

START_TEST(not_repeated_is_withdrawn)
{
	struct rig *r = rig_of(LATE);

	play(r, SCRIPT("S flip 7\n"));
	ck_assert_str_eq(TO_CLIENT(r), "at 127.0.0.1 40002\n");
	ck_assert_str_eq(r->journal, "forward 10.0.0.1:7 = 1;"
				     "forward 10.0.0.1:8 = 2;withdraw 1;");
	rig_free(r);
}
END_TEST

START_TEST(at_most_four)
{
	struct rig *r = rig_of(LATE);

	/* A new request in each replay: the fifth fails at once. */
	play(r, SCRIPT("S more 1\n"));
	ck_assert_uint_eq(r->last_id, INSPECT_EXPECTS);
	ck_assert_str_eq(TO_CLIENT(r), "failed\n");
	ck_assert_ptr_nonnull(strstr(r->journal, "withdraw 1;withdraw 2;"
						 "withdraw 3;withdraw 4;"));
	rig_free(r);
}
END_TEST

START_TEST(bad_targets)
{
	static const char *const bad[] = {
		"S exp\n",
		"S exp 10.1 80\n",
		"S exp 10.0.0.5 0\n",
		"S exp 10.0.0.5 65536\n",
		"S exp 2130706433 80\n",
		"S exp 0x7f.1 80\n",
		"S exp a..b 80\n",
		"S exp -a 80\n",
		"S exp a/b 80\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct rig *r = rig_of(AT_ONCE);

		play(r, SCRIPT(bad[i]));
		ck_assert_str_eq(TO_CLIENT(r), "failed\n");
		ck_assert_str_eq(r->journal, "");
		rig_free(r);
	}
}
END_TEST

START_TEST(hold_for_the_other_end)
{
	struct rig *r = rig_of(AT_ONCE);

	/* Replayed once at the end of the other side; then nothing is left
	 * that could wake it. */
	play(r, SCRIPT("C hold\n", "S x\n"));
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RUN);
	play(r, SCRIPT("S|"));
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
	ck_assert_str_eq(inspect_reason(r->ch),
			 "puppet: holds a message that nothing can wake");
	rig_free(r);
}
END_TEST

START_TEST(both_hold)
{
	struct rig *r = rig_of(AT_ONCE);

	play(r, SCRIPT("C hold\n", "S hold\n"));
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
	rig_free(r);
}
END_TEST

START_TEST(timer_wakes)
{
	rig_check(&puppet, SCRIPT("C timer 500\n", "S wait\nb\n", "T 499"),
		  "timer 500\n", "");
	rig_check(&puppet, SCRIPT("C timer 500\n", "S wait\nb\n", "T 500"),
		  "timer 500\n", "wait\nb\n");
	rig_check(&puppet,
		  SCRIPT("C timer 500\ntimer 0\n", "S wait\nb\n", "T 9999"),
		  "timer 500\ntimer 0\n", "");
}
END_TEST

START_TEST(fin_waits_behind_hold)
{
	struct rig *r = rig_of(LATE);

	r->lazy = true;
	play(r, SCRIPT("S exp 10.0.0.5 5\nb\n", "S|", "C c\n", "C|"));
	ck_assert_str_eq(TO_CLIENT(r), "");
	ck_assert_str_eq(TO_SERVER(r), "c\n|");
	play(r, SCRIPT("A"));
	ck_assert_str_eq(TO_CLIENT(r), "at 127.0.0.1 40001\nb\n|");
	rig_free(r);
}
END_TEST

START_TEST(freed_while_waiting)
{
	struct rig *r = rig_of(NEVER);

	play(r, SCRIPT("S two 7 8\nrest", "C half"));
	rig_free(r);
}
END_TEST

START_TEST(held_takes_only_so_much)
{
	struct rig *r = rig_of(NEVER);
	static char many[100000];
	size_t n;

	memset(many, '\n', sizeof(many));
	play(r, SCRIPT("S exp 10.0.0.5 5\n"));
	n = inspect_feed(r->ch, ADIT_TO_CLIENT, many, sizeof(many), 0);
	ck_assert_uint_gt(n, 0);
	ck_assert_uint_le(n, 64 << 10);
	ck_assert_uint_eq(inspect_feed(r->ch, ADIT_TO_CLIENT, many, 1, 0), 0);
	rig_pass_time(r, INSPECT_HOLD_MS);
	ck_assert_uint_eq(r->nout[ADIT_TO_CLIENT], n + strlen("failed\n"));
	rig_free(r);
}
END_TEST

static enum adit_verdict until_the_end(struct adit_msg *m)
{
	return m->flags & ADIT_ENDED ? ADIT_PASS : ADIT_HOLD;
}

START_TEST(told_of_the_other_end)
{
	struct adit_plugin p = puppet;
	struct rig *r;

	p.message = until_the_end;
	r = rig_new(&p);
	play(r, SCRIPT("C one\ntwo\n"));
	ck_assert_str_eq(TO_SERVER(r), "");
	play(r, SCRIPT("S|", "C three\n"));
	ck_assert_str_eq(TO_SERVER(r), "one\ntwo\nthree\n");
	rig_free(r);
}
END_TEST

static enum adit_verdict by_outcome(struct adit_msg *m)
{
	enum adit_result r = adit_outcome(m->ch, 7);

	return r == ADIT_WAIT ? ADIT_HOLD :
	       r == ADIT_OK   ? ADIT_PASS :
				adit_rewritef(m, "lost\n");
}

/* It is no reason to give up that the other side has ended. */
START_TEST(hold_for_an_outcome)
{
	static const enum adit_result results[] = { ADIT_OK, ADIT_FAILED };
	struct adit_plugin p = puppet;
	struct rig *r;

	p.message = by_outcome;
	for (unsigned i = 0; i < 4; i++) {
		r = rig_new(&p);
		r->moves = i & 2;
		r->outcome = ADIT_WAIT;
		play(r, SCRIPT("S done\nmore\n", "C|"));
		inspect_wake(r->ch);
		rig_settle(r);
		ck_assert_int_eq(inspect_status(r->ch), INSPECT_RUN);
		ck_assert_str_eq(TO_CLIENT(r), "");
		r->outcome = results[i & 1];
		inspect_wake(r->ch);
		inspect_run(r->ch);
		rig_settle(r);
		ck_assert_str_eq(TO_CLIENT(r),
				 i & 1 ? "lost\nlost\n" : "done\nmore\n");
		rig_free(r);
	}
}
END_TEST

SUITE("plugin/hold", answer_at_once_or_late, asks_once, other_direction_flows,
      denied_and_failed, deadline, clock_stands_still,
      clock_stands_still_from_the_start, two_requests_keep_their_order,
      not_repeated_is_withdrawn, at_most_four, bad_targets,
      hold_for_the_other_end, both_hold, timer_wakes, fin_waits_behind_hold,
      freed_while_waiting, held_takes_only_so_much, told_of_the_other_end,
      hold_for_an_outcome)
