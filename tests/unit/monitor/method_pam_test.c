/* SPDX-License-Identifier: BSD-2-Clause */
/* method_pam_test.c - logins by PAM, whose processes the test plays: questions,
 * how many there may be, and what a session is told later. */
#include "auth_rig.h"

#include "base/err.h"
#include "monitor/attempt.h"
#include "monitor/pam_known.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- in place of the real processes -------------------------------------- */

struct pams {
	unsigned n;
};

struct pam_talk {
	const struct pam_ops *ops;
	void *ctx;
	struct msg_pam asked;
	char answer[ANSWER_MAX];
	bool gone, goes_on;
};

static struct pams all;
static struct pam_talk talk[64];
static unsigned ntalks;

struct pams *pams_new(struct ev_loop *loop)
{
	(void)loop;
	all.n = ntalks = 0;
	return &all;
}

void pams_free(struct pams *p)
{
	(void)p;
}

unsigned pams_count(const struct pams *p)
{
	return p->n;
}

struct pam_talk *pam_talk_new(struct pams *p, struct msg_pam *m,
			      const struct pam_ops *ops, void *ctx)
{
	struct pam_talk *t = &talk[ntalks++];

	ck_assert_uint_le(ntalks, ARRAY_LEN(talk));
	*t = (struct pam_talk){ .ops = ops, .ctx = ctx, .asked = *m };
	p->n++;
	return t;
}

void pam_talk_answer(struct pam_talk *t, struct answer *a)
{
	snprintf(t->answer, sizeof t->answer, "%s", a->text[0]);
	memset(a, 0, sizeof *a);
}

void pam_talk_go_on(struct pam_talk *t)
{
	t->goes_on = true;
}

void pam_talk_drop(struct pam_talk *t)
{
	t->gone = true;
	all.n--;
}

static void says(struct pam_talk *t, enum msg_pam_verdict v, const char *groups)
{
	static struct msg_pam_done d;

	d = (struct msg_pam_done){ .verdict = (uint8_t)v, .stage = "auth" };
	snprintf(d.groups, sizeof d.groups, "%s", groups);
	all.n--;
	t->ops->done(t->ctx, &d);
}

/* ---- the rig ------------------------------------------------------------- */

static struct gw_group groups[2];
static struct gw_conf conf = { .refs = 1000, .groups = groups, .ngroups = 2 };

static struct rig *begin(const char *rule)
{
	struct rig *g = rig_new(users_file);
	char why[80];

	groups[0].name = (char *)(uintptr_t) "staff";
	groups[1].name = (char *)(uintptr_t) "admins";
	name_list_fini(&groups[0].pam);
	name_list_fini(&groups[1].pam);
	ck_assert(!name_list_add(&groups[0].pam, "vpn"));
	ck_assert(!name_list_add(&groups[1].pam, "wheel"));
	conf.server.pam_processes = 16;
	ck_assert(!auth_rule_parse(&g->rule, rule, why, sizeof why));
	g->conf = &conf;
	return g;
}

static void end(struct rig *g)
{
	rig_free(g);
	name_list_fini(&groups[0].pam);
	name_list_fini(&groups[1].pam);
}

/* A refusal is kept back until a multiple of two seconds. */
static void let_late(struct rig *g, struct pam_talk *t)
{
	struct attempt *a = t->ctx;

	ck_assert(ev_is_active(&a->late));
	ev_feed_event(g->loop, &a->late, EV_TIMER);
	ev_run(g->loop, EVRUN_NOWAIT);
}

