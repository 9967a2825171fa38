/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages_test.c - what a browser, or a web process that was taken over,
 * cannot do by its questions. */
#include "monitor_rig.h"

#include "monitor/monitor_pages.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct msg_page_ask ask;
static struct page_conn conn;
static struct page_question q;

static void begin(void)
{
	struct page_user who = { .user = "alice" };

	rig_init("");
	ask = (struct msg_page_ask){ .n = 0 };
	conn = (struct page_conn){ .number = 1, .chain = -1 };
	q = (struct page_question){
		.p = rig.m.pages, .id = 7, .conn = &conn, .ask = &ask
	};
	q.gateway = &rig.m.now.config->conf->gateways[0];
	snprintf(conn.gateway, sizeof conn.gateway, "%s", q.gateway->name);
	snprintf(who.gateway, sizeof who.gateway, "%s", q.gateway->name);
	ck_assert(!addr_parse(&conn.source, "192.0.2.1", 1));
	q.token = tokens_add(rig.m.pages->tokens, &who, 1);
}

static void logs_in(const char *from, unsigned number)
{
	ck_assert(!addr_parse(&conn.source, from, 1));
	ask.n = 1;
	snprintf(ask.user, sizeof ask.user, "user%u", number);
	snprintf(ask.text[0], sizeof ask.text[0], "secret");
	pages_on_login(&q);
}

static unsigned logins(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < PAGE_LOGINS; i++)
		n += rig.m.pages->login[i].id != 0;
	return n;
}

START_TEST(an_end_without_a_session)
{
	begin();
	for (unsigned i = 0; i <= PAGE_WAITS; i++)
		pages_on_end(&q);
	for (size_t i = 0; i < PAGE_WAITS; i++)
		ck_assert(!rig.m.pages->wait[i].then);
	rig_fini();
}
END_TEST

START_TEST(what_a_browser_sent_is_one_word)
{
	begin();
	pages_note(&q, "1 result=done user=\"eve\"\n", "asked");
	ck_assert(rig_logged("about=1?result?done?user??eve?? result=asked"));
	pages_note(&q, "", "asked");
	ck_assert(rig_logged("about=- result=asked"));
	rig_fini();
}
END_TEST

/* A web process that is new has no login; nor has a browser that names no
 * token. */
START_TEST(a_login_that_has_no_round_yet)
{
	begin();
	logs_in("192.0.2.1", 1);
	ck_assert_uint_eq(logins(), 1);
	monitor_pages_started(&rig.m);
	ask = (struct msg_page_ask){ .n = 0 };
	pages_on_answers(&q);
	ck_assert_uint_eq(rig.m.pages->login[0].question, 0);
	rig_fini();
}
END_TEST

START_TEST(one_source_leaves_room)
{
	begin();
	for (unsigned i = 0; i < 2 * PAGE_LOGINS; i++)
		logs_in("192.0.2.1", i);
	ck_assert_uint_eq(logins(), PAGE_LOGINS_SOURCE);
	logs_in("192.0.2.2", 0);
	ck_assert_uint_eq(logins(), PAGE_LOGINS_SOURCE + 1);
	rig_fini();
}
END_TEST

SUITE("monitor_pages", an_end_without_a_session,
      what_a_browser_sent_is_one_word, a_login_that_has_no_round_yet,
      one_source_leaves_room)
