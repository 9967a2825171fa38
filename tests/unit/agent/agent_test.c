/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_test.c - an agent's life against a gateway that answers, is silent,
 * refuses and hangs up. */
#include "rig.h"

#include "base/err.h"

#include <string.h>
#include <unistd.h>

#include "suite.h"

START_TEST(up_and_down)
{
	unsigned before = rig_fds();

	rig_open();
	rig_up();
	ck_assert_uint_eq(rig.logins, 1);
	ck_assert_uint_eq(rig.attaches, 1);
	agent_down(rig.agent);
	UNTIL(rig.down);
	ck_assert_uint_eq(rig.seen[FRAME_GOAWAY], 1);
	ck_assert_uint_eq(rig.down, 1);
	rig_close();
	ck_assert_uint_eq(rig_fds(), before);
}
END_TEST

START_TEST(stopped_and_started)
{
	struct addr at;
	int fd;

	rig_open();
	rig_up();
	at = rig_at("echo");
	agent_stop(rig.agent, told, &rig.stop);
	ck_assert_uint_eq(rig.stop.times, 1);
	ck_assert_int_eq(rig.stop.err, 0);
	ck_assert_int_lt(rig_connect(&at), 0);
	UNTIL(!rig.tunnel);
	ck_assert_int_eq(agent_state(rig.agent), AGENT_STOPPED);
	agent_start(rig.agent, told, &rig.start);
	UNTIL(rig.start.times);
	ck_assert_int_eq(rig.start.err, 0);
	at = rig_at("echo");
	fd = rig_connect(&at);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_uint_eq(rig.logins, 1);
	rig_close();
}
END_TEST

/* A list of resources that was on its way during `stop` does not open the
 * listeners again. */
START_TEST(a_list_after_stop)
{
	struct resource_entry e = rig_entry("echo", 2000);
	struct frame f = { .command = FRAME_RESOURCES,
			   .flags = FLAG_FIRST | FLAG_LAST };
	uint8_t p[200];
	struct addr at;

	rig_open();
	rig_up();
	at = rig_at("echo");
	agent_stop(rig.agent, told, &rig.stop);
	f.len = (uint16_t)pack_resource(p, sizeof p, &e);
	ck_assert_int_eq(uplink_session_ops.frame(rig.agent->uplink.session, &f,
						  p, NULL),
			 0);
	UNTIL(!rig.tunnel);
	rig_turns();
	ck_assert_int_eq(agent_state(rig.agent), AGENT_STOPPED);
	ck_assert_int_lt(rig_connect(&at), 0);
	rig_close();
}
END_TEST

START_TEST(no_auto_start)
{
	rig_open();
	rig.manners.profile = 0;
	rig_begin();
	UNTIL(rig.up.times);
	ck_assert_int_eq(rig.up.err, 0);
	ck_assert_ptr_nonnull(strstr(rig.up.text, "adit start"));
	ck_assert_int_eq(agent_state(rig.agent), AGENT_STOPPED);
	agent_start(rig.agent, told, &rig.start);
	UNTIL(rig.start.times);
	ck_assert_int_eq(agent_state(rig.agent), AGENT_CONNECTED);
	rig_close();
}
END_TEST

/* `start` during the login is answered once, when the agent forwards. */
START_TEST(started_during_login)
{
	rig_open();
	rig.manners.profile = 0;
	rig_begin();
	agent_start(rig.agent, told, &rig.start);
	UNTIL(rig.up.times && rig.start.times);
	ck_assert_int_eq(rig.start.err, 0);
	ck_assert_int_eq(agent_state(rig.agent), AGENT_CONNECTED);
	rig_turns();
	ck_assert_uint_eq(rig.accepted, 2);
	rig_close();
}
END_TEST

