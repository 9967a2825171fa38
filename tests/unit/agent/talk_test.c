/* SPDX-License-Identifier: BSD-2-Clause */
/* talk_test.c - a client of the proxy port until it has its connection, with a
 * protocol of the test's own. */
#include "rig.h"

#include "agent/http_connect.h"
#include "agent/talk.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

enum { MUCH = 3 << 20 };

static struct talk *talk;
static int client;
static unsigned reads, opens, closes, reason;

static void on_readable(struct talk *k)
{
	char dropped[100];

	ck_assert_ptr_eq(k, talk);
	reads++;
	ck_assert_int_gt(recv(k->fd, dropped, sizeof dropped, 0), 0);
}

static void on_opened(struct talk *k, struct flow *f)
{
	ck_assert_ptr_eq(k->flow, f);
	opens++;
	talk_say(k, "yes", 3);
}

static void on_closed(struct talk *k, unsigned why, const char *text)
{
	(void)text;
	ck_assert_ptr_null(k->flow);
	closes++;
	reason = why;
	talk_free(k);
}

static const struct talk_ops ops = { on_readable, on_opened, on_closed };

static bool is_gone(void)
{
	return list_is_empty(&rig.agent->talks);
}

/* A client that has not said anything. */
static void begin(void)
{
	reads = opens = closes = 0;
	rig_open();
	ck_assert_int_eq(addr_parse(&rig.conf.socks, "127.0.0.1", 0), 0);
	rig_up();
	client = rig_connect(&rig.agent->socks->at);
	ck_assert_int_ge(client, 0);
	UNTIL(!is_gone());
	talk = list_first(&rig.agent->talks, struct talk, node);
	ck_assert_ptr_null(talk->ops);
}

static void end(void)
{
	close(client);
	rig_close();
}

static void say(const char *text)
{
	ck_assert_int_eq(send(client, text, strlen(text), MSG_NOSIGNAL),
			 (ssize_t)strlen(text));
}

static bool has_seconds(double s)
{
	double left = ev_timer_remaining(rig.loop.ev, &talk->late);

	return ev_is_active(&talk->late) && left > s - 3. && left < s + .1;
}

/* All that the client hears until the agent ends. */
static size_t hear(void)
{
	static char dropped[65536];
	size_t all = 0;
	ssize_t n;

	do {
		UNTIL(poll(&(struct pollfd){ client, POLLIN, 0 }, 1, 0));
		n = recv(client, dropped, sizeof dropped, MSG_DONTWAIT);
		all += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	ck_assert_int_eq(n, 0);
	return all;
}

static void ask(void)
{
	const struct dest to = { .host = "db.x", .port = 5432 };

	talk->ops = &ops;
	talk_ask_gateway(talk, &to);
}

static void gateway_connects(void)
{
	struct opened o = { .credit = 100000 };
	uint8_t p[100];

	UNTIL(rig.seen[FRAME_OPEN]);
	rig_say(&(struct said){ FRAME_OPENED, 0, rig.last[FRAME_OPEN].client_id,
				1, p, pack_opened(p, sizeof p, &o) });
}

START_TEST(silence)
{
	begin();
	ck_assert(has_seconds(30));
	rig_fire(&talk->late);
	ck_assert(is_gone());
	ck_assert_uint_eq(hear(), 0);
	end();
}
END_TEST

/* The protocol is that of the first byte, which it reads itself. */
START_TEST(the_first_byte)
{
	static const struct {
		const char *says;
		const struct talk_ops *is;
	} of[] = { { "\5", &socks_ops }, { "G", &http_ops } };
	char heard[3];

	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		begin();
		say(of[i].says);
		UNTIL(talk->ops);
		ck_assert_ptr_eq(talk->ops, of[i].is);
		ck_assert(has_seconds(30));
		end();
	}
	begin();
	say("\5\1");
	ck_assert_int_eq(send(client, "", 1, MSG_NOSIGNAL), 1);
	UNTIL(poll(&(struct pollfd){ client, POLLIN, 0 }, 1, 0));
	ck_assert_int_eq(recv(client, heard, sizeof heard, 0), 2);
	ck_assert_mem_eq(heard, "\5\0", 2);
	end();
	begin();
	say("\4");
	UNTIL(is_gone());
	end();
}
END_TEST

