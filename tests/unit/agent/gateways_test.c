/* SPDX-License-Identifier: BSD-2-Clause */
/* gateways_test.c - an agent with a list of gateways: who is tried when. */
#include "rig.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static int mute; /* says yes, and nothing more */
static char *both[2], silent[ADDR_TEXT], nobody[] = "127.0.0.1:1", *real;

/* The rig's gateway is `real`; `silent` takes connections. */
static void begin(char *first, char *second)
{
	struct addr at;

	rig_open();
	rig.manners.grace = 60;
	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	mute = tcp_listen(&at, 16, true);
	ck_assert_int_ge(mute, 0);
	at = addr_local(mute);
	addr_str(&at, silent);
	real = rig.conf.gateways.item[0];
	both[0] = first ? first : real;
	both[1] = second ? second : real;
	rig.conf.gateways = (struct name_list){ .item = both, .n = 2 };
}

static void end(void)
{
	close(mute);
	rig_close();
}

static void retry(void)
{
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	rig_fire(&rig.agent->uplink.retry);
}

static void goodbye(unsigned leave)
{
	struct goodbye bye = { .leave = (uint16_t)leave };
	uint8_t p[300];

	rig_say(&(struct said){ FRAME_GOAWAY, FLAG_FINAL, 0, 0, p,
				pack_goodbye(p, sizeof p, &bye) });
}

START_TEST(the_first_is_dead)
{
	begin(nobody, NULL);
	rig_up();
	ck_assert_uint_eq(rig.agent->uplink.at, 1);
	end();
}
END_TEST

START_TEST(all_are_dead)
{
	begin(nobody, nobody);
	rig.conf.once = true;
	rig_begin();
	UNTIL(rig.down);
	ck_assert_int_ne(rig.up.err, 0);
	ck_assert_uint_eq(rig.up.times, 1);
	end();
}
END_TEST

static unsigned waits;

static void on_wait(void *ctx, const char *why)
{
	ck_assert_ptr_nonnull(strstr(why, nobody));
	ck_assert_ptr_eq(ctx, &waits);
	waits++;
}

/* No gateway of the list can be reached yet: the agent goes on trying. */
START_TEST(none_is_there_yet)
{
	waits = 0;
	begin(nobody, nobody);
	rig_begin();
	agent_on_wait(rig.agent, on_wait, &waits);
	for (unsigned i = 1; i < 8; i++) {
		retry();
		UNTIL(waits > i);
		ck_assert_uint_eq(rig.up.times, 0);
	}
	/* Somebody sits before a terminal. */
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	ck_assert(ev_timer_remaining(rig.loop.ev, &rig.agent->uplink.retry) <
		  8.);
	both[1] = real;
	retry();
	UNTIL(rig.up.times);
	ck_assert_int_eq(rig.up.err, 0);
	end();
}
END_TEST

START_TEST(one_is_there_and_of_no_use)
{
	begin(nobody, NULL);
	rig.manners.refuse_login = LEAVE_DENIED;
	rig_begin();
	UNTIL(rig.down);
	ck_assert_int_eq(rig.up.err, ERR_AGAIN);
	end();
}
END_TEST

/* A first login that is put off is tried again after the time that the gateway
 * says. */
START_TEST(there_and_busy)
{
	static const unsigned leaves[] = { LEAVE_BUSY, LEAVE_TRIES,
					   LEAVE_SHUTDOWN, LEAVE_LIMIT };

	for (unsigned i = 0; i < ARRAY_LEN(leaves); i++) {
		bool busy = i < 2;
		double left;

		begin(NULL, nobody);
		rig.manners.refuse_login = leaves[i];
		rig.manners.wait_ms = 20000;
		rig_begin();
		retry();
		UNTIL(ev_is_active(&rig.agent->uplink.retry));
		left = ev_timer_remaining(rig.loop.ev,
					  &rig.agent->uplink.retry);
		ck_assert_msg(busy == (left > 19.), "%f", left);
		ck_assert_uint_eq(rig.up.times, 0);
		rig.manners.refuse_login = 0;
		rig_fire(&rig.agent->uplink.retry);
		UNTIL(rig.up.times);
		ck_assert_int_eq(rig.up.err, 0);
		end();
	}
}
END_TEST

/* A load balancer accepts connections before the gateway behind it runs. */
START_TEST(closed_without_a_word)
{
	int fd;

	begin(silent, nobody);
	rig_begin();
	for (unsigned i = 0; i < 3; i++) {
		UNTIL((fd = tcp_accept(mute, NULL)) >= 0);
		close(fd);
		UNTIL(ev_is_active(&rig.agent->uplink.retry));
		ck_assert_uint_eq(rig.up.times, 0);
		rig_fire(&rig.agent->uplink.retry);
	}
	both[0] = real;
	UNTIL((fd = tcp_accept(mute, NULL)) >= 0);
	close(fd);
	retry();
	UNTIL(rig.up.times);
	ck_assert_int_eq(rig.up.err, 0);
	end();
}
END_TEST

