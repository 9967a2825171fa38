/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_test.c - who is let in and who waits, with checkers and a clock of the
 * test. */
#include "auth_rig.h"

#include "monitor/attempt.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

START_TEST(right_and_wrong)
{
	struct rig *g = rig_new(users_file);
	uint32_t id = try_from(g, "alice", "secret", "192.0.2.1:1");

	check_one();
	expect(g, id, true, 0);
	ck_assert_str_eq(g->result[id].groups, "staff,admins");
	id = try_from(g, "bob", "secret", "192.0.2.1:1");
	check_one();
	expect(g, id, false, 0);
	ck_assert_str_eq(g->result[id].groups, "");
	rig_free(g);
}
END_TEST

START_TEST(nobody_and_locked)
{
	static const char *const users[] = { "mallory",       "locked",
					     "star",          "",
					     "../etc/passwd", "alice:secret" };
	static const char *const words[] = { "", "!secret", "*", "secret" };
	struct rig *g = rig_new(users_file);

	for (size_t i = 0; i < ARRAY_LEN(users); i++)
		for (size_t k = 0; k < ARRAY_LEN(words); k++) {
			uint32_t id;

			clock_ms += 100000000;
			id = try_from(g, users[i], words[k], "192.0.2.1:1");
			/* A checker works for them too, on no lighter task. */
			ck_assert_uint_eq(fake.n, 1);
			ck_assert_uint_gt(strlen(fake.busy[0].hash), 3);
			check_one();
			ck_assert_uint_eq(g->result[id].verdict == AUTH_RIGHT,
					  0);
		}
	rig_free(g);
}
END_TEST

/* A stranger is refused, whatever the checker says about the hash in use. */
START_TEST(right_for_nobody)
{
	static const char *const users[] = { "mallory", "locked", "star" };
	struct rig *g = rig_new(users_file);

	for (size_t i = 0; i < ARRAY_LEN(users); i++) {
		uint32_t id = try_from(g, users[i], "x", "192.0.2.1:1");

		fake.n = 0;
		fake.done(fake.ctx, fake.busy[0].id, CHECK_RIGHT);
		ck_assert_uint_eq(g->result[id].verdict, AUTH_WRONG);
		ck_assert_str_eq(g->result[id].groups, "");
	}
	rig_free(g);
}
END_TEST

/* Who locks a user ends the sessions that there are: a login that is on its way
 * must not be one more. */
START_TEST(changed_during_the_check)
{
	static const char *const after[] = {
		"alice:!secret:staff\n",
		"bob:word:\n",
		"alice:other:\n",
		"",
	};

	for (size_t i = 0; i < ARRAY_LEN(after); i++) {
		struct rig *g = rig_new(users_file);
		uint32_t id = try_from(g, "alice", "secret", "192.0.2.1:1");
		FILE *f = fopen(g->users, "w");

		fputs(after[i], f);
		fclose(f);
		check_one();
		expect(g, id, false, 0);
		ck_assert_str_eq(g->result[id].groups, "");
		rig_free(g);
	}
}
END_TEST

START_TEST(waits_grow_and_are_held)
{
	static const uint32_t waits[] = { 0, 0, 1000, 2000, 4000 };
	struct rig *g = rig_new(users_file);
	uint32_t id;

	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		id = try_from(g, "alice", "x", "192.0.2.1:1");
		check_one();
		expect(g, id, false, waits[i]);
		later(g, i + 1 < ARRAY_LEN(waits) ? waits[i] : 0);
	}
	/* Held, neither refused nor checked, until its time. */
	id = try_from(g, "alice", "secret", "192.0.2.1:1");
	gets_in_after(g, id, 4000);
	rig_free(g);
}
END_TEST

/* However often somebody has failed: the next try is held until its time comes,
 * so that no wait is an answer. */
