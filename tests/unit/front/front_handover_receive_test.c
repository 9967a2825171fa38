/* SPDX-License-Identifier: BSD-2-Clause */
/* front_handover_receive_test.c - the new worker: what it takes, what it answers,
 * and what it refuses. */
#include "front/pair.h"

#include "suite.h"

#include <string.h>

static struct pair p;

/* Another version, a session before the head, one that is cut off, no message
 * of this exchange. */
START_TEST(what_is_malformed_is_refused)
{
	struct msg said[PAIR_SAID], bad;

	pair_begin(&p);
	pair_record(&p, said);
	bad = said[0];
	bad.data[3]++;
	ck_assert_int_ne(pair_play(&p, &bad, 1, true, NULL), 0);
	ck_assert_ptr_nonnull(strstr(p.why, "restart aditd"));
	ck_assert_int_ne(pair_play(&p, said + 1, 1, true, NULL), 0);
	ck_assert_ptr_nonnull(strstr(p.why, "malformed"));
	bad = (struct msg){ .type = MSG_HANDOVER_SESSION };
	ck_assert_int_ne(pair_play(&p, &bad, 1, true, NULL), 0);
	ck_assert_ptr_nonnull(strstr(p.why, "cannot be read"));
	bad = (struct msg){ .type = MSG_DRAIN };
	ck_assert_int_ne(pair_play(&p, &bad, 1, true, NULL), 0);
	ck_assert_ptr_nonnull(strstr(p.why, "unknown message"));
	ck_assert_uint_eq(p.new.front.registry.count, 0);
	pair_forget(said, PAIR_SAID);
	pair_end(&p);
}
END_TEST

START_TEST(each_message_is_answered)
{
	struct msg said[PAIR_SAID], answer;

	pair_begin(&p);
	pair_record(&p, said);
	ck_assert_int_eq(pair_play(&p, said, PAIR_SAID, true, &answer), 0);
	ck_assert_uint_eq(answer.id, said[3].id);
	pair_forget(said, PAIR_SAID);
	pair_end(&p);
}
END_TEST

START_TEST(a_refusal_says_why)
{
	struct msg said[PAIR_SAID], answer;
	char text[MSG_TEXT];

	pair_begin(&p);
	pair_record(&p, said);
	said[0].data[3]++;
	ck_assert_int_ne(pair_play(&p, said, 1, true, &answer), 0);
	ck_assert_uint_eq(answer.id, said[0].id);
	ck_assert(!msg_text(&answer, text));
	ck_assert_str_eq(text, p.why);
	pair_forget(said, PAIR_SAID);
	pair_end(&p);
}
END_TEST

/* A session number must not be given out a second time. */
START_TEST(a_number_beyond_the_last_one)
{
	struct msg said[PAIR_SAID];

	pair_begin(&p);
	front_rig_session(&p.old, "alice", false);
	p.old.front.registry.last_number = 0;
	for (uint32_t id = 1; id < 4; id++)
		pair_taken(&p, id, "");
	ck_assert_int_eq(front_handover_send(&p.old.front, p.ours, p.why), 0);
	for (size_t i = 0; i < 4; i++)
		ck_assert(!msg_recv(p.theirs, &said[i]));
	ck_assert_int_ne(pair_play(&p, said, 4, true, NULL), 0);
	ck_assert_ptr_nonnull(strstr(p.why, "malformed"));
	pair_forget(said, 4);
	pair_end(&p);
}
END_TEST

START_TEST(there_is_one_head)
{
	struct msg said[PAIR_SAID], twice[2];

	pair_begin(&p);
	pair_record(&p, said);
	twice[0] = twice[1] = said[0];
	ck_assert_int_ne(pair_play(&p, twice, 2, true, NULL), 0);
	ck_assert_ptr_nonnull(strstr(p.why, "restart aditd"));
	pair_forget(said, PAIR_SAID);
	pair_end(&p);
}
END_TEST

/* The old worker may hang; nobody waits for it for ever, and its end before
 * HANDOVER_END is no end of the handover. */
START_TEST(an_end_in_the_middle)
{
	struct msg said[PAIR_SAID];

	pair_begin(&p);
	pair_record(&p, said);
	ck_assert_int_ne(pair_play(&p, said, 2, true, NULL), 0);
	ck_assert_str_eq(p.why, "the old worker has ended");
	pair_forget(said, PAIR_SAID);
	pair_end(&p);
}
END_TEST

SUITE("front/front_handover_receive", what_is_malformed_is_refused,
      each_message_is_answered, a_refusal_says_why,
      a_number_beyond_the_last_one, there_is_one_head, an_end_in_the_middle)
