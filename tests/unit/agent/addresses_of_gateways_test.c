/* SPDX-License-Identifier: BSD-2-Clause */
/* addresses_of_gateways_test.c - no gateway gets the address of another one. */
#include "addresses_rig.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

static char evil[] = "evil.example:443";

/* The same profile, at another gateway: by a flag, or by an edited file. */
static void start_at(char *where)
{
	gateways[0] = where;
	start(alice_net, alice);
	gateways[0] = gateway;
}

static void save_and_end(void)
{
	addresses_save(&a);
	addresses_fini(&a);
}

/* A second gateway has resources of the same names. */
START_TEST(another_gateway)
{
	struct addr telnet, moved, again, theirs;

	start_at(gateway);
	telnet = get("telnet");
	moved = get("mail");
	ck_assert_int_eq(addresses_next(&a, &moved), 0);
	addresses_keep(&a, "mail", &moved);
	save_and_end();
	for (unsigned i = 0; i < 2; i++) {
		start_at(evil);
		theirs = get("telnet");
		ck_assert(!addr_same_host(&telnet, &theirs));
		theirs = get("mail");
		ck_assert(!addr_same_host(&moved, &theirs));
		save_and_end();
		start_at(gateway);
		again = get("telnet");
		ck_assert(addr_same_host(&telnet, &again));
		again = get("mail");
		ck_assert(addr_same_host(&moved, &again));
		addresses_save(&a);
		if (!i)
			addresses_fini(&a);
	}
	stop();
}
END_TEST

/* No address of the first gateway was remembered; addresses do not follow from
 * the resource's name alone. */
START_TEST(another_gateway_without_a_file)
{
	struct addr one, other;

	make_folder();
	put_file(salt, strlen(salt));
	start_at(gateway);
	one = get("telnet");
	addresses_fini(&a);
	start_at(evil);
	other = get("telnet");
	ck_assert(!addr_same_host(&one, &other));
	stop();
}
END_TEST

/* A gateway sends as many names as it can, as long as they can be. */
START_TEST(another_gateway_that_fills_the_file)
{
	struct addr telnet, again;
	char name[300];

	start_at(gateway);
	telnet = get("telnet");
	save_and_end();
	start_at(evil);
	for (unsigned i = 0; i < suite_rounds(4096); i++) {
		snprintf(name, sizeof name, "%0280u", i);
		again = get(name);
		ck_assert(!addr_same_host(&telnet, &again));
	}
	save_and_end();
	start_at(gateway);
	ck_assert_uint_eq(a.n, 1);
	ck_assert_uint_gt(a.nothers, 100);
	again = get("telnet");
	ck_assert(addr_same_host(&telnet, &again));
	stop();
}
END_TEST

/* A gateway may use the whole network, but at most half of its addresses are
 * remembered. */
START_TEST(another_gateway_that_fills_the_network)
{
	char name[20];

	gateways[0] = evil;
	start("127.77.0.0/24", alice);
	for (unsigned i = 0; i < 254; i++) {
		snprintf(name, sizeof name, "n%u", i);
		get(name);
	}
	save_and_end();
	gateways[0] = gateway;
	start("127.77.0.0/24", alice);
	ck_assert_uint_eq(a.nothers, 127);
	for (unsigned i = 0; i < 127; i++) {
		snprintf(name, sizeof name, "n%u", i);
		get(name);
	}
	stop();
}
END_TEST

/* Two gateways at one address are told apart by their server_name. */
START_TEST(another_server_name)
{
	static char corp[] = "corp.example", lab[] = "lab.example";
	struct addr one, other;

	start(alice_net, alice);
	addresses_fini(&a);
	conf.server_name = corp;
	ck_assert_int_eq(addresses_init(&a, &conf, 0), 0);
	one = get("telnet");
	save_and_end();
	conf.server_name = lab;
	ck_assert(!addresses_are_of(&a, &conf, 0));
	ck_assert_int_eq(addresses_init(&a, &conf, 0), 0);
	other = get("telnet");
	ck_assert(!addr_same_host(&one, &other));
	stop();
}
END_TEST

/* A gateway that a reload took out of the list no longer shares the addresses
 * of the list. */
START_TEST(only_still_in_use)
{
	char *list[] = { gateway, evil, NULL };

	start(alice_net, alice);
	ck_assert(addresses_are_of(&a, &conf, 0));
	conf.gateways = (struct name_list){ list, 2 };
	ck_assert(!addresses_are_of(&a, &conf, 0));
	conf.nleft = 1;
	ck_assert(addresses_are_of(&a, &conf, 0));
	ck_assert(!addresses_are_of(&a, &conf, 1));
	get("telnet");
	addresses_save(&a);
	stop();
}
END_TEST

/* All gateways of one list share their addresses. */
START_TEST(any_gateway_of_the_list)
{
	static char other[] = "other.example:443";
	char *list[] = { other, gateway, NULL };
	struct addr telnet, again;

	start(alice_net, alice);
	telnet = get("telnet");
	ck_assert_int_eq(addresses_next(&a, &telnet), 0);
	addresses_keep(&a, "telnet", &telnet);
	addresses_save(&a);
	addresses_fini(&a);
	conf.gateways = (struct name_list){ list, 2 };
	ck_assert_int_eq(addresses_init(&a, &conf, 0), 0);
	again = get("telnet");
	ck_assert(addr_same_host(&telnet, &again));
	stop();
}
END_TEST

SUITE("addresses_of_gateways", another_gateway, another_gateway_without_a_file,
      another_gateway_that_fills_the_file,
      another_gateway_that_fills_the_network, another_server_name,
      only_still_in_use, any_gateway_of_the_list)
