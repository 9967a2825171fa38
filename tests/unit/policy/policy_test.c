/* SPDX-License-Identifier: BSD-2-Clause */
/* policy_test.c - who gets what, and what the refusals say. */
#include "base/err.h"
#include "made.h"

#include <stdio.h>

static const char conf_text[] =
	"[gateway a]\nlisten = 127.0.0.1:1\ncertificate = c\nprivate_key = k\n"
	"users = u\ngroups = staff, ops\n"
	"[gateway b]\nlisten = 127.0.0.1:2\ncertificate = c\nprivate_key = k\n"
	"users = u\ngroups = guests\n"
	"[plugin ftp]\n"
	"[resource net]\nhost = any\nport = 20-30, 1352\nallow = 10.0.0.0/8\n"
	"deny = 10.9.0.0/16\n"
	"[resource telnet]\nhost = 10.1.1.10\nport = 23\n"
	"[resource telnet2]\nhost = 10.1.1.10\nport = 23, 24\n"
	"[resource mail]\nhost = mail.corp.example\nport = 25, 110\n"
	"[resource files]\nhost = ftp.corp.example\nport = 21\nplugin = ftp\n"
	"[resource wiki]\nurl = https://wiki.corp.example:8443/x\n"
	"[resource net2]\nhost = any\nport = 1352\nallow = 172.16.0.0/12\n"
	"[resource v6]\nhost = 2001:db8::10\nport = 22\n"
	"[group staff]\nusers = alice\nresources = telnet, mail, wiki\n"
	"[group ops]\nusers = root, carol\n"
	"resources = net, telnet, telnet2, mail, files, wiki, net2, v6\n"
	"[group guests]\nusers = *\nresources = wiki\n";

static struct gw_conf *conf;
static struct policy_answer answer;

static struct grant who(const char *user, const char *gateway)
{
	if (!conf)
		conf = made(conf_text);
	return (struct grant){ user, NULL, gw_conf_gateway(conf, gateway) };
}

static uint32_t id_of(const char *resource)
{
	return *resource ? gw_conf_resource(conf, resource)->id : 0;
}

/* "resource host-or-address" or "!rule". */
static const char *ask(const struct grant *g, const char *resource,
		       const char *host, uint16_t port)
{
	struct policy_ask a = {
		id_of(resource), host, { 0 }, port, 0, 0, false
	};
	static char text[400];
	char at[ADDR_TEXT];
	int r = policy_match(conf, g, &a, &answer);

	ck_assert_uint_eq(answer.port, port);
	if (r) {
		ck_assert_int_eq(r, ERR_DENIED);
		ck_assert(answer.reason[0]);
		snprintf(text, sizeof text, "!%s",
			 policy_rule_str(answer.rule));
		return text;
	}
	ck_assert_str_eq(answer.reason, "");
	ck_assert_ptr_nonnull(answer.group);
	snprintf(text, sizeof text, "%s %s", answer.resource->name,
		 answer.addr.family ? addr_str(&answer.addr, at) : answer.host);
	return text;
}

START_TEST(default_deny)
{
	static const char *const all[] = { "net",   "telnet", "telnet2", "mail",
					   "files", "wiki",   "net2",    "v6" };
	static const struct {
		const char *user, *gateway, *granted;
	} row[] = {
		{ "alice", "a", "telnet mail wiki " },
		{ "alice", "b", "wiki " },
		{ "carol", "a", "net telnet telnet2 mail files wiki net2 v6 " },
		{ "carol", "b", "wiki " },
		{ "dave", "a", "" },
		{ "dave", "b", "wiki " },
		{ "Alice", "a", "" },
		{ "*", "a", "" },
		{ "", "a", "" },
	};
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(row); i++) {
		struct grant g = who(row[i].user, row[i].gateway);
		char got[200] = "";
		size_t n = 0;

		for (k = 0; k < ARRAY_LEN(all); k++) {
			const struct gw_resource *r = gw_conf_resource(conf,
								       all[k]);

			if (policy_granted(conf, &g, r))
				n += (size_t)snprintf(got + n, sizeof got - n,
						      "%s ", r->name);
		}
		ck_assert_str_eq(got, row[i].granted);
	}
}
END_TEST

