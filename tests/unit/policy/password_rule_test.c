/* SPDX-License-Identifier: BSD-2-Clause */
/* password_rule_test.c - which new passwords a user may choose. */
#include "policy/password_rule.h"

#include "suite.h"

#include <string.h>

static void refused(const char *fresh, const char *word)
{
	const char *why = password_fault(fresh, "present one", "alice@corp");

	ck_assert_ptr_nonnull(why);
	ck_assert_msg(strstr(why, word), "%s: %s, not %s", fresh, why, word);
}

START_TEST(length_is_what_counts)
{
	refused("", "fewer than 8");
	refused("seven77", "fewer than 8");
	/* Characters, not bytes: seven of them in fourteen bytes. */
	refused("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xb6",
		"fewer than 8");
	ck_assert_ptr_null(password_fault("eight 88", "present one", "alice"));
	ck_assert_ptr_null(
		password_fault("\xc3\xa4\xc3\xb6 is six", "present one", "x"));
}
END_TEST

START_TEST(what_is_no_password)
{
	refused("present one", "the one that you have");
	refused("Alice@Corp", "the name of the user");
	refused("aaaaaaaaaaaa", "again and again");
	refused("two\nlines of it", "one line");
	refused("two\rlines of it", "one line");
	ck_assert_ptr_null(
		password_fault("Present one", "present one", "alice@corp"));
}
END_TEST

SUITE("password_rule", length_is_what_counts, what_is_no_password)
