/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_worker_test.c - starts of the worker, what it may say, and its ends. */
#include "monitor_rig.h"

#include "suite.h"

#include <signal.h>

static struct msg msg;

START_TEST(first_start)
{
	rig_init("");
	monitor_worker_start(&rig.m);
	ck_assert_int_eq(rig.m.worker->state, WORKER_STARTING);
	ck_assert_uint_eq(rig.m.starts, 1);
	ck_assert(!rig.m.announced);
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg),
			 MSG_PLUGINS);
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg), MSG_CONF);
	rig_says(rig_worker(rig.m.worker), MSG_READY, msg.id, "");
	rig_turn();
	ck_assert_int_eq(rig.m.worker->state, WORKER_READY);
	ck_assert(rig.m.announced);
	ck_assert(rig_logged("listening on 127.0.0.1:"));
	rig_fini();
}
END_TEST

START_TEST(first_start_is_refused)
{
	rig_init("");
	monitor_worker_start(&rig.m);
	rig_says(rig_worker(rig.m.worker), MSG_READY, 1, "f:1: no such thing");
	rig_turn();
	ck_assert(rig.m.ending);
	ck_assert_int_eq(rig.m.status, 2);
	ck_assert(rig_logged("f:1: no such thing"));
	rig_fini();
}
END_TEST

START_TEST(later_start_is_refused)
{
	rig_init("");
	rig_start();
	rig_ends(rig.m.worker, 0);
	rig_limit(&rig.m.worker->limit);
	rig_says(rig_worker(rig.m.worker), MSG_READY, 1, "no");
	rig_turn();
	ck_assert(!rig.m.ending);
	ck_assert_int_eq(rig.m.worker->state, WORKER_KILLED);
	rig_fini();
}
END_TEST

/* Each end is followed by another start, after a pause that grows. */
START_TEST(starts_again)
{
	double pause = 0;

	rig_init("");
	rig_start();
	for (int i = 0; i < 10; i++) {
		rig_ends(rig.m.worker, SIGSEGV);
		ck_assert_int_eq(rig.m.worker->state, WORKER_NONE);
		ck_assert(rig.m.worker->pause > pause ||
			  rig.m.worker->pause == 10.);
		pause = rig.m.worker->pause;
		rig_limit(&rig.m.worker->limit);
		ck_assert_int_eq(rig.m.worker->state, WORKER_STARTING);
	}
	ck_assert(rig_logged("starting another"));
	/* One that has lived for some time begins anew. */
	rig.m.worker->started -= 60;
	rig_ends(rig.m.worker, 0);
	ck_assert(rig.m.worker->pause < .2);
	ck_assert(!rig.m.ending);
	rig_fini();
}
END_TEST

START_TEST(gives_up_at_the_first_start)
{
	rig_init("");
	monitor_worker_start(&rig.m);
	for (int i = 0; i < 2; i++) {
		rig_ends(rig.m.worker, SIGSEGV);
		ck_assert(!rig.m.ending);
		rig_limit(&rig.m.worker->limit);
	}
	rig_ends(rig.m.worker, SIGSEGV);
	ck_assert(rig.m.ending);
	ck_assert_int_eq(rig.m.status, 1);
	ck_assert(rig_logged("gives up"));
	rig_fini();
}
END_TEST

START_TEST(cannot_be_started)
{
	rig_init("");
	rig.no_children = true;
	monitor_worker_start(&rig.m);
	ck_assert_int_eq(rig.m.worker->state, WORKER_NONE);
	ck_assert_int_eq(rig.m.worker->pid, 0);
	rig.no_children = false;
	rig_limit(&rig.m.worker->limit);
	ck_assert_int_eq(rig.m.worker->state, WORKER_STARTING);
	rig_fini();
}
END_TEST

START_TEST(not_ready_in_time)
{
	rig_init("");
	monitor_worker_start(&rig.m);
	rig_limit(&rig.m.worker->limit);
	ck_assert_int_eq(rig.m.worker->state, WORKER_KILLED);
	ck_assert(rig_logged("did not start in time"));
	rig_fini();
}
END_TEST

/* Messages that a worker must not send: it is killed for each. */
START_TEST(what_is_no_message)
{
	static const uint8_t types[] = { 0, MSG_READY, MSG_CONF,
					 MSG_HANDOVER_READY, 250 };

	rig_init("");
	for (size_t i = 0; i < sizeof types; i++) {
		rig_start();
		rig_says(rig_worker(rig.m.worker), types[i], 77, "");
		rig_turn();
		ck_assert_msg(rig.m.worker->state == WORKER_KILLED, "type %u",
			      types[i]);
		rig_ends(rig.m.worker, SIGKILL);
	}
	rig_fini();
}
END_TEST

/* A message about a handover that is over is ignored. */
START_TEST(late_word_about_a_handover)
{
	rig_init("");
	rig_says(rig_start(), MSG_HANDOVER_FAILED, 0, "no");
	rig_turn();
	ck_assert_int_eq(rig.m.worker->state, WORKER_READY);
	rig_fini();
}
END_TEST

START_TEST(end_after_drain)
{
	rig_init("");
	rig_start();
	rig_ask(1, "{\"command\":\"drain\"}");
	ck_assert(rig.m.draining);
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg),
			 MSG_CONTROL);
	/* Its last words are heard though nobody reads them in time. */
	rig_replies(rig_worker(rig.m.worker), msg.id, "{\"drained\":true}");
	rig_ends(rig.m.worker, 0);
	ck_assert_str_eq(rig_reply(1), "{\"drained\":true}");
	ck_assert(rig.m.ending);
	ck_assert_int_eq(rig.m.status, 0);
	rig_fini();
}
END_TEST

SUITE("monitor/worker", first_start, first_start_is_refused,
      later_start_is_refused, starts_again, gives_up_at_the_first_start,
      cannot_be_started, not_ready_in_time, what_is_no_message,
      late_word_about_a_handover, end_after_drain)
