/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_why_test.c - who is asked what policy says, and how the answer is
 * printed. */
#include "aditctl/admin.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static void open_stage(const char *asked)
{
	admin_open();
	admin.as = "alice";
	admin_word(asked);
}

START_TEST(from_the_file)
{
	json_t *o;

	open_stage("10.1.1.10:5432");
	admin_runs(ctl_why, CTL_OK);
	STAGE_HAS(stage_out, "resource  db\n");
	STAGE_HAS(stage_out, "group     staff\n");
	STAGE_HAS(stage_out, "no aditd that runs with it was asked");
	admin_word("10.1.1.11:5432");
	o = admin_runs_json(ctl_why, CTL_FAILED);
	ck_assert(json_is_false(json_object_get(o, "allowed")));
	ck_assert(json_is_false(json_object_get(o, "running")));
	json_decref(o);
	admin.as = "bob";
	admin_word("db");
	admin_runs(ctl_why, CTL_FAILED);
	STAGE_HAS(stage_out, "the user is locked");
	admin.as = "carol";
	admin_runs(ctl_why, CTL_FAILED);
	STAGE_HAS(stage_out, "the users file has no such user");
	admin_close();
}
END_TEST

START_TEST(no_question)
{
	open_stage("nonsense");
	admin_fails(ctl_why, "usage", "nonsense");
	admin.as = NULL;
	admin_fails(ctl_why, "usage", "--as USER");
	admin_close();
}
END_TEST

START_TEST(from_the_one_that_runs)
{
	char request[400];

	open_stage("db");
	ADMIN_ANSWERS("{\"allowed\": true, \"what\": \"db \\u001b\", "
		      "\"resource\": \"db\", \"rule\": null}");
	admin_runs(ctl_why, CTL_OK);
	STAGE_HAS(stage_out, "db \\x1b\n");
	STAGE_HAS(stage_out, "resource  db\n");
	STAGE_HAS_NOT(stage_out, "rule");
	STAGE_HAS_NOT(stage_out, "note");
	snprintf(request, sizeof request,
		 "{\"command\":\"why\",\"user\":\"alice\",\"asked\":\"db\","
		 "\"file\":\"%s\"}",
		 stage_path("aditd.ini"));
	admin_asked(request);
	canned_close(&admin_gateway);
	/* It may run with another file; then this one is read. */
	ADMIN_ANSWERS("{\"file\": \"/x/aditd.ini\"}");
	admin_runs(ctl_why, CTL_OK);
	STAGE_HAS(stage_out, "no aditd that runs with it was asked");
	canned_close(&admin_gateway);
	admin_close();
}
END_TEST

START_TEST(offline)
{
	open_stage("db");
	ADMIN_ANSWERS("{\"allowed\": true, \"what\": \"it runs\"}");
	admin.offline = true;
	admin_runs(ctl_why, CTL_OK);
	STAGE_HAS(stage_out, "no aditd that runs with it was asked");
	admin.offline = false;
	admin_runs(ctl_why, CTL_OK);
	ck_assert_str_eq(stage_out, "it runs\n");
	canned_close(&admin_gateway);
	admin_close();
}
END_TEST

SUITE("aditctl/ctl_why", from_the_file, no_question, from_the_one_that_runs,
      offline)
