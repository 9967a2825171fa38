/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_rig.c - logins with checkers and a clock of ours. */
#include "auth_rig.h"

#include "base/err.h"
#include "base/log.h"
#include "monitor/change.h"
#include "net/loop.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char users_file[] = "alice:secret:staff,admins\nlocked:!secret\n"
			  "star:*\nbob:word:\n";

/* ---- in place of the real ones ---------------------------------------------------- */

uint64_t clock_ms;

uint64_t clock_now_us(void)
{
	return clock_ms * 1000;
}

struct checkers fake;

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

bool checkers_has_room(const struct checkers *c)
{
	return c->n < CHECKERS;
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

int checkers_ask_certificate(struct checkers *c, uint32_t id,
			     const struct msg_certificate *q, const int fds[2])
{
	(void)q;
	(void)fds;
	c->certificate = id;
	return 0;
}

void checkers_on_certificate(struct checkers *c,
			     void (*certified)(void *ctx, uint32_t id,
					       const struct client_answer *))
{
	c->certified = certified;
}

int checkers_ask_hash(struct checkers *c, uint32_t id, const char *password)
{
	c->hash = id;
	snprintf(c->hashing, sizeof c->hashing, "%s", password);
	return 0;
}

void checkers_on_hash(struct checkers *c,
		      void (*hashed)(void *ctx, uint32_t id, const char *hash))
{
	c->hashed = hashed;
}

void hash_one(const char *hash)
{
	ck_assert_str_ne(fake.hashing, "");
	fake.hashing[0] = 0;
	fake.hashed(fake.ctx, fake.hash, hash);
}

/* The oldest check: the password is right if it is the hash. */
void check_one(void)
{
	uint32_t id = fake.busy[0].id;
	bool ok = fake.busy[0].hash[0] &&
		  !strcmp(fake.busy[0].hash, fake.busy[0].password);

	ck_assert_uint_gt(fake.n, 0);
	memmove(fake.busy, fake.busy + 1, sizeof fake.busy[0] * --fake.n);
	fake.done(fake.ctx, id, ok ? CHECK_RIGHT : CHECK_WRONG);
}

/* ---- the rig --------------------------------------------------------------------- */

static void on_done(void *ctx, uint32_t id, const struct msg_auth_result *r)
{
	struct rig *g = ctx;

	ck_assert_uint_lt(id, ARRAY_LEN(g->result));
	g->result[id] = *r;
	g->answers[id]++;
}

static void on_ask(void *ctx, uint32_t id, const struct prompt *q)
{
	struct rig *g = ctx;

	ck_assert_uint_lt(id, ARRAY_LEN(g->result));
	g->prompt = *q;
	g->asks[id]++;
}

static void on_changed(void *ctx, const char *user, const char *gateway)
{
	struct rig *r = ctx;

	snprintf(r->changed, sizeof r->changed, "%s at %s", user, gateway);
}

static void on_news(void *ctx)
{
	struct rig *g = ctx;

	g->news++;
}

/* What is to outlive the process stands in `state_dir`; NULL: nothing is. */
void rig_start(struct rig *g, const char *state_dir)
{
	static const uint8_t key[STAMP_KEY] = { 1 };
	struct auth_conf conf = { .loop = g->loop,
				  .stamp_key = key,
				  .change = &change_ops,
				  .news = on_news,
				  .changed = on_changed,
				  .ctx = g,
				  .state_dir = state_dir };

	g->asker = (struct auth_asker){ on_done, on_ask, g };
	g->auth = auth_new(&conf);
	ck_assert_ptr_nonnull(g->auth);
}

struct rig *rig_new(const char *users)
{
	struct rig *g = calloc(1, sizeof *g);
	int fd;

	log_start("auth_test", LOG_ERROR);
	clock_ms = 1000000;
	snprintf(g->users, sizeof g->users, "/tmp/adit-users-XXXXXX");
	fd = mkstemp(g->users);
	ck_assert_int_eq(write(fd, users, strlen(users)), (int)strlen(users));
	close(fd);
	g->loop = ev_loop_new(EVFLAG_NOENV);
	g->chain = -1;
	rig_start(g, NULL);
	return g;
}

void rig_free(struct rig *g)
{
	auth_free(g->auth);
	ev_loop_destroy(g->loop);
	unlink(g->users);
	free(g);
}

uint32_t try_with(struct rig *g, const char *user, const char *password,
		  const char *source)
{
	static const char zeros[ANSWER_MAX];
	struct msg_auth a = { .has_password = password, .change = g->changes };
	struct auth_try t = { .asker = &g->asker,
			      .id = ++g->last,
			      .conf = g->conf,
			      .rule = &g->rule,
			      .client = g->client,
			      .chain = g->chain,
			      .timeout_ms = 60000,
			      .gateway = "corp",
			      .users = g->users,
			      .asked = &a };

	snprintf(a.user, sizeof a.user, "%s", user);
	snprintf(a.password, sizeof a.password, "%s", password ? password : "");
	ck_assert_int_eq(addr_parse_port(&a.source, source), 0);
	auth_submit(g->auth, &t);
	ck_assert_mem_eq(a.password, zeros, sizeof a.password);
	return t.id;
}

uint32_t try_from(struct rig *g, const char *user, const char *password,
		  const char *source)
{
	char why[80];

	if (!g->rule.n)
		ck_assert(!auth_rule_parse(&g->rule, "users", why, sizeof why));
	return try_with(g, user, password, source);
}

void answer_with(struct rig *g, uint32_t id, const char *text)
{
	static const struct answer zeros;
	struct answer a = { .n = 1 };

	snprintf(a.text[0], sizeof a.text[0], "%s", text);
	auth_answered(g->auth, &g->asker, id, &a);
	ck_assert_mem_eq(&a, &zeros, sizeof a);
}

void expect_verdict(struct rig *g, uint32_t id, enum msg_verdict verdict,
		    uint32_t wait)
{
	ck_assert_uint_eq(g->answers[id], 1);
	ck_assert_uint_eq(g->result[id].verdict, verdict);
	ck_assert_uint_eq(g->result[id].wait_ms, wait);
}

void expect(struct rig *g, uint32_t id, bool ok, uint32_t wait)
{
	expect_verdict(g, id, ok ? AUTH_RIGHT : AUTH_WRONG, wait);
}

/* Tries again after a time, so that what was held is looked at. */
void later(struct rig *g, uint64_t ms)
{
	clock_ms += ms;
	auth_forget(g->auth, &g->asker);
}

/* Somebody else tries: what has waited long enough is looked at.  Of that one
 * nobody ever hears. */
void turn(struct rig *g)
{
	static unsigned last;
	char source[32], user[32];

	last++;
	snprintf(source, sizeof source, "198.%u.%u.1:1", last / 250 % 250,
		 last % 250);
	snprintf(user, sizeof user, "nobody%u", last);
	try_from(g, user, "turn", source);
	for (unsigned i = fake.n; i; i--) {
		uint32_t id = fake.busy[i - 1].id;

		if (strcmp(fake.busy[i - 1].password, "turn"))
			continue;
		memmove(fake.busy + i - 1, fake.busy + i,
			sizeof fake.busy[0] * (fake.n-- - i));
		fake.done(fake.ctx, id, CHECK_WRONG);
	}
}

/* Wrong passwords for alice, each when its time has come. */
void guess_often(struct rig *g, const char *source, unsigned times)
{
	while (times--) {
		uint32_t id = try_from(g, "alice", "x", source);

		check_one();
		if (times)
			later(g, g->result[id].wait_ms);
	}
}

/* Alice logs in from there, and waits for nothing. */
void gets_in(struct rig *g, const char *source)
{
	uint32_t id = try_from(g, "alice", "secret", source);

	check_one();
	expect(g, id, true, 0);
}

/* The password of this try is looked at when these milliseconds are over, and is
 * right. */
void gets_in_after(struct rig *g, uint32_t id, uint64_t ms)
{
	ck_assert_uint_eq(g->answers[id], 0);
	ck_assert_uint_eq(fake.n, 0);
	clock_ms += ms;
	turn(g);
	ck_assert_uint_eq(fake.n, 1);
	check_one();
	expect(g, id, true, 0);
}
