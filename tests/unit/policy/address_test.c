/* SPDX-License-Identifier: BSD-2-Clause */
/* address_test.c - which addresses a resource may lead to (threats.md, 5). */
#include "base/err.h"
#include "made.h"

static const char conf_text[] = GATEWAY
	"[resource any]\nhost = any\nport = 80\nallow = 0.0.0.0/0, ::/0\n"
	"deny = 10.66.0.0/16\n"
	"[resource lan]\nhost = any\nport = 81\nallow = 10.0.0.0/8\n"
	"[resource named]\nhost = mail.corp.example\nport = 25\n"
	"[resource local]\nhost = LocalHost.\nport = 26\n"
	"[resource literal]\nhost = 127.0.0.7\nport = 27\n"
	"[resource loops]\nhost = any\nport = 28\n"
	"allow = 127.0.0.0/30, ::1, 169.254.0.0/16, 10.0.0.5, 10.0.0.0/24\n"
	"[resource wide]\nhost = any\nport = 29\nallow = 126.0.0.0/7\n"
	"[resource pinned]\nhost = db.corp.example\nport = 30\n"
	"allow = 10.2.0.0/16, 127.0.0.9\n"
	"[resource hidden]\nhost = any\nport = 31\n"
	"allow = 2002:7f00::/24, 64:ff9b::a00:5, 2001::/32\n"
	"[resource routed]\nhost = any\nport = 32\n"
	"allow = 10.77.0.0/16, 100.100.100.200, 100.64.0.0/10\n"
	"[resource link]\nurl = http://[::1]:3000/\n"
	"[group g]\nusers = *\nresources = any\n";

/* 10.0.0.5 and 2001:db8::5 are the gateway's own, with what the kernel says
 * about lo and a link-local one, and two networks by route. */
static struct net own[8];
static struct gw_locals locals(void)
{
	static const char *const text[] = {
		"10.0.0.5",    "2001:db8::5",  "127.0.0.1", "fe80::5",
		"169.254.3.3", "10.77.0.0/16", "10.77.0.5", "2001:db8:77::/48",
	};

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		own[i] = network(text[i]);
	return (struct gw_locals){ own, ARRAY_LEN(own) };
}

static enum policy_rule check(const struct gw_conf *c, const char *resource,
			      const struct addr *a)
{
	struct gw_locals l = locals();
	enum policy_rule got;
	int err = policy_check_addr(gw_conf_resource(c, resource), a, &l, &got);

	ck_assert_int_eq(err, got == POLICY_GRANTED ? 0 : ERR_DENIED);
	return got;
}

static const char *rule(const struct gw_conf *c, const char *resource,
			const char *text)
{
	struct addr a = address(text);

	return policy_rule_str(check(c, resource, &a));
}

