/* SPDX-License-Identifier: BSD-2-Clause */
/* calls_test.c - adit_skip, adit_why, adit_given, adit_now, .max_expect. */
#include "plugin/host_handover.h"
#include "puppet.h"
#include "rig.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRIPT(...)                                                            \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

static void say(struct rig *r, enum adit_dir d, const char *text)
{
	rig_send(r, d, text, strlen(text), 0);
}

/* ---- adit_skip ------------------------------------------------------------ */

START_TEST(what_is_behind_passes_unseen)
{
	rig_check(&puppet,
		  SCRIPT("C skip 12\nsay a\nclose\nsay b\n",
			 "S gone 5\n!!!!!x\n", "C skip 0\nsay c\n", "S|", "C|"),
		  "skip 12\nsay a\nclose\nb\nskip 0\nc\n|", "!!!!!x\n|");
}
END_TEST

/* More than the longest message, and it need not all come. */
START_TEST(far_more_than_a_message)
{
	static char many[100000];
	struct rig *r = rig_new(&puppet);

	memset(many, '!', sizeof(many));
	say(r, ADIT_TO_CLIENT, "skip 100005\n");
	rig_send(r, ADIT_TO_CLIENT, many, sizeof(many), 0);
	ck_assert_uint_eq(r->nout[ADIT_TO_CLIENT], sizeof(many) + 12);
	say(r, ADIT_TO_SERVER, "inx late\n");
	say(r, ADIT_TO_CLIENT, "abcd");
	rig_fin(r, ADIT_TO_CLIENT);
	ck_assert_str_eq(TO_CLIENT(r) + sizeof(many) + 12, "abcdlate\n|");
	rig_free(r);
}
END_TEST

/* What the other direction injects comes behind it, and what the callback
 * itself injects ahead of it. */
START_TEST(injected_bytes_keep_out_of_it)
{
	rig_check(&puppet, SCRIPT("C skip 6\nab", "S inx X\n", "C cdefsay g\n"),
		  "skip 6\nabcdefX\ng\n", "inx X\n");
}
END_TEST

static enum adit_verdict hold_and_skip(struct adit_msg *m)
{
	struct puppet_state *st = adit_state(m->ch);

	if (m->dir == ADIT_TO_CLIENT) {
		st->woken = 1;
		adit_wake(m->ch, ADIT_TO_SERVER);
		return ADIT_PASS;
	}
	if (!st->woken && m->data[0] == 'h') {
		ck_assert_int_eq(adit_skip(m, 3), 0);
		return ADIT_HOLD;
	}
	/* Nothing but what this pass says counts, and of that the last. */
	ck_assert_int_eq(adit_skip(m, 1000), 0);
	ck_assert_int_eq(adit_skip(m, UINT64_MAX), -1);
	ck_assert_int_eq(adit_skip(m, m->data[0] == 's' ? 2 : 0), 0);
	return ADIT_PASS;
}

START_TEST(a_skip_is_part_of_the_transaction)
{
	struct adit_plugin p = puppet;
	struct adit_msg stranger = { .dir = ADIT_TO_SERVER };
	struct rig *r;

	p.message = hold_and_skip;
	rig_check(&p, SCRIPT("C hold\na\nskip\n!!b\n", "S x\n"),
		  "hold\na\nskip\n!!b\n", "x\n");
	r = rig_new(&p);
	stranger.ch = r->ch;
	ck_assert_int_eq(adit_skip(&stranger, 3), -1);
	rig_free(r);
}
END_TEST

/* Behind the last message nothing comes: what eof() injects is not kept for
 * the end of the skip. */
static enum adit_verdict skip_all(struct adit_msg *m)
{
	adit_skip(m, 100);
	return ADIT_PASS;
}

static enum adit_verdict say_bye(struct adit_channel *ch, enum adit_dir d)
{
	adit_inject(ch, d, "bye\n", 4);
	return ADIT_PASS;
}

START_TEST(a_partial_message_skips_nothing)
{
	struct adit_plugin p = puppet;

	p.message = skip_all;
	p.eof = say_bye;
	rig_check(&p, SCRIPT("C half", "C|", "S a\nb", "S|"), "halfbye\n|",
		  "a\nbbye\n|");
}
END_TEST

/* ---- adit_why ------------------------------------------------------------- */

static void is_told(enum rig_answers how, const char *why, const char *text,
		    const char *want, const char *logged)
{
	struct rig *r = rig_new(&puppet);

	r->answers = how;
	r->why = why;
	say(r, ADIT_TO_CLIENT, text);
	if (how == NEVER)
		rig_pass_time(r, INSPECT_HOLD_MS);
	ck_assert_str_eq(TO_CLIENT(r), want);
	ck_assert_str_eq(r->refused, logged);
	rig_free(r);
}

