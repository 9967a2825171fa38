/* SPDX-License-Identifier: BSD-2-Clause */
/* front_handover_send_test.c - the old worker: what it says, and what it makes of
 * the answers. */
#include "front/pair.h"

#include "gateway/gsession.h"

#include "suite.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct pair p;

START_TEST(a_successor_that_refuses)
{
	pair_begin(&p);
	front_rig_session(&p.old, "alice", false);
	pair_taken(&p, 1, "");
	pair_taken(&p, 2, "out of memory");
	ck_assert_int_ne(front_handover_send(&p.old.front, p.ours, p.why), 0);
	ck_assert_str_eq(p.why, "out of memory");
	pair_end(&p);
}
END_TEST

START_TEST(a_successor_that_answers_something_else)
{
	pair_begin(&p);
	pair_taken(&p, 9, "");
	ck_assert_int_ne(front_handover_send(&p.old.front, p.ours, p.why), 0);
	ck_assert_ptr_nonnull(strstr(p.why, "malformed"));
	close(p.theirs);
	ck_assert_int_ne(front_handover_send(&p.old.front, p.ours, p.why), 0);
	ck_assert_ptr_nonnull(strstr(p.why, "does not answer"));
	p.theirs = open("/dev/null", O_RDONLY);
	pair_end(&p);
}
END_TEST

START_TEST(the_first_word_is_the_version)
{
	struct msg said[PAIR_SAID];
	struct rd r;

	pair_begin(&p);
	pair_record(&p, said);
	r = rd_of(said[0].data, said[0].len);
	ck_assert_uint_eq(rd_u32(&r), HANDOVER_VERSION);
	ck_assert(rd_is_done(&r));
	for (uint32_t i = 0; i < 4; i++)
		ck_assert_uint_eq(said[i].id, i + 1);
	pair_forget(said, PAIR_SAID);
	pair_end(&p);
}
END_TEST

/* It has been told to end; its agent shall not find it again. */
START_TEST(a_session_that_is_ending_stays)
{
	struct shard *shard;
	struct gsession *gs;
	struct msg m;

	pair_begin(&p);
	front_rig_session(&p.old, "alice", false);
	shard = shard_at(&p.old.worker, 0);
	gs = list_first(&shard->sessions, struct gsession, node);
	gs->state = GSESSION_LEAVING;
	gs->leave = LEAVE_KICKED;
	pair_taken(&p, 1, "");
	pair_taken(&p, 2, "");
	ck_assert_int_eq(front_handover_send(&p.old.front, p.ours, p.why), 0);
	ck_assert(list_is_empty(&shard->sessions));
	ck_assert(!msg_recv(p.theirs, &m));
	msg_close_fds(&m);
	ck_assert(!msg_recv(p.theirs, &m));
	ck_assert_uint_eq(m.type, MSG_HANDOVER_END);
	pair_end(&p);
}
END_TEST

/* Both keep their word: the new worker hears that it has nothing. */
START_TEST(a_refusal_of_the_end_is_final)
{
	struct msg m;

	pair_begin(&p);
	pair_taken(&p, 1, "");
	pair_taken(&p, 2, "no");
	ck_assert_int_ne(front_handover_send(&p.old.front, p.ours, p.why), 0);
	ck_assert(!msg_recv(p.theirs, &m));
	msg_close_fds(&m);
	ck_assert(!msg_recv(p.theirs, &m));
	ck_assert_uint_eq(m.type, MSG_HANDOVER_END);
	ck_assert(!msg_recv(p.theirs, &m));
	ck_assert_uint_eq(m.type, MSG_HANDOVER_FAILED);
	pair_end(&p);
}
END_TEST

SUITE("front/front_handover_send", a_successor_that_refuses,
      a_successor_that_answers_something_else, the_first_word_is_the_version,
      a_session_that_is_ending_stays, a_refusal_of_the_end_is_final)
