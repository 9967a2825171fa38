/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_handover_test.c - each row of the table in monitor_handover.c. */
#include "monitor_rig.h"

#include "suite.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct msg msg;
static unsigned done;
static char said[200];
static struct worker_side *old, *successor;

static void on_done(struct monitor *m, const char *error)
{
	ck_assert_int_eq(m->handover.state, HANDOVER_NONE);
	done++;
	snprintf(said, sizeof said, "%s", error ? error : "");
}

/* STARTING */
static void begin(void)
{
	char why[200];

	done = 0;
	rig_start();
	old = rig.m.worker;
	successor = monitor_other_side(&rig.m);
	ck_assert_int_eq(
		monitor_handover_start(&rig.m, &rig.m.now, on_done, why), 0);
	ck_assert_int_eq(rig.m.handover.state, HANDOVER_STARTING);
	ck_assert_int_eq(rig_hears(rig_worker(successor), &msg),
			 MSG_HANDOVER_FROM);
	ck_assert_int_eq(rig_hears(rig_worker(successor), &msg), MSG_PLUGINS);
	ck_assert_int_eq(rig_hears(rig_worker(successor), &msg), MSG_CONF);
}

/* SENDING */
static void move(void)
{
	rig_says(rig_worker(successor), MSG_HANDOVER_READY, 0, NULL);
	rig_turn();
	ck_assert_int_eq(rig.m.handover.state, HANDOVER_SENDING);
	ck_assert_int_eq(rig_hears(rig_worker(old), &msg), MSG_HANDOVER_TO);
}

/* The old worker serves on. */
static void assert_failed(const char *why)
{
	ck_assert_uint_eq(done, 1);
	ck_assert_msg(strstr(said, why), "%s", said);
	ck_assert_ptr_eq(rig.m.worker, old);
	ck_assert(successor->state == WORKER_KILLED ||
		  successor->state == WORKER_NONE);
	ck_assert_int_eq(rig.m.handover.sock, -1);
}

START_TEST(succeeds)
{
	rig_init("");
	begin();
	move();
	rig_says(rig_worker(successor), MSG_READY, 0, "");
	rig_turn();
	ck_assert_uint_eq(done, 1);
	ck_assert_str_eq(said, "");
	ck_assert_ptr_eq(rig.m.worker, successor);
	ck_assert_int_eq(successor->state, WORKER_READY);
	ck_assert_int_eq(old->state, WORKER_LEAVING);
	rig_ends(old, 0);
	ck_assert_int_eq(old->state, WORKER_NONE);
	ck_assert(!ev_is_active(&old->limit));
	ck_assert_uint_eq(rig.m.starts, 2);
	rig_fini();
}
END_TEST

START_TEST(old_one_does_not_leave)
{
	rig_init("");
	begin();
	move();
	rig_says(rig_worker(successor), MSG_READY, 0, "");
	rig_turn();
	rig_limit(&old->limit);
	ck_assert_int_eq(old->state, WORKER_KILLED);
	ck_assert_int_eq(successor->state, WORKER_READY);
	rig_fini();
}
END_TEST

START_TEST(successor_refuses_the_configuration)
{
	rig_init("");
	begin();
	rig_says(rig_worker(successor), MSG_READY, msg.id, "no such plugin");
	rig_turn();
	assert_failed("no such plugin");
	ck_assert_int_eq(old->state, WORKER_READY);
	rig_fini();
}
END_TEST

/* A successor that is ready before it has the sessions: they would be lost. */
START_TEST(ready_without_sessions)
{
	rig_init("");
	begin();
	rig_says(rig_worker(successor), MSG_READY, msg.id, "");
	rig_turn();
	ck_assert_int_eq(successor->state, WORKER_KILLED);
	ck_assert_ptr_eq(rig.m.worker, old);
	rig_ends(successor, SIGKILL);
	assert_failed("has ended");
	rig_fini();
}
END_TEST

START_TEST(willing_twice)
{
	rig_init("");
	begin();
	move();
	rig_says(rig_worker(successor), MSG_HANDOVER_READY, 0, NULL);
	rig_turn();
	ck_assert_int_eq(successor->state, WORKER_KILLED);
	rig_ends(successor, SIGKILL);
	assert_failed("has ended");
	rig_fini();
}
END_TEST

START_TEST(old_one_fails)
{
	rig_init("");
	begin();
	move();
	rig_says(rig_worker(old), MSG_HANDOVER_FAILED, 0, "cannot");
	rig_turn();
	assert_failed("cannot");
	ck_assert_int_eq(old->state, WORKER_READY);
	rig_fini();
}
END_TEST

/* HANDOVER_FAILED without a reason is a malformed message. */
START_TEST(old_one_fails_silently)
{
	rig_init("");
	begin();
	move();
	rig_says(rig_worker(old), MSG_HANDOVER_FAILED, 0, "");
	rig_turn();
	ck_assert_int_eq(old->state, WORKER_KILLED);
	rig_fini();
}
END_TEST

START_TEST(successor_ends)
{
	for (int moving = 0; moving < 2; moving++) {
		rig_init("");
		begin();
		if (moving)
			move();
		rig_ends(successor, SIGSEGV);
		assert_failed("has ended");
		ck_assert_int_eq(old->state, WORKER_READY);
		rig_fini();
	}
}
END_TEST

/* Its sessions may have gone over already. */
START_TEST(old_one_ends_and_all_is_well)
{
	rig_init("");
	begin();
	move();
	rig_ends(old, 0);
	ck_assert_uint_eq(done, 0);
	ck_assert_int_eq(rig.m.handover.state, HANDOVER_SENDING);
	rig_says(rig_worker(successor), MSG_READY, 0, "");
	rig_turn();
	ck_assert_uint_eq(done, 1);
	ck_assert_ptr_eq(rig.m.worker, successor);
	ck_assert(!ev_is_active(&old->limit));
	rig_fini();
}
END_TEST

/* Both workers have ended: a new one starts without sessions. */
START_TEST(both_end)
{
	rig_init("");
	begin();
	move();
	rig_ends(old, 0);
	rig_ends(successor, SIGSEGV);
	assert_failed("has ended");
	ck_assert(rig_logged("starting another"));
	rig_limit(&rig.m.worker->limit);
	ck_assert_int_eq(rig.m.worker->state, WORKER_STARTING);
	rig_fini();
}
END_TEST

START_TEST(not_now)
{
	char why[200];

	rig_init("");
	begin();
	move();
	rig_says(rig_worker(successor), MSG_READY, 0, "");
	rig_turn();
	/* The old one is still there. */
	ck_assert(monitor_handover_start(&rig.m, &rig.m.now, on_done, why));
	ck_assert_msg(strstr(why, "still ending"), "%s", why);
	rig_ends(old, 0);
	rig.no_children = true;
	ck_assert(monitor_handover_start(&rig.m, &rig.m.now, on_done, why));
	ck_assert_msg(strstr(why, "cannot start"), "%s", why);
	rig.no_children = false;
	rig.m.draining = true;
	ck_assert(monitor_handover_start(&rig.m, &rig.m.now, on_done, why));
	ck_assert_msg(strstr(why, "draining"), "%s", why);
	rig.m.draining = false;
	ck_assert_int_eq(rig.m.handover.state, HANDOVER_NONE);
	rig_fini();
}
END_TEST

SUITE("monitor/handover", succeeds, old_one_does_not_leave,
      successor_refuses_the_configuration, ready_without_sessions,
      willing_twice, old_one_fails, old_one_fails_silently, successor_ends,
      old_one_ends_and_all_is_well, both_end, not_now)