START_TEST(one_read_for_each_piece)
{
	begin();
	talk->ops = &ops;
	say("a");
	UNTIL(reads == 1);
	rig_turns();
	ck_assert_uint_eq(reads, 1);
	say("b");
	UNTIL(reads == 2);
	end();
}
END_TEST

/* What it sends too early stays in the socket, and goes to the server. */
START_TEST(the_gateway_connects)
{
	char heard[3];

	begin();
	ask();
	ck_assert_ptr_nonnull(talk->flow);
	ck_assert(!ev_is_active(&talk->late));
	say("early");
	UNTIL(!ev_is_active(&talk->rd));
	ck_assert_uint_eq(reads, 0);
	ck_assert_uint_eq(opens + closes, 0);
	gateway_connects();
	UNTIL(opens);
	ck_assert(is_gone());
	ck_assert_int_eq(recv(client, heard, sizeof heard, 0), 3);
	ck_assert_mem_eq(heard, "yes", 3);
	UNTIL(rig.seen[FRAME_DATA]);
	ck_assert_uint_eq(rig.last[FRAME_DATA].len, 5);
	ck_assert_mem_eq(rig.payload[FRAME_DATA], "early", 5);
	ck_assert_uint_eq(closes, 0);
	end();
}
END_TEST

START_TEST(the_client_leaves_meanwhile)
{
	begin();
	ask();
	UNTIL(rig.seen[FRAME_OPEN]);
	ck_assert_int_eq(shutdown(client, SHUT_WR), 0);
	UNTIL(closes);
	ck_assert_uint_eq(closes, 1);
	ck_assert_uint_eq(reason, REASON_PEER_RESET);
	ck_assert(is_gone());
	UNTIL(rig.seen[FRAME_CLOSE]);
	ck_assert(rig.last[FRAME_CLOSE].flags & FLAG_RESET);
	end();
}
END_TEST

/* From inside the question. */
START_TEST(no_way_to_the_gateway)
{
	begin();
	rig.manners.mute_attach = true;
	rig_hang_up();
	UNTIL(!session_is_attached(rig.agent->uplink.session));
	uplink_settle(&rig.agent->uplink);
	ask();
	ck_assert_uint_eq(closes, 1);
	ck_assert_uint_eq(reason, REASON_LOST);
	ck_assert(is_gone());
	end();
}
END_TEST

/* The agent ends while the gateway is asked: the protocol hears it once. */
START_TEST(the_agent_ends_meanwhile)
{
	begin();
	ask();
	end();
	ck_assert_uint_eq(opens, 0);
	ck_assert_uint_eq(closes, 1);
	ck_assert_uint_ne(reason, REASON_NONE);
}
END_TEST

/* More than the two sockets hold. */
static void say_much(void)
{
	struct buf b = { 0 };
	uint8_t piece[4096] = { 0 };
	int room = 65536;

	setsockopt(talk->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	setsockopt(client, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	for (size_t n = 0; n < MUCH; n += sizeof piece)
		ck_assert_int_eq(buf_append(&b, piece, sizeof piece), 0);
	talk->ops = &ops;
	talk_say_last(talk, &b);
	ck_assert_uint_eq(buf_len(&b), 0);
	ck_assert_ptr_null(b.data);
	ck_assert(has_seconds(5));
}

/* More than a socket takes at once; what the client says meanwhile would have
 * the kernel reset the connection, if nobody read it. */
START_TEST(last_words)
{
	begin();
	say_much();
	say("more of what was refused");
	rig_turns();
	ck_assert_uint_eq(hear(), MUCH);
	ck_assert(!is_gone());
	say("and more");
	rig_turns();
	ck_assert(!is_gone());
	close(client);
	client = -1;
	UNTIL(is_gone());
	ck_assert_uint_eq(reads, 0);
	end();
}
END_TEST

START_TEST(last_words_that_nobody_reads)
{
	begin();
	say_much();
	rig_turns();
	ck_assert(buf_len(&talk->last) > 0);
	rig_fire(&talk->late);
	ck_assert(is_gone());
	end();
}
END_TEST

START_TEST(last_words_to_nobody)
{
	const struct linger now = { 1, 0 };

	begin();
	say_much();
	setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(client);
	client = -1;
	UNTIL(is_gone());
	end();
}
END_TEST

SUITE("talk", silence, the_first_byte, one_read_for_each_piece,
      the_gateway_connects, the_client_leaves_meanwhile, no_way_to_the_gateway,
      the_agent_ends_meanwhile, last_words, last_words_that_nobody_reads,
      last_words_to_nobody)
