/* SPDX-License-Identifier: BSD-2-Clause */
/* resources_test.c - what an agent is told that its user may reach. */
#include "gateway/rig.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct rig_user user;
static struct gsession *gs;

static size_t read_all(struct resource_entry *to, size_t most)
{
	const uint8_t *p = buf_ptr(&user.resources);
	size_t left = buf_len(&user.resources), used, n = 0;

	while (left && n < most) {
		ck_assert(!unpack_resource(&to[n++], p, left, &used));
		p += used;
		left -= used;
	}
	ck_assert_uint_eq(left, 0);
	return n;
}

static void end(void)
{
	rig_logout(&user);
	rig_end();
}

START_TEST(all_that_may_be_reached_is_told)
{
	static const char conf[] =
		"[server]\n"
		"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
		"private_key = k\nusers = users\ngroups = all\n"
		"[resource web]\nhost = 192.0.2.1\nport = 80, 8000-8010\n"
		"hide_address = no\n"
		"[resource hidden]\nhost = 192.0.2.2\nport = 1\n"
		"[resource any]\nhost = any\nport = 9\nallow = 10.0.0.0/8\n"
		"[resource link]\nurl = https://192.0.2.3/x\n"
		"[resource bobs]\nhost = 192.0.2.4\nport = 1\n"
		"[group all]\nusers = alice\n"
		"resources = web, hidden, any, link\n"
		"[group b]\nusers = bob\nresources = bobs\n";
	static struct resource_entry e[10];

	gs = rig_start(&user, conf, NULL);
	ck_assert_uint_eq(read_all(e, ARRAY_LEN(e)), 4);
	ck_assert_str_eq(e[0].name, "web");
	ck_assert_str_eq(e[0].detail, "192.0.2.1");
	ck_assert_uint_eq(e[0].nranges, 2);
	ck_assert_uint_eq(e[0].ndata, 0);
	ck_assert_uint_eq(e[0].ranges[1].first, 8000);
	ck_assert_uint_eq(e[0].ranges[1].last, 8010);
	ck_assert_str_eq(e[1].name, "hidden");
	ck_assert_str_eq(e[1].detail, "");
	ck_assert_uint_eq(e[2].flags, RESOURCE_ANY);
	ck_assert_uint_eq(e[3].service, SERVICE_WEBLINK);
	ck_assert_str_eq(e[3].detail, "https://192.0.2.3/x");
	end();
}
END_TEST

START_TEST(names_are_told)
{
	static const char conf[] =
		"[server]\n"
		"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
		"private_key = k\nusers = users\ngroups = all\n"
		"[resource bobs]\nhost = 192.0.2.4\nport = 1\nnames = b.x\n"
		"[resource web]\nhost = web.x, w2.x\nport = 80\n"
		"[resource hidden]\nhost = in.x\nport = 1\n"
		"hide_address = yes\n"
		"[resource any]\nhost = any\nport = 9\nallow = 10.0.0.0/8\n"
		"names = *.y\n"
		"[group all]\nusers = alice\nresources = web, hidden, any\n"
		"[group b]\nusers = bob\nresources = bobs\n";
	static struct resource_entry e[10];
	static struct names_entry got;
	size_t used;

	gs = rig_start(&user, conf, NULL);
	ck_assert_uint_eq(read_all(e, ARRAY_LEN(e)), 3);
	ck_assert(!unpack_names(&got, buf_ptr(&user.names),
				buf_len(&user.names), &used));
	ck_assert_uint_eq(got.resource, e[0].id);
	ck_assert_uint_eq(got.n, 2);
	ck_assert_str_eq(got.name[1], "w2.x");
	buf_take(&user.names, used);
	ck_assert(!unpack_names(&got, buf_ptr(&user.names),
				buf_len(&user.names), &used));
	ck_assert_uint_eq(got.resource, e[2].id);
	ck_assert_str_eq(got.name[0], "*.y");
	ck_assert_uint_eq(buf_len(&user.names), used);
	end();
}
END_TEST

