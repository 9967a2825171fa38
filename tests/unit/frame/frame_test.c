/* SPDX-License-Identifier: BSD-2-Clause */
/* frame_test.c - headers and cutting, with everything a peer may get wrong. */
#include "frame/frame.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"

static const struct frame sample = {
	.command = FRAME_DATA,
	.service = SERVICE_FORWARD,
	.flags = 1,
	.protocol = PROTOCOL_TCP,
	.marker = 0xdeadbeef,
	.client_id = 7,
	.server_id = 0x80000001,
	.len = 3,
};

START_TEST(header_bytes)
{
	static const uint8_t want[FRAME_HEADER] = {
		3, 1, 1,    6, 0xde, 0xad, 0xbe, 0xef, 0, 0,
		0, 7, 0x80, 0, 0,    1,    0,    0,    0, 3,
	};
	uint8_t got[FRAME_HEADER];
	const char *why;
	struct frame f;

	frame_pack(got, &sample);
	ck_assert_mem_eq(got, want, sizeof want);
	ck_assert_int_eq(frame_unpack(&f, got, &why), 0);
	memset(got, 0xff, sizeof got);
	frame_pack(got, &f);
	ck_assert_mem_eq(got, want, sizeof want);
	ck_assert_uint_eq(frame_size(got), FRAME_HEADER + 3);
}
END_TEST

START_TEST(bad_headers)
{
	static const struct {
		unsigned at;
		uint8_t value;
		const char *why;
	} bad[] = {
		{ 0, 0, "unknown command" },
		{ 0, 0x0a, "unknown command" },
		{ 0, 0x7f, "unknown command" },
		{ 1, 0, "service" },
		{ 1, 3, "service" },
		{ 3, 17, "protocol" },
		{ 16, 1, "not zero" },
		{ 17, 1, "not zero" },
		{ 18, 0x40, "over the limit" },
	};
	uint8_t in[FRAME_HEADER];
	const char *why;
	struct frame f;

	for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
		frame_pack(in, &sample);
		in[bad[i].at] = bad[i].value;
		ck_assert_int_eq(frame_unpack(&f, in, &why), ERR_PROTO);
		ck_assert_msg(strstr(why, bad[i].why), "%s", why);
	}
}
END_TEST

START_TEST(largest_payload)
{
	uint8_t in[FRAME_HEADER];
	struct frame f = sample;
	const char *why;

	f.len = FRAME_PAYLOAD_MAX;
	frame_pack(in, &f);
	ck_assert_int_eq(frame_unpack(&f, in, &why), 0);
	f.len = FRAME_PAYLOAD_MAX + 1;
	frame_pack(in, &f);
	ck_assert_int_eq(frame_unpack(&f, in, &why), ERR_PROTO);
}
END_TEST

/* Commands of a later version, from 0x80, pass whatever their fields are. */
START_TEST(optional_commands_pass)
{
	uint8_t in[FRAME_HEADER];
	struct frame f = sample;
	const char *why;

	f.command = 0x80;
	f.service = 9;
	frame_pack(in, &f);
	ck_assert_int_eq(frame_unpack(&f, in, &why), 0);
	ck_assert(frame_is_logged(0x80));
	ck_assert(frame_is_logged(FRAME_RESOURCES));
	ck_assert(!frame_is_logged(FRAME_ACK));
	ck_assert(!frame_is_logged(FRAME_ATTACHED));
}
END_TEST

enum { FRAMES = 40 };

static unsigned frames(void)
{
	return suite_brief() ? FRAMES / 2 : FRAMES;
}

/* Frames of all sizes, each filled with its own number. */
static size_t row(uint8_t *out)
{
	size_t at = 0;

	for (unsigned i = 0; i < frames(); i++) {
		struct frame f = sample;

		f.client_id = i;
		f.len = (uint16_t)(i * i * 11 % (FRAME_PAYLOAD_MAX + 1));
		frame_pack(out + at, &f);
		memset(out + at + FRAME_HEADER, (int)i, f.len);
		at += FRAME_HEADER + f.len;
	}
	return at;
}

static void read_in_pieces(const uint8_t *in, size_t n, size_t piece)
{
	struct frame_reader r;
	const uint8_t *payload;
	const char *why;
	struct frame f;
	bool good = true;
	unsigned seen = 0;
	int ret;

	frame_reader_init(&r);
	for (size_t at = 0; at < n; at += piece) {
		size_t len = MIN(piece, n - at);
		uint8_t *copy = malloc(len);

		memcpy(copy, in + at, len);
		frame_input(&r, copy, len);
		while ((ret = frame_next(&r, &f, &payload, &why)) > 0) {
			good &= f.client_id == seen;
			for (unsigned i = 0; i < f.len; i++)
				good &= payload[i] == seen;
			seen++;
		}
		good &= ret == 0;
		free(copy);
	}
	ck_assert(good);
	ck_assert_uint_eq(seen, frames());
	frame_reader_fini(&r);
}

START_TEST(cut_anywhere)
{
	uint8_t *in = malloc((size_t)FRAMES * FRAME_MAX);
	size_t n = row(in);

	read_in_pieces(in, n, n);
	for (size_t piece = 1; piece < 48; piece += 1 + piece / 3)
		read_in_pieces(in, n, piece);
	for (size_t piece = 1000; piece < 40000; piece += 4999)
		read_in_pieces(in, n, piece);
	free(in);
}
END_TEST

START_TEST(reader_stops_at_a_bad_header)
{
	uint8_t in[2 * FRAME_HEADER + 3] = { 0 };
	struct frame_reader r;
	const uint8_t *payload;
	const char *why = NULL;
	struct frame f;

	frame_pack(in, &sample);
	for (size_t cut = 0; cut < FRAME_HEADER; cut += 5) {
		int ret = 0, seen = 0;

		frame_reader_init(&r);
		frame_input(&r, in, FRAME_HEADER + 3 + cut);
		while ((ret = frame_next(&r, &f, &payload, &why)) > 0)
			seen++;
		ck_assert_int_eq(ret, 0);
		frame_input(&r, in + FRAME_HEADER + 3 + cut,
			    FRAME_HEADER - cut);
		ck_assert_int_eq(seen, 1);
		ck_assert_int_eq(frame_next(&r, &f, &payload, &why), ERR_PROTO);
		ck_assert_str_eq(why, "unknown command");
		frame_reader_fini(&r);
	}
}
END_TEST

START_TEST(names)
{
	ck_assert_str_eq(frame_name(FRAME_OPEN), "OPEN");
	ck_assert_str_eq(frame_name(FRAME_GOAWAY), "GOAWAY");
	ck_assert_str_eq(frame_name(0), "unknown");
	ck_assert_str_eq(frame_name(0x11), "PROMPT");
	ck_assert_str_eq(frame_name(0xff), "unknown");
}
END_TEST

SUITE("frame", header_bytes, bad_headers, largest_payload,
      optional_commands_pass, cut_anywhere, reader_stops_at_a_bad_header, names)