START_TEST(right_and_wrong)
{
	struct rig *g = begin("pam");
	uint32_t id = try_with(g, "alice", "secret", "192.0.2.1:1");

	ck_assert_uint_eq(ntalks, 1);
	ck_assert_str_eq(talk[0].asked.user, "alice");
	ck_assert_str_eq(talk[0].asked.host, "192.0.2.1");
	ck_assert_str_eq(talk[0].asked.password, "secret");
	says(&talk[0], TALK_YES, "users,vpn,wheels");
	expect(g, id, true, 0);
	ck_assert_str_eq(g->result[id].groups, "staff");
	id = try_with(g, "bob", "secret", "192.0.2.1:1");
	says(&talk[1], TALK_NO, "");
	ck_assert_uint_eq(g->answers[id], 0);
	let_late(g, &talk[1]);
	expect(g, id, false, 0);
	/* Nobody knows: no failure. */
	id = try_with(g, "bob", "secret", "192.0.2.1:1");
	says(&talk[2], TALK_TROUBLE, "");
	ck_assert_uint_eq(g->result[id].verdict, AUTH_LATER);
	end(g);
}
END_TEST

START_TEST(questions)
{
	const struct prompt code = { .n = 1, .ask = { { 1, "Code: " } } };
	struct rig *g = begin("pam");
	uint32_t id = try_with(g, "alice", "secret", "192.0.2.1:1");

	talk[0].ops->asks(talk[0].ctx, &code);
	ck_assert_uint_eq(g->asks[id], 1);
	ck_assert_str_eq(g->prompt.ask[0].text, "Code: ");
	answer_with(g, id, "123456");
	ck_assert_str_eq(talk[0].answer, "123456");
	says(&talk[0], TALK_YES, "");
	expect(g, id, true, 0);
	/* Who leaves when a secret was looked at has failed. */
	id = try_with(g, "bob", "x", "192.0.2.1:1");
	talk[1].ops->asks(talk[1].ctx, &code);
	auth_leave(g->auth, &g->asker, id);
	ck_assert(talk[1].gone);
	{
		struct auth_counters c;

		auth_count(g->auth, &c);
		ck_assert_uint_eq(c.result[LOGIN_REFUSED], 1);
		ck_assert_uint_eq(c.waiting, 0);
	}
	/* More than the protocol has: 8, with the one for the password. */
	id = try_with(g, "carol", "x", "192.0.2.1:1");
	for (int i = 0; i < 8; i++) {
		talk[2].ops->asks(talk[2].ctx, &code);
		if (i < 7)
			answer_with(g, id, "1");
	}
	ck_assert_uint_eq(g->asks[id], 7);
	ck_assert_uint_eq(g->result[id].verdict, AUTH_WRONG);
	ck_assert(talk[2].gone);
	end(g);
}
END_TEST

/* Without a password PAM asks by itself, unless another method needs the same
 * password. */
START_TEST(asks_by_itself)
{
	struct rig *g = begin("pam");
	uint32_t id = try_with(g, "alice", NULL, "192.0.2.1:1");

	ck_assert_uint_eq(ntalks, 1);
	ck_assert(talk[0].asked.asks);
	ck_assert_uint_eq(g->asks[id], 0);
	try_with(g, "bob", "secret", "192.0.2.1:1");
	ck_assert(!talk[1].asked.asks);
	end(g);
	g = begin("pam or users");
	id = try_with(g, "alice", NULL, "192.0.2.1:1");
	ck_assert_uint_eq(ntalks, 0);
	ck_assert_uint_eq(g->asks[id], 1);
	answer_with(g, id, "secret");
	ck_assert(!talk[0].asked.asks);
	ck_assert_str_eq(talk[0].asked.password, "secret");
	end(g);
}
END_TEST

/* Who is not known anywhere leaves a quarter of the processes to those who are;
 * no address and no name takes more than its share. */
START_TEST(how_many)
{
	struct rig *g = begin("pam");
	uint32_t id = try_with(g, "alice", "secret", "192.0.2.1:1");
	char name[24], source[32];

	says(&talk[0], TALK_YES, "");
	expect(g, id, true, 0);
	for (int i = 0; i < 8; i++)
		try_with(g, "one", "x", "203.0.113.1:1");
	ck_assert_uint_eq(all.n, 4);
	for (int i = 0; i < 8; i++) {
		snprintf(name, sizeof name, "some%d", i);
		try_with(g, name, "x", "203.0.113.1:1");
	}
	ck_assert_uint_eq(all.n, 8);
	for (int i = 0; i < 16; i++) {
		snprintf(name, sizeof name, "other%d", i);
		snprintf(source, sizeof source, "198.51.100.%d:1", i);
		try_with(g, name, "x", source);
	}
	ck_assert_uint_eq(all.n, 12);
	id = try_with(g, "alice", "secret", "192.0.2.1:1");
	ck_assert_uint_eq(all.n, 13);
	says(&talk[13], TALK_YES, "");
	expect(g, id, true, 0);
	end(g);
}
END_TEST

