/* SPDX-License-Identifier: BSD-2-Clause */
/* users_check_test.c - users files and [group] sections that do not fit. */
#include "policy/users_check.h"

#include "made.h"

#include <stdio.h>
#include <stdlib.h>

static struct conf_errors warn;

static void groups(const char *conf, const char *file)
{
	struct gw_conf *c = made(conf);
	struct conf_errors e = { .file = "users" };
	struct users u;

	warn = (struct conf_errors){ .file = "users" };
	ck_assert_int_eq(users_parse(file, strlen(file), &u, &e), 0);
	ck_assert_uint_eq(e.count, 0);
	ck_assert_int_eq(users_check_groups(&u, c, &warn), 0);
	users_fini(&u);
	gw_conf_unref(c);
}

START_TEST(unknown_groups)
{
	static const char conf[] = GATEWAY "[group staff]\n[group ops]\n";

	groups(conf, "alice:h:staff,ops\nbob:h:\ncarol:h\n");
	ck_assert_uint_eq(warn.count, 0);
	groups(conf, "carol:h:stafff\nbob:h:ops,xyz\nalice:h:stafff\n");
	ck_assert_uint_eq(warn.count, 2);
	ck_assert_str_eq(warn.text[0], "users:1: carol and 1 more: there is no "
			 "[group stafff] in t.ini, did you mean \"staff\"?");
	ck_assert_str_eq(warn.text[1], "users:2: bob: there is no [group xyz] "
			 "in t.ini");
	groups(GATEWAY, "alice:h:staff\n");
	ck_assert_str_eq(warn.text[0], "users:1: alice: there is no [group "
			 "staff] in t.ini");
}
END_TEST

/* More of them than complaints are kept. */
START_TEST(many_groups)
{
	char text[4096];
	size_t n = 0;

	for (int i = 0; i < 60; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
				      "u%d:h:g%d,same\n", i, i);
	groups(GATEWAY, text);
	ck_assert_uint_eq(warn.count, 61);
}
END_TEST

static void names(const char *conf, const char *first, const char *second)
{
	struct gw_conf *c = made(conf);
	const char *const text[] = { first, second };
	const struct users *list[2] = { NULL, NULL };
	struct conf_errors e = { .file = "users" };
	struct users u[2] = { { 0 } };

	warn = (struct conf_errors){ .file = "t.ini" };
	for (size_t i = 0; i < 2; i++) {
		if (!text[i])
			continue;
		ck_assert_int_eq(users_parse(text[i], strlen(text[i]), &u[i],
					     &e), 0);
		list[i] = &u[i];
	}
	users_check_names(c, list, &warn);
	users_fini(&u[0]);
	users_fini(&u[1]);
	gw_conf_unref(c);
}

START_TEST(unknown_names)
{
	names(GATEWAY "[group staff]\nusers = alice, bob, eve\n"
	      "[group all]\nusers = *\n", "alice:h\n", NULL);
	ck_assert_uint_eq(warn.count, 1);
	ck_assert_str_eq(warn.text[0], "t.ini:7: [group staff] names bob and 1 "
			 "more: no users file has such a user; aditctl passwd "
			 "bob adds one");
	names(GATEWAY "[group staff]\nusers = bob\n", "bob:!h\n", NULL);
	ck_assert_uint_eq(warn.count, 0);
	/* A file that cannot be read may hold anybody. */
	names(GATEWAY "[group staff]\nusers = bob\n", NULL, NULL);
	ck_assert_uint_eq(warn.count, 0);
}
END_TEST

START_TEST(several_gateways)
{
	static const char conf[] =
		"[gateway one]\nlisten = 127.0.0.1:1\ncertificate = c\n"
		"private_key = k\nusers = u\ngroups = a\n"
		"[gateway two]\nlisten = 127.0.0.1:2\ncertificate = c\n"
		"private_key = k\nusers = v\ngroups = a, b\n"
		"[group a]\nusers = bob\n[group b]\nusers = bob\n"
		"[group c]\nusers = bob\n";

	names(conf, "x:h\n", "bob:h\n");
	ck_assert_uint_eq(warn.count, 0);
	names(conf, "bob:h\n", "x:h\n");
	ck_assert_uint_eq(warn.count, 1);
	ck_assert(strstr(warn.text[0], "[group b] names bob"));
}
END_TEST

SUITE("users_check", unknown_groups, many_groups, unknown_names, several_gateways)
