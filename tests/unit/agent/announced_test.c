/* SPDX-License-Identifier: BSD-2-Clause */
/* announced_test.c - which ports an application has announced. */
#include "agent/announced.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

static struct announced *a;

static void say(const char *text)
{
	struct iovec iov = { (void *)(uintptr_t)text, strlen(text) };

	announced_add(a, &iov, iov.iov_len);
}

/* After these bytes alone. */
static bool is_in(const char *text, uint16_t port)
{
	bool is;

	a = announced_new();
	ck_assert_ptr_nonnull(a);
	say(text);
	is = announced_take(a, port);
	free(a);
	return is;
}

START_TEST(the_forms)
{
	ck_assert(is_in("PORT 127,0,0,1,156,65\r\n", 40001));
	ck_assert(is_in("PORT 127, 0,0 ,1, 156 , 65\r\n", 40001));
	ck_assert(is_in("PORT 127,0,0,1,156,065\r\n", 40001));
	ck_assert(is_in("EPRT |1|127.0.0.1|40001|\r\n", 40001));
	ck_assert(is_in("EPRT !2!::1!40001!\r\n", 40001));
	ck_assert(is_in("\1DCC SEND file 2130706433 40001 99\1\r\n", 40001));
	ck_assert(is_in("40001\n", 40001));
}
END_TEST

START_TEST(no_other_port)
{
	ck_assert(!is_in("", 40001));
	ck_assert(!is_in("PORT 127,0,0,1,156,65\r\n", 40002));
	ck_assert(!is_in("PORT 127,0,0,1,156,65\r\n", 156 << 8));
	ck_assert(!is_in("EPRT |1|127.0.0.1|40001|\r\n", 4000));
	ck_assert(!is_in("140001\n", 40001));
	ck_assert(!is_in("105537\n", 40001)); /* 40001 + 65536 */
	ck_assert(!is_in("x 156.65\n", 40001));
	ck_assert(!is_in("x 156 65\n", 40001));
	ck_assert(!is_in("x 156,,65\n", 40001));
	ck_assert(!is_in("x 156,\n65\n", 40001));
	ck_assert(!is_in("x 155,321\n", 40001));
	ck_assert(!announced_take(NULL, 40001));
}
END_TEST

/* A port at the end of the bytes may be the beginning of a longer number. */
START_TEST(whole_numbers)
{
	a = announced_new();
	say("|1|h|400");
	ck_assert(!announced_take(a, 400));
	say("01");
	ck_assert(!announced_take(a, 40001));
	say("|");
	ck_assert(announced_take(a, 40001));
	free(a);
}
END_TEST

START_TEST(once)
{
	a = announced_new();
	say("PORT 127,0,0,1,156,65\r\n");
	ck_assert(announced_take(a, 40001));
	ck_assert(!announced_take(a, 40001));
	say("PORT 127,0,0,1,156,65\r\nEPRT |1|127.0.0.1|40001|\r\n");
	ck_assert(announced_take(a, 40001));
	ck_assert(announced_take(a, 40001));
	ck_assert(!announced_take(a, 40001));
	free(a);
}
END_TEST

START_TEST(mode_e)
{
	a = announced_new();
	say("TYPE I\r\nmode e\r\nPORT 127,0,0,1,156,65\r\n");
	for (unsigned i = 0; i < 100; i++)
		ck_assert(announced_take(a, 40001));
	ck_assert(!announced_take(a, 40002));
	say("MODE S\r\nPORT 127,0,0,1,156,66\r\n");
	ck_assert(announced_take(a, 40002));
	ck_assert(!announced_take(a, 40002));
	say("RETR MODE E\r\nPORT 127,0,0,1,156,66\r\n");
	ck_assert(announced_take(a, 40002));
	ck_assert(!announced_take(a, 40002));
	free(a);
}
END_TEST

/* What comes between may be as long as a path is; in the end all is
 * forgotten. */
START_TEST(behind_much)
{
	char path[4200];

	memset(path, 'x', sizeof path - 1);
	path[sizeof path - 1] = 0;
	a = announced_new();
	say("PORT 127,0,0,1,156,65\r\n");
	say("PORT 127,0,0,1,156,66\r\n");
	say(path);
	ck_assert(announced_take(a, 40001));
	say(path);
	ck_assert(!announced_take(a, 40002));
	free(a);
}
END_TEST

/* A number whose first digits are forgotten is not an announced port. */
START_TEST(cut_in_front)
{
	char big[8192 + 1];
	struct iovec iov[2] = { { big, 5 }, { big + 5, sizeof big - 6 } };

	memset(big, 'x', sizeof big - 1);
	memcpy(big, "40001|", 6);
	big[sizeof big - 1] = 0;
	for (unsigned drop = 0; drop < 3; drop++) {
		a = announced_new();
		announced_add(a, iov, 8192);
		say(drop == 0 ? "" : drop == 1 ? "x" : "xx");
		ck_assert(announced_take(a, 40001) == !drop);
		ck_assert(!announced_take(a, 1));
		free(a);
	}
	ck_assert(is_in(big, 40001));
	a = announced_new();
	say("1");
	say(big);
	ck_assert(!announced_take(a, 40001));
	free(a);
}
END_TEST

SUITE("announced", the_forms, no_other_port, whole_numbers, once, mode_e,
      behind_much, cut_in_front)
