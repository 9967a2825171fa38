/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_report_test.c - sessions, channels and sums, as JSON. */
#include "gateway/rig.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S UINT64_C(1000000)

static struct rig_two two;

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

START_TEST(sessions_are_listed)
{
	json_t *one;

	rig_begin_two(&two);
	rig.now_us += 7 * S;
	rig_down(&two.bob, two.of_bob, 0);
	rig_command(&(struct mail_command){ .command = COMMAND_SESSIONS });
	ck_assert_uint_eq(json_array_size(rig.part), 2);
	one = json_array_get(rig.part, 0);
	ck_assert_str_eq(text(one, "user"), "alice");
	ck_assert_str_eq(text(one, "state"), "connected");
	ck_assert_str_eq(text(one, "source"), "192.0.2.2:1025");
	ck_assert_int_eq(rig_number(one, "session_number"), two.alice.number);
	ck_assert_int_eq(rig_number(one, "idle_s"), 7);
	ck_assert(json_is_null(json_object_get(one, "last_gap_ms")));
	one = json_array_get(rig.part, 1);
	ck_assert_str_eq(text(one, "state"), "detached");
	rig.now_us += 2 * S;
	rig_attach(&two.bob, false);
	rig_command(&(struct mail_command){ .command = COMMAND_SESSIONS });
	one = json_array_get(rig.part, 1);
	ck_assert_int_eq(rig_number(one, "resumed"), 1);
	ck_assert_int_eq(rig_number(one, "last_gap_ms"), 2000);
	rig_command(&(struct mail_command){ .command = COMMAND_SESSIONS,
					    .gateway = "other" });
	ck_assert_uint_eq(json_array_size(rig.part), 0);
	rig_end_two(&two);
}
END_TEST

START_TEST(channels_are_listed)
{
	struct mem *m, *waits;
	json_t *one;

	rig_begin_two(&two);
	rig.connect_errno = 0;
	m = rig_open(&two.alice, two.of_alice, "127.0.0.1", 7);
	mem_write(m, "hello", 5);
	rig_settle(&two.alice, two.of_alice);
	waits = rig_open(&two.alice, two.of_alice, "server.example", 80);
	rig_command(&(struct mail_command){ .command = COMMAND_CHANNELS });
	ck_assert_uint_eq(json_array_size(rig.part), 2);
	one = json_array_get(rig.part, 0);
	ck_assert_str_eq(text(one, "resource"), "echo");
	ck_assert_str_eq(text(one, "destination"), "127.0.0.1:7");
	ck_assert_int_eq(rig_number(one, "to_server"), 5);
	ck_assert_str_eq(text(one, "state"), "open");
	ck_assert(json_is_null(json_object_get(one, "plugin")));
	one = json_array_get(rig.part, 1);
	ck_assert_str_eq(text(one, "destination"), "server.example:80");
	ck_assert_str_eq(text(one, "state"), "connects");
	rig_end_two(&two);
	mem_free(m);
	mem_free(waits);
}
END_TEST

START_TEST(sums_are_told)
{
	rig_begin_two(&two);
	rig_down(&two.bob, two.of_bob, 0);
	rig_command(&(struct mail_command){ .command = COMMAND_STATS });
	ck_assert_int_eq(rig_number(rig.part, "sessions"), 2);
	ck_assert_int_eq(rig_number(rig.part, "sessions_connected"), 1);
	ck_assert_int_eq(rig_number(rig.part, "channels"), 0);
	rig_end_two(&two);
}
END_TEST

SUITE("shard_report", sessions_are_listed, channels_are_listed, sums_are_told)
