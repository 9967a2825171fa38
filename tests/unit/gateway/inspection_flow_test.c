/* SPDX-License-Identifier: BSD-2-Clause */
/* inspection_flow_test.c - bytes between a channel, its plugin and its server,
 * where one of them does not take them. */
#include "gateway/rig_puppet.h"

#include "suite.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	MUCH = 1 << 20,
	SOME = 16000, /* for which there is credit at first */
};

static struct rig_puppet p;

/* Until nothing moves any more. */
static void settle(void)
{
	uint64_t before;

	do {
		before = p.mem->taken + buf_len(&p.mem->out);
		rig_settle(&p.user, p.gs);
	} while (p.mem->taken + buf_len(&p.mem->out) != before);
}

/* "....\n" without end; n is a multiple of 8. */
static void fill(char *to, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (char)(i % 8 == 7 ? '\n' : 'a' + i / 8 % 26);
}

/* How much of `want` the server gets; fails where it is something else. */
static size_t drain_server(const char *want, size_t at)
{
	static char got[MUCH];
	ssize_t n = read(rig.server, got, sizeof got);

	if (n <= 0)
		return at;
	ck_assert(!memcmp(got, want + at, (size_t)n));
	settle();
	return at + (size_t)n;
}

/* Credit is given for bytes that were written to the server, not for those that
 * have arrived. */
START_TEST(a_server_that_does_not_read_gives_no_credit)
{
	static char some[SOME];
	struct inspection *ins;
	size_t done = 0, last;
	int least = 1;

	fill(some, SOME);
	rig_puppet_begin(&p, false);
	ins = rig_inspection(&p);
	ck_assert(!setsockopt(ins->gc->relay.sock.fd, SOL_SOCKET, SO_SNDBUF,
			      &least, sizeof least));
	mem_write(p.mem, some, SOME);
	settle();
	ck_assert_uint_eq(p.mem->taken, SOME);
	ck_assert_uint_gt(buf_len(inspect_output(ins->ch, ADIT_TO_SERVER)), 0);
	ck_assert_uint_eq(ins->unpaid, SOME);
	ck_assert_uint_eq(chan_info(ins->gc->relay.chan).kept, SOME);
	do {
		last = done;
		done = drain_server(some, done);
	} while (done > last);
	ck_assert_uint_eq(done, SOME);
	ck_assert_uint_eq(ins->unpaid, 0);
	ck_assert_uint_eq(chan_info(ins->gc->relay.chan).kept, 0);
	rig_puppet_end(&p);
}
END_TEST

START_TEST(a_client_that_does_not_read_stops_the_server)
{
	static char much[MUCH];
	struct inspection *ins;
	size_t sent = 0;
	ssize_t n;

	fill(much, MUCH);
	rig_puppet_begin(&p, false);
	p.mem->room = 0;
	while ((n = write(rig.server, much + sent, MUCH - sent)) > 0) {
		sent += (size_t)n;
		settle();
	}
	ck_assert_uint_lt(sent, MUCH);
	ins = rig_inspection(&p);
	ck_assert_uint_le(buf_len(inspect_output(ins->ch, ADIT_TO_CLIENT)),
			  INSPECT_OUT_HIGH);
	p.mem->room = SIZE_MAX;
	chan_writable(p.mem->chan);
	settle();
	ck_assert_uint_eq(buf_len(&p.mem->out), sent);
	ck_assert(!memcmp(buf_ptr(&p.mem->out), much, sent));
	rig_puppet_end(&p);
}
END_TEST

/* A message behind which most of the n bytes are skipped; then another one.
 * Returns how many bytes are the first message. */
static size_t fill_skip(char *to, size_t n)
{
	static const char next[] = "say b\n";
	size_t head = (size_t)snprintf(to, 32, "skip %zu\n", n - 20);

	fill(to + head, n - head);
	memcpy(to + head + n - 20, next, sizeof next - 1);
	return head;
}

/* It stays in the server's socket until the client takes it. */
START_TEST(what_is_skipped_goes_straight_to_the_client)
{
	static char much[MUCH + 32];
	struct inspection *ins;
	size_t sent, head, all;
	ssize_t n;

	head = fill_skip(much, MUCH);
	rig_puppet_begin(&p, false);
	ins = rig_inspection(&p);
	all = head + MUCH - 20 + 6;
	sent = (size_t)write(rig.server, much, head);
	settle();
	p.mem->room = 0;
	do {
		n = write(rig.server, much + sent, all - sent);
		sent += n > 0 ? (size_t)n : 0;
		settle();
	} while (n > 0 && sent < all);
	ck_assert_uint_eq(inspect_kept(ins->ch, ADIT_TO_CLIENT), 0);
	p.mem->room = SIZE_MAX;
	chan_writable(p.mem->chan);
	for (; sent<all; sent += n> 0 ? (size_t)n : 0) {
		settle();
		n = write(rig.server, much + sent, all - sent);
	}
	settle();
	/* Of `say b` the word does not pass, which shows that it was read. */
	ck_assert_uint_eq(buf_len(&p.mem->out), head + MUCH - 20 + 2);
	ck_assert(!memcmp(buf_ptr(&p.mem->out), much, head + MUCH - 20));
	ck_assert(!memcmp(buf_ptr(&p.mem->out) + head + MUCH - 20, "b\n", 2));
	rig_puppet_end(&p);
}
END_TEST

