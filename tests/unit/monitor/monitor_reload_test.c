/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_reload_test.c - each row of the table in monitor_reload.c. */
#include "monitor_rig.h"

#include "suite.h"

#include <signal.h>
#include <string.h>

static struct msg msg;
static struct rig_child *worker;
static struct monitor_config *before;

static void begin(const char *more)
{
	rig_init("");
	worker = rig_start();
	before = rig.m.now.config;
	rig_configure(more);
	rig_ask(1, "{\"command\":\"reload\"}");
}

/* ASKED; the message stands in msg. */
static void begin_asked(void)
{
	begin("");
	ck_assert_int_eq(rig.m.reload.state, RELOAD_ASKED);
	ck_assert_int_eq(rig_hears(worker, &msg), MSG_CONF);
	ck_assert_str_eq(rig_reply(1), "");
}

static void assert_refused(const char *why)
{
	ck_assert_int_eq(rig.m.reload.state, RELOAD_NONE);
	ck_assert_ptr_eq(rig.m.now.config, before);
	ck_assert_msg(strstr(rig_reply(1), "old configuration stays in force"),
		      "%s", rig_reply(1));
	ck_assert_msg(strstr(rig_reply(1), why), "%s", rig_reply(1));
	ck_assert_ptr_null(rig.m.reload.next.config);
	ck_assert_ptr_null(rig.m.reload.warn);
	ck_assert(!ev_is_active(&rig.m.reload.limit));
}

static void assert_accepted(void)
{
	ck_assert_int_eq(rig.m.reload.state, RELOAD_NONE);
	ck_assert_ptr_ne(rig.m.now.config, before);
	ck_assert_msg(strstr(rig_reply(1), "\"reloaded\":true"), "%s",
		      rig_reply(1));
}

START_TEST(accepted)
{
	begin_asked();
	rig_says(worker, MSG_READY, msg.id, "");
	rig_turn();
	assert_accepted();
	rig_fini();
}
END_TEST

START_TEST(wrong_files)
{
	begin("[nonsense]\n");
	assert_refused("nonsense");
	ck_assert_int_eq(rig_hears(worker, &msg), -1);
	ck_assert(rig_logged("call aditctl reload"));
	rig_fini();
}
END_TEST

/* Each line of its error is one for the administrator. */
START_TEST(worker_says_no)
{
	begin_asked();
	rig_says(worker, MSG_READY, msg.id, "f:1: one\nf:2: two");
	rig_turn();
	assert_refused("[\"f:1: one\",\"f:2: two\"]");
	ck_assert_int_eq(rig.m.worker->state, WORKER_READY);
	rig_fini();
}
END_TEST

START_TEST(worker_ends)
{
	begin_asked();
	rig_ends(rig.m.worker, SIGSEGV);
	assert_refused("the worker ended");
	rig_fini();
}
END_TEST

/* The worker may have taken the configuration or not, so it is killed. */
START_TEST(worker_says_nothing)
{
	begin_asked();
	rig_limit(&rig.m.reload.limit);
	ck_assert_int_eq(rig.m.worker->state, WORKER_KILLED);
	ck_assert_int_eq(rig.m.reload.state, RELOAD_ASKED);
	rig_ends(rig.m.worker, SIGKILL);
	assert_refused("the worker ended");
	rig_fini();
}
END_TEST

START_TEST(answer_to_another)
{
	begin_asked();
	rig_says(worker, MSG_READY, msg.id + 1, "");
	rig_turn();
	ck_assert_int_eq(rig.m.worker->state, WORKER_KILLED);
	rig_ends(rig.m.worker, SIGKILL);
	assert_refused("the worker ended");
	rig_fini();
}
END_TEST

/* What only a new worker can have: another number of threads. */
static struct worker_side *begin_handover(void)
{
	begin("threads = 3\n");
	ck_assert_int_eq(rig.m.reload.state, RELOAD_HANDOVER);
	ck_assert_int_eq(rig.m.handover.state, HANDOVER_STARTING);
	return monitor_other_side(&rig.m);
}

START_TEST(a_new_worker)
{
	struct worker_side *successor = begin_handover();

	rig_says(rig_worker(successor), MSG_HANDOVER_READY, 0, NULL);
	rig_turn();
	rig_says(rig_worker(successor), MSG_READY, 0, "");
	rig_turn();
	assert_accepted();
	ck_assert_ptr_eq(rig.m.worker, successor);
	rig_fini();
}
END_TEST

START_TEST(a_new_worker_fails)
{
	rig_ends(begin_handover(), SIGSEGV);
	assert_refused("the new worker has ended");
	rig_fini();
}
END_TEST

START_TEST(one_at_a_time)
{
	begin_asked();
	rig_ask(2, "{\"command\":\"reload\"}");
	ck_assert_msg(strstr(rig_reply(2), "a reload is under way"), "%s",
		      rig_reply(2));
	/* A signal is told nothing, and answers nobody. */
	monitor_reload_start(&rig.m, 0);
	ck_assert_str_eq(rig_reply(0), "");
	rig_says(worker, MSG_READY, msg.id, "");
	rig_turn();
	assert_accepted();
	rig_fini();
}
END_TEST

START_TEST(by_a_signal)
{
	rig_init("");
	worker = rig_start();
	before = rig.m.now.config;
	monitor_reload_start(&rig.m, 0);
	ck_assert_int_eq(rig_hears(worker, &msg), MSG_CONF);
	rig_says(worker, MSG_READY, msg.id, "");
	rig_turn();
	ck_assert_ptr_ne(rig.m.now.config, before);
	ck_assert_uint_eq(rig.replies, 0);
	rig_fini();
}
END_TEST

START_TEST(no_worker)
{
	rig_init("");
	monitor_worker_start(&rig.m);
	rig_ask(1, "{\"command\":\"reload\"}");
	ck_assert_msg(strstr(rig_reply(1), "try again"), "%s", rig_reply(1));
	rig_fini();
}
END_TEST

SUITE("monitor/reload", accepted, wrong_files, worker_says_no, worker_ends,
      worker_says_nothing, answer_to_another, a_new_worker, a_new_worker_fails,
      one_at_a_time, by_a_signal, no_worker)