START_TEST(the_plugin_hears_why_not)
{
	is_told(DENIED, "of policy", "why 10.0.0.5 4\n", "why of policy\n",
		"10.0.0.5: of policy");
	is_told(DENIED, NULL, "why 10.0.0.5 4\n",
		"why policy allows none of the targets\n",
		"10.0.0.5: policy allows none of the targets");
	is_told(DENIED_LATE, "no such name", "why a.example 4\n",
		"why no such name\n", "a.example: no such name");
	is_told(FAILED_LATE, NULL, "why a.example 4\n",
		"why no listener could be had\n",
		"a.example: no listener could be had");
	is_told(NEVER, "not this", "why 10.0.0.5 4\n",
		"why no answer for 10 seconds\n",
		"10.0.0.5: no answer for 10 seconds");
	is_told(AT_ONCE, "not this", "why 10.0.0.5 4\n", "why \n", "");
	is_told(AT_ONCE, NULL, "why 10.1 4\n",
		"why a target is no valid address\n",
		"?: a target is no valid address");
}
END_TEST

/* However the answers come: an earlier call's reason is that call's. */
START_TEST(each_call_has_its_own_reason)
{
	struct rig *r = rig_new(&puppet);

	r->answers = DENIED_LATE;
	r->lazy = true;
	say(r, ADIT_TO_CLIENT, "why 10.0.0.5 4\n");
	say(r, ADIT_TO_SERVER, "why 10.0.0.6 4\n");
	r->why = "the second";
	rig_answer(r, 2);
	r->why = "the first";
	rig_answer(r, 1);
	rig_settle(r);
	ck_assert_str_eq(TO_CLIENT(r), "why the first\n");
	ck_assert_str_eq(TO_SERVER(r), "why the second\n");
	ck_assert_str_eq(adit_why(r->ch), "the first");
	rig_free(r);
}
END_TEST

/* ---- adit_given, adit_now ------------------------------------------------- */

static enum adit_verdict check_given(struct adit_msg *m)
{
	size_t n = 9;
	const void *p = adit_given(m->ch, &n);

	ck_assert_uint_eq(n, 3);
	ck_assert_mem_eq(p, "a\0b", 3);
	return ADIT_PASS;
}

START_TEST(what_was_given_is_there)
{
	struct adit_plugin p = puppet;

	p.message = check_given;
	rig_check(&p, SCRIPT("C a\n", "S b\n"), "a\n", "b\n");
}
END_TEST

static enum adit_verdict give_too_much(struct adit_msg *m)
{
	static const char zero[EXPECT_DATA_MAX + 1];
	struct adit_addr to = *adit_server(m->ch), show;
	struct adit_expect want = { .size = sizeof(want),
				    .targets = &to,
				    .ntargets = 1,
				    .ndata = m->len > 2 ? sizeof(zero) :
							  EXPECT_DATA_MAX,
				    .data = zero };
	uint32_t id;

	adit_expect(m, &want, &show, &id);
	return ADIT_PASS;
}

START_TEST(given_are_so_many_bytes_at_most)
{
	struct adit_plugin p = puppet;
	struct rig *r;

	p.message = give_too_much;
	r = rig_new(&p);
	say(r, ADIT_TO_CLIENT, "a\n");
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RUN);
	say(r, ADIT_TO_CLIENT, "ab\n");
	ck_assert_str_eq(inspect_reason(r->ch),
			 "plugin puppet gave adit_expect more than 4,096 bytes "
			 "of data");
	rig_free(r);
}
END_TEST

START_TEST(time_stands_still_with_the_agent)
{
	struct rig *r = rig_new(&puppet);

	rig_pass_time(r, 5);
	say(r, ADIT_TO_CLIENT, "now\n");
	inspect_pause(r->ch);
	rig_pass_time(r, 1000);
	say(r, ADIT_TO_CLIENT, "now\n");
	r->ch = inspect_hand_over(r->ch);
	ck_assert_ptr_nonnull(r->ch);
	inspect_resume(r->ch);
	rig_pass_time(r, 2);
	say(r, ADIT_TO_CLIENT, "now\n");
	ck_assert_str_eq(TO_CLIENT(r), "now 5\nnow 5\nnow 7\n");
	rig_free(r);
}
END_TEST

/* ---- .max_expect ---------------------------------------------------------- */

/* So many at once; the message becomes how many were granted. */
static enum adit_verdict ask_many(struct adit_msg *m)
{
	struct adit_addr to = *adit_server(m->ch), show;
	struct adit_expect want = { .size = sizeof(want),
				    .targets = &to,
				    .ntargets = 1 };
	unsigned granted = 0, waits = 0;
	uint32_t id;

