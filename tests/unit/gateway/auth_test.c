/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_test.c - who is let in, and who has to wait: with checkers and a clock of
 * our own. */
#include "gateway/auth.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/checkers.h"
#include "net/loop.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- in place of the real ones ---------------------------------------------------- */

static uint64_t clock_ms;

uint64_t clock_now_us(void)
{
	return clock_ms * 1000;
}

/* Ends a check only when it is told to. */
struct checkers {
	void (*done)(void *ctx, uint32_t id, enum check);
	void *ctx;
	unsigned n;
	struct {
		uint32_t id;
		char hash[400], password[64];
	} busy[CHECKERS];
};
static struct checkers fake;

struct checkers *checkers_new(struct ev_loop *loop,
			      const struct privs_user *user,
			      void (*done)(void *ctx, uint32_t id, enum check),
			      void *ctx)
{
	(void)loop;
	(void)user;
	fake = (struct checkers){ .done = done, .ctx = ctx };
	return &fake;
}

void checkers_free(struct checkers *c)
{
	(void)c;
}

int checkers_ask(struct checkers *c, uint32_t id, const char *hash,
		 const char *password)
{
	if (c->n == CHECKERS)
		return ERR_AGAIN;
	c->busy[c->n].id = id;
	snprintf(c->busy[c->n].hash, sizeof c->busy[0].hash, "%s", hash);
	snprintf(c->busy[c->n].password, sizeof c->busy[0].password, "%s",
		 password);
	c->n++;
	return 0;
}

/* The oldest check: the password is right if it is the hash. */
static void check_one(void)
{
	uint32_t id = fake.busy[0].id;
	bool ok = fake.busy[0].hash[0] &&
		  !strcmp(fake.busy[0].hash, fake.busy[0].password);

	ck_assert_uint_gt(fake.n, 0);
	memmove(fake.busy, fake.busy + 1, sizeof fake.busy[0] * --fake.n);
	fake.done(fake.ctx, id, ok ? CHECK_RIGHT : CHECK_WRONG);
}

/* ---- the rig --------------------------------------------------------------------- */

struct rig {
	char users[64];
	struct auth *auth;
	struct ev_loop *loop;
	struct msg_auth_result result[1024];
	unsigned answers[1024];
	uint32_t last;
};

static void on_done(void *ctx, uint32_t id, const struct msg_auth_result *r)
{
	struct rig *g = ctx;

	ck_assert_uint_lt(id, ARRAY_LEN(g->result));
	g->result[id] = *r;
	g->answers[id]++;
}

static struct rig *rig_new(const char *users)
{
	struct rig *g = calloc(1, sizeof *g);
	static const uint8_t key[STAMP_KEY] = { 1 };
	struct auth_conf conf = { .stamp_key = key, .done = on_done, .ctx = g };
	int fd;

	log_start("auth_test", LOG_ERROR);
	clock_ms = 1000000;
	snprintf(g->users, sizeof g->users, "/tmp/adit-users-XXXXXX");
	fd = mkstemp(g->users);
	ck_assert_int_eq(write(fd, users, strlen(users)), (int)strlen(users));
	close(fd);
	g->loop = conf.loop = ev_loop_new(EVFLAG_NOENV);
	g->auth = auth_new(&conf);
	return g;
}

static void rig_free(struct rig *g)
{
	auth_free(g->auth);
	ev_loop_destroy(g->loop);
	unlink(g->users);
	free(g);
}

static uint32_t try_from(struct rig *g, const char *user, const char *password,
			 const char *source)
{
	static const char zeros[ANSWER_MAX];
	struct msg_auth a = { 0 };
	struct auth_try t = { .id = ++g->last, .gateway = "corp",
			      .users = g->users, .asked = &a };

	snprintf(a.user, sizeof a.user, "%s", user);
	snprintf(a.password, sizeof a.password, "%s", password);
	ck_assert_int_eq(addr_parse_port(&a.source, source), 0);
	auth_submit(g->auth, &t);
	ck_assert_mem_eq(a.password, zeros, sizeof a.password);
	return t.id;
}

static void expect_verdict(struct rig *g, uint32_t id, enum msg_verdict verdict,
			   uint32_t wait)
{
	ck_assert_uint_eq(g->answers[id], 1);
	ck_assert_uint_eq(g->result[id].verdict, verdict);
	ck_assert_uint_eq(g->result[id].wait_ms, wait);
}

static void expect(struct rig *g, uint32_t id, bool ok, uint32_t wait)
{
	expect_verdict(g, id, ok ? AUTH_RIGHT : AUTH_WRONG, wait);
}

/* Tries again after a time, so that what was held is looked at. */
static void later(struct rig *g, uint64_t ms)
{
	clock_ms += ms;
	auth_forget(g->auth);
}

static const char file[] = "alice:secret:staff,admins\nlocked:!secret\n"
			   "star:*\nbob:word:\n";

START_TEST(right_and_wrong)
{
	struct rig *g = rig_new(file);
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
	static const char *const users[] = { "mallory", "locked", "star", "",
					     "../etc/passwd", "alice:secret" };
	static const char *const words[] = { "", "!secret", "*", "secret" };
	struct rig *g = rig_new(file);

	for (size_t i = 0; i < ARRAY_LEN(users); i++)
		for (size_t k = 0; k < ARRAY_LEN(words); k++) {
			uint32_t id;

			clock_ms += 100000000;
			id = try_from(g, users[i], words[k], "192.0.2.1:1");
			/* A checker works for them too. */
			ck_assert_uint_eq(fake.n, 1);
			ck_assert_str_eq(fake.busy[0].hash, "");
			check_one();
			ck_assert_uint_eq(g->result[id].verdict == AUTH_RIGHT, 0);
		}
	rig_free(g);
}
END_TEST

