/* SPDX-License-Identifier: BSD-2-Clause */
/* address_key_test.c - a key that is the same after a restart. */
#include "monitor/address_key.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/address_key.XXXXXX", path[80];

static void begin(void)
{
	snprintf(folder, sizeof folder, "/tmp/address_key.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/address.key", folder);
}

static void end(void)
{
	unlink(path);
	ck_assert_int_eq(rmdir(folder), 0);
}

static bool same(const struct sip_key *a, const struct sip_key *b)
{
	return a->k[0] == b->k[0] && a->k[1] == b->k[1];
}

START_TEST(stays)
{
	struct sip_key one, two;
	struct stat st;

	begin();
	address_key_get(&one, folder);
	ck_assert(one.k[0] || one.k[1]);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	address_key_get(&two, folder);
	ck_assert(same(&one, &two));
	end();
}
END_TEST

START_TEST(cannot_be_kept)
{
	struct sip_key one, two;

	begin();
	address_key_get(&one, NULL);
	address_key_get(&two, NULL);
	ck_assert(!same(&one, &two));
	address_key_get(&one, "/nowhere/at/all");
	address_key_get(&two, "/nowhere/at/all");
	ck_assert(!same(&one, &two));
	end();
}
END_TEST

START_TEST(makes_its_folder)
{
	struct sip_key one, two;
	char inner[40];

	begin();
	snprintf(inner, sizeof inner, "%s/state", folder);
	address_key_get(&one, inner);
	address_key_get(&two, inner);
	ck_assert(same(&one, &two));
	snprintf(path, sizeof path, "%s/address.key", inner);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(inner), 0);
	end();
}
END_TEST

/* It is not replaced, since somebody may be able to mend it. */
START_TEST(is_damaged)
{
	struct sip_key one, two;
	FILE *f;

	begin();
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs("short", f);
	fclose(f);
	address_key_get(&one, folder);
	address_key_get(&two, folder);
	ck_assert(!same(&one, &two));
	end();
}
END_TEST

SUITE("monitor/address_key", stays, cannot_be_kept, makes_its_folder,
      is_damaged)
