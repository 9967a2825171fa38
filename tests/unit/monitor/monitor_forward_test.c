/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_forward_test.c - commands on their way to the worker and back. */
#include "monitor_rig.h"

#include "suite.h"

#include <signal.h>
#include <string.h>

static struct msg msg;

START_TEST(there_and_back)
{
	struct rig_child *c;

	rig_init("");
	c = rig_start();
	rig_ask(1, "{\"command\":\"channels\"}");
	ck_assert_int_eq(rig_hears(c, &msg), MSG_CONTROL);
	rig_replies(c, msg.id, "{\"channels\":[]}");
	rig_turn();
	ck_assert_str_eq(rig_reply(1), "{\"channels\":[]}");
	rig_fini();
}
END_TEST

/* A list of sessions says whether new ones come. */
START_TEST(sessions_say_draining)
{
	struct rig_child *c;

	rig_init("");
	c = rig_start();
	rig_ask(1, "{\"command\":\"sessions\"}");
	ck_assert_int_eq(rig_hears(c, &msg), MSG_CONTROL);
	rig_replies(c, msg.id, "{\"sessions\":[]}");
	rig_turn();
	ck_assert_str_eq(rig_reply(1), "{\"sessions\":[],\"draining\":false}");
	rig_fini();
}
END_TEST

START_TEST(answers_in_any_order)
{
	struct rig_child *c;
	uint32_t first;

	rig_init("");
	c = rig_start();
	rig_ask(1, "{\"command\":\"kick\"}");
	rig_ask(2, "{\"command\":\"recheck\"}");
	ck_assert_int_eq(rig_hears(c, &msg), MSG_CONTROL);
	first = msg.id;
	ck_assert_int_eq(rig_hears(c, &msg), MSG_CONTROL);
	rig_replies(c, msg.id, "{\"two\":2}");
	rig_replies(c, first, "{\"one\":1}");
	rig_turn();
	ck_assert_str_eq(rig_reply(1), "{\"one\":1}");
	ck_assert_str_eq(rig_reply(2), "{\"two\":2}");
	rig_fini();
}
END_TEST

START_TEST(worker_ends)
{
	rig_init("");
	rig_start();
	rig_ask(1, "{\"command\":\"kick\"}");
	rig_ends(rig.m.worker, SIGSEGV);
	ck_assert_msg(strstr(rig_reply(1), "ended before it answered"), "%s",
		      rig_reply(1));
	rig_ask(1, "{\"command\":\"kick\"}");
	ck_assert_msg(strstr(rig_reply(1), "try again"), "%s", rig_reply(1));
	rig_fini();
}
END_TEST

START_TEST(too_many)
{
	rig_init("");
	rig_start();
	for (int i = 0; i < FORWARDS_MAX; i++) {
		rig_ask(1, "{\"command\":\"kick\"}");
		ck_assert_str_eq(rig_reply(1), "");
	}
	rig_ask(2, "{\"command\":\"kick\"}");
	ck_assert_msg(strstr(rig_reply(2), "too many"), "%s", rig_reply(2));
	rig_fini();
}
END_TEST

/* A web process that asks on and on leaves room for aditctl. */
START_TEST(the_web_process_leaves_room)
{
	rig_init("");
	rig_start();
	for (uint32_t i = 1; i <= 2 * FORWARDS_MAX; i++)
		monitor_web_asked(&rig.m, i);
	rig_ask(1, "{\"command\":\"channels\"}");
	ck_assert_str_eq(rig_reply(1), "");
	rig_fini();
}
END_TEST

/* The worker is killed for a malformed answer, and the client gets an error. */
START_TEST(answers_that_are_none)
{
	static const char *const text[] = { "", "[]", "nonsense",
					    "{\"a\":1}{\"b\":2}" };

	rig_init("");
	for (unsigned i = 0; i < ARRAY_LEN(text); i++) {
		struct rig_child *c = rig_start();

		rig_ask(i + 1, "{\"command\":\"kick\"}");
		ck_assert_int_eq(rig_hears(c, &msg), MSG_CONTROL);
		if (i)
			rig_replies(c, msg.id, text[i]);
		else
			rig_says(c, MSG_CONTROL_REPLY, msg.id, "no memfd");
		rig_turn();
		ck_assert_int_eq(rig.m.worker->state, WORKER_KILLED);
		rig_ends(rig.m.worker, SIGKILL);
		ck_assert_msg(strstr(rig_reply(i + 1), "error"), "%u: %s", i,
			      rig_reply(i + 1));
	}
	rig_fini();
}
END_TEST

/* The client asked before an upgrade, and is gone. */
START_TEST(answer_for_nobody)
{
	struct rig_child *c;

	rig_init("");
	c = rig_start();
	rig_replies(c, 12345, "{}");
	rig_turn();
	ck_assert_int_eq(rig.m.worker->state, WORKER_READY);
	ck_assert_uint_eq(rig.replies, 0);
	rig_fini();
}
END_TEST

SUITE("monitor/forward", there_and_back, sessions_say_draining,
      answers_in_any_order, worker_ends, too_many, the_web_process_leaves_room,
      answers_that_are_none, answer_for_nobody)
