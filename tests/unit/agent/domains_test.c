/* SPDX-License-Identifier: BSD-2-Clause */
/* domains_test.c - which domains a resolver of the machine is told of. */
#include "rig.h"

#include "agent/domains.h"

#include <string.h>

#include "suite.h"

enum { ADDRESSES = 2 }; /* of the domains are those of 198.18.0.0/15 */

static struct name_list domains;
static size_t left;

/* The names of the resource "echo" are these. */
static void begin(const struct names_entry *names, size_t max)
{
	struct resource_entry e = rig_entry("echo", 2000);
	uint8_t p[2000];

	rig_open();
	rig_up();
	rig_list(FLAG_FIRST, &e, 1);
	rig_say(&(struct said){ FRAME_NAMES, 0, 0, 0, p,
				pack_names(p, sizeof p, names) });
	rig_list(FLAG_LAST, NULL, 0);
	UNTIL(resources_find(rig.agent, "echo") &&
	      resources_find(rig.agent, "echo")->names.n == names->n);
	ck_assert_int_eq(domains_of(rig.agent, &domains, max, &left), 0);
	ck_assert_str_eq(domains.item[0], "18.198.in-addr.arpa");
	ck_assert_str_eq(domains.item[1], "19.198.in-addr.arpa");
}

static void end(void)
{
	name_list_fini(&domains);
	rig_close();
}

START_TEST(none_is_below_another_one)
{
	static const struct names_entry names = {
		1,
		6,
		{ "a.corp.example", "*.x.corp.example", "b.y.example",
		  "*.Corp.example.", "c.corp.example", "xcorp.example" }
	};

	begin(&names, 99);
	ck_assert_uint_eq(domains.n, ADDRESSES + 3);
	ck_assert_str_eq(domains.item[2], "b.y.example");
	ck_assert_str_eq(domains.item[3], "Corp.example");
	ck_assert_str_eq(domains.item[4], "xcorp.example");
	ck_assert_ptr_null(domains.item[5]);
	ck_assert_uint_eq(left, 0);
	end();
}
END_TEST

START_TEST(no_top_level_domain_of_the_internet)
{
	static const struct names_entry names = {
		1, 4, { "*.com", "*.internal", "com.", "*.co.example" }
	};

	begin(&names, 99);
	ck_assert_uint_eq(domains.n, ADDRESSES + 2);
	ck_assert_str_eq(domains.item[2], "internal");
	ck_assert_str_eq(domains.item[3], "co.example");
	end();
}
END_TEST

START_TEST(more_than_there_is_room_for)
{
	static const struct names_entry names = {
		1, 4, { "a.example", "b.example", "c.example", "d.a.example" }
	};

	begin(&names, ADDRESSES + 1);
	ck_assert_uint_eq(domains.n, ADDRESSES + 1);
	ck_assert_str_eq(domains.item[2], "a.example");
	ck_assert_uint_eq(left, 2);
	end();
}
END_TEST

SUITE("agent/domains", none_is_below_another_one,
      no_top_level_domain_of_the_internet, more_than_there_is_room_for)
