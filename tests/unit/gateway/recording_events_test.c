/* SPDX-License-Identifier: BSD-2-Clause */
/* recording_events_test.c - each event of a recorded channel, and what stands in
 * it. */
#include "gateway/rig_puppet.h"

#include "gateway/recording.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rig_puppet p;

static void begin(void)
{
	struct mail_command m = { .command = COMMAND_RECORD };

	rig_puppet_login(&p, false);
	snprintf(m.resource, sizeof m.resource, "files");
	snprintf(m.token, sizeof m.token, "token");
	rig_command(&m);
	ck_assert(json_object_get(rig.part, "armed"));
	rig_puppet_open(&p);
	ck_assert_ptr_nonnull(rig.shard->recording);
}

/* The first of these events that has the key: its value, as JSON. */
static void check(const char *what, const char *key, const char *want)
{
	const json_t *e, *value = NULL;
	char *text;
	size_t i;

	json_array_foreach(rig.shard->recording->events, i, e)
	{
		value = json_object_get(e, key);
		if (value && !strcmp(what, json_string_value(
						   json_object_get(e, "what"))))
			break;
		value = NULL;
	}
	ck_assert_msg(value, "no event %s has %s", what, key);
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	ck_assert_str_eq(text, want);
	free(text);
}

START_TEST(open_says_all_that_the_plugin_is_told)
{
	begin();
	check("open", "resource", "\"files\"");
	check("open", "plugin", "\"puppet\"");
	check("open", "version", "\"1\"");
	check("open", "user", "\"alice\"");
	check("open", "server", "\"127.0.0.1:21\"");
	check("open", "app", "\"127.0.0.1:4000\"");
	check("open", "shown", "\"127.0.0.1:21\"");
	check("open", "parent", "false");
	rig_puppet_end(&p);
}
END_TEST

START_TEST(bytes_of_both_sides_with_their_time)
{
	begin();
	rig.now_us += 3000;
	client_says(&p, "say ab\n");
	server_says(&p, "xy\n");
	check("input", "dir", "0");
	check("input", "data", "\"7361792061620a\"");
	check("output", "dir", "0");
	check("output", "data", "\"61620a\"");
	check("input", "t", "1000003");
	rig_puppet_end(&p);
}
END_TEST

/* The plugin asks for a connection, is answered, arms it and gives it up. */
static void expects_in_vain(void)
{
	client_says(&p, "exp 10.0.0.1 40\n");
	agent_answers(&p, 1, 5000);
	client_says(&p, "arm\ncancel\n");
}

START_TEST(an_expectation_and_its_answer)
{
	begin();
	expects_in_vain();
	check("expect", "targets", "[\"10.0.0.1:40\"]");
	check("expect", "result", "\"wait\"");
	check("expect", "id", "1");
	check("answer", "id", "1");
	check("answer", "result", "\"ok\"");
	check("answer", "show", "\"127.0.0.1:5000\"");
	check("arm", "id", "1");
	check("cancel", "id", "1");
	ck_assert_ptr_null(expect_get(&p.gs->expects, 1));
	rig_puppet_end(&p);
}
END_TEST

START_TEST(what_a_plugin_gives)
{
	const struct inspect_info info = { .given = "ab", .ngiven = 2 };

	begin();
	client_says(&p, "give a b\n");
	check("expect", "data", "\"612062\"");
	recording_opens(rig.shard->recording, &info);
	check("open", "given", "\"6162\"");
	rig_puppet_end(&p);
}
END_TEST

START_TEST(a_refusal_shows_nothing)
{
	begin();
	client_says(&p, "exp 10.0.0.2 40\n");
	check("expect", "result", "\"denied\"");
	rig_puppet_end(&p);
}
END_TEST

START_TEST(words_of_the_plugin)
{
	begin();
	client_says(&p, "audit me\n");
	check("audit", "text", "\"said=\\\"me\\\\x0a\\\"\"");
	check("event", "id", "0");
	ck_assert(rig_said("plugin=puppet event="));
	rig_puppet_end(&p);
}
END_TEST

START_TEST(its_clock)
{
	begin();
	client_says(&p, "timer 1000\n");
	check("input", "timer", "true");
	rig.now_us += 1001000;
	ev_invoke(rig.shard->loop.ev, &rig.shard->fine, EV_TIMER);
	check("tick", "t", "1001001");
	rig_puppet_end(&p);
}
END_TEST

START_TEST(ends_and_how_it_goes_on)
{
	begin();
	mem_fin(p.mem);
	rig_settle(&p.user, p.gs);
	check("fin", "dir", "0");
	check("end", "dir", "0");
	server_says(&p, "detach\n");
	check("status", "status", "\"detached\"");
	rig_puppet_end(&p);
	begin();
	client_says(&p, "close\n");
	check("status", "status", "\"reset\"");
	rig_puppet_end(&p);
}
END_TEST

/* The plugin asks as before, and nothing more is written down. */
START_TEST(behind_its_end_nothing_is_written)
{
	size_t n;

	begin();
	recording_count(rig.shard->recording, RECORDING_MAX + 1);
	n = json_array_size(rig.shard->recording->events);
	client_says(&p, "audit me\n");
	expects_in_vain();
	server_hears(&p, "audit me\nat 127.0.0.1 5000\narm\ncancel\n");
	ck_assert_uint_eq(json_array_size(rig.shard->recording->events), n);
	rig_puppet_end(&p);
}
END_TEST

SUITE("gateway/recording_events", open_says_all_that_the_plugin_is_told,
      bytes_of_both_sides_with_their_time, an_expectation_and_its_answer,
      a_refusal_shows_nothing, what_a_plugin_gives, words_of_the_plugin,
      its_clock, ends_and_how_it_goes_on, behind_its_end_nothing_is_written)
