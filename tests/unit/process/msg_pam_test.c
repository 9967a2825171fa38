/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_pam_test.c - packets between the monitor and a process that asks PAM: they
 * come back, and no cut one is taken. */
#include "process/msg_pam.h"

#include "base/err.h"
#include "process/msg.h"
#include "suite.h"

#include <string.h>

static uint8_t p[MSG_MAX];

START_TEST(questions)
{
	struct msg_pam a = { .mode = TALK_PASSWORD,
			     .user = "alice",
			     .host = "192.0.2.1",
			     .asks = true,
			     .password = "correct horse" };
	struct msg_pam b;
	size_t n = pack_msg_pam(p, sizeof p, &a);

	ck_assert_int_eq(unpack_msg_pam(&b, p, n), 0);
	ck_assert_uint_eq(b.mode, TALK_PASSWORD);
	ck_assert_str_eq(b.user, "alice");
	ck_assert_str_eq(b.host, "192.0.2.1");
	ck_assert(b.asks);
	ck_assert_str_eq(b.password, "correct horse");
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(unpack_msg_pam(&b, p, i), ERR_PROTO);
	p[0] = TALK_MODES;
	ck_assert_int_eq(unpack_msg_pam(&b, p, n), ERR_PROTO);
}
END_TEST

START_TEST(answers)
{
	static struct msg_pam_done a = { .verdict = TALK_YES,
					 .stage = "account",
					 .why = "no" };
	static struct msg_pam_done b;
	size_t n;

	memset(a.groups, 'g', sizeof a.groups - 1);
	n = pack_msg_pam_done(p, sizeof p, &a);
	ck_assert_uint_gt(n, sizeof a.groups);
	ck_assert_int_eq(unpack_msg_pam_done(&b, p, n), 0);
	ck_assert_uint_eq(b.verdict, TALK_YES);
	ck_assert_str_eq(b.stage, "account");
	ck_assert_str_eq(b.why, "no");
	ck_assert_str_eq(b.groups, a.groups);
	for (size_t i = 0; i < n; i += 1 + i / 64)
		ck_assert_int_eq(unpack_msg_pam_done(&b, p, i), ERR_PROTO);
	p[0] = TALK_VERDICTS;
	ck_assert_int_eq(unpack_msg_pam_done(&b, p, n), ERR_PROTO);
}
END_TEST

SUITE("process/msg_pam", questions, answers)