static const struct spelling {
	const char *text;
	const char *rule; /* of "any"; "bad": never comes to an address */
} spellings[] = {
	/* this machine */
	{ "127.0.0.1", "built-in" },
	{ "127.1.2.3", "built-in" },
	{ "127.255.255.255", "built-in" },
	{ "0.0.0.0", "built-in" },
	{ "0.0.0.1", "built-in" },
	{ "0.255.0.1", "built-in" },
	{ "::", "built-in" },
	{ "::1", "built-in" },
	{ "0:0:0:0:0:0:0:1", "built-in" },
	{ "0000:0000:0000:0000:0000:0000:0000:0001", "built-in" },
	{ "::0.0.0.1", "built-in" },
	{ "[::1]", "built-in" },
	{ "[::]", "built-in" },
	{ "10.0.0.5", "built-in" },
	{ "2001:db8::5", "built-in" },
	{ "2001:DB8:0:0::5", "built-in" },
	{ "10.77.200.9", "built-in" },
	{ "::ffff:10.77.200.9", "built-in" },
	{ "64:ff9b::10.77.200.9", "built-in" },
	{ "2001:db8:77:1::9", "built-in" },
	/* IPv4 in IPv6 */
	{ "::ffff:127.0.0.1", "built-in" },
	{ "::FFFF:7f00:1", "built-in" },
	{ "0:0:0:0:0:ffff:7f00:0001", "built-in" },
	{ "[::ffff:127.0.0.1]", "built-in" },
	{ "::ffff:0.0.0.0", "built-in" },
	{ "::ffff:169.254.169.254", "built-in" },
	{ "::ffff:10.0.0.5", "built-in" },
	{ "::127.0.0.1", "built-in" },
	{ "::7f00:1", "built-in" },
	{ "::169.254.169.254", "built-in" },
	{ "::10.0.0.5", "built-in" },
	{ "::2", "built-in" },
	{ "::ffff:0:127.0.0.1", "built-in" },
	{ "::ffff:0:7f00:1", "built-in" },
	{ "2002:7f00:1::", "built-in" },
	{ "2002:7f00:1::1", "built-in" },
	{ "2002:a9fe:a9fe::", "built-in" },
	{ "2002:a00:5::1", "built-in" },
	{ "2002:e000:1::", "built-in" },
	{ "64:ff9b::127.0.0.1", "built-in" },
	{ "64:ff9b::7f00:1", "built-in" },
	{ "64:ff9b::169.254.169.254", "built-in" },
	{ "64:ff9b::10.0.0.5", "built-in" },
	{ "64:ff9b::0.0.0.0", "built-in" },
	{ "64:ff9b:1::127.0.0.1", "built-in" },
	{ "64:ff9b:1:abcd::a9fe:a9fe", "built-in" },
	{ "2001::1", "built-in" },
	{ "2001:0:4136:e378:8000:63bf:3fff:fdd2", "built-in" },
	/* one's own link, many, and none */
	{ "169.254.169.254", "built-in" },
	{ "169.254.0.0", "built-in" },
	{ "100.100.100.200", "built-in" },
	{ "168.63.129.16", "built-in" },
	{ "192.0.0.192", "built-in" },
	{ "::ffff:100.100.100.200", "built-in" },
	{ "64:ff9b::168.63.129.16", "built-in" },
	{ "2002:c000:c0::1", "built-in" },
	{ "fd00:ec2::254", "built-in" },
	{ "fd20:ce::254", "built-in" },
	{ "fd00:42::42", "built-in" },
	{ "fe80::1", "built-in" },
	{ "fe80::5", "built-in" },
	{ "febf:ffff::1", "built-in" },
	{ "224.0.0.1", "built-in" },
	{ "239.255.255.255", "built-in" },
	{ "ff02::1", "built-in" },
	{ "ff05::1:3", "built-in" },
	{ "255.255.255.255", "built-in" },
	{ "240.0.0.1", "built-in" },
	{ "254.1.2.3", "built-in" },
	/* what getaddrinfo would take, and more of that kind */
	{ "2130706433", "bad" },
	{ "0x7f000001", "bad" },
	{ "0X7F.0.0.1", "bad" },
	{ "0x7f.0x0.0x0.0x1", "bad" },
	{ "017700000001", "bad" },
	{ "0177.0.0.1", "bad" },
	{ "127.0.0.01", "bad" },
	{ "127.1", "bad" },
	{ "127.0.1", "bad" },
	{ "127.0.0.1.", "bad" },
	{ "0", "bad" },
	{ "127.0.0.256", "bad" },
	{ "127.0.0.0x1", "bad" },
	{ "1.2.3.4.5", "bad" },
	{ "::1%lo", "bad" },
	{ "fe80::1%eth0", "bad" },
	{ "[::1", "bad" },
	{ "::1]", "bad" },
	{ "[127.0.0.1]:80", "bad" },
	{ "127.0.0.1:80", "bad" },
	{ "127.0.0.1/8", "bad" },
	{ "127.0.0.1#", "bad" },
	{ "user@127.0.0.1", "bad" },
	{ " 127.0.0.1", "bad" },
	{ "127.0.0.1 ", "bad" },
	{ "127\xe3\x80\x82"
	  "0\xe3\x80\x82"
	  "0\xe3\x80\x82"
	  "1",
	  "bad" },
	{ "\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1", "bad" },
	{ "127.0.0.1\n", "bad" },
	{ "::ffff:127.0.0.1.", "bad" },
	{ "::ffff:0x7f000001", "bad" },
	/* deny of the resource, hidden or not */
	{ "10.66.1.1", "denied" },
	{ "::ffff:10.66.1.1", "denied" },
	{ "64:ff9b::10.66.1.1", "denied" },
	{ "2002:a42:101::", "denied" },
	/* and what is meant to pass */
	{ "10.0.0.4", "granted" },
	{ "128.0.0.1", "granted" },
	{ "126.255.255.255", "granted" },
	{ "1.0.0.0", "granted" },
	{ "169.253.255.255", "granted" },
	{ "169.255.0.0", "granted" },
	{ "223.255.255.255", "granted" },
	{ "::ffff:10.0.0.4", "granted" },
	{ "2001:db8::6", "granted" },
	{ "2001:1::1", "granted" },
	{ "fec0::1", "granted" },
	{ "fd00::1", "granted" },
	{ "fd00:ec2::253", "granted" },
	{ "100.100.100.201", "granted" },
	{ "10.78.0.1", "granted" },
	{ "2002:a00:4::1", "granted" },
	{ "64:ff9b::10.0.0.4", "granted" },
	{ "64:ff9b:2::7f00:1", "granted" },
	{ "2003:7f00:1::", "granted" },
};

