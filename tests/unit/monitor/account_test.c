/* SPDX-License-Identifier: BSD-2-Clause */
/* account_test.c - the hash that a password is checked against, for users and
 * for strangers. */
#include "monitor/account.h"

#include "suite.h"

#include <crypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[64];

/* Of the file `text`. */
static struct account read_one(const char *text, const char *name)
{
	struct conf_errors e = { .file = path };
	struct account a;
	int fd;

	snprintf(path, sizeof path, "/tmp/adit-account-XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
	ck_assert_int_eq(account_read(&a, name, &e), 0);
	unlink(path);
	return a;
}

START_TEST(a_user)
{
	struct account a = read_one("bob:h:\nalice:$x$hash:staff,ops\n",
				    "alice");

	ck_assert(a.is_real);
	ck_assert_str_eq(a.hash, "$x$hash");
	ck_assert_str_eq(a.groups, "staff,ops");
	a = read_one("", "alice");
	ck_assert(!a.is_real);
	ck_assert_str_eq(a.hash, "");
}
END_TEST

/* A stranger's check is of the kind and the cost of a user's, whatever these are;
 * a lock changes nothing in it; and no password fits. */
START_TEST(as_long_for_strangers)
{
	static const struct {
		const char *kind;
		unsigned long cost;
	} of[] = {
		{ "$y$", 1 },    { "$2b$", 4 }, { "$6$", 1000 },
		{ "$5$", 1000 }, { "$1$", 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		const char *name[] = { "mallory", "alice", "" };
		char setting[CRYPT_GENSALT_OUTPUT_SIZE], text[512];
		static struct crypt_data data;
		char hash[CRYPT_OUTPUT_SIZE];

		ck_assert_ptr_nonnull(crypt_gensalt_rn(of[i].kind, of[i].cost,
						       NULL, 0, setting,
						       sizeof setting));
		snprintf(hash, sizeof hash, "%s",
			 crypt_r("secret", setting, &data));
		snprintf(text, sizeof text, "alice:!%s:staff\n", hash);
		for (size_t k = 0; k < ARRAY_LEN(name); k++) {
			struct account a = read_one(text, name[k]);
			size_t n = strlen(hash) - 1;
			const char *made = crypt_r("secret", a.hash, &data);

			ck_assert(!a.is_real);
			ck_assert_str_eq(a.groups, "");
			ck_assert_uint_eq(strlen(a.hash), n + 1);
			ck_assert_mem_eq(a.hash, hash, n);
			/* It was calculated, and came to something else. */
			ck_assert_str_eq(made, hash);
			ck_assert_str_ne(made, a.hash);
		}
		snprintf(text, sizeof text, "alice:%s:staff\n", hash);
		ck_assert(read_one(text, "alice").is_real);
	}
}
END_TEST

/* Where hashes of several kinds are, strangers are spread over them, each name
 * always to the same, whatever becomes of other users. */
START_TEST(several_kinds)
{
	static const char two[] = "a:$1$salt$abcdefghijklmnop:\n"
				  "b:$6$salt$qrstuvwxyz012345:\n";
	static const char more[] = "c:$1$salt$ABCDEFGHIJKLMNOP:\n"
				   "a:$1$salt$abcdefghijklmnop:\n"
				   "b:$6$salt$qrstuvwxyz012345:\n";
	unsigned first = 0, moved = 0;
	char name[16];

	for (unsigned i = 0; i < 200; i++) {
		struct account a, b;

		snprintf(name, sizeof name, "n%u", i);
		a = read_one(two, name);
		b = read_one(two, name);
		ck_assert_str_eq(a.hash, b.hash);
		first += a.hash[1] == '1';
		b = read_one(more, name);
		ck_assert(!strcmp(a.hash, b.hash) ||
			  !strncmp(b.hash + 8, "ABC", 3));
		moved += strcmp(a.hash, b.hash) != 0;
	}
	ck_assert_uint_gt(first, 50);
	ck_assert_uint_lt(first, 150);
	ck_assert_uint_gt(moved, 30);
	ck_assert_uint_lt(moved, 110);
}
END_TEST

START_TEST(what_changed_meanwhile)
{
	static const char *const after[] = {
		"alice:!hash:\n", "alice:other:\n", "alice:hasH:\n", "",
		"bob:hash:\n",
	};
	struct account a = read_one("alice:hash:\n", "alice"), b = a;

	ck_assert(account_same(&a, &b));
	for (size_t i = 0; i < ARRAY_LEN(after); i++) {
		b = read_one(after[i], "alice");
		ck_assert(!account_same(&a, &b));
	}
}
END_TEST

SUITE("monitor/account", a_user, as_long_for_strangers, several_kinds,
      what_changed_meanwhile)