static void addresses_told(uint32_t resource, char text[100])
{
	static struct addresses_entry e;
	char host[ADDR_TEXT];
	size_t used, n = 0;

	text[0] = 0;
	ck_assert(!unpack_addresses(&e, buf_ptr(&user.addresses),
				    buf_len(&user.addresses), &used));
	ck_assert_uint_eq(e.resource, resource);
	for (unsigned i = 0; i < e.n; i++)
		n += (size_t)snprintf(text + n, 100 - n, "%s/%u ",
				      addr_host(&e.net[i].base, host),
				      e.net[i].bits);
	buf_take(&user.addresses, used);
}

START_TEST(addresses_that_may_be_known_are_told)
{
	static const char conf[] =
		"[server]\n"
		"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
		"private_key = k\nusers = users\ngroups = all\n"
		"[resource open]\nhost = 192.0.2.1, db.x, 2001:db8::1\n"
		"port = 80\nhide_address = no\n"
		"[resource hidden]\nhost = 192.0.2.2\nport = 1\n"
		"[resource caught]\nhost = 192.0.2.3\nport = 1\n"
		"intercept_address = yes\n"
		"[resource not]\nhost = 192.0.2.4\nport = 1\n"
		"hide_address = no\nintercept_address = no\n"
		"[resource any]\nhost = any\nport = 9\n"
		"allow = 10.0.0.0/8, fd09::/16\nintercept_address = yes\n"
		"[group all]\nusers = alice\n"
		"resources = open, hidden, caught, not, any\n";
	static struct resource_entry e[10];
	char text[100];

	gs = rig_start(&user, conf, NULL);
	ck_assert_uint_eq(read_all(e, ARRAY_LEN(e)), 5);
	addresses_told(e[0].id, text);
	ck_assert_str_eq(text, "192.0.2.1/32 2001:db8::1/128 ");
	addresses_told(e[2].id, text);
	ck_assert_str_eq(text, "192.0.2.3/32 ");
	addresses_told(e[4].id, text);
	ck_assert_str_eq(text, "10.0.0.0/8 fd09::/16 ");
	ck_assert_uint_eq(buf_len(&user.addresses), 0);
	end();
}
END_TEST

/* A list that is too long for one frame. */
START_TEST(a_long_list_comes_in_pages)
{
	enum { MANY = 1000 };
	static char conf[200000], list[60000];
	static struct resource_entry e[MANY + 1];
	size_t n = 0, l = 0;

	n += (size_t)snprintf(conf, sizeof conf,
			      "[server]\n[gateway main]\n"
			      "listen = 127.0.0.1:1\ncertificate = c\n"
			      "private_key = k\nusers = users\ngroups = all\n");
	for (int i = 0; i < MANY; i++) {
		n += (size_t)snprintf(conf + n, sizeof conf - n,
				      "[resource some-long-name-%d]\n"
				      "host = 192.0.2.1\nport = %d\n",
				      i, i + 1);
		l += (size_t)snprintf(list + l, sizeof list - l,
				      "%ssome-long-name-%d", i ? ", " : "", i);
	}
	snprintf(conf + n, sizeof conf - n,
		 "[group all]\nusers = alice\nresources = %s\n", list);
	gs = rig_start(&user, conf, NULL);
	ck_assert_uint_gt(user.pages, 1);
	ck_assert_uint_eq(read_all(e, MANY + 1), MANY);
	ck_assert_str_eq(e[MANY - 1].name, "some-long-name-999");
	end();
}
END_TEST

START_TEST(a_new_configuration_is_told)
{
	static const char conf[] =
		"[server]\n"
		"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
		"private_key = k\nusers = users\ngroups = all\n"
		"[resource new]\nhost = 192.0.2.1\nport = 80\n"
		"[group all]\nusers = alice\nresources = new\n";
	static struct resource_entry e[10];

	gs = rig_start(&user, rig_conf, NULL);
	ck_assert_uint_eq(read_all(e, ARRAY_LEN(e)), 3);
	rig_reload(conf);
	rig_settle(&user, gs);
	ck_assert_uint_eq(read_all(e, ARRAY_LEN(e)), 1);
	ck_assert_str_eq(e[0].name, "new");
	gsession_end(gs, LEAVE_KICKED);
	end();
}
END_TEST

SUITE("resources", all_that_may_be_reached_is_told, names_are_told,
      addresses_that_may_be_known_are_told, a_long_list_comes_in_pages,
      a_new_configuration_is_told)