START_TEST(what_is_skipped_goes_straight_to_the_server)
{
	static char much[MUCH + 32];
	struct inspection *ins;
	size_t done = 0, last = 1, head;
	int least = 1;

	head = fill_skip(much, MUCH);
	rig_puppet_begin(&p, false);
	ins = rig_inspection(&p);
	ck_assert(!setsockopt(ins->gc->relay.sock.fd, SOL_SOCKET, SO_SNDBUF,
			      &least, sizeof least));
	p.mem->has_more = true;
	mem_write(p.mem, much, head + MUCH - 20);
	settle();
	while (done != last) {
		last = done;
		for (int i = 0; i < 4; i++, settle())
			done = drain_server(much, done);
	}
	ck_assert_uint_eq(done, head + MUCH - 20);
	ck_assert_uint_eq(ins->unpaid, 0);
	ck_assert_uint_eq(chan_info(ins->gc->relay.chan).kept, 0);
	rig_puppet_end(&p);
}
END_TEST

/* While one direction is held, the other one flows. */
START_TEST(what_is_held_stops_one_direction)
{
	rig_puppet_begin(&p, false);
	client_says(&p, "wait\nbehind\n");
	server_hears(&p, "");
	server_says(&p, "one\n");
	client_hears(&p, "one\n");
	server_says(&p, "wake\n");
	client_hears(&p, "wake\n");
	server_hears(&p, "wait\nbehind\n");
	rig_puppet_end(&p);
}
END_TEST

/* The frames of a client lie in loop.gulp while they are taken.  What the
 * server sends must not be read to there, or it would be taken for frames. */
START_TEST(a_server_is_not_read_over_the_frames_of_the_client)
{
	static char much[INSPECT_MESSAGE + 8];
	static uint8_t frames[LOOP_GULP];
	struct loop *loop;

	fill(much, sizeof much);
	memcpy(much, "wait  ", 6);
	memset(frames, 0x5a, sizeof frames);
	rig_puppet_begin(&p, false);
	ck_assert_int_eq(write(rig.server, much, sizeof much), sizeof much);
	settle();
	server_says(&p, "behind\n");
	ck_assert_uint_gt(buf_len(&rig_inspection(&p)->rest), 0);
	ck_assert(rig_inspection(&p)->read_due);
	loop = &p.gs->shard->loop;
	memcpy(loop->gulp, frames, sizeof frames);
	mem_write(p.mem, "wake\n", 5);
	rig_pump(&p.user, p.gs);
	mem_write(p.mem, "more\n", 5);
	rig_pump(&p.user, p.gs);
	ck_assert(!rig_inspection(&p)->read_due);
	ck_assert(!memcmp(loop->gulp, frames, sizeof frames));
	settle();
	ck_assert_uint_eq(buf_len(&p.mem->out), sizeof much + 7);
	rig_puppet_end(&p);
}
END_TEST

START_TEST(a_server_that_breaks_off_is_a_reset)
{
	rig_puppet_begin(&p, false);
	client_says(&p, "unread\n");
	close(rig.server);
	rig.server = -1;
	settle();
	ck_assert(p.mem->closed);
	ck_assert_uint_eq(p.mem->reason, REASON_PEER_RESET);
	rig_puppet_end(&p);
}
END_TEST

START_TEST(behind_finish_nothing_of_the_client_counts)
{
	uint64_t before;

	rig_puppet_begin(&p, false);
	client_says(&p, "bye now\n");
	client_hears(&p, "now\n");
	ck_assert(p.mem->got_fin);
	before = p.mem->taken;
	client_says(&p, "more\n");
	ck_assert_uint_eq(p.mem->taken, before + 5);
	/* It counts as consumed, or the client would run out of credit. */
	ck_assert_uint_eq(chan_info(rig_gchan(p.gs)->relay.chan).kept, 0);
	mem_fin(p.mem);
	settle();
	ck_assert(p.mem->closed);
	ck_assert_uint_eq(p.mem->reason, REASON_NONE);
	rig_puppet_end(&p);
}
END_TEST

START_TEST(an_end_waits_for_what_is_held)
{
	rig_puppet_begin(&p, false);
	client_says(&p, "wait\n");
	mem_fin(p.mem);
	settle();
	ck_assert(!rig_inspection(&p)->fin_sent);
	server_says(&p, "wake\n");
	ck_assert(rig_inspection(&p)->fin_sent);
	server_hears(&p, "wait\n");
	rig_puppet_end(&p);
}
END_TEST

/* A plugin may want a message whole: credit for all of it, though nothing of
 * it was consumed. */
START_TEST(a_long_message_gets_credit)
{
	char line[190], want[200];

	memset(line, 'x', sizeof line);
	rig_puppet_begin(&p, false);
	memcpy(line, "say ", 4);
	mem_write(p.mem, line, sizeof line);
	settle();
	server_hears(&p, "");
	client_says(&p, "\n");
	snprintf(want, sizeof want, "%.*s\n", (int)sizeof line - 4, line + 4);
	server_hears(&p, want);
	rig_puppet_end(&p);
}
END_TEST

SUITE("gateway/inspection_flow", a_server_that_does_not_read_gives_no_credit,
      a_client_that_does_not_read_stops_the_server,
      what_is_skipped_goes_straight_to_the_client,
      what_is_skipped_goes_straight_to_the_server,
      what_is_held_stops_one_direction,
      a_server_is_not_read_over_the_frames_of_the_client,
      a_server_that_breaks_off_is_a_reset,
      behind_finish_nothing_of_the_client_counts, an_end_waits_for_what_is_held,
      a_long_message_gets_credit)
