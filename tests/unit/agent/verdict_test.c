/* SPDX-License-Identifier: BSD-2-Clause */
/* verdict_test.c - the user of a connection, by what older and newer kernels
 * tell. */
#include "agent/verdict.h"

#include "suite.h"

enum { ALICE = 1000, BOB = 1001, INODE = 4711 };

struct row {
	struct verdict_facts f;
	enum owner_verdict want;
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(verdict_judge(&rows[i].f) == rows[i].want,
			      "row %zu", i);
}

/* For an open socket the kernel's answer counts, whatever else is known. */
START_TEST(open_sockets)
{
	static const struct row rows[] = {
		{ { ALICE, { ALICE, INODE, 0, false }, false, false },
		  OWNER_MINE },
		{ { ALICE, { BOB, INODE, 0, false }, true, true },
		  OWNER_OTHER },
		{ { ALICE, { 0, INODE, 0, false }, false, true }, OWNER_OTHER },
		{ { 0, { 0, INODE, 0, false }, false, false }, OWNER_MINE },
		{ { 0, { ALICE, INODE, 0, false }, true, true }, OWNER_OTHER },
	};

	check_rows(rows, ARRAY_LEN(rows));
}
END_TEST

/* Since Linux 6.16 the user of a closed socket is kept: 0 is root, unless only
 * the addresses of the socket are left. */
START_TEST(closed_and_kept)
{
	static const struct row rows[] = {
		{ { ALICE, { ALICE, 0, 1, false }, true, false }, OWNER_MINE },
		{ { ALICE, { BOB, 0, 1, false }, true, false }, OWNER_OTHER },
		{ { ALICE, { 0, 0, 1, false }, true, false }, OWNER_OTHER },
		{ { 0, { 0, 0, 1, false }, true, false }, OWNER_MINE },
		{ { 0, { ALICE, 0, 1, false }, true, false }, OWNER_OTHER },
		{ { 0, { 0, 0, 0, true }, true, false }, OWNER_UNTOLD },
		{ { ALICE, { 0, 0, 0, true }, true, false }, OWNER_UNTOLD },
	};

	check_rows(rows, ARRAY_LEN(rows));
}
END_TEST

/* Older kernels say 0 for all closed sockets: only the slice tells the user. */
START_TEST(closed_and_forgotten)
{
	static const struct row rows[] = {
		{ { ALICE, { 0, 0, 77, false }, false, true }, OWNER_MINE },
		{ { ALICE, { 0, 0, 77, false }, false, false }, OWNER_UNTOLD },
		{ { 0, { 0, 0, 77, false }, false, true }, OWNER_MINE },
		{ { 0, { 0, 0, 77, false }, false, false }, OWNER_UNTOLD },
		/* Before Linux 5.9 there is no cgroup in the answer. */
		{ { ALICE, { 0, 0, 0, false }, false, false }, OWNER_UNTOLD },
		/* In a user namespace nobody is 65534. */
		{ { ALICE, { 65534, 0, 0, false }, false, false },
		  OWNER_UNTOLD },
		{ { 0, { 65534, 0, 0, false }, false, false }, OWNER_UNTOLD },
	};

	check_rows(rows, ARRAY_LEN(rows));
}
END_TEST

START_TEST(each_is_explained)
{
	ck_assert_ptr_nonnull(strstr(verdict_why(OWNER_OTHER), "another user"));
	ck_assert_ptr_nonnull(strstr(verdict_why(OWNER_UNTOLD), "early_close"));
	ck_assert_ptr_nonnull(
		strstr(verdict_why(OWNER_UNASKED), "did not say"));
}
END_TEST

SUITE("verdict", open_sockets, closed_and_kept, closed_and_forgotten,
      each_is_explained)
