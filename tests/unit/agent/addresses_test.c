/* SPDX-License-Identifier: BSD-2-Clause */
/* addresses_test.c - each resource name has an address of its own, also after a
 * restart. */
#include "addresses_rig.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

START_TEST(same_every_time)
{
	struct addr one, two, again;

	start("127.77.0.0/16", alice);
	one = get("telnet");
	two = get("mail");
	ck_assert(!addr_same_host(&one, &two));
	again = get("telnet");
	ck_assert(addr_same_host(&one, &again));
	addresses_save(&a);
	addresses_fini(&a);
	/* Asked in another order. */
	start("127.77.0.0/16", alice);
	again = get("mail");
	ck_assert(addr_same_host(&two, &again));
	again = get("telnet");
	ck_assert(addr_same_host(&one, &again));
	stop();
}
END_TEST

static struct addr made(const char *text, char *user)
{
	struct addr at;

	make_folder();
	put_file(text, strlen(text));
	start(alice_net, user);
	at = get("telnet");
	addresses_fini(&a);
	return at;
}

/* Addresses follow from the salt: nobody can foresee them without it. */
START_TEST(an_address_follows_from_the_salt)
{
	struct addr one, other;

	one = made(salt, alice);
	other = made(salt, alice);
	ck_assert(addr_same_host(&one, &other));
	other = made(salt, bob);
	ck_assert(!addr_same_host(&one, &other));
	other = made("salt\t000102030405060708090a0b0c0d0e0f\n", alice);
	ck_assert(!addr_same_host(&one, &other));
	start(alice_net, alice);
	stop();
}
END_TEST

START_TEST(each_user_has_a_salt)
{
	struct sip_key key[2];

	for (unsigned i = 0; i < 2; i++) {
		make_folder();
		put_file("salt\tnone\nsalt\t\nsalt\n", 21);
		start(alice_net, alice);
		key[i] = a.salt;
		stop();
	}
	ck_assert_mem_ne(&key[0], &key[1], sizeof key[0]);
}
END_TEST

/* Only its user can read the file; the salt of the agent that saved first
 * stays. */
START_TEST(the_salt_is_kept)
{
	static char work[200];
	struct agent_conf before;
	struct addresses first;
	struct sip_key key;
	struct stat st;
	char path[100];

	make_folder();
	snprintf(work, sizeof work, "%s/addresses", dir);
	start(alice_net, alice);
	get("telnet");
	first = a;
	before = conf;
	first.conf = &before;
	key = first.salt;
	start_as(alice_net, alice, work);
	get("mail");
	addresses_save(&first);
	addresses_save(&a);
	addresses_fini(&first);
	addresses_fini(&a);
	start(alice_net, alice);
	ck_assert_mem_eq(&a.salt, &key, sizeof key);
	snprintf(path, sizeof path, "%s/addresses", dir);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 077, 0);
	stop();
}
END_TEST

START_TEST(the_next_is_remembered)
{
	struct addr first, next, again;

	start("127.77.0.0/16", alice);
	first = get("telnet");
	next = first;
	ck_assert_int_eq(addresses_next(&a, &next), 0);
	ck_assert(!addr_same_host(&first, &next));
	/* Of no use either: only what is kept counts. */
	again = next;
	ck_assert_int_eq(addresses_next(&a, &again), 0);
	ck_assert(!addr_same_host(&next, &again));
	again = get("telnet");
	ck_assert(addr_same_host(&first, &again));
	addresses_keep(&a, "telnet", &next);
	addresses_save(&a);
	addresses_fini(&a);
	start("127.77.0.0/16", alice);
	again = get("telnet");
	ck_assert(addr_same_host(&next, &again));
	stop();
}
END_TEST

START_TEST(a_full_network)
{
	struct addr one, two, at;

	start("127.77.0.0/30", alice);
	one = get("a");
	two = get("b");
	ck_assert(!addr_same_host(&one, &two));
	ck_assert_uint_ge(one.ip[3], 1);
	ck_assert_uint_le(one.ip[3], 2);
	ck_assert_int_eq(addresses_get(&a, "c", &at), ERR_LIMIT);
	at = one;
	ck_assert_int_eq(addresses_next(&a, &at), ERR_LIMIT);
	at = get("a");
	ck_assert(addr_same_host(&one, &at));
	stop();
}
END_TEST

