/* SPDX-License-Identifier: BSD-2-Clause */
/* checkers_test.c - password checkers that answer, say nonsense, or are all busy. */
#include "monitor_rig.h"

#include "base/err.h"
#include "base/wire.h"
#include "monitor/checkers.h"
#include "policy/users.h"
#include "suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct checkers *all;
static unsigned done[16];
static enum check result[16];

static void on_done(void *ctx, uint32_t id, enum check r)
{
	ck_assert_ptr_eq(ctx, &rig);
	ck_assert_uint_lt(id, ARRAY_LEN(done));
	done[id]++;
	result[id] = r;
}

static void begin(void)
{
	rig_init("");
	memset(done, 0, sizeof done);
	all = checkers_new(rig.m.loop, &rig.m.checker_user, on_done, &rig);
	ck_assert_ptr_nonnull(all);
}

static void end(void)
{
	checkers_free(all);
	rig_fini();
}

static void answers(unsigned child, uint32_t id, uint8_t right)
{
	struct msg m = { .type = MSG_CHECKED, .id = id, .len = 1 };

	m.data[0] = right;
	ck_assert_int_eq(msg_send(rig.child[child].fd[0], &m), 0);
	ev_run(rig.m.loop, EVRUN_NOWAIT);
}

START_TEST(started_when_needed)
{
	struct msg m;
	char hash[100], password[100];
	struct rd r;

	begin();
	ck_assert_uint_eq(rig.nchildren, 0);
	ck_assert_int_eq(checkers_ask(all, 1, "the hash", "secret"), 0);
	ck_assert_uint_eq(rig.nchildren, 1);
	ck_assert_str_eq(rig.child[0].role, "aditd: checker");
	ck_assert_int_eq(rig_hears(&rig.child[0], &m), MSG_CHECK);
	r = rd_of(m.data, m.len);
	rd_str16(&r, hash, sizeof hash);
	rd_str16(&r, password, sizeof password);
	ck_assert(rd_is_done(&r));
	ck_assert_str_eq(hash, "the hash");
	ck_assert_str_eq(password, "secret");
	answers(0, 1, 1);
	ck_assert_uint_eq(done[1], 1);
	ck_assert_int_eq(result[1], CHECK_RIGHT);
	/* The same process again. */
	ck_assert_int_eq(checkers_ask(all, 2, "the hash", "wrong"), 0);
	ck_assert_uint_eq(rig.nchildren, 1);
	answers(0, 2, 0);
	ck_assert_int_eq(result[2], CHECK_WRONG);
	end();
}
END_TEST

START_TEST(all_busy)
{
	begin();
	for (uint32_t i = 0; i < CHECKERS; i++)
		ck_assert_int_eq(checkers_ask(all, i, "h", "p"), 0);
	ck_assert_uint_eq(rig.nchildren, CHECKERS);
	ck_assert_int_eq(checkers_ask(all, 9, "h", "p"), ERR_AGAIN);
	answers(CHECKERS - 1, CHECKERS - 1, 1);
	answers(0, 0, 1);
	ck_assert_int_eq(checkers_ask(all, 9, "h", "p"), 0);
	end();
}
END_TEST

/* Only the answer 1 means that the password is right. */
START_TEST(other_answers_are_no)
{
	begin();
	ck_assert_int_eq(checkers_ask(all, 1, "h", "p"), 0);
	answers(0, 1, 2);
	ck_assert_int_eq(result[1], CHECK_WRONG);
	end();
}
END_TEST

START_TEST(answer_to_another_question)
{
	begin();
	ck_assert_int_eq(checkers_ask(all, 1, "h", "p"), 0);
	answers(0, 2, 1);
	ck_assert_uint_eq(done[1], 0);
	ck_assert_uint_eq(done[2], 0);
	/* It is heard no more, and another one is asked. */
	answers(0, 1, 1);
	ck_assert_uint_eq(done[1], 0);
	ck_assert_int_eq(checkers_ask(all, 3, "h", "p"), 0);
	ck_assert_uint_eq(rig.nchildren, 2);
	end();
}
END_TEST

