/* SPDX-License-Identifier: BSD-2-Clause */
/* maps_test.c - hosts of an any-IP resource that get an address of their
 * own. */
#include "rig.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static json_t *mapped;
static unsigned answers;
static char why_not[400];

static void on_mapped(void *ctx, json_t *found, const char *why)
{
	(void)ctx;
	mapped = found;
	answers++;
	snprintf(why_not, sizeof why_not, "%s", why);
}

static struct resource_entry any_ip(const char *name)
{
	struct resource_entry e = rig_entry(name, 2000);

	e.flags = RESOURCE_ANY;
	return e;
}

/* The gateway's list is this one from now on. */
static void list_is(struct resource_entry e)
{
	rig_list(FLAG_FIRST | FLAG_LAST, &e, 1);
	UNTIL(resources_find(rig.agent, e.name));
}

/* Connected, with an any-IP resource "notes". */
static void begin(void)
{
	rig_open();
	rig_up();
	list_is(any_ip("notes"));
	answers = 0;
	mapped = NULL;
}

static void ask(const char *resource, const char *host)
{
	agent_map(rig.agent,
		  &(struct agent_map_ask){ resource, host, on_mapped, NULL });
}

/* Until the gateway, or the agent itself, has been asked. */
static void map(const char *host)
{
	begin();
	ask("notes", host);
	UNTIL(answers || rig.seen[FRAME_OPEN]);
}

static void say_reset(unsigned reason, const char *text)
{
	struct reset r = { .reason = (uint16_t)reason };
	unsigned before = answers;
	uint8_t p[300];

	snprintf(r.text, sizeof r.text, "%s", text);
	rig_say(&(struct said){ FRAME_CLOSE, FLAG_RESET,
				rig.last[FRAME_OPEN].client_id, 0, p,
				pack_reset(p, sizeof p, &r) });
	UNTIL(answers > before);
}

START_TEST(asks_first)
{
	map("10.1.1.1");
	ck_assert_uint_eq(answers, 0);
	ck_assert_uint_eq(rig.last[FRAME_OPEN].flags, FLAG_REAL | FLAG_CHECK);
	say_reset(REASON_GRANTED, "would be granted");
	ck_assert_msg(mapped != NULL, "%s", why_not);
	ck_assert_uint_eq(json_array_size(json_object_get(mapped, "listen")),
			  1);
	json_decref(mapped);
	rig_close();
}
END_TEST

START_TEST(hears_no)
{
	map("10.1.1.1");
	say_reset(REASON_DENIED, "not-allowed");
	ck_assert_ptr_null(mapped);
	ck_assert_ptr_nonnull(strstr(why_not, "10.1.1.1"));
	ck_assert_ptr_nonnull(strstr(why_not, "may not go there"));
	ck_assert(list_is_empty(&rig.agent->maps));
	rig_close();
}
END_TEST

START_TEST(other_answers)
{
	map("n.example");
	say_reset(REASON_NO_NAME, "");
	ck_assert_ptr_null(mapped);
	ck_assert_ptr_nonnull(strstr(why_not, "no address of this name"));
	ask("notes", "n.example");
	UNTIL(rig.seen[FRAME_OPEN] == 2);
	say_reset(REASON_LIMIT, "");
	ck_assert_ptr_null(mapped);
	ck_assert_ptr_nonnull(strstr(why_not, reason_str(REASON_LIMIT)));
	rig_close();
}
END_TEST

/* A gateway of an earlier version connects; that is a yes, and the agent ends
 * it. */
START_TEST(of_an_old_gateway)
{
	struct opened o = { .credit = 16384 };
	uint8_t p[100];

	map("10.1.1.1");
	rig_say(&(struct said){ FRAME_OPENED, 0, rig.last[FRAME_OPEN].client_id,
				1, p, pack_opened(p, sizeof p, &o) });
	UNTIL(answers && rig.seen[FRAME_CLOSE]);
	ck_assert_ptr_nonnull(mapped);
	json_decref(mapped);
	rig_close();
}
END_TEST

/* The agent ends while the gateway is asked: the client of `adit map` is told,
 * and a frame EXPECT for this channel finds no socket. */
