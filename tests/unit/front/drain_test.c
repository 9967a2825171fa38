/* SPDX-License-Identifier: BSD-2-Clause */
/* drain_test.c - how the worker ends when it is drained. */
#include "front/rig.h"

#include "suite.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct front_rig r;
static unsigned followed;

static void then(struct front *f)
{
	ck_assert_ptr_eq(f, &r.front);
	followed++;
}

/* With `final` the sessions end; the loop stops once all shards have said
 * so. */
START_TEST(all_sessions_end)
{
	front_rig_begin(&r);
	r.front.status = -1;
	front_rig_session(&r, "alice", false);
	front_rig_session(&r, "bob", false);
	drain_now(&r.front, true);
	ck_assert_int_eq(r.front.status, -1);
	front_rig_turn(&r);
	ck_assert_uint_eq(r.front.registry.count, 0);
	ck_assert_int_eq(r.front.status, 0);
	ck_assert(!ev_is_active(&r.front.drain));
	front_rig_end(&r);
}
END_TEST

/* Without, they stay, to be attached again at another worker. */
START_TEST(sessions_stay_and_something_follows)
{
	front_rig_begin(&r);
	followed = 0;
	r.front.status = -1;
	front_rig_session(&r, "alice", false);
	drain_shards(&r.front, false, 1.0, then);
	front_rig_turn(&r);
	ck_assert_uint_eq(followed, 1);
	ck_assert_uint_eq(r.front.registry.count, 1);
	ck_assert_int_eq(r.front.status, -1);
	front_rig_end(&r);
}
END_TEST

/* Shards that do not answer within the time limit are not waited for. */
START_TEST(time_runs_out)
{
	front_rig_begin(&r);
	followed = 0;
	drain_shards(&r.front, false, 1.0, then);
	ev_feed_event(r.front.loop.ev, &r.front.drain, EV_TIMER);
	ev_invoke_pending(r.front.loop.ev);
	ck_assert_uint_eq(followed, 1);
	/* They answer late, which is one more answer and nothing else. */
	front_rig_turn(&r);
	ck_assert_uint_eq(followed, 1);
	ck_assert_uint_eq(r.front.drained, 0);
	front_rig_end(&r);
}
END_TEST

static void command(uint64_t session, enum command what)
{
	for (unsigned i = 0; i < r.worker.nshards; i++) {
		struct mail_command *m = calloc(1, sizeof *m);

		ck_assert_ptr_nonnull(m);
		m->to = shard_at(&r.worker, i);
		m->command = what;
		m->session = session;
		m->by_us = UINT64_MAX;
		mailbox_post(shard_box(m->to), &m->mail, shard_on_command);
	}
	front_rig_turn(&r);
}

START_TEST(the_last_session_ends_the_worker)
{
	uint64_t session;

	front_rig_begin(&r);
	r.front.status = -1;
	session = front_rig_session(&r, "alice", false)->session;
	drain_no_more(&r.front);
	command(0, COMMAND_DRAIN);
	command(session, COMMAND_KICK);
	ck_assert_uint_eq(r.front.registry.count, 0);
	ck_assert_int_eq(r.front.status, 0);
	front_rig_end(&r);
}
END_TEST

/* The end of the gateway takes precedence over a handover. */
START_TEST(a_handover_is_given_up)
{
	int fd[2];

	front_rig_begin(&r);
	followed = 0;
	r.front.status = -1;
	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd));
	r.front.successor = fd[0];
	drain_shards(&r.front, false, 1.0, then);
	drain_now(&r.front, true);
	ck_assert_int_eq(r.front.successor, -1);
	ck_assert_int_eq(recv(fd[1], fd, 1, MSG_DONTWAIT), 0);
	front_rig_turn(&r);
	ck_assert_uint_eq(followed, 0);
	ck_assert_int_eq(r.front.status, 0);
	close(fd[1]);
	front_rig_end(&r);
}
END_TEST

SUITE("front/drain", all_sessions_end, sessions_stay_and_something_follows,
      time_runs_out, the_last_session_ends_the_worker, a_handover_is_given_up)
