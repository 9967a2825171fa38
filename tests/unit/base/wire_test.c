/* SPDX-License-Identifier: BSD-2-Clause */
/* wire_test.c - bounded bytes: round trips, and input that is cut short. */
#include "base/wire.h"

#include "suite.h"

START_TEST(big_endian)
{
	static const uint8_t in[] = { 0x81, 0x82, 0x83, 0x84, 0x85,
				      0x86, 0x87, 0x88, 0x89, 0x8a,
				      0x8b, 0x8c, 0x8d, 0x8e, 0x8f };
	struct rd r = rd_of(in, sizeof in);

	ck_assert_uint_eq(rd_u8(&r), 0x81);
	ck_assert_uint_eq(rd_u16(&r), 0x8283);
	ck_assert_uint_eq(rd_u32(&r), 0x84858687);
	ck_assert_uint_eq(rd_u64(&r), 0x88898a8b8c8d8e8f);
	ck_assert(rd_is_done(&r));
}
END_TEST

START_TEST(what_is_written_is_read)
{
	uint8_t room[64];
	struct wr w = wr_of(room, sizeof room);
	struct rd r;
	char text[8];

	wr_u8(&w, 0xff);
	wr_u16(&w, 0xfffe);
	wr_u32(&w, 0xfffffffd);
	wr_u64(&w, 0xfffffffffffffffc);
	wr_str8(&w, "name");
	wr_str16(&w, "");
	wr_bytes(&w, "xyz", 3);
	ck_assert(!w.bad);
	r = rd_of(room, (size_t)(w.p - room));
	ck_assert_uint_eq(rd_u8(&r), 0xff);
	ck_assert_uint_eq(rd_u16(&r), 0xfffe);
	ck_assert_uint_eq(rd_u32(&r), 0xfffffffd);
	ck_assert_uint_eq(rd_u64(&r), 0xfffffffffffffffc);
	rd_str8(&r, text, sizeof text);
	ck_assert_str_eq(text, "name");
	rd_str16(&r, text, sizeof text);
	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(rd_left(&r), 3);
	ck_assert_int_eq(memcmp(rd_bytes(&r, 3), "xyz", 3), 0);
	ck_assert(rd_is_done(&r));
}
END_TEST

START_TEST(cut_anywhere)
{
	uint8_t room[32];
	struct wr w = wr_of(room, sizeof room);
	size_t whole;
	char text[8];

	wr_u16(&w, 7);
	wr_u32(&w, 7);
	wr_str8(&w, "seven");
	whole = (size_t)(w.p - room);
	for (size_t n = 0; n <= whole; n++) {
		struct rd r = rd_of(room, n);

		rd_u16(&r);
		rd_u32(&r);
		rd_str8(&r, text, sizeof text);
		ck_assert_int_eq(r.bad, n < whole);
		ck_assert_int_eq(rd_is_done(&r), n == whole);
	}
}
END_TEST

START_TEST(error_sticks)
{
	static const uint8_t in[3] = { 1, 2, 3 };
	struct rd r = rd_of(in, sizeof in);
	char text[4] = "old";

	ck_assert_uint_eq(rd_u32(&r), 0);
	ck_assert(r.bad);
	ck_assert_uint_eq(rd_u8(&r), 0);
	ck_assert_ptr_null(rd_bytes(&r, 0));
	rd_str8(&r, text, sizeof text);
	ck_assert_str_eq(text, "");
	ck_assert(!rd_is_done(&r));
}
END_TEST

START_TEST(nothing_at_all)
{
	struct rd r = rd_of(NULL, 0);

	ck_assert_uint_eq(rd_left(&r), 0);
	ck_assert(rd_is_done(&r));
	rd_bytes(&r, 0);
	ck_assert(!r.bad);
	rd_u8(&r);
	ck_assert(r.bad);
}
END_TEST

START_TEST(huge_length)
{
	static const uint8_t in[4] = { 0 };
	struct rd r = rd_of(in, sizeof in);

	ck_assert_ptr_null(rd_bytes(&r, SIZE_MAX));
	ck_assert(r.bad);
	ck_assert_uint_eq(rd_left(&r), 4);
}
END_TEST

START_TEST(text_too_long_for_its_place)
{
	static const uint8_t in[] = { 4, 'f', 'o', 'u', 'r' };
	struct rd r = rd_of(in, sizeof in);
	char text[5], little[4];

	rd_str8(&r, text, sizeof text);
	ck_assert_str_eq(text, "four");
	ck_assert(rd_is_done(&r));
	r = rd_of(in, sizeof in);
	rd_str8(&r, little, sizeof little);
	ck_assert(r.bad);
	ck_assert_str_eq(little, "");
}
END_TEST

START_TEST(text_with_nul)
{
	static const uint8_t in[] = { 0, 4, 'r', 'o', 0, 't' };
	struct rd r = rd_of(in, sizeof in);
	char text[16];

	rd_str16(&r, text, sizeof text);
	ck_assert(r.bad);
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(length_without_text)
{
	static const uint8_t in[] = { 0xff, 0xff, 'a' };
	struct rd r = rd_of(in, sizeof in);
	char text[16];

	rd_str16(&r, text, sizeof text);
	ck_assert(r.bad);
}
END_TEST

START_TEST(bytes_left_over)
{
	static const uint8_t in[] = { 1, 2 };
	struct rd r = rd_of(in, sizeof in);

	rd_u8(&r);
	ck_assert(!r.bad);
	ck_assert(!rd_is_done(&r));
}
END_TEST

START_TEST(writing_stops_at_the_end)
{
	uint8_t room[8];

	for (size_t cap = 0; cap < 8; cap++) {
		struct wr w = wr_of(room, cap);

		memset(room, 0xaa, sizeof room);
		wr_u64(&w, 0);
		ck_assert(w.bad);
		for (size_t i = cap; i < sizeof room; i++)
			ck_assert_uint_eq(room[i], 0xaa);
		/* It would fit, but the error sticks. */
		wr_bytes(&w, "", 0);
		ck_assert(w.bad);
	}
}
END_TEST

START_TEST(strings_too_long_to_count)
{
	static uint8_t room[70000];
	static char text[65537];
	struct wr w = wr_of(room, sizeof room);

	memset(text, 'a', 255);
	wr_str8(&w, text);
	ck_assert(!w.bad);
	text[255] = 'a';
	wr_str8(&w, text);
	ck_assert(w.bad);
	w = wr_of(room, sizeof room);
	memset(text, 'a', 65535);
	wr_str16(&w, text);
	ck_assert(!w.bad);
	text[65535] = 'a';
	w = wr_of(room, sizeof room);
	wr_str16(&w, text);
	ck_assert(w.bad);
}
END_TEST

SUITE("wire", big_endian, what_is_written_is_read, cut_anywhere, error_sticks,
      nothing_at_all, huge_length, text_too_long_for_its_place, text_with_nul,
      length_without_text, bytes_left_over, writing_stops_at_the_end,
      strings_too_long_to_count)
