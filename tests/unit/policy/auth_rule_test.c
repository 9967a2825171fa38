/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_rule_test.c - the key `auth`: what it means, and what is wrong with it. */
#include "policy/auth_rule.h"

#include "base/err.h"
#include "suite.h"

#include <string.h>

#define C METHOD_BIT(METHOD_CERTIFICATE)
#define U METHOD_BIT(METHOD_USERS)
#define P METHOD_BIT(METHOD_PAM)
#define O METHOD_BIT(METHOD_OTP)

START_TEST(meaning)
{
	static const struct {
		const char *text;
		struct auth_rule rule;
		bool password;
	} row[] = {
		{ "users", { 1, { U } }, true },
		{ "  pam\tor users ", { 2, { P, U } }, true },
		{ "certificate and otp", { 1, { C | O } }, false },
		{ "users and otp", { 1, { U | O } }, true },
		{ "certificate and otp or pam and otp or users",
		  { 3, { C | O, P | O, U } },
		  false },
		{ "otp and certificate and pam and users",
		  { 1, { C | U | P | O } },
		  true },
	};

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct auth_rule r;
		char why[160] = "";

		ck_assert_int_eq(
			auth_rule_parse(&r, row[i].text, why, sizeof why), 0);
		ck_assert_mem_eq(&r, &row[i].rule, sizeof r);
		ck_assert_int_eq(auth_rule_has_password(&r), row[i].password);
		ck_assert_int_eq(auth_rule_needs(&r, METHOD_OTP),
				 i == 2 || i == 3 || i == 5);
	}
}
END_TEST

START_TEST(what_is_wrong)
{
	static const char *const row[][2] = {
		{ "", "ends where a method is expected" },
		{ "users or", "ends where a method is expected" },
		{ "or users", "instead of \"or\"" },
		{ "user", "expected users, pam, certificate or otp" },
		{ "Users", "expected users" },
		{ "users pam", "expected \"and\" or \"or\"" },
		{ "users, pam", "expected users" },
		{ "users and pam and users", "users stands twice" },
		{ "users or users or users or users or users or users or users "
		  "or users or users",
		  "more than 8 alternatives" },
	};

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct auth_rule r;
		char why[160] = "";

		ck_assert_int_eq(auth_rule_parse(&r, row[i][0], why,
						 sizeof why),
				 ERR_CONF);
		ck_assert_ptr_nonnull(strstr(why, row[i][1]));
	}
}
END_TEST

START_TEST(all_of_them)
{
	struct auth_rule r;
	char why[160];

	ck_assert(!auth_rule_parse(&r, "certificate and otp or users", why,
				   sizeof why));
	ck_assert_uint_eq(auth_rule_all(&r), C | O | U);
	ck_assert_str_eq(auth_method_str(METHOD_OTP), "otp");
}
END_TEST

SUITE("policy/auth_rule", meaning, what_is_wrong, all_of_them)
