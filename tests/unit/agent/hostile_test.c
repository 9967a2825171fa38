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
					 rig.last[FRAME_EXPECTED].len),
			 0);
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

static void no_listener(uint32_t client, uint8_t kind, uint16_t port)
{
	unsigned before = rig.seen[FRAME_EXPECTED];

	expect(client, 1, kind, port);
	UNTIL(rig.seen[FRAME_EXPECTED] > before);
	ck_assert_int_eq(answer().failed, 1);
	UNTIL(rig.seen[FRAME_CLOSE]);
	rig.seen[FRAME_CLOSE] = 0;
}

/* ---- expectations ---------------------------------------------------- */

/* An application with an open channel and one point; its address in *at. */
static int with_listener(uint32_t *id, struct addr *at)
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

START_TEST(stop_closes_listeners)
{
	struct addr at;
	uint32_t id;
	int app;

	rig_open();
	rig_up();
	app = with_listener(&id, &at);
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
	app = with_listener(&id, &at);
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

START_TEST(loss_closes_listeners)
{
	struct addr at;
	uint32_t id;
	int app;

	rig_open();
	rig_up();
	app = with_listener(&id, &at);
	rig_hang_up();
	rig_turns();
	ck_assert(!listens(&at, at.port));
	close(app);
	rig_close();
}
END_TEST

START_TEST(listeners_are_limited)
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

START_TEST(listeners_of_one_connection)
{
	enum { MOST = 64 };
	uint32_t id;
	int app;

	rig_open();
	rig_up();
	app = rig_app("echo", &id);
	opened(id);
	for (unsigned i = 1; i <= MOST; i++) {
		expect(id, i, EXPECT_ANY, 0);
		UNTIL(rig.seen[FRAME_EXPECTED] == i);
		ck_assert_int_eq(answer().failed, 0);
	}
	no_listener(id, EXPECT_ANY, 0);
	close(app);
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
static void no_listeners_beside_socks(uint8_t kind, uint16_t port)
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

START_TEST(no_listeners_beside_socks_any)
{
	no_listeners_beside_socks(EXPECT_ANY, 0);
}
END_TEST

START_TEST(no_listeners_beside_socks_port)
{
	no_listeners_beside_socks(EXPECT_PORT, 34567);
}
END_TEST

/* Not below 1024, not where a program of this machine may listen another
 * time, and not at an address that the user chose. */
static void no_ports_of_its_choice(bool chosen)
{
	static const uint16_t ports[] = { 34567, 80, 631, 2001 };
	static char name[] = "echo";
	struct listen_conf echo = { .name = name };
	uint32_t id;
	int app;

	rig_open();
	if (chosen) {
		echo.at = rig.conf.loopback_net.base;
		echo.at.ip[3] = 250;
		rig.conf.listens = &echo;
		rig.conf.nlistens = 1;
	}
	rig_up();
	for (size_t i = 0; i < ARRAY_LEN(ports); i++) {
		struct addr at = rig_at("echo");

		app = rig_app("echo", &id);
		opened(id);
		no_listener(id, EXPECT_PORT, ports[i]);
		ck_assert(!listens(&at, ports[i]));
		close(app);
	}
	rig_close();
}

START_TEST(no_ports_of_a_gateways_choice)
{
	no_ports_of_its_choice(false);
}
END_TEST

START_TEST(no_ports_at_an_address_of_the_user)
{
	no_ports_of_its_choice(true);
}
END_TEST

/* Without a plugin a gateway gets no listeners and no answers about this
 * machine's addresses. */
START_TEST(no_listeners_on_a_plain_flow)
{
	struct resource_entry plain = rig_entry("plain", 2100);
	struct expect e = { .id = 7,
			    .kind = EXPECT_HERE,
			    .uses = 1,
			    .ntargets = 1,
			    .targets = { { .host = "127.0.0.1", .port = 1 } } };
	unsigned before;
	uint8_t p[512];
	uint32_t id;
	int app;

	rig_open();
	rig_up();
	rig_list(FLAG_FIRST | FLAG_LAST, &plain, 1);
	UNTIL(resources_find(rig.agent, "plain"));
	app = rig_app("plain", &id);
	opened(id);
	no_listener(id, EXPECT_ANY, 0);
	close(app);
	app = rig_app("plain", &id);
	opened(id);
	before = rig.seen[FRAME_EXPECTED];
	rig_say(&(struct said){ FRAME_EXPECT, 0, id, 500 + id, p,
				pack_expect(p, sizeof p, &e) });
	UNTIL(rig.seen[FRAME_EXPECTED] > before);
	ck_assert_int_eq(answer().failed, 1);
	close(app);
	rig_close();
}
END_TEST

/* What the agent answers about an address, for the application's channel. */
static bool is_here(uint32_t client, const char *host)
{
	struct expect e = {
		.id = 7, .kind = EXPECT_HERE, .uses = 1, .ntargets = 1
	};
	unsigned before = rig.seen[FRAME_EXPECTED];
	struct expected done;
	uint8_t p[512];

	snprintf(e.targets[0].host, sizeof e.targets[0].host, "%s", host);
	e.targets[0].port = 4000;
	rig_say(&(struct said){ FRAME_EXPECT, 0, client, 500 + client, p,
				pack_expect(p, sizeof p, &e) });
	UNTIL(rig.seen[FRAME_EXPECTED] > before);
	ck_assert_int_eq(unpack_expected(&done, rig.payload[FRAME_EXPECTED],
					 rig.last[FRAME_EXPECTED].len),
			 0);
	ck_assert_uint_eq(done.id, 7);
	return !done.failed;
}

/* A question about an address changes nothing at the agent. */
START_TEST(addresses_of_this_machine)
{
	uint32_t id;
	int app;

	rig_open();
	rig_up();
	app = rig_app("echo", &id);
	opened(id);
	ck_assert(is_here(id, "127.0.0.1"));
	ck_assert(is_here(id, "127.9.9.9"));
	ck_assert(is_here(id, "::1"));
	ck_assert(!is_here(id, "192.0.2.1"));
	ck_assert(!is_here(id, "0.0.0.0"));
	ck_assert(!is_here(id, "::"));
	ck_assert(!is_here(id, "255.255.255.255"));
	ck_assert(!is_here(id, "224.0.0.1"));
	ck_assert(!is_here(id, "2001:db8::1"));
	ck_assert(!is_here(id, "localhost"));
	ck_assert(!is_here(id, ""));
	rig_turns();
	ck_assert_uint_eq(rig.seen[FRAME_CLOSE], 0);
	close(app);
	rig_close();
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
	/* This gateway does not read: a write that fails shows that the agent
	 * has closed. */
	for (unsigned i = 0; !rig.tunnel->conn.broken && i < 400; i++) {
		for (unsigned n = 0; n < 256; n++)
			expect(id, 1 + n + i * 256, EXPECT_TARGETS, 0);
		ev_run(rig.loop.ev, EVRUN_ONCE);
	}
	ev_io_start(rig.loop.ev, &rig.tunnel->conn.watch.rd);
	UNTIL(agent_state(rig.agent) == AGENT_RECONNECTING);
	close(app);
	rig_close();
}
END_TEST

/* ---- resources ------------------------------------------------------- */

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
	ck_assert_uint_lt(
		json_array_size(json_object_get(
			json_array_get(json_object_get(all, "resources"), 0),
			"ports")),
		70000);
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
	memcpy(e.detail, "\xc3(", sizeof "\xc3(");
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
	memcpy(rig.agent->uplink.trouble, "\xff\x1b", sizeof "\xff\x1b");
	status = agent_status(rig.agent);
	ck_assert_ptr_nonnull(status);
	ck_assert_ptr_nonnull(text_of(status, "reason"));
	json_decref(status);
	rig_close();
}
END_TEST

static void ends_the_session(uint8_t command, const void *p, size_t n)
{
	rig_open();
	rig_up();
	rig_say(&(struct said){ command, 0, 0, 0, p, n });
	UNTIL(agent_state(rig.agent) == AGENT_RECONNECTING);
	ck_assert_ptr_null(rig.agent->uplink.session);
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
		FRAME_RESULT,   0x7f,         0,
	};

	for (size_t i = 0; i < sizeof commands; i++)
		ends_the_session(commands[i], "", 0);
}
END_TEST

START_TEST(malformed)
{
	static const uint8_t commands[] = {
		FRAME_EXPECT, FRAME_CANCEL, FRAME_RESOURCES, FRAME_GOAWAY,
		FRAME_OPEN,   FRAME_ACK,    FRAME_PING,
	};

	for (size_t i = 0; i < sizeof commands; i++)
		ends_the_session(commands[i], "\xff", 1);
}
END_TEST

SUITE("hostile", stop_closes_listeners, stop_closes_orphans,
      loss_closes_listeners, listeners_are_limited, listeners_of_one_connection,
      spares_that_are_none, no_listeners_beside_socks_any,
      no_listeners_beside_socks_port, no_ports_of_a_gateways_choice,
      no_ports_at_an_address_of_the_user, no_listeners_on_a_plain_flow,
      addresses_of_this_machine, expectations_without_end, a_list_without_end,
      ports_without_end, listeners_without_end, names_that_are_no_text,
      reasons_that_are_no_text, attached_twice, not_for_agents, malformed)
