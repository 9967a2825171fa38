/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_end_test.c - the end of the gateway, and what it does with its workers. */
#include "monitor_rig.h"

#include "suite.h"

static struct msg msg;

START_TEST(asks_the_worker)
{
	rig_init("");
	rig_start();
	monitor_end(&rig.m, 3);
	ck_assert(rig.control_closed);
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg), MSG_DRAIN);
	ck_assert_uint_eq(msg.len, 1);
	ck_assert_uint_eq(msg.data[0], 1);
	/* Once. */
	monitor_end(&rig.m, 4);
	ck_assert_int_eq(rig.m.status, 3);
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg), -1);
	/* No other one is started. */
	rig_ends(rig.m.worker, 0);
	ck_assert(!ev_is_active(&rig.m.worker->limit));
	rig_fini();
}
END_TEST

START_TEST(does_not_wait_for_ever)
{
	rig_init("");
	rig_start();
	monitor_end(&rig.m, 0);
	ck_assert_int_eq(rig.m.worker->state, WORKER_READY);
	rig_limit(&rig.m.end_limit);
	ck_assert_int_eq(rig.m.worker->state, WORKER_KILLED);
	rig_fini();
}
END_TEST

START_TEST(worker_that_is_not_ready)
{
	rig_init("");
	monitor_worker_start(&rig.m);
	monitor_end(&rig.m, 0);
	ck_assert_int_eq(rig.m.worker->state, WORKER_KILLED);
	rig_fini();
}
END_TEST

static void nothing(struct monitor *m, const char *error)
{
	(void)m;
	(void)error;
}

/* The successor may have all sessions, so it is told to end them too. */
START_TEST(in_a_handover)
{
	char why[200];

	for (int moving = 0; moving < 2; moving++) {
		struct worker_side *successor;

		rig_init("");
		rig_start();
		successor = monitor_other_side(&rig.m);
		ck_assert_int_eq(monitor_handover_start(&rig.m, &rig.m.now,
							nothing, why),
				 0);
		if (moving)
			rig_says(rig_worker(successor), MSG_HANDOVER_READY, 0,
				 NULL);
		rig_turn();
		monitor_end(&rig.m, 0);
		ck_assert_int_eq(successor->state,
				 moving ? WORKER_STARTING : WORKER_KILLED);
		rig_fini();
	}
}
END_TEST

SUITE("monitor/end", asks_the_worker, does_not_wait_for_ever,
      worker_that_is_not_ready, in_a_handover)
