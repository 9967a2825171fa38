/* SPDX-License-Identifier: BSD-2-Clause */
/* stream_test.c - urgent bytes, ends, partial messages, size. */
#include "puppet.h"
#include "rig.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRIPT(...)                                                            \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

static const struct adit_plugin raw = {
	.api = ADIT_PLUGIN_API,
	.size = sizeof(struct adit_plugin),
	.name = "raw",
	.version = "1",
	.summary = "sees nothing",
};

static enum adit_verdict pass(struct adit_msg *m)
{
	(void)m;
	return ADIT_PASS;
}

static enum adit_verdict hold_first_eof(struct adit_channel *ch,
					enum adit_dir d)
{
	uint8_t *seen = adit_state(ch);

	if (d == ADIT_TO_CLIENT)
		return ADIT_PASS;
	if (!*seen) {
		adit_inject(ch, ADIT_TO_CLIENT, "forgotten\n", 10);
		return ADIT_HOLD;
	}
	adit_inject(ch, ADIT_TO_SERVER, "end\n", 4);
	return ADIT_PASS;
}

static enum adit_verdict note_wake(struct adit_msg *m)
{
	uint8_t *seen = adit_state(m->ch);

	*seen = 1;
	adit_wake(m->ch, ADIT_TO_SERVER);
	return ADIT_PASS;
}

START_TEST(urgent_keeps_its_place)
{
	/* However the three bytes before and after are cut. */
	for (size_t cut = 0; cut <= 7; cut++) {
		struct rig *r = rig_new(&puppet);
		size_t first = cut >= 4 ? 4 : 0;

		rig_send(r, ADIT_TO_SERVER, "abcdef\n", cut, first);
		rig_send(r, ADIT_TO_SERVER, &"abcdef\n"[cut], 7 - cut,
			 first ? 0 : 4 - cut);
		ck_assert_str_eq(TO_SERVER(r), "abc^def\n");
		rig_free(r);
	}
}
END_TEST

START_TEST(urgent_in_what_nobody_sees)
{
	struct rig *r = rig_new(&puppet);

	rig_send(r, ADIT_TO_SERVER, "$005abcde", 9, 7);
	rig_send(r, ADIT_TO_CLIENT, "detach\nxyz", 10, 9);
	ck_assert_str_eq(TO_SERVER(r), "$005ab^cde");
	ck_assert_str_eq(TO_CLIENT(r), "detach\nx^yz");
	rig_send(r, ADIT_TO_CLIENT, "!", 1, 1);
	ck_assert_str_eq(TO_CLIENT(r), "detach\nx^yz^!");
	rig_free(r);
}
END_TEST

START_TEST(rewrite_drops_urgent)
{
	struct rig *r = rig_new(&puppet);

	rig_send(r, ADIT_TO_SERVER, "say abc\n", 8, 6);
	rig_send(r, ADIT_TO_SERVER, "urge abc\n", 9, 2);
	rig_send(r, ADIT_TO_SERVER, "urge abc\n", 9, 0);
	rig_send(r, ADIT_TO_SERVER, "drop abc\n", 9, 6);
	rig_send(r, ADIT_TO_SERVER, "inj abc\n", 8, 1);
	ck_assert_str_eq(TO_SERVER(r), "abc\n^abc\n^abc\nabc\n^inj abc\n");
	rig_free(r);
}
END_TEST

START_TEST(urgent_behind_a_hold)
{
	struct rig *r = rig_new(&puppet);

	r->answers = LATE;
	r->lazy = true;
	rig_send(r, ADIT_TO_SERVER, "exp 10.0.0.5 5\nab", 17, 16);
	rig_send(r, ADIT_TO_SERVER, "c\nd\n", 4, 3);
	r->lazy = false;
	rig_settle(r);
	ck_assert_str_eq(TO_SERVER(r), "at 127.0.0.1 40001\n^abc\n^d\n");
	rig_free(r);
}
END_TEST

/* An urgent byte is not part of a message, and does not wait for one. */
START_TEST(urgent_apart)
{
	struct adit_plugin p = puppet;
	struct rig *r;

	p.flags = ADIT_URGENT_APART;
	r = rig_new(&p);
	rig_send(r, ADIT_TO_SERVER, "ab!c\n", 5, 3);
	rig_send(r, ADIT_TO_SERVER, "!d\n", 3, 1);
	rig_send(r, ADIT_TO_SERVER, "e\n!", 3, 3);
	ck_assert_str_eq(TO_SERVER(r), "^!abc\n^!d\ne\n^!");
	ck_assert_uint_eq(r->consumed[ADIT_TO_SERVER], 11);
	r->answers = LATE;
	r->lazy = true;
	rig_send(r, ADIT_TO_CLIENT, "exp 10.0.0.5 5\nab!c\n", 20, 18);
	ck_assert_str_eq(TO_CLIENT(r), "^!");
	r->lazy = false;
	rig_settle(r);
	rig_send(r, ADIT_TO_CLIENT, "detach\nx!y", 10, 9);
	ck_assert_str_eq(TO_CLIENT(r),
			 "^!at 127.0.0.1 40001\nabc\ndetach\nx^!y");
	rig_free(r);
}
END_TEST

