/* SPDX-License-Identifier: BSD-2-Clause */
/* front_handover_test.c - the exchange in front_handover.h, from both ends. */
#include "front/pair.h"

#include "suite.h"

#include <string.h>
#include <unistd.h>

static struct pair p;

START_TEST(all_sessions_arrive)
{
	struct registry_entry *e;
	struct msg said[PAIR_SAID];

	pair_begin(&p);
	p.old.front.registry.last_number = 40;
	pair_record(&p, said);
	ck_assert_int_eq(pair_play(&p, said, 5, false, NULL), 0);
	ck_assert_uint_eq(p.new.front.registry.count, 2);
	ck_assert_uint_eq(p.new.front.registry.last_number, 42);
	e = list_first(&p.new.front.registry.all, struct registry_entry, node);
	ck_assert_uint_eq(e->number, 41);
	ck_assert_str_eq(e->user, "alice");
	ck_assert_str_eq(e->gateway, "main");
	ck_assert_uint_eq(shard_load(&p.new.worker, shard_index(e->session)),
			  2);
	pair_forget(said, PAIR_SAID);
	pair_end(&p);
}
END_TEST

/* The old worker has died between the last answer and HANDOVER_DONE. */
START_TEST(the_end_counts_as_done)
{
	struct msg said[PAIR_SAID];

	pair_begin(&p);
	pair_record(&p, said);
	ck_assert_int_eq(pair_play(&p, said, 4, true, NULL), 0);
	ck_assert_uint_eq(p.new.front.registry.count, 2);
	pair_forget(said, PAIR_SAID);
	pair_end(&p);
}
END_TEST

START_TEST(without_done_the_sessions_stay)
{
	struct msg said[PAIR_SAID];

	pair_begin(&p);
	pair_record(&p, said);
	said[4].type = MSG_HANDOVER_FAILED;
	ck_assert_int_ne(pair_play(&p, said, 5, false, NULL), 0);
	ck_assert_str_eq(p.why, "the old worker keeps its sessions");
	ck_assert_int_ne(pair_play(&p, said, 2, true, NULL), 0);
	pair_forget(said, PAIR_SAID);
	pair_end(&p);
}
END_TEST

/* From MSG_HANDOVER_TO to the end of the loop. */
START_TEST(the_old_worker_ends)
{
	struct msg m = { .type = MSG_HANDOVER_TO, .nfds = 1 };

	pair_begin(&p);
	p.old.front.status = -1;
	front_rig_session(&p.old, "alice", false);
	for (uint32_t id = 1; id <= 3; id++)
		pair_taken(&p, id, "");
	m.fds[0] = dup(p.ours);
	front_handover_start(&p.old.front, &m);
	ck_assert_uint_eq(m.nfds, 0);
	front_rig_turn(&p.old);
	ck_assert(p.old.front.handed_over);
	ck_assert_int_eq(p.old.front.status, 0);
	ck_assert_int_eq(p.old.front.successor, -1);
	ck_assert(!front_rig_heard(&p.old, &m));
	pair_end(&p);
}
END_TEST

/* Where it fails the threads go on, and the monitor is told. */
START_TEST(the_old_worker_goes_on)
{
	struct msg m = { .type = MSG_HANDOVER_TO, .nfds = 1 };
	char text[MSG_TEXT];

	pair_begin(&p);
	p.old.front.status = -1;
	front_rig_session(&p.old, "alice", false);
	pair_taken(&p, 1, "not today");
	m.fds[0] = dup(p.ours);
	front_handover_start(&p.old.front, &m);
	front_rig_turn(&p.old);
	shards_pause(&p.old.worker);
	ck_assert(!p.old.front.handed_over);
	ck_assert_int_eq(p.old.front.status, -1);
	front_rig_expect(&p.old, &m, MSG_HANDOVER_FAILED);
	ck_assert(!msg_text(&m, text));
	ck_assert_str_eq(text, "not today");
	ck_assert_uint_eq(p.old.front.registry.count, 1);
	pair_end(&p);
}
END_TEST

START_TEST(a_worker_that_ends_hands_nothing_over)
{
	struct msg m = { .type = MSG_HANDOVER_TO, .nfds = 1 };

	pair_begin(&p);
	drain_no_more(&p.old.front);
	m.fds[0] = dup(p.ours);
	front_handover_start(&p.old.front, &m);
	msg_close_fds(&m);
	front_rig_expect(&p.old, &m, MSG_HANDOVER_FAILED);
	ck_assert_int_eq(p.old.front.successor, -1);
	pair_end(&p);
}
END_TEST

SUITE("front/front_handover", all_sessions_arrive, the_end_counts_as_done,
      without_done_the_sessions_stay, the_old_worker_ends,
      the_old_worker_goes_on, a_worker_that_ends_hands_nothing_over)
