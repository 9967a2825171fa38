/* SPDX-License-Identifier: BSD-2-Clause */
/* resources_test.c - lists of resources that follow each other, and what
 * listens. */
#include "rig.h"

#include <string.h>

#include "suite.h"

enum { WHOLE = FLAG_FIRST | FLAG_LAST };

static struct resource *find(const char *name)
{
	return resources_find(rig.agent, name);
}

static const struct listener *listener_of(const char *name)
{
	struct resource *r = find(name);

	ck_assert_ptr_nonnull(r);
	return list_is_empty(&r->listeners) ?
		       NULL :
		       list_first(&r->listeners, struct listener, node);
}

/* The first list of the rig has "echo", with these flags. */
static struct resource_entry echo(void)
{
	struct resource_entry e = rig_entry("echo", 2000);

	e.flags = RESOURCE_REVERSE | RESOURCE_SPARES;
	return e;
}

START_TEST(a_part_is_no_list)
{
	struct resource_entry one = rig_entry("one", 2001);
	struct resource_entry two = rig_entry("two", 2002);

	rig_open();
	rig_up();
	rig_list(FLAG_FIRST, &one, 1);
	rig_turns();
	ck_assert_ptr_null(find("one"));
	ck_assert_ptr_nonnull(find("echo"));
	rig_list(FLAG_LAST, &two, 1);
	UNTIL(find("two"));
	ck_assert_ptr_nonnull(find("one"));
	ck_assert_ptr_null(find("echo"));
	ck_assert_str_eq(find("one")->state, "ready");
	rig_close();
}
END_TEST

START_TEST(what_is_the_same_goes_on)
{
	struct resource_entry both[] = { echo(), rig_entry("other", 2001) };
	const struct listener *before;

	rig_open();
	rig_up();
	before = listener_of("echo");
	rig_list(WHOLE, both, 2);
	UNTIL(find("other"));
	ck_assert_ptr_eq(listener_of("echo"), before);
	ck_assert_ptr_eq(before->resource, find("echo"));
	rig_close();
}
END_TEST

START_TEST(another_port_listens_anew)
{
	struct resource_entry e = rig_entry("echo", 2001);
	struct addr before, at;

	rig_open();
	rig_up();
	before = rig_at("echo");
	rig_list(WHOLE, &e, 1);
	UNTIL(listener_of("echo")->port == 2001);
	at = rig_at("echo");
	ck_assert(addr_same_host(&at, &before));
	ck_assert_int_lt(rig_connect(&before), 0);
	rig_close();
}
END_TEST

/* A resource that disappears has no listeners; if it comes back it has its old
 * address. */
START_TEST(gone_and_back)
{
	struct resource_entry other = rig_entry("other", 2001), e = echo();
	struct addr before, at;

	rig_open();
	rig_up();
	before = rig_at("echo");
	rig_list(WHOLE, &other, 1);
	UNTIL(!find("echo"));
	ck_assert_int_lt(rig_connect(&before), 0);
	rig_list(WHOLE, &e, 1);
	UNTIL(find("echo"));
	at = rig_at("echo");
	ck_assert(addr_same(&at, &before));
	rig_close();
}
END_TEST

/* An any-IP resource has listeners for the hosts that are mapped only. */
START_TEST(an_any_ip_resource)
{
	struct resource_entry e = rig_entry("any", 2001);

	e.flags = RESOURCE_ANY;
	rig_open();
	rig_up();
	rig_list(WHOLE, &e, 1);
	UNTIL(find("any"));
	ck_assert_ptr_null(listener_of("any"));
	ck_assert_str_eq(find("any")->state, "map");
	rig_close();
}
END_TEST

START_TEST(nothing_listens_where_it_is_not_to)
{
	rig_open();
	rig.conf.intercept = INTERCEPT_NONE;
	rig_up();
	ck_assert_ptr_null(listener_of("echo"));
	ck_assert_str_eq(find("echo")->state, "not listening");
	rig_close();
}
END_TEST

