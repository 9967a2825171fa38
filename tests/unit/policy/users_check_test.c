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
	ck_assert_str_eq(warn.text[0],
			 "users:1: carol and 1 more: there is no "
			 "[group stafff] in t.ini, did you mean \"staff\"?");
	ck_assert_str_eq(warn.text[1], "users:2: bob: there is no [group xyz] "
				       "in t.ini");
	groups(GATEWAY, "alice:h:staff\n");
	ck_assert_str_eq(warn.text[0], "users:1: alice: there is no [group "
				       "staff] in t.ini");
}
END_TEST

/* More complaints than are kept. */
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

START_TEST(kinds_of_hashes)
{
	static const struct {
		const char *hash, *kind;
		bool weak;
	} all[] = {
		{ "$y$j9T$salt$hash", "yescrypt", false },
		{ "!$y$j9T$salt$hash", "yescrypt", false },
		{ "$6$salt$hash", "sha512crypt", false },
		{ "$6$rounds=656000$salt$hash", "sha512crypt", false },
		{ "$6$rounds=1000$salt$hash", "sha512crypt", true },
		{ "$2b$12$salthash", "bcrypt", false },
		{ "$2b$05$salthash", "bcrypt", true },
		{ "$2b$", "bcrypt", false },
		{ "$1$salt$hash", "md5crypt", true },
		{ "$sha1$1$salt$hash", "sha1crypt", true },
		{ "abcdefghijklm", "descrypt", true },
		{ "secret", "unknown", true },
		{ "$9$salt$hash", "unknown", true },
		{ "*", "none", false },
		{ "!", "none", false },
		{ "!!", "none", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		bool weak;

		ck_assert_str_eq(user_hash_kind(all[i].hash, &weak),
				 all[i].kind);
		ck_assert_msg(weak == all[i].weak, "%s", all[i].hash);
	}
}
END_TEST

START_TEST(weak_hashes)
{
	static const char file[] =
		"alice:$1$salt$hash:\nbob:$y$j9T$salt$hash:\n"
		"carol:$1$other$hash:\ndave:secret:\nerin:!:\n";
	struct conf_errors e = { .file = "users" };
	struct users u;

	warn = (struct conf_errors){ .file = "users" };
	ck_assert_int_eq(users_parse(file, strlen(file), &u, &e), 0);
	users_check_hashes(&u, &warn);
	users_fini(&u);
	ck_assert_uint_eq(warn.count, 2);
	ck_assert_str_eq(warn.text[0],
			 "users:1: alice and 1 more: the password "
			 "hash (md5crypt) is weak: whoever "
			 "gets this file soon finds the password: set a new "
			 "one with aditctl passwd "
			 "alice");
	ck_assert_str_eq(warn.text[1],
			 "users:4: dave: the password hash has a format "
			 "that is not known here: set a new password "
			 "with aditctl passwd dave");
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
		ck_assert_int_eq(
			users_parse(text[i], strlen(text[i]), &u[i], &e), 0);
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
		      "[group all]\nusers = *\n",
	      "alice:h\n", NULL);
	ck_assert_uint_eq(warn.count, 1);
	ck_assert_str_eq(warn.text[0],
			 "t.ini:7: [group staff] names bob and 1 "
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

SUITE("users_check", kinds_of_hashes, weak_hashes, unknown_groups, many_groups,
      unknown_names, several_gateways)
