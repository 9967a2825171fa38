/* SPDX-License-Identifier: BSD-2-Clause */
/* nss_test.c - lines of nsswitch.conf as systems have them. */
#include "resolver/nss.h"

#include "suite.h"

#include <string.h>

static void is(const char *text, const char *want)
{
	char got[32];
	FILE *f = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	ck_assert_ptr_nonnull(f);
	ck_assert_str_eq(nss_unasked(f, got, sizeof got), want);
	fclose(f);
}

START_TEST(usual_ones)
{
	is("passwd: files ldap\nhosts: files dns\nnetworks: files\n", "");
	is("hosts:\t\tfiles resolve [!UNAVAIL=return] myhostname dns\n", "");
	is("passwd: ldap\n", "");
}
END_TEST

START_TEST(others_are_named)
{
	is("hosts: files mdns4_minimal [NOTFOUND=return] dns\n",
	   "mdns4_minimal");
	is("  hosts:files ldap[NOTFOUND=return SUCCESS=merge]dns wins # nis",
	   "ldap, wins");
	is("# hosts: nis\nhosts: dns filesystem", "filesystem");
}
END_TEST

START_TEST(anything_else)
{
	is("hosts:\n", "");
	is("hosts: [", "");
	is("hosts: files [NOTFOUND", "");
	is("hosts: a b [x] #", "a, b");
	is("hosts: aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbb cccc",
	   "aaaaaaaaaaaaaaaaaaaa, bbbbbbbbb");
}
END_TEST

SUITE("resolver/nss", usual_ones, others_are_named, anything_else)
