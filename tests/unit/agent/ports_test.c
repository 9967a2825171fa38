/* SPDX-License-Identifier: BSD-2-Clause */
/* ports_test.c - the ports of a resource, at an address that has them free. */
#include "rig.h"

#include "agent/ports.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static struct list made;
static char why[PORTS_WHY];

static void on_accepted(struct listener *p, int fd, const struct addr *peer)
{
	(void)p;
	(void)peer;
	close(fd);
}

/* An agent that nobody has started. */
static void begin(void)
{
	list_init(&made);
	rig_open();
	rig.agent = agent_new(&rig.loop, &rig.conf, "secret");
	ck_assert_ptr_nonnull(rig.agent);
}

static void end(void)
{
	listeners_free_list(&made);
	rig_close();
}

/* How many listen now. */
static unsigned open_as(const struct resource_entry *e, const char *name)
{
	struct ports_wish wish = { .agent = rig.agent,
				   .entry = e,
				   .name = name,
				   .accepted = on_accepted };
	struct list *n, *t;
	unsigned count = 0;

	listeners_free_list(&made);
	ports_open(&wish, &made, why);
	list_each (n, t, &made)
		count++;
	ck_assert(!count == !!strcmp(why, "ready"));
	return count;
}

static unsigned open_all(const struct resource_entry *e)
{
	return open_as(e, e->name);
}

static const struct listener *nth(unsigned i)
{
	struct list *n = made.next;

	while (i--)
		n = n->next;
	return list_entry(n, struct listener, node);
}

/* Three ports, and two for data behind them. */
static struct resource_entry five(uint16_t port)
{
	struct resource_entry e = rig_entry("five", port);

	e.nranges = 2;
	e.ndata = 1;
	e.ranges[0].last = (uint16_t)(port + 2);
	e.ranges[1].first = (uint16_t)(port + 100);
	e.ranges[1].last = (uint16_t)(port + 101);
	e.flags = RESOURCE_SPARES | RESOURCE_REVERSE;
	return e;
}

START_TEST(all_at_one_address)
{
	static const uint16_t want[] = { 2000, 2001, 2002, 2100, 2101 };
	struct resource_entry e = five(2000);
	struct addr at;

	begin();
	ck_assert_uint_eq(open_all(&e), ARRAY_LEN(want));
	at = nth(0)->at;
	ck_assert(net_has(&rig.conf.loopback_net, &at));
	for (unsigned i = 0; i < ARRAY_LEN(want); i++) {
		const struct listener *p = nth(i);

		ck_assert(addr_same_host(&p->at, &at));
		ck_assert_uint_eq(p->at.port, want[i]);
		ck_assert_uint_eq(p->port, want[i]);
		ck_assert_int_eq(p->place, PORT_AT_ITS_NUMBER);
		ck_assert_ptr_eq(p->agent, rig.agent);
		/* A data port announces nothing. */
		ck_assert(p->is_data == (i > 2));
		ck_assert(p->announces == (i <= 2));
		ck_assert_uint_eq(p->spares, i > 2 ? 0 : SPARES);
	}
	/* The address belongs to the name. */
	ck_assert_uint_eq(open_all(&e), ARRAY_LEN(want));
	ck_assert(addr_same_host(&nth(0)->at, &at));
	ck_assert_uint_eq(open_as(&e, "another"), ARRAY_LEN(want));
	ck_assert(!addr_same_host(&nth(0)->at, &at));
	end();
}
END_TEST

START_TEST(without_plugin)
{
	struct resource_entry e = rig_entry("plain", 2000);

	begin();
	ck_assert_uint_eq(open_all(&e), 1);
	ck_assert_uint_eq(nth(0)->spares, 0);
	ck_assert(!nth(0)->announces);
	end();
}
END_TEST

static struct listen_conf chosen;

static void choose(const char *address, uint32_t port)
{
	static char name[] = "five";

	chosen = (struct listen_conf){ .name = name, .port = port };
	if (address)
		ck_assert_int_eq(addr_parse(&chosen.at, address, 0), 0);
	rig.conf.listens = &chosen;
	rig.conf.nlistens = 1;
}

