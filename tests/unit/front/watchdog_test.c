/* SPDX-License-Identifier: BSD-2-Clause */
/* watchdog_test.c - a callback that does not return ends the worker. */
#include "front/rig.h"

#include "suite.h"

static struct front_rig r;

static void look(unsigned times)
{
	while (times--)
		front_rig_fire(&r, &r.front.watchdog.look);
}

static void begin(void)
{
	front_rig_begin(&r);
	r.front.status = -1;
	watchdog_start(&r.front.watchdog, &r.front);
}

static void end(void)
{
	watchdog_stop(&r.front.watchdog);
	front_rig_end(&r);
}

START_TEST(a_callback_that_hangs)
{
	struct plugin_watch *w;

	begin();
	w = &shard_at(&r.worker, 1)->watch;
	w->plugin = "looper";
	w->callback = "message";
	look(WATCHDOG_LOOKS - 1);
	ck_assert(!r.front.stuck);
	look(2);
	ck_assert(r.front.stuck);
	ck_assert_int_eq(r.front.status, 1);
	end();
}
END_TEST

/* The plugin is in a callback at each look, but never in the same one. */
START_TEST(a_busy_plugin_is_not_stuck)
{
	struct plugin_watch *w;

	begin();
	w = &shard_at(&r.worker, 0)->watch;
	w->plugin = "busy";
	w->callback = "message";
	for (int i = 0; i < 3 * WATCHDOG_LOOKS; i++) {
		w->turn++;
		look(1);
	}
	ck_assert(!r.front.stuck);
	ck_assert_int_eq(r.front.status, -1);
	end();
}
END_TEST

SUITE("front/watchdog", a_callback_that_hangs, a_busy_plugin_is_not_stuck)
