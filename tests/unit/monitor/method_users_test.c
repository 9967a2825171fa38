/* SPDX-License-Identifier: BSD-2-Clause */
/* method_users_test.c - whether a password of the users file can be looked at
 * now, and whether who logged in by it may keep his session.  Logins by it are
 * in auth_test.c. */
#include "auth_rig.h"

#include "base/err.h"
#include "monitor/attempt.h"
#include "suite.h"

#include <string.h>

static char name[] = "alice";

START_TEST(room_for_a_check)
{
	struct rig *g = rig_new(users_file);

	fake.n = CHECKERS - 1;
	ck_assert(method_users.has_room(g->auth, NULL));
	fake.n = CHECKERS;
	ck_assert(!method_users.has_room(g->auth, NULL));
	fake.n = 0;
	rig_free(g);
}
END_TEST

START_TEST(a_session_goes_on)
{
	char hash[] = "$y$x", staff[] = "staff", admins[] = "admins";
	char *groups[] = { staff, admins, NULL };
	const struct user line = { name, hash, { groups, 2 }, 1 };
	struct right r = { .line = &line, .groups = "certified" };

	ck_assert_int_eq(method_users.still(&r), 0);
	ck_assert_ptr_eq(r.what, hash);
	ck_assert_str_eq(r.groups, "certified,staff,admins");
}
END_TEST

/* Who is removed or locked, in either of the two ways. */
START_TEST(a_session_ends)
{
	char bang[] = "!$y$x", star[] = "*";
	const struct user locked[] = { { name, bang, { 0 }, 1 },
				       { name, star, { 0 }, 1 } };
	struct right r = { 0 };

	ck_assert_int_eq(method_users.still(&r), ERR_DENIED);
	for (size_t i = 0; i < ARRAY_LEN(locked); i++) {
		r.line = &locked[i];
		ck_assert_int_eq(method_users.still(&r), ERR_DENIED);
		ck_assert_ptr_null(r.what);
	}
	ck_assert_str_eq(r.groups, "");
}
END_TEST

/* More groups than the worker can be told give no half of them. */
START_TEST(too_many_groups)
{
	static char group[GROUPS_MAX];
	char hash[] = "$y$x", *groups[] = { group, NULL };
	const struct user line = { name, hash, { groups, 1 }, 1 };
	struct right r = { .line = &line, .groups = "a" };

	memset(group, 'g', sizeof group - 2);
	ck_assert_int_ne(method_users.still(&r), 0);
	ck_assert_str_eq(r.groups, "a");
}
END_TEST

SUITE("method_users", room_for_a_check, a_session_goes_on, a_session_ends,
      too_many_groups)
