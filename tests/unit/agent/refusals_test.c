/* SPDX-License-Identifier: BSD-2-Clause */
/* refusals_test.c - which refused connections are remembered, and how. */
#include "agent/refusals.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "suite.h"

static struct refusals all;

static void note(unsigned number)
{
	struct aim aim = { .port = 23 };

	snprintf(aim.resource, sizeof aim.resource, "r%u", number);
	refusals_note(&all, &aim, "denied", NULL, number);
}

START_TEST(the_newest_comes_first)
{
	all = (struct refusals){ 0 };
	note(1);
	note(2);
	ck_assert_uint_eq(all.n, 2);
	ck_assert_str_eq(all.kept[0].aim.resource, "r2");
	ck_assert_str_eq(all.kept[1].aim.resource, "r1");
}
END_TEST

START_TEST(old_ones_make_way)
{
	all = (struct refusals){ 0 };
	for (unsigned i = 0; i < 3 * REFUSALS_MAX; i++)
		note(i);
	ck_assert_uint_eq(all.n, REFUSALS_MAX);
	ck_assert_uint_eq(all.kept[0].at_us, 3 * REFUSALS_MAX - 1);
	ck_assert_uint_eq(all.kept[REFUSALS_MAX - 1].at_us, 2 * REFUSALS_MAX);
}
END_TEST

START_TEST(the_same_is_counted)
{
	all = (struct refusals){ 0 };
	note(1);
	for (unsigned i = 0; i < 100; i++)
		note(2);
	note(1);
	ck_assert_uint_eq(all.n, 2);
	ck_assert_str_eq(all.kept[0].aim.resource, "r1");
	ck_assert_uint_eq(all.kept[0].times, 2);
	ck_assert_uint_eq(all.kept[1].times, 100);
}
END_TEST

#define HOURS "outside of its hours: 08:00-18:00; opens "

/* What a gateway says of hours holds until a connection is made. */
START_TEST(closed_until_it_opens)
{
	struct aim web = { .resource = "web", .port = 80 },
		   mail = { .resource = "mail", .port = 25 };

	all = (struct refusals){ 0 };
	refusals_note_reset(&all, &web, REASON_DENIED, "not-allowed", 1);
	refusals_note_reset(&all, &web, REASON_TIMEOUT, "no answer", 2);
	refusals_note_reset(&all, &web, REASON_DENIED, "needs a code", 2);
	refusals_note_reset(&all, &mail, REASON_DENIED, HOURS "Mon", 3);
	ck_assert_ptr_null(refusals_closed(&all, "web"));
	ck_assert_str_eq(refusals_closed(&all, "mail"), HOURS "Mon");
	refusals_note_reset(&all, &mail, REASON_DENIED, HOURS "Tue", 4);
	ck_assert_str_eq(refusals_closed(&all, "mail"), HOURS "Tue");
	refusals_opened(&all, "web");
	ck_assert_ptr_nonnull(refusals_closed(&all, "mail"));
	refusals_opened(&all, "mail");
	ck_assert_ptr_null(refusals_closed(&all, "mail"));
	ck_assert_uint_eq(all.n, 5);
}
END_TEST

START_TEST(rules_are_explained)
{
	struct aim aim = { .host = "10.9.9.9", .port = 80 };

	all = (struct refusals){ 0 };
	refusals_note_reset(&all, &aim, REASON_DENIED, "not-allowed", 0);
	ck_assert_str_eq(all.kept[0].reason, "not-allowed");
	ck_assert_ptr_nonnull(strstr(all.kept[0].text, "may not go"));
	refusals_note_reset(&all, &aim, REASON_DENIED, "no control connection",
			    0);
	ck_assert_str_eq(all.kept[0].reason, "denied");
	ck_assert_str_eq(all.kept[0].text, "no control connection");
	refusals_note_reset(&all, &aim, REASON_REFUSED, "connection refused",
			    0);
	ck_assert_str_eq(all.kept[0].reason, "connection refused");
	ck_assert_str_eq(all.kept[0].text, "");
}
END_TEST

START_TEST(what_a_gateway_says_is_no_json)
{
	struct aim aim = { .resource = "b\xff\x1b[2J", .port = 80 };
	const char *name;
	json_t *list;
	time_t ago;

	all = (struct refusals){ 0 };
	refusals_note_reset(&all, &aim, 999, "\xc3(", 2000000);
	list = refusals_json(&all, 5000000);
	name = json_string_value(
		json_object_get(json_array_get(list, 0), "resource"));
	ck_assert_ptr_nonnull(name);
	ck_assert_str_eq(name, "b\\xff\\x1b[2J");
	ago = time(NULL) - (time_t)json_integer_value(json_object_get(
				   json_array_get(list, 0), "time"));
	ck_assert(ago == 3 || ago == 4);
	ck_assert(
		json_is_null(json_object_get(json_array_get(list, 0), "host")));
	json_decref(list);
}
END_TEST

SUITE("refusals", the_newest_comes_first, old_ones_make_way,
      the_same_is_counted, closed_until_it_opens, rules_are_explained,
      what_a_gateway_says_is_no_json)