	for (unsigned i = 0; i < 300; i++) {
		enum adit_result result;

		want.data = &i;
		want.ndata = sizeof(i);
		result = adit_expect(m, &want, &show, &id);
		granted += result == ADIT_OK;
		waits += result == ADIT_WAIT;
	}
	if (waits)
		return ADIT_HOLD;
	return adit_rewritef(m, "%u %s\n", granted, adit_why(m->ch));
}

static void asks(size_t max_expect, const char *want)
{
	static const enum rig_answers ways[] = { AT_ONCE, LATE };
	struct adit_plugin p = puppet;

	p.message = ask_many;
	p.max_expect = max_expect;
	for (unsigned i = 0; i < ARRAY_LEN(ways); i++) {
		struct rig *r = rig_new(&p);

		r->answers = ways[i];
		r->lazy = true;
		say(r, ADIT_TO_CLIENT, "a\n");
		if (ways[i] == LATE) {
			r->ch = inspect_hand_over(r->ch);
			ck_assert_ptr_nonnull(r->ch);
			r->lazy = false;
			rig_settle(r);
		}
		ck_assert_str_eq(TO_CLIENT(r), want);
		rig_free(r);
	}
}

START_TEST(as_many_as_it_declares)
{
	asks(0, "4 too many expectations from one message: .max_expect is 4\n");
	asks(7, "7 too many expectations from one message: .max_expect is 7\n");
	asks(256, "256 too many expectations from one message: .max_expect is "
		  "256\n");
}
END_TEST

/* A message is held while the plugin is updated to a version that makes
 * fewer. */
START_TEST(fewer_than_it_has_made)
{
	struct adit_plugin p = puppet;
	struct rig *r;

	p.message = ask_many;
	p.max_expect = 7;
	r = rig_new(&p);
	r->answers = LATE;
	r->lazy = true;
	say(r, ADIT_TO_CLIENT, "a\n");
	r->plugin->def.max_expect = 5;
	r->lazy = false;
	rig_settle(r);
	ck_assert_str_eq(TO_CLIENT(r),
			 "7 too many expectations from one message: "
			 ".max_expect is 5\n");
	rig_free(r);
}
END_TEST

/* ---- adit_save ------------------------------------------------------------ */

struct large {
	uint64_t finals;
	uint8_t table[1000];
};

/* "N+X" sets table[N] to X twice, "N+Xh" with a hold in the first pass; "N?"
 * becomes how many messages were final, and table[N].  "N!X" does not say all
 * that it changes. */
static enum adit_verdict keep_table(struct adit_msg *m)
{
	struct large *st = adit_state(m->ch);
	char *op;
	unsigned long at = strtoul((const char *)m->data, &op, 10);

	if (*op != '!')
		adit_save(m->ch, &st->finals, sizeof(st->finals));
	st->finals++;
	if (*op == '?')
		return adit_rewritef(m, "%llu %c\n",
				     (unsigned long long)st->finals,
				     st->table[at] ? st->table[at] : '-');
	for (int i = 0; i < 2; i++) {
		adit_save(m->ch, &st->table[at], 2);
		adit_save(m->ch, &st->table[at], 1);
		st->table[at] = i ? (uint8_t)op[1] : 'x';
	}
	return m->dir == ADIT_TO_SERVER && !m->pass && op[2] == 'h' ?
		       ADIT_HOLD :
		       ADIT_PASS;
}

static struct adit_plugin large_plugin(void)
{
	struct adit_plugin p = puppet;

	p.flags = ADIT_STATE_SAVED;
	p.state_size = sizeof(struct large);
	p.message = keep_table;
	return p;
}

START_TEST(what_was_saved_is_put_back)
{
	struct adit_plugin p = large_plugin();
	struct rig *r;

	rig_check(&p, SCRIPT("C 7+a\n7+b\n7?\n", "S 7+c\n8?\n", "C 7?\n"),
		  "7+a\n7+b\n3 b\n6 c\n", "7+c\n5 -\n");
	/* The hold is over at the end of the other direction. */
	r = rig_new(&p);
	say(r, ADIT_TO_SERVER, "7+a\n");
	say(r, ADIT_TO_SERVER, "7+bh\n");
	say(r, ADIT_TO_CLIENT, "7?\n");
	ck_assert_str_eq(TO_CLIENT(r), "2 a\n");
	rig_fin(r, ADIT_TO_CLIENT);
	say(r, ADIT_TO_SERVER, "7?\n");
	ck_assert_str_eq(TO_SERVER(r), "7+a\n7+bh\n4 b\n");
	rig_free(r);
}
END_TEST

static enum adit_verdict save_badly(struct adit_msg *m)
{
	struct large *st = adit_state(m->ch);

