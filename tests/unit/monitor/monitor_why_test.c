/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_why_test.c - aditctl why: questions that wait for the name that they are
 * about, and resolvers that answer what nobody asked. */
#include "monitor_rig.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct msg msg;

static void begin(void)
{
	rig_init("[resource web]\nhost = web.example\nport = 80\n"
		 "[group staff]\nresources = web\n");
	rig_start();
}

/* aditctl why alice ASKED.  The number of the question that the resolver gets; 0:
 * it gets none. */
static uint32_t ask(uint32_t client, const char *asked)
{
	char request[256];

	snprintf(request, sizeof request,
		 "{\"command\":\"why\",\"user\":\"alice\",\"asked\":\"%s\"}",
		 asked);
	rig_ask(client, request);
	return rig_hears(rig_resolver(), &msg) == MSG_RESOLVE ? msg.id : 0;
}

static void found(uint32_t id, const char *address)
{
	struct msg_resolved r = { .outcome = FOUND_NO_NAME };

	if (address) {
		r = (struct msg_resolved){ .n = 1 };
		ck_assert(!addr_parse(&r.addrs[0], address, 0));
	}
	monitor_why_found(&rig.m, id, &r);
}

static void assert_reply(uint32_t client, const char *has)
{
	ck_assert_msg(strstr(rig_reply(client), has), "%s", rig_reply(client));
}

START_TEST(without_a_name)
{
	begin();
	ck_assert_uint_eq(ask(1, "192.0.2.1:80"), 0);
	assert_reply(1, "\"allowed\":false");
	assert_reply(1, rig.file);
	rig_fini();
}
END_TEST

START_TEST(waits_for_the_name)
{
	struct msg_resolve asked;
	uint32_t id;

	begin();
	id = ask(1, "web.example:80");
	ck_assert_uint_ne(id, 0);
	ck_assert_int_eq(unpack_msg_resolve(&asked, msg.data, msg.len), 0);
	ck_assert_str_eq(asked.host, "web.example");
	ck_assert_str_eq(rig_reply(1), "");
	found(id + 1, "192.0.2.1");
	ck_assert_str_eq(rig_reply(1), "");
	found(id, "192.0.2.1");
	assert_reply(1, "\"allowed\":true");
	assert_reply(1, "\"resource\":\"web\"");
	assert_reply(1, rig.file);
	/* Once. */
	ck_assert_uint_eq(rig.replies, 1);
	found(id, "192.0.2.1");
	ck_assert_uint_eq(rig.replies, 1);
	rig_fini();
}
END_TEST

/* A resolver that somebody has taken over gives the number of no question: those
 * who had an answer already get no second one. */
START_TEST(a_number_that_is_none)
{
	begin();
	found(ask(1, "web.example:80"), NULL);
	ck_assert_uint_eq(rig.replies, 1);
	found(0, NULL);
	ck_assert_uint_eq(rig.replies, 1);
	rig_fini();
}
END_TEST

START_TEST(no_question)
{
	begin();
	rig_ask(1, "{\"command\":\"why\",\"user\":\"alice\"}");
	assert_reply(1, "\"status\":2");
	ck_assert_int_eq(rig_hears(rig_resolver(), &msg), -1);
	rig_fini();
}
END_TEST

/* aditctl then reads that file itself. */
START_TEST(about_another_file)
{
	begin();
	rig_ask(1, "{\"command\":\"why\",\"user\":\"alice\","
		   "\"asked\":\"web.example:80\",\"file\":\"/etc/other\"}");
	assert_reply(1, "{\"file\":\"");
	ck_assert_ptr_null(strstr(rig_reply(1), "allowed"));
	ck_assert_int_eq(rig_hears(rig_resolver(), &msg), -1);
	rig_fini();
}
END_TEST

/* More than are kept: the oldest question gives way, also where the numbers begin
 * anew in between.  Who asked it hears that at once. */
START_TEST(many)
{
	uint32_t id[WHY_WAITING_MAX + 1];

	begin();
	rig.m.last_id = UINT32_MAX - WHY_WAITING_MAX / 2;
	for (uint32_t i = 0; i <= WHY_WAITING_MAX; i++) {
		id[i] = ask(1 + i, "web.example:80");
		ck_assert_uint_ne(id[i], 0);
	}
	for (uint32_t i = 0; i <= WHY_WAITING_MAX; i++)
		found(id[i], "192.0.2.1");
	assert_reply(1, "{\"error\":\"too many questions");
	ck_assert_uint_eq(rig.replies, WHY_WAITING_MAX + 1);
	for (uint32_t i = 1; i <= WHY_WAITING_MAX; i++)
		assert_reply(1 + i, "\"allowed\":true");
	rig_fini();
}
END_TEST

START_TEST(another_resolver)
{
	uint32_t id;

	begin();
	id = ask(1, "web.example:80");
	monitor_why_ask_again(&rig.m);
	ck_assert_int_eq(rig_hears(rig_resolver(), &msg), MSG_RESOLVE);
	ck_assert_uint_eq(msg.id, id);
	ck_assert_int_eq(rig_hears(rig_resolver(), &msg), -1);
	ck_assert_str_eq(rig_reply(1), "");
	found(id, "192.0.2.1");
	assert_reply(1, "\"allowed\":true");
	rig_fini();
}
END_TEST

/* Nobody looks the name up: the answer comes without its addresses. */
START_TEST(no_resolver)
{
	rig_init("");
	rig_ask(1, "{\"command\":\"why\",\"user\":\"alice\","
		   "\"asked\":\"web.example:80\"}");
	assert_reply(1, "\"allowed\":false");
	rig_fini();
}
END_TEST

/* The gateway of the question is in no configuration any more. */
START_TEST(reloaded_meanwhile)
{
	uint32_t id;

	begin();
	id = ask(1, "web.example:80");
	snprintf(rig.m.why[0].why.gateway, sizeof rig.m.why[0].why.gateway,
		 "gone");
	found(id, "192.0.2.1");
	assert_reply(1, "the configuration has changed");
	rig_fini();
}
END_TEST

SUITE("monitor/why", without_a_name, waits_for_the_name, a_number_that_is_none,
      no_question, about_another_file, many, another_resolver, no_resolver,
      reloaded_meanwhile)
