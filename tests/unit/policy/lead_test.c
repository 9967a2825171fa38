/* SPDX-License-Identifier: BSD-2-Clause */
/* lead_test.c - where plugins may lead. */
#include "policy/lead.h"

#include "base/err.h"
#include "suite.h"

static bool has(const char *text, const char *name, const char *host,
		unsigned port)
{
	struct lead_list l = { 0 };
	struct addr a;
	bool found = false;

	ck_assert_int_eq(addr_parse(&a, host, port), 0);
	ck_assert_msg(!lead_parse(text, &l), "%s", text);
	for (size_t i = 0; i < l.n; i++)
		found |= lead_matches(&l.item[i], &a, name);
	lead_fini(&l);
	return found;
}

START_TEST(networks)
{
	ck_assert(has("10.2.0.0/16", "", "10.2.3.4", 1));
	ck_assert(!has("10.2.0.0/16", "", "10.3.3.4", 1));
	ck_assert(
		has("10.0.0.1, 10.2.0.0/16", "any.example", "10.2.3.4", 65535));
	ck_assert(has("2001:db8::/32", "", "2001:db8::7", 1521));
	ck_assert(has("::1", "", "::1", 1521));
}
END_TEST

START_TEST(names)
{
	ck_assert(has("db1.example", "DB1.example.", "10.2.3.4", 1));
	ck_assert(!has("db1.example", "db2.example", "10.2.3.4", 1));
	ck_assert(!has("db1.example", "", "10.2.3.4", 1));
	ck_assert(has("*.corp.example", "a.b.corp.example", "10.2.3.4", 1));
	ck_assert(has("*.corp.example", "a.CORP.example.", "10.2.3.4", 1));
	ck_assert(!has("*.corp.example", "corp.example", "10.2.3.4", 1));
	ck_assert(!has("*.corp.example", ".corp.example", "10.2.3.4", 1));
	ck_assert(!has("*.corp.example", "evilcorp.example", "10.2.3.4", 1));
	ck_assert(!has("*.corp.example", "", "10.2.3.4", 1));
}
END_TEST

START_TEST(ports)
{
	ck_assert(has("10.2.0.0/16:1521", "", "10.2.3.4", 1521));
	ck_assert(!has("10.2.0.0/16:1521", "", "10.2.3.4", 1522));
	ck_assert(
		has("db1.example:1521-1530", "db1.example", "10.2.3.4", 1530));
	ck_assert(
		!has("db1.example:1521-1530", "db1.example", "10.2.3.4", 1531));
	ck_assert(has("[2001:db8::/32]:1521", "", "2001:db8::7", 1521));
	ck_assert(!has("[2001:db8::/32]:1521", "", "2001:db8::7", 1520));
	ck_assert(has("[2001:db8::/32]", "", "2001:db8::7", 1));
}
END_TEST

START_TEST(malformed)
{
	static const char *const bad[] = {
		"",
		"10.2.0.0/33",
		"10.2.0.0/16:0",
		"10.2.0.0/16:70000",
		":",
		"db1.example:",
		"db1.example:9-1",
		"db1.example:1-",
		"[",
		"[]",
		"*",
		"[::1]:x",
		"a..b",
		"*.",
		"*.*.example",
		"2130706433",
		"a b",
		"a,,b",
		"a:1:2",
		"[::1",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct lead_list l = { 0 };

		ck_assert_msg(lead_parse(bad[i], &l) == ERR_INVAL, "%s",
			      bad[i]);
		lead_fini(&l);
	}
}
END_TEST

START_TEST(of_a_resource)
{
	struct gw_pair mine = { (char *)"redirect_allow", (char *)"10.2.0.0/16",
				1 },
		       base = { (char *)"redirect_allow", (char *)"db.example",
				2 },
		       other = { (char *)"oob", (char *)"carry", 3 };
	struct gw_plugin plugin = { .options = { &base, 1 } };
	struct gw_resource r = { .plugin = &plugin, .options = { &other, 1 } };
	struct lead_list l = { 0 };

	ck_assert_int_eq(lead_of(&r, &l), 0);
	ck_assert_uint_eq(l.n, 1);
	ck_assert_str_eq(l.item[0].name, "db.example");
	lead_fini(&l);
	r.options.item = &mine;
	ck_assert_int_eq(lead_of(&r, &l), 0);
	ck_assert_uint_eq(l.n, 1);
	ck_assert_ptr_null(l.item[0].name);
	lead_fini(&l);
}
END_TEST

SUITE("policy/lead", networks, names, ports, malformed, of_a_resource)
