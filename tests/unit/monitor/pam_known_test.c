/* SPDX-License-Identifier: BSD-2-Clause */
/* pam_known_test.c - what is known of users who have sessions, and when PAM is
 * asked about them, whose processes the test plays. */
#include "monitor/pam_known.h"

#include "base/err.h"
#include "monitor/pam_side.h"
#include "net/loop.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

/* ---- in place of the real processes and of the clock --------------------- */

struct pam_talk {
	const struct pam_ops *ops;
	void *ctx;
	struct msg_pam asked;
	bool answered, dropped;
};

static struct pam_talk talk[16];
static unsigned ntalks, news;
static bool no_process;

uint64_t clock_now_us(void)
{
	return 5000000;
}

struct pam_talk *pam_talk_new(struct pams *p, struct msg_pam *m,
			      const struct pam_ops *ops, void *ctx)
{
	struct pam_talk *t = &talk[ntalks];

	ck_assert_ptr_null(p);
	if (no_process)
		return NULL;
	ck_assert_uint_lt(ntalks++, ARRAY_LEN(talk));
	*t = (struct pam_talk){ .ops = ops, .ctx = ctx, .asked = *m };
	return t;
}

void pam_talk_answer(struct pam_talk *t, struct answer *a)
{
	ck_assert_uint_eq(a->n, 0);
	t->answered = true;
}

void pam_talk_drop(struct pam_talk *t)
{
	t->dropped = true;
}

/* -------------------------------------------------------------------------- */

static struct ev_loop *ev;
static struct pam_known *known;

static void on_news(void *ctx)
{
	ck_assert_ptr_eq(ctx, &news);
	news++;
}

static void begin(void)
{
	ntalks = news = 0;
	no_process = false;
	ev = ev_loop_new(0);
	known = pam_known_new(ev, NULL, on_news, &news);
	ck_assert_ptr_nonnull(known);
}

static void end(void)
{
	pam_known_free(known);
	ev_loop_destroy(ev);
}

static void says(unsigned i, enum msg_pam_verdict v, const char *groups)
{
	static struct msg_pam_done d;

	ck_assert_uint_lt(i, ntalks);
	d = (struct msg_pam_done){ .verdict = (uint8_t)v };
	snprintf(d.groups, sizeof d.groups, "%s", groups);
	talk[i].ops->done(talk[i].ctx, &d);
}

static void is(const char *user, int right, const char *groups)
{
	const char *got = NULL;

	ck_assert_int_eq(pam_known_ask(known, "corp", user, &got), right);
	ck_assert_str_eq(got, groups);
}

/* PAM is asked once, and the worker hears when that was of use. */
START_TEST(once)
{
	begin();
	is("alice", ERR_AGAIN, "");
	is("alice", ERR_AGAIN, "");
	ck_assert_uint_eq(ntalks, 1);
	ck_assert_str_eq(talk[0].asked.user, "alice");
	ck_assert_uint_eq(talk[0].asked.mode, TALK_ACCOUNT);
	ck_assert_str_eq(talk[0].asked.password, "");
	ck_assert_uint_eq(news, 0);
	says(0, TALK_YES, "staff,wheel");
	ck_assert_uint_eq(news, 1);
	is("alice", 0, "staff,wheel");
	ck_assert_uint_eq(ntalks, 1);
	/* The same name at another gateway is somebody else. */
	ck_assert_int_eq(pam_known_ask(known, "other", "alice",
				       &(const char *){ NULL }),
			 ERR_AGAIN);
	ck_assert_uint_eq(ntalks, 2);
	end();
}
END_TEST

/* A module that asks for something has nothing to hear. */
START_TEST(asked_back)
{
	static const struct prompt q = { .n = 1 };

	begin();
	is("alice", ERR_AGAIN, "");
	talk[0].ops->asks(talk[0].ctx, &q);
	ck_assert(talk[0].answered);
	says(0, TALK_NO, "");
	is("alice", ERR_DENIED, "");
	end();
}
END_TEST

