/* SPDX-License-Identifier: BSD-2-Clause */
/* change_test.c - logins that are for another password: what proves them, which
 * new ones are taken, and what stands in the users file afterwards. */
#include "auth_rig.h"

#include "base/err.h"
#include "monitor/attempt.h"
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char from[] = "192.0.2.1:1";
static struct rig *g;
static char folder[40];

/* The users file has a folder of its own, which is locked while it is
 * changed. */
static void begin(void)
{
	FILE *f;

	g = rig_new("");
	unlink(g->users);
	snprintf(folder, sizeof folder, "/tmp/adit-change-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(g->users, sizeof g->users, "%s/users", folder);
	f = fopen(g->users, "w");
	ck_assert_ptr_nonnull(f);
	fputs(users_file, f);
	fclose(f);
	ck_assert_int_eq(chmod(g->users, 0600), 0);
	g->changes = true;
}

static void end(void)
{
	rig_free(g);
	ck_assert_int_eq(rmdir(folder), 0);
}

static const char *content(void)
{
	static char text[4096];
	FILE *f = fopen(g->users, "r");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

	text[n] = 0;
	if (f)
		fclose(f);
	return text;
}

/* The old password was right, and the new one is asked for. */
static uint32_t proved(const char *user, const char *password)
{
	uint32_t id = try_from(g, user, password, from);

	check_one();
	ck_assert_uint_eq(g->answers[id], 0);
	ck_assert_uint_eq(g->asks[id], 1);
	ck_assert_uint_eq(g->prompt.n, 2);
	ck_assert_str_eq(g->prompt.ask[0].text, "New password: ");
	ck_assert(!g->prompt.ask[0].echo && !g->prompt.ask[1].echo);
	return id;
}

static void types(uint32_t id, const char *fresh, const char *again)
{
	static const struct answer zeros;
	struct answer a = { .n = 2 };

	snprintf(a.text[0], sizeof a.text[0], "%s", fresh);
	snprintf(a.text[1], sizeof a.text[1], "%s", again);
	auth_answered(g->auth, &g->asker, id, &a);
	ck_assert_mem_eq(&a, &zeros, sizeof a);
}

static void kept(uint32_t id, const char *why)
{
	ck_assert_uint_eq(g->answers[id], 1);
	ck_assert_uint_eq(g->result[id].verdict, AUTH_UNCHANGED);
	ck_assert_msg(strstr(g->result[id].hint, why), "%s, not %s",
		      g->result[id].hint, why);
	ck_assert_str_eq(content(), users_file);
}

START_TEST(a_new_password)
{
	uint8_t stamp[STAMP_LEN];
	static const uint8_t key[STAMP_KEY] = { 1 };
	uint32_t id;

	begin();
	id = proved("alice", "secret");
	types(id, "battery staple", "battery staple");
	ck_assert_str_eq(fake.hashing, "battery staple");
	ck_assert_uint_eq(g->answers[id], 0);
	hash_one("$y$new");
	expect_verdict(g, id, AUTH_CHANGED, 0);
	ck_assert_str_eq(content(), "alice:$y$new:staff,admins\n"
				    "locked:!secret\nstar:*\nbob:word:\n");
	/* The stamp is that of logins with the new one. */
	stamp_make(stamp, key, "alice", "users:$y$new\n");
	ck_assert_mem_eq(g->result[id].stamp, stamp, STAMP_MAC);
	ck_assert_uint_eq(g->news, 1);
	ck_assert_str_eq(g->changed, "alice at corp");
	g->changes = false;
	id = try_from(g, "alice", "secret", from);
	check_one();
	ck_assert_uint_eq(g->result[id].verdict, AUTH_WRONG);
	end();
}
END_TEST

/* Who does not know the present one, is not there, or is locked, is asked for no
 * new one, waits as at any login, and hears the same. */
START_TEST(who_is_not_the_user)
{
	static const char *const user[] = { "alice", "mallory", "locked",
					    "star" };

	for (size_t i = 0; i < ARRAY_LEN(user); i++) {
		uint32_t id, then;

		begin();
		for (int wrong = 0; wrong < 4; wrong++) {
			id = try_from(g, user[i], "x", from);
			check_one();
			ck_assert_uint_eq(g->result[id].verdict, AUTH_WRONG);
			ck_assert_uint_eq(g->asks[id], 0);
			ck_assert_str_eq(g->result[id].hint, "");
			later(g, g->result[id].wait_ms);
		}
		ck_assert_uint_gt(g->result[id].wait_ms, 0);
		ck_assert_uint_eq(g->news, 0);
		ck_assert_str_eq(g->changed, "");
		ck_assert_str_eq(content(), users_file);
		g->changes = false;
		then = try_from(g, user[i], "x", from);
		check_one();
		ck_assert_uint_ge(g->result[then].wait_ms,
				  g->result[id].wait_ms);
		end();
	}
}
END_TEST

/* Three new ones, then it ends; that is no failure of the login. */
START_TEST(new_ones_that_are_not_taken)
{
	struct auth_counters c;
	uint32_t id;

	begin();
	id = proved("alice", "secret");
	types(id, "short", "short");
	ck_assert_uint_eq(g->asks[id], 2);
	ck_assert_ptr_nonnull(strstr(g->prompt.info, "fewer than 8"));
	types(id, "battery staple", "battery stable");
	ck_assert_uint_eq(g->asks[id], 3);
	ck_assert_ptr_nonnull(strstr(g->prompt.info, "not the same"));
	types(id, "alice", "alice");
	kept(id, "fewer than 8");
	ck_assert_str_eq(fake.hashing, "");
	auth_count(g->auth, &c);
	ck_assert_uint_eq(c.result[LOGIN_REFUSED], 0);
	ck_assert_uint_eq(c.waiting, 0);
	end();
}
END_TEST

/* Nobody answers: the login was right all the same. */
START_TEST(left_alone)
{
	struct auth_counters c;
	uint32_t id;

	begin();
	id = proved("alice", "secret");
	auth_leave(g->auth, &g->asker, id);
	ck_assert_uint_eq(g->answers[id], 0);
	auth_count(g->auth, &c);
	ck_assert_uint_eq(c.result[LOGIN_REFUSED], 0);
	ck_assert_uint_eq(c.waiting, 0);
	ck_assert_str_eq(content(), users_file);
	/* Whoever is gone while the hash is made has said it. */
	id = proved("alice", "secret");
	types(id, "battery staple", "battery staple");
	auth_forget(g->auth, &g->asker);
	hash_one("$y$new");
	auth_count(g->auth, &c);
	ck_assert_uint_eq(c.waiting, 0);
	ck_assert_uint_eq(g->answers[id], 0);
	ck_assert_ptr_nonnull(strstr(content(), "alice:$y$new:"));
	end();
}
END_TEST

static void write_users(const char *text)
{
	FILE *f = fopen(g->users, "w");

	fputs(text, f);
	fclose(f);
}

/* What an administrator has done meanwhile counts: another password, a lock, a
 * user who is gone. */
START_TEST(changed_meanwhile)
{
	static const char *const now[] = { "alice:other:staff\n",
					   "alice:!secret:staff\n",
					   "bob:x:\n" };
	uint32_t id;

	for (size_t i = 0; i < ARRAY_LEN(now); i++) {
		begin();
		id = proved("alice", "secret");
		types(id, "battery staple", "battery staple");
		write_users(now[i]);
		hash_one("$y$new");
		expect_verdict(g, id, AUTH_UNCHANGED, 0);
		ck_assert_str_eq(content(), now[i]);
		ck_assert_ptr_nonnull(
			strstr(g->result[id].hint, "an administrator"));
		end();
	}
}
END_TEST

static void fire_again(uint32_t id)
{
	struct attempt *t = list_first(&g->auth->tries, struct attempt, node);

	ck_assert_uint_eq(t->id, id);
	ck_assert(ev_is_active(&t->change.again));
	ev_feed_event(g->loop, &t->change.again, EV_TIMER);
	ev_run(g->loop, EVRUN_NOWAIT);
}

/* aditctl holds the lock for a moment; a program that holds it for ever stops
 * nobody else. */
START_TEST(the_file_is_in_use)
{
	uint32_t id, other;
	int fd;

	begin();
	fd = open(folder, O_RDONLY | O_DIRECTORY);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	id = proved("alice", "secret");
	types(id, "battery staple", "battery staple");
	hash_one("$y$new");
	ck_assert_uint_eq(g->answers[id], 0);
	g->changes = false;
	other = try_from(g, "bob", "word", from);
	check_one();
	ck_assert_uint_eq(g->result[other].verdict, AUTH_RIGHT);
	fire_again(id);
	ck_assert_uint_eq(g->answers[id], 0);
	ck_assert_int_eq(flock(fd, LOCK_UN), 0);
	fire_again(id);
	expect_verdict(g, id, AUTH_CHANGED, 0);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	g->changes = true;
	write_users(users_file);
	id = proved("alice", "secret");
	types(id, "battery staple", "battery staple");
	hash_one("$y$new");
	for (int i = 0; i < 49; i++)
		fire_again(id);
	kept(id, "keeps the gateway's users file locked");
	close(fd);
	end();
}
END_TEST

START_TEST(what_goes_wrong)
{
	uint32_t id;

	begin();
	id = proved("alice", "secret");
	types(id, "battery staple", "battery staple");
	hash_one("");
	kept(id, "could not hash");
	/* No rule of the file allows such a hash. */
	id = proved("alice", "secret");
	types(id, "battery staple", "battery staple");
	hash_one("a:b:c");
	kept(id, "cannot write its users file");
	end();
}
END_TEST

static struct gw_gateway gateway = { .password_change = true };
static struct gw_conf conf = { .refs = 1000,
			       .gateways = &gateway,
			       .ngateways = 1 };

/* Where it is forbidden, or there is no password, nobody is asked for one. */
START_TEST(forbidden)
{
	char why[80];
	uint32_t id;

	begin();
	gateway.name = (char *)(uintptr_t) "corp";
	gateway.password_change = false;
	g->conf = &conf;
	id = try_from(g, "alice", "secret", from);
	kept(id, "does not let users change");
	gateway.password_change = true;
	ck_assert(!auth_rule_parse(&g->rule, "certificate", why, sizeof why));
	id = try_with(g, "alice", NULL, from);
	kept(id, "need no password");
	ck_assert_uint_eq(fake.n, 0);
	ck_assert_uint_eq(g->asks[id], 0);
	/* An alternative without a password does not count. */
	ck_assert(!auth_rule_parse(&g->rule, "certificate or users", why,
				   sizeof why));
	id = try_with(g, "alice", "secret", from);
	check_one();
	ck_assert_uint_eq(g->asks[id], 1);
	auth_leave(g->auth, &g->asker, id);
	g->conf = NULL;
	end();
}
END_TEST

SUITE("monitor/change", a_new_password, who_is_not_the_user,
      new_ones_that_are_not_taken, left_alone, changed_meanwhile,
      the_file_is_in_use, what_goes_wrong, forbidden)
