/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_control_test.c - which command is answered by whom, and the state of the
 * gateway as status and stats have it. */
#include "monitor_rig.h"

#include "suite.h"

#include <string.h>

static struct msg msg;

static bool is_forwarded(const char *command)
{
	char request[64];

	snprintf(request, sizeof request, "{\"command\":\"%s\"}", command);
	rig_ask(1, request);
	return rig_hears(rig_worker(rig.m.worker), &msg) == MSG_CONTROL;
}

START_TEST(by_the_worker)
{
	static const char *const all[] = { "sessions",  "channels", "kick",
					   "kick_user", "recheck",  "stats",
					   "status",    "plugins",  "record",
					   "recorded",  "drain" };

	rig_init("");
	rig_start();
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		ck_assert_msg(is_forwarded(all[i]), "%s", all[i]);
	rig_fini();
}
END_TEST

START_TEST(unknown)
{
	rig_init("");
	rig_start();
	rig_ask(1, "{\"command\":\"dance\"}");
	ck_assert_msg(strstr(rig_reply(1), "no command \\\"dance\\\""), "%s",
		      rig_reply(1));
	rig_ask(1, "{\"command\":7}");
	ck_assert_msg(strstr(rig_reply(1), "no command"), "%s", rig_reply(1));
	rig_ask(1, "{}");
	ck_assert_msg(strstr(rig_reply(1), "no command"), "%s", rig_reply(1));
	rig_fini();
}
END_TEST

START_TEST(drain_while_busy)
{
	rig_init("");
	monitor_worker_start(&rig.m);
	rig_ask(1, "{\"command\":\"drain\"}");
	ck_assert(!rig.m.draining);
	ck_assert_msg(strstr(rig_reply(1), "try again"), "%s", rig_reply(1));
	rig_fini();
}
END_TEST

static void assert_status(const char *has)
{
	ck_assert_msg(strstr(rig_reply(1), has), "%s", rig_reply(1));
}

START_TEST(status_without_a_worker)
{
	rig_init("");
	rig_ask(1, "{\"command\":\"status\"}");
	assert_status("\"state\":\"starting\"");
	assert_status("\"sessions\":null");
	assert_status("\"worker_pid\":null");
	assert_status("\"gateway\":\"one\"");
	assert_status("\"state\":\"valid\"");
	assert_status("\"current\":true");
	rig_fini();
}
END_TEST

static void answered_status(const char *is)
{
	ck_assert(is_forwarded("status"));
	rig_replies(rig_worker(rig.m.worker), msg.id,
		    "{\"sessions\":3,\"warnings\":[{\"text\":\"w\"}]}");
	rig_turn();
	assert_status("\"sessions\":3");
	assert_status(is);
}

START_TEST(status_with_a_worker)
{
	rig_init("");
	rig_start();
	answered_status("\"state\":\"running\"");
	assert_status("\"text\":\"w\"");
	assert_status("\"worker_starts\":1");
	rig_write("users", "alice:!:staff\nbob:!:staff\n");
	answered_status("\"current\":true");
	rig_configure("# changed\n");
	answered_status("\"current\":false");
	rig.m.draining = true;
	answered_status("\"state\":\"draining\"");
	rig_fini();
}
END_TEST

START_TEST(stats_of_both)
{
	rig_init("");
	rig_start();
	ck_assert(is_forwarded("stats"));
	rig_replies(rig_worker(rig.m.worker), msg.id, "{\"sessions\":3}");
	rig_turn();
	assert_status("\"logins\":{\"accepted\":0");
	assert_status("\"listeners\":[{\"address\":\"127.0.0.1:");
	assert_status("\"draining\":false");
	rig_fini();
}
END_TEST

START_TEST(busy)
{
	rig_init("");
	ck_assert_ptr_nonnull(monitor_status_busy(&rig.m));
	rig_start();
	ck_assert_ptr_null(monitor_status_busy(&rig.m));
	rig.m.handover.state = HANDOVER_MOVING;
	ck_assert_ptr_nonnull(monitor_status_busy(&rig.m));
	rig.m.handover.state = HANDOVER_NONE;
	rig.m.reload.state = RELOAD_READING;
	ck_assert_ptr_nonnull(monitor_status_busy(&rig.m));
	rig.m.reload.state = RELOAD_NONE;
	rig.m.ending = true;
	ck_assert_str_eq(monitor_status_busy(&rig.m), "aditd is ending");
	rig_fini();
}
END_TEST

SUITE("monitor/control", by_the_worker, unknown, drain_while_busy,
      status_without_a_worker, status_with_a_worker, stats_of_both, busy)
