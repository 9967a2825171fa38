/* SPDX-License-Identifier: BSD-2-Clause */
/* text_test.c - bytes to text and back. */
#include "kit/text.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

static void reads(const char *line, const void *want, size_t n)
{
	struct buf b = { 0 };
	const char *why = text_read(&b, line);

	ck_assert_msg(!why, "%s: %s", line, why);
	ck_assert_uint_eq(buf_len(&b), n);
	ck_assert_mem_eq(buf_ptr(&b), want, n);
	buf_fini(&b);
}

static void refuses(const char *line, const char *part)
{
	struct buf b = { 0 };
	const char *why = text_read(&b, line);

	ck_assert_msg(why && strstr(why, part), "%s: %s", line,
		      why ? why : "taken");
	buf_fini(&b);
}

START_TEST(escapes)
{
	reads("USER a\\r\\n", "USER a\r\n", 8);
	reads("\\t\\0\\\\\\x41\\xfF ) # \"", "\t\0\\A\xff ) # \"", 11);
	reads("caf\xc3\xa9", "caf\xc3\xa9", 5);
	reads("\\*3(ab\\r)\\*0(c)d", "ab\rab\rab\rd", 10);
	reads("\\*2(\\x29\\\\)", ")\\)\\", 4);
}
END_TEST

START_TEST(slips)
{
	refuses("a\\q", "a backslash starts");
	refuses("a\\", "a backslash starts");
	refuses("\\x1", "two hexadecimal digits");
	refuses("\\xg0", "two hexadecimal digits");
	refuses("a\tb", "write \\t");
	refuses("a\r", "CR LF");
	refuses("a ", "write \\x20");
	refuses("\\*(a)", "\\*N(text)");
	refuses("\\*3a", "\\*N(text)");
	refuses("\\*3(a", "has no closing bracket");
	refuses("\\*2(\\*2(a))", "a backslash starts");
	refuses("\\*99999999(a)", "\\*N(text)");
	refuses("\\*9999999(aaa)", "longer than");
	refuses("\\*16777216(a)b", "longer than");
}
END_TEST

START_TEST(there_and_back)
{
	uint8_t all[258];
	char *line = NULL;
	size_t len;
	FILE *to = open_memstream(&line, &len);

	for (unsigned i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	/* A blank inside, and one that would be lost at the end. */
	all[256] = all[257] = ' ';
	ck_assert_ptr_nonnull(to);
	text_write(to, all, sizeof(all));
	ck_assert_int_eq(fclose(to), 0);
	ck_assert_uint_eq(len, text_width(all, sizeof(all)));
	reads(line, all, sizeof(all));
	free(line);
}
END_TEST

SUITE("kit/text", escapes, slips, there_and_back)
