/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_login_test.c - how an agent handles what a gateway sends during the
 * login. */
#include "rig.h"

#include "base/err.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "suite.h"

static struct visit *visit; /* the login */

/* LOGIN has come, and the test says what follows. */
static void begin(void)
{
	rig_open();
	rig.manners.mute_login = true;
	rig_begin();
	UNTIL(rig.logins);
	visit = list_first(&rig.visits, struct visit, node);
}

static void say(uint8_t command, uint8_t flags, const uint8_t *p, size_t n)
{
	rig_say_on(visit, &(struct said){ command, flags, 0, 0, p, n });
}

static void ask(const struct prompt *q)
{
	uint8_t p[2000];

	say(FRAME_PROMPT, 0, p, pack_prompt(p, sizeof p, q));
}

static void refuse(unsigned leave, uint32_t wait_ms, const char *text)
{
	struct goodbye no = { .leave = (uint16_t)leave, .wait_ms = wait_ms };
	uint8_t p[400];

	snprintf(no.text, sizeof no.text, "%s", text);
	say(FRAME_RESULT, FLAG_REFUSED, p, pack_goodbye(p, sizeof p, &no));
}

static void accept_as(uint32_t marker)
{
	struct profile r = { .marker = marker,
			     .session = 99,
			     .lifetime = 1000,
			     .gateway = "corp" };
	uint8_t p[400];

	say(FRAME_RESULT, 0, p, pack_profile(p, sizeof p, &r));
}

static const char *trouble(void)
{
	return rig.agent->uplink.trouble;
}

/* The login is over, and there is no session. */
static void fails(const char *word)
{
	UNTIL(!rig.agent->uplink.login);
	ck_assert_msg(strstr(trouble(), word), "%s, not %s", trouble(), word);
	ck_assert_ptr_null(rig.agent->uplink.session);
	rig_close();
}

START_TEST(who_logs_in)
{
	struct login l;

	begin();
	ck_assert_int_eq(unpack_login(&l, rig.payload[FRAME_LOGIN],
				      rig.last[FRAME_LOGIN].len),
			 0);
	ck_assert_str_eq(l.user, "alice");
	ck_assert(!strncmp(l.agent, "adit ", 5));
	ck_assert(rig.last[FRAME_LOGIN].flags & FLAG_TRIES);
	rig_close();
}
END_TEST

static struct prompt asked;

static bool on_ask(void *ctx, const struct prompt *q)
{
	asked = *q;
	return ctx == &rig;
}

static void answered_with(unsigned n, const char *first, const char *second)
{
	struct answer a;

	ck_assert_int_eq(unpack_answer(&a, rig.payload[FRAME_ANSWER],
				       rig.last[FRAME_ANSWER].len),
			 0);
	ck_assert_uint_eq(a.n, n);
	ck_assert_str_eq(a.text[0], first);
	ck_assert_str_eq(a.text[1], second);
}

/* What PAM has to say without a question: whoever is there reads it, and where
 * nobody is the login goes on. */
START_TEST(messages)
{
	const struct prompt soon = { .info = "It expires in 3 days." };
	struct answer none = { .n = 0 };

	begin();
	ask(&soon);
	UNTIL(rig.seen[FRAME_ANSWER] == 1);
	answered_with(0, "", "");
	agent_on_ask(rig.agent, on_ask, &rig);
	asked.info[0] = 0;
	ask(&soon);
	UNTIL(asked.info[0]);
	ck_assert_str_eq(asked.info, soon.info);
	ck_assert_uint_eq(rig.seen[FRAME_ANSWER], 1);
	agent_answer(rig.agent, &none);
	UNTIL(rig.seen[FRAME_ANSWER] == 2);
	/* Its reader went away. */
	asked.info[0] = 0;
	ask(&soon);
	UNTIL(asked.info[0]);
	agent_answer(rig.agent, NULL);
	UNTIL(rig.seen[FRAME_ANSWER] == 3);
	answered_with(0, "", "");
	rig_close();
}
END_TEST