/* Each address goes through both steps, as for a connection. */
START_TEST(all_spellings)
{
	struct gw_conf *c = made(conf_text);
	struct grant g = { "alice", NULL, c->gateways };
	struct gw_locals l = locals();
	struct policy_who who = { c, &g, &l };
	size_t i;

	ck_assert_uint_ge(ARRAY_LEN(spellings), 60);
	for (i = 0; i < ARRAY_LEN(spellings); i++) {
		const struct spelling *s = &spellings[i];
		struct policy_ask ask = { 1, s->text, { 0 }, 80, 0, 0, false };
		struct policy_answer a;
		int by_id = policy_match(c, &g, &ask, &a), r = by_id;

		if (!r) {
			ck_assert_msg(a.addr.family, "to resolve: %s", s->text);
			r = policy_admit(&who, &ask, &a.addr, &a);
		}
		ck_assert_msg(!strcmp(policy_rule_str(a.rule),
				      strcmp(s->rule, "bad") ? s->rule :
							       "bad-host"),
			      "%s: %s", s->text, policy_rule_str(a.rule));
		ck_assert_int_eq(r, a.rule ? ERR_DENIED : 0);
		ask.resource = 0;
		r = policy_match(c, &g, &ask, &a);
		if (!r)
			r = policy_admit(&who, &ask, &a.addr, &a);
		ck_assert_msg(!r == !strcmp(s->rule, "granted"), "%s", s->text);
	}
	gw_conf_unref(c);
}
END_TEST

/* The same addresses as a name's answer: what a resolver could return. */
START_TEST(all_as_dns_answers)
{
	struct gw_conf *c = made(conf_text);
	size_t i;

	for (i = 0; i < ARRAY_LEN(spellings); i++) {
		const struct spelling *s = &spellings[i];
		struct addr a;

		if (addr_parse(&a, s->text, 0))
			continue;
		ck_assert_msg((check(c, "named", &a) == POLICY_BUILT_IN) ==
				      !strcmp(s->rule, "built-in"),
			      "%s", s->text);
	}
	gw_conf_unref(c);
}
END_TEST

/* From the network, mapped addresses may come as they are. */
START_TEST(mapped_by_hand)
{
	struct gw_conf *c = made(conf_text);
	struct addr a = {
		.family = AF_INET6,
		.ip = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 }
	};
	enum policy_rule got;

	ck_assert_int_eq(policy_check_addr(gw_conf_resource(c, "any"), &a, NULL,
					   &got),
			 ERR_DENIED);
	ck_assert_int_eq(got, POLICY_BUILT_IN);
	ck_assert_str_eq(policy_built_in(&a, NULL), "loopback");
	a = (struct addr){ 0 };
	ck_assert_int_eq(policy_check_addr(gw_conf_resource(c, "any"), &a, NULL,
					   &got),
			 ERR_DENIED);
	ck_assert_int_eq(got, POLICY_BAD_HOST);
	gw_conf_unref(c);
}
END_TEST

START_TEST(own_link_local_without_interface)
{
	struct gw_conf *c = made(GATEWAY "[resource r]\nhost = any\nport = 1\n"
					 "allow = fe80::/10\n");
	struct addr a = address("fe80::5");

	a.scope = 7;
	/* Link-local is named, the gateway itself is not. */
	ck_assert_int_eq(check(c, "r", &a), POLICY_BUILT_IN);
	a = address("fe80::6");
	ck_assert_int_eq(check(c, "r", &a), POLICY_GRANTED);
	gw_conf_unref(c);
}
END_TEST

