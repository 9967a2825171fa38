/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_daily_test.c - certificates that will end are warned of once a day. */
#include "monitor_rig.h"

#include "suite.h"

#include <time.h>

enum { DAY_S = 24 * 60 * 60 };

static time_t today;

/* In place of that of libc. */
time_t time(time_t *at)
{
	if (at)
		*at = today;
	return today;
}

/* A day passes. */
static void turn(void)
{
	ev_feed_event(rig.m.loop, &rig.m.daily, EV_TIMER);
	ev_invoke_pending(rig.m.loop);
}

START_TEST(once_a_day)
{
	struct timespec now;
	struct tls_times of;
	char *pem;

	clock_gettime(CLOCK_REALTIME, &now);
	today = now.tv_sec;
	rig_init("");
	pem = (char *)buf_ptr(&rig.m.now.config->gateways[0].cert);
	ck_assert_int_eq(tls_certificate_times(pem, &of), 0);
	monitor_daily_start(&rig.m);
	ck_assert(ev_is_active(&rig.m.daily));
	ck_assert(ev_timer_remaining(rig.m.loop, &rig.m.daily) > DAY_S - 60);
	ck_assert(rig.m.daily.repeat == (ev_tstamp)DAY_S);
	/* Reading the configuration has said what there was to say. */
	ck_assert(!rig_logged("certificate"));
	turn();
	ck_assert(!rig_logged("certificate"));
	today = of.until - 9 * DAY_S;
	turn();
	ck_assert(rig_logged("(9 days left)"));
	today += DAY_S;
	turn();
	ck_assert(rig_logged("(8 days left)"));
	rig_fini();
}
END_TEST

SUITE("monitor/daily", once_a_day)