START_TEST(urgent_apart_behind_the_end)
{
	struct adit_plugin p = puppet;
	struct rig *r;

	p.flags = ADIT_URGENT_APART;
	r = rig_new(&p);
	rig_send(r, ADIT_TO_SERVER, "finish\n!", 8, 8);
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_FINISH);
	ck_assert_uint_eq(inspect_feed(r->ch, ADIT_TO_SERVER, "a!b", 3, 2), 3);
	rig_free(r);
}
END_TEST

START_TEST(many_urgent_newest_wins)
{
	struct rig *r = rig_new(&puppet);
	size_t n;

	r->answers = NEVER;
	rig_send(r, ADIT_TO_SERVER, "exp 10.0.0.5 5\n", 15, 0);
	for (int i = 0; i < 20; i++)
		rig_send(r, ADIT_TO_SERVER, "x\n", 2, 1);
	rig_pass_time(r, INSPECT_HOLD_MS);
	n = strlen(TO_SERVER(r));
	ck_assert_str_eq(TO_SERVER(r) + n - 7, "x\nx\n^x\n");
	rig_free(r);
}
END_TEST

START_TEST(fin_each_way)
{
	rig_check(&puppet, SCRIPT("C a\n", "C|", "S b\nc\n", "S|"), "a\n|",
		  "b\nc\n|");
}
END_TEST

START_TEST(partial_message_at_the_end)
{
	rig_check(&puppet, SCRIPT("C a\nhalf", "C|", "S $0", "S|"),
		  "a\npartial\n|", "partial\n|");
	/* A skip that ends early was never a message. */
	rig_check(&puppet, SCRIPT("C $050half", "C|"), "$050half|", "");
}
END_TEST

START_TEST(eof_is_asked)
{
	struct adit_plugin p = puppet;

	p.name = "eof";
	p.state_size = 1;
	p.message = note_wake;
	p.timer = NULL;
	p.eof = hold_first_eof;
	rig_check(&p, SCRIPT("C a\n", "C|", "S late\nmore\n", "S|"),
		  "a\nend\n|", "late\nmore\n|");
}
END_TEST

static enum adit_verdict eof_detach(struct adit_channel *ch, enum adit_dir d)
{
	(void)ch;
	(void)d;
	return ADIT_DETACH;
}

static enum adit_verdict eof_close(struct adit_channel *ch, enum adit_dir d)
{
	(void)ch;
	(void)d;
	return ADIT_CLOSE;
}

static enum adit_verdict eof_finish(struct adit_channel *ch, enum adit_dir d)
{
	(void)d;
	adit_inject(ch, ADIT_TO_CLIENT, "so long", 7);
	return ADIT_FINISH;
}

START_TEST(eof_verdicts)
{
	static const struct {
		enum adit_verdict (*eof)(struct adit_channel *, enum adit_dir);
		enum inspect_status status;
		const char *out;
	} t[] = {
		{ eof_detach, INSPECT_RESET, "" },
		{ eof_close, INSPECT_RESET, "" },
		{ eof_finish, INSPECT_FINISH, "so long" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct adit_plugin p = puppet;
		struct rig *r;

		p.eof = t[i].eof;
		r = rig_new(&p);
		rig_fin(r, ADIT_TO_SERVER);
		ck_assert_int_eq(inspect_status(r->ch), t[i].status);
		ck_assert_str_eq(TO_CLIENT(r), t[i].out);
		rig_free(r);
	}
}
END_TEST

START_TEST(message_too_long)
{
	static char line[300];
	struct rig *r = rig_new(&puppet);

	memset(line, 'x', sizeof(line));
	line[199] = '\n';
	rig_send(r, ADIT_TO_SERVER, line, 200, 0);
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RUN);
	line[199] = 'x';
	line[200] = '\n';
	rig_send(r, ADIT_TO_SERVER, line, 201, 0);
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
	ck_assert_str_eq(inspect_reason(r->ch), "puppet: message too long "
						"(application, most is 200)");
	rig_free(r);
	/* The same without the end in sight. */
	r = rig_new(&puppet);
	for (int i = 0; i < 200; i++) {
		ck_assert_int_eq(inspect_status(r->ch), INSPECT_RUN);
		rig_send(r, ADIT_TO_SERVER, "x", 1, 0);
	}
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
	rig_free(r);
}
END_TEST

