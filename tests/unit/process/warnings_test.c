/* SPDX-License-Identifier: BSD-2-Clause */
/* warnings_test.c - the last warnings of two processes, by time. */
#include "process/warnings.h"

#include "base/log.h"
#include "suite.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static json_t *at(const char *times)
{
	json_t *all = json_array();

	for (; *times; times++)
		json_array_append_new(all, json_pack("{s:i, s:s%}", "time",
						     *times - 'a', "text",
						     times, (size_t)1));
	return all;
}

static void joined(const char *a, const char *b, const char *want)
{
	json_t *other = b ? at(b) : NULL;
	json_t *all = warnings_join(at(a), other);
	char got[32] = "";

	for (size_t i = 0; i < json_array_size(all); i++)
		got[i] = json_string_value(
			json_object_get(json_array_get(all, i), "text"))[0];
	ck_assert_str_eq(got, want);
	json_decref(all);
	json_decref(other);
}

START_TEST(in_order_of_time)
{
	joined("", NULL, "");
	joined("abc", NULL, "abc");
	joined("", "abc", "abc");
	joined("ace", "bdf", "abcdef");
	joined("ef", "abcd", "abcdef");
	/* The last eight. */
	joined("acegikmo", "bdfhjlnp", "ijklmnop");
	joined("abcdefgh", "z", "bcdefghz");
}
END_TEST

START_TEST(a_worker_is_not_believed)
{
	json_t *odd = json_pack("[i, s, {s:s}, {}]", 1, "x", "time", "noon");
	json_t *all = warnings_join(at("ab"), odd);

	ck_assert_uint_eq(json_array_size(all), 6);
	json_decref(all);
	all = warnings_join(at("ab"), json_object_get(odd, "none"));
	ck_assert_uint_eq(json_array_size(all), 2);
	json_decref(all);
	json_decref(odd);
}
END_TEST

START_TEST(what_was_logged)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	json_t *all, *last;

	ck_assert_int_ge(dup2(null, STDERR_FILENO), 0);
	close(null);
	log_start("warnings_test", LOG_INFO);
	log_msg(LOG_ERROR, "login", "no \xff text");
	all = warnings_json();
	ck_assert_uint_eq(json_array_size(all), 1);
	last = json_array_get(all, 0);
	ck_assert_str_eq(json_string_value(json_object_get(last, "level")),
			 "error");
	ck_assert_str_eq(json_string_value(json_object_get(last, "text")),
			 "login: no \\xff text");
	ck_assert(json_is_integer(json_object_get(last, "time")));
	json_decref(all);
}
END_TEST

SUITE("warnings", in_order_of_time, a_worker_is_not_believed, what_was_logged)