/* The first gateway is busy, full or shutting down: the next one is tried. */
START_TEST(the_first_is_busy)
{
	static const unsigned leaves[] = { LEAVE_BUSY, LEAVE_SHUTDOWN,
					   LEAVE_LIMIT };

	for (unsigned i = 0; i < ARRAY_LEN(leaves); i++) {
		begin(NULL, NULL);
		rig.manners.refuse_login = leaves[i];
		rig_begin();
		UNTIL(rig.agent->uplink.at == 1);
		rig.manners.refuse_login = 0;
		UNTIL(rig.up.times);
		ck_assert_int_eq(rig.up.err, 0);
		end();
	}
}
END_TEST

/* A wrong password is not tried on everybody. */
START_TEST(the_first_refuses)
{
	begin(NULL, NULL);
	rig.manners.refuse_login = LEAVE_DENIED;
	rig_begin();
	UNTIL(rig.down);
	ck_assert_uint_eq(rig.logins, 1);
	end();
}
END_TEST

START_TEST(one_that_shuts_down_is_left)
{
	begin(NULL, NULL);
	rig_up();
	goodbye(LEAVE_SHUTDOWN);
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	ck_assert_uint_eq(rig.agent->uplink.at, 1);
	rig_fire(&rig.agent->uplink.retry);
	UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	ck_assert_uint_eq(rig.logins, 2);
	end();
}
END_TEST

/* No other gateway of the list lets the agent in: it comes back to the
 * first. */
START_TEST(and_returned_to_if_there_is_no_other)
{
	begin(NULL, nobody);
	rig_up();
	goodbye(LEAVE_SHUTDOWN);
	retry();
	retry();
	UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	ck_assert_uint_eq(rig.agent->uplink.at, 0);
	end();
}
END_TEST

START_TEST(an_expired_session_is_renewed_where_it_was)
{
	begin(NULL, nobody);
	rig_up();
	goodbye(LEAVE_EXPIRED);
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	ck_assert_uint_eq(rig.agent->uplink.at, 0);
	rig_fire(&rig.agent->uplink.retry);
	UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	ck_assert_uint_eq(rig.logins, 2);
	end();
}
END_TEST

/* Of the way to a session's gateway nothing is left but this. */
static void lose(char *way)
{
	uint32_t id;
	int app = rig_app("echo", &id);

	both[0] = way;
	rig_hang_up();
	retry();
	if (way == silent) {
		UNTIL(ev_is_active(&rig.agent->uplink.timeout));
		rig_fire(&rig.agent->uplink.timeout);
	}
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	close(app);
}

/* A session lives where it was made, until that was away for a minute. */
static void stays_a_minute(char *way)
{
	struct session *s;

	begin(NULL, NULL);
	rig_up();
	s = rig.agent->uplink.session;
	lose(way);
	rig.agent->uplink.lost_us -= 58000000;
	rig_fire(&rig.agent->uplink.retry);
	if (way == silent) {
		UNTIL(ev_is_active(&rig.agent->uplink.timeout));
		rig_fire(&rig.agent->uplink.timeout);
	}
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	ck_assert_ptr_eq(rig.agent->uplink.session, s);
	ck_assert_uint_eq(rig.agent->uplink.at, 0);
	rig.agent->uplink.lost_us -= 3000000;
	rig_fire(&rig.agent->uplink.retry);
	if (way == silent) {
		UNTIL(ev_is_active(&rig.agent->uplink.timeout));
		rig_fire(&rig.agent->uplink.timeout);
	}
	UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	ck_assert_uint_eq(rig.agent->uplink.at, 1);
	ck_assert_uint_eq(rig.logins, 2);
	end();
}

START_TEST(out_of_reach_for_a_minute)
{
	stays_a_minute(nobody);
}
END_TEST

START_TEST(silent_for_a_minute)
{
	stays_a_minute(silent);
}
END_TEST

/* No gateway can be reached, so it is the agent's own network that fails: the
 * session is kept. */
START_TEST(no_other_is_there_either)
{
	struct session *s;

	begin(NULL, NULL);
	rig_up();
	s = rig.agent->uplink.session;
	both[1] = nobody;
	lose(nobody);
	rig.agent->uplink.lost_us -= 3600000000;
	for (unsigned i = 0; i < 3; i++) {
		rig_fire(&rig.agent->uplink.retry);
		UNTIL(ev_is_active(&rig.agent->uplink.retry));
	}
	ck_assert_ptr_eq(rig.agent->uplink.session, s);
	both[0] = real;
	rig_fire(&rig.agent->uplink.retry);
	UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	ck_assert_ptr_eq(rig.agent->uplink.session, s);
	ck_assert_uint_eq(rig.agent->uplink.at, 0);
	ck_assert_uint_eq(rig.logins, 1);
	end();
}
END_TEST

/* The other gateway refuses the login: the session is kept, since its gateway
 * may come back. */
