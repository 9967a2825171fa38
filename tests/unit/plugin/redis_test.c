/* SPDX-License-Identifier: BSD-2-Clause */
/* redis_test.c - how the redis plugin reads RESP and commands, which reply it
 * takes for which command's, and what it refuses. */
#include "plugins/redis/inside.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/suite.h"

/* ---- RESP ---------------------------------------------------------------- */

static int64_t whole(const char *text)
{
	return resp_whole((const uint8_t *)text, strlen(text));
}

START_TEST(elements_end_where_they_should)
{
	static const char *const good[] = {
		"+OK\r\n",
		"-ERR no\r\n",
		":-7\r\n",
		"_\r\n",
		"$0\r\n\r\n",
		"$5\r\na\r\nbc\r\n",
		"$-1\r\n",
		"*-1\r\n",
		"*0\r\n",
		"*2\r\n*1\r\n:1\r\n$1\r\nx\r\n",
		"%1\r\n+a\r\n~2\r\n:1\r\n:2\r\n",
		"|1\r\n+ttl\r\n:9\r\n$1\r\nv\r\n",
		"=7\r\ntxt:abc\r\n",
	};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		size_t n = strlen(good[i]);

		ck_assert_int_eq(whole(good[i]), (int64_t)n);
		for (size_t cut = 1; cut < n; cut++)
			ck_assert_int_eq(resp_whole((const uint8_t *)good[i],
						    cut),
					 RESP_MORE);
	}
}
END_TEST