static int64_t skip_much(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	(void)ch;
	(void)p;
	(void)n;
	return INT64_MIN;
}

START_TEST(output_is_bounded)
{
	struct adit_plugin p = puppet;
	struct rig *r;
	static char many[1 << 18];
	size_t n;

	p.frame[0] = skip_much;
	r = rig_new(&p);
	n = inspect_feed(r->ch, ADIT_TO_SERVER, many, sizeof(many), 0);
	ck_assert_uint_eq(n, INSPECT_OUT_HIGH);
	ck_assert_uint_eq(inspect_feed(r->ch, ADIT_TO_SERVER, many, 1, 0), 0);
	buf_take(inspect_output(r->ch, ADIT_TO_SERVER), 1000);
	ck_assert_uint_eq(inspect_feed(r->ch, ADIT_TO_SERVER, many,
				       sizeof(many), 0),
			  1000);
	ck_assert_uint_eq(inspect_consumed(r->ch, ADIT_TO_SERVER), n + 1000);
	ck_assert_uint_eq(inspect_consumed(r->ch, ADIT_TO_SERVER), 0);
	rig_free(r);
}
END_TEST

/* A client that asks for refusals and reads none must not fill our memory; and
 * only what was injected holds the other direction back. */
START_TEST(refusals_are_bounded)
{
	struct rig *r = rig_new(&puppet);
	struct buf *out = inspect_output(r->ch, ADIT_TO_CLIENT);
	static char many[1 << 18];
	size_t n, got = 0, rest;

	for (size_t i = 0; i < sizeof(many); i += 8)
		memcpy(many + i, "no 1234\n", 8);
	n = inspect_feed(r->ch, ADIT_TO_SERVER, many, sizeof(many), 0);
	ck_assert_uint_lt(n, sizeof(many));
	ck_assert_uint_le(buf_len(out), INSPECT_OUT_HIGH + 200);
	ck_assert_uint_eq(inspect_feed(r->ch, ADIT_TO_SERVER, many, 8, 0), 0);
	do {
		got += buf_len(out);
		buf_take(out, buf_len(out));
		inspect_run(r->ch);
		rest = inspect_feed(r->ch, ADIT_TO_SERVER, many + n,
				    sizeof(many) - n, 0);
		n += rest;
		ck_assert_uint_le(buf_len(out), INSPECT_OUT_HIGH + 200);
	} while (rest || buf_len(out));
	ck_assert_uint_eq(n, sizeof(many));
	ck_assert_uint_eq(got, sizeof(many) / 8 * 5);

	memset(many, '\n', sizeof(many));
	n = inspect_feed(r->ch, ADIT_TO_CLIENT, many, sizeof(many), 0);
	ck_assert_uint_ge(buf_len(out), INSPECT_OUT_HIGH);
	ck_assert_uint_eq(inspect_feed(r->ch, ADIT_TO_SERVER, many, 8, 0), 8);
	ck_assert_uint_eq(buf_len(inspect_output(r->ch, ADIT_TO_SERVER)), 8);
	rig_free(r);
}
END_TEST

START_TEST(fin_waits_for_room)
{
	struct rig *r = rig_new(&puppet);
	static char many[1 << 18];
	struct buf *out = inspect_output(r->ch, ADIT_TO_SERVER);
	size_t n = 0, got = 0;

	memset(many, '\n', sizeof(many));
	ck_assert_uint_eq(inspect_feed(r->ch, ADIT_TO_SERVER, "x", 1, 0), 1);
	while (!inspect_ended(r->ch, ADIT_TO_SERVER)) {
		n += inspect_feed(r->ch, ADIT_TO_SERVER, many + n,
				  sizeof(many) - n, 0);
		if (n == sizeof(many))
			inspect_fin(r->ch, ADIT_TO_SERVER);
		inspect_run(r->ch);
		ck_assert_uint_le(buf_len(out), INSPECT_OUT_HIGH + 200);
		got += buf_len(out);
		buf_take(out, buf_len(out));
	}
	ck_assert_uint_eq(got, sizeof(many) + 1);
	ck_assert_uint_eq(inspect_consumed(r->ch, ADIT_TO_SERVER),
			  sizeof(many) + 1);
	rig_free(r);
}
END_TEST