START_TEST(groups_of_the_users_file)
{
	struct name_list l = { 0 };
	struct grant g = who("dave", "a");

	ck_assert_int_eq(opt_parse_list("guests, nonsense", &l), 0);
	g.groups = &l;
	/* guests does not count at a. */
	ck_assert_str_eq(ask(&g, "wiki", "", 8443), "!no-group");
	ck_assert_int_eq(name_list_add(&l, "staff"), 0);
	ck_assert_str_eq(ask(&g, "wiki", "", 8443), "wiki wiki.corp.example");
	ck_assert_str_eq(answer.group->name, "staff");
	name_list_fini(&l);
}
END_TEST

START_TEST(by_resource)
{
	static const struct {
		const char *resource, *host;
		uint16_t port;
		const char *answer;
	} row[] = {
		{ "telnet", "", 23, "telnet 10.1.1.10:23" },
		{ "telnet", "10.1.1.10", 23, "telnet 10.1.1.10:23" },
		{ "telnet", "::ffff:10.1.1.10", 23, "telnet 10.1.1.10:23" },
		{ "telnet", "10.1.1.11", 23, "!other-host" },
		{ "telnet", "name.example", 23, "!other-host" },
		{ "telnet", "", 24, "!other-port" },
		{ "telnet", "", 0, "!other-port" },
		{ "mail", "", 110, "mail mail.corp.example" },
		{ "mail", "MAIL.corp.Example.", 25, "mail MAIL.corp.Example." },
		{ "mail", "mail.corp.example.org", 25, "!other-host" },
		{ "mail", "10.0.0.1", 25, "!other-host" },
		{ "mail", "", 111, "!other-port" },
		{ "wiki", "", 8443, "wiki wiki.corp.example" },
		{ "wiki", "", 443, "!other-port" },
		{ "net", "10.2.3.4", 1352, "net 10.2.3.4:1352" },
		{ "net", "[::ffff:10.2.3.4]", 22, "net 10.2.3.4:22" },
		{ "net", "db.example", 1352, "net db.example" },
		{ "net", "", 1352, "!bad-host" },
		{ "net", "11.0.0.1", 1352, "!not-allowed" },
		{ "net", "10.9.0.1", 1352, "!denied" },
		{ "net", "127.0.0.1", 1352, "!built-in" },
		{ "net", "10.2.3.4", 31, "!other-port" },
		{ "net", "a b", 1352, "!bad-host" },
		{ "v6", "[2001:db8:0::10]", 22, "v6 [2001:db8::10]:22" },
		{ "files", "", 21, "files ftp.corp.example" },
	};
	struct grant g = who("carol", "a");
	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++)
		ck_assert_str_eq(ask(&g, row[i].resource, row[i].host,
				     row[i].port),
				 row[i].answer);
	ck_assert_str_eq(answer.resource->plugin->name, "ftp");
}
END_TEST

START_TEST(unknown_ids)
{
	static const uint32_t id[] = { 9, 1000, UINT32_MAX };
	struct grant g = who("carol", "a");
	size_t i;

	for (i = 0; i < ARRAY_LEN(id); i++) {
		struct policy_ask a = { id[i], "", { 0 }, 23, 0, 0, false };

		ck_assert_int_eq(policy_match(conf, &g, &a, &answer),
				 ERR_DENIED);
		ck_assert_int_eq(answer.rule, POLICY_NO_RESOURCE);
		ck_assert_ptr_null(answer.resource);
	}
}
END_TEST

