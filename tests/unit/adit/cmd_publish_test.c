/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_publish_test.c - what adit publish and adit unpublish ask and print. */
#include "adit/user.h"
#include "suite.h"

#include <string.h>

#define ANSWER(state, at, reason)                                              \
	"{\"answer\": {\"name\": \"web\", \"to\": \"80\", \"state\": \"" state \
	"\", \"at\": " at ", \"reason\": " reason "}}"

static char *words[] = { "web", "80" };

static void publish(const char *answer, int status)
{
	user_open();
	user.word = words;
	user.nwords = 2;
	USER_ANSWERS(answer);
	user_runs(cmd_publish, status);
	ck_assert_str_eq(canned_asked(&user_agent),
			 "{\"command\":\"publish\",\"name\":\"web\","
			 "\"to\":\"80\"}");
	canned_close(&user_agent);
}

START_TEST(published)
{
	publish(ANSWER("published", "\"10.0.0.1:80\"", "null"), CLI_OK);
	ck_assert_str_eq(stage_out, "10.0.0.1:80\n");
	user_close();
}
END_TEST

START_TEST(not_published)
{
	static const struct {
		const char *answer, *says;
	} all[] = {
		{ ANSWER("denied", "null", "\"not-allowed\""),
		  "publish nothing under the name web" },
		{ ANSWER("waiting", "null", "\"another session\""),
		  "web waits: another session; this agent is next" },
		{ ANSWER("failed", "null", "\"in use\""),
		  "cannot publish web: in use" },
		{ ANSWER("stopped", "null", "null"),
		  "when the agent is connected" },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		publish(all[i].answer, CLI_FAILED);
		STAGE_HAS(stage_err, all[i].says);
		user_close();
	}
}
END_TEST

START_TEST(unpublished)
{
	user_open();
	user.word = words;
	user.nwords = 1;
	USER_ANSWERS("{\"answer\": {}}");
	user_runs(cmd_unpublish, CLI_OK);
	ck_assert_str_eq(stage_out, "");
	ck_assert_str_eq(canned_asked(&user_agent),
			 "{\"command\":\"unpublish\",\"name\":\"web\"}");
	canned_close(&user_agent);
	user_close();
}
END_TEST

SUITE("adit/cmd_publish", published, not_published, unpublished)
