/* SPDX-License-Identifier: BSD-2-Clause */
/* attempt_test.c - a login on its way from method to method: what it has
 * gathered, and what it still holds.  Whole logins are in auth_test.c. */
#include "auth_rig.h"

#include "base/err.h"
#include "monitor/attempt.h"
#include "suite.h"

#include <string.h>

/* The only login that is under way. */
static struct attempt *attempt(struct rig *g)
{
	ck_assert(!list_is_empty(&g->auth->tries));
	return list_first(&g->auth->tries, struct attempt, node);
}

/* All of the text, with its NUL, or nothing. */
START_TEST(groups_fit_or_do_not)
{
	char all[GROUPS_MAX] = "", more[GROUPS_MAX];

	ck_assert_int_eq(groups_add(all, ""), 0);
	ck_assert_int_eq(groups_add(all, "a,b"), 0);
	ck_assert_int_eq(groups_add(all, ""), 0);
	ck_assert_int_eq(groups_add(all, "c"), 0);
	ck_assert_str_eq(all, "a,b,c");
	memset(more, 'g', sizeof more);
	more[GROUPS_MAX - 5 - 1] = 0; /* with a comma and a NUL too long */
	ck_assert_int_eq(groups_add(all, more), ERR_LIMIT);
	ck_assert_str_eq(all, "a,b,c");
	more[GROUPS_MAX - 5 - 2] = 0;
	ck_assert_int_eq(groups_add(all, more), 0);
	ck_assert_uint_eq(strlen(all), GROUPS_MAX - 1);
}
END_TEST

START_TEST(evidence_fits_or_does_not)
{
	char all[EVIDENCE_MAX] = "", what[EVIDENCE_MAX];

	ck_assert_int_eq(evidence_add(all, METHOD_USERS, "$y$x"), 0);
	ck_assert_int_eq(evidence_add(all, METHOD_PAM, ""), 0);
	ck_assert_str_eq(all, "users:$y$x\npam:\n");
	memset(what, 'x', sizeof what);
	all[0] = 0;
	what[EVIDENCE_MAX - strlen("users:\n")] = 0;
	ck_assert_int_eq(evidence_add(all, METHOD_USERS, what), ERR_LIMIT);
	all[0] = 0;
	what[EVIDENCE_MAX - strlen("users:\n") - 1] = 0;
	ck_assert_int_eq(evidence_add(all, METHOD_USERS, what), 0);
}
END_TEST

/* Nothing of one alternative counts for another. */
START_TEST(the_beginning)
{
	static struct attempt t;
	char why[80];

	ck_assert_int_eq(auth_rule_parse(&t.rule, "users", why, sizeof why), 0);
	memcpy(t.evidence, "users:x\n", 9);
	memcpy(t.groups, "admins", 7);
	t.failed = true;
	t.asked.has_password = true;
	attempt_begin(&t, NULL);
	ck_assert_str_eq(t.evidence, "");
	ck_assert_str_eq(t.groups, "");
	ck_assert(!t.failed && !t.in_session && !t.is_given);
	ck_assert_uint_eq(t.prompts, 1);
	ck_assert_uint_eq(t.at, METHOD_USERS);
	attempt_begin(&t, "123456");
	ck_assert(t.in_session && t.is_given);
	ck_assert_uint_eq(t.answer.n, 1);
	ck_assert_str_eq(t.answer.text[0], "123456");
}
END_TEST

/* It can only be refused: there is nobody to ask. */
START_TEST(nobody_to_ask)
{
	static const struct prompt q = { .n = 1 };
	struct rig *g = rig_new(users_file);
	struct auth_counters before, after;

	(void)try_from(g, "alice", "secret", "192.0.2.1:1");
	auth_count(g->auth, &before);
	ck_assert_uint_eq(before.waiting, 1);
	attempt(g)->asker = NULL;
	attempt_ask(attempt(g), &q);
	ck_assert(list_is_empty(&g->auth->tries));
	auth_count(g->auth, &after);
	ck_assert_uint_eq(after.waiting, 0);
	ck_assert_mem_ne(before.result, after.result, sizeof after.result);
	rig_free(g);
}
END_TEST

#ifdef HAVE_OATH
/* What no later method needs is wiped at once. */
START_TEST(the_password_is_wiped)
{
	static const char zeros[ANSWER_MAX];
	struct rig *g = rig_new(users_file);
	char why[80];

	ck_assert_int_eq(
		auth_rule_parse(&g->rule, "users and otp", why, sizeof why), 0);
	(void)try_with(g, "alice", "secret", "192.0.2.1:1");
	ck_assert_str_eq(attempt(g)->asked.password, "secret");
	check_one();
	ck_assert_uint_eq(attempt(g)->at, METHOD_OTP);
	ck_assert_mem_eq(attempt(g)->asked.password, zeros, sizeof zeros);
	rig_free(g);
}
END_TEST
#else
START_TEST(the_password_is_wiped)
{
}
END_TEST
#endif

SUITE("attempt", groups_fit_or_do_not, evidence_fits_or_does_not, the_beginning,
      nobody_to_ask, the_password_is_wiped)