/* The first secret is the password; everything else the user is asked. */
START_TEST(questions)
{
	const struct prompt password = { .info = "Welcome",
					 .n = 1,
					 .ask = { { 0, "Password: " } } };
	const struct prompt more = {
		.n = 2, .ask = { { 1, "Code: " }, { 0, "New password: " } }
	};
	static const struct answer zeros;
	struct answer a = { .n = 2, .text = { "123456", "battery" } };

	begin();
	agent_on_ask(rig.agent, on_ask, &rig);
	ask(&password);
	UNTIL(rig.seen[FRAME_ANSWER] == 1);
	answered_with(1, "secret", "");
	asked.n = 0;
	ask(&more);
	UNTIL(asked.n);
	ck_assert_str_eq(asked.ask[0].text, "Code: ");
	ck_assert_uint_eq(rig.seen[FRAME_ANSWER], 1);
	agent_answer(rig.agent, &a);
	ck_assert_mem_eq(&a, &zeros, sizeof a);
	UNTIL(rig.seen[FRAME_ANSWER] == 2);
	answered_with(2, "123456", "battery");
	/* Nobody asks now. */
	agent_answer(rig.agent, &a);
	agent_answer(rig.agent, NULL);
	ask(&more);
	UNTIL(rig.seen[FRAME_ANSWER] == 2);
	rig_close();
}
END_TEST

START_TEST(nobody_to_answer)
{
	const struct prompt q = { .n = 1, .ask = { { 1, "Code: " } } };

	begin();
	ask(&q);
	fails("asks \"Code: \", and there is nobody to answer");
	begin();
	agent_on_ask(rig.agent, on_ask, &rig);
	asked.n = 0;
	ask(&q);
	UNTIL(asked.n);
	agent_answer(rig.agent, NULL);
	fails("nobody to answer");
}
END_TEST

START_TEST(asked_for_ever)
{
	const struct prompt q = { .info = "Welcome" };

	begin();
	for (unsigned i = 0; i < 8; i++)
		ask(&q);
	UNTIL(rig.seen[FRAME_ANSWER] == 8);
	ask(&q);
	fails("8 times");
}
END_TEST

START_TEST(steps)
{
	const struct prompt q = { .n = 1, .ask = { { 0, "Password: " } } };

	rig_open();
	rig.manners.mute_login = true;
	rig_begin();
	UNTIL(rig.agent->uplink.login);
	ck_assert_ptr_nonnull(
		strstr(uplink_login_step(&rig.agent->uplink), "TLS"));
	UNTIL(rig.logins);
	ck_assert_ptr_nonnull(strstr(uplink_login_step(&rig.agent->uplink),
				     "ask for the password"));
	visit = list_first(&rig.visits, struct visit, node);
	ask(&q);
	UNTIL(rig.seen[FRAME_ANSWER]);
	ck_assert_ptr_nonnull(strstr(uplink_login_step(&rig.agent->uplink),
				     "checked the password"));
	rig_close();
}
END_TEST

START_TEST(malformed)
{
	static const uint8_t nonsense[] = { 0xff, 0xff, 0xff };

	begin();
	say(FRAME_PROMPT, 0, nonsense, sizeof nonsense);
	fails("malformed PROMPT");
	begin();
	say(FRAME_RESULT, 0, nonsense, sizeof nonsense);
	fails("malformed RESULT");
	begin();
	say(FRAME_RESULT, FLAG_REFUSED, nonsense, sizeof nonsense);
	fails("malformed RESULT");
	/* Without a marker frames of the session could not be told apart. */
	begin();
	accept_as(0);
	fails("malformed RESULT");
}
END_TEST

START_TEST(frames_that_are_of_no_login)
{
	begin();
	say(FRAME_ATTACHED, 0, NULL, 0);
	fails("ATTACHED during login");
	/* Those of later versions are skipped. */
	begin();
	say(FRAME_OPTIONAL + 1, 0, NULL, 0);
	accept_as(7);
	UNTIL(!rig.agent->uplink.login);
	ck_assert_ptr_nonnull(rig.agent->uplink.session);
	rig_close();
}
END_TEST

START_TEST(what_follows_the_result)
{
	begin();
	accept_as(7);
	refuse(LEAVE_DENIED, 0, "");
	say(FRAME_ATTACHED, 0, NULL, 0);
	UNTIL(!rig.agent->uplink.login);
	ck_assert_ptr_nonnull(rig.agent->uplink.session);
	ck_assert_uint_eq(rig.agent->uplink.profile.session, 99);
	rig_close();
}
END_TEST