/* Exact hosts first, then networks, each in the order of the file. */
START_TEST(search)
{
	static const struct {
		const char *user, *host;
		uint16_t port;
		const char *answer;
	} row[] = {
		{ "carol", "10.1.1.10", 23, "telnet 10.1.1.10:23" },
		{ "carol", "10.1.1.10", 24, "telnet2 10.1.1.10:24" },
		{ "carol", "10.1.1.10", 25, "net 10.1.1.10:25" },
		{ "carol", "10.1.1.11", 23, "net 10.1.1.11:23" },
		{ "carol", "mail.corp.example", 25, "mail mail.corp.example" },
		{ "carol", "mail.corp.example", 26, "net mail.corp.example" },
		{ "carol", "172.16.1.1", 1352, "net2 172.16.1.1:1352" },
		{ "carol", "wiki.corp.example", 8443,
		  "wiki wiki.corp.example" },
		{ "carol", "wiki.corp.example", 443, "!other-port" },
		{ "carol", "192.0.2.1", 1352, "!not-allowed" },
		{ "carol", "10.9.1.1", 1352, "!denied" },
		{ "carol", "192.0.2.1", 99, "!no-resource" },
		{ "carol", "", 23, "!bad-host" },
		{ "carol", "10.1.1.10", 0, "!other-port" },
		{ "alice", "10.1.1.10", 23, "telnet 10.1.1.10:23" },
		{ "alice", "10.1.1.10", 24, "!no-group" },
		{ "alice", "10.1.1.11", 23, "!no-group" },
		{ "alice", "192.0.2.1", 23, "!no-resource" },
		{ "dave", "10.1.1.10", 23, "!no-group" },
		{ "dave", "nowhere.example", 99, "!no-resource" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++) {
		struct grant g = who(row[i].user, "a");

		ck_assert_msg(!strcmp(ask(&g, "", row[i].host, row[i].port),
				      row[i].answer),
			      "%s %s %u: %s", row[i].user, row[i].host,
			      row[i].port,
			      ask(&g, "", row[i].host, row[i].port));
	}
}
END_TEST

START_TEST(address_instead_of_text)
{
	struct grant g = who("carol", "a");
	struct policy_ask a = {
		0, "ignored.example", address("10.1.1.10"), 23, 0, 0, false
	};

	ck_assert_int_eq(policy_match(conf, &g, &a, &answer), 0);
	ck_assert_str_eq(answer.resource->name, "telnet");
	ck_assert_uint_eq(answer.addr.port, 23);
}
END_TEST

/* The resource of a name is known only when the name's address is. */
START_TEST(names_turn_to_the_resource_that_allows)
{
	static const struct {
		const char *addr, *resource, *rule;
	} row[] = {
		{ "10.2.2.2", "net", "granted" },
		{ "172.16.2.2", "net2", "granted" },
		{ "192.0.2.1", "net", "not-allowed" },
		{ "10.9.9.9", "net", "denied" },
		{ "10.1.1.10", "net", "granted" },
		{ "10.2.2.3", "net", "granted" },
		{ "127.0.0.1", "net", "built-in" },
		{ "172.16.5.5", "net", "built-in" },
	};
	struct net own = network("172.16.5.5");
	struct gw_locals l = { &own, 1 };
	struct addr other;
	struct grant g = who("carol", "a");
	struct policy_who w = { conf, &g, &l };
	struct policy_ask a = { 0, "db.example", { 0 }, 1352, 0, 0, false };
	size_t i;

	ck_assert_int_eq(policy_match(conf, &g, &a, &answer), 0);
	ck_assert_str_eq(answer.host, "db.example");
	for (i = 0; i < ARRAY_LEN(row); i++) {
		struct addr to = address(row[i].addr);
		int r;

		r = policy_admit(&w, &a, &to, &answer);
		ck_assert_str_eq(policy_rule_str(answer.rule), row[i].rule);
		ck_assert_str_eq(answer.resource->name, row[i].resource);
		ck_assert_int_eq(r, answer.rule ? ERR_DENIED : 0);
		if (!r)
			ck_assert_uint_eq(answer.addr.port, 1352);
	}
	/* Named, it stays with the one that was named. */
	a.resource = id_of("net");
	other = address("172.16.2.2");
	ck_assert_int_eq(policy_admit(&w, &a, &other, &answer), ERR_DENIED);
	ck_assert_int_eq(answer.rule, POLICY_NOT_ALLOWED);
}
END_TEST

/* A lookup that ended without an address admits nobody, whatever a resource
 * beside the network is named. */
START_TEST(no_address)
{
	struct addr none = { .family = AF_UNSPEC };
	struct grant g = who("carol", "a");
	struct policy_who w = { conf, &g, NULL };
	struct policy_ask a = { 0, "db.example", { 0 }, 1352, 0, 0, false };

	ck_assert_int_eq(policy_admit(&w, &a, &none, &answer), ERR_DENIED);
	ck_assert_int_ne(answer.rule, POLICY_GRANTED);
}
END_TEST

/* A resolver that answers differently each time: only what was checked is in
 * the answer, and each address is checked. */
START_TEST(rebinding)
{
	struct grant g = who("alice", "a");
	struct policy_who w = { conf, &g, NULL };
	struct policy_ask a = { id_of("mail"), "", { 0 }, 25, 0, 0, false };
	struct addr good = address("10.3.3.3"), evil = address("127.0.0.1");

	ck_assert_int_eq(policy_match(conf, &g, &a, &answer), 0);
	ck_assert_int_eq(policy_admit(&w, &a, &good, &answer), 0);
	ck_assert(addr_same_host(&answer.addr, &good));
	ck_assert_uint_eq(answer.addr.port, 25);
	ck_assert_int_eq(policy_admit(&w, &a, &evil, &answer), ERR_DENIED);
	ck_assert_int_eq(answer.addr.family, AF_UNSPEC);
}
END_TEST

START_TEST(reasons)
{
	static const struct {
		const char *user, *resource, *host;
		uint16_t port;
		const char *reason;
	} row[] = {
		{ "alice", "net", "10.1.1.1", 23,
		  "no group of user alice grants resource net" },
		{ "alice", "telnet", "", 99,
		  "99 is not a port of resource telnet" },
		{ "alice", "telnet", "x.y", 23,
		  "x.y is not a host of resource telnet" },
		{ "carol", "net", "12.0.0.1", 23,
		  "12.0.0.1 is outside of allow of resource net" },
		{ "carol", "net", "10.9.0.1", 23,
		  "10.9.0.1 is inside deny of resource net" },
		{ "carol", "net", "::1", 23,
		  "::1 is loopback, and resource net does not "
		  "name it" },
		{ "carol", "", "1", 23,
		  "1 is neither an address nor a host "
		  "name" },
		{ "carol", "", "1.1.1.1", 9,
		  "no resource covers 1.1.1.1 port 9" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++) {
		struct grant g = who(row[i].user, "a");

		ask(&g, row[i].resource, row[i].host, row[i].port);
		ck_assert_str_eq(answer.reason, row[i].reason);
	}
}
END_TEST

#define DB                                                                     \
	"[gateway a]\nlisten = 127.0.0.1:1\ncertificate = c\n"                 \
	"private_key = k\nusers = u\n[group g]\nusers = *\n"                   \
	"resources = db\n[resource db]\nport = 5432\ndeny = 10.0.0.9\n"

/* What policy says of the address, as one that the nth host has. */
static const char *admit_nth(struct gw_conf *c, unsigned nth, const char *at)
{
	struct grant g = { "u", NULL, c->gateways };
	struct policy_who w = { c, &g, NULL };
	struct policy_ask a = { .resource = 1, .port = 5432, .nth = nth };
	struct addr addr = address(at);
	int ret = policy_admit(&w, &a, &addr, &answer);

	ck_assert_int_eq(ret, answer.rule ? ERR_DENIED : 0);
	return policy_rule_str(answer.rule);
}

START_TEST(several_hosts)
{
	struct gw_conf *c = made(DB "host = db1.x, 10.0.0.2, localhost\n");
	struct grant g = { "u", NULL, c->gateways };
	struct policy_ask a = { .resource = 1, .port = 5432 };

	ck_assert_int_eq(policy_match(c, &g, &a, &answer), 0);
	ck_assert_str_eq(answer.host, "db1.x");
	a.nth = 1;
	ck_assert_int_eq(policy_match(c, &g, &a, &answer), 0);
	ck_assert(answer.addr.family == AF_INET && answer.addr.port == 5432);
	a.nth = 2;
	ck_assert_int_eq(policy_match(c, &g, &a, &answer), 0);
	ck_assert_str_eq(answer.host, "localhost");
	a.nth = 3;
	ck_assert_int_eq(policy_match(c, &g, &a, &answer), ERR_DENIED);
	ck_assert_str_eq(admit_nth(c, 0, "10.0.0.1"), "granted");
	ck_assert_str_eq(admit_nth(c, 0, "10.0.0.9"), "denied");
	ck_assert_str_eq(admit_nth(c, 0, "169.254.0.1"), "built-in");
	ck_assert_str_eq(admit_nth(c, 1, "10.0.0.2"), "granted");
	ck_assert_str_eq(admit_nth(c, 2, "127.0.0.1"), "granted");
	gw_conf_unref(c);
	c = made(DB "host = 10.0.0.1, 127.0.0.5\n");
	ck_assert_str_eq(admit_nth(c, 1, "127.0.0.5"), "granted");
	ck_assert_str_eq(admit_nth(c, 1, "127.0.0.6"), "other-host");
	gw_conf_unref(c);
}
END_TEST

/* A program that names one of them gets that one. */
START_TEST(each_of_several_hosts)
{
	static const struct {
		const char *host, *rule;
	} row[] = {
		{ "db1.x", "granted" },     { "DB2.x", "granted" },
		{ "10.0.0.2", "granted" },  { "10.0.0.3", "no-resource" },
		{ "db3.x", "no-resource" },
	};
	struct gw_conf *c = made(DB "host = db1.x, 10.0.0.2, db2.x\n");
	struct grant g = { "u", NULL, c->gateways };

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct policy_ask a = { .host = row[i].host, .port = 5432 };
		int ret = policy_match(c, &g, &a, &answer);

		ck_assert_str_eq(policy_rule_str(answer.rule), row[i].rule);
		if (!ret && !answer.addr.family)
			ck_assert_str_eq(answer.host, row[i].host);
	}
	gw_conf_unref(c);
}
END_TEST

/* Names lead to the resource, whose hosts they are not. */
START_TEST(names_of_resources)
{
	static const struct {
		const char *host, *granted;
		uint16_t port;
	} row[] = {
		{ "db.corp.x", "two 10.0.0.1:7", 7 },
		{ "DB.corp.x.", "two 10.0.0.1:7", 7 },
		{ "a.pool.x", "one in.x", 5 },
		{ "pool.x", "net pool.x", 5 },
		{ "pool.x", "!no-resource", 7 },
		/* The host of one goes before the name of another. */
		{ "real.pool.x", "three real.pool.x", 5 },
		{ "net.pool.x", "one in.x", 5 },
		{ "net.y", "net net.y", 5 },
		{ "db.corp.x", "!other-port", 6 },
	};
	struct gw_conf *c = made(
		GATEWAY
		"[resource net]\nhost = any\nport = 5\nallow = 10.0.0.0/8\n"
		"names = *.pool.x, net.y\n"
		"[resource one]\nhost = in.x\nport = 5\nnames = *.pool.x\n"
		"[resource two]\nhost = 10.0.0.1, in.x\nport = 7\n"
		"names = db.corp.x\n"
		"[resource three]\nhost = real.pool.x\nport = 5\n"
		"[group g]\nusers = u\nresources = net, one, two, three\n");
	struct grant g = { "u", NULL, c->gateways };
	char text[300], at[ADDR_TEXT];

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct policy_ask a = { .host = row[i].host,
					.port = row[i].port };

		if (policy_match(c, &g, &a, &answer))
			snprintf(text, sizeof text, "!%s",
				 policy_rule_str(answer.rule));
		else
			snprintf(text, sizeof text, "%s %s",
				 answer.resource->name,
				 answer.addr.family ?
					 addr_str(&answer.addr, at) :
					 answer.host);
		ck_assert_str_eq(text, row[i].granted);
	}
	gw_conf_unref(c);
}
END_TEST

