/* SPDX-License-Identifier: BSD-2-Clause */
/* hostile_test.c - a gateway that wants more than the agent may give. */
#include "rig.h"

#include "base/err.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

static void expect(uint32_t client, uint32_t id, uint8_t kind, uint16_t port)
{
	struct expect e = { .id = id, .kind = kind, .port = port, .uses = 1 };
	uint8_t p[64];

	rig_say(&(struct said){ FRAME_EXPECT, 0, client, 500 + client, p,
				pack_expect(p, sizeof p, &e) });
}

static void opened(uint32_t client)
{
	struct opened o = { .credit = 16384 };
	uint8_t p[64];

	rig_say(&(struct said){ FRAME_OPENED, 0, client, 500 + client, p,
				pack_opened(p, sizeof p, &o) });
}

static void reset(uint32_t client)
{
	struct reset r = { .reason = REASON_REFUSED };
	uint8_t p[64];

	rig_say(&(struct said){ FRAME_CLOSE, FLAG_RESET, client, 500 + client,
				p, pack_reset(p, sizeof p, &r) });
}

static struct expected answer(void)
{
	struct expected e;

	ck_assert_int_eq(unpack_expected(&e, rig.payload[FRAME_EXPECTED],
					 rig.last[FRAME_EXPECTED].len), 0);
	return e;
}

