/* SPDX-License-Identifier: BSD-2-Clause */
/* verdict_test.c - each verdict in each direction, however the bytes come. */
#include "puppet.h"
#include "rig.h"

#include "suite.h"

#define SCRIPT(...)                                                            \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

START_TEST(pass_and_rewrite)
{
	rig_check(&puppet, SCRIPT("C hello\nsay world\nsay \nbye now\n"),
		  "hello\nworld\n\n", "now\n");
	rig_check(&puppet, SCRIPT("S 220 hi\nsay there\nlast\n", "S|", "C|"),
		  "|", "220 hi\nthere\nlast\n|");
}
END_TEST

START_TEST(drop)
{
	rig_check(&puppet, SCRIPT("C a\ndrop\nb\n", "S x\ndrop\ny\n"), "a\nb\n",
		  "x\ny\n");
}
END_TEST

START_TEST(close_resets)
{
	struct rig *r = rig_new(&puppet);

	rig_send(r, ADIT_TO_SERVER, "a\nclose\nb\n", 10, 0);
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
	ck_assert_str_eq(inspect_reason(r->ch), "puppet: protocol violation");
	/* Everything after it is swallowed. */
	ck_assert_uint_eq(inspect_feed(r->ch, ADIT_TO_CLIENT, "x\n", 2, 0), 2);
	ck_assert_uint_eq(buf_len(inspect_output(r->ch, ADIT_TO_CLIENT)), 0);
	rig_free(r);
}
END_TEST

START_TEST(finish_sends_what_was_injected)
{
	struct rig *r = rig_new(&puppet);

	rig_send(r, ADIT_TO_CLIENT, "one\nbye last words\ntwo\n", 23, 0);
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_FINISH);
	ck_assert_str_eq(TO_CLIENT(r), "one\nlast words\n");
	ck_assert_str_eq(TO_SERVER(r), "");
	rig_free(r);
}
END_TEST

START_TEST(finish_from_the_client)
{
	rig_check(&puppet, SCRIPT("S hi\n", "C bye bye\nmore\n", "S no\n"), "",
		  "hi\nbye\n");
}
END_TEST

START_TEST(detach_flushes)
{
	rig_check(&puppet,
		  SCRIPT("C a\n", "S half", "C detach\nsay x\n!!\n",
			 "S  line\nsay y\n", "C|", "S|"),
		  "a\ndetach\nsay x\n!!\n|", "half line\nsay y\n|");
}
END_TEST

START_TEST(detach_releases_the_other_side)
{
	rig_check(&puppet, SCRIPT("C wait\nsay x\n", "S detach\n", "C|"),
		  "wait\nsay x\n|", "detach\n");
}
END_TEST

START_TEST(detached_is_told)
{
	struct rig *r = rig_new(&puppet);

	ck_assert(!inspect_is_detached(r->ch));
	rig_send(r, ADIT_TO_CLIENT, "abc", 3, 0);
	rig_send(r, ADIT_TO_SERVER, "detach\n", 7, 0);
	ck_assert(inspect_is_detached(r->ch));
	ck_assert_str_eq(TO_CLIENT(r), "abc");
	ck_assert_uint_eq(r->consumed[ADIT_TO_CLIENT], 3);
	rig_free(r);
}
END_TEST

START_TEST(wrong_framing)
{
	struct rig *r = rig_new(&puppet);

	rig_send(r, ADIT_TO_CLIENT, "ok\n!", 4, 0);
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
	ck_assert_str_eq(inspect_reason(r->ch),
			 "puppet: not this protocol (server)");
	rig_free(r);
}
END_TEST

START_TEST(unknown_verdict)
{
	struct rig *r = rig_new(&puppet);

	rig_send(r, ADIT_TO_CLIENT, "odd\n", 4, 0);
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
	ck_assert_str_eq(inspect_reason(r->ch),
			 "plugin puppet gave an unknown verdict");
	rig_free(r);
}
END_TEST

START_TEST(injections_keep_their_place)
{
	/* Before the message itself; the other way, behind what was decided. */
	rig_check(&puppet, SCRIPT("C a\ninj b\nc\n", "S x\ninx d\ny\n"),
		  "a\nb\ninj b\nc\nd\n", "x\ninx d\ny\n");
	/* Never into the middle of a message. */
	rig_check(&puppet, SCRIPT("C hal", "S inx d\n", "C f\n"), "d\nhalf\n",
		  "inx d\n");
}
END_TEST

START_TEST(refusal_does_not_overtake)
{
	/* `wait` holds until the earlier reply has passed; the order of replies
	 * is the same even if they come in one piece. */
	rig_check(&puppet,
		  SCRIPT("C first\nwait\nno refused\n", "S wake\nsecond\n"),
		  "first\nwait\n", "wake\nrefused\nsecond\n");
}
END_TEST

START_TEST(injection_before_a_held_message)
{
	rig_check(&puppet, SCRIPT("C wait\n", "S inx a\nwake\n"), "a\nwait\n",
		  "inx a\nwake\n");
}
END_TEST

START_TEST(skip_goes_unseen)
{
	rig_check(&puppet, SCRIPT("C a\n$010say x\n!!!!say y\n"),
		  "a\n$010say x\n!!!!y\n", "");
}
END_TEST

START_TEST(injection_waits_out_a_skip)
{
	rig_check(&puppet, SCRIPT("C $010abc", "S inx late\n", "C defghijk\n"),
		  "$010abcdefghijlate\nk\n", "inx late\n");
	rig_check(&puppet, SCRIPT("C $010abc", "S inx late\n", "C|"),
		  "$010abclate\n|", "inx late\n");
	rig_check(&puppet,
		  SCRIPT("C $010abc", "S inx late\ndetach\n", "C defghij!"),
		  "$010abcdefghijlate\n!", "inx late\ndetach\n");
}
END_TEST

START_TEST(ignored_direction)
{
	struct rig *r;

	rig_check(&puppet, SCRIPT("C ignore\nsay x\n", "S say y\n", "C|"),
		  "ignore\nsay x\n|", "y\n");
	/* Nothing can be injected there any more. */
	rig_check(&puppet, SCRIPT("C ignore\n", "S inx y\n"), "ignore\n",
		  "inx y\n");
	r = rig_new(&puppet);
	rig_send(r, ADIT_TO_SERVER, "ignore\nsay x\n", 13, 0);
	ck_assert(!inspect_is_detached(r->ch));
	rig_free(r);
}
END_TEST

START_TEST(state_is_plain_and_kept)
{
	rig_check(&puppet, SCRIPT("C a\nb\ntimes\n", "S times\n"),
		  "a\nb\ntimes 3\n", "times 4\n");
}
END_TEST

SUITE("plugin/verdict", pass_and_rewrite, drop, close_resets,
      finish_sends_what_was_injected, finish_from_the_client, detach_flushes,
      detach_releases_the_other_side, detached_is_told, wrong_framing,
      unknown_verdict, injections_keep_their_place, refusal_does_not_overtake,
      injection_before_a_held_message, skip_goes_unseen,
      injection_waits_out_a_skip, ignored_direction, state_is_plain_and_kept)