/* Monday 2026-12-28 at 12:00 and at 20:00, UTC. */
enum { MONDAY_NOON = 1798459200, MONDAY_EVENING = 1798488000 };

static const char *ask_at(const struct gw_conf *c, const char *host,
			  uint16_t port, int64_t now)
{
	struct grant g = { "alice", NULL, c->gateways };
	struct policy_who w = { c, &g, NULL };
	struct policy_ask a = { .host = host, .port = port, .now = now };
	struct addr at = address("10.1.1.1");

	(void)!policy_match(c, &g, &a, &answer);
	if (!answer.rule)
		(void)!policy_admit(&w, &a, &at, &answer);
	return policy_rule_str(answer.rule);
}

/* Who has no right hears nothing of hours. */
START_TEST(hours_are_the_last_rule)
{
	struct gw_conf *c = made(
		GATEWAY
		"[resource day]\nhost = 10.1.1.1\nport = 1, 2\n"
		"hours = Mon-Fri 08:00-18:00\n"
		"[resource night]\nhost = 10.1.1.1\nport = 2\n"
		"hours = Mon-Sun 18-8\n"
		"[resource net]\nhost = any\nport = 9\nallow = 10.0.0.0/8\n"
		"deny = 10.2.0.0/16\nhours = Mon 8-18\n"
		"[resource bobs]\nhost = 10.1.1.2\nport = 1\n"
		"hours = Mon-Fri 08:00-18:00\n"
		"[group a]\nusers = alice\nresources = day, night, net\n"
		"[group b]\nusers = bob\nresources = bobs\n");

	ck_assert_str_eq(ask_at(c, "10.1.1.1", 1, MONDAY_NOON), "granted");
	ck_assert_str_eq(ask_at(c, "10.1.1.1", 1, MONDAY_EVENING), "closed");
	ck_assert_str_eq(answer.reason,
			 "resource day is outside of its hours: Mon-Fri "
			 "08:00-18:00; opens Tue 08:00");
	ck_assert_str_eq(ask_at(c, "10.1.1.1", 3, MONDAY_EVENING),
			 "other-port");
	ck_assert_str_eq(ask_at(c, "10.1.1.2", 1, MONDAY_EVENING), "no-group");
	/* Another resource with the same host grants it. */
	ck_assert_str_eq(ask_at(c, "10.1.1.1", 2, MONDAY_NOON), "granted");
	ck_assert_str_eq(answer.resource->name, "day");
	ck_assert_str_eq(ask_at(c, "10.1.1.1", 2, MONDAY_EVENING), "granted");
	ck_assert_str_eq(answer.resource->name, "night");
	/* Of a network, what is never allowed has the same answer as always;
	 * a name is not looked up. */
	ck_assert_str_eq(ask_at(c, "10.1.1.1", 9, MONDAY_EVENING), "closed");
	ck_assert_str_eq(ask_at(c, "a.x", 9, MONDAY_NOON), "granted");
	ck_assert_str_eq(ask_at(c, "a.x", 9, MONDAY_EVENING), "closed");
	ck_assert_str_eq(ask_at(c, "10.2.1.1", 9, MONDAY_EVENING), "denied");
	ck_assert_str_eq(ask_at(c, "11.1.1.1", 9, MONDAY_EVENING),
			 "not-allowed");
	gw_conf_unref(c);
}
END_TEST

