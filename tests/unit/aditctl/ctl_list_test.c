/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_list_test.c - what the commands that need a running aditd ask, and
 * print. */
#include "aditctl/admin.h"
#include "suite.h"

#include <string.h>

START_TEST(sessions)
{
	admin_open();
	ADMIN_ANSWERS(
		"{\"draining\": true, \"sessions\": [{\"session_number\": 3, "
		"\"session\": 99, \"user\": \"al\\u001be\", \"gateway\": "
		"\"main\", \"source\": \"10.1.2.3:5000\", \"state\": "
		"\"some\", \"since\": 1000000000, \"idle_s\": 61, "
		"\"channels\": 2, \"to_server\": 1025, \"to_client\": 0}]}");
	admin_runs(ctl_sessions, CTL_OK);
	STAGE_HAS(stage_out,
		  "SESSION  USER     FROM      STATE       SINCE  IDLE  "
		  "CHANNELS  KIB IN  KIB OUT\n"
		  "      3  al\\x1be  10.1.2.3  some   2001-09-09    1m  "
		  "       2       2        0\n");
	STAGE_HAS(stage_out, "draining: no new sessions");
	STAGE_HAS_NOT(stage_out, "GATEWAY");
	admin_asked("{\"command\":\"sessions\"}");
	canned_close(&admin_gateway);
	admin.wide = true;
	admin.gateway = "main";
	ADMIN_ANSWERS("{\"sessions\": []}");
	admin_runs(ctl_sessions, CTL_OK);
	STAGE_HAS(stage_out, "GATEWAY");
	STAGE_HAS_NOT(stage_out, "draining");
	admin_asked("{\"command\":\"sessions\",\"gateway\":\"main\"}");
	canned_close(&admin_gateway);
	admin_close();
}
END_TEST

START_TEST(channels)
{
	admin_open();
	ADMIN_ANSWERS("{\"channels\": [{\"session_number\": 3, \"channel\": 5, "
		      "\"user\": \"alice\", \"resource\": \"db\", "
		      "\"destination\": \"10.1.1.10:5432\"}]}");
	admin_runs(ctl_channels, CTL_OK);
	STAGE_HAS(stage_out, "3/5  alice  db        10.1.1.10:5432");
	admin_asked("{\"command\":\"channels\"}");
	canned_close(&admin_gateway);
	ADMIN_ANSWERS("{\"channels\": []}");
	json_decref(admin_runs_json(ctl_channels, CTL_OK));
	ck_assert_str_eq(stage_out, "{\n  \"channels\": []\n}\n");
	canned_close(&admin_gateway);
	admin_close();
}
END_TEST

START_TEST(stats_and_plugins)
{
	admin_open();
	ADMIN_ANSWERS("{\"sessions\": 4}");
	admin_runs(ctl_stats, CTL_OK);
	STAGE_HAS(stage_out, "sessions                  4\n");
	admin_asked("{\"command\":\"stats\"}");
	canned_close(&admin_gateway);
	ADMIN_ANSWERS("{\"plugins\": [{\"name\": \"ftp\", \"version\": \"1\", "
		      "\"summary\": \"FTP\", \"file\": \"/x/ftp.so\"}]}");
	admin_runs(ctl_plugins, CTL_OK);
	STAGE_HAS(stage_out, "NAME  VERSION  WHAT IT IS\nftp   1        FTP\n");
	canned_close(&admin_gateway);
	admin.wide = true;
	ADMIN_ANSWERS("{\"plugins\": [{\"name\": \"ftp\", \"file\": "
		      "\"/x/ftp.so\"}]}");
	admin_runs(ctl_plugins, CTL_OK);
	STAGE_HAS(stage_out, "/x/ftp.so\n");
	canned_close(&admin_gateway);
	admin_close();
}
END_TEST

START_TEST(kick)
{
	admin_open();
	admin_word("alice");
	ADMIN_ANSWERS("{\"kicked\": 1}");
	admin_runs(ctl_kick, CTL_OK);
	ck_assert_str_eq(stage_out, "alice: 1 session ended\n");
	admin_asked("{\"command\":\"kick\",\"what\":\"alice\"}");
	canned_close(&admin_gateway);
	ADMIN_ANSWERS("{\"kicked\": 2}");
	admin_runs(ctl_kick, CTL_OK);
	ck_assert_str_eq(stage_out, "alice: 2 sessions ended\n");
	canned_close(&admin_gateway);
	ADMIN_ANSWERS("{\"kicked\": 0}");
	admin_runs(ctl_kick, CTL_FAILED);
	STAGE_HAS(stage_err, "no user or session of this name");
	canned_close(&admin_gateway);
	ADMIN_ANSWERS("{\"kicked\": 0}");
	json_decref(admin_runs_json(ctl_kick, CTL_FAILED));
	canned_close(&admin_gateway);
	admin_close();
}
END_TEST

START_TEST(reload)
{
	admin_open();
	ADMIN_ANSWERS("{\"reloaded\": true, \"warnings\": [\"a\\u001b\", 7]}");
	admin_runs(ctl_reload, CTL_OK);
	STAGE_HAS(stage_out, "the new configuration is in force\n");
	ck_assert_str_eq(stage_err, "a\\x1b\n\n");
	admin_asked("{\"command\":\"reload\"}");
	canned_close(&admin_gateway);
	admin_close();
}
END_TEST

START_TEST(upgrade)
{
	admin_open();
	ADMIN_ANSWERS("{\"version\": \"9.9\"}");
	admin_runs(ctl_upgrade, CTL_OK);
	ck_assert_str_eq(stage_out, "aditd 9.9 has taken over\n");
	admin_asked("{\"command\":\"upgrade\"}");
	canned_close(&admin_gateway);
	admin.force = true;
	ADMIN_ANSWERS("{\"version\": \"9.9\", \"sessions_lost\": \"why\\n\"}");
	admin_runs(ctl_upgrade, CTL_OK);
	STAGE_HAS(stage_out, "why\\x0a\n");
	admin_asked("{\"command\":\"upgrade\",\"force\":true}");
	canned_close(&admin_gateway);
	admin_close();
}
END_TEST

START_TEST(drain)
{
	admin_open();
	admin.timeout = "30m";
	ADMIN_ANSWERS("{\"sessions\": 2, \"channels\": 3}");
	admin_runs(ctl_drain, CTL_OK);
	STAGE_HAS(stage_out, "sessions: 2, channels: 3; ");
	admin_asked("{\"command\":\"drain\",\"timeout_ms\":1800000}");
	canned_close(&admin_gateway);
	/* Nobody is asked. */
	admin.timeout = "soon";
	admin_fails(ctl_drain, "usage", "--timeout soon");
	admin_close();
}
END_TEST

START_TEST(no_aditd_runs)
{
	static int (*const all[])(const struct ctl *) = {
		ctl_sessions, ctl_channels, ctl_stats,   ctl_plugins,
		ctl_kick,     ctl_reload,   ctl_upgrade, ctl_drain,
	};

	admin_open();
	admin_word("alice");
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		admin_fails(all[i], "not-running", "nobody listens");
	admin_close();
}
END_TEST

SUITE("aditctl/ctl_list", sessions, channels, stats_and_plugins, kick, reload,
      upgrade, drain, no_aditd_runs)
