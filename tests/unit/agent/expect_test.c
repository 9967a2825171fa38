/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_test.c - listeners for connections that the gateway expects: ports,
 * uses and their end.  hostile_test.c has what a gateway must not get. */
#include "agent/expect_own.h"
#include "rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static uint32_t id;
static int app;
static struct open opened; /* what the last OPEN said */

static struct expected answer(void)
{
	struct expected e;

	ck_assert_int_eq(unpack_expected(&e, rig.payload[FRAME_EXPECTED],
					 rig.last[FRAME_EXPECTED].len),
			 0);
	return e;
}

static void read_open(void)
{
	ck_assert_int_eq(unpack_open(&opened, rig.payload[FRAME_OPEN],
				     rig.last[FRAME_OPEN].len),
			 0);
}

/* A connection of an application, whose protocol leads to further ones. */
static void begin(void)
{
	struct opened yes = { .credit = 16384 };
	uint8_t p[64];

	rig_open();
	rig_up();
	app = rig_app("echo", &id);
	read_open();
	rig_say(&(struct said){ FRAME_OPENED, 0, id, 500 + id, p,
				pack_opened(p, sizeof p, &yes) });
}

static void end(void)
{
	close(app);
	rig_close();
}

static struct expected expect(struct expect e)
{
	unsigned before = rig.seen[FRAME_EXPECTED];
	uint8_t p[300];

	rig_say(&(struct said){ FRAME_EXPECT, 0, id, 500 + id, p,
				pack_expect(p, sizeof p, &e) });
	UNTIL(rig.seen[FRAME_EXPECTED] > before);
	return answer();
}

static struct addr at(uint16_t port)
{
	struct addr a = rig_at("echo");

	a.port = port;
	return a;
}

static int connect_to(uint16_t port)
{
	struct addr a = at(port);

	return rig_connect(&a);
}

/* Its connection is said to be the expected one. */
static void comes_through(uint16_t port, uint32_t expectation)
{
	unsigned before = rig.seen[FRAME_OPEN];
	int fd = connect_to(port);

	ck_assert_int_ge(fd, 0);
	UNTIL(rig.seen[FRAME_OPEN] > before);
	read_open();
	ck_assert_uint_eq(opened.expectation, expectation);
	ck_assert_uint_eq(opened.resource, 0);
	close(fd);
}

START_TEST(a_port_of_the_kernel)
{
	struct expected e;

	begin();
	e = expect((struct expect){ .id = 7, .kind = EXPECT_ANY, .uses = 2 });
	ck_assert_uint_eq(e.id, 7);
	ck_assert_uint_eq(e.failed, 0);
	comes_through(e.port, 7);
	comes_through(e.port, 7);
	ck_assert_int_lt(connect_to(e.port), 0); /* used up */
	end();
}
END_TEST

START_TEST(a_spare_of_the_open)
{
	struct expected e;
	uint16_t port;

	begin();
	ck_assert_uint_eq(opened.nspare, SPARES);
	port = opened.spare[1];
	ck_assert_int_lt(connect_to(port), 0); /* does not listen yet */
	e = expect((struct expect){
		.id = 8, .kind = EXPECT_SPARE, .port = port, .uses = 1 });
	ck_assert_uint_eq(e.failed, 0);
	ck_assert_uint_eq(e.port, port);
	ck_assert_uint_ne(e.spare, 0); /* in its place */
	ck_assert_uint_ne(e.spare, port);
	comes_through(port, 8);
	end();
}
END_TEST

START_TEST(withdrawn)
{
	struct expected e;
	uint8_t p[4];

	begin();
	e = expect((struct expect){ .id = 9, .kind = EXPECT_ANY, .uses = 1 });
	rig_say(&(struct said){ FRAME_CANCEL, 0, 0, 0, p,
				pack_u32(p, sizeof p, 9) });
	UNTIL(connect_to(e.port) < 0);
	end();
}
END_TEST

static void channel_ends(unsigned reason)
{
	struct reset r = { .reason = (uint16_t)reason };
	uint8_t p[300];

	rig_say(&(struct said){ FRAME_CLOSE, FLAG_RESET, id, 500 + id, p,
				pack_reset(p, sizeof p, &r) });
	UNTIL(list_is_empty(&rig.agent->flows));
}

