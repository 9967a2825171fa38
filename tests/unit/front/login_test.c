/* SPDX-License-Identifier: BSD-2-Clause */
/* login_test.c - LOGIN, ANSWER and the monitor's verdict: what the agent is
 * told, and which sessions there are afterwards. */
#include "front/preauth.h"
#include "front/rig.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

enum { SESSIONS = 16 }; /* sessions_per_user, if the file does not say */

static struct front_rig r;
static struct rig_agent a;
static struct goodbye bye;

static void begin(void)
{
	front_rig_begin(&r);
	rig_agent_open(&r, &a);
}

static void end(void)
{
	rig_agent_close(&a);
	front_rig_end(&r);
}

/* What the monitor is asked about whom. */
START_TEST(the_monitor_is_asked)
{
	uint8_t p[2048];
	struct login l = { .user = "alice" };
	struct answer words = { .n = 1, .text = { "secret" } };
	struct frame f = { .command = FRAME_LOGIN };
	struct msg_auth auth;
	char at[ADDR_TEXT];
	struct msg m;

	begin();
	f.len = (uint16_t)pack_login(p, sizeof p, &l);
	rig_agent_send(&r, &a, f, p);
	ck_assert_int_eq(rig_preauth(&r)->state, PREAUTH_PROMPTED);
	ck_assert(!front_rig_heard(&r, &m));
	f.command = FRAME_ANSWER;
	f.len = (uint16_t)pack_answer(p, sizeof p, &words);
	rig_agent_send(&r, &a, f, p);
	ck_assert_int_eq(rig_preauth(&r)->state, PREAUTH_CHECKING);
	front_rig_expect(&r, &m, MSG_AUTH);
	ck_assert(!unpack_msg_auth(&auth, m.data, m.len));
	ck_assert_str_eq(auth.user, "alice");
	ck_assert_str_eq(auth.password, "secret");
	ck_assert_uint_eq(auth.gateway, 0);
	ck_assert_str_eq(addr_host(&auth.source, at), "192.0.2.7");
	end();
}
END_TEST

START_TEST(a_right_password_makes_a_session)
{
	struct registry_entry *e;
	struct profile made;
	const uint8_t *p;
	struct frame f;
	uint32_t id;

	begin();
	rig_agent_login(&r, &a, "alice", &id);
	front_rig_verdict(&r, id, AUTH_RIGHT, 0);
	ck_assert(rig_agent_frame(&r, &a, &f, &p));
	ck_assert_uint_eq(f.command, FRAME_RESULT);
	ck_assert(!(f.flags & FLAG_REFUSED));
	ck_assert(!unpack_profile(&made, p, f.len));
	ck_assert_str_eq(made.gateway, "main");
	ck_assert_uint_ne(made.marker, 0);
	ck_assert_uint_eq(r.front.registry.count, 1);
	e = registry_get(&r.front.registry, made.session);
	ck_assert_ptr_nonnull(e);
	ck_assert_str_eq(e->user, "alice");
	ck_assert_uint_eq(shard_load(&r.worker, shard_index(made.session)), 1);
	end();
}
END_TEST

/* A login for another password: no session begins; that of the agent goes on,
 * with a stamp of the new one, the user's others end, and nobody else's. */
static uint32_t begin_change(uint64_t keep)
{
	struct login l = { .user = "alice", .change = true, .keep = keep };
	struct answer words = { .n = 1, .text = { "secret" } };
	struct frame f = { .command = FRAME_LOGIN,
			   .flags = FLAG_TRIES | FLAG_CHANGE };
	const uint8_t *question;
	struct msg_auth auth;
	struct frame asked;
	uint8_t p[2048];
	struct msg m;

	f.len = (uint16_t)pack_login(p, sizeof p, &l);
	rig_agent_send(&r, &a, f, p);
	ck_assert(rig_agent_frame(&r, &a, &asked, &question));
	ck_assert_uint_eq(asked.command, FRAME_PROMPT);
	f.command = FRAME_ANSWER;
	f.len = (uint16_t)pack_answer(p, sizeof p, &words);
	rig_agent_send(&r, &a, f, p);
	front_rig_expect(&r, &m, MSG_AUTH);
	ck_assert(!unpack_msg_auth(&auth, m.data, m.len));
	ck_assert(auth.change);
	return m.id;
}

static void verdict_on_change(uint32_t id, enum msg_verdict v, const char *hint)
{
	struct msg_auth_result is = { .verdict = (uint8_t)v };

	snprintf(is.hint, sizeof is.hint, "%s", hint);
	memset(is.stamp, 0x5a, sizeof is.stamp);
	preauth_on_auth(&r.front, id, &is);
	front_rig_turn(&r);
}

