/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_code_test.c - one-time codes on their way to the monitor and back, cut
 * anywhere and out of range. */
#include "process/msg_code.h"

#include "base/err.h"
#include "suite.h"

#include <string.h>

START_TEST(a_code)
{
	struct msg_code c = { .who = { .user = "alice",
				       .gateway = "corp",
				       .stamp = { 7 } },
			      .code = "123456" },
			back;
	uint8_t p[MSG_MAX] = { 0 };
	size_t n;

	ck_assert(!addr_parse_port(&c.source, "[2001:db8::1]:50000"));
	n = pack_msg_code(p, sizeof p, &c);
	ck_assert_int_eq(unpack_msg_code(&back, p, n), 0);
	ck_assert_str_eq(back.who.user, "alice");
	ck_assert_str_eq(back.who.gateway, "corp");
	ck_assert_mem_eq(back.who.stamp, c.who.stamp, STAMP_LEN);
	ck_assert(addr_same(&back.source, &c.source));
	ck_assert_str_eq(back.code, "123456");
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(unpack_msg_code(&back, p, i), ERR_PROTO);
	ck_assert_int_eq(unpack_msg_code(&back, p, n + 1), ERR_PROTO);
	c.code[0] = 0;
	n = pack_msg_code(p, sizeof p, &c);
	ck_assert_int_eq(unpack_msg_code(&back, p, n), 0);
	ck_assert_str_eq(back.code, "");
}
END_TEST

START_TEST(an_answer)
{
	struct msg_code_is is = { CODE_READY, 1500 }, back;
	uint8_t p[16] = { 0 };
	size_t n = pack_msg_code_is(p, sizeof p, &is);

	ck_assert_int_eq(unpack_msg_code_is(&back, p, n), 0);
	ck_assert_uint_eq(back.verdict, CODE_READY);
	ck_assert_uint_eq(back.wait_ms, 1500);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(unpack_msg_code_is(&back, p, i), ERR_PROTO);
	ck_assert_int_eq(unpack_msg_code_is(&back, p, n + 1), ERR_PROTO);
	p[0] = CODE_VERDICTS;
	ck_assert_int_eq(unpack_msg_code_is(&back, p, n), ERR_PROTO);
}
END_TEST

SUITE("process/msg_code", a_code, an_answer)