START_TEST(counted_frames)
{
	static const uint8_t ok[] = { 0, 3, 'a', 0, 2, 0, 4, 'b', 'c' };
	static const uint8_t bad[] = { 0, 1 };
	struct adit_plugin p = puppet;
	struct rig *r;

	p.frame[0] = adit_frame_u16be;
	p.frame[1] = adit_frame_u32be;
	p.message = pass;
	for (size_t cut = 0; cut <= sizeof(ok); cut++) {
		r = rig_new(&p);
		rig_send(r, ADIT_TO_SERVER, ok, cut, 0);
		rig_send(r, ADIT_TO_SERVER, ok + cut, sizeof(ok) - cut, 0);
		ck_assert_uint_eq(r->nout[0], sizeof(ok));
		ck_assert_mem_eq(TO_SERVER(r), ok, sizeof(ok));
		ck_assert_uint_eq(inspect_feed(r->ch, 0, bad, 2, 0), 2);
		ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
		rig_free(r);
	}
	r = rig_new(&p);
	rig_send(r, ADIT_TO_CLIENT, "\0\0\0\5x\xff\xff\xff\xff", 9, 0);
	ck_assert_uint_eq(r->nout[1], 0);
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
	rig_free(r);
}
END_TEST

START_TEST(counted_behind)
{
	static const uint8_t ok[] = { 0, 0, 0, 0, 0, 0, 0, 2, 'b', 'c' };
	struct adit_plugin p = puppet;

	p.frame[0] = adit_frame_u32be_behind;
	p.message = pass;
	for (size_t cut = 0; cut <= sizeof(ok); cut++) {
		struct rig *r = rig_new(&p);

		rig_send(r, ADIT_TO_SERVER, ok, cut, 0);
		rig_send(r, ADIT_TO_SERVER, ok + cut, sizeof(ok) - cut, 0);
		ck_assert_uint_eq(r->nout[0], sizeof(ok));
		ck_assert(!inspect_is_short(r->ch, ADIT_TO_SERVER));
		rig_send(r, ADIT_TO_SERVER, "\xff\xff\xff\xff", 4, 0);
		ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
		rig_free(r);
	}
}
END_TEST

START_TEST(raw_takes_what_comes)
{
	struct adit_plugin p = puppet;
	struct rig *r;
	static char many[100000];

	p.frame[0] = adit_frame_raw;
	p.message = pass;
	r = rig_new(&p);
	rig_send(r, ADIT_TO_SERVER, many, sizeof(many), 0);
	ck_assert_uint_eq(r->nout[0], sizeof(many));
	rig_free(r);
}
END_TEST

static char seen[512];

static void on_trace(void *ctx, const struct inspect_trace *t)
{
	static const char *const what[] = {
		"in", "took", "fin", "answer", "tick", "out", "end", "status",
	};
	size_t n = strlen(seen);

	(void)ctx;
	snprintf(seen + n, sizeof(seen) - n, "%s%d %.*s/%zu/%zu;",
		 what[t->what], t->dir, t->data ? (int)t->n : 0,
		 t->data ? (const char *)t->data : "", t->n, t->urgent);
}

START_TEST(traced)
{
	struct inspect_ops ops = rig_ops;
	struct rig *r = rig_new(&puppet);

	inspect_free(r->ch);
	ops.trace = on_trace;
	r->ch = inspect_new(r->plugin, NULL, &(struct inspect_info){ 0 }, &ops,
			    r);
	ck_assert_ptr_nonnull(r->ch);
	inspect_start(r->ch);
	ck_assert_uint_eq(
		inspect_feed(r->ch, ADIT_TO_SERVER, "inx d\nab", 8, 7), 8);
	ck_assert_str_eq(seen, "in0 inx d\nab/8/7;took0 /8/0;"
			       "out0 inx d\n/6/0;out1 d\n/2/0;");
	seen[0] = 0;
	ck_assert_uint_eq(inspect_feed(r->ch, ADIT_TO_SERVER, "c\n", 2, 0), 2);
	inspect_fin(r->ch, ADIT_TO_SERVER);
	inspect_run(r->ch);
	ck_assert_str_eq(seen, "in0 c\n/2/0;took0 /2/0;out0 a/1/1;"
			       "out0 bc\n/3/0;fin0 /0/0;end0 /0/0;");
	seen[0] = 0;
	inspect_feed(r->ch, ADIT_TO_CLIENT, "close\n", 6, 0);
	ck_assert_str_eq(seen, "in1 close\n/6/0;took1 /6/0;status0 /0/0;");
	rig_free(r);
}
END_TEST

START_TEST(never_looked_at)
{
	rig_check(&raw, SCRIPT("C say a\n!", "S close\n", "C|", "S|"),
		  "say a\n!|", "close\n|");
}
END_TEST

SUITE("plugin/stream", urgent_keeps_its_place, urgent_in_what_nobody_sees,
      rewrite_drops_urgent, urgent_behind_a_hold, urgent_apart,
      urgent_apart_behind_the_end, many_urgent_newest_wins, fin_each_way,
      partial_message_at_the_end, eof_is_asked, eof_verdicts, message_too_long,
      output_is_bounded, refusals_are_bounded, fin_waits_for_room,
      counted_frames, counted_behind, raw_takes_what_comes, traced,
      never_looked_at)