START_TEST(no_wait_is_longer_than_the_hold)
{
	struct rig *g = rig_new(users_file);
	uint32_t id;

	for (int i = 0; i < 30; i++) {
		id = try_from(g, "alice", "x", "192.0.2.1:1");
		ck_assert_uint_eq(fake.n, 1);
		check_one();
		expect_verdict(g, id, AUTH_WRONG, g->result[id].wait_ms);
		ck_assert_uint_le(g->result[id].wait_ms, 15000);
		later(g, g->result[id].wait_ms);
	}
	id = try_from(g, "alice", "x", "192.0.2.1:1");
	check_one();
	ck_assert_uint_eq(g->result[id].wait_ms, 15000);
	id = try_from(g, "alice", "secret", "192.0.2.1:1");
	gets_in_after(g, id, 15000);
	rig_free(g);
}
END_TEST

/* More of them than one from a place do not wait: they hear a word of its own. */
START_TEST(too_many_tries)
{
	struct rig *g = rig_new(users_file);
	uint32_t id;

	guess_often(g, "192.0.2.1:1", 5);
	id = try_from(g, "alice", "x", "192.0.2.1:1");
	ck_assert_uint_eq(g->answers[id], 0);
	id = try_from(g, "alice", "y", "192.0.2.1:1");
	ck_assert_uint_eq(g->answers[id], 1);
	ck_assert_uint_eq(g->result[id].verdict, AUTH_TRIES);
	ck_assert_uint_ge(g->result[id].wait_ms, 1000);
	ck_assert_uint_le(g->result[id].wait_ms, 15000);
	rig_free(g);
}
END_TEST

/* Another client of the same NAT address guesses at other names, and at this
 * one. */
START_TEST(a_neighbour_holds_nobody_up)
{
	struct rig *g = rig_new(users_file);
	uint32_t id = try_from(g, "alice", "secret", "192.0.2.1:1");
	char user[16];

	check_one();
	expect(g, id, true, 0);
	for (int i = 0; i < 12; i++) {
		snprintf(user, sizeof user, "user%d", i);
		id = try_from(g, user, "x", "192.0.2.1:1");
		check_one();
		later(g, i < 11 ? g->result[id].wait_ms : 0);
	}
	gets_in(g, "192.0.2.1:1");
	for (int i = 0; i < 12; i++) {
		id = try_from(g, "alice", "x", "192.0.2.1:1");
		check_one();
		ck_assert_uint_le(g->result[id].wait_ms, 4000);
		later(g, i < 11 ? g->result[id].wait_ms : 0);
	}
	id = try_from(g, "alice", "secret", "192.0.2.1:1");
	gets_in_after(g, id, 4000);
	rig_free(g);
}
END_TEST

/* ---- questions --------------------------------------------------------------------- */

/* A login of which the front has not asked for the password. */
START_TEST(the_password_is_asked_for)
{
	struct rig *g = rig_new(users_file);
	uint32_t id;
	char why[80];

	ck_assert(!auth_rule_parse(&g->rule, "users", why, sizeof why));
	id = try_with(g, "alice", NULL, "192.0.2.1:1");
	ck_assert_uint_eq(g->asks[id], 1);
	ck_assert_uint_eq(g->prompt.n, 1);
	ck_assert_str_eq(g->prompt.ask[0].text, "Password: ");
	ck_assert_uint_eq(fake.n, 0);
	answer_with(g, id, "secret");
	check_one();
	expect(g, id, true, 0);
	/* Who is not there is asked the same. */
	id = try_with(g, "mallory", NULL, "192.0.2.1:1");
	ck_assert_uint_eq(g->asks[id], 1);
	answer_with(g, id, "secret");
	check_one();
	expect(g, id, false, 0);
	/* An answer that nobody waits for. */
	answer_with(g, id, "secret");
	ck_assert_uint_eq(fake.n, 0);
	rig_free(g);
}
END_TEST

/* Who was asked and does not answer holds up nobody, and is no failure where
 * nothing was checked. */
