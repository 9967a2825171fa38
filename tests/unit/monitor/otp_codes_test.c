/* SPDX-License-Identifier: BSD-2-Clause */
/* otp_codes_test.c - a one-time code is good once, whatever happens. */
#include "monitor/otp_codes.h"

#include "base/log.h"
#include "otp/otp.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of RFC 6238: "050471" belongs to 1111111111, "081804" to the step before. */
#define SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define NOW 1111111111u

static char folder[64], users[96], state[96], memory[128];

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	ck_assert_int_eq(chmod(path, 0600), 0);
}

static void put_secrets(const char *text)
{
	char path[128];

	snprintf(path, sizeof path, "%s.otp", users);
	put(path, text);
}

static void folder_open(void)
{
	snprintf(folder, sizeof folder, "/tmp/adit-codes-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(users, sizeof users, "%s/users", folder);
	snprintf(state, sizeof state, "%s/state", folder);
	snprintf(memory, sizeof memory, "%s/codes.json", state);
	put_secrets("ann:" SECRET "\nbob:" SECRET "\n");
}

static void folder_close(void)
{
	char path[128];

	unlink(memory);
	rmdir(state);
	snprintf(path, sizeof path, "%s.otp", users);
	unlink(path);
	ck_assert_int_eq(rmdir(folder), 0);
}

static bool take(struct otp_codes *c, const char *user, const char *code,
		 uint64_t now)
{
	const struct otp_question q = { users, user, code, now, false, NULL };

	return otp_codes_take(c, &q);
}

static bool take_as_at(struct otp_codes *c, const char *other)
{
	const struct otp_question q = {
		other, "ann", "050471", NOW, false, NULL
	};

	return otp_codes_take(c, &q);
}

START_TEST(good_once)
{
	struct otp_codes *c;

	folder_open();
	c = otp_codes_new(state, NOW);
	ck_assert(!take(c, "ann", "050472", NOW));
	ck_assert(take(c, "ann", "050471", NOW));
	ck_assert(!take(c, "ann", "050471", NOW));
	ck_assert(!take(c, "ann", "050471", NOW + 30));
	/* The code of the step before is older than the one that was used. */
	ck_assert(!take(c, "ann", "081804", NOW));
	/* Whoever has the same secret is another user. */
	ck_assert(take(c, "bob", "081804", NOW));
	ck_assert(take(c, "bob", "050471", NOW));
	otp_codes_free(c);
	folder_close();
}
END_TEST

START_TEST(outlives_the_process)
{
	struct otp_codes *c;
	struct stat st;

	folder_open();
	c = otp_codes_new(state, NOW);
	ck_assert(take(c, "ann", "050471", NOW));
	otp_codes_free(c);
	ck_assert_int_eq(stat(memory, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	c = otp_codes_new(state, NOW);
	ck_assert(!take(c, "ann", "050471", NOW));
	ck_assert(take(c, "bob", "050471", NOW));
	otp_codes_free(c);
	folder_close();
}
END_TEST

/* Where it is not known what was used, all of the last steps counts as used;
 * a minute later all is well again. */
START_TEST(memory_lost)
{
	struct otp_codes *c;

	folder_open();
	c = otp_codes_new(state, NOW);
	ck_assert(take(c, "ann", "081804", NOW - 30));
	otp_codes_free(c);
	put(memory, "{ half a fi");
	c = otp_codes_new(state, NOW);
	ck_assert(!take(c, "ann", "050471", NOW));
	ck_assert(!take(c, "bob", "050471", NOW));
	otp_codes_free(c);
	c = otp_codes_new(NULL, NOW);
	ck_assert(!take(c, "bob", "050471", NOW));
	otp_codes_free(c);
	c = otp_codes_new(NULL, NOW - 90);
	ck_assert(take(c, "bob", "050471", NOW));
	ck_assert(!take(c, "bob", "050471", NOW));
	otp_codes_free(c);
	folder_close();
}
END_TEST

/* Nobody is let in by an odd memory, nor kept out for ever. */
START_TEST(odd_memory)
{
	char text[600];
	struct otp_codes *c;

	folder_open();
	ck_assert_int_eq(mkdir(state, 0700), 0);
	snprintf(text, sizeof text,
		 "{\"used\": [[\"%032d\", 9999999999999], [], 7, "
		 "[\"%032d\", -4], [\"%032d\", \"x\"], [\"a\", 3], "
		 "[1, 2, 3]]}",
		 1, 2, 3);
	put(memory, text);
	c = otp_codes_new(state, NOW);
	ck_assert(take(c, "ann", "050471", NOW));
	ck_assert(take(c, "bob", "050471", NOW));
	otp_codes_free(c);
	folder_close();
}
END_TEST

START_TEST(nobody_without_a_secret)
{
	struct otp_codes *c;

	folder_open();
	c = otp_codes_new(state, NOW);
	ck_assert(!take(c, "carol", "050471", NOW));
	/* Not with the code of the secret that is looked at instead. */
	for (int i = 0; i < 1000; i++) {
		char code[8];

		snprintf(code, sizeof code, "%06d", i * 997);
		ck_assert(!take(c, "carol", code, NOW));
	}
	put_secrets("ann:x\n");
	ck_assert(!take(c, "ann", "050471", NOW));
	ck_assert(!take_as_at(c, "/nonexistent/users"));
	otp_codes_free(c);
	folder_close();
}
END_TEST

/* Two gateways with one users file have one memory, by whatever path. */
START_TEST(same_users_file)
{
	char path[160];
	struct otp_codes *c;

	folder_open();
	c = otp_codes_new(state, NOW);
	ck_assert(take(c, "ann", "050471", NOW));
	ck_assert(!take_as_at(c, users));
	snprintf(path, sizeof path, "%s/./users", folder);
	ck_assert(!take_as_at(c, path));
	otp_codes_free(c);
	folder_close();
}
END_TEST

SUITE("otp_codes", good_once, outlives_the_process, memory_lost, odd_memory,
      nobody_without_a_secret, same_users_file)
