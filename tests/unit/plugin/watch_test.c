/* SPDX-License-Identifier: BSD-2-Clause */
/* watch_test.c - a callback that does not come back is noticed, others are not. */
#include "plugin/watch.h"

#include "suite.h"

#include <pthread.h>
#include <string.h>

enum { MOST = 3 };

static struct plugin_watch watch;
static struct plugin_seen seen;

static void begin(void)
{
	memset(&watch, 0, sizeof watch);
	memset(&seen, 0, sizeof seen);
	plugin_watch_here(&watch);
}

static const char *look(void)
{
	return plugin_watch_look(&seen, &watch, MOST);
}

START_TEST(one_that_stays)
{
	begin();
	watch_enter("p", "message");
	ck_assert_ptr_null(look());
	ck_assert_ptr_null(look());
	ck_assert_str_eq(look(), "message");
	ck_assert_str_eq(watch.plugin, "p");
	watch_leave();
	ck_assert_ptr_null(look());
}
END_TEST

/* A busy plugin is in a callback at every look, but not in the same one. */
START_TEST(many_in_turn)
{
	begin();
	for (int i = 0; i < 10 * MOST; i++) {
		watch_enter("p", "message");
		ck_assert_ptr_null(look());
		watch_leave();
	}
	for (int i = 0; i < 10 * MOST; i++)
		ck_assert_ptr_null(look());
}
END_TEST

START_TEST(one_that_is_slow)
{
	begin();
	for (int i = 0; i < MOST; i++) {
		watch_enter("p", "frame");
		for (int k = 1; k < MOST; k++)
			ck_assert_ptr_null(look());
		watch_leave();
	}
}
END_TEST

static void *elsewhere(void *arg)
{
	watch_enter("p", "timer");
	return arg;
}

/* Threads of tests and of the kit are not watched. */
START_TEST(another_thread)
{
	pthread_t t;

	begin();
	ck_assert_int_eq(pthread_create(&t, NULL, elsewhere, NULL), 0);
	ck_assert_int_eq(pthread_join(t, NULL), 0);
	for (int i = 0; i < 2 * MOST; i++)
		ck_assert_ptr_null(look());
	plugin_watch_here(NULL);
	watch_enter("p", "timer");
	ck_assert_ptr_null(look());
}
END_TEST

SUITE("plugin/watch", one_that_stays, many_in_turn, one_that_is_slow,
      another_thread)
