/* SPDX-License-Identifier: BSD-2-Clause */
/* flow_test.c - a connection of an application, from its OPEN to its end. */
#include "rig.h"

#include "base/err.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static struct open opened; /* what the last OPEN said */

static uint32_t server_id; /* of a channel that is open; else 0 */

static int app(void)
{
	uint32_t id;
	int fd = rig_app("echo", &id);

	ck_assert_int_eq(unpack_open(&opened, rig.payload[FRAME_OPEN],
				     rig.last[FRAME_OPEN].len),
			 0);
	return fd;
}

static void begin(void)
{
	server_id = 0;
	rig_open();
	rig.manners.grace = 60;
	rig_up();
}

/* The gateway does not connect it, or ends it. */
static void refuse(unsigned reason, const char *text)
{
	struct reset r = { .reason = (uint16_t)reason };
	uint8_t p[300];

	snprintf(r.text, sizeof r.text, "%s", text);
	rig_say(&(struct said){ FRAME_CLOSE, FLAG_RESET,
				rig.last[FRAME_OPEN].client_id, server_id, p,
				pack_reset(p, sizeof p, &r) });
	UNTIL(list_is_empty(&rig.agent->flows));
}

static void connect_it(void)
{
	struct opened o = { .credit = 16384 };
	uint8_t p[100];

	server_id = 1;
	rig_say(&(struct said){ FRAME_OPENED, 0, rig.last[FRAME_OPEN].client_id,
				server_id, p, pack_opened(p, sizeof p, &o) });
}

static bool is_reset(int fd)
{
	char c;

	return poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 2000) == 1 &&
	       recv(fd, &c, 1, 0) < 0 && errno == ECONNRESET;
}

static const struct refusal *newest(void)
{
	ck_assert_uint_gt(rig.agent->refusals.n, 0);
	return &rig.agent->refusals.kept[0];
}

START_TEST(what_the_gateway_is_told)
{
	struct addr own, at;
	int fd;

	begin();
	at = rig_at("echo");
	fd = app();
	own = addr_local(fd);
	ck_assert(addr_same(&opened.source, &own));
	ck_assert(addr_same(&opened.shown, &at));
	ck_assert_uint_eq(opened.resource, 1);
	ck_assert_uint_eq(opened.dest.port, 2000);
	ck_assert_str_eq(opened.dest.host, "");
	close(fd);
	rig_close();
}
END_TEST

/* Spare ports are taken as long as the flow lasts; connections to them are
 * refused until the plugin announces one. */
START_TEST(spare_ports)
{
	struct addr at;
	int fd, other;

	begin();
	fd = app();
	ck_assert_uint_eq(opened.nspare, SPARES);
	for (unsigned i = 0; i < SPARES; i++) {
		at = opened.shown;
		at.port = opened.spare[i];
		ck_assert_int_lt(rig_connect(&at), 0);
		other = tcp_listen(&at, 1, false);
		ck_assert_int_lt(other, 0);
	}
	refuse(REASON_DENIED, "");
	other = tcp_listen(&at, 1, false);
	ck_assert_int_ge(other, 0);
	close(other);
	close(fd);
	rig_close();
}
END_TEST

START_TEST(refused)
{
	int fd;

	begin();
	fd = app();
	refuse(REASON_DENIED, "not-allowed");
	ck_assert(is_reset(fd));
	ck_assert_str_eq(newest()->reason, "not-allowed");
	ck_assert_str_eq(newest()->aim.resource, "echo");
	ck_assert_str_eq(newest()->aim.host, "");
	ck_assert_uint_eq(newest()->aim.port, 2000);
	close(fd);
	rig_close();
}
END_TEST

/* Neither the end of an open connection nor one that the application gave up
 * counts as a refusal. */
