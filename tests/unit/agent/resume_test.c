/* SPDX-License-Identifier: BSD-2-Clause */
/* resume_test.c - an agent between two tunnels: which applications wait, and
 * how long. */
#include "rig.h"

#include "base/err.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "suite.h"

/* Connected, with one application, and then the tunnel is gone. */
static int lose(void)
{
	uint32_t id;
	int app;

	rig_open();
	rig.manners.grace = 60;
	rig_up();
	app = rig_app("echo", &id);
	rig.manners.mute_attach = true;
	rig_hang_up();
	UNTIL(rig.agent->uplink.down_us);
	ck_assert(ev_is_active(&rig.agent->uplink.grace));
	ck_assert(uplink_may_open(&rig.agent->uplink));
	return app;
}

static void win(int app)
{
	close(app);
	rig_close();
}

/* However often the tunnel came and went before. */
START_TEST(tries_again_at_once)
{
	uint32_t id;
	int app;

	rig_open();
	rig.manners.grace = 60;
	rig_up();
	app = rig_app("echo", &id);
	rig.agent->uplink.delay = 30.;
	rig_hang_up();
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	ck_assert(ev_timer_remaining(rig.loop.ev, &rig.agent->uplink.retry) <
		  0.3);
	win(app);
}
END_TEST

static bool is_reset(int fd)
{
	char c;

	return poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 0) == 1 &&
	       read(fd, &c, 1) < 0;
}

static void run_out(void)
{
	ev_invoke(rig.loop.ev, &rig.agent->uplink.grace, EV_TIMER);
	ev_timer_stop(rig.loop.ev, &rig.agent->uplink.grace);
	rig_turns();
}

START_TEST(waits_and_goes_on)
{
	int app = lose();

	rig_turns();
	ck_assert(!is_reset(app));
	ck_assert_uint_eq(session_channels(rig.agent->uplink.session), 1);
	win(app);
}
END_TEST

START_TEST(grace_runs_out)
{
	int app = lose();

	run_out();
	ck_assert(is_reset(app));
	ck_assert(!uplink_may_open(&rig.agent->uplink));
	win(app);
}
END_TEST

/* After the grace, a failed attempt does not let applications wait again. */
START_TEST(attempts_grant_no_more_time)
{
	int app = lose();

	run_out();
	UNTIL(rig.attaches == 2);
	rig_hang_up();
	rig_turns();
	ck_assert(!uplink_may_open(&rig.agent->uplink));
	ck_assert(!ev_is_active(&rig.agent->uplink.grace));
	win(app);
}
END_TEST

/* A tunnel that ends before ATTACHED does not begin the grace again. */
START_TEST(attempts_do_not_prolong)
{
	int app = lose();
	uint64_t since = rig.agent->uplink.down_us;

	UNTIL(rig.attaches == 2);
	rig_hang_up();
	rig_turns();
	ck_assert_uint_eq(rig.agent->uplink.down_us, since);
	ck_assert(uplink_may_open(&rig.agent->uplink));
	win(app);
}
END_TEST

/* Out of reach for a minute: another gateway is tried, with another session. */
START_TEST(the_next_gateway_has_no_grace)
{
	static char *both[2];
	int app = lose();

	both[0] = rig.conf.gateways.item[0];
	both[1] = (char *)(uintptr_t) "127.0.0.1:1";
	rig.conf.gateways.item = both;
	rig.conf.gateways.n = 2;
	uplink_session_drop(&rig.agent->uplink);
	ck_assert_ptr_null(rig.agent->uplink.session);
	ck_assert(!ev_is_active(&rig.agent->uplink.grace));
	ck_assert(!uplink_may_open(&rig.agent->uplink));
	ck_assert_uint_eq(rig.agent->uplink.down_us, 0);
	rig.conf.gateways.n = 1;
	win(app);
}
END_TEST

/* A gateway that accepts and says nothing must not use up the whole grace. */
START_TEST(silence_is_not_waited_for)
{
	int app = lose();

	UNTIL(rig.attaches == 2);
	ck_assert(ev_is_active(&rig.agent->uplink.timeout));
	ck_assert(ev_timer_remaining(rig.loop.ev, &rig.agent->uplink.timeout) <
		  9.);
	win(app);
}
END_TEST

SUITE("resume", tries_again_at_once, waits_and_goes_on, grace_runs_out,
      attempts_grant_no_more_time, attempts_do_not_prolong,
      the_next_gateway_has_no_grace, silence_is_not_waited_for)
