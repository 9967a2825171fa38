/* SPDX-License-Identifier: BSD-2-Clause */
/* front_tell_test.c - messages to the monitor, the end of the loop, and the
 * choice of a shard. */
#include "front/rig.h"

#include "base/err.h"

#include "suite.h"

#include <fcntl.h>
#include <unistd.h>

static struct front_rig r;

START_TEST(the_shard_with_the_fewest_sessions)
{
	unsigned index;

	front_rig_begin(&r);
	ck_assert_ptr_eq(front_pick_shard(&r.front, &index),
			 shard_at(&r.worker, 0));
	ck_assert_uint_eq(index, 0);
	front_rig_session(&r, "alice", false);
	ck_assert_ptr_eq(front_pick_shard(&r.front, &index),
			 shard_at(&r.worker, 1));
	ck_assert_uint_eq(index, 1);
	front_rig_end(&r);
}
END_TEST

START_TEST(the_monitor_hears)
{
	struct msg m = { .type = MSG_READY, .id = 42 };

	front_rig_begin(&r);
	ck_assert_int_eq(front_send(&r.front, &m), 0);
	front_rig_expect(&r, &m, MSG_READY);
	ck_assert_uint_eq(m.id, 42);
	front_rig_end(&r);
}
END_TEST

/* A worker whose monitor is gone ends without an error. */
START_TEST(the_process_ends_with_its_monitor)
{
	struct msg m = { .type = MSG_READY };

	front_rig_begin(&r);
	r.front.status = -1;
	close(r.monitor);
	ck_assert_int_eq(front_send(&r.front, &m), ERR_CLOSED);
	ck_assert_int_eq(r.front.status, 0);
	r.monitor = open("/dev/null", O_RDONLY | O_CLOEXEC);
	front_rig_end(&r);
}
END_TEST

START_TEST(a_message_that_is_lost_ends_nothing)
{
	struct msg m = { .type = MSG_READY };
	int monitor;

	front_rig_begin(&r);
	r.front.status = -1;
	monitor = r.front.monitor;
	r.front.monitor = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(front_send(&r.front, &m), ERR_SYS);
	ck_assert_int_eq(r.front.status, -1);
	close(r.front.monitor);
	r.front.monitor = monitor;
	front_rig_end(&r);
}
END_TEST

static void on_stop(struct ev_loop *ev, ev_idle *w, int events)
{
	(void)ev;
	(void)events;
	front_stop(w->data, 3);
}

START_TEST(the_loop_ends_with_a_status)
{
	ev_idle idle;

	front_rig_begin(&r);
	ev_idle_init(&idle, on_stop);
	idle.data = &r.front;
	ev_idle_start(r.front.loop.ev, &idle);
	loop_run(&r.front.loop);
	ck_assert_int_eq(r.front.status, 3);
	ev_idle_stop(r.front.loop.ev, &idle);
	front_rig_end(&r);
}
END_TEST

SUITE("front/front_tell", the_shard_with_the_fewest_sessions, the_monitor_hears,
      the_process_ends_with_its_monitor, a_message_that_is_lost_ends_nothing,
      the_loop_ends_with_a_status)