START_TEST(what_names)
{
	static const struct {
		const char *resource, *addr, *rule;
	} row[] = {
		{ "local", "127.0.0.1", "granted" },
		{ "local", "::1", "granted" },
		{ "local", "127.3.3.3", "granted" },
		{ "local", "10.0.0.5", "built-in" },
		{ "local", "169.254.1.1", "built-in" },
		{ "local", "::127.0.0.1", "built-in" },
		{ "local", "10.1.1.1", "granted" },
		{ "literal", "127.0.0.7", "granted" },
		{ "literal", "::ffff:127.0.0.7", "granted" },
		{ "literal", "127.0.0.1", "other-host" },
		{ "literal", "10.1.1.1", "other-host" },
		{ "link", "::1", "granted" },
		{ "link", "127.0.0.1", "other-host" },
		/* a network inside the range names it */
		{ "loops", "127.0.0.1", "granted" },
		{ "loops", "127.0.0.5", "built-in" },
		{ "loops", "::1", "granted" },
		{ "loops", "169.254.169.254", "granted" },
		{ "loops", "169.254.3.3", "built-in" },
		{ "loops", "10.0.0.5", "granted" },
		{ "loops", "10.0.0.6", "granted" },
		{ "loops", "10.0.1.6", "not-allowed" },
		/* a wider one, or an overlap, does not */
		{ "wide", "127.0.0.1", "built-in" },
		{ "wide", "126.0.0.1", "granted" },
		{ "lan", "10.0.0.5", "built-in" },
		{ "lan", "10.0.0.6", "granted" },
		{ "lan", "11.0.0.1", "not-allowed" },
		{ "lan", "2001:db8::1", "not-allowed" },
		{ "lan", "64:ff9b::10.0.0.6", "not-allowed" },
		{ "any", "127.0.0.1", "built-in" },
		/* a network by route, but not the address in it */
		{ "routed", "10.77.200.9", "granted" },
		{ "routed", "10.77.0.5", "built-in" },
		{ "routed", "100.100.100.200", "granted" },
		{ "lan", "10.77.200.9", "built-in" },
		/* a name with networks of its own */
		{ "pinned", "10.2.3.4", "granted" },
		{ "pinned", "10.3.0.1", "not-allowed" },
		{ "pinned", "127.0.0.9", "granted" },
		{ "pinned", "127.0.0.8", "built-in" },
		/* the hidden forms by themselves */
		{ "hidden", "2002:7f00:1::", "granted" },
		{ "hidden", "2002:a9fe:1::", "built-in" },
		{ "hidden", "64:ff9b::a00:5", "granted" },
		{ "hidden", "2001::1", "granted" },
	};
	struct gw_conf *c = made(conf_text);
	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++)
		ck_assert_msg(!strcmp(rule(c, row[i].resource, row[i].addr),
				      row[i].rule),
			      "%s to %s: %s", row[i].resource, row[i].addr,
			      rule(c, row[i].resource, row[i].addr));
	gw_conf_unref(c);
}
END_TEST

START_TEST(words)
{
	static const char *const row[][2] = {
		{ "127.0.0.1", "loopback" },
		{ "0.0.0.0", "unspecified" },
		{ "255.255.255.255", "broadcast" },
		{ "250.0.0.1", "reserved" },
		{ "fe80::1", "link-local" },
		{ "ff02::1", "multicast" },
		{ "2001::1", "Teredo" },
		{ "2002:7f00:1::", "loopback" },
		{ "10.0.0.5", "an address of this gateway" },
		{ "10.77.1.1", "an address of this gateway" },
		{ "168.63.129.16", "cloud metadata" },
		{ "fd00:ec2::254", "cloud metadata" },
	};
	struct gw_locals l = locals();
	struct addr a;
	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++) {
		a = address(row[i][0]);
		ck_assert_str_eq(policy_built_in(&a, &l), row[i][1]);
	}
	a = address("10.0.0.6");
	ck_assert_ptr_null(policy_built_in(&a, &l));
}
END_TEST

SUITE("address", all_spellings, all_as_dns_answers, mapped_by_hand,
      own_link_local_without_interface, what_names, words)
