/* SPDX-License-Identifier: BSD-2-Clause */
/* dns_test.c - queries of programs for the names of resources. */
#include "rig.h"

#include "intercept/synthetic.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

enum { A = 1, PTR = 12, WHOLE = FLAG_FIRST | FLAG_LAST };

static int client;
static uint8_t reply[600];
static ssize_t len;

static void ask(const char *name, unsigned type)
{
	uint8_t q[300] = { 0, 7, 1, 0, 0, 1 }, *p = q + 12;

	while (*name) {
		size_t n = strcspn(name, ".");

		*p++ = (uint8_t)n;
		memcpy(p, name, n);
		p += n;
		name += n + (name[n] == '.');
	}
	*p++ = 0;
	*p++ = 0;
	*p++ = (uint8_t)type;
	*p++ = 0;
	*p++ = 1;
	ck_assert_int_eq(send(client, q, (size_t)(p - q), 0), p - q);
}

static bool heard(void)
{
	len = recv(client, reply, sizeof reply, MSG_DONTWAIT);
	return len >= 0;
}

static unsigned rcode(void)
{
	return reply[3] & 15;
}

/* The answer is this one address. */
static void check_address(const struct addr *at)
{
	ck_assert_uint_eq(rcode(), 0);
	ck_assert_uint_eq(reply[7], 1);
	ck_assert_mem_eq(reply + len - 4, at->ip, 4);
}

/* `echo` is called db.x, and all below y; `any` all below z. */
static void begin(void)
{
	static const struct names_entry names[] = {
		{ 1, 2, { "*.y", "db.x" } },
		{ 2, 1, { "*.z" } },
	};
	struct resource_entry e[] = { rig_entry("echo", 2000),
				      rig_entry("any", 2001) };
	struct sockaddr_storage ss;
	struct addr at;
	uint8_t p[200];
	size_t n = pack_names(p, sizeof p, &names[0]);

	n += pack_names(p + n, sizeof p - n, &names[1]);
	e[1].id = 2;
	e[1].flags = RESOURCE_ANY;
	rig_open();
	ck_assert_int_eq(addr_parse(&rig.conf.dns, "127.0.0.1", 0), 0);
	ck_assert_int_eq(net_parse(&rig.conf.loopback_net, "127.84.0.0/16"), 0);
	rig_up();
	rig_list(FLAG_FIRST, e, 2);
	rig_say(&(struct said){ FRAME_NAMES, 0, 0, 0, p, n });
	rig_list(FLAG_LAST, NULL, 0);
	UNTIL(resources_find(rig.agent, "any"));
	at = dns_at(rig.agent);
	ck_assert_uint_ne(at.port, 0);
	client = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(connect(client, (struct sockaddr *)&ss,
				 addr_to_sa(&at, &ss)),
			 0);
}

static void end(void)
{
	close(client);
	rig_close();
}

START_TEST(names_and_addresses)
{
	struct addr echo;
	char back[ADDR_TEXT + 20];

	begin();
	echo = rig_at("echo");
	ask("DB.x", A);
	UNTIL(heard());
	check_address(&echo);
	ask("a.b.y", A);
	UNTIL(heard());
	check_address(&echo);
	snprintf(back, sizeof back, "%u.%u.%u.%u.in-addr.arpa", echo.ip[3],
		 echo.ip[2], echo.ip[1], echo.ip[0]);
	ask(back, PTR);
	UNTIL(heard());
	ck_assert_mem_eq(reply + len - 6, "\2db\1x", 6);
	ask("y", A); /* exists, without an address */
	UNTIL(heard());
	ck_assert_uint_eq(rcode(), 0);
	ck_assert_uint_eq(reply[7], 0);
	ask("x.db.x", A);
	UNTIL(heard());
	ck_assert_uint_eq(rcode(), 3);
	end();
}
END_TEST

static void gateway_says(unsigned reason)
{
	struct reset r = { .reason = (uint16_t)reason };
	uint8_t p[300];

	UNTIL(rig.seen[FRAME_OPEN]);
	ck_assert(!heard());
	ck_assert(rig.last[FRAME_OPEN].flags & FLAG_CHECK);
	rig_say(&(struct said){ FRAME_CLOSE, FLAG_RESET,
				rig.last[FRAME_OPEN].client_id, 0, p,
				pack_reset(p, sizeof p, &r) });
}

/* A host of an any-IP resource has an address when the gateway grants it. */
START_TEST(the_gateway_grants)
{
	const struct list *map;

	begin();
	ask("a.z", A);
	gateway_says(REASON_GRANTED);
	UNTIL(heard());
	map = maps_listeners(rig.agent, "any", "a.z");
	ck_assert_ptr_nonnull(map);
	check_address(&list_first(map, struct listener, node)->at);
	rig.seen[FRAME_OPEN] = 0;
	ask("a.z", A);
	UNTIL(heard());
	ck_assert_uint_eq(rig.seen[FRAME_OPEN], 0);
	end();
}
END_TEST