/* Who locks a user ends the sessions that there are: a login that is on its way
 * must not be one more. */
START_TEST(changed_during_the_check)
{
	static const char *const after[] = {
		"alice:!secret:staff\n", "bob:word:\n", "alice:other:\n", "",
	};

	for (size_t i = 0; i < ARRAY_LEN(after); i++) {
		struct rig *g = rig_new(file);
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
	struct rig *g = rig_new(file);
	uint32_t id = try_from(g, "alice", "x", "192.0.2.1:1");

	check_one();
	expect(g, id, false, 0);
	id = try_from(g, "alice", "x", "192.0.2.1:1");
	check_one();
	expect(g, id, false, 1000);
	/* Held, neither refused nor checked, until its time. */
	id = try_from(g, "alice", "secret", "192.0.2.1:1");
	ck_assert_uint_eq(g->answers[id], 0);
	ck_assert_uint_eq(fake.n, 0);
	clock_ms += 1000;
	try_from(g, "bob", "word", "192.0.2.77:1");     /* turns the wheel */
	ck_assert_uint_eq(fake.n, 2);
	check_one();
	expect(g, id, true, 0);
	rig_free(g);
}
END_TEST

START_TEST(long_waits_are_refused)
{
	struct rig *g = rig_new(file);
	uint32_t id;

	for (int i = 0; i < 12; i++) {
		try_from(g, "alice", "x", "192.0.2.1:1");
		if (fake.n)
			check_one();
		later(g, 61000);
	}
	try_from(g, "alice", "x", "192.0.2.1:1");
	check_one();
	id = try_from(g, "alice", "secret", "192.0.2.2:1");
	ck_assert_uint_eq(fake.n, 0);
	ck_assert_uint_eq(g->answers[id], 1);
	ck_assert_uint_eq(g->result[id].verdict, AUTH_LATER);
	ck_assert_uint_gt(g->result[id].wait_ms, 30000);
	/* A delay, not for ever. */
	later(g, g->result[id].wait_ms);
	id = try_from(g, "alice", "secret", "192.0.2.2:1");
	check_one();
	expect(g, id, true, 0);
	rig_free(g);
}
END_TEST

START_TEST(who_was_here_does_not_wait)
{
	struct rig *g = rig_new(file);
	uint32_t id = try_from(g, "alice", "secret", "192.0.2.1:1");

	check_one();
	expect(g, id, true, 0);
	for (int i = 0; i < 5; i++) {
		try_from(g, "alice", "x", "203.0.113.9:1");
		check_one();
		later(g, 20000);
	}
	try_from(g, "alice", "x", "203.0.113.9:1");
	check_one();
	/* The one who guesses waits, also from the next port; alice does not. */
	try_from(g, "alice", "x", "203.0.113.9:2");
	ck_assert_uint_eq(fake.n, 0);
	id = try_from(g, "alice", "secret", "192.0.2.1:4711");
	ck_assert_uint_eq(fake.n, 1);
	check_one();
	expect(g, id, true, 0);
	rig_free(g);
}
END_TEST

START_TEST(one_guess_at_a_time)
{
	struct rig *g = rig_new(file);

	try_from(g, "alice", "x", "192.0.2.1:1");
	check_one();
	for (int i = 0; i < 20; i++)
		try_from(g, "alice", "guess", "192.0.2.1:1");
	ck_assert_uint_eq(fake.n, 1);
	/* It is wrong, so the others wait for their time. */
	check_one();
	ck_assert_uint_eq(fake.n, 0);
	rig_free(g);
}
END_TEST

START_TEST(a_source_that_guesses_names)
{
	struct rig *g = rig_new(file);
	char user[16];
	uint32_t id;

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
	id = try_from(g, "alice", "secret", "[2001:db8:0:1::1]:1");
	check_one();
	expect(g, id, true, 0);
	rig_free(g);
}
END_TEST

START_TEST(a_crowd)
{
	struct rig *g = rig_new(file);
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
	struct rig *g = rig_new(file);
	struct auth_counters c;

	for (int i = 0; i < 10; i++)
		try_from(g, "alice", "x", "192.0.2.1:1");
	auth_forget(g->auth);
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
	ck_assert_uint_eq(fake.n, 0);
	rig_free(g);
}
END_TEST

START_TEST(no_users_file)
{
	struct rig *g = rig_new(file);
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
	struct rig *g = rig_new(file);
	uint32_t id;

	for (int i = 0; i < 9; i++) {
		id = try_from(g, "alice", "secret", "192.0.2.1:1");
		ck_assert_uint_eq(fake.n, 1);
		fake.n = 0;
		fake.done(fake.ctx, fake.busy[0].id, CHECK_FAILED);
		expect_verdict(g, id, AUTH_LATER, 2000);
	}
	id = try_from(g, "alice", "secret", "192.0.2.1:1");
	check_one();
	expect(g, id, true, 0);
	rig_free(g);
}
END_TEST

SUITE("gateway/auth", right_and_wrong, nobody_and_locked,
      changed_during_the_check,
      waits_grow_and_are_held, long_waits_are_refused,
      who_was_here_does_not_wait, one_guess_at_a_time,
      a_source_that_guesses_names, a_crowd, forgotten, no_users_file,
      a_check_that_fails)