/* Data ports keep the numbers that the protocol names. */
START_TEST(where_the_user_says)
{
	static const uint16_t want[] = { 3000, 3001, 3002, 2100, 2101 };
	struct resource_entry e = five(2000);
	char text[ADDR_TEXT];

	begin();
	choose("::1", 3000);
	ck_assert_msg(open_all(&e) == ARRAY_LEN(want), "%s", why);
	for (unsigned i = 0; i < ARRAY_LEN(want); i++) {
		ck_assert_str_eq(addr_host(&nth(i)->at, text), "::1");
		ck_assert_uint_eq(nth(i)->at.port, want[i]);
	}
	ck_assert_uint_eq(nth(0)->port, 2000);
	/* A map has an address of its own. */
	ck_assert_uint_eq(open_as(&e, "five host"), ARRAY_LEN(want));
	ck_assert(net_has(&rig.conf.loopback_net, &nth(0)->at));
	end();
}
END_TEST

START_TEST(beyond_the_last_port)
{
	struct resource_entry e = five(2000);

	begin();
	choose(NULL, 65534);
	ck_assert_uint_eq(open_all(&e), 0);
	ck_assert_msg(strstr(why, "65535"), "%s", why);
	choose(NULL, 65533);
	ck_assert_uint_eq(open_all(&e), 5);
	end();
}
END_TEST

static int take(const struct addr *at)
{
	int fd = tcp_listen(at, 1, false);

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* A port is taken at this address: all ports of the resource go to another
 * address, under their own numbers. */
START_TEST(taken_at_the_address)
{
	struct resource_entry e = five(2000);
	struct addr first, at;
	int fd;

	begin();
	ck_assert_uint_eq(open_all(&e), 5);
	first = nth(0)->at;
	at = nth(2)->at;
	listeners_free_list(&made);
	fd = take(&at);
	ck_assert_uint_eq(open_all(&e), 5);
	at = nth(0)->at;
	ck_assert(!addr_same_host(&at, &first));
	ck_assert_uint_eq(nth(2)->at.port, 2002);
	ck_assert_int_eq(nth(2)->place, PORT_AT_ITS_NUMBER);
	/* There it stays. */
	close(fd);
	ck_assert_uint_eq(open_all(&e), 5);
	ck_assert(addr_same_host(&nth(0)->at, &at));
	end();
}
END_TEST

/* A port that a program holds at every address of this machine. */
static int take_everywhere(uint16_t *port)
{
	struct addr at = { .family = AF_INET };
	int fd = take(&at);

	*port = addr_local(fd).port;
	return fd;
}

START_TEST(taken_everywhere)
{
	struct resource_entry e;
	struct addr at;
	uint16_t port;
	int fd;

	begin();
	fd = take_everywhere(&port);
	e = rig_entry("one", port);
	ck_assert_msg(open_all(&e) == 1, "%s", why);
	ck_assert_int_eq(nth(0)->place, PORT_IN_USE);
	ck_assert_uint_ne(nth(0)->at.port, port);
	ck_assert_uint_eq(nth(0)->port, port);
	/* The same place the next time. */
	at = nth(0)->at;
	ck_assert_uint_eq(open_all(&e), 1);
	ck_assert(addr_same(&nth(0)->at, &at));
	rig.conf.low_port_offset = 0;
	ck_assert_uint_eq(open_all(&e), 0);
	ck_assert_msg(strstr(why, strerror(EADDRINUSE)), "%s", why);
	close(fd);
	end();
}
END_TEST

/* An address that the user chose is kept, even if a port there is taken. */
START_TEST(taken_where_the_user_says)
{
	struct resource_entry e = five(2000);
	uint16_t port;
	int fd;

	begin();
	fd = take_everywhere(&port);
	e.ranges[0].last = e.ranges[0].first;
	e.nranges = 1;
	e.ndata = 0;
	choose("127.0.0.1", port);
	ck_assert_uint_eq(open_all(&e), 0);
	ck_assert_msg(strstr(why, "127.0.0.1"), "%s", why);
	ck_assert_msg(strstr(why, strerror(EADDRINUSE)), "%s", why);
	close(fd);
	end();
}
END_TEST

START_TEST(no_address_is_left)
{
	struct resource_entry e = rig_entry("a", 2000);

	rig_open();
	rig.conf.loopback_net.bits = 30;
	list_init(&made);
	rig.agent = agent_new(&rig.loop, &rig.conf, "secret");
	ck_assert_uint_eq(open_as(&e, "a"), 1);
	ck_assert_uint_eq(open_as(&e, "b"), 1);
	ck_assert_uint_eq(open_as(&e, "c"), 0);
	ck_assert_msg(strstr(why, "loopback_net"), "%s", why);
	end();
}
END_TEST

SUITE("ports", all_at_one_address, without_plugin, where_the_user_says,
      beyond_the_last_port, taken_at_the_address, taken_everywhere,
      taken_where_the_user_says, no_address_is_left)
