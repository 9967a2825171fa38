/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_confirm_test.c - what adit confirm prints where it asks for no code. */
#include "adit/user.h"
#include "suite.h"

#include <string.h>

static void confirm(const char *answer, int status)
{
	user_open();
	USER_ANSWERS(answer);
	user_runs(cmd_confirm, status);
	ck_assert_str_eq(canned_asked(&user_agent),
			 "{\"command\":\"confirm\"}");
	canned_close(&user_agent);
}

START_TEST(confirmed_already)
{
	confirm("{\"answer\": {\"confirmed\": true, \"wanted\": []}}", CLI_OK);
	STAGE_HAS(stage_out, "confirmed already");
	user_close();
}
END_TEST

START_TEST(an_agent_that_says_no)
{
	confirm("{\"error\": \"the agent has no command \\\"confirm\\\"\"}",
		CLI_FAILED);
	STAGE_HAS(stage_err, "no command");
	user_close();
}
END_TEST

SUITE("adit/cmd_confirm", confirmed_already, an_agent_that_says_no)