	adit_save(m->ch, st->table, 1000);
	adit_save(m->ch, st->table, 0);
	adit_save(m->ch, st->table + 999, m->data[0] == '2' ? 2 : 1);
	if (m->data[0] == '3')
		adit_save(m->ch, (char *)st - 1, 1);
	return ADIT_PASS;
}

static void is_refused(const char *text, const char *why)
{
	struct adit_plugin def = large_plugin();
	char err[PLUGIN_ERROR];
	struct plugin *p;
	struct rig *r;

	def.message = save_badly;
	p = plugin_adopt(&def, def.name, err, sizeof(err));
	ck_assert_ptr_nonnull(p);
	r = rig_join(p, NULL);
	say(r, ADIT_TO_SERVER, text);
	ck_assert_str_eq(inspect_reason(r->ch), why);
	rig_free(r);
}

START_TEST(only_the_state_can_be_saved)
{
	is_refused("1\n", "");
	is_refused("2\n", "plugin puppet called adit_save for bytes outside of "
			  "its state");
	is_refused("3\n", "plugin puppet called adit_save for bytes outside of "
			  "its state");
}
END_TEST

/* "h" with a hold in the first pass. */
static enum adit_verdict save_in_turns(struct adit_msg *m)
{
	struct large *st = adit_state(m->ch);

	for (unsigned i = 0; i < 3000; i++) {
		adit_save(m->ch, st->table, 1000);
		adit_save(m->ch, &st->finals, sizeof(st->finals));
		st->table[i % 1000]++;
		st->finals++;
	}
	if (!m->pass && m->data[0] == 'h')
		return ADIT_HOLD;
	return adit_rewritef(m, "%llu %u %u\n", (unsigned long long)st->finals,
			     st->table[0], st->table[999]);
}

/* What is kept of two regions in turns is no more than twice the state. */
START_TEST(what_was_saved_in_turns)
{
	struct adit_plugin p = large_plugin();
	struct rig *r;

	p.message = save_in_turns;
	r = rig_new(&p);
	say(r, ADIT_TO_SERVER, "a\n");
	ck_assert_str_eq(inspect_reason(r->ch), "");
	say(r, ADIT_TO_SERVER, "h\n");
	ck_assert_str_eq(TO_SERVER(r), "3000 3 3\n");
	rig_fin(r, ADIT_TO_CLIENT);
	ck_assert_str_eq(TO_SERVER(r), "3000 3 3\n6000 6 6\n");
	rig_free(r);
}
END_TEST

/* Where tools look for mistakes of the plugin. */
START_TEST(what_was_not_saved_is_found)
{
	struct adit_plugin def = large_plugin();
	struct inspect_info info = { .exact = true };
	struct rig *r = rig_new(&def);

	inspect_free(r->ch);
	r->ch = inspect_new(r->plugin, NULL, &info, &rig_ops, r);
	ck_assert_ptr_nonnull(r->ch);
	inspect_start(r->ch);
	say(r, ADIT_TO_SERVER, "7+ah\n7?\n");
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RUN);
	say(r, ADIT_TO_CLIENT, "7!a\n");
	ck_assert_str_eq(inspect_reason(r->ch),
			 "plugin puppet changed its state without adit_save");
	rig_free(r);
}
END_TEST

/* ---- a plugin of version 1 ------------------------------------------------ */

static enum adit_verdict ask_as_then(struct adit_msg *m)
{
	struct adit_addr to = *adit_server(m->ch), show;
	struct adit_expect want = {
		.size = offsetof(struct adit_expect, ndata),
		.targets = &to,
		.ntargets = 1,
		.ndata = SIZE_MAX, /* stands behind its end: is not read */
	};
	uint32_t id;

	return adit_rewritef(m, adit_expect(m, &want, &show, &id) ? "no\n" :
								    "ok\n");
}

START_TEST(a_shorter_struct_will_do)
{
	struct adit_plugin p = puppet;
	struct rig *r;

	p.size = offsetof(struct adit_plugin, max_expect);
	p.message = ask_as_then;
	p.max_expect = 1000; /* the same */
	r = rig_new(&p);
	say(r, ADIT_TO_CLIENT, "a\n");
	ck_assert_str_eq(TO_CLIENT(r), "ok\n");
	rig_free(r);
}
END_TEST

SUITE("plugin/calls", what_is_behind_passes_unseen, far_more_than_a_message,
      injected_bytes_keep_out_of_it, a_skip_is_part_of_the_transaction,
      a_partial_message_skips_nothing, the_plugin_hears_why_not,
      each_call_has_its_own_reason, what_was_given_is_there,
      given_are_so_many_bytes_at_most, time_stands_still_with_the_agent,
      as_many_as_it_declares, fewer_than_it_has_made,
      what_was_saved_is_put_back, only_the_state_can_be_saved,
      what_was_saved_in_turns, what_was_not_saved_is_found,
      a_shorter_struct_will_do)