START_TEST(another_password)
{
	struct registry_entry *mine, *phone, *bob;
	uint8_t stamp[STAMP_LEN];
	uint64_t keep, other;
	const uint8_t *p;
	struct frame f;
	uint32_t id;

	begin();
	mine = front_rig_session(&r, "alice", true);
	phone = front_rig_session(&r, "alice", true);
	bob = front_rig_session(&r, "bob", true);
	keep = mine->session;
	other = phone->session;
	id = begin_change(keep);
	verdict_on_change(id, AUTH_CHANGED, "");
	ck_assert(rig_agent_frame(&r, &a, &f, &p));
	ck_assert_uint_eq(f.command, FRAME_RESULT);
	ck_assert_uint_eq(f.flags, FLAG_CHANGED);
	ck_assert(!unpack_goodbye(&bye, p, f.len));
	ck_assert_str_eq(bye.text, "other sessions that end, since they were "
				   "made with the old password: 1");
	ck_assert_uint_eq(r.front.registry.count, 2);
	ck_assert_ptr_eq(registry_get(&r.front.registry, keep), mine);
	ck_assert_ptr_null(registry_get(&r.front.registry, other));
	memset(stamp, 0x5a, sizeof stamp);
	ck_assert_mem_eq(mine->stamp, stamp, sizeof stamp);
	ck_assert_mem_ne(bob->stamp, stamp, sizeof stamp);
	end();
}
END_TEST

/* The number of another user's session keeps nothing, and gives nothing. */
START_TEST(another_password_and_not_the_own_session)
{
	struct registry_entry *bob;
	uint8_t stamp[STAMP_LEN];
	uint32_t id;

	begin();
	bob = front_rig_session(&r, "bob", true);
	front_rig_session(&r, "alice", true);
	id = begin_change(bob->session);
	verdict_on_change(id, AUTH_CHANGED, "");
	ck_assert_uint_eq(r.front.registry.count, 1);
	memset(stamp, 0x5a, sizeof stamp);
	ck_assert_mem_ne(bob->stamp, stamp, sizeof stamp);
	end();
}
END_TEST

START_TEST(no_other_password)
{
	uint32_t id;

	begin();
	front_rig_session(&r, "alice", true);
	id = begin_change(0);
	verdict_on_change(id, AUTH_UNCHANGED, "it is forbidden");
	ck_assert_uint_eq(rig_agent_refused(&r, &a, FRAME_RESULT, &bye),
			  LEAVE_CHANGE);
	ck_assert_str_eq(bye.text, "it is forbidden");
	ck_assert_uint_eq(r.front.registry.count, 1);
	end();
}
END_TEST

/* The refusal is kept back, three seconds of the five; the agent waits the
 * rest. */
START_TEST(a_wrong_password_is_refused_later)
{
	const uint8_t *p;
	struct frame f;
	uint32_t id;

	begin();
	rig_agent_login(&r, &a, "alice", &id);
	front_rig_verdict(&r, id, AUTH_WRONG, 5000);
	ck_assert_int_eq(rig_preauth(&r)->state, PREAUTH_REFUSING);
	ck_assert(!rig_agent_frame(&r, &a, &f, &p));
	front_rig_fire(&r, &rig_preauth(&r)->timer);
	ck_assert_uint_eq(rig_agent_refused(&r, &a, FRAME_RESULT, &bye),
			  LEAVE_DENIED);
	ck_assert_uint_eq(bye.wait_ms, 2000);
	ck_assert_uint_eq(r.front.registry.count, 0);
	end();
}
END_TEST

/* An agent that does not know LEAVE_TRIES is told "busy" instead. */
START_TEST(too_many_tries)
{
	uint32_t id;

	begin();
	rig_agent_login(&r, &a, "alice", &id);
	front_rig_verdict(&r, id, AUTH_TRIES, 1000);
	front_rig_fire(&r, &rig_preauth(&r)->timer);
	ck_assert_uint_eq(rig_agent_refused(&r, &a, FRAME_RESULT, &bye),
			  LEAVE_TRIES);
	ck_assert_ptr_nonnull(strstr(bye.text, "too many tries"));
	end();

	begin();
	rig_agent_login(&r, &a, "alice", &id);
	rig_preauth(&r)->knows_tries = false;
	front_rig_verdict(&r, id, AUTH_TRIES, 1000);
	front_rig_fire(&r, &rig_preauth(&r)->timer);
	ck_assert_uint_eq(rig_agent_refused(&r, &a, FRAME_RESULT, &bye),
			  LEAVE_BUSY);
	end();
}
END_TEST