START_TEST(stop_and_start_at_every_turn)
{
	for (unsigned when = 0; when < 12; when++) {
		unsigned before = rig_fds();

		rig_open();
		rig_begin();
		for (unsigned i = 0; i < when; i++)
			ev_run(rig.loop.ev, EVRUN_ONCE);
		agent_stop(rig.agent, told, &rig.stop);
		agent_start(rig.agent, told, &rig.start);
		ck_assert_uint_eq(rig.stop.times, 1);
		UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
		UNTIL(rig.start.times);
		rig_turns();
		ck_assert_uint_eq(rig.start.times, 1);
		ck_assert_uint_eq(rig.up.times, 1);
		ck_assert_uint_eq(rig.logins, 1);
		rig_close();
		ck_assert_uint_eq(rig_fds(), before);
	}
}
END_TEST

START_TEST(down_at_every_turn)
{
	for (unsigned when = 0; when < 16; when++) {
		unsigned before = rig_fds();

		rig_open();
		rig_begin();
		for (unsigned i = 0; i < when; i++)
			ev_run(rig.loop.ev, EVRUN_ONCE);
		agent_start(rig.agent, told, &rig.start);
		agent_down(rig.agent);
		agent_start(rig.agent, told, &rig.start);
		agent_down(rig.agent);
		UNTIL(rig.down);
		ck_assert_uint_eq(rig.start.times, 2);
		ck_assert_uint_eq(rig.down, 1);
		rig_close();
		ck_assert_uint_eq(rig_fds(), before);
	}
}
END_TEST

START_TEST(down_while_stopped)
{
	rig_open();
	rig_up();
	agent_stop(rig.agent, told, &rig.stop);
	UNTIL(!rig.tunnel);
	rig_turns();
	agent_down(rig.agent);
	agent_start(rig.agent, told, &rig.start);
	agent_stop(rig.agent, told, &rig.stop);
	UNTIL(rig.down);
	ck_assert_int_ne(rig.start.err, 0);
	ck_assert_uint_eq(rig.attaches, 2);
	ck_assert_uint_eq(rig.seen[FRAME_GOAWAY], 1);
	rig_close();
}
END_TEST

START_TEST(a_refused_login)
{
	rig_open();
	rig.manners.refuse_login = LEAVE_DENIED;
	rig_begin();
	UNTIL(rig.down);
	ck_assert_uint_eq(rig.up.times, 1);
	ck_assert_int_eq(rig.up.err, ERR_AGAIN);
	ck_assert(rig.up.text[0]);
	rig_close();
}
END_TEST

START_TEST(a_gateway_that_is_silent_at_login)
{
	rig_open();
	rig.manners.mute_login = true;
	rig_begin();
	UNTIL(rig.logins);
	ck_assert_ptr_nonnull(rig.agent->uplink.login);
	agent_down(rig.agent);
	UNTIL(rig.down);
	rig_close();
}
END_TEST

/* A gateway that does not answer ATTACH is not waited for forever. */
START_TEST(a_gateway_that_is_silent_at_attach)
{
	rig_open();
	rig.manners.mute_attach = true;
	rig_begin();
	UNTIL(rig.attaches);
	rig_fire(&rig.agent->uplink.timeout);
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	ck_assert_ptr_nonnull(
		strstr(rig.agent->uplink.trouble, "does not answer"));
	rig.manners.mute_attach = false;
	rig_fire(&rig.agent->uplink.retry);
	UNTIL(rig.up.times);
	ck_assert_int_eq(rig.up.err, 0);
	rig_close();
}
END_TEST

START_TEST(a_gateway_without_a_list)
{
	rig_open();
	rig.manners.no_list = true;
	rig_begin();
	UNTIL(rig.attaches);
	rig_turns();
	rig_fire(&rig.agent->uplink.timeout);
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	rig.manners.no_list = false;
	rig_fire(&rig.agent->uplink.retry);
	UNTIL(rig.up.times);
	ck_assert_int_eq(rig.up.err, 0);
	rig_close();
}
END_TEST