START_TEST(ended_otherwise)
{
	int fd;

	begin();
	fd = app();
	connect_it();
	UNTIL(!list_first(&rig.agent->flows, struct flow, node)->aim);
	refuse(REASON_TIMEOUT, "");
	ck_assert_uint_eq(rig.agent->refusals.n, 0);
	close(fd);
	fd = app();
	tcp_reset(fd);
	UNTIL(list_is_empty(&rig.agent->flows));
	ck_assert_uint_eq(rig.agent->refusals.n, 0);
	rig_close();
}
END_TEST

/* After a refusal of the server the listener is closed, and accepts again after
 * a pause. */
START_TEST(the_server_refuses)
{
	struct addr at;
	int fd;

	begin();
	at = rig_at("echo");
	fd = app();
	refuse(REASON_REFUSED, "");
	UNTIL(is_reset(fd));
	ck_assert_int_lt(rig_connect(&at), 0);
	rig_fire(&list_first(&resources_find(rig.agent, "echo")->listeners,
			     struct listener, node)
			  ->open);
	close(fd);
	fd = rig_connect(&at);
	ck_assert_int_ge(fd, 0);
	close(fd);
	rig_close();
}
END_TEST

START_TEST(out_of_reach)
{
	struct addr at;
	int fd;

	begin();
	at = rig_at("echo");
	rig_hang_up();
	UNTIL(rig.agent->uplink.down_us);
	rig_fire(&rig.agent->uplink.grace);
	fd = rig_connect(&at);
	ck_assert_int_ge(fd, 0);
	UNTIL(rig.agent->refusals.n);
	ck_assert(is_reset(fd));
	ck_assert_str_eq(newest()->reason, reason_str(REASON_UNREACHABLE));
	ck_assert_str_eq(newest()->text, "the gateway is out of reach");
	ck_assert_str_eq(newest()->aim.resource, "echo");
	close(fd);
	rig_close();
}
END_TEST

START_TEST(of_another_user)
{
	struct addr at;
	int fd;

	begin();
	at = rig_at("echo");
	rig.agent->owner.uid++;
	fd = rig_connect(&at);
	ck_assert_int_ge(fd, 0);
	UNTIL(rig.agent->refusals.n);
	ck_assert(is_reset(fd));
	ck_assert_str_eq(newest()->reason, "other user");
	ck_assert_str_eq(newest()->aim.resource, "echo");
	ck_assert_uint_eq(newest()->aim.port, 2000);
	ck_assert_uint_eq(rig.seen[FRAME_OPEN], 0);
	close(fd);
	rig_close();
}
END_TEST

/* A connection to a mapped host whose user cannot be found out. */
START_TEST(turned_away_at_a_map)
{
	static char notes[] = "notes", host[] = "n.example";
	struct mapping m = { .resource = notes, .host = host };
	struct listener *p;

	begin();
	p = list_first(&resources_find(rig.agent, "echo")->listeners,
		       struct listener, node);
	p->mapping = &m;
	flow_turned_away(p, OWNER_UNTOLD);
	ck_assert_str_eq(newest()->reason, "closed early");
	ck_assert_str_eq(newest()->aim.resource, "notes");
	ck_assert_str_eq(newest()->aim.host, "n.example");
	ck_assert_str_eq(newest()->text, verdict_why(OWNER_UNTOLD));
	p->mapping = NULL;
	rig_close();
}
END_TEST

START_TEST(whom_the_configuration_trusts)
{
	const struct listener *p;

	begin();
	p = list_first(&resources_find(rig.agent, "echo")->listeners,
		       struct listener, node);
	ck_assert(!flow_trusts(p));
	rig.conf.early_close = EARLY_CLOSE_ACCEPT;
	ck_assert(flow_trusts(p));
	rig_close();
}
END_TEST

SUITE("flow", what_the_gateway_is_told, spare_ports, refused, ended_otherwise,
      the_server_refuses, out_of_reach, of_another_user, turned_away_at_a_map,
      whom_the_configuration_trusts)
