/* SPDX-License-Identifier: BSD-2-Clause */
/* front_control_test.c - requests of aditctl: what is asked of the shards, and
 * how their parts become one answer. */
#include "front/rig.h"

#include "suite.h"

#include <string.h>

static struct front_rig r;
static json_t *reply;

/* The answer to this request, in `reply`. */
static void ask(const char *request)
{
	struct msg m = { .type = MSG_CONTROL, .id = 5 };
	struct buf text = { 0 };

	json_decref(reply);
	m.fds[m.nfds++] = msg_memfd("request", request, strlen(request));
	front_control_on_request(&r.front, &m);
	msg_close_fds(&m);
	front_rig_turn(&r);
	do
		ck_assert(front_rig_heard(&r, &m));
	while (m.type != MSG_CONTROL_REPLY);
	ck_assert_uint_eq(m.id, 5);
	ck_assert_uint_eq(m.nfds, 1);
	ck_assert(!msg_memfd_read(m.fds[0], &text, CONTROL_MAX));
	reply = json_loadb((char *)buf_ptr(&text), buf_len(&text), 0, NULL);
	ck_assert_ptr_nonnull(reply);
	buf_fini(&text);
	msg_close_fds(&m);
	ck_assert(list_is_empty(&r.front.reports));
}

static const char *error(void)
{
	return json_string_value(json_object_get(reply, "error"));
}

static json_int_t number(const char *key)
{
	ck_assert_ptr_nonnull(json_object_get(reply, key));
	return json_integer_value(json_object_get(reply, key));
}

static void begin(void)
{
	front_rig_begin(&r);
	reply = NULL;
}

static void end(void)
{
	json_decref(reply);
	front_rig_end(&r);
}

START_TEST(what_is_no_request)
{
	begin();
	ask("{\"command\": \"dance\"}");
	ck_assert_str_eq(error(), "unknown command");
	ask("[");
	ck_assert_str_eq(error(), "unknown command");
	ask("{\"command\": 12}");
	ck_assert_str_eq(error(), "unknown command");
	end();
}
END_TEST

START_TEST(lists_of_all_shards_are_one)
{
	json_t *all;

	begin();
	front_rig_session(&r, "alice", false);
	front_rig_session(&r, "bob", false);
	ask("{\"command\": \"sessions\"}");
	all = json_object_get(reply, "sessions");
	ck_assert_uint_eq(json_array_size(all), 2);
	ask("{\"command\": \"channels\"}");
	ck_assert_uint_eq(json_array_size(json_object_get(reply, "channels")),
			  0);
	end();
}
END_TEST

/* The numbers of the shards are added up; the front adds its own. */
START_TEST(numbers_are_added)
{
	begin();
	front_rig_session(&r, "alice", false);
	front_rig_session(&r, "bob", false);
	r.front.probes.total = 4;
	ask("{\"command\": \"stats\"}");
	ck_assert_int_eq(number("sessions"), 2);
	ck_assert_int_eq(number("probes"), 4);
	/* In depth: of objects, and place by place of lists. */
	ck_assert_int_eq(json_integer_value(json_object_get(
				 json_object_get(reply, "gateways"), "main")),
			 2);
	ck_assert_uint_eq(
		json_array_size(json_object_get(
			json_object_get(reply, "connect"), "buckets")),
		METRIC_BOUNDS + 1);
	ck_assert_ptr_null(json_object_get(reply, "warnings"));
	ask("{\"command\": \"status\"}");
	ck_assert_ptr_nonnull(json_object_get(reply, "warnings"));
	end();
}
END_TEST

/* A user's name, a session's number, #NUMBER. */
START_TEST(kick)
{
	begin();
	front_rig_session(&r, "alice", false);
	front_rig_session(&r, "alice", false);
	front_rig_session(&r, "bob", false);
	front_rig_session(&r, "bob", false);
	ask("{\"command\": \"kick\", \"what\": \"alice\"}");
	ck_assert_int_eq(number("kicked"), 2);
	ck_assert_uint_eq(r.front.registry.count, 2);
	ask("{\"command\": \"kick\", \"what\": \"3\"}");
	ck_assert_int_eq(number("kicked"), 1);
	ask("{\"command\": \"kick\", \"what\": \"#4\"}");
	ck_assert_int_eq(number("kicked"), 1);
	ask("{\"command\": \"kick\", \"what\": \"4x\"}");
	ck_assert_int_eq(number("kicked"), 0);
	ck_assert_uint_eq(r.front.registry.count, 0);
	end();
}
END_TEST

START_TEST(drain)
{
	begin();
	front_rig_session(&r, "alice", false);
	ask("{\"command\": \"drain\", \"timeout_ms\": 1000000}");
	ck_assert_int_eq(number("sessions"), 1);
	ck_assert(r.front.draining);
	end();
}
END_TEST

/* All of the user, at that gateway. */
START_TEST(another_password)
{
	begin();
	front_rig_session(&r, "alice", false);
	front_rig_session(&r, "bob", false);
	front_rig_session(&r, "alice", false);
	ask("{\"command\": \"another_password\", \"user\": \"alice\", "
	    "\"gateway\": \"other\"}");
	ck_assert_int_eq(number("ended"), 0);
	ask("{\"command\": \"another_password\", \"user\": \"alice\", "
	    "\"gateway\": \"main\"}");
	ck_assert_int_eq(number("ended"), 2);
	ask("{\"command\": \"another_password\", \"user\": \"alice\"}");
	ck_assert_int_eq(number("ended"), 0);
	end();
}
END_TEST

START_TEST(plugins_and_recheck)
{
	struct msg m;
	json_t *all;

	begin();
	ask("{\"command\": \"plugins\"}");
	all = json_object_get(reply, "plugins");
	ck_assert_uint_eq(json_array_size(all), 1);
	ck_assert(
		json_is_null(json_object_get(json_array_get(all, 0), "file")));
	front_rig_session(&r, "alice", false);
	ask("{\"command\": \"recheck\"}");
	ck_assert_int_eq(number("sessions"), 1);
	ck_assert(!front_rig_heard(&r, &m));
	end();
}
END_TEST

SUITE("front/front_control", what_is_no_request, lists_of_all_shards_are_one,
      numbers_are_added, kick, drain, another_password, plugins_and_recheck)