START_TEST(a_single_address)
{
	struct addr at;

	start("127.77.0.8/32", alice);
	if (!addresses_get(&a, "a", &at))
		ck_assert(addr_is_loopback(&at));
	ck_assert_int_eq(addresses_get(&a, "b", &at), ERR_LIMIT);
	stop();
}
END_TEST

START_TEST(what_nobody_asks_for_makes_way)
{
	struct addr at;

	start("127.77.0.0/30", alice);
	get("old");
	get("older");
	addresses_save(&a);
	addresses_fini(&a);
	start("127.77.0.0/30", alice);
	get("old");
	get("new");
	ck_assert_int_eq(addresses_get(&a, "newer", &at), ERR_LIMIT);
	stop();
}
END_TEST

START_TEST(too_many_names_make_way)
{
	char name[20];

	start("127.77.0.0/16", alice);
	for (unsigned i = 0; i < 4096; i++) {
		snprintf(name, sizeof name, "n%u", i);
		get(name);
	}
	addresses_save(&a);
	addresses_fini(&a);
	start("127.77.0.0/16", alice);
	get("mine");
	get("mine too");
	stop();
}
END_TEST

#define OWN(address, name) address "\tagent\tgw.example:443\t" name "\n"

START_TEST(garbage_in_the_file)
{
	static const char text[] = "\n127.77.0.9\n127.77.0.9 \nx y\n" OWN(
		"10.0.0.1",
		"telnet") OWN("127.77.0.5",
			      "mail") OWN("127.77.0.5",
					  "twice") OWN("127.77.0.6",
						       "mail") OWN("::1", "six")
		OWN("127.77.0.7",
		    "a name with blanks") "127.77.0.8\tagent\tgw.example:443\tcut";
	struct addr at;

	start("127.77.0.0/16", alice);
	addresses_fini(&a);
	put_file(text, sizeof text - 1);
	start("127.77.0.0/16", alice);
	ck_assert_uint_eq(a.n, 3);
	at = get("mail");
	ck_assert_uint_eq(at.ip[3], 5);
	at = get("a name with blanks");
	ck_assert_uint_eq(at.ip[3], 7);
	at = get("cut");
	ck_assert_uint_eq(at.ip[3], 8);
	stop();
}
END_TEST

/* Earlier versions of adit made the file by the umask, which is often 002. */
START_TEST(a_file_that_was_open)
{
	static const char text[] = OWN("127.77.0.5", "telnet");
	struct stat st;
	char path[100];

	make_folder();
	snprintf(path, sizeof path, "%s/addresses", dir);
	put_file(text, sizeof text - 1);
	ck_assert_int_eq(chmod(path, 0664), 0);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	start("127.77.0.0/16", alice);
	ck_assert_uint_eq(a.n, 0); /* others may have written it */
	addresses_fini(&a);
	ck_assert_int_eq(chmod(dir, 0700), 0);
	start("127.77.0.0/16", alice);
	ck_assert_uint_eq(get("telnet").ip[3], 5);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 077, 0);
	stop();
}
END_TEST

START_TEST(bytes_in_the_file)
{
	char text[4000];

	start("127.77.0.0/16", alice);
	addresses_fini(&a);
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 7919 + i / 13);
	put_file(text, sizeof text);
	start("127.77.0.0/16", alice);
	get("telnet");
	addresses_save(&a);
	stop();
}
END_TEST

START_TEST(a_name_is_one_line)
{
	struct addr at, telnet;

	start("127.77.0.0/16", alice);
	ck_assert_int_eq(addresses_get(&a, "evil\n" OWN("127.77.9.9", "telnet"),
				       &at),
			 0);
	addresses_save(&a);
	addresses_fini(&a);
	start("127.77.0.0/16", alice);
	telnet = get("telnet");
	ck_assert(telnet.ip[2] != 9 || telnet.ip[3] != 9);
	stop();
}
END_TEST