START_TEST(nobody_logs_in_while_the_worker_drains)
{
	struct login l = { .user = "alice" };
	struct frame f = { .command = FRAME_LOGIN };
	uint8_t p[256];
	uint32_t id;

	begin();
	drain_no_more(&r.front);
	f.len = (uint16_t)pack_login(p, sizeof p, &l);
	rig_agent_send(&r, &a, f, p);
	ck_assert_uint_eq(rig_agent_refused(&r, &a, FRAME_RESULT, &bye),
			  LEAVE_SHUTDOWN);
	end();

	/* Also where it begins to while the password is checked. */
	begin();
	rig_agent_login(&r, &a, "alice", &id);
	drain_no_more(&r.front);
	front_rig_verdict(&r, id, AUTH_RIGHT, 0);
	ck_assert_uint_eq(rig_agent_refused(&r, &a, FRAME_RESULT, &bye),
			  LEAVE_SHUTDOWN);
	ck_assert_uint_eq(r.front.registry.count, 0);
	end();
}
END_TEST

/* A login replaces a session without a tunnel; if all have one, it is
 * refused. */
START_TEST(a_user_has_so_many_sessions)
{
	struct registry_entry *e;
	uint64_t detached;
	uint32_t id;

	begin();
	e = front_rig_session(&r, "alice", false);
	detached = e->session;
	for (int i = 1; i < SESSIONS; i++)
		front_rig_session(&r, "alice", true);
	rig_agent_login(&r, &a, "alice", &id);
	front_rig_verdict(&r, id, AUTH_RIGHT, 0);
	ck_assert_uint_eq(r.front.registry.count, SESSIONS);
	ck_assert_ptr_null(registry_get(&r.front.registry, detached));
	rig_agent_close(&a);

	rig_agent_open(&r, &a);
	for (struct list *n = r.front.registry.all.next;
	     n != &r.front.registry.all; n = n->next)
		list_entry(n, struct registry_entry, node)->attached = true;
	rig_agent_login(&r, &a, "alice", &id);
	front_rig_verdict(&r, id, AUTH_RIGHT, 0);
	ck_assert_uint_eq(rig_agent_refused(&r, &a, FRAME_RESULT, &bye),
			  LEAVE_LIMIT);
	ck_assert_uint_eq(r.front.registry.count, SESSIONS);
	end();
}
END_TEST

/* One configuration has a limit for all users: the log says which. */
START_TEST(a_gateway_has_so_many_sessions)
{
	struct gw_gateway *g;
	uint32_t id;

	begin();
	g = &r.front.config->conf->gateways[0];
	g->sessions = 2;
	front_rig_session(&r, "bob", true);
	front_rig_session(&r, "carol", true);
	rig_agent_login(&r, &a, "alice", &id);
	front_rig_verdict(&r, id, AUTH_RIGHT, 0);
	ck_assert_uint_eq(rig_agent_refused(&r, &a, FRAME_RESULT, &bye),
			  LEAVE_LIMIT);
	ck_assert_uint_eq(r.front.registry.count, 2);
	end();
}
END_TEST

/* alice logs in where the gateway's two sessions are one of bob's that has a
 * tunnel, and one that has had none for so long.  Whether she is let in in the
 * place of that one. */
static bool takes_the_place(const char *user, unsigned seconds)
{
	struct gw_gateway *g;
	struct registry_entry *e;
	uint64_t before;
	uint32_t id;
	bool taken;

	begin();
	g = &r.front.config->conf->gateways[0];
	g->sessions = 2;
	g->resume_grace = 60 * 1000;
	front_rig_session(&r, "bob", true);
	e = front_rig_session(&r, user, false);
	e->since_us = loop_now_us(&r.front.loop) - seconds * UINT64_C(1000000);
	before = e->session;
	rig_agent_login(&r, &a, "alice", &id);
	front_rig_verdict(&r, id, AUTH_RIGHT, 0);
	taken = !registry_get(&r.front.registry, before);
	ck_assert_uint_eq(r.front.registry.count, 2);
	if (!taken)
		ck_assert_uint_eq(rig_agent_refused(&r, &a, FRAME_RESULT, &bye),
				  LEAVE_LIMIT);
	end();
	return taken;
}

/* An agent that was killed leaves a session that lives for hours: where the
 * gateway is full of these, logins take their places. */
START_TEST(who_does_not_come_back_makes_room_at_a_gateway)
{
	ck_assert(takes_the_place("alice", 1));
	ck_assert(takes_the_place("carol", 60));
	ck_assert(!takes_the_place("carol", 59));
}
END_TEST

