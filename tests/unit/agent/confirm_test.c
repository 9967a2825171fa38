/* SPDX-License-Identifier: BSD-2-Clause */
/* confirm_test.c - a gateway wants a one-time code, and `adit confirm` gives
 * it. */
#include "rig.h"

#include "frame/code.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

static struct {
	unsigned times;
	char state[32], why[512];
} answer;

static void on_answer(void *ctx, json_t *is, const char *why)
{
	const char *state = json_string_value(json_object_get(is, "state"));

	(void)ctx;
	answer.times++;
	snprintf(answer.state, sizeof answer.state, "%s", state ? state : "");
	snprintf(answer.why, sizeof answer.why, "%s", why ? why : "");
	json_decref(is);
}

static void give(const char *code)
{
	memset(&answer, 0, sizeof answer);
	agent_confirm(rig.agent, &(struct agent_confirm_ask){
					 .code = code, .fn = on_answer });
}

static void wanted(const char *resource, uint32_t ms)
{
	struct code_wanted w = { .wait_ms = ms };
	uint8_t data[128];

	snprintf(w.resource, sizeof w.resource, "%s", resource);
	rig_say(&(struct said){ FRAME_CODE_WANTED, 0, 0, 0, data,
				pack_code_wanted(data, sizeof data, &w) });
}

static void said(unsigned state, const char *text)
{
	struct code_is is = { .state = (uint8_t)state };
	uint8_t data[600];

	snprintf(is.text, sizeof is.text, "%s", text);
	rig_say(&(struct said){ FRAME_CODE_IS, 0, 0, 0, data,
				pack_code_is(data, sizeof data, &is) });
}

static size_t count_wanted(void)
{
	json_t *codes = agent_codes(rig.agent);
	size_t n = json_array_size(json_object_get(codes, "wanted"));

	json_decref(codes);
	return n;
}

static bool is_confirmed(void)
{
	json_t *codes = agent_codes(rig.agent);
	bool is = json_is_true(json_object_get(codes, "confirmed"));

	json_decref(codes);
	return is;
}

START_TEST(wanted_and_given)
{
	rig_open();
	rig_up();
	wanted("vault", 60000);
	UNTIL(count_wanted() == 1);
	wanted("vault", 60000);
	wanted("safe", 60000);
	UNTIL(count_wanted() == 2);
	give("123456");
	UNTIL(rig.seen[FRAME_CODE]);
	ck_assert_mem_eq(rig.payload[FRAME_CODE], "\006123456", 7);
	ck_assert_uint_eq(answer.times, 0);
	said(CODE_WRONG, "");
	UNTIL(answer.times);
	ck_assert_str_eq(answer.state, "wrong");
	ck_assert_uint_eq(count_wanted(), 2);
	ck_assert(!is_confirmed());
	give("234567");
	UNTIL(rig.seen[FRAME_CODE] == 2);
	said(CODE_RIGHT, "");
	UNTIL(answer.times);
	ck_assert_str_eq(answer.state, "right");
	ck_assert_uint_eq(count_wanted(), 0);
	ck_assert(is_confirmed());
	/* Answers that nobody waits for change nothing. */
	said(200, "of later times");
	rig_turns();
	ck_assert(is_confirmed());
	rig_close();
}
END_TEST

START_TEST(what_cannot_be)
{
	static const char longest[] = "1234567890123456789012345678901234567";

	rig_open();
	rig_up();
	give("");
	ck_assert(strstr(answer.why, "no one-time code"));
	give(longest);
	ck_assert(strstr(answer.why, "no one-time code"));
	give("123456");
	ck_assert_uint_eq(answer.times, 0);
	give("234567");
	ck_assert(strstr(answer.why, "another adit confirm"));
	rig_close();
}
END_TEST

/* Nothing waits any longer than the gateway has said. */
START_TEST(over_after_its_time)
{
	rig_open();
	rig_up();
	wanted("vault", 0);
	wanted("safe", 60000);
	UNTIL(count_wanted() == 1);
	rig_close();
}
END_TEST

START_TEST(malformed)
{
	rig_open();
	rig_up();
	rig_say(&(struct said){ FRAME_CODE_IS, 0, 0, 0, "\0", 1 });
	UNTIL(agent_state(rig.agent) != AGENT_CONNECTED);
	rig_close();
}
END_TEST

SUITE("agent/confirm", wanted_and_given, what_cannot_be, over_after_its_time,
      malformed)