START_TEST(saved_in_one_step)
{
	struct stat before, after;
	char path[100];

	start("127.77.0.0/16", alice);
	get("telnet");
	addresses_save(&a);
	snprintf(path, sizeof path, "%s/addresses", dir);
	ck_assert_int_eq(stat(path, &before), 0);
	get("mail");
	addresses_save(&a);
	ck_assert_int_eq(stat(path, &after), 0);
	/* Another file under the same name: nobody reads half of one. */
	ck_assert_uint_ne(before.st_ino, after.st_ino);
	stop();
}
END_TEST

/* Two agents never use the same address, whichever starts first. */
START_TEST(two_agents)
{
	static char work[200], home[] = "agent";
	struct addr mine, yours, again;

	make_folder();
	snprintf(work, sizeof work, "%s/addresses", dir); /* is there */
	start_as("127.77.0.0/16", alice, home);
	mine = get("telnet");
	addresses_save(&a);
	addresses_fini(&a);
	start_as("127.77.0.0/16", alice, work);
	yours = get("telnet");
	ck_assert(!addr_same_host(&mine, &yours));
	addresses_save(&a);
	addresses_fini(&a);
	for (unsigned i = 0; i < 4; i++) {
		start_as("127.77.0.0/16", alice, i % 2 ? work : home);
		again = get("telnet");
		ck_assert(addr_same_host(i % 2 ? &yours : &mine, &again));
		get(i % 2 ? "mail" : "web");
		addresses_save(&a);
		addresses_fini(&a);
	}
	start_as("127.77.0.0/16", alice, home);
	ck_assert_uint_eq(a.n, 2);
	ck_assert_uint_eq(a.nothers, 2);
	stop();
}
END_TEST

/* Two agents save, neither having read what the other wrote. */
START_TEST(two_agents_at_once)
{
	static char work[200];
	struct addresses first;
	struct agent_conf before;

	make_folder();
	snprintf(work, sizeof work, "%s/addresses", dir);
	start(alice_net, alice);
	get("telnet");
	first = a;
	before = conf;
	first.conf = &before;
	start_as(alice_net, alice, work);
	get("mail");
	addresses_save(&first);
	addresses_fini(&first);
	addresses_save(&a);
	addresses_fini(&a);
	start(alice_net, alice);
	ck_assert_uint_eq(a.n, 1);
	ck_assert_uint_eq(a.nothers, 1);
	ck_assert_str_eq(a.lines[0].name, "telnet");
	stop();
}
END_TEST

START_TEST(what_no_configuration_names)
{
	static const char text[] =
		"salt\t000102030405060708090a0b0c0d0eff\n"
		"127.77.0.5\tgone\tgw.example:443\ttelnet\n"
		"127.77.0.6\t/nowhere/at/all.ini\tgw.example:443\ttelnet\n"
		"127.77.0.8\tagent\tgw.example:443\tmail\n"
		"127.77.0.9\tagent\tgw.example:443\n"
		"127.77.0.9\tagent\n127.77.0.9\t\n127.77.0.9 telnet\n";

	make_folder();
	put_file(text, sizeof text - 1);
	start(alice_net, alice);
	ck_assert_uint_eq(a.n, 1);
	ck_assert_uint_eq(a.nothers, 0);
	ck_assert_uint_eq(get("mail").ip[3], 8);
	addresses_save(&a);
	ck_assert_str_eq(file_text(),
			 "salt\t000102030405060708090a0b0c0d0eff\n"
			 "127.77.0.8\tagent\tgw.example:443\tmail\n");
	stop();
}
END_TEST

START_TEST(no_folder)
{
	static char nowhere[] = "/nowhere/at/all";
	struct addr at;

	start(alice_net, alice);
	stop();
	conf.state_dir = nowhere;
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_int_eq(addresses_init(&a, &conf, 0), 0);
		ck_assert_int_eq(addresses_get(&a, "telnet", &at), 0);
		addresses_save(&a);
		addresses_fini(&a);
		conf.state_dir = NULL;
	}
}
END_TEST

SUITE("addresses", same_every_time, an_address_follows_from_the_salt,
      each_user_has_a_salt, the_salt_is_kept, the_next_is_remembered,
      a_full_network, a_single_address, what_nobody_asks_for_makes_way,
      too_many_names_make_way, garbage_in_the_file, a_file_that_was_open,
      bytes_in_the_file, a_name_is_one_line, saved_in_one_step, two_agents,
      two_agents_at_once, what_no_configuration_names, no_folder)