START_TEST(questions_that_stay_open)
{
	struct rig *g = rig_new(users_file);
	uint32_t id[300];
	char why[80], source[32];

	ck_assert(!auth_rule_parse(&g->rule, "users", why, sizeof why));
	for (unsigned i = 0; i < ARRAY_LEN(id); i++) {
		snprintf(source, sizeof source, "192.0.%u.1:1", i % 64);
		id[i] = try_with(g, "alice", NULL,
				 i < 200 ? "203.0.113.1:1" : source);
	}
	/* The source with most of them has lost as many as were too many. */
	for (unsigned i = 0; i < ARRAY_LEN(id); i++)
		ck_assert_uint_eq(g->answers[id[i]], i < 44);
	gets_in(g, "192.0.2.1:1");
	auth_leave(g->auth, &g->asker, id[299]);
	answer_with(g, id[299], "secret");
	ck_assert_uint_eq(fake.n, 0);
	ck_assert_uint_eq(g->answers[id[299]], 0);
	/* The time of the others ends, too. */
	clock_ms += 61000;
	ev_feed_event(g->loop, &g->auth->timer, EV_TIMER);
	ev_run(g->loop, EVRUN_NOWAIT);
	ck_assert_uint_eq(g->answers[id[298]], 1);
	ck_assert_uint_eq(g->result[id[298]].verdict, AUTH_WRONG);
	gets_in(g, "192.0.2.1:1");
	rig_free(g);
}
END_TEST

/* ---- sieges: threat 18 ------------------------------------------------------------- */

/* Tries at alice's name from `sources` addresses, for two minutes, more than
 * anybody answers.  Meanwhile the owner tries at `when` seconds: *took is how
 * many it needed.  The number of checks. */
struct siege {
	unsigned sources, when;
	bool v6;
	const char *owner;
	unsigned most_checks, most_s;
	unsigned took;
};

static void attack(struct rig *g, const struct siege *s, unsigned i)
{
	char source[64];

	if (s->v6)
		snprintf(source, sizeof source, "[2001:db8:0:%x::1]:1", i);
	else
		snprintf(source, sizeof source, "203.0.%u.%u:1", i / 4, i % 4);
	try_from(g, "alice", "guess", source);
}

static unsigned besiege(struct rig *g, struct siege *s)
{
	uint32_t checks = 0, tries = 0, owner = 0;

	for (unsigned ms = 0; ms < 120000; ms += 200) {
		if (suite_brief() && s->took)
			break;
		clock_ms += 200;
		/* A thousand at once, then as fast as they are put off. */
		for (unsigned n = ms ? 4 : 1000; n && g->last < 5000; n--)
			attack(g, s, tries++ % s->sources);
		if (ms / 1000 == s->when && !owner)
			owner = try_from(g, "alice", "secret", s->owner);
		for (unsigned n = fake.n; n; n--, checks++)
			check_one();
		if (owner && g->answers[owner] && !s->took) {
			ck_assert_uint_eq(g->result[owner].verdict, AUTH_RIGHT);
			s->took = 1 + ms / 1000 - s->when;
		}
		turn(g);
	}
	ck_assert_uint_ge(tries, 1000);
	return checks;
}

START_TEST(siege)
{
	static const struct siege sieges[] = {
		{ 1, 20, false, "192.0.2.1:1", 30, 1, 0 },
		/* Two for each at most, and not as fast as they come. */
		{ 200, 60, false, "192.0.2.1:1", 300, 2, 0 },
		{ 200, 1, false, "192.0.2.1:1", 300, 30, 0 },
		{ 2000, 20, true, "192.0.2.1:1", 50, 1, 0 },
		/* From where the owner has been before. */
		{ 200, 1, false, "192.0.2.1:1", 300, 1, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(sieges); i++) {
		struct rig *g = rig_new(users_file);
		struct siege s = sieges[i];
		unsigned checks;

		if (i >= 4) {
			try_from(g, "alice", "secret", s.owner);
			check_one();
		}
		checks = besiege(g, &s);
		ck_assert_msg(checks <= s.most_checks, "%zu: %u checks", i,
			      checks);
		ck_assert_msg(s.took && s.took <= s.most_s,
			      "%zu: the owner "
			      "is in after %u s",
			      i, s.took);
		rig_free(g);
	}
}
END_TEST

START_TEST(one_guess_at_a_time)
{
	struct rig *g = rig_new(users_file);

	try_from(g, "alice", "x", "192.0.2.1:1");
	check_one();
	for (int i = 0; i < 20; i++)
		try_from(g, "alice", "guess", "192.0.2.1:1");
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(fake.n, 1);
		check_one();
	}
	/* They are wrong, so the others wait for their time. */
	ck_assert_uint_eq(fake.n, 0);
	rig_free(g);
}
END_TEST