static bool listens(const struct addr *host, uint16_t port)
{
	struct addr at = *host;
	int fd;

	at.port = port;
	fd = rig_connect(&at);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* ---- expectations ------------------------------------------------------------- */

/* An application with an open channel and one point; its address in *at. */
static int with_point(uint32_t *id, struct addr *at)
{
	int app = rig_app("echo", id);

	opened(*id);
	expect(*id, 1, EXPECT_ANY, 0);
	UNTIL(rig.seen[FRAME_EXPECTED]);
	ck_assert_int_eq(answer().failed, 0);
	*at = rig_at("echo");
	at->port = answer().port;
	ck_assert(listens(at, at->port));
	return app;
}

START_TEST(stop_closes_points)
{
	struct addr at;
	uint32_t id;
	int app;

	rig_open();
	rig_up();
	app = with_point(&id, &at);
	agent_stop(rig.agent, told, &rig.stop);
	UNTIL(!rig.tunnel);
	rig_turns();
	ck_assert(!listens(&at, at.port));
	close(app);
	rig_close();
}
END_TEST

START_TEST(stop_closes_orphans)
{
	struct addr at;
	uint32_t id;
	int app;

	rig_open();
	rig_up();
	app = with_point(&id, &at);
	expect(id, 2, EXPECT_ANY, 0);
	UNTIL(rig.seen[FRAME_EXPECTED] == 2);
	at.port = answer().port;
	reset(id);
	rig_turns();
	/* Outlives its channel, not the stop. */
	ck_assert(listens(&at, at.port));
	expect(id, 3, EXPECT_ANY, 0);
	rig_turns();
	ck_assert_uint_eq(rig.seen[FRAME_EXPECTED], 2);
	agent_stop(rig.agent, told, &rig.stop);
	UNTIL(!rig.tunnel);
	rig_turns();
	ck_assert(!listens(&at, at.port));
	close(app);
	rig_close();
}
END_TEST

START_TEST(loss_closes_points)
{
	struct addr at;
	uint32_t id;
	int app;

	rig_open();
	rig_up();
	app = with_point(&id, &at);
	rig_hang_up();
	rig_turns();
	ck_assert(!listens(&at, at.port));
	close(app);
	rig_close();
}
END_TEST

START_TEST(points_are_limited)
{
	unsigned before, id = 1;
	uint32_t client;

	rig_open();
	rig_up();
	before = rig_fds();
	for (unsigned i = 0; i < 12; i++) {
		int app = rig_app("echo", &client);

		opened(client);
		for (unsigned n = 0; n < 64; n++)
			expect(client, id++, EXPECT_ANY, 0);
		UNTIL(rig.seen[FRAME_EXPECTED] >= id - 1);
		reset(client);
		rig_turns();
		close(app);
	}
	ck_assert_uint_le(rig_fds(), before + 300);
	rig_close();
}
END_TEST

START_TEST(spares_that_are_none)
{
	uint32_t id;
	int app;

	rig_open();
	rig_up();
	app = rig_app("echo", &id);
	opened(id);
	expect(id, 1, EXPECT_SPARE, rig_at("echo").port);
	UNTIL(rig.seen[FRAME_EXPECTED]);
	ck_assert_int_eq(answer().failed, 1);
	close(app);
	rig_close();
}
END_TEST

static int socks_app(uint32_t *id)
{
	int fd = rig_connect(&rig.agent->socks->at);
	uint8_t in[2];

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(send(fd, "\5\1\0", 3, 0), 3);
	while (recv(fd, in, 2, MSG_DONTWAIT) != 2)
		ev_run(rig.loop.ev, EVRUN_ONCE);
	ck_assert_int_eq(send(fd, "\5\1\0\3\1x\0\1", 8, 0), 8);
	UNTIL(rig.seen[FRAME_OPEN]);
	*id = rig.last[FRAME_OPEN].client_id;
	return fd;
}

/* The shown address is the SOCKS listener's own: its other ports are not for
 * gateways. */
static void no_points_beside_socks(uint8_t kind, uint16_t port)
{
	uint32_t id;
	int app;

	rig_open();
	ck_assert_int_eq(addr_parse(&rig.conf.socks, "127.0.0.1", 0), 0);
	rig_up();
	app = socks_app(&id);
	opened(id);
	expect(id, 1, kind, port);
	UNTIL(rig.seen[FRAME_EXPECTED]);
	ck_assert_int_eq(answer().failed, 1);
	close(app);
	rig_close();
}

START_TEST(no_points_beside_socks_any)
{
	no_points_beside_socks(EXPECT_ANY, 0);
}
END_TEST

START_TEST(no_points_beside_socks_port)
{
	no_points_beside_socks(EXPECT_PORT, 34567);
}
END_TEST

/* Answers that nobody reads must not pile up. */
START_TEST(expectations_without_end)
{
	uint32_t id;
	int app;

	rig_open();
	rig_up();
	app = rig_app("echo", &id);
	opened(id);
	ev_io_stop(rig.loop.ev, &rig.tunnel->conn.watch.rd);
	for (unsigned i = 0; rig.tunnel && i < 400; i++) {
		for (unsigned n = 0; rig.tunnel && n < 256; n++)
			expect(id, 1 + n + i * 256, EXPECT_TARGETS, 0);
		ev_run(rig.loop.ev, EVRUN_ONCE);
	}
	UNTIL(agent_state(rig.agent) == AGENT_RECONNECTING);
	close(app);
	rig_close();
}
END_TEST

/* ---- resources ------------------------------------------------------------------ */

START_TEST(a_list_without_end)
{
	struct resource_entry e[64];

	rig_open();
	rig_up();
	for (unsigned i = 0; i < 64; i++)
		e[i] = rig_entry("x", 1);
	for (unsigned i = 0; i < 80; i++)
		rig_list(i ? 0 : FLAG_FIRST, e, 64);
	UNTIL(agent_state(rig.agent) == AGENT_RECONNECTING);
	rig_close();
}
END_TEST

static struct resource_entry everything(const char *name)
{
	struct resource_entry e = rig_entry(name, 1);

	e.nranges = RANGE_MAX;
	for (unsigned i = 0; i < RANGE_MAX; i++) {
		e.ranges[i].first = 1;
		e.ranges[i].last = 65535;
	}
	return e;
}

START_TEST(ports_without_end)
{
	struct resource_entry e = everything("all");
	json_t *all;

	rig_open();
	rig_up();
	e.flags = RESOURCE_ANY;
	rig_list(FLAG_FIRST | FLAG_LAST, &e, 1);
	UNTIL(resources_find(rig.agent, "all"));
	all = agent_resources(rig.agent);
	ck_assert_ptr_nonnull(all);
	ck_assert_uint_lt(json_array_size(json_object_get(json_array_get(
		json_object_get(all, "resources"), 0), "ports")), 70000);
	json_decref(all);
	rig_close();
}
END_TEST

START_TEST(listeners_without_end)
{
	struct resource_entry e[20];
	char name[] = "a";
	unsigned before;

	rig_open();
	rig_up();
	before = rig_fds();
	for (unsigned i = 0; i < 20; i++, name[0]++) {
		e[i] = rig_entry(name, 2000);
		e[i].ranges[0].last = 3000;
	}
	rig_list(FLAG_FIRST | FLAG_LAST, e, 20);
	UNTIL(resources_find(rig.agent, "b"));
	ck_assert_uint_le(rig_fds(), before + 9000);
	rig_close();
}
END_TEST

static const char *text_of(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

START_TEST(names_that_are_no_text)
{
	struct resource_entry e = rig_entry("b\xff\x1b[2Jad", 2000);
	json_t *status, *list;

	rig_open();
	rig_up();
	strcpy(e.detail, "\xc3(");
	rig_list(FLAG_FIRST | FLAG_LAST, &e, 1);
	UNTIL(!resources_find(rig.agent, "echo"));
	status = agent_status(rig.agent);
	list = json_object_get(status, "resources");
	ck_assert_uint_eq(json_array_size(list), 1);
	ck_assert_ptr_nonnull(text_of(json_array_get(list, 0), "name"));
	json_decref(status);
	status = agent_resources(rig.agent);
	list = json_object_get(status, "resources");
	ck_assert_uint_eq(json_array_size(list), 1);
	ck_assert_ptr_nonnull(text_of(json_array_get(list, 0), "detail"));
	json_decref(status);
	rig_close();
}
END_TEST

START_TEST(reasons_that_are_no_text)
{
	json_t *status;

	rig_open();
	rig_up();
	strcpy(rig.agent->trouble, "\xff\x1b");
	status = agent_status(rig.agent);
	ck_assert_ptr_nonnull(status);
	ck_assert_ptr_nonnull(text_of(status, "reason"));
	json_decref(status);
	rig_close();
}
END_TEST

/* ---- reverse -------------------------------------------------------------------- */

static uint32_t reverse_id;

static void reverse(uint32_t control, const struct addr *to)
{
	struct open o = { .resource = control, .expectation = 9,
			  .credit = 16384 };
	char text[ADDR_TEXT];
	uint8_t p[512];

	strcpy(o.dest.host, addr_host(to, text));
	o.dest.port = to->port;
	rig_say(&(struct said){ FRAME_OPEN, 0, 0, ++reverse_id, p,
				pack_open(p, sizeof p, &o) });
}

static void refused(uint32_t control, const struct addr *to)
{
	unsigned before = rig.seen[FRAME_CLOSE];

	reverse(control, to);
	UNTIL(rig.seen[FRAME_CLOSE] > before || rig.seen[FRAME_OPENED]);
	ck_assert_uint_eq(rig.seen[FRAME_OPENED], 0);
	ck_assert_uint_eq(rig.last[FRAME_CLOSE].flags, FLAG_RESET);
}

/* An application with an open channel that listens, too. */
static int with_listener(uint32_t *id, struct addr *at, int *listener)
{
	int app;

	reverse_id = 900;
	rig_open();
	rig_up();
	app = rig_app("echo", id);
	opened(*id);
	*at = addr_local(app);
	at->port = 0;
	*listener = tcp_listen(at, 8, false);
	ck_assert_int_ge(*listener, 0);
	*at = addr_local(*listener);
	return app;
}

START_TEST(reverse_to_the_application)
{
	struct addr at, from;
	int app, l, fd;
	uint32_t id;

	app = with_listener(&id, &at, &l);
	reverse(id, &at);
	UNTIL(rig.seen[FRAME_OPENED]);
	fd = tcp_accept(l, &from);
	ck_assert_int_ge(fd, 0);
	at = rig_at("echo");
	ck_assert(addr_same_host(&from, &at));
	close(fd);
	close(l);
	close(app);
	rig_close();
}
END_TEST

START_TEST(reverse_elsewhere)
{
	struct addr at, other;
	int app, l;
	uint32_t id;

	app = with_listener(&id, &at, &l);
	other = at;
	other.port = 22;
	refused(id, &other);
	ck_assert_int_eq(addr_parse(&other, "0.0.0.0", at.port), 0);
	refused(id, &other);
	ck_assert_int_eq(addr_parse(&other, "127.0.0.99", at.port), 0);
	refused(id, &other);
	ck_assert_int_eq(addr_parse(&other, "::1", at.port), 0);
	refused(id, &other);
	/* No channel of that number, and none that has no number yet. */
	refused(id + 1, &at);
	refused(0, &at);
	/* Nobody listens. */
	close(l);
	refused(id, &at);
	close(app);
	rig_close();
}
END_TEST

START_TEST(reverse_to_another_program)
{
	struct addr at;
	int app, l;
	uint32_t id;
	pid_t child;
	int ready[2];
	char c;

	app = with_listener(&id, &at, &l);
	ck_assert_int_eq(pipe(ready), 0);
	child = fork();
	if (!child) {
		close(app);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	close(ready[0]);
	close(ready[1]);
	close(l);
	refused(id, &at);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(app);
	rig_close();
}
END_TEST

/* A channel that is asked for but has no number yet is no control channel. */
START_TEST(reverse_for_a_channel_without_number)
{
	struct open o = { .resource = 0, .expectation = 9 };
	struct addr at;
	int app, l, fds[2];
	uint32_t id;
	struct flow *f;
	struct chan *c;

	app = with_listener(&id, &at, &l);
	ck_assert_int_eq(pipe(fds), 0);
	f = flow_new(rig.agent);
	f->app = addr_local(app);
	f->shown = addr_peer(app);
	ck_assert_int_eq(flow_open(f, SERVICE_FORWARD, &o), 0);
	c = f->relay.chan;
	ck_assert_uint_eq(chan_info(c).client_id, 0);
	refused(0, &at);
	close(fds[0]);
	close(fds[1]);
	close(l);
	close(app);
	rig_close();
}
END_TEST

START_TEST(reverse_after_the_end)
{
	struct addr at;
	int app, l;
	uint32_t id;

	app = with_listener(&id, &at, &l);
	reset(id);
	reverse(id, &at);
	UNTIL(rig.seen[FRAME_CLOSE]);
	ck_assert_uint_eq(rig.seen[FRAME_OPENED], 0);
	ck_assert_int_lt(tcp_accept(l, NULL), 0);
	close(l);
	close(app);
	rig_close();
}
END_TEST

/* Reset by the gateway in the very burst that asks: nothing is left. */
START_TEST(reverse_and_reset)
{
	struct reset r = { .reason = REASON_ADMIN };
	struct addr at;
	unsigned before;
	uint8_t p[64];
	int app, l;
	uint32_t id;

	app = with_listener(&id, &at, &l);
	rig_turns();
	before = rig_fds();
	for (unsigned i = 0; i < 20; i++) {
		reverse(id, &at);
		if (i % 2)
			ev_run(rig.loop.ev, EVRUN_NOWAIT);
		rig_say(&(struct said){ FRAME_CLOSE, FLAG_RESET, 0, reverse_id,
					p, pack_reset(p, sizeof p, &r) });
	}
	rig_turns();
	ck_assert_uint_eq(rig_fds(), before);
	ck_assert_int_eq(agent_state(rig.agent), AGENT_CONNECTED);
	close(l);
	close(app);
	rig_close();
}
END_TEST

START_TEST(reverse_and_the_end_of_all)
{
	struct addr at;
	uint32_t id;

	for (unsigned how = 0; how < 4; how++) {
		unsigned before = rig_fds();
		int l, app = with_listener(&id, &at, &l);

		reverse(id, &at);
		reverse(id, &at);
		for (unsigned i = 0; i < how; i++)
			ev_run(rig.loop.ev, EVRUN_NOWAIT);
		if (how == 3) {
			agent_down(rig.agent);
			UNTIL(rig.down);
		}
		close(l);
		close(app);
		rig_close();
		ck_assert_uint_eq(rig_fds(), before);
	}
}
END_TEST

START_TEST(reverse_switched_off)
{
	struct addr at;
	int app, l;
	uint32_t id;

	app = with_listener(&id, &at, &l);
	rig.conf.reverse = false;
	refused(id, &at);
	close(l);
	close(app);
	rig_close();
}
END_TEST

/* ---- anything ------------------------------------------------------------------- */

static void ends_the_session(uint8_t command, const void *p, size_t n)
{
	rig_open();
	rig_up();
	rig_say(&(struct said){ command, 0, 0, 0, p, n });
	UNTIL(agent_state(rig.agent) == AGENT_RECONNECTING);
	ck_assert(rig.agent->gone);
	rig_close();
}

START_TEST(attached_twice)
{
	ends_the_session(FRAME_ATTACHED, "\0\0\0\0\0\0\0\0", 8);
}
END_TEST

START_TEST(not_for_agents)
{
	static const uint8_t commands[] = {
		FRAME_EXPECTED, FRAME_ATTACH, FRAME_LOGIN, FRAME_PROMPT,
		FRAME_RESULT, 0x7f, 0,
	};

	for (size_t i = 0; i < sizeof commands; i++)
		ends_the_session(commands[i], "", 0);
}
END_TEST

START_TEST(malformed)
{
	static const uint8_t commands[] = {
		FRAME_EXPECT, FRAME_CANCEL, FRAME_RESOURCES, FRAME_GOAWAY,
		FRAME_OPEN, FRAME_ACK, FRAME_PING,
	};

	for (size_t i = 0; i < sizeof commands; i++)
		ends_the_session(commands[i], "\xff", 1);
}
END_TEST

/* Frames that are right one by one, in no order at all. */
START_TEST(any_order)
{
	struct addr at;
	uint32_t id, random = 1;
	int app, l;

	app = with_listener(&id, &at, &l);
	for (unsigned i = 0; i < 600 && rig.tunnel; i++) {
		struct resource_entry e[3];
		uint8_t p[8];

		random = random * 1103515245 + 12345;
		switch (random >> 16 & 7) {
		case 0: expect(id, 1 + i, EXPECT_ANY, 0); break;
		case 1: reverse(id, &at); break;
		case 2:
			rig_say(&(struct said){ FRAME_CANCEL, 0, 0, 0, p,
				pack_u32(p, sizeof p, 1 + i / 2) });
			break;
		case 3:
			e[0] = rig_entry(i & 8 ? "echo" : "other", 2000);
			e[1] = rig_entry("second", (uint16_t)(2000 + i % 3));
			e[2] = rig_entry("second", 2000);
			rig_list(FLAG_FIRST | FLAG_LAST, e, random % 4);
			break;
		case 4: expect(id, 1 + i, EXPECT_PORT, 2000); break;
		case 5:
			if (i % 16 == 0)
				close(rig_connect(&at));
			break;
		case 6: ev_run(rig.loop.ev, EVRUN_NOWAIT); break;
		default: break;
		}
	}
	reset(id);
	rig_turns();
	agent_down(rig.agent);
	UNTIL(rig.down);
	close(l);
	close(app);
	rig_close();
}
END_TEST

SUITE("hostile", stop_closes_points, stop_closes_orphans, loss_closes_points,
      points_are_limited, spares_that_are_none, no_points_beside_socks_any,
      no_points_beside_socks_port, expectations_without_end,
      a_list_without_end, ports_without_end, listeners_without_end,
      names_that_are_no_text, reasons_that_are_no_text,
      reverse_to_the_application, reverse_elsewhere,
      reverse_to_another_program, reverse_for_a_channel_without_number,
      reverse_after_the_end, reverse_and_reset, reverse_and_the_end_of_all,
      reverse_switched_off, attached_twice, not_for_agents, malformed,
      any_order)