/* The data connection may come after the control connection has ended. */
START_TEST(outlives_its_channel)
{
	struct expected e;

	begin();
	e = expect((struct expect){ .id = 5, .kind = EXPECT_ANY, .uses = 1 });
	channel_ends(REASON_PEER_RESET);
	ck_assert(!list_is_empty(&rig.agent->orphans));
	comes_through(e.port, 5);
	ck_assert(list_is_empty(&rig.agent->orphans));
	end();
}
END_TEST

/* After the session's end the gateway cannot withdraw a listener, so it ends
 * too. */
START_TEST(ends_with_the_session)
{
	struct expected e;

	begin();
	e = expect((struct expect){ .id = 6, .kind = EXPECT_ANY, .uses = 1 });
	channel_ends(REASON_PEER_RESET);
	agent_stop(rig.agent, told, &rig.stop);
	ck_assert(list_is_empty(&rig.agent->orphans));
	UNTIL(!rig.tunnel);
	agent_start(rig.agent, told, &rig.start);
	UNTIL(rig.start.times);
	ck_assert_int_lt(connect_to(e.port), 0);
	end();
}
END_TEST

static struct expected expect_shared(uint32_t n)
{
	struct expect e = { .id = n, .kind = EXPECT_SHARED, .ntargets = 1 };

	snprintf(e.targets[0].host, sizeof e.targets[0].host, "key%u", n);
	return expect(e);
}

/* Any number of connections, and no end with the channel. */
START_TEST(shared)
{
	struct expected e;

	begin();
	e = expect_shared(5);
	ck_assert_uint_eq(e.failed, 0);
	/* Asked again, as a gateway does that has had no answer. */
	ck_assert_uint_eq(expect_shared(5).port, e.port);
	channel_ends(REASON_PEER_RESET);
	ck_assert(list_is_empty(&rig.agent->orphans));
	for (int i = 0; i < 20; i++)
		comes_through(e.port, 5);
	end();
}
END_TEST

START_TEST(shared_and_withdrawn)
{
	struct expected e;
	uint8_t p[4];

	begin();
	e = expect_shared(9);
	rig_say(&(struct said){ FRAME_CANCEL, 0, 0, 0, p,
				pack_u32(p, sizeof p, 9) });
	UNTIL(connect_to(e.port) < 0);
	end();
}
END_TEST

/* The session goes on, so the gateway has to hear of it. */
START_TEST(shared_and_stopped)
{
	struct expected e;
	struct addr there;
	unsigned before;

	begin();
	e = expect_shared(6);
	there = at(e.port);
	before = rig.seen[FRAME_EXPECTED];
	agent_stop(rig.agent, told, &rig.stop);
	ck_assert(list_is_empty(&rig.agent->shared));
	ck_assert_int_lt(rig_connect(&there), 0);
	UNTIL(!rig.tunnel);
	ck_assert_uint_gt(rig.seen[FRAME_EXPECTED], before);
	e = answer();
	ck_assert_uint_eq(e.id, 6);
	ck_assert_uint_eq(e.failed, 1);
	end();
}
END_TEST

/* Nothing goes to the application that the gateway has not told it of. */
START_TEST(shared_but_not_here)
{
	struct expected e;
	struct flow *f;

	begin();
	f = list_first(&rig.agent->flows, struct flow, node);
	f->leads = false;
	e = expect_shared(7);
	ck_assert_uint_eq(e.failed, 1);
	ck_assert(!list_is_empty(&rig.agent->flows));
	end();
}
END_TEST

START_TEST(shared_and_the_same_port_again)
{
	uint16_t port, other;
	uint8_t p[4];

	begin();
	port = expect_shared(5).port;
	other = expect_shared(6).port;
	ck_assert_uint_ne(other, port);
	rig_say(&(struct said){ FRAME_CANCEL, 0, 0, 0, p,
				pack_u32(p, sizeof p, 5) });
	UNTIL(connect_to(port) < 0);
	ck_assert_uint_eq(expect_shared(5).port, port);
	end();
}
END_TEST

/* At an address of its own. */
START_TEST(shared_with_the_port_of_the_server)
{
	struct expect e = { .id = 5,
			    .kind = EXPECT_SHARED,
			    .port = 17001,
			    .ntargets = 1,
			    .targets = { { .host = "aaaa" } } };
	struct addr own, next;
	struct expected x;

	begin();
	x = expect(e);
	ck_assert_uint_eq(x.failed, 0);
	ck_assert_uint_eq(x.port, 17001);
	ck_assert(!addr_parse(&own, x.text, x.port));
	next = at(17001);
	ck_assert(!addr_same_host(&own, &next));
	ck_assert_int_ge(rig_connect(&own), 0);
	e.id = 6;
	snprintf(e.targets[0].host, sizeof e.targets[0].host, "bbbb");
	x = expect(e);
	ck_assert(!addr_parse(&next, x.text, x.port));
	ck_assert(!addr_same_host(&own, &next));
	/* What the gateway calls it stands in a file. */
	e.id = 7;
	snprintf(e.targets[0].host, sizeof e.targets[0].host, "a\nb");
	ck_assert_uint_eq(expect(e).failed, 1);
	end();
}
END_TEST