/* A password that PAM does not take may be one of the users file. */
START_TEST(alternatives)
{
	struct rig *g = begin("pam or users");
	uint32_t id = try_with(g, "alice", "secret", "192.0.2.1:1");

	says(&talk[0], TALK_NO, "");
	let_late(g, &talk[0]);
	check_one();
	expect(g, id, true, 0);
	ck_assert_str_eq(g->result[id].groups, "staff,admins");
	end(g);
	/* Both, and each failure is told at the end only. */
	g = begin("users and pam");
	id = try_with(g, "alice", "wrong", "192.0.2.1:1");
	check_one();
	ck_assert_uint_eq(g->answers[id], 0);
	says(&talk[0], TALK_YES, "wheel");
	expect(g, id, false, 0);
	id = try_with(g, "alice", "secret", "192.0.2.2:1");
	check_one();
	says(&talk[1], TALK_YES, "wheel");
	expect(g, id, true, 0);
	ck_assert_str_eq(g->result[id].groups, "staff,admins,admins");
	end(g);
}
END_TEST

/* ---- sessions ------------------------------------------------------------ */

static unsigned news;

static void on_news(void *ctx)
{
	(void)ctx;
	news++;
}

START_TEST(who_may_stay)
{
	struct ev_loop *loop = ev_loop_new(EVFLAG_NOENV);
	struct pam_known *k = pam_known_new(loop, pams_new(loop), on_news,
					    NULL);
	const char *of;

	news = 0;
	clock_ms = 1000;
	/* After an upgrade nothing is known: the session goes on, and PAM is
	 * asked. */
	ck_assert_int_eq(pam_known_ask(k, "corp", "alice", &of), ERR_AGAIN);
	ck_assert_int_eq(pam_known_ask(k, "corp", "alice", &of), ERR_AGAIN);
	ck_assert_uint_eq(ntalks, 1);
	ck_assert_uint_eq(talk[0].asked.mode, TALK_ACCOUNT);
	says(&talk[0], TALK_YES, "vpn");
	ck_assert_uint_eq(news, 1);
	ck_assert_int_eq(pam_known_ask(k, "corp", "alice", &of), 0);
	ck_assert_str_eq(of, "vpn");
	/* Later he is removed; where PAM is out of reach nothing changes. */
	pam_known_age(k);
	ck_assert_int_eq(pam_known_ask(k, "corp", "alice", &of), 0);
	says(&talk[1], TALK_TROUBLE, "");
	ck_assert_int_eq(pam_known_ask(k, "corp", "alice", &of), 0);
	ck_assert_uint_eq(news, 1);
	pam_known_age(k);
	ck_assert_int_eq(pam_known_ask(k, "corp", "alice", &of), 0);
	says(&talk[2], TALK_NO, "");
	ck_assert_uint_eq(news, 2);
	ck_assert_int_eq(pam_known_ask(k, "corp", "alice", &of), ERR_DENIED);
	/* A login says that he is there again. */
	pam_known_put(k, "corp/alice", "alice", "wheel");
	ck_assert_int_eq(pam_known_ask(k, "corp", "alice", &of), 0);
	ck_assert_str_eq(of, "wheel");
	ck_assert_uint_eq(ntalks, 3);
	pam_known_free(k);
	ev_loop_destroy(loop);
}
END_TEST

