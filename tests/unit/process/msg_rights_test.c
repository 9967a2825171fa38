/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_rights_test.c - questions about users who have sessions and their answers, cut
 * anywhere and out of range. */
#include "process/msg_rights.h"

#include "base/err.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

/* A worker asks about many users at once, but not about any number. */
START_TEST(many_questions)
{
	struct msg_right q[RIGHTS_AT_ONCE + 1], back[RIGHTS_AT_ONCE + 1];
	uint8_t p[MSG_MAX], none[] = { 0 };
	size_t len;
	unsigned n;

	for (n = 0; n <= RIGHTS_AT_ONCE; n++) {
		q[n] = (struct msg_right){ .id = n + 1,
					   .gateway = "corp",
					   .stamp = { (uint8_t)n } };
		memset(q[n].user, 'a' + (int)n, sizeof q[n].user - 1);
	}
	len = pack_msg_rights(p, sizeof p, q, RIGHTS_AT_ONCE);
	ck_assert_uint_gt(len, 0);
	ck_assert_uint_lt(len, sizeof p);
	ck_assert_int_eq(unpack_msg_rights(back, &n, p, len), 0);
	ck_assert_uint_eq(n, RIGHTS_AT_ONCE);
	ck_assert_str_eq(back[15].user, q[15].user);
	ck_assert_uint_eq(back[15].stamp[0], 15);
	for (size_t cut = 0; cut < len; cut++)
		ck_assert_int_eq(unpack_msg_rights(back, &n, p, cut),
				 ERR_PROTO);
	ck_assert_int_eq(unpack_msg_rights(back, &n, p, len + 1), ERR_PROTO);
	len = pack_msg_rights(p, sizeof p, q, RIGHTS_AT_ONCE + 1);
	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(unpack_msg_rights(back, &n, p, len), ERR_PROTO);
	ck_assert_int_eq(unpack_msg_rights(back, &n, none, 1), ERR_PROTO);
}
END_TEST

/* Copies are of the exact size, for ASan. */
static int unpack_copy(const uint8_t *p, size_t n, struct msg_rights_are *out)
{
	uint8_t *copy = malloc(n + !n);
	int r;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, p, n);
	r = unpack_msg_rights_are(out, copy, n);
	free(copy);
	return r;
}

START_TEST(answers)
{
	const struct msg_rights_are are = { .verdict = RIGHTS_KEPT,
					    .groups = "staff,admins" };
	struct msg_rights_are back;
	uint8_t p[MSG_MAX] = { 0 };
	size_t n = pack_msg_rights_are(p, sizeof p, &are);

	for (size_t i = 0; i <= n + 1; i++)
		ck_assert_int_eq(unpack_copy(p, i, &back),
				 i == n ? 0 : ERR_PROTO);
	ck_assert_int_eq(unpack_copy(p, n, &back), 0);
	ck_assert_uint_eq(back.verdict, RIGHTS_KEPT);
	ck_assert_str_eq(back.groups, are.groups);
	p[0] = RIGHTS_VERDICTS;
	ck_assert_int_eq(unpack_copy(p, n, &back), ERR_PROTO);
	/* Nothing is packed in half. */
	ck_assert_uint_eq(pack_msg_rights_are(p, n - 1, &are), 0);
}
END_TEST

SUITE("process/msg_rights", many_questions, answers)
