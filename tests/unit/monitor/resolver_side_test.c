/* SPDX-License-Identifier: BSD-2-Clause */
/* resolver_side_test.c - the monitor's end of the resolver: questions, another
 * resolver after one that ended, and the socket that outlives both. */
#include "monitor_rig.h"

#include "base/err.h"
#include "process/child.h"
#include "suite.h"

#include <string.h>
#include <sys/stat.h>

static struct ev_loop *loop;
static struct resolver_side *side;
static unsigned found, again;
static uint32_t found_id;

static void on_found(void *ctx, uint32_t id, const struct msg_resolved *r)
{
	ck_assert_ptr_eq(ctx, &found);
	ck_assert_uint_eq(r->outcome, FOUND_NO_NAME);
	found_id = id;
	found++;
}

static void on_again(void *ctx)
{
	(void)ctx;
	again++;
}

static struct rig_child *last(void)
{
	ck_assert_uint_gt(rig.nchildren, 0);
	return &rig.child[rig.nchildren - 1];
}

static void begin(void)
{
	rig_init("");
	loop = rig.m.loop;
	found = again = 0;
	side = resolver_side_new(&(struct resolver_side_conf){
		.loop = loop,
		.user = &rig.m.resolver_user,
		.found = on_found,
		.again = on_again,
		.ctx = &found,
	});
	ck_assert_ptr_nonnull(side);
}

static void end(void)
{
	resolver_side_free(side);
	rig_fini();
}

/* The loop looks once, and does not wait. */
static void turn(void)
{
	ev_run(loop, EVRUN_NOWAIT);
}

static void answers(uint32_t id, unsigned outcome)
{
	struct msg m = { .type = MSG_RESOLVED, .id = id };
	struct msg_resolved r = { .outcome = (uint8_t)outcome };

	m.len = pack_msg_resolved(m.data, sizeof m.data, &r);
	ck_assert_int_eq(msg_send(last()->fd[0], &m), 0);
}

START_TEST(not_there_yet)
{
	begin();
	ck_assert_int_eq(resolver_side_pid(side), 0);
	ck_assert_int_eq(resolver_side_names(side), -1);
	ck_assert_int_eq(resolver_side_ask(side, 1, "a.example"), ERR_CLOSED);
	resolver_side_afresh(side);
	end();
}
END_TEST

START_TEST(question_and_answer)
{
	struct msg_resolve asked;
	struct msg m;

	begin();
	ck_assert_int_ge(resolver_side_renew(side), 0);
	ck_assert_str_eq(last()->role, "aditd: resolver");
	ck_assert_int_eq(resolver_side_ask(side, 7, "a.example"), 0);
	ck_assert_int_eq(rig_hears(last(), &m), MSG_RESOLVE);
	ck_assert_uint_eq(m.id, 7);
	ck_assert_int_eq(unpack_msg_resolve(&asked, m.data, m.len), 0);
	ck_assert_str_eq(asked.host, "a.example");
	ck_assert_str_eq(asked.who, "");
	answers(7, FOUND_NO_NAME);
	turn();
	ck_assert_uint_eq(found, 1);
	ck_assert_uint_eq(found_id, 7);
	resolver_side_afresh(side);
	ck_assert_int_eq(rig_hears(last(), &m), MSG_RESOLVE_AFRESH);
	end();
}
END_TEST

static ino_t inode(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	return st.st_ino;
}

/* A new worker must not hear what the one before has asked. */
START_TEST(another_pair)
{
	ino_t before;
	pid_t pid;

	begin();
	before = inode(resolver_side_renew(side));
	pid = resolver_side_pid(side);
	ck_assert_uint_ne(inode(resolver_side_renew(side)), before);
	ck_assert_int_ne(resolver_side_pid(side), pid);
	end();
}
END_TEST

START_TEST(adopted_pair)
{
	struct resolver_ends ends = { -1, -1 };

	begin();
	ck_assert_int_eq(child_pair(&ends.worker, &ends.resolver), 0);
	resolver_side_adopt(side, ends);
	ck_assert_int_eq(resolver_side_names(side), ends.worker);
	ck_assert_int_eq(resolver_side_ends(side).resolver, ends.resolver);
	ck_assert_int_ne(resolver_side_pid(side), 0);
	ck_assert_uint_eq(inode(last()->fd[2]), inode(ends.resolver));
	end();
}
END_TEST

START_TEST(a_new_resolver_asks_for_questions)
{
	begin();
	ck_assert_int_ge(resolver_side_renew(side), 0);
	rig_says(last(), MSG_RESOLVE_AGAIN, 0, NULL);
	turn();
	ck_assert_uint_eq(again, 1);
	end();
}
END_TEST

START_TEST(what_is_no_answer)
{
	begin();
	rig.forks = true;
	ck_assert_int_ge(resolver_side_renew(side), 0);
	rig_says(last(), MSG_RESOLVED, 1, NULL);
	answers(2, FOUND_NO_NAME);
	/* Killed for it. */
	while (resolver_side_pid(side))
		ev_run(loop, EVRUN_ONCE);
	ck_assert_int_eq(resolver_side_ask(side, 3, "a.example"), ERR_CLOSED);
	ck_assert(rig_logged("the resolver ended"));
	ck_assert_uint_eq(found, 0);
	end();
}
END_TEST

SUITE("monitor/resolver_side", not_there_yet, question_and_answer, another_pair,
      adopted_pair, a_new_resolver_asks_for_questions, what_is_no_answer)
