/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_audit_test.c - what the audit says of logins, by method and result. */
#include "auth_rig.h"

#include "monitor/attempt.h"

#include "suite.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FROM "192.0.2.1:1"

static char said[1024]; /* the last line */

void __wrap_log_audit(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));
void __wrap_log_audit(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof said, fmt, ap);
	va_end(ap);
}

static void says(const char *user, const char *rest)
{
	char line[1024];

	snprintf(line, sizeof line,
		 "evt=login user=%s gateway=corp source=" FROM " %s", user,
		 rest);
	ck_assert_str_eq(said, line);
	said[0] = 0;
}

static void tries(struct rig *g, const char *user, const char *password)
{
	clock_ms += 100000000;
	said[0] = 0;
	try_from(g, user, password, FROM);
	check_one();
}

START_TEST(by_the_users_file)
{
	struct rig *g = rig_new(users_file);

	tries(g, "alice", "secret");
	says("alice", "result=accepted methods=users failed=- reason=\"\"");
	tries(g, "alice", "wrong");
	says("alice", "result=refused methods=- failed=users reason=\"\"");
	tries(g, "mallory", "wrong");
	says("mallory", "result=refused methods=- failed=users reason=\"\"");
	tries(g, "locked", "secret");
	says("locked", "result=refused methods=- failed=users "
		       "reason=\"the user is locked\"");
	rig_free(g);
}
END_TEST

/* What is typed as a name is no further keys, and no second line. */
START_TEST(what_is_no_name)
{
	static const char *const names[] = {
		"",
		"root gateway=corp source=10.0.0.1:1 result=accepted",
		"a\"b",
		"a\nevt=login user=root",
	};
	struct rig *g = rig_new(users_file);

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		tries(g, names[i], "wrong");
		says("-", "result=refused methods=- failed=users reason=\"\"");
	}
	rig_free(g);
}
END_TEST

static struct attempt attempt_with(const char *rule)
{
	struct attempt t = { .state = ATTEMPT_RUNS };
	char why[80];

	snprintf(t.asked.user, sizeof t.asked.user, "bob");
	snprintf(t.gateway, sizeof t.gateway, "corp");
	ck_assert(!addr_parse(&t.asked.source, "192.0.2.1", 1));
	ck_assert(!auth_rule_parse(&t.rule, rule, why, sizeof why));
	said[0] = 0;
	return t;
}

START_TEST(by_several_methods)
{
	struct attempt t = attempt_with("certificate and otp or users and pam");

	t.wrong = METHOD_BIT(METHOD_CERTIFICATE) | METHOD_BIT(METHOD_USERS);
	snprintf(t.hint, sizeof t.hint, "the certificate is revoked");
	attempt_audit(&t, LOGIN_REFUSED);
	says("bob", "result=refused methods=- failed=certificate,users "
		    "reason=\"the certificate is revoked\"");
	t.set = 1;
	attempt_audit(&t, LOGIN_ACCEPTED);
	says("bob", "result=accepted methods=users,pam failed=- reason=\"\"");
	t.set = 0;
	attempt_audit(&t, LOGIN_ACCEPTED);
	says("bob", "result=accepted methods=certificate,otp failed=- "
		    "reason=\"\"");
	t.wrong = 0;
	t.state = ATTEMPT_ASKS;
	attempt_audit(&t, LOGIN_REFUSED);
	says("bob", "result=refused methods=- failed=- "
		    "reason=\"a question was not answered\"");
}
END_TEST

/* Nothing was checked, or evt=password says it. */
START_TEST(no_line)
{
	struct attempt t = attempt_with("users");

	attempt_audit(&t, LOGIN_DELAYED);
	ck_assert_str_eq(said, "");
	t.asked.change = true;
	attempt_audit(&t, LOGIN_ACCEPTED);
	ck_assert_str_eq(said, "");
	t.wrong = METHOD_BIT(METHOD_USERS);
	attempt_audit(&t, LOGIN_REFUSED);
	says("bob", "result=refused methods=- failed=users reason=\"\"");
}
END_TEST

SUITE("monitor/auth_audit", by_the_users_file, what_is_no_name,
      by_several_methods, no_line)