START_TEST(numbers_have_one_form)
{
	static const char *const bad[] = {
		"*01\r\n",
		"*+1\r\n",
		"*1 \r\n",
		"*\r\n",
		"*1\r\r\n",
		"*-2\r\n",
		"$x\r\n",
		"*99999999999\r\n",
		"x\r\n",
		"*0x1\r\n",
		"*12345678901234567890123",
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_int_eq(whole(bad[i]), RESP_BAD);
	ck_assert_int_eq(resp_number("7000", 4), 7000);
	ck_assert_int_eq(resp_number("", 0), -1);
	ck_assert_int_eq(resp_number("1234567890123456789", 19), -1);
}
END_TEST

/* ---- commands ------------------------------------------------------------ */

static bool says(const char *line, const char *expected)
{
	struct redis_command c;
	char to[256], all[512] = "";
	size_t n = 0;

	if (!redis_inline((const uint8_t *)line, strlen(line), to, &c))
		return !expected;
	for (size_t i = 0; i < c.n; i++)
		n += (size_t)snprintf(all + n, sizeof all - n, "[%.*s]",
				      (int)c.arg[i].len, c.arg[i].text);
	return expected && !strcmp(all, expected);
}

START_TEST(lines_are_split_as_redis_does)
{
	ck_assert(says("get a\r\n", "[get][a]"));
	ck_assert(says("  get\ta \n", "[get][a]"));
	ck_assert(says("\"get\" 'a b'\r\n", "[get][a b]"));
	ck_assert(says("FLUSH\"ALL\"\r\n", "[FLUSHALL]"));
	ck_assert(says("\"\\x67\\x65t\" \"a\\n\\\"\"\r\n", "[get][a\n\"]"));
	ck_assert(says("set 'it\\'s' ''\r\n", "[set][it's][]"));
	ck_assert(says("\r\n", ""));
	ck_assert(says("get \"a\r\n", NULL));
	ck_assert(says("get \"a\"b\r\n", NULL));
}
END_TEST

static const char *refused(const struct redis_conf *conf, const char *line)
{
	struct redis_command c;
	char to[256];

	ck_assert(redis_inline((const uint8_t *)line, strlen(line), to, &c));
	return redis_refused_by(conf, &c);
}

START_TEST(policy_knows_commands_and_their_second_words)
{
	static const char *const list[] = { "KEYS", "config|set", NULL };
	struct redis_conf some = { .deny_commands = list };
	struct redis_conf safe = { .read_only = true };

	ck_assert_str_eq(refused(&some, "keys *"), "deny_commands");
	ck_assert_str_eq(refused(&some, "CONFIG set a b"), "deny_commands");
	ck_assert_ptr_null(refused(&some, "CONFIG GET a"));
	ck_assert_ptr_null(refused(&some, "SET a b"));
	ck_assert_ptr_null(refused(&safe, "get a"));
	ck_assert_ptr_null(refused(&safe, "config get a"));
	ck_assert_ptr_null(refused(&safe, "COMMAND"));
	ck_assert_str_eq(refused(&safe, "config set a b"), "read_only");
	ck_assert_str_eq(refused(&safe, "eval x 0"), "read_only");
	ck_assert_str_eq(refused(&safe, "sort l store m"), "read_only");
	ck_assert_str_eq(refused(&safe, "unheard-of"), "read_only");
}
END_TEST

/* ---- whose reply it is --------------------------------------------------- */

START_TEST(replies_are_counted_in_runs)
{
	struct due d = { .n = 0 };

	ck_assert(due_add(&d, DUE_PLAIN, 3));
	ck_assert(due_add(&d, DUE_PLAIN, 2));
	ck_assert(due_add(&d, DUE_SLOTS, 1));
	ck_assert_uint_eq(d.n, 2);
	due_take(&d, 4);
	ck_assert_int_eq(due_head(&d)->kind, DUE_PLAIN);
	due_take(&d, 1);
	ck_assert_int_eq(due_head(&d)->kind, DUE_SLOTS);
	due_drop(&d);
	ck_assert_ptr_null(due_head(&d));
	due_drop(&d);
	due_take(&d, 1);
}
END_TEST

START_TEST(the_ring_goes_round_and_is_full)
{
	struct due d = { .n = 0 };

	for (int round = 0; round < 200; round++) {
		ck_assert(due_add(&d, DUE_SLOTS, 1));
		ck_assert(due_add(&d, DUE_PLAIN, 1));
		due_take(&d, 1);
		due_take(&d, 1);
	}
	for (int i = 0; i < DUE_MAX; i++)
		ck_assert(due_add(&d, i % 2 ? DUE_PLAIN : DUE_SLOTS, 1));
	ck_assert(!due_add(&d, DUE_SLOTS, 1));
	ck_assert(due_is_full(&d) && due_is_sound(&d));
}
END_TEST

START_TEST(what_is_in_a_transaction_goes_with_it)
{
	struct due_multi m = { .n = 0 };
	struct due d = { .n = 0 };

	due_multi_add(&m, DUE_PLAIN, 2);
	due_multi_add(&m, DUE_SLOTS, 1);
	ck_assert(due_exec(&d, &m));
	ck_assert(due_add(&d, DUE_NODES, 1));
	ck_assert_int_eq(due_head(&d)->kind, DUE_EXEC);
	ck_assert_uint_eq(due_head(&d)->count, 3);
	due_drop(&d); /* aborted */
	ck_assert_int_eq(due_head(&d)->kind, DUE_NODES);
	/* One of commands that do not matter has one reply that does not. */
	d = (struct due){ .n = 0 };
	m = (struct due_multi){ .n = 0 };
	due_multi_add(&m, DUE_PLAIN, 9);
	ck_assert(due_exec(&d, &m));
	ck_assert_int_eq(due_head(&d)->kind, DUE_PLAIN);
	ck_assert_uint_eq(due_head(&d)->count, 1);
}
END_TEST

START_TEST(lies_are_not_sound)
{
	struct due d = { .n = DUE_MAX + 1 };
	struct due_multi m = { .n = DUE_MULTI + 1 };

	ck_assert(!due_is_sound(&d));
	ck_assert(!due_multi_is_sound(&m));
	d = (struct due){ .n = 1, .of = { { .kind = DUE_KINDS } } };
	ck_assert(!due_is_sound(&d));
	d = (struct due){ .first = DUE_MAX };
	ck_assert(!due_is_sound(&d));
}
END_TEST

SUITE("redis", elements_end_where_they_should, numbers_have_one_form,
      lines_are_split_as_redis_does,
      policy_knows_commands_and_their_second_words, replies_are_counted_in_runs,
      the_ring_goes_round_and_is_full, what_is_in_a_transaction_goes_with_it,
      lies_are_not_sound)