/* A program that asks for every name leaves addresses for `adit map`. */
START_TEST(queries_map_so_many_hosts)
{
	char name[20];

	begin();
	for (unsigned i = 0; i < 256; i++) {
		snprintf(name, sizeof name, "h%u.z", i);
		rig.seen[FRAME_OPEN] = 0;
		ask(name, A);
		gateway_says(REASON_GRANTED);
		UNTIL(heard());
		ck_assert_uint_eq(rcode(), 0);
	}
	rig.seen[FRAME_OPEN] = 0;
	ask("one.more.z", A);
	UNTIL(heard());
	ck_assert_uint_eq(rcode(), 3);
	ck_assert_uint_eq(rig.seen[FRAME_OPEN], 0);
	end();
}
END_TEST

START_TEST(the_gateway_refuses)
{
	begin();
	ask("a.z", A);
	gateway_says(REASON_NO_NAME);
	UNTIL(heard());
	ck_assert_uint_eq(rcode(), 3);
	ck_assert_ptr_null(maps_listeners(rig.agent, "any", "a.z"));
	end();
}
END_TEST

/* The agent ends before the gateway answers: no reply is sent. */
START_TEST(the_agent_ends_while_the_gateway_is_asked)
{
	begin();
	ask("a.z", A);
	UNTIL(rig.seen[FRAME_OPEN]);
	ask("b.z", A);
	UNTIL(rig.seen[FRAME_OPEN] == 2);
	dns_close(rig.agent);
	ck_assert_uint_eq(dns_at(rig.agent).family, AF_UNSPEC);
	gateway_says(REASON_GRANTED);
	UNTIL(maps_listeners(rig.agent, "any", "b.z"));
	end();
}
END_TEST

/* Until addresses are used up, those behind the first; under valgrind without the
 * addresses in the middle. */
static void ask_for_many(void)
{
	struct synthetic *t = rig.agent->synthetic;
	struct addr at;
	char name[20];
	unsigned bad = 0;

	for (unsigned i = 1; i < 131070; i++) {
		if (suite_brief() && i == 100) {
			bad += addr_parse(&at, "198.19.255.184", 0) != 0;
			bad += synthetic_put(t, "between", &at) != 0;
			i = 131000;
		}
		snprintf(name, sizeof name, "h%u.y", i);
		bad += synthetic_get(t, name, &at, NULL) != 0;
	}
	ck_assert_uint_eq(bad, 0);
}

/* With intercept = nft, addresses stand for names: who asks for many names
 * does not change what they stand for. */
START_TEST(names_that_are_caught)
{
	struct addr first;

	begin();
	rig.conf.intercept = INTERCEPT_NFT;
	ask("db.x", A);
	UNTIL(heard());
	ck_assert_uint_eq(reply[7], 1);
	ck_assert_int_eq(addr_parse(&first, "198.18.0.1", 0), 0);
	check_address(&first);
	ask_for_many();
	ask("one-more.y", A);
	UNTIL(heard());
	ck_assert_uint_eq(rcode(), 0);
	ck_assert_uint_eq(reply[7], 0);
	ask("db.x", A);
	UNTIL(heard());
	check_address(&first);
	end();
}
END_TEST

/* A resource without listeners is known by its name, and cannot be reached. */
START_TEST(nothing_listens)
{
	begin();
	resources_close(rig.agent);
	ask("db.x", A);
	UNTIL(heard());
	ck_assert_uint_eq(rcode(), 0);
	ck_assert_uint_eq(reply[7], 0);
	end();
}
END_TEST

START_TEST(the_address_is_taken)
{
	begin();
	dns_close(rig.agent);
	ck_assert_int_eq(addr_parse(&rig.conf.dns, "192.0.2.1", 53), 0);
	dns_listen(rig.agent);
	ck_assert_uint_eq(dns_at(rig.agent).family, AF_UNSPEC);
	end();
}
END_TEST

/* Another agent has the address that this one has by default. */
START_TEST(the_default_is_in_use)
{
	struct sockaddr_storage ss;
	struct addr other;

	begin();
	other = dns_at(rig.agent);
	dns_close(rig.agent);
	close(client);
	client = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(client, (struct sockaddr *)&ss,
			      addr_to_sa(&other, &ss)),
			 0);
	rig.conf.dns = other;
	dns_listen(rig.agent);
	ck_assert_int_eq(dns_at(rig.agent).family, AF_UNSPEC);
	rig.conf.dns_moves = true;
	dns_listen(rig.agent);
	ck_assert_uint_ne(dns_at(rig.agent).port, 0);
	ck_assert_uint_ne(dns_at(rig.agent).port, other.port);
	end();
}
END_TEST

SUITE("dns", names_and_addresses, the_gateway_grants, queries_map_so_many_hosts,
      the_gateway_refuses, the_agent_ends_while_the_gateway_is_asked,
      names_that_are_caught, nothing_listens, the_address_is_taken,
      the_default_is_in_use)