static const char *ask_with(const struct gw_conf *c, const char *host,
			    bool has_code)
{
	struct grant g = { "alice", NULL, c->gateways };
	struct policy_who w = { c, &g, NULL };
	struct policy_ask a = { .host = host,
				.port = 1,
				.now = MONDAY_NOON,
				.has_code = has_code };
	struct addr at = address(host);

	(void)!policy_match(c, &g, &a, &answer);
	if (!answer.rule)
		(void)!policy_admit(&w, &a, &at, &answer);
	return policy_rule_str(answer.rule);
}

/* Who has no right, and who comes at another hour, hears nothing of codes. */
START_TEST(code_is_asked_for_behind_the_hours)
{
	struct gw_conf *c = made(GATEWAY
				 "[resource vault]\nhost = 10.1.1.1\nport = 1\n"
				 "require = otp\nhours = Mon 8-18\n"
				 "[resource shut]\nhost = 10.1.1.2\nport = 1\n"
				 "require = otp\nhours = Sun 8-18\n"
				 "[resource bobs]\nhost = 10.1.1.3\nport = 1\n"
				 "require = otp\n"
				 "[resource both]\nhost = 10.1.1.4\nport = 1\n"
				 "require = otp\n"
				 "[resource net]\nhost = any\nport = 1\n"
				 "allow = 10.1.1.4/31\n"
				 "[group a]\nusers = alice\n"
				 "resources = vault, shut, both, net\n"
				 "[group b]\nusers = bob\nresources = bobs\n");

	ck_assert_str_eq(ask_with(c, "10.1.1.1", false), "code");
	ck_assert_str_eq(answer.resource->name, "vault");
	ck_assert_str_eq(answer.reason,
			 "resource vault wants a one-time code first, once in "
			 "a session");
	ck_assert_str_eq(ask_with(c, "10.1.1.1", true), "granted");
	ck_assert_str_eq(ask_with(c, "10.1.1.2", false), "closed");
	ck_assert_str_eq(ask_with(c, "10.1.1.2", true), "closed");
	ck_assert_str_eq(ask_with(c, "10.1.1.3", false), "not-allowed");
	ck_assert_str_eq(ask_with(c, "10.1.1.3", true), "not-allowed");
	/* Another resource grants it without. */
	ck_assert_str_eq(ask_with(c, "10.1.1.4", false), "granted");
	ck_assert_str_eq(answer.resource->name, "net");
	ck_assert_str_eq(ask_with(c, "10.1.1.4", true), "granted");
	ck_assert_str_eq(answer.resource->name, "both");
	gw_conf_unref(c);
}
END_TEST

SUITE("policy", default_deny, groups_of_the_users_file, by_resource,
      unknown_ids, search, address_instead_of_text,
      names_turn_to_the_resource_that_allows, no_address, rebinding, reasons,
      several_hosts, each_of_several_hosts, names_of_resources,
      hours_are_the_last_rule, code_is_asked_for_behind_the_hours)
