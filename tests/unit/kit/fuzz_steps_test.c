/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_steps_test.c - steps of a conversation become bytes and the same steps
 * again. */
#include "kit/fuzz_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

static uint8_t text[2 * FUZZ_INPUT_MAX + 100];

/* How many bytes an input of n takes; checks that it can be read again. */
static size_t round_trip(size_t n)
{
	struct fuzz_step in = { .op = FUZZ_SERVER, .data = text, .n = n }, out;
	struct buf b = { 0 };
	const uint8_t *p;
	size_t left, len, got = 0;

	for (size_t i = 0; i < n; i++)
		text[i] = (uint8_t)(i * 7);
	ck_assert_int_eq(fuzz_step_put(&b, &in), 0);
	p = buf_ptr(&b);
	left = len = buf_len(&b);
	while (fuzz_step_take(&p, &left, &out)) {
		ck_assert_int_eq(out.op, FUZZ_SERVER);
		ck_assert_uint_le(got + out.n, n);
		ck_assert_mem_eq(out.data, text + got, out.n);
		got += out.n;
	}
	ck_assert_uint_eq(got, n);
	buf_fini(&b);
	return len - n;
}

START_TEST(lengths)
{
	ck_assert_uint_eq(round_trip(1), 1);
	ck_assert_uint_eq(round_trip(24), 1);
	ck_assert_uint_eq(round_trip(25), 2);
	ck_assert_uint_eq(round_trip(280), 2);
	ck_assert_uint_eq(round_trip(281), 2);
	ck_assert_uint_eq(round_trip(FUZZ_INPUT_MAX), 2);
	/* Several steps. */
	ck_assert_uint_eq(round_trip(FUZZ_INPUT_MAX + 1), 3);
	ck_assert_uint_eq(round_trip(2 * FUZZ_INPUT_MAX + 30), 6);
}
END_TEST

START_TEST(other_steps)
{
	for (unsigned op = FUZZ_FIN; op <= FUZZ_OTHER; op++)
		for (unsigned arg = 0; arg < 32; arg++) {
			struct fuzz_step in = { .op = op, .arg = arg }, out;
			struct buf b = { 0 };
			const uint8_t *p;
			size_t n;

			ck_assert_int_eq(fuzz_step_put(&b, &in), 0);
			p = buf_ptr(&b);
			n = buf_len(&b);
			ck_assert(fuzz_step_take(&p, &n, &out));
			ck_assert_uint_eq(out.op, op);
			ck_assert_uint_eq(out.arg, arg);
			ck_assert(!fuzz_step_take(&p, &n, &out));
			buf_fini(&b);
		}
}
END_TEST

/* Bytes that end within a step: what is there counts. */
START_TEST(cut_short)
{
	static const uint8_t bytes[] = { 4 << 3 | FUZZ_CLIENT, 'a', 'b' };
	static const uint8_t no_length[] = { 24 << 3 | FUZZ_CLIENT };
	const uint8_t *p = bytes;
	size_t n = sizeof(bytes);
	struct fuzz_step s;

	ck_assert(fuzz_step_take(&p, &n, &s));
	ck_assert_uint_eq(s.n, 2);
	ck_assert_uint_eq(n, 0);
	p = no_length;
	n = sizeof(no_length);
	ck_assert(fuzz_step_take(&p, &n, &s));
	ck_assert_uint_eq(s.n, 0);
	ck_assert(!fuzz_step_take(&p, &n, &s));
}
END_TEST

/* The bytes of a transcript, as fuzz_write shows them. */
static char *shown(const char *transcript, bool late)
{
	struct conf_errors e = { .file = "x.t" };
	struct transcript *t = transcript_parse(transcript, strlen(transcript),
						&e);
	struct buf b = { 0 };
	char *out = NULL;
	size_t len;
	FILE *to = open_memstream(&out, &len);

	ck_assert_msg(t, "%s", e.text[0]);
	ck_assert_int_eq(fuzz_from_transcript(&b, t, late), 0);
	fuzz_write(to, buf_ptr(&b), buf_len(&b));
	fclose(to);
	buf_fini(&b);
	transcript_free(t);
	return out;
}

START_TEST(of_a_transcript)
{
	static const char transcript[] = "C! PASV\\n\n"
					 "expect forward 10.0.0.5:7 = denied\n"
					 "time 2s\nS|\n";
	char *soon = shown(transcript, false), *late = shown(transcript, true);

	ck_assert_str_eq(soon, "# requests from now on: denied\n"
			       "# the next input's last byte is urgent\n"
			       "C PASV\\n\ntime 2000ms\nS|\n");
	ck_assert_str_eq(late, "# requests from now on: wait\n"
			       "# the next input's last byte is urgent\n"
			       "C PASV\\n\n# the oldest request hears: denied\n"
			       "time 2000ms\nS|\n");
	free(soon);
	free(late);
}
END_TEST

SUITE("kit/fuzz_steps", lengths, other_steps, cut_short, of_a_transcript)
