/* SPDX-License-Identifier: BSD-2-Clause */
/* reload_test.c - a running agent takes another configuration. */
#include "rig.h"

#include "agent/uplink_parts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static struct agent_conf next;
static char none[] = "none", why[400];

/* The same as the one in use, and memory of its own where a reload frees it. */
static void begin(void)
{
	rig_open();
	rig.conf.control = none;
	rig_up();
	next = rig.conf;
	next.gateways = (struct name_list){ 0 };
	next.user = strdup(rig.conf.user);
	next.control = strdup(none);
	ck_assert_int_eq(
		name_list_add(&next.gateways, rig.conf.gateways.item[0]), 0);
}

static void end(void)
{
	rig_close();
	name_list_fini(&next.gateways);
	free(next.user);
	free(next.control);
}

static void reload(void)
{
	json_t *report = agent_reload(rig.agent, &next, why, sizeof why);

	ck_assert_msg(report != NULL, "%s", why);
	json_decref(report);
	ck_assert_ptr_eq(rig.agent->conf, &next);
	ck_assert_ptr_eq(rig.agent->uplink.conf, &next);
}

static const struct listener *listener(void)
{
	return list_first(&resources_find(rig.agent, "echo")->listeners,
			  struct listener, node);
}

START_TEST(nothing_new)
{
	const struct listener *before;
	struct session *s;

	begin();
	before = listener();
	s = rig.agent->uplink.session;
	reload();
	ck_assert_ptr_eq(listener(), before);
	ck_assert_ptr_eq(rig.agent->uplink.session, s);
	ck_assert_uint_eq(rig.accepted, 2);
	end();
}
END_TEST

/* These keys belong to the session and do not change at a reload. */
START_TEST(what_cannot_change)
{
	begin();
	free(next.user);
	next.user = strdup("somebody");
	ck_assert_int_eq(net_parse(&next.loopback_net, "127.9.9.0/24"), 0);
	reload();
	ck_assert_str_eq(next.user, "alice");
	ck_assert_mem_eq(&next.loopback_net, &rig.conf.loopback_net,
			 sizeof next.loopback_net);
	end();
}
END_TEST

START_TEST(listens_no_longer)
{
	struct addr at;

	begin();
	at = rig_at("echo");
	next.intercept = INTERCEPT_NONE;
	reload();
	ck_assert_int_lt(rig_connect(&at), 0);
	ck_assert_int_eq(agent_state(rig.agent), AGENT_CONNECTED);
	end();
}
END_TEST

START_TEST(listens_while_out_of_reach)
{
	struct addr at;
	int fd;

	begin();
	at = rig_at("echo");
	rig_hang_up();
	UNTIL(agent_state(rig.agent) == AGENT_RECONNECTING);
	next.low_port_offset = 20000;
	reload();
	at = rig_at("echo");
	fd = rig_connect(&at);
	ck_assert_int_ge(fd, 0);
	close(fd);
	end();
}
END_TEST

/* The gateway in use stays, at the end of the list, while the session lives. */
START_TEST(a_gateway_that_is_gone_from_the_list)
{
	begin();
	name_list_fini(&next.gateways);
	ck_assert_int_eq(name_list_add(&next.gateways, "127.0.0.1:1"), 0);
	reload();
	ck_assert_uint_eq(next.gateways.n, 2);
	ck_assert_uint_eq(next.nleft, 1);
	ck_assert_str_eq(uplink_gateway(&rig.agent->uplink),
			 rig.conf.gateways.item[0]);
	end();
}
END_TEST

START_TEST(what_cannot_be_used_changes_nothing)
{
	static char *pins[] = { (char *)(uintptr_t) "sha256:no", NULL };

	begin();
	next.pins = (struct name_list){ .item = pins, .n = 1 };
	ck_assert_ptr_null(agent_reload(rig.agent, &next, why, sizeof why));
	ck_assert(why[0]);
	ck_assert_ptr_eq(rig.agent->conf, &rig.conf);
	ck_assert_ptr_eq(rig.agent->uplink.conf, &rig.conf);
	end();
}
END_TEST

SUITE("reload", nothing_new, what_cannot_change, listens_no_longer,
      listens_while_out_of_reach, a_gateway_that_is_gone_from_the_list,
      what_cannot_be_used_changes_nothing)