START_TEST(the_end_meanwhile)
{
	struct expect e = { .id = 1, .kind = EXPECT_ANY, .uses = 1 };
	uint8_t p[100];

	map("10.1.1.1");
	rig_say(&(struct said){ FRAME_EXPECT, 0, rig.last[FRAME_OPEN].client_id,
				0, p, pack_expect(p, sizeof p, &e) });
	UNTIL(answers);
	ck_assert_ptr_null(mapped);
	rig_close();
	map("10.1.1.1");
	rig_close();
	ck_assert_uint_eq(answers, 1);
	ck_assert_ptr_null(mapped);
}
END_TEST

START_TEST(the_resource_is_gone_meanwhile)
{
	map("10.1.1.1");
	list_is(rig_entry("other", 2001));
	say_reset(REASON_GRANTED, "");
	ck_assert_ptr_null(mapped);
	ck_assert_ptr_nonnull(strstr(why_not, "notes"));
	ck_assert(list_is_empty(&rig.agent->maps));
	rig_close();
}
END_TEST

static void refused(const char *resource, const char *host, const char *word)
{
	unsigned before = answers;

	ask(resource, host);
	ck_assert_uint_eq(answers, before + 1);
	ck_assert_ptr_null(mapped);
	ck_assert_msg(strstr(why_not, word), "%s, not %s", why_not, word);
}

