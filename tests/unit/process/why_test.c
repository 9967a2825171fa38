/* SPDX-License-Identifier: BSD-2-Clause */
/* why_test.c - questions of aditctl why, and their answers. */
#include "process/why.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct gw_conf *conf;
static struct why_question q;
static char users[] = "/tmp/adit-why-XXXXXX";

static const char *of_web = ""; /* more keys of [resource web] */

static void begin(const char *more)
{
	static const char file[] = "alice:$y$x:staff\nbob:!$y$x:\n";
	struct conf_errors e = { .file = "/x/aditd.ini" };
	char text[2048];
	int fd;

	memcpy(users + sizeof users - 7, "XXXXXX", 6);
	fd = mkstemp(users);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, file, sizeof file - 1), sizeof file - 1);
	close(fd);
	snprintf(text, sizeof text,
		 "[server]\n[gateway main]\nlisten = 127.0.0.1:1\n"
		 "certificate = c\nprivate_key = k\nusers = %s\n"
		 "groups = all\n[resource web]\nhost = web.example\n"
		 "port = 80\n%s[group all]\nusers = alice, bob\n"
		 "resources = web\n%s",
		 users, of_web, more);
	conf = gw_conf_parse(text, strlen(text), &e, NULL);
	ck_assert_msg(conf, "%s", e.text[0]);
}

static void end(void)
{
	gw_conf_unref(conf);
	unlink(users);
}

/* NULL, or the error of this request. */
static char *read_it(const char *user, const char *asked, const char *gateway)
{
	static char error[1024];
	json_t *o = json_pack("{s:s, s:s, s:s*}", "user", user, "asked", asked,
			      "gateway", gateway);
	json_t *no = why_read(conf, o, &q);

	json_decref(o);
	if (!no)
		return NULL;
	snprintf(error, sizeof error, "%s",
		 json_string_value(json_object_get(no, "error")));
	ck_assert_int_eq(json_integer_value(json_object_get(no, "status")), 2);
	json_decref(no);
	return error;
}

START_TEST(questions)
{
	char host[HOST_CAP];

	begin("");
	ck_assert_ptr_null(read_it("alice", "web.example:80", NULL));
	ck_assert_str_eq(q.user, "alice");
	ck_assert_str_eq(q.gateway, "main");
	ck_assert_str_eq(q.asked, "web.example:80");
	ck_assert(why_name(conf, &q, host));
	ck_assert_str_eq(host, "web.example");
	ck_assert_ptr_null(read_it("alice", "192.0.2.1:80", "main"));
	ck_assert(!why_name(conf, &q, host));
	ck_assert_ptr_nonnull(
		strstr(read_it("-alice", "web", NULL), "no user name"));
	ck_assert_ptr_nonnull(
		strstr(read_it("alice", "web", "mian"), "no [gateway mian]"));
	ck_assert_ptr_nonnull(read_it("alice", "web.example:99999", NULL));
	end();
}
END_TEST

/* Where there are two gateways one has to be named. */
START_TEST(which_gateway)
{
	char more[512];

	begin("");
	end();
	snprintf(more, sizeof more,
		 "[gateway other]\nlisten = 127.0.0.1:2\ncertificate = c\n"
		 "private_key = k\nusers = u\ngroups = all\n");
	begin(more);
	ck_assert_ptr_nonnull(
		strstr(read_it("alice", "web", NULL), "--gateway"));
	ck_assert_ptr_null(read_it("alice", "web", "other"));
	ck_assert_str_eq(q.gateway, "other");
	end();
}
END_TEST

static json_t *answer(const char *user, const char *asked)
{
	struct msg_resolved found = { .outcome = FOUND_ADDRESS, .n = 1 };
	json_t *reply;

	ck_assert(!addr_parse(&found.addrs[0], "192.0.2.1", 0));
	ck_assert_ptr_null(read_it(user, asked, NULL));
	reply = why_answer(conf, &q, &found);
	ck_assert_ptr_nonnull(reply);
	return reply;
}

static bool is_true(const json_t *o, const char *key)
{
	ck_assert_ptr_nonnull(json_object_get(o, key));
	return json_is_true(json_object_get(o, key));
}

START_TEST(answers)
{
	json_t *o;

	begin("");
	o = answer("alice", "web.example:80");
	ck_assert(is_true(o, "allowed") && is_true(o, "user_exists"));
	ck_assert(!is_true(o, "user_locked"));
	ck_assert_str_eq(json_string_value(json_object_get(o, "resource")),
			 "web");
	json_decref(o);
	o = answer("bob", "web");
	ck_assert(is_true(o, "user_locked"));
	json_decref(o);
	o = answer("carol", "web.example:81");
	ck_assert(!is_true(o, "allowed") && !is_true(o, "user_exists"));
	ck_assert(json_is_null(json_object_get(o, "redirect")));
	json_decref(o);
	end();
	of_web = "plugin = sqlnet\nredirect_allow = 10.8.0.0/16\n";
	begin("[plugin sqlnet]\n");
	o = answer("alice", "10.8.0.1:1521");
	ck_assert_ptr_nonnull(
		strstr(json_string_value(json_object_get(o, "redirect")),
		       "plugin sqlnet announces in resource web may lead to "
		       "10.8.0.1:1521"));
	json_decref(o);
	end();
}
END_TEST

SUITE("process/why", questions, which_gateway, answers)
