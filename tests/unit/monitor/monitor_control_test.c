/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_control_test.c - which command of aditctl is answered by whom. */
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

SUITE("monitor/control", by_the_worker, unknown, drain_while_busy)
