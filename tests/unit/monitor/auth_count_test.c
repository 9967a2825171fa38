/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_count_test.c - what counts as a login, and what of its time. */
#include "auth_rig.h"

#include "monitor/attempt.h"
#include "suite.h"

#include <string.h>

static struct rig *rig;
static struct attempt t;

/* A login that began ten seconds ago, and took three for its answers. */
static void begin(void)
{
	char why[80];

	rig = rig_new(users_file);
	memset(&t, 0, sizeof t);
	t.auth = rig->auth;
	t.asked_us = 3000000;
	t.began_us = (clock_ms - 10000) * 1000;
	ck_assert_int_eq(auth_rule_parse(&t.rule, "users", why, sizeof why), 0);
}

static uint64_t counted(void)
{
	struct auth_counters c;

	auth_count(rig->auth, &c);
	return c.result[LOGIN_ACCEPTED];
}

static long long took_us(void)
{
	json_t *o = auth_times(rig->auth), *by, *of;
	long long us;

	by = json_object_get(o, "users");
	of = json_object_get(by, "accepted");
	us = of ? json_integer_value(json_object_get(of, "sum_us")) : -1;
	json_decref(o);
	return us;
}

START_TEST(a_login)
{
	begin();
	attempt_count(&t, LOGIN_ACCEPTED);
	ck_assert_uint_eq(counted(), 1);
	ck_assert_int_eq(took_us(), 7000000);
	rig_free(rig);
}
END_TEST

/* It ends while somebody is asked: that time is his, too. */
START_TEST(while_it_asks)
{
	begin();
	t.state = ATTEMPT_ASKS;
	t.asks_us = (clock_ms - 2000) * 1000;
	attempt_count(&t, LOGIN_ACCEPTED);
	ck_assert_int_eq(took_us(), 5000000);
	rig_free(rig);
}
END_TEST

START_TEST(a_code_inside_a_session)
{
	begin();
	t.in_session = true;
	attempt_count(&t, LOGIN_ACCEPTED);
	ck_assert_uint_eq(counted(), 0);
	ck_assert_int_eq(took_us(), -1);
	rig_free(rig);
}
END_TEST

SUITE("auth_count", a_login, while_it_asks, a_code_inside_a_session)