START_TEST(refusals)
{
	begin();
	refuse(LEAVE_DENIED, 0, "");
	UNTIL(rig.down);
	ck_assert_str_eq(trouble(), leave_str(LEAVE_DENIED));
	ck_assert_int_eq(rig.up.err, ERR_AGAIN);
	rig_close();
	/* The words of the gateway itself, and a wait. */
	begin();
	refuse(LEAVE_DENIED, 1500, "no, not you");
	UNTIL(rig.down);
	ck_assert_str_eq(trouble(), "no, not you; try again in 2 s");
	ck_assert_int_eq(rig.up.err, ERR_AGAIN);
	rig_close();
	/* Locked out for longer: asking for a password is of no use. */
	begin();
	refuse(LEAVE_DENIED, 60000, "");
	UNTIL(rig.down);
	ck_assert_int_eq(rig.up.err, ERR_DENIED);
	rig_close();
}
END_TEST

/* However long the gateway asks for, a minute is the most. */
START_TEST(put_off)
{
	double left;

	begin();
	refuse(LEAVE_BUSY, 3600000, "too many of you");
	UNTIL(ev_is_active(&rig.agent->uplink.retry));
	left = ev_timer_remaining(rig.loop.ev, &rig.agent->uplink.retry);
	ck_assert_msg(left > 59. && left < 66., "%f", left);
	ck_assert_ptr_nonnull(strstr(trouble(), ": too many of you"));
	ck_assert(!rig.agent->uplink.wrong_password);
	rig_close();
}
END_TEST

/* A login for another password, beside a session that goes on elsewhere. */
static void begin_change(void)
{
	rig_open();
	rig.manners.mute_login = true;
	rig_begin();
	rig.agent->uplink.change.wanted = true;
	rig.agent->uplink.change.keep = 99;
	UNTIL(rig.logins);
	visit = list_first(&rig.visits, struct visit, node);
}

START_TEST(another_password)
{
	const struct goodbye text = { .text = "other sessions" };
	struct login l;
	uint8_t p[400];

	begin_change();
	ck_assert_uint_eq(rig.last[FRAME_LOGIN].flags,
			  FLAG_TRIES | FLAG_CHANGE);
	ck_assert(!unpack_login_change(&l, rig.payload[FRAME_LOGIN],
				       rig.last[FRAME_LOGIN].len));
	ck_assert_str_eq(l.user, "alice");
	ck_assert_uint_eq(l.keep, 99);
	say(FRAME_RESULT, FLAG_CHANGED, p, pack_goodbye(p, sizeof p, &text));
	UNTIL(rig.agent->uplink.state == UPLINK_DOWN);
	ck_assert(rig.agent->uplink.change.done);
	ck_assert_str_eq(trouble(), "other sessions");
	ck_assert_ptr_null(rig.agent->uplink.session);
	rig_close();
}
END_TEST

/* What is no answer to it: a session that nobody wanted, or the other way
 * round. */
START_TEST(another_password_and_nonsense)
{
	const struct goodbye text = { .text = "" };
	uint8_t p[400];

	begin_change();
	accept_as(7);
	fails("malformed RESULT");
	begin();
	say(FRAME_RESULT, FLAG_CHANGED, p, pack_goodbye(p, sizeof p, &text));
	fails("malformed RESULT");
}
END_TEST

START_TEST(another_password_is_refused)
{
	begin_change();
	refuse(LEAVE_CHANGE, 0, "it is forbidden");
	UNTIL(rig.agent->uplink.state == UPLINK_DOWN);
	ck_assert(!rig.agent->uplink.change.done);
	ck_assert_str_eq(trouble(), "it is forbidden");
	rig_close();
}
END_TEST

/* One that does not know CHANGE ends the connection at LOGIN. */
START_TEST(an_old_gateway)
{
	begin_change();
	rig.tunnel = visit;
	rig_hang_up();
	fails("too old for adit passwd");
}
END_TEST

SUITE("uplink_login", who_logs_in, messages, questions, nobody_to_answer,
      asked_for_ever, steps, malformed, frames_that_are_of_no_login,
      what_follows_the_result, refusals, put_off, another_password,
      another_password_and_nonsense, another_password_is_refused,
      an_old_gateway)