START_TEST(the_other_one_refuses)
{
	struct session *s;

	begin(NULL, NULL);
	rig_up();
	s = rig.agent->uplink.session;
	rig.manners.refuse_login = LEAVE_DENIED;
	lose(nobody);
	rig.agent->uplink.lost_us -= 3600000000;
	retry();
	UNTIL(rig.logins == 2);
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	ck_assert_ptr_eq(rig.agent->uplink.session, s);
	both[0] = real;
	retry();
	UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	ck_assert_ptr_eq(rig.agent->uplink.session, s);
	end();
}
END_TEST

/* Two machines of one name: only one of them knows the session. */
START_TEST(unknown_at_one_address)
{
	struct session *s;
	uint32_t id;
	int app;

	begin(NULL, nobody);
	rig_up();
	app = rig_app("echo", &id);
	s = rig.agent->uplink.session;
	rig.manners.refuse_attach = LEAVE_UNKNOWN;
	rig_hang_up();
	retry();
	UNTIL(rig.agent->uplink.tunnel.up);
	race_add(&rig.agent->uplink.dial.race,
		 &rig.agent->uplink.dial.race.addr[0]);
	UNTIL(rig.attaches == 2);
	rig.manners.refuse_attach = 0;
	UNTIL(session_is_attached(s));
	ck_assert_ptr_eq(rig.agent->uplink.session, s);
	ck_assert_uint_eq(rig.logins, 1);
	close(app);
	end();
}
END_TEST

START_TEST(unknown_at_all_addresses)
{
	begin(NULL, nobody);
	rig_up();
	rig.manners.refuse_attach = LEAVE_UNKNOWN;
	rig_hang_up();
	retry();
	UNTIL(rig.attaches == 2);
	rig.manners.refuse_attach = 0;
	retry();
	UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	ck_assert_uint_eq(rig.logins, 2);
	ck_assert_uint_eq(rig.agent->uplink.at, 0);
	end();
}
END_TEST

/* Agents that lose their gateway together come back one by one. */
START_TEST(delays_differ)
{
	double least = 100., most = 0., left;

	begin(NULL, nobody);
	rig_up();
	rig_hang_up();
	for (unsigned i = 0; i < 60; i++) {
		UNTIL(ev_is_active(&rig.agent->uplink.retry));
		left = ev_timer_remaining(rig.loop.ev,
					  &rig.agent->uplink.retry);
		least = MIN(least, left);
		most = MAX(most, left);
		rig.agent->uplink.delay = 10.;
		both[0] = nobody;
		rig_fire(&rig.agent->uplink.retry);
	}
	ck_assert(least < .4); /* the first one */
	ck_assert(most > 11. && most < 15.1);
	end();
}
END_TEST

/* A reload to another gateway, here the same one under another name. */
static void reload(struct agent_conf *next, const char *gateway)
{
	static char none[] = "none";
	char why[400];

	rig.conf.control = none;
	*next = rig.conf;
	next->gateways = (struct name_list){ 0 };
	next->user = strdup(rig.conf.user);
	next->control = strdup(none);
	ck_assert_int_eq(name_list_add(&next->gateways, gateway), 0);
	json_decref(agent_reload(rig.agent, next, why, sizeof why));
	ck_assert_ptr_eq(rig.agent->conf, next);
}

static void come_back(unsigned leave)
{
	unsigned before = rig.logins;

	goodbye(leave);
	UNTIL(rig.logins > before && agent_state(rig.agent) == AGENT_CONNECTED);
}

/* A resource of the new gateway does not get the address of the old one's
 * resource of that name, which stands in the file of addresses.  Without the
 * file both could be computed to be the same. */
START_TEST(another_gateway_after_a_reload)
{
	char folder[] = "/tmp/adit-gateways-XXXXXX", path[64], name[64];
	struct addr first, at;
	struct agent_conf next;
	int fd;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	rig_open();
	rig.conf.state_dir = folder;
	rig_up();
	first = rig_at("echo");
	snprintf(name, sizeof name, "localhost%s",
		 strchr(rig.conf.gateways.item[0], ':'));
	reload(&next, name);
	/* The session goes on, and may be renewed where it was. */
	come_back(LEAVE_EXPIRED);
	at = rig_at("echo");
	ck_assert(addr_same(&at, &first));
	come_back(LEAVE_SHUTDOWN);
	ck_assert_str_eq(next.gateways.item[rig.agent->uplink.at], name);
	at = rig_at("echo");
	ck_assert(!addr_same_host(&at, &first));
	fd = rig_connect(&first);
	ck_assert_int_lt(fd, 0);
	rig_close();
	name_list_fini(&next.gateways);
	free(next.user);
	free(next.control);
	snprintf(path, sizeof path, "%s/addresses", folder);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

SUITE("gateways", the_first_is_dead, all_are_dead, none_is_there_yet,
      one_is_there_and_of_no_use, there_and_busy, closed_without_a_word,
      the_first_is_busy, the_first_refuses, one_that_shuts_down_is_left,
      and_returned_to_if_there_is_no_other,
      an_expired_session_is_renewed_where_it_was, out_of_reach_for_a_minute,
      silent_for_a_minute, no_other_is_there_either, the_other_one_refuses,
      unknown_at_one_address, unknown_at_all_addresses, delays_differ,
      another_gateway_after_a_reload)
