/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_list_test.c - which configurations a user has, and which are up. */
#include "adit/user.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The folder of a user with adit.ini, work.ini and broken.ini. */
static void make_files(void)
{
	char text[300];

	ck_assert_int_eq(mkdir(stage_path("config"), 0700), 0);
	ck_assert_int_eq(mkdir(stage_path("config/adit"), 0700), 0);
	stage_write("config/adit/adit.ini",
		    "[agent]\ngateway = vpn.example\nuser = alice\n");
	snprintf(text, sizeof text,
		 "[agent]\ngateway = work.example\nuser = bob\n"
		 "control = %s\n",
		 stage_path("sock"));
	stage_write("config/adit/work.ini", text);
	stage_write("config/adit/broken.ini", "[agent]\ncolour = blue\n");
	user.flags.file = NULL;
}

static const json_t *row_named(const json_t *all, const char *name)
{
	const json_t *rows = json_object_get(all, "profiles"), *row;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const char *found;

		row = json_array_get(rows, i);
		found = json_string_value(json_object_get(row, "name"));
		if (name ? found && !strcmp(found, name) : !found)
			return row;
	}
	ck_abort_msg("%s is missing: %s", name ? name : "adit.ini", stage_out);
}

static void row_is(const json_t *row, const char *key, const char *value)
{
	ck_assert_pstr_eq(json_string_value(json_object_get(row, key)), value);
}

START_TEST(files_and_agents)
{
	const json_t *row;
	json_t *all;

	user_open();
	make_files();
	USER_ANSWERS("{\"answer\": {\"state\": \"stopped\", \"gateway\": "
		     "\"other.example:443\", \"user\": \"carol\"}}");
	all = user_runs_json(cmd_list, CLI_OK);
	canned_close(&user_agent);
	row = row_named(all, NULL);
	row_is(row, "state", "down");
	row_is(row, "gateway", "vpn.example:443");
	row_is(row, "user", "alice");
	row_is(row, "error", NULL);
	ck_assert_str_eq(json_string_value(json_array_get(
				 json_object_get(row, "files"), 0)),
			 stage_path("config/adit/adit.ini"));
	/* What a running agent says counts, not what its file says now. */
	row = row_named(all, "work");
	row_is(row, "state", "stopped");
	row_is(row, "gateway", "other.example:443");
	row_is(row, "user", "carol");
	row = row_named(all, "broken");
	row_is(row, "gateway", NULL);
	STAGE_HAS(json_string_value(json_object_get(row, "error")),
		  "broken.ini:2: ");
	json_decref(all);
	user_close();
}
END_TEST

START_TEST(for_people)
{
	user_open();
	make_files();
	user_runs(cmd_list, CLI_OK);
	STAGE_HAS(stage_out, "NAME    STATE  GATEWAY           USER   FILES\n");
	STAGE_HAS(stage_out, "-       down   vpn.example:443   alice  /tmp/");
	STAGE_HAS(stage_out, "\nwork    down   work.example:443  bob    /tmp/");
	STAGE_HAS(stage_out, "broken.ini:2: ");
	user_close();
}
END_TEST

START_TEST(nothing_there)
{
	user_open();
	user.flags.file = NULL;
	user_runs(cmd_list, CLI_OK);
	STAGE_HAS(stage_out, "there is no adit.ini");
	user.nwords = 1;
	user_runs(cmd_list, CLI_USAGE);
	user_close();
}
END_TEST

SUITE("adit/cmd_list", files_and_agents, for_people, nothing_there)