START_TEST(where_a_resource_listens)
{
	struct expect e = { .id = 5,
			    .kind = EXPECT_OWN,
			    .uses = 1,
			    .ntargets = 1,
			    .targets = { { .host = "echo" } } };
	struct addr found, is;
	struct resource *r;
	struct expected x;

	begin();
	is = rig_at("echo");
	r = resources_find(rig.agent, "echo");
	e.targets[0].port =
		list_first(&r->listeners, struct listener, node)->port;
	x = expect(e);
	ck_assert_uint_eq(x.failed, 0);
	ck_assert(!addr_parse(&found, x.text, x.port));
	ck_assert(addr_same(&found, &is));
	e.targets[0].port++;
	ck_assert_uint_eq(expect(e).failed, 1);
	snprintf(e.targets[0].host, sizeof e.targets[0].host, "none");
	ck_assert_uint_eq(expect(e).failed, 1);
	ck_assert(!list_is_empty(&rig.agent->flows));
	end();
}
END_TEST

/* Another list of resources has another port for it. */
START_TEST(a_resource_that_moves)
{
	struct expect e = { .id = 5,
			    .kind = EXPECT_OWN,
			    .uses = 1,
			    .ntargets = 1,
			    .targets = { { .host = "echo" } } };
	struct resource_entry other;
	struct expected x;
	unsigned before;
	struct resource *r;
	uint8_t p[4];

	begin();
	r = resources_find(rig.agent, "echo");
	e.targets[0].port =
		list_first(&r->listeners, struct listener, node)->port;
	other = rig_entry("echo", e.targets[0].port);
	ck_assert_uint_eq(expect(e).failed, 0);
	e.id = 6;
	ck_assert_uint_eq(expect(e).failed, 0);
	rig_say(&(struct said){ FRAME_CANCEL, 0, 0, 0, p,
				pack_u32(p, sizeof p, 6) });
	before = rig.seen[FRAME_EXPECTED];
	rig_list(FLAG_FIRST | FLAG_LAST, &other, 1);
	e.id = 7;
	ck_assert_uint_eq(expect(e).failed, 0);
	ck_assert_uint_eq(rig.seen[FRAME_EXPECTED], before + 1);
	other.ranges[0].first = ++other.ranges[0].last;
	rig_list(FLAG_FIRST | FLAG_LAST, &other, 1);
	UNTIL(rig.seen[FRAME_EXPECTED] == before + 3);
	x = answer();
	ck_assert_uint_eq(x.id, 7);
	ck_assert_uint_eq(x.failed, 1);
	ck_assert(list_is_empty(&rig.agent->own));
	end();
}
END_TEST

/* `adit stop` closes it, and the session may go on. */
START_TEST(a_resource_that_is_stopped)
{
	struct expect e = { .id = 5,
			    .kind = EXPECT_OWN,
			    .uses = 1,
			    .ntargets = 1,
			    .targets = { { .host = "echo" } } };
	struct resource *r;
	unsigned before;

	begin();
	r = resources_find(rig.agent, "echo");
	e.targets[0].port =
		list_first(&r->listeners, struct listener, node)->port;
	ck_assert_uint_eq(expect(e).failed, 0);
	before = rig.seen[FRAME_EXPECTED];
	agent_stop(rig.agent, told, &rig.stop);
	UNTIL(!rig.tunnel);
	ck_assert_uint_gt(rig.seen[FRAME_EXPECTED], before);
	ck_assert_uint_eq(answer().id, 5);
	ck_assert_uint_eq(answer().failed, 1);
	end();
}
END_TEST

SUITE("expect", a_port_of_the_kernel, a_spare_of_the_open, withdrawn,
      outlives_its_channel, ends_with_the_session, shared, shared_and_withdrawn,
      shared_and_stopped, shared_but_not_here, shared_and_the_same_port_again,
      shared_with_the_port_of_the_server, where_a_resource_listens,
      a_resource_that_moves, a_resource_that_is_stopped)