/* Four at a time, and no more. */
START_TEST(not_all_at_once)
{
	struct ev_loop *loop = ev_loop_new(EVFLAG_NOENV);
	struct pam_known *k = pam_known_new(loop, pams_new(loop), on_news,
					    NULL);
	const char *of;
	char name[16];

	news = 0;
	clock_ms = 1000;
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "user%d", i);
		ck_assert_int_eq(pam_known_ask(k, "corp", name, &of),
				 ERR_AGAIN);
	}
	for (int i = 0; i < 20; i++) {
		ck_assert_uint_le(all.n, 4);
		ck_assert_uint_eq(news, 0);
		says(&talk[i], TALK_YES, "");
	}
	ck_assert_uint_eq(ntalks, 20);
	ck_assert_uint_eq(news, 1);
	pam_known_free(k);
	ev_loop_destroy(loop);
}
END_TEST

/* First all of the login is proved, then PAM asks for the new password. */
START_TEST(another_password)
{
	const struct prompt fresh = { .n = 1,
				      .ask = { { 0, "New password: " } } };
	struct rig *g = begin("pam");
	struct auth_counters c;
	uint32_t id;

	g->changes = true;
	id = try_with(g, "alice", "secret", "192.0.2.1:1");
	ck_assert_uint_eq(talk[0].asked.mode, TALK_PASSWORD);
	ck_assert(!talk[0].goes_on);
	talk[0].ops->proved(talk[0].ctx, true);
	ck_assert(talk[0].goes_on);
	talk[0].ops->asks(talk[0].ctx, &fresh);
	answer_with(g, id, "battery staple");
	ck_assert_str_eq(talk[0].answer, "battery staple");
	ck_assert_uint_eq(g->answers[id], 0);
	says(&talk[0], TALK_YES, "");
	expect_verdict(g, id, AUTH_CHANGED, 0);
	ck_assert_uint_eq(g->news, 1);
	/* What PAM refuses then is no failure of the login. */
	id = try_with(g, "alice", "secret", "192.0.2.1:1");
	talk[1].ops->proved(talk[1].ctx, true);
	says(&talk[1], TALK_NO, "");
	expect_verdict(g, id, AUTH_UNCHANGED, 0);
	ck_assert_ptr_nonnull(strstr(g->result[id].hint, "PAM has not"));
	auth_count(g->auth, &c);
	ck_assert_uint_eq(c.result[LOGIN_REFUSED], 0);
	/* What it refuses before is one; and who is right there, and says no
	 * word of it, has proved nothing. */
	id = try_with(g, "alice", "wrong", "192.0.2.1:1");
	says(&talk[2], TALK_NO, "");
	let_late(g, &talk[2]);
	ck_assert_uint_eq(g->result[id].verdict, AUTH_WRONG);
	id = try_with(g, "bob", "secret", "192.0.2.2:1");
	says(&talk[3], TALK_YES, "");
	ck_assert_uint_eq(g->result[id].verdict, AUTH_LATER);
	end(g);
}
END_TEST

/* A round of the conversation about the new password. */
static void round_of(struct rig *g, uint32_t id, bool echo, const char *answer)
{
	const struct prompt q = { .n = 1, .ask = { { echo, "?" } } };

	talk[ntalks - 1].ops->asks(talk[ntalks - 1].ctx, &q);
	answer_with(g, id, answer);
}

/* Modules see that root asks, and take anything: the gateway's own rule counts
 * where a secret is given twice, as a new password is. */
START_TEST(another_password_is_a_good_one)
{
	struct rig *g = begin("pam");
	uint32_t id;

	g->changes = true;
	id = try_with(g, "alice", "secret", "192.0.2.1:1");
	talk[0].ops->proved(talk[0].ctx, true);
	round_of(g, id, true, "y");
	round_of(g, id, true, "y");
	round_of(g, id, false, "");
	ck_assert_uint_eq(g->answers[id], 0);
	round_of(g, id, false, "short");
	ck_assert_str_eq(talk[0].answer, "short");
	round_of(g, id, false, "short");
	expect_verdict(g, id, AUTH_UNCHANGED, 0);
	ck_assert_ptr_nonnull(strstr(g->result[id].hint, "fewer than 8"));
	ck_assert(talk[0].gone);
	id = try_with(g, "alice", "secret", "192.0.2.1:1");
	talk[1].ops->proved(talk[1].ctx, true);
	round_of(g, id, false, "");
	round_of(g, id, false, "");
	expect_verdict(g, id, AUTH_UNCHANGED, 0);
	id = try_with(g, "alice", "secret", "192.0.2.1:1");
	talk[2].ops->proved(talk[2].ctx, true);
	round_of(g, id, false, "battery staple");
	round_of(g, id, false, "battery staple");
	says(&talk[2], TALK_YES, "");
	expect_verdict(g, id, AUTH_CHANGED, 0);
	end(g);
}
END_TEST

