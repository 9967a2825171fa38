/* SPDX-License-Identifier: BSD-2-Clause */
/* status_test.c - the status of an agent as JSON. */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

static json_t *status;

static json_t *get(const char *key)
{
	json_t *v = json_object_get(status, key);

	ck_assert_msg(v != NULL, "no %s", key);
	return v;
}

static const char *text_of(const char *key)
{
	return json_string_value(get(key));
}

static void look(void)
{
	json_decref(status);
	status = agent_status(rig.agent);
	ck_assert_ptr_nonnull(status);
}

static void end(void)
{
	json_decref(status);
	status = NULL;
	rig_close();
}

START_TEST(connected)
{
	json_t *one;

	rig_open();
	rig_up();
	look();
	ck_assert_str_eq(text_of("state"), "connected");
	ck_assert(json_is_null(get("reason")));
	ck_assert(json_is_null(get("retry_s")));
	ck_assert(json_is_null(get("web_pages")));
	ck_assert_str_eq(text_of("user"), "alice");
	ck_assert_str_eq(text_of("gateway"), rig.conf.gateways.item[0]);
	ck_assert_int_eq(json_integer_value(get("channels")), 0);
	ck_assert(json_is_string(get("key_exchange")));
	ck_assert(json_is_null(get("gap_ms")));
	ck_assert_uint_eq(json_array_size(get("resources")), 1);
	one = json_array_get(get("resources"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(one, "state")),
			 "ready");
	end();
}
END_TEST

/* The gateway says at the login that it has some; their name is its own. */
START_TEST(web_pages)
{
	static char name[] = "gw.example", ipv6[] = "[::1]:443";
	char url[80], *was;

	rig_open();
	rig.manners.profile |= PROFILE_PAGES;
	rig_up();
	look();
	snprintf(url, sizeof url, "https://%s/", rig.conf.gateways.item[0]);
	ck_assert_str_eq(text_of("web_pages"), url);
	rig.conf.server_name = name;
	was = rig.conf.gateways.item[0];
	look();
	ck_assert_ptr_nonnull(strstr(text_of("web_pages"), "//gw.example:"));
	rig.conf.server_name = NULL;
	rig.conf.gateways.item[0] = ipv6;
	look();
	ck_assert_str_eq(text_of("web_pages"), "https://[::1]/");
	rig.conf.gateways.item[0] = was;
	end();
}
END_TEST

START_TEST(out_of_reach)
{
	json_t *one;

	rig_open();
	rig_up();
	rig_hang_up();
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	look();
	ck_assert_str_eq(text_of("state"), "reconnecting");
	ck_assert(text_of("reason") && *text_of("reason"));
	ck_assert(json_is_integer(get("retry_s")));
	one = json_array_get(get("resources"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(one, "state")),
			 "waiting");
	end();
}
END_TEST

/* Text of a gateway that is not UTF-8 becomes valid JSON. */
START_TEST(names_of_a_gateway)
{
	struct resource_entry e = rig_entry("\xff\x1b[31m", 2000);

	rig_open();
	rig_up();
	rig_list(FLAG_FIRST | FLAG_LAST, &e, 1);
	UNTIL(!resources_find(rig.agent, "echo"));
	look();
	ck_assert_uint_eq(json_array_size(get("resources")), 1);
	end();
}
END_TEST

START_TEST(resources_in_full)
{
	struct resource_entry e[] = { rig_entry("host", 2000),
				      rig_entry("any", 2001),
				      rig_entry("url", 2002) };
	static const char *const kinds[] = { "host", "any", "url" };
	json_t *all;

	e[1].flags = RESOURCE_ANY;
	e[2].service = SERVICE_WEBLINK;
	rig_open();
	rig_up();
	rig_list(FLAG_FIRST | FLAG_LAST, e, 3);
	UNTIL(resources_find(rig.agent, "url"));
	json_decref(status);
	status = agent_resources(rig.agent);
	all = get("resources");
	ck_assert_uint_eq(json_array_size(all), 3);
	for (size_t i = 0; i < 3; i++)
		ck_assert_str_eq(json_string_value(json_object_get(
					 json_array_get(all, i), "kind")),
				 kinds[i]);
	end();
}
END_TEST

SUITE("status", connected, web_pages, out_of_reach, names_of_a_gateway,
      resources_in_full)
