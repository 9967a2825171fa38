/* SPDX-License-Identifier: BSD-2-Clause */
/* user.c - somebody who types commands of adit. */
#include "adit/user.h"

#include <check.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cli user;
struct canned user_agent;

void user_open(void)
{
	stage_open();
	setenv("XDG_CONFIG_HOME", stage_path("config"), 1);
	setenv("XDG_STATE_HOME", stage_path("state"), 1);
	setenv("XDG_RUNTIME_DIR", stage_path("run"), 1);
	unsetenv("https_proxy");
	unsetenv("HTTPS_PROXY");
	user = (struct cli){ .word = NULL };
	user_ini("");
}

void user_close(void)
{
	stage_close();
}

void user_ini(const char *more)
{
	static char file[200];
	char text[1000];

	snprintf(file, sizeof file, "%s", stage_path("adit.ini"));
	user.flags.file = file;
	snprintf(text, sizeof text,
		 "[agent]\n"
		 "gateway = vpn.example\n"
		 "user = alice\n"
		 "control = %s\n"
		 "%s",
		 stage_path("sock"), more);
	stage_write("adit.ini", text);
}

void user_answers(const char *const *answers)
{
	canned_open(&user_agent, &control_agent, stage_path("sock"), answers);
}

void user_runs(int (*command)(const struct cli *), int status)
{
	int got;

	cli_errors_as_json(user.json);
	stage_begin();
	got = command(&user);
	stage_end();
	ck_assert_msg(got == status, "status %d, not %d:\n%s%s", got, status,
		      stage_out, stage_err);
}

json_t *user_runs_json(int (*command)(const struct cli *), int status)
{
	json_error_t e;
	json_t *o;

	user.json = true;
	user_runs(command, status);
	user.json = false;
	o = json_loads(stage_out, 0, &e);
	ck_assert_msg(json_is_object(o), "no object: %s", stage_out);
	return o;
}