/* A question of the monitor goes to the agent, its answer back. */
static void ask_and_answer(uint32_t id, const char *question,
			   const char *answer)
{
	struct answer words = { .n = 1 };
	struct frame f = { .command = FRAME_ANSWER };
	struct prompt q = { .n = 1 }, got;
	static uint8_t p[2048];
	const uint8_t *payload;

	snprintf(q.ask[0].text, sizeof q.ask[0].text, "%s", question);
	preauth_on_prompt(&r.front, id, &q);
	ck_assert_int_eq(rig_preauth(&r)->state, PREAUTH_PROMPTED);
	ck_assert(rig_agent_frame(&r, &a, &f, &payload));
	ck_assert_uint_eq(f.command, FRAME_PROMPT);
	ck_assert(!unpack_prompt(&got, payload, f.len));
	ck_assert_str_eq(got.ask[0].text, question);
	snprintf(words.text[0], sizeof words.text[0], "%s", answer);
	f = (struct frame){ .command = FRAME_ANSWER };
	f.len = (uint16_t)pack_answer(p, sizeof p, &words);
	rig_agent_send(&r, &a, f, p);
	ck_assert_int_eq(rig_preauth(&r)->state, PREAUTH_CHECKING);
}

/* The front relays the dialogue, and decides nothing. */
START_TEST(questions_are_relayed)
{
	struct answer got;
	const uint8_t *p;
	struct frame f;
	struct msg m;
	uint32_t id;

	begin();
	rig_agent_login(&r, &a, "alice", &id);
	ask_and_answer(id, "Code: ", "123456");
	front_rig_expect(&r, &m, MSG_AUTH_ANSWER);
	ck_assert_uint_eq(m.id, id);
	ck_assert(!unpack_answer(&got, m.data, m.len));
	ck_assert_uint_eq(got.n, 1);
	ck_assert_str_eq(got.text[0], "123456");
	ask_and_answer(id, "Another: ", "x");
	front_rig_expect(&r, &m, MSG_AUTH_ANSWER);
	front_rig_verdict(&r, id, AUTH_RIGHT, 0);
	ck_assert(rig_agent_frame(&r, &a, &f, &p));
	ck_assert_uint_eq(f.command, FRAME_RESULT);
	ck_assert(!(f.flags & FLAG_REFUSED));
	end();
}
END_TEST

/* More or fewer answers than questions end the connection. */
START_TEST(answers_are_counted)
{
	struct answer words = { .n = 2, .text = { "a", "b" } };
	struct frame f = { .command = FRAME_ANSWER };
	static uint8_t p[2048];
	uint32_t id;
	struct prompt q = { .n = 1, .ask = { { 0, "Code: " } } };
	struct msg m;

	begin();
	rig_agent_login(&r, &a, "alice", &id);
	preauth_on_prompt(&r.front, id, &q);
	f.len = (uint16_t)pack_answer(p, sizeof p, &words);
	rig_agent_send(&r, &a, f, p);
	ck_assert(list_is_empty(&r.front.preauths));
	front_rig_expect(&r, &m, MSG_AUTH_DROP);
	ck_assert_uint_eq(m.id, id);
	end();
}
END_TEST

/* The monitor hears that nobody will answer its question; of a password that is
 * being checked it does not. */
START_TEST(who_was_asked_is_gone)
{
	struct prompt q = { .n = 1, .ask = { { 0, "Code: " } } };
	struct msg m;
	uint32_t id;

	begin();
	rig_agent_login(&r, &a, "alice", &id);
	rig_agent_close(&a);
	front_rig_turn(&r);
	ck_assert(!front_rig_heard(&r, &m));

	rig_agent_open(&r, &a);
	rig_agent_login(&r, &a, "alice", &id);
	preauth_on_prompt(&r.front, id, &q);
	rig_agent_close(&a);
	front_rig_turn(&r);
	front_rig_expect(&r, &m, MSG_AUTH_DROP);
	ck_assert_uint_eq(m.id, id);
	front_rig_end(&r);
}
END_TEST

/* An answer that comes when the connection is gone makes no session. */
START_TEST(a_verdict_that_nobody_waits_for)
{
	uint32_t id;

	begin();
	rig_agent_login(&r, &a, "alice", &id);
	rig_agent_close(&a);
	front_rig_turn(&r);
	ck_assert(list_is_empty(&r.front.preauths));
	front_rig_verdict(&r, id, AUTH_RIGHT, 0);
	front_rig_verdict(&r, id + 1, AUTH_RIGHT, 0);
	ck_assert_uint_eq(r.front.registry.count, 0);
	front_rig_end(&r);
}
END_TEST

SUITE("front/login", the_monitor_is_asked, a_right_password_makes_a_session,
      a_wrong_password_is_refused_later, too_many_tries,
      nobody_logs_in_while_the_worker_drains, a_user_has_so_many_sessions,
      a_gateway_has_so_many_sessions,
      who_does_not_come_back_makes_room_at_a_gateway,
      a_verdict_that_nobody_waits_for, questions_are_relayed,
      answers_are_counted, who_was_asked_is_gone, another_password,
      another_password_and_not_the_own_session, no_other_password)