START_TEST(a_source_that_guesses_names)
{
	struct rig *g = rig_new(users_file);
	char user[16];

	for (int i = 0; i < 7; i++) {
		snprintf(user, sizeof user, "user%d", i);
		try_from(g, user, "x", "[2001:db8::1]:1");
		ck_assert_uint_eq(fake.n, 1);
		check_one();
		later(g, i == 6 ? 0 : 5000);
	}
	/* The whole /64 waits, the next one does not. */
	try_from(g, "alice", "secret", "[2001:db8::ffff:1]:1");
	ck_assert_uint_eq(fake.n, 0);
	gets_in(g, "[2001:db8:0:1::1]:1");
	rig_free(g);
}
END_TEST

START_TEST(a_crowd)
{
	struct rig *g = rig_new(users_file);
	char source[32];

	for (unsigned i = 0; i < 600; i++) {
		snprintf(source, sizeof source, "10.0.%u.%u:1", i / 200,
			 i % 200);
		try_from(g, "alice", "secret", source);
	}
	ck_assert_uint_eq(fake.n, CHECKERS);
	/* What does not fit is put off, and not called wrong; the others get
	 * in. */
	expect_verdict(g, 600, AUTH_LATER, 2000);
	while (fake.n)
		check_one();
	for (uint32_t i = 1; i <= 512; i++)
		expect(g, i, true, 0);
	rig_free(g);
}
END_TEST

START_TEST(forgotten)
{
	struct rig *g = rig_new(users_file);
	struct auth_counters c;

	for (int i = 0; i < 10; i++)
		try_from(g, "alice", "x", "192.0.2.1:1");
	auth_forget(g->auth, &g->asker);
	auth_count(g->auth, &c);
	ck_assert_uint_eq(c.waiting, CHECKERS);
	while (fake.n)
		check_one();
	for (uint32_t i = 1; i <= 10; i++)
		ck_assert_uint_eq(g->answers[i], 0);
	auth_count(g->auth, &c);
	ck_assert_uint_eq(c.waiting, 0);
	/* A worker that is made to crash buys no free guesses. */
	try_from(g, "alice", "x", "192.0.2.1:1");
	check_one();
	try_from(g, "alice", "x", "192.0.2.1:1");
	ck_assert_uint_eq(fake.n, 0);
	rig_free(g);
}
END_TEST

START_TEST(no_users_file)
{
	struct rig *g = rig_new(users_file);
	uint32_t id;

	chmod(g->users, 0644);
	id = try_from(g, "alice", "secret", "192.0.2.1:1");
	expect_verdict(g, id, AUTH_LATER, 2000);
	unlink(g->users);
	id = try_from(g, "alice", "secret", "192.0.2.1:1");
	expect_verdict(g, id, AUTH_LATER, 2000);
	ck_assert_uint_eq(fake.n, 0);
	rig_free(g);
}
END_TEST

/* Its checker ended, or took too long: nobody knows, so nobody is punished. */
START_TEST(a_check_that_fails)
{
	struct rig *g = rig_new(users_file);
	uint32_t id;

	for (int i = 0; i < 9; i++) {
		id = try_from(g, "alice", "secret", "192.0.2.1:1");
		ck_assert_uint_eq(fake.n, 1);
		fake.n = 0;
		fake.done(fake.ctx, fake.busy[0].id, CHECK_FAILED);
		expect_verdict(g, id, AUTH_LATER, 2000);
	}
	gets_in(g, "192.0.2.1:1");
	rig_free(g);
}
END_TEST

SUITE("monitor/auth", the_password_is_asked_for, questions_that_stay_open,
      right_and_wrong, nobody_and_locked, right_for_nobody,
      changed_during_the_check, waits_grow_and_are_held,
      no_wait_is_longer_than_the_hold, too_many_tries,
      a_neighbour_holds_nobody_up, siege, one_guess_at_a_time,
      a_source_that_guesses_names, a_crowd, forgotten, no_users_file,
      a_check_that_fails)