START_TEST(comes_back)
{
	rig_open();
	rig_up();
	ck_assert(!ev_is_active(&rig.agent->uplink.timeout));
	rig_hang_up();
	UNTIL(agent_state(rig.agent) == AGENT_RECONNECTING);
	rig_fire(&rig.agent->uplink.retry);
	UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	ck_assert_uint_eq(rig.logins, 1);
	rig_close();
}
END_TEST

/* A gateway that ends the session again and again is asked less and less. */
START_TEST(does_not_hammer)
{
	double delay = 0.;

	rig_open();
	rig_up();
	rig.manners.refuse_attach = LEAVE_UNKNOWN;
	rig_hang_up();
	for (unsigned i = 0; i < 6; i++) {
		UNTIL(ev_is_active(&rig.agent->uplink.retry));
		ck_assert_double_ge(rig.agent->uplink.delay, delay * 1.5);
		delay = rig.agent->uplink.delay;
		rig_fire(&rig.agent->uplink.retry);
	}
	rig_close();
}
END_TEST

START_TEST(does_not_hammer_one_that_hangs_up)
{
	double delay = 0.;

	rig_open();
	rig_up();
	for (unsigned i = 0; i < 6; i++) {
		rig_hang_up();
		UNTIL(ev_is_active(&rig.agent->uplink.retry));
		ck_assert_double_ge(rig.agent->uplink.delay, delay * 1.5);
		delay = rig.agent->uplink.delay;
		rig_fire(&rig.agent->uplink.retry);
		UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	}
	rig_close();
}
END_TEST

static void goaway(uint8_t flags, unsigned leave)
{
	struct goodbye bye = { .leave = (uint16_t)leave };
	uint8_t p[300];

	rig_say(&(struct said){ FRAME_GOAWAY, flags, 0, 0, p,
				pack_goodbye(p, sizeof p, &bye) });
}

START_TEST(kicked)
{
	rig_open();
	rig_up();
	goaway(FLAG_FINAL, LEAVE_KICKED);
	UNTIL(agent_state(rig.agent) == AGENT_LOGIN);
	rig_turns();
	ck_assert_uint_eq(rig.logins, 1);
	agent_start(rig.agent, told, &rig.start);
	ck_assert_int_ne(rig.start.err, 0);
	agent_stop(rig.agent, told, &rig.stop);
	ck_assert_int_ne(rig.stop.err, 0);
	agent_down(rig.agent);
	UNTIL(rig.down);
	rig_close();
}
END_TEST

START_TEST(expired)
{
	rig_open();
	rig_up();
	goaway(FLAG_FINAL, LEAVE_EXPIRED);
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	agent_stop(rig.agent, told, &rig.stop);
	agent_start(rig.agent, told, &rig.start);
	UNTIL(rig.start.times);
	ck_assert_int_eq(rig.start.err, 0);
	ck_assert_uint_eq(rig.logins, 2);
	rig_close();
}
END_TEST

START_TEST(goodbyes_at_odd_times)
{
	rig_open();
	rig_up();
	goaway(0, LEAVE_NONE);
	goaway(FLAG_FINAL, LEAVE_EXPIRED);
	goaway(0, 60000);
	agent_stop(rig.agent, told, &rig.stop);
	UNTIL(!rig.tunnel);
	rig_turns();
	ck_assert_int_eq(agent_state(rig.agent), AGENT_STOPPED);
	rig_close();
}
END_TEST

SUITE("agent", up_and_down, stopped_and_started, a_list_after_stop,
      no_auto_start, started_during_login, stop_and_start_at_every_turn,
      down_at_every_turn, down_while_stopped, a_refused_login,
      a_gateway_that_is_silent_at_login, a_gateway_that_is_silent_at_attach,
      a_gateway_without_a_list, comes_back, does_not_hammer,
      does_not_hammer_one_that_hangs_up, kicked, expired, goodbyes_at_odd_times)
