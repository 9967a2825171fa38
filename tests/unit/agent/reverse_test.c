/* SPDX-License-Identifier: BSD-2-Clause */
/* reverse_test.c - a gateway that asks for connections to this machine. */
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

static uint32_t reverse_id;

static void reverse(uint32_t control, const struct addr *to)
{
	struct open o = { .resource = control, .expectation = 9,
			  .credit = 16384 };
	char text[ADDR_TEXT];
	uint8_t p[512];

	snprintf(o.dest.host, sizeof o.dest.host, "%s", addr_host(to, text));
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

/* Both in the same moment: the application's listener, which has accepted by
 * then, hears of a reset, too. */
START_TEST(reverse_reset_at_once)
{
	struct reset r = { .reason = REASON_PEER_RESET };
	struct addr at, from;
	struct pollfd ready;
	uint8_t p[64], byte;
	uint32_t id;
	int app, l, fd;

	app = with_listener(&id, &at, &l);
	reverse(id, &at);
	rig_say(&(struct said){ FRAME_CLOSE, FLAG_RESET, 0, reverse_id, p,
				pack_reset(p, sizeof p, &r) });
	ready = (struct pollfd){ l, POLLIN, 0 };
	UNTIL(poll(&ready, 1, 0) == 1);
	fd = tcp_accept(l, &from);
	ck_assert_int_ge(fd, 0);
	ready = (struct pollfd){ fd, POLLIN, 0 };
	UNTIL(poll(&ready, 1, 0) == 1);
	ck_assert_int_eq(recv(fd, &byte, 1, 0), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	ck_assert_uint_eq(rig.seen[FRAME_OPENED], 0);
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

SUITE("reverse", reverse_to_the_application, reverse_reset_at_once,
      reverse_elsewhere, reverse_to_another_program,
      reverse_for_a_channel_without_number, reverse_after_the_end,
      reverse_and_reset, reverse_and_the_end_of_all, reverse_switched_off,
      any_order)
