/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_connect_test.c - connections to a gateway, and what a tunnel
 * brings. */
#include "rig.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static void attached(uint8_t flags, const uint8_t *p, size_t n)
{
	rig_say(&(struct said){ FRAME_ATTACHED, flags, 0, 0, p, n });
}

/* ATTACH has come, and the test answers. */
static void begin(void)
{
	rig_open();
	rig.manners.mute_attach = true;
	rig_begin();
	UNTIL(rig.attaches);
}

static const char *trouble(void)
{
	return rig.agent->uplink.trouble;
}

/* The session is given up, with this among the words. */
static void loses_session(const char *word)
{
	UNTIL(!rig.agent->uplink.session);
	ck_assert_msg(strstr(trouble(), word), "%s, not %s", trouble(), word);
	rig_close();
}

START_TEST(malformed)
{
	static const uint8_t few[] = { 0, 0, 0 };

	begin();
	attached(FLAG_FRESH, few, sizeof few);
	loses_session("ATTACHED");
	begin();
	attached(FLAG_REFUSED, few, 1);
	loses_session("ATTACHED");
	rig_open();
	rig_up();
	rig_say(&(struct said){ FRAME_GOAWAY, 0, 0, 0, few, 1 });
	loses_session("GOAWAY");
}
END_TEST

/* A count of frames that were never sent belongs to another session. */
START_TEST(a_wrong_count)
{
	uint8_t p[8];

	begin();
	attached(0, p, pack_u64(p, sizeof p, 1000000));
	UNTIL(!rig.agent->uplink.session);
	rig_close();
}
END_TEST

START_TEST(refused)
{
	struct goodbye no = { .leave = LEAVE_NONE };
	uint8_t p[300];

	/* Without a reason: as if the session were not known. */
	begin();
	attached(FLAG_REFUSED, p, pack_goodbye(p, sizeof p, &no));
	loses_session(leave_str(LEAVE_UNKNOWN));
	begin();
	no.leave = LEAVE_EXPIRED;
	attached(FLAG_REFUSED, p, pack_goodbye(p, sizeof p, &no));
	loses_session(leave_str(LEAVE_EXPIRED));
}
END_TEST

/* A gateway that is restarted with its sessions says so, and is come back
 * to. */
START_TEST(a_goodbye_that_is_not_final)
{
	struct goodbye bye = { .leave = LEAVE_NONE, .text = "back soon" };
	struct session *s;
	uint8_t p[300];

	rig_open();
	rig_up();
	s = rig.agent->uplink.session;
	rig_say(&(struct said){ FRAME_GOAWAY, 0, 0, 0, p,
				pack_goodbye(p, sizeof p, &bye) });
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	ck_assert_ptr_eq(rig.agent->uplink.session, s);
	rig_fire(&rig.agent->uplink.retry);
	UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	ck_assert_uint_eq(rig.logins, 1);
	ck_assert_uint_eq(rig.attaches, 2);
	rig_close();
}
END_TEST

/* Each tunnel of a session has the next number, which the gateway checks. */
START_TEST(generations)
{
	struct attach a;

	rig_open();
	rig_up();
	for (unsigned i = 1; i < 4; i++) {
		ck_assert_int_eq(unpack_attach(&a, rig.payload[FRAME_ATTACH],
					       rig.last[FRAME_ATTACH].len),
				 0);
		ck_assert_uint_eq(a.generation, i);
		ck_assert_uint_eq(a.session, 99);
		rig_hang_up();
		UNTIL(ev_is_active(&rig.agent->uplink.retry));
		rig_fire(&rig.agent->uplink.retry);
		UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	}
	rig_close();
}
END_TEST

/* Bytes of sessions that are over stay in the totals. */
START_TEST(bytes_of_sessions_that_are_over)
{
	struct opened o = { .credit = 16384 };
	struct uplink *u;
	uint8_t p[100];
	uint32_t id;
	int app;

	rig_open();
	rig_up();
	u = &rig.agent->uplink;
	app = rig_app("echo", &id);
	rig_say(&(struct said){ FRAME_OPENED, 0, id, 1, p,
				pack_opened(p, sizeof p, &o) });
	ck_assert_int_eq(write(app, "seven B", 7), 7);
	UNTIL(session_stats(u->session).sent == 7);
	rig_say(&(struct said){ FRAME_DATA, 0, id, 1, "three", 3 });
	UNTIL(session_stats(u->session).received == 3);
	u->to_server = 5;
	u->to_client = 50;
	uplink_session_drop(u);
	ck_assert_ptr_null(u->session);
	ck_assert_uint_eq(u->to_server, 12);
	ck_assert_uint_eq(u->to_client, 53);
	/* Nothing happens where there is none. */
	uplink_session_drop(u);
	ck_assert_uint_eq(u->to_server, 12);
	ck_assert_uint_eq(u->to_client, 53);
	ck_assert_uint_eq(u->profile.session, 0);
	close(app);
	rig_close();
}
END_TEST

/* The proxy looks the gateway's name up. */
START_TEST(through_a_proxy)
{
	struct addr at = { .family = AF_INET, .ip = { 127, 0, 0, 1 } };
	int listener = tcp_listen(&at, 1, true), fd = -1;
	char request[400] = "", want[100];
	ssize_t n = 0;

	ck_assert_int_ge(listener, 0);
	rig_open();
	rig.conf.via = (struct proxy){ .host = "127.0.0.1",
				       .port = addr_local(listener).port };
	rig.conf.via_all = true;
	rig_begin();
	UNTIL((fd = tcp_accept(listener, NULL)) >= 0);
	UNTIL((n = read(fd, request, sizeof request - 1)) > 0);
	snprintf(want, sizeof want, "CONNECT %s HTTP/1.1\r\n",
		 rig.conf.gateways.item[0]);
	ck_assert(!strncmp(request, want, strlen(want)));
	close(fd);
	close(listener);
	rig_close();
}
END_TEST

START_TEST(steps)
{
	struct uplink *u;

	rig_open();
	rig.manners.mute_attach = true;
	rig_begin();
	u = &rig.agent->uplink;
	ck_assert_str_eq(uplink_step(u), "it does not answer");
	UNTIL(u->login);
	ck_assert_str_eq(uplink_step(u), uplink_login_step(u));
	UNTIL(rig.attaches);
	ck_assert_ptr_nonnull(strstr(uplink_step(u), "resources"));
	rig_close();
}
END_TEST

SUITE("uplink_connect", malformed, a_wrong_count, refused,
      a_goodbye_that_is_not_final, generations, bytes_of_sessions_that_are_over,
      through_a_proxy, steps)
