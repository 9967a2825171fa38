/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_retry_test.c - when an agent tries again: silence, and networks that
 * come and go.  Which gateway it tries is in gateways_test.c. */
#include "rig.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

static struct uplink *u;
static unsigned waits;
static char why[800];

static void on_wait(void *ctx, const char *text)
{
	(void)ctx;
	waits++;
	snprintf(why, sizeof why, "%s", text);
}

static void up(void)
{
	rig_open();
	rig.manners.grace = 60;
	rig_up();
	u = &rig.agent->uplink;
}

/* Waits for the next try. */
static void lose(void)
{
	up();
	rig_hang_up();
	UNTIL(ev_is_active(&u->retry));
	ck_assert_int_eq(u->state, UPLINK_WAITING);
}

/* Unless it has fired by itself, on a slow machine. */
static void silence_is_over(void)
{
	if (ev_is_active(&u->silence))
		rig_fire(&u->silence);
}

/* A user who waits for a first login is told the reason. */
START_TEST(a_gateway_that_is_silent)
{
	waits = 0;
	rig_open();
	rig.manners.mute_login = true;
	rig_begin();
	u = &rig.agent->uplink;
	agent_on_wait(rig.agent, on_wait, NULL);
	UNTIL(rig.logins);
	silence_is_over();
	ck_assert_uint_eq(waits, 1);
	ck_assert_ptr_nonnull(strstr(why, rig.conf.gateways.item[0]));
	ck_assert_ptr_nonnull(strstr(why, "password"));
	/* It is still being waited for. */
	ck_assert_ptr_nonnull(u->login);
	ck_assert_uint_eq(rig.up.times, 0);
	rig_close();
}
END_TEST

START_TEST(silent_later)
{
	waits = 0;
	lose();
	agent_on_wait(rig.agent, on_wait, NULL);
	rig.manners.mute_attach = true;
	rig_fire(&u->retry);
	UNTIL(rig.attaches == 2);
	silence_is_over();
	ck_assert_uint_eq(waits, 0);
	ck_assert_ptr_nonnull(strstr(u->trouble, rig.conf.gateways.item[0]));
	rig_close();
}
END_TEST

START_TEST(another_network_while_waiting)
{
	lose();
	u->delay = 30.;
	/* Something has gone: no reason to hope. */
	uplink_on_network(&u->network, NETWORK_CHANGE);
	ck_assert_int_eq(u->state, UPLINK_WAITING);
	ck_assert(ev_is_active(&u->retry));
	uplink_on_network(&u->network, NETWORK_CAME);
	ck_assert_int_eq(u->state, UPLINK_DIALLING);
	ck_assert(!ev_is_active(&u->retry));
	/* And if it is of no use, the next try is soon. */
	ck_assert(u->delay <= 1.);
	UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	ck_assert_uint_eq(rig.logins, 1);
	rig_close();
}
END_TEST

/* A network that comes and goes does not make a short delay longer. */
START_TEST(it_comes_again_and_again)
{
	lose();
	u->delay = 0.4;
	uplink_on_network(&u->network, NETWORK_CAME);
	ck_assert(u->delay < 0.5);
	rig_close();
}
END_TEST

START_TEST(the_way_of_a_tunnel_is_cut)
{
	up();
	ck_assert_uint_ne(u->way.device, 0);
	u->way.device = 9999;
	u->delay = 30.;
	uplink_on_network(&u->network, NETWORK_CHANGE);
	UNTIL(ev_is_active(&u->retry));
	ck_assert_ptr_nonnull(strstr(u->trouble, "network"));
	ck_assert(ev_timer_remaining(rig.loop.ev, &u->retry) < 0.5);
	ck_assert_ptr_nonnull(u->session);
	rig_close();
}
END_TEST

/* A change of the network that may not concern the tunnel: a PING is sent. */
START_TEST(something_has_changed_beside_a_tunnel)
{
	unsigned pings;

	up();
	rig_turns();
	pings = rig.seen[FRAME_PING];
	uplink_on_network(&u->network, NETWORK_CHANGE);
	UNTIL(rig.seen[FRAME_PING] > pings);
	ck_assert_int_eq(agent_state(rig.agent), AGENT_CONNECTED);
	ck_assert_uint_eq(rig.accepted, 2);
	rig_close();
}
END_TEST

/* After a tunnel that was steady the next try comes soon. */
START_TEST(after_a_steady_tunnel)
{
	up();
	u->delay = 20.;
	u->up_us -= 31000000;
	rig_hang_up();
	UNTIL(ev_is_active(&u->retry));
	ck_assert(ev_timer_remaining(rig.loop.ev, &u->retry) < 0.5);
	rig_close();
	up();
	u->delay = 20.;
	u->up_us -= 25000000;
	rig_hang_up();
	UNTIL(ev_is_active(&u->retry));
	ck_assert(ev_timer_remaining(rig.loop.ev, &u->retry) > 5.);
	rig_close();
}
END_TEST

/* The same trouble again and again is one line in five minutes. */
START_TEST(said_once)
{
	static char nobody[] = "127.0.0.1:1", *gateways[] = { nobody };
	uint64_t at;

	rig_open();
	rig.conf.gateways = (struct name_list){ .item = gateways, .n = 1 };
	rig_begin();
	u = &rig.agent->uplink;
	UNTIL(ev_is_active(&u->retry));
	at = u->said[0].us;
	ck_assert_uint_ne(at, 0);
	ck_assert_str_eq(u->said[0].text, u->trouble);
	UNTIL(loop_now_us(&rig.loop) > at);
	rig_fire(&u->retry);
	UNTIL(ev_is_active(&u->retry));
	ck_assert(u->said[0].us == at);
	u->said[0].us -= 301000000;
	rig_fire(&u->retry);
	UNTIL(ev_is_active(&u->retry));
	ck_assert(u->said[0].us > at);
	rig_close();
}
END_TEST

SUITE("uplink_retry", a_gateway_that_is_silent, silent_later,
      another_network_while_waiting, it_comes_again_and_again,
      the_way_of_a_tunnel_is_cut, something_has_changed_beside_a_tunnel,
      after_a_steady_tunnel, said_once)