/* Nobody knows whether the password was right. */
START_TEST(ends_in_a_check)
{
	begin();
	rig.forks = true;
	ck_assert_int_eq(checkers_ask(all, 1, "h", "p"), 0);
	kill(rig.child[0].pid, SIGSEGV);
	while (!done[1])
		ev_run(rig.m.loop, EVRUN_ONCE);
	ck_assert_int_eq(result[1], CHECK_FAILED);
	ck_assert(rig_logged("a password checker ended"));
	ck_assert_int_eq(checkers_ask(all, 2, "h", "p"), 0);
	ck_assert_uint_eq(rig.nchildren, 2);
	end();
}
END_TEST

START_TEST(cannot_be_started)
{
	begin();
	rig.no_children = true;
	ck_assert_int_eq(checkers_ask(all, 1, "h", "p"), ERR_SYS);
	ck_assert(rig_logged("no password checker can be started"));
	rig.no_children = false;
	ck_assert_int_eq(checkers_ask(all, 1, "h", "p"), 0);
	end();
}
END_TEST

START_TEST(too_long)
{
	static char password[MSG_MAX];

	begin();
	memset(password, 'x', sizeof password - 1);
	ck_assert_int_eq(checkers_ask(all, 1, "h", password), ERR_SYS);
	end();
}
END_TEST

static char hash[USER_HASH_MAX + 1];
static unsigned hashed;

static void on_hashed(void *ctx, uint32_t id, const char *made)
{
	ck_assert_ptr_eq(ctx, &rig);
	ck_assert_uint_eq(id, 1);
	hashed++;
	snprintf(hash, sizeof hash, "%s", made);
}

static void says(uint8_t type, const char *text)
{
	struct msg m = { .type = type, .id = 1 };

	msg_put_text(&m, text);
	ck_assert_int_eq(msg_send(rig.child[rig.nchildren - 1].fd[0], &m), 0);
	ev_run(rig.m.loop, EVRUN_NOWAIT);
}

/* A checker that says something else than a hash is asked no more. */
START_TEST(hashes)
{
	char password[100];
	struct msg m;
	struct rd r;

	begin();
	checkers_on_hash(all, on_hashed);
	hashed = 0;
	ck_assert_int_eq(checkers_ask_hash(all, 1, "battery staple"), 0);
	ck_assert_int_eq(rig_hears(&rig.child[0], &m), MSG_HASH);
	r = rd_of(m.data, m.len);
	rd_str16(&r, password, sizeof password);
	ck_assert(rd_is_done(&r));
	ck_assert_str_eq(password, "battery staple");
	says(MSG_HASHED, "$y$made");
	ck_assert_uint_eq(hashed, 1);
	ck_assert_str_eq(hash, "$y$made");
	/* The same process checks again. */
	ck_assert_int_eq(checkers_ask(all, 2, "h", "p"), 0);
	ck_assert_uint_eq(rig.nchildren, 1);
	answers(0, 2, 1);
	ck_assert_int_eq(result[2], CHECK_RIGHT);
	/* Not as the answer to another question, nor that as this one's. */
	ck_assert_int_eq(checkers_ask_hash(all, 1, "battery staple"), 0);
	answers(0, 1, 1);
	ck_assert_uint_eq(hashed, 1);
	ck_assert_uint_eq(done[1], 0);
	ck_assert_int_eq(checkers_ask(all, 1, "h", "p"), 0);
	ck_assert_uint_eq(rig.nchildren, 2);
	says(MSG_HASHED, "$y$made");
	ck_assert_uint_eq(done[1], 0);
	end();
}
END_TEST

/* Nobody knows what it would have been. */
START_TEST(ends_while_it_hashes)
{
	begin();
	rig.forks = true;
	hashed = 0;
	checkers_on_hash(all, on_hashed);
	ck_assert_int_eq(checkers_ask_hash(all, 1, "battery staple"), 0);
	kill(rig.child[0].pid, SIGSEGV);
	while (!hashed)
		ev_run(rig.m.loop, EVRUN_ONCE);
	ck_assert_str_eq(hash, "");
	end();
}
END_TEST

SUITE("monitor/checkers", started_when_needed, all_busy, other_answers_are_no,
      answer_to_another_question, ends_in_a_check, cannot_be_started, too_long,
      hashes, ends_while_it_hashes)
