/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_ask_test.c - what the commands that ask an agent ask, and what they
 * print. */
#include "adit/user.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The object that was asked for, word by word. */
static void asked(const char *request)
{
	ck_assert_str_eq(canned_asked(&user_agent), request);
	canned_close(&user_agent);
}

START_TEST(start_and_stop)
{
	user_open();
	USER_ANSWERS("{\"answer\": {\"text\": \"forwarding\\u001b[2J\"}}");
	user_runs(cmd_start, CLI_OK);
	ck_assert_str_eq(stage_out, "forwarding\\x1b[2J\n");
	asked("{\"command\":\"start\"}");
	USER_ANSWERS("{\"answer\": {\"text\": \"\"}}");
	user_runs(cmd_stop, CLI_OK);
	ck_assert_str_eq(stage_out, "");
	asked("{\"command\":\"stop\"}");
	USER_ANSWERS("{\"answer\": {\"text\": \"done\"}}");
	json_decref(user_runs_json(cmd_stop, CLI_OK));
	ck_assert_str_eq(stage_out, "{\n  \"text\": \"done\"\n}\n");
	asked("{\"command\":\"stop\"}");
	user_close();
}
END_TEST

static void fails_as(json_t *o, const char *code, const char *part)
{
	ck_assert_str_eq(json_string_value(json_object_get(o, "code")), code);
	STAGE_HAS(json_string_value(json_object_get(o, "error")), part);
	json_decref(o);
}

START_TEST(refused)
{
	user_open();
	USER_ANSWERS("{\"error\": \"not \\u0007now\"}");
	user_runs(cmd_start, CLI_FAILED);
	ck_assert_str_eq(stage_err, "adit: not \\x07now\n");
	canned_close(&user_agent);
	USER_ANSWERS("{\"error\": \"not now\"}");
	fails_as(user_runs_json(cmd_start, CLI_FAILED), "refused", "not now");
	canned_close(&user_agent);
	USER_ANSWERS("{\"answer\": 7}");
	fails_as(user_runs_json(cmd_start, CLI_FAILED), "failed",
		 "this version of adit does not");
	canned_close(&user_agent);
	user_close();
}
END_TEST

START_TEST(no_agent_runs)
{
	user_open();
	fails_as(user_runs_json(cmd_start, CLI_FAILED), "not-running",
		 "no agent is running");
	user_runs(cmd_down, CLI_OK);
	ck_assert_str_eq(stage_out, "not running\n");
	json_decref(user_runs_json(cmd_down, CLI_OK));
	ck_assert_str_eq(stage_out, "{}\n");
	user_close();
}
END_TEST

/* The agent's socket is found even if there are mistakes in the rest of the
 * file. */
START_TEST(mistakes_in_the_file)
{
	user_open();
	user_ini("colour = blue\n");
	USER_ANSWERS("{\"answer\": {\"text\": \"forwarding\"}}");
	user_runs(cmd_start, CLI_OK);
	ck_assert_str_eq(stage_err, "");
	canned_close(&user_agent);
	/* Where none is found, the mistake may be the reason. */
	fails_as(user_runs_json(cmd_start, CLI_USAGE), "config", "colour");
	user_runs(cmd_down, CLI_USAGE);
	STAGE_HAS(stage_err, "adit.ini:5: ");
	user_close();
}
END_TEST

START_TEST(reload_says_what_changed)
{
	user_open();
	USER_ANSWERS("{\"answer\": {\"changed\": [], \"kept\": []}}");
	user_runs(cmd_reload, CLI_OK);
	ck_assert_str_eq(stage_out, "nothing has changed\n");
	canned_close(&user_agent);
	USER_ANSWERS("{\"answer\": {\"changed\": [\"pin\", \"listen a\\nb\"], "
		     "\"kept\": [\"user\"]}}");
	user_runs(cmd_reload, CLI_OK);
	STAGE_HAS(stage_out, "changed: pin, listen a\\x0ab\n");
	STAGE_HAS(stage_out, "adit down and adit up: user\n");
	asked("{\"command\":\"reload\"}");
	user_close();
}
END_TEST

/* adit down returns only when the agent's process is gone. */
START_TEST(down_waits_for_the_end)
{
	user_open();
	USER_ANSWERS("{\"answer\": {\"pid\": 12}}");
	user_runs(cmd_down, CLI_OK);
	ck_assert_str_eq(stage_out, "");
	ck_assert_int_ne(access(stage_path("sock"), F_OK), 0);
	asked("{\"command\":\"down\"}");
	user_close();
}
END_TEST

START_TEST(resources_are_a_table)
{
	user_open();
	USER_ANSWERS("{\"answer\": {\"resources\": []}}");
	user_runs(cmd_resources, CLI_OK);
	ck_assert_str_eq(stage_out, "no resources\n");
	canned_close(&user_agent);
	USER_ANSWERS(
		"{\"answer\": {\"socks\": \"127.0.0.1:1080\", \"resources\": ["
		"{\"name\": \"db\", \"kind\": \"host\", \"ports\": [5432], "
		"\"listen\": [\"127.77.1.2:5432\"], \"state\": \"ready\", "
		"\"detail\": null}, {\"name\": \"wiki\", \"kind\": \"url\", "
		"\"url\": \"https://wiki.example/\", \"ports\": [443], "
		"\"listen\": [], \"state\": \"ready\", \"detail\": null}]}}");
	user_runs(cmd_resources, CLI_OK);
	STAGE_HAS(stage_out,
		  "RESOURCE  KIND  PORTS  LISTEN           STATE  DETAIL\n"
		  "db        host  5432   127.77.1.2:5432  ready  -\n");
	STAGE_HAS(stage_out, "Web-Links:\n  wiki  https://wiki.example/\n");
	asked("{\"command\":\"resources\"}");
	user_close();
}
END_TEST

START_TEST(map_prints_addresses)
{
	static char resource[] = "any", host[] = "db1.example";
	char *words[] = { resource, host, NULL };

	user_open();
	user.word = words;
	user.nwords = 2;
	USER_ANSWERS("{\"answer\": {\"listen\": [\"127.77.1.3:22\", 7, "
		     "\"127.77.1.3:80\"]}}");
	user_runs(cmd_map, CLI_OK);
	ck_assert_str_eq(stage_out, "127.77.1.3:22\n127.77.1.3:80\n");
	asked("{\"command\":\"map\",\"resource\":\"any\",\"host\":"
	      "\"db1.example\"}");
	user_close();
}
END_TEST

SUITE("adit/cmd_ask", start_and_stop, refused, no_agent_runs,
      mistakes_in_the_file, reload_says_what_changed, down_waits_for_the_end,
      resources_are_a_table, map_prints_addresses)