/* Two places have the password: with one of them changed nobody could log in.
 * PAM may have another task than that, such as a code. */
START_TEST(another_password_in_two_places)
{
	struct rig *g = begin("users and pam");
	uint32_t id;

	g->changes = true;
	id = try_with(g, "alice", "secret", "192.0.2.1:1");
	check_one();
	talk[0].ops->proved(talk[0].ctx, true);
	expect_verdict(g, id, AUTH_UNCHANGED, 0);
	ck_assert_uint_eq(g->asks[id], 0);
	ck_assert(talk[0].gone && !talk[0].goes_on);
	ck_assert_ptr_nonnull(strstr(g->result[id].hint, "in two places"));
	id = try_with(g, "alice", "secret", "192.0.2.1:1");
	check_one();
	talk[1].ops->proved(talk[1].ctx, false);
	ck_assert_uint_eq(g->answers[id], 0);
	ck_assert_str_eq(g->prompt.ask[0].text, "New password: ");
	ck_assert(!talk[1].goes_on);
	auth_leave(g->auth, &g->asker, id);
	end(g);
}
END_TEST

#ifdef HAVE_OATH
/* A code that is wrong: PAM is not told to go on. */
START_TEST(another_password_needs_all)
{
	struct rig *g = begin("pam and otp");
	uint32_t id;

	g->changes = true;
	id = try_with(g, "alice", "secret", "192.0.2.1:1");
	talk[0].ops->proved(talk[0].ctx, true);
	ck_assert_str_eq(g->prompt.ask[0].text, "One-time code: ");
	ck_assert(!talk[0].goes_on);
	answer_with(g, id, "000000");
	ck_assert_uint_eq(g->result[id].verdict, AUTH_WRONG);
	ck_assert(talk[0].gone && !talk[0].goes_on);
	end(g);
}
END_TEST

/* The conversation of an alternative that has failed is over: the next one has
 * its own, and only its own places of the password. */
START_TEST(another_password_by_the_next_alternative)
{
	struct rig *g = begin("pam and otp or users and pam");
	uint32_t id;

	g->changes = true;
	id = try_with(g, "alice", "secret", "192.0.2.1:1");
	talk[0].ops->proved(talk[0].ctx, true);
	answer_with(g, id, "000000");
	ck_assert(talk[0].gone && !talk[0].goes_on);
	check_one();
	ck_assert_uint_eq(ntalks, 2);
	talk[1].ops->proved(talk[1].ctx, false);
	ck_assert_uint_eq(g->answers[id], 0);
	ck_assert_str_eq(g->prompt.ask[0].text, "New password: ");
	auth_leave(g->auth, &g->asker, id);
	end(g);
	g = begin("pam and otp or users");
	g->changes = true;
	id = try_with(g, "alice", "secret", "192.0.2.1:1");
	talk[0].ops->proved(talk[0].ctx, true);
	answer_with(g, id, "000000");
	check_one();
	ck_assert_uint_eq(g->answers[id], 0);
	ck_assert_str_eq(g->prompt.ask[0].text, "New password: ");
	auth_leave(g->auth, &g->asker, id);
	end(g);
}
END_TEST
#define ALL_NEEDED                                                             \
	another_password_needs_all, another_password_by_the_next_alternative
#else
#define ALL_NEEDED another_password
#endif

SUITE("monitor/method_pam", right_and_wrong, questions, asks_by_itself,
      how_many, alternatives, who_may_stay, not_all_at_once, another_password,
      another_password_is_a_good_one, another_password_in_two_places,
      ALL_NEEDED)