START_TEST(again_when_it_is_old)
{
	begin();
	is("alice", ERR_AGAIN, "");
	says(0, TALK_YES, "staff");
	pam_known_age(known);
	ck_assert_uint_eq(ntalks, 1);
	/* Meanwhile that of before counts. */
	is("alice", 0, "staff");
	ck_assert_uint_eq(ntalks, 2);
	says(1, TALK_YES, "staff");
	ck_assert_uint_eq(news, 1); /* nothing new */
	pam_known_age(known);
	is("alice", 0, "staff");
	says(2, TALK_YES, "staff,wheel");
	ck_assert_uint_eq(news, 2);
	is("alice", 0, "staff,wheel");
	pam_known_age(known);
	is("alice", 0, "staff,wheel");
	says(3, TALK_NO, "");
	ck_assert_uint_eq(news, 3);
	is("alice", ERR_DENIED, "");
	ck_assert_uint_eq(ntalks, 4);
	end();
}
END_TEST

/* Who cannot be asked about keeps what he has. */
START_TEST(trouble)
{
	begin();
	pam_known_put(known, "corp/alice", "alice", "staff");
	pam_known_age(known);
	is("alice", 0, "staff");
	says(0, TALK_TROUBLE, "");
	is("alice", 0, "staff");
	pam_known_age(known);
	is("alice", 0, "staff");
	talk[1].ops->done(talk[1].ctx, NULL); /* it was killed */
	is("alice", 0, "staff");
	ck_assert_uint_eq(ntalks, 2);
	pam_known_age(known);
	no_process = true;
	is("alice", 0, "staff");
	ck_assert_uint_eq(news, 0);
	end();
}
END_TEST

/* Four processes at most; the worker hears when all have answered. */
START_TEST(many)
{
	char user[8];

	begin();
	for (unsigned i = 0; i < 6; i++) {
		snprintf(user, sizeof user, "u%u", i);
		is(user, ERR_AGAIN, "");
	}
	ck_assert_uint_eq(ntalks, 4);
	says(2, TALK_YES, "a");
	ck_assert_uint_eq(ntalks, 5);
	ck_assert_str_eq(talk[4].asked.user, "u4");
	says(0, TALK_YES, "a");
	ck_assert_str_eq(talk[5].asked.user, "u5");
	says(1, TALK_YES, "a");
	says(3, TALK_YES, "a");
	says(4, TALK_YES, "a");
	ck_assert_uint_eq(news, 0);
	says(5, TALK_YES, "a");
	ck_assert_uint_eq(news, 1);
	ck_assert_uint_eq(ntalks, 6);
	end();
}
END_TEST

/* A login says it as well as a question does, and hides no news of others. */
START_TEST(a_login)
{
	begin();
	pam_known_put(known, "corp/alice", "alice", "staff");
	is("alice", 0, "staff");
	ck_assert_uint_eq(ntalks + news, 0);
	is("bob", ERR_AGAIN, "");
	is("carol", ERR_AGAIN, "");
	says(0, TALK_YES, "staff");
	pam_known_put(known, "corp/alice", "alice", "wheel");
	ck_assert_uint_eq(news, 0);
	says(1, TALK_TROUBLE, "");
	ck_assert_uint_eq(news, 1);
	is("alice", 0, "wheel");
	end();
}
END_TEST

/* There is an end to it: nobody else is known, and no one is lost. */
START_TEST(too_many)
{
	enum { MOST = 16384 };
	char who[24];
	const char *groups = NULL;

	begin();
	for (unsigned i = 0; i < MOST; i++) {
		snprintf(who, sizeof who, "corp/u%u", i);
		pam_known_put(known, who, who + 5, "a");
	}
	ck_assert_int_eq(pam_known_ask(known, "corp", "more", &groups),
			 ERR_AGAIN);
	ck_assert_ptr_null(groups);
	pam_known_put(known, "corp/more", "more", "a");
	ck_assert_int_eq(pam_known_ask(known, "corp", "more", &groups),
			 ERR_AGAIN);
	is("u0", 0, "a");
	is("u16383", 0, "a");
	ck_assert_uint_eq(ntalks, 0);
	end();
}
END_TEST

START_TEST(an_end_while_it_asks)
{
	begin();
	is("alice", ERR_AGAIN, "");
	end();
	ck_assert(talk[0].dropped);
	pam_known_free(NULL);
}
END_TEST

SUITE("pam_known", once, asked_back, again_when_it_is_old, trouble, many,
      a_login, too_many, an_end_while_it_asks)
