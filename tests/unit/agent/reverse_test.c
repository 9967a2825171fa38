/* SPDX-License-Identifier: BSD-2-Clause */
/* reverse_test.c - a gateway that asks for connections to this machine. */
#include "rig.h"

#include "base/err.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
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
	struct open o = { .resource = control,
			  .expectation = 9,
			  .credit = 16384 };
	char text[ADDR_TEXT];
	uint8_t p[512];

	snprintf(o.dest.host, sizeof o.dest.host, "%s", addr_host(to, text));
	o.dest.port = to->port;
	rig_say(&(struct said){ FRAME_OPEN, 0, 0, ++reverse_id, p,
				pack_open(p, sizeof p, &o) });
}

/* The application tells its server where it listens. */
static bool say_where(int app, const struct addr *at)
{
	char text[ADDR_TEXT], line[128];

	snprintf(line, sizeof line, "EPRT |1|%s|%u|\r\n", addr_host(at, text),
		 (unsigned)at->port);
	return send(app, line, strlen(line), MSG_NOSIGNAL) ==
	       (ssize_t)strlen(line);
}

static void announce(int app, const struct addr *at)
{
	unsigned before = rig.seen[FRAME_DATA];

	ck_assert(say_where(app, at));
	UNTIL(rig.seen[FRAME_DATA] > before);
}

/* For this reason and no other: each defence is to stand alone. */
static void refused(uint32_t control, const struct addr *to, const char *why)
{
	unsigned before = rig.seen[FRAME_CLOSE];
	struct reset r;

	reverse(control, to);
	UNTIL(rig.seen[FRAME_CLOSE] > before || rig.seen[FRAME_OPENED]);
	ck_assert_uint_eq(rig.seen[FRAME_OPENED], 0);
	ck_assert_uint_eq(rig.last[FRAME_CLOSE].flags, FLAG_RESET);
	ck_assert_int_eq(unpack_reset(&r, rig.payload[FRAME_CLOSE],
				      rig.last[FRAME_CLOSE].len),
			 0);
	ck_assert_uint_eq(r.reason, REASON_DENIED);
	ck_assert_str_eq(r.text, why);
}

static const char low[] = "a port below 1024",
		  gone[] = "its control connection is gone",
		  unsaid[] = "the application has not announced this port",
		  elsewhere[] = "not an address of this machine",
		  nobody[] = "nobody listens there",
		  another[] = "not the application itself listens there";

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
	uint8_t c;

	app = with_listener(&id, &at, &l);
	announce(app, &at);
	reverse(id, &at);
	/* The reply in the same burst comes behind the connection. */
	rig_say(&(struct said){ FRAME_DATA, 0, id, 500 + id, (uint8_t *)"2",
				1 });
	UNTIL(recv(app, &c, 1, MSG_DONTWAIT) == 1);
	ck_assert_int_ge(fd = tcp_accept(l, &from), 0);
	UNTIL(rig.seen[FRAME_OPENED]);
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
	announce(app, &at);
	rig.agent->holder.pid = getpid(); /* no search */
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

/* Asked for behind an announcement of just this. */
static void refused_though(int app, uint32_t control, const struct addr *to,
			   const char *why)
{
	announce(app, to);
	refused(control, to, why);
}

START_TEST(reverse_elsewhere)
{
	static const uint16_t ports[] = { 22, 25, 631, 1023 };
	struct addr at, other;
	int app, l;
	uint32_t id;

	app = with_listener(&id, &at, &l);
	other = at;
	for (size_t i = 0; i < ARRAY_LEN(ports); i++) {
		other.port = ports[i];
		refused_though(app, id, &other, low);
	}
	ck_assert_int_eq(addr_parse(&other, "0.0.0.0", at.port), 0);
	refused_though(app, id, &other, elsewhere);
	ck_assert_int_eq(addr_parse(&other, "127.0.0.99", at.port), 0);
	refused_though(app, id, &other, nobody);
	ck_assert_int_eq(addr_parse(&other, "::1", at.port), 0);
	refused_though(app, id, &other, nobody);
	/* No channel of that number, and none that has no number yet. */
	refused_though(app, id + 1, &at, gone);
	refused(0, &at, gone);
	/* Nobody listens. */
	close(l);
	refused_though(app, id, &at, nobody);
	close(app);
	rig_close();
}
END_TEST

/* The kernel would lead a connection to any address to this listener; but it is
 * not from here that one to another machine comes. */
START_TEST(reverse_to_another_machine)
{
	struct addr at, other;
	int app, l, any;
	uint32_t id;

	app = with_listener(&id, &at, &l);
	ck_assert_int_eq(addr_parse(&other, "0.0.0.0", 0), 0);
	any = tcp_listen(&other, 8, false);
	at = addr_local(any);
	ck_assert_int_eq(addr_parse(&other, "192.0.2.1", at.port), 0);
	refused_though(app, id, &other, elsewhere);
	ck_assert_int_eq(addr_parse(&other, "255.255.255.255", at.port), 0);
	refused_though(app, id, &other, elsewhere);
	/* It is the address, not the announcement. */
	ck_assert_int_eq(addr_parse(&other, "127.0.0.1", at.port), 0);
	announce(app, &other);
	reverse(id, &other);
	UNTIL(rig.seen[FRAME_OPENED]);
	close(any);
	close(l);
	close(app);
	rig_close();
}
END_TEST

static void opens(uint32_t control, const struct addr *to)
{
	unsigned before = rig.seen[FRAME_OPENED];

	reverse(control, to);
	UNTIL(rig.seen[FRAME_OPENED] > before);
	rig.seen[FRAME_OPENED] = 0;
}