START_TEST(what_cannot_be_mapped)
{
	struct resource_entry both[] = { any_ip("notes"),
					 rig_entry("plain", 2001) };
	char long_name[300];

	begin();
	rig_list(FLAG_FIRST | FLAG_LAST, both, 2);
	UNTIL(resources_find(rig.agent, "plain"));
	memset(long_name, 'a', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = 0;
	refused("nothing", "10.1.1.1", "nothing");
	refused("plain", "10.1.1.1", "plain");
	refused("notes", "two words", "two words");
	refused("notes", "", "neither");
	refused("notes", long_name, "neither");
	agent_stop(rig.agent, told, &rig.stop);
	refused("notes", "10.1.1.1", "adit start");
	ck_assert_uint_eq(rig.seen[FRAME_OPEN], 0);
	rig_close();
}
END_TEST

static struct addr map_at(unsigned which)
{
	struct list *n, *t;

	list_each (n, t, &rig.agent->maps) {
		struct mapping *m = list_entry(n, struct mapping, node);

		if (which--)
			continue;
		ck_assert_msg(!list_is_empty(&m->listeners), "%s", m->state);
		return list_first(&m->listeners, struct listener, node)->at;
	}
	ck_abort_msg("no such map");
}

/* Where the gateway cannot be asked, connections will show it. */
static void map_unasked(const char *host)
{
	rig_hang_up();
	UNTIL(agent_state(rig.agent) == AGENT_RECONNECTING);
	ask("notes", host);
	ck_assert_msg(mapped != NULL, "%s", why_not);
	json_decref(mapped);
}

START_TEST(out_of_reach)
{
	begin();
	map_unasked("10.1.1.1");
	ck_assert_uint_eq(rig.seen[FRAME_OPEN], 0);
	/* Asked again, it is the same one. */
	ask("notes", "10.1.1.1");
	ck_assert_ptr_nonnull(mapped);
	json_decref(mapped);
	ck_assert_ptr_eq(rig.agent->maps.next, rig.agent->maps.prev);
	rig_close();
}
END_TEST

/* An application that connects there gets to this host. */
START_TEST(connections)
{
	struct addr at;
	struct open o;
	int app;

	begin();
	map_unasked("n.example");
	at = map_at(0);
	app = rig_connect(&at);
	ck_assert_int_ge(app, 0);
	rig_fire(&rig.agent->uplink.retry);
	UNTIL(agent_state(rig.agent) == AGENT_CONNECTED);
	list_is(any_ip("notes"));
	close(app);
	app = rig_connect(&at);
	UNTIL(rig.seen[FRAME_OPEN] &&
	      !unpack_open(&o, rig.payload[FRAME_OPEN],
			   rig.last[FRAME_OPEN].len) &&
	      o.dest.host[0]);
	ck_assert_str_eq(o.dest.host, "n.example");
	ck_assert_uint_eq(o.dest.port, 2000);
	ck_assert_uint_eq(rig.last[FRAME_OPEN].flags, 0);
	close(app);
	rig_close();
}
END_TEST

/* A section [listen NAME] with these hosts. */
static struct listen_conf section(char *name, char **hosts, size_t n)
{
	return (struct listen_conf){ .name = name,
				     .maps = { .item = hosts, .n = n } };
}

static const char *map_state(void)
{
	return list_first(&rig.agent->maps, struct mapping, node)->state;
}

START_TEST(of_the_configuration)
{
	static char notes[] = "notes", one[] = "10.1.1.1", two[] = "n.example";
	static char *hosts[] = { one, two };
	struct listen_conf listen = section(notes, hosts, 2);
	struct addr first, again;

	rig_open();
	rig.conf.listens = &listen;
	rig.conf.nlistens = 1;
	rig_up();
	ck_assert_ptr_nonnull(strstr(map_state(), "notes"));
	list_is(any_ip("notes"));
	ck_assert_str_eq(map_state(), "ready");
	first = map_at(0);
	again = map_at(1);
	ck_assert(!addr_same_host(&first, &again));
	/* It is not any-IP any more, and comes back as such. */
	rig_list(FLAG_FIRST | FLAG_LAST,
		 &(struct resource_entry){ .id = 1,
					   .service = SERVICE_FORWARD,
					   .name = "notes",
					   .nranges = 1,
					   .ranges = { { 2000, 2000 } } },
		 1);
	UNTIL(strcmp(map_state(), "ready"));
	ck_assert_int_lt(rig_connect(&first), 0);
	rig_list(FLAG_FIRST | FLAG_LAST,
		 &(struct resource_entry){ .id = 1,
					   .service = SERVICE_FORWARD,
					   .flags = RESOURCE_ANY,
					   .name = "notes",
					   .nranges = 1,
					   .ranges = { { 2000, 2000 } } },
		 1);
	UNTIL(!strcmp(map_state(), "ready"));
	again = map_at(0);
	ck_assert(addr_same(&first, &again));
	rig_close();
}
END_TEST

/* What a user has mapped by hand stays when the file says something else. */
START_TEST(another_configuration)
{
	static char notes[] = "notes", one[] = "10.1.1.1", two[] = "n.example";
	static char *hosts[] = { one, two };
	struct listen_conf listen = section(notes, hosts, 2);
	json_t *status;

	rig_open();
	rig.conf.listens = &listen;
	rig.conf.nlistens = 1;
	rig_up();
	list_is(any_ip("notes"));
	map_unasked("10.9.9.9");
	listen = section(notes, hosts + 1, 1);
	maps_configure(rig.agent);
	status = maps_status(rig.agent);
	ck_assert_uint_eq(json_array_size(status), 2);
	ck_assert_str_eq(json_string_value(json_object_get(
				 json_array_get(status, 0), "host")),
			 "n.example");
	ck_assert_str_eq(json_string_value(json_object_get(
				 json_array_get(status, 1), "host")),
			 "10.9.9.9");
	json_decref(status);
	rig_close();
}
END_TEST

START_TEST(there_are_so_many)
{
	static char notes[] = "notes", host[1030][8];
	static char *hosts[ARRAY_LEN(host)];
	struct listen_conf listen = section(notes, hosts, ARRAY_LEN(host));
	unsigned count = 0;
	struct list *n, *t;

	for (unsigned i = 0; i < ARRAY_LEN(host); i++) {
		snprintf(host[i], sizeof host[i], "h%u", i);
		hosts[i] = host[i];
	}
	rig_open();
	rig.conf.listens = &listen;
	rig.conf.nlistens = 1;
	rig_begin();
	list_each (n, t, &rig.agent->maps)
		count++;
	ck_assert_uint_eq(count, 1024);
	rig_close();
}
END_TEST

START_TEST(stopped)
{
	struct addr at;

	begin();
	map_unasked("10.1.1.1");
	at = map_at(0);
	agent_stop(rig.agent, told, &rig.stop);
	ck_assert_str_eq(map_state(), "stopped");
	ck_assert_int_lt(rig_connect(&at), 0);
	rig_close();
}
END_TEST

SUITE("maps", asks_first, hears_no, other_answers, of_an_old_gateway,
      the_end_meanwhile, the_resource_is_gone_meanwhile, what_cannot_be_mapped,
      out_of_reach, connections, of_the_configuration, another_configuration,
      there_are_so_many, stopped)
