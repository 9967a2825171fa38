/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages_test.c - what a browser, or a web process that was taken over,
 * cannot do by its questions. */
#include "monitor_rig.h"

#include "monitor/monitor_pages.h"
#include "net/loop.h"
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
		.p = rig.m.pages,
		.id = 7,
		.conn = &conn,
		.ask = &ask,
		.action = "password",
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

/* ---- another password ---------------------------------------------------- */

static struct page_login *changes(void)
{
	struct page_login *l = rig.m.pages->login;

	ask.what = PAGE_CHANGE;
	ask.n = 1;
	snprintf(ask.user, sizeof ask.user, "bob");
	snprintf(ask.text[0], sizeof ask.text[0], "secret");
	memcpy(ask.token, q.token->id, sizeof ask.token);
	snprintf(q.token->who.groups, sizeof q.token->who.groups, "staff");
	pages_on_change(&q);
	ck_assert_uint_eq(logins(), 1);
	return l;
}

static unsigned tokens(void)
{
	return tokens_count(rig.m.pages->tokens, clock_now_us() / 1000);
}

static void ends_with(const struct page_login *l, enum msg_verdict verdict)
{
	struct msg_auth_result r = { .verdict = (uint8_t)verdict,
				     .groups = "others" };

	memset(r.stamp, 7, sizeof r.stamp);
	if (verdict == AUTH_CHANGED)
		monitor_pages_changed(&rig.m, l->user, l->gateway);
	rig.m.pages->asker.done(rig.m.pages, l->id, &r);
	ck_assert_uint_eq(logins(), 0);
}

/* Whoever the web process has named: the token says who it is. */
START_TEST(a_change_is_of_who_is_logged_in)
{
	begin();
	ck_assert_str_eq(changes()->user, "alice");
	ck_assert(rig_logged("user=alice gateway=one source=192.0.2.1:1 "
			     "action=password about=- result=asked"));
	rig_fini();
}
END_TEST

/* All tokens of the user end; who has changed it gets one of the new password,
 * with the groups of before. */
START_TEST(a_change_ends_what_was_before)
{
	struct page_user bob = { .user = "bob" };
	const struct page_login *l;
	uint8_t old[PAGE_TOKEN];

	begin();
	q.token->since_ms = q.token->used_ms = clock_now_us() / 1000;
	tokens_add(rig.m.pages->tokens, &q.token->who, q.token->used_ms);
	snprintf(bob.gateway, sizeof bob.gateway, "%s", q.gateway->name);
	tokens_add(rig.m.pages->tokens, &bob, q.token->used_ms);
	memcpy(old, q.token->id, sizeof old);
	l = changes();
	ck_assert_uint_eq(tokens(), 3);
	ends_with(l, AUTH_CHANGED);
	ck_assert_uint_eq(tokens(), 2);
	ck_assert_ptr_null(
		tokens_use(rig.m.pages->tokens, old, clock_now_us() / 1000));
	/* The free place of before. */
	ck_assert_str_eq(q.token->who.user, "alice");
	ck_assert_str_eq(q.token->who.groups, "staff");
	ck_assert_uint_eq(q.token->who.stamp[0], 7);
	rig_fini();
}
END_TEST

/* Each kind of login has one end that is good. */
START_TEST(a_change_is_no_login)
{
	begin();
	q.token->since_ms = q.token->used_ms = clock_now_us() / 1000;
	for (int verdict = 0; verdict <= AUTH_UNCHANGED; verdict++) {
		if (verdict == AUTH_CHANGED)
			continue;
		ends_with(changes(), (enum msg_verdict)verdict);
		ck_assert_uint_eq(tokens(), 1);
	}
	logs_in("192.0.2.1", 1);
	rig.m.pages->login[0].had[0] ^= 1;
	rig.m.pages->asker.done(
		rig.m.pages, rig.m.pages->login[0].id,
		&(struct msg_auth_result){ .verdict = AUTH_CHANGED });
	ck_assert_uint_eq(tokens(), 1);
	rig_fini();
}
END_TEST

/* Nor does one token answer for another, or a login for a change. */
START_TEST(a_change_is_its_browsers)
{
	const struct token *own;
	struct page_login *l;

	begin();
	own = q.token;
	l = changes();
	l->question = 0;
	memcpy(ask.login, l->token, sizeof ask.login);
	q.token = tokens_add(rig.m.pages->tokens, &own->who, 2);
	pages_on_change_answers(&q);
	ck_assert_uint_eq(l->question, 0);
	q.token = (struct token *)(uintptr_t)own;
	pages_on_answers(&q);
	ck_assert_uint_eq(l->question, 0);
	pages_on_change_answers(&q);
	ck_assert_uint_eq(l->question, q.id);
	l->question = 0;
	l->change = false;
	pages_on_change_answers(&q);
	ck_assert_uint_eq(l->question, 0);
	rig_fini();
}
END_TEST

/* A browser that logs in again has one token: that of before has ended. */
START_TEST(a_further_login_of_a_browser)
{
	const struct page_login *l;
	uint8_t old[PAGE_TOKEN];

	begin();
	q.token->since_ms = q.token->used_ms = clock_now_us() / 1000;
	memcpy(old, q.token->id, sizeof old);
	memcpy(ask.token, old, sizeof old);
	logs_in("192.0.2.1", 1);
	l = rig.m.pages->login;
	ends_with(l, AUTH_WRONG);
	ck_assert_ptr_nonnull(
		tokens_use(rig.m.pages->tokens, old, clock_now_us() / 1000));
	logs_in("192.0.2.1", 1);
	ends_with(l, AUTH_RIGHT);
	ck_assert_uint_eq(tokens(), 1);
	ck_assert_ptr_null(
		tokens_use(rig.m.pages->tokens, old, clock_now_us() / 1000));
	rig_fini();
}
END_TEST

SUITE("monitor_pages", a_change_is_of_who_is_logged_in,
      a_change_ends_what_was_before, a_change_is_no_login,
      a_change_is_its_browsers, a_further_login_of_a_browser,
      an_end_without_a_session, what_a_browser_sent_is_one_word,
      a_login_that_has_no_round_yet, one_source_leaves_room)
