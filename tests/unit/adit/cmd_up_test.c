/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_up_test.c - adit up: what it needs, and what it does where an agent
 * runs. */
#include "adit/user.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* `adit up`.  The agent that it starts goes on as a copy of this test: it ends
 * here. */
static int up(const struct cli *cli)
{
	pid_t this = getpid();
	int status = cmd_up(cli);

	if (getpid() != this)
		_exit(status);
	return status;
}

START_TEST(incomplete)
{
	user_open();
	stage_write("adit.ini", "[agent]\nuser = alice\n");
	user_runs(up, CLI_USAGE);
	STAGE_HAS(stage_err, "no gateway is configured");
	STAGE_HAS(stage_err, "--gateway");
	stage_write("adit.ini", "[agent]\ngateway = vpn.example\n");
	user_runs(up, CLI_USAGE);
	STAGE_HAS(stage_err, "no user is configured");
	stage_write("adit.ini", "[agent]\ncolour = blue\n");
	user_runs(up, CLI_USAGE);
	STAGE_HAS(stage_err, "adit.ini:2: ");
	user_close();
}
END_TEST

/* `adit up` where an agent with this state runs. */
static void already(const char *state, const char *reason)
{
	char text[400];

	snprintf(text, sizeof text,
		 "{\"answer\": {\"state\": \"%s\", \"gateway\": "
		 "\"vpn.example:443\", \"user\": \"alice\", \"reason\": "
		 "\"%s\"}}",
		 state, reason);
	USER_ANSWERS(text);
	user_runs(up, CLI_OK);
	ck_assert_str_eq(canned_asked(&user_agent), "{\"command\":\"status\"}");
	canned_close(&user_agent);
}

START_TEST(already_up)
{
	user_open();
	already("connected", "");
	ck_assert_str_eq(stage_out, "already up: vpn.example:443 as alice\n");
	already("reconnecting", "no \\u001b route");
	STAGE_HAS(stage_out, "trying again: no \\x1b route\n");
	already("stopped", "");
	STAGE_HAS(stage_out, "adit start\n");
	user.json = true;
	already("connected", "");
	STAGE_HAS(stage_out, "\"state\": \"connected\"");
	user_close();
}
END_TEST

/* An agent that was kicked ends, and another one logs in: here it cannot, since
 * no gateway is there. */
START_TEST(another_login)
{
	user_open();
	user.flags.gateway = "127.0.0.1:1";
	user.flags.once = true;
	user.password_stdin = true;
	stage_type("secret\n");
	USER_ANSWERS("{\"answer\": {\"state\": \"login\", \"reason\": "
		     "\"an administrator ended the session\"}}",
		     "{\"answer\": {\"pid\": 1}}");
	user_runs(up, CLI_FAILED);
	STAGE_HAS(stage_out,
		  "logging in again: an administrator ended the session\n");
	STAGE_HAS(stage_err, "127.0.0.1:1");
	ck_assert_str_eq(canned_asked(&user_agent), "{\"command\":\"status\"}");
	ck_assert_str_eq(canned_asked(&user_agent), "{\"command\":\"down\"}");
	canned_close(&user_agent);
	user_close();
}
END_TEST

START_TEST(no_gateway)
{
	json_t *o;

	user_open();
	user.flags.gateway = "127.0.0.1:1";
	user.flags.once = true;
	user.password_stdin = true;
	stage_type("secret\n");
	o = user_runs_json(up, CLI_FAILED);
	ck_assert_str_eq(json_string_value(json_object_get(o, "code")),
			 "refused");
	json_decref(o);
	/* Without a password nothing is started. */
	stage_type("");
	user_runs(up, CLI_FAILED);
	STAGE_HAS(stage_err, "the password is empty");
	user_close();
}
END_TEST

/* ---- the password of a proxy --------------------------------------------- */

static int proxy_password(const char *user_of_proxy, const char *text)
{
	struct agent_conf conf = { .proxy_password_file = NULL };
	char path[200];
	int status;

	snprintf(path, sizeof path, "%s", stage_path("proxy"));
	snprintf(conf.via.user, sizeof conf.via.user, "%s", user_of_proxy);
	conf.proxy_password_file = path;
	stage_write("proxy", text);
	stage_begin();
	status = cli_proxy_password(&conf);
	stage_end();
	if (!status)
		STAGE_HAS(text, conf.via.password);
	return status;
}

START_TEST(password_of_a_proxy)
{
	char text[sizeof((struct proxy *)NULL)->password + 1];

	stage_open();
	ck_assert_int_eq(proxy_password("carol", "hidden\n"), CLI_OK);
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = 0;
	ck_assert_int_eq(proxy_password("carol", text), CLI_USAGE);
	STAGE_HAS(stage_err, "the password has more than ");
	text[sizeof text - 2] = 0;
	ck_assert_int_eq(proxy_password("carol", text), CLI_OK);
	ck_assert_int_eq(proxy_password("carol", ""), CLI_FAILED);
	/* Of another proxy than the present one. */
	ck_assert_int_eq(proxy_password("", ""), CLI_OK);
	stage_close();
}
END_TEST

SUITE("adit/cmd_up", incomplete, already_up, another_login, no_gateway,
      password_of_a_proxy)
