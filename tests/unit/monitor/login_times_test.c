/* SPDX-License-Identifier: BSD-2-Clause */
/* login_times_test.c - times of logins by their methods and results. */
#include "monitor/login_times.h"

#include "suite.h"

static uint64_t bucket(const json_t *o, const char *methods, const char *result,
		       size_t i)
{
	const json_t *times = json_object_get(json_object_get(o, methods),
					      result);

	return (uint64_t)json_integer_value(
		json_array_get(json_object_get(times, "buckets"), i));
}

START_TEST(what_there_was)
{
	const unsigned both = METHOD_BIT(METHOD_CERTIFICATE) |
			      METHOD_BIT(METHOD_OTP);
	static struct login_times t;
	json_t *o = login_times_json(&t);

	ck_assert_uint_eq(json_object_size(o), 0);
	json_decref(o);
	login_times_add(&t, both, LOGIN_ACCEPTED, 4000);
	login_times_add(&t, both, LOGIN_ACCEPTED, 5000);
	login_times_add(&t, both, LOGIN_REFUSED, UINT64_C(7200000000));
	login_times_add(&t, METHOD_BIT(METHOD_USERS), LOGIN_DELAYED, 0);
	o = login_times_json(&t);
	ck_assert_uint_eq(json_object_size(o), 2);
	ck_assert_uint_eq(bucket(o, "certificate and otp", "accepted", 1), 2);
	ck_assert_uint_eq(
		bucket(o, "certificate and otp", "refused", METRIC_BOUNDS), 1);
	ck_assert_uint_eq(bucket(o, "users", "delayed", 0), 1);
	ck_assert_uint_eq(json_object_size(json_object_get(o, "users")), 1);
	json_decref(o);
}
END_TEST

SUITE("login_times", what_there_was)