/* A listener of the application is out of reach until the application has
 * announced its port. */
START_TEST(reverse_unannounced)
{
	struct addr at, other;
	int app, l, second;
	uint32_t id;

	app = with_listener(&id, &at, &l);
	other = at;
	other.port = 0;
	second = tcp_listen(&other, 8, false);
	other = addr_local(second);
	refused(id, &at, unsaid);
	announce(app, &at);
	refused(id, &other, unsaid);
	opens(id, &at);
	refused(id, &at, unsaid); /* once */
	announce(app, &at);
	announce(app, &other);
	opens(id, &other);
	opens(id, &at);
	refused(id, &other, unsaid);
	close(second);
	close(l);
	close(app);
	rig_close();
}
END_TEST

/* The flow of an application's control connection. */
static struct flow *flow_of(uint32_t client)
{
	struct list *n, *t;

	list_each (n, t, &rig.agent->flows)
		if (chan_info(list_entry(n, struct flow, node)->relay.chan)
			    .client_id == client)
			return list_entry(n, struct flow, node);
	ck_abort_msg("no flow has the channel %u", client);
}

static void may_not_search(uint32_t client)
{
	flow_of(client)->fruitless = 1000;
	flow_of(client)->fruitless_us = loop_now_us(&rig.loop);
}

/* The process is searched for once, and not for each connection. */
START_TEST(reverse_found_last_time)
{
	struct addr at;
	int app, second, l;
	uint32_t id;

	app = with_listener(&id, &at, &l);
	announce(app, &at);
	opens(id, &at);
	ck_assert_int_eq(rig.agent->holder.pid, getpid());
	may_not_search(id);
	announce(app, &at);
	opens(id, &at);
	rig.agent->holder.pid = 1;
	announce(app, &at);
	opens(id, &at);
	/* On another connection of the same program, too. */
	rig.agent->holder.pid = getpid();
	second = rig_app("echo", &id);
	opened(id);
	may_not_search(id);
	announce(second, &at);
	opens(id, &at);
	rig.agent->holder.pid = 1;
	refused_though(second, id, &at, another);
	close(second);
	close(l);
	close(app);
	rig_close();
}
END_TEST

/* A resource without a plugin, or whose plugin announces no such
 * connections. */
START_TEST(reverse_on_a_plain_flow)
{
	struct resource_entry plain = rig_entry("echo", 2000);
	struct addr at;
	int app, l;
	uint32_t id;

	app = with_listener(&id, &at, &l);
	close(app);
	rig_list(FLAG_FIRST | FLAG_LAST, &plain, 1);
	rig_turns();
	app = rig_app("echo", &id);
	opened(id);
	refused_though(app, id, &at, unsaid);
	close(l);
	close(app);
	rig_close();
}
END_TEST

START_TEST(reverse_to_another_program)
{
	struct addr at;
	int app, second, l;
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
	/* Not for ever: what leads nowhere is looked for ten times a minute. */
	for (unsigned i = 0; i < 12; i++)
		refused_though(app, id, &at, another);
	ck_assert_uint_eq(flow_of(id)->fruitless, 10);
	/* Another program is not refused for that. */
	at.port = 0;
	l = tcp_listen(&at, 8, false);
	at = addr_local(l);
	second = rig_app("echo", &id);
	opened(id);
	announce(second, &at);
	opens(id, &at);
	close(second);
	close(l);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(app);
	rig_close();
}
END_TEST

/* A channel that waits for its OPENED has no number yet, and is no control
 * channel. */
START_TEST(reverse_for_a_channel_without_number)
{
	struct open o = { .resource = 0, .expectation = 9 };
	char line[20];
	struct iovec said = { line, sizeof line };
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
	flow_remember(f);
	snprintf(line, sizeof line, "%u\r\n", (unsigned)at.port);
	announced_add(f->announced, &said, strlen(line));
	refused(0, &at, gone);
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
	announce(app, &at);
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

/* The gateway resets the channel in the same burst that asks for a
 * connection. */
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
		announce(app, &at);
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

		announce(app, &at);
		announce(app, &at);
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
	refused_though(app, id, &at, "reverse = no");
	close(l);
	close(app);
	rig_close();
}
END_TEST

/* ---- anything -------------------------------------------------------- */

/* Frames that are valid one by one, in random order. */
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
		case 0:
			expect(id, 1 + i, EXPECT_ANY, 0);
			break;
		case 1:
			(void)say_where(app, &at);
			reverse(id, &at);
			break;
		case 2:
			rig_say(&(struct said){
				FRAME_CANCEL, 0, 0, 0, p,
				pack_u32(p, sizeof p, 1 + i / 2) });
			break;
		case 3:
			e[0] = rig_entry(i & 8 ? "echo" : "other", 2000);
			e[1] = rig_entry("second", (uint16_t)(2000 + i % 3));
			e[2] = rig_entry("second", 2000);
			rig_list(FLAG_FIRST | FLAG_LAST, e, random % 4);
			break;
		case 4:
			expect(id, 1 + i, EXPECT_PORT, 2000);
			break;
		case 5:
			if (i % 16 == 0)
				close(rig_connect(&at));
			break;
		case 6:
			ev_run(rig.loop.ev, EVRUN_NOWAIT);
			break;
		default:
			break;
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
      reverse_elsewhere, reverse_to_another_machine, reverse_unannounced,
      reverse_found_last_time, reverse_on_a_plain_flow,
      reverse_to_another_program, reverse_for_a_channel_without_number,
      reverse_after_the_end, reverse_and_reset, reverse_and_the_end_of_all,
      reverse_switched_off, any_order)
