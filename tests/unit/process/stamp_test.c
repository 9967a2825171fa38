/* SPDX-License-Identifier: BSD-2-Clause */
/* stamp_test.c - a stamp changes with everything that it is made of. */
#include "process/stamp.h"

#include "suite.h"

#include <stdbool.h>
#include <string.h>

static uint8_t key[STAMP_KEY];

static bool same(const char *user1, const char *hash1, const char *user2,
		 const char *hash2)
{
	uint8_t one[STAMP_LEN], two[STAMP_LEN];

	stamp_make(one, key, user1, hash1);
	stamp_make(two, key, user2, hash2);
	return !memcmp(one, two, sizeof one);
}

START_TEST(follows_user_and_hash)
{
	ck_assert(same("alice", "$y$1", "alice", "$y$1"));
	ck_assert(!same("alice", "$y$1", "alice", "$y$2"));
	ck_assert(!same("alice", "$y$1", "bob", "$y$1"));
	/* The end of one is not the beginning of the other. */
	ck_assert(!same("alice", "x$y$1", "alicex", "$y$1"));
	ck_assert(!same("alice", "", "", "alice"));
}
END_TEST

START_TEST(follows_the_key)
{
	uint8_t one[STAMP_LEN], two[STAMP_LEN];

	stamp_make(one, key, "alice", "$y$1");
	key[STAMP_KEY - 1] ^= 1;
	stamp_make(two, key, "alice", "$y$1");
	key[STAMP_KEY - 1] ^= 1;
	ck_assert(memcmp(one, two, sizeof one));
}
END_TEST

SUITE("process/stamp", follows_user_and_hash, follows_the_key)