START_TEST(states_that_users_see)
{
	rig_open();
	rig_up();
	ck_assert_str_eq(resources_state_of(rig.agent, "ready"), "ready");
	ck_assert_str_eq(resources_state_of(rig.agent, "no"), "no");
	rig_hang_up();
	UNTIL(agent_state(rig.agent) == AGENT_RECONNECTING);
	ck_assert_str_eq(resources_state_of(rig.agent, "ready"), "waiting");
	ck_assert_str_eq(resources_state_of(rig.agent, "map"), "waiting");
	ck_assert_str_eq(resources_state_of(rig.agent, "no"), "no");
	agent_stop(rig.agent, told, &rig.stop);
	ck_assert_str_eq(resources_state_of(rig.agent, "ready"), "stopped");
	ck_assert_str_eq(find("echo")->state, "stopped");
	rig_close();
}
END_TEST

/* Names of resources are part of a list, and take effect with it. */
START_TEST(names_of_a_list)
{
	static const struct names_entry names = { 1, 2, { "db.x", "*.y" } };
	struct resource_entry e = rig_entry("echo", 2000);
	uint8_t p[100];
	size_t n = pack_names(p, sizeof p, &names);

	rig_open();
	rig_up();
	rig_list(FLAG_FIRST, &e, 1);
	rig_say(&(struct said){ FRAME_NAMES, 0, 0, 0, p, n });
	rig_turns();
	ck_assert_uint_eq(find("echo")->names.n, 0);
	rig_list(FLAG_LAST, NULL, 0);
	UNTIL(find("echo")->names.n);
	ck_assert_uint_eq(find("echo")->names.n, 2);
	ck_assert_str_eq(find("echo")->names.item[1], "*.y");
	rig_list(WHOLE, &e, 1);
	UNTIL(!find("echo")->names.n);
	rig_close();
}
END_TEST

/* Addresses are part of a list too; they need no listeners. */
START_TEST(addresses_of_a_list)
{
	static const char *const nets[] = { "10.9.0.0/24", "127.0.0.0/24",
					    "0.0.0.0/0",   "8.0.0.0/7",
					    "::1/128",     "fe80::7/128" };
	static struct addresses_entry addresses = { .resource = 1,
						    .n = ARRAY_LEN(nets) };
	struct resource_entry e = rig_entry("echo", 2000);
	struct addr at;
	uint8_t p[100];
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(nets); i++)
		ck_assert(!net_parse(&addresses.net[i], nets[i]));
	n = pack_addresses(p, sizeof p, &addresses);
	e.flags = RESOURCE_SPARES;
	rig_open();
	rig.conf.intercept = INTERCEPT_NFT;
	rig_up();
	rig_list(FLAG_FIRST, &e, 1);
	rig_say(&(struct said){ FRAME_ADDRESSES, 0, 0, 0, p, n });
	rig_list(FLAG_LAST, NULL, 0);
	UNTIL(find("echo")->nets.n);
	/* This machine's own, and too much of the world, stay out. */
	ck_assert_uint_eq(find("echo")->nets.n, 1);
	ck_assert_str_eq(find("echo")->state, "ready");
	ck_assert(list_is_empty(&find("echo")->listeners));
	ck_assert(!addr_parse(&at, "10.9.0.7", 2000));
	ck_assert(covered_has(rig.agent, &at));
	ck_assert(covered_leads(rig.agent, &at));
	at.port++;
	ck_assert(!covered_has(rig.agent, &at));
	ck_assert(!covered_leads(rig.agent, &at));
	ck_assert(!addr_parse(&at, "10.9.1.7", 2000));
	ck_assert(!covered_has(rig.agent, &at));
	ck_assert(!addr_parse(&at, "198.18.0.1", 1));
	ck_assert(covered_has(rig.agent, &at));
	ck_assert(!covered_leads(rig.agent, &at)); /* no name's */
	rig_list(WHOLE, &e, 1);
	UNTIL(!find("echo")->nets.n);
	ck_assert_str_eq(find("echo")->state, "not listening");
	rig_close();
}
END_TEST

SUITE("resources", a_part_is_no_list, what_is_the_same_goes_on,
      another_port_listens_anew, gone_and_back, an_any_ip_resource,
      nothing_listens_where_it_is_not_to, states_that_users_see,
      names_of_a_list, addresses_of_a_list)
