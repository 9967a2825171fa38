/* SPDX-License-Identifier: BSD-2-Clause */
/* race_test.c - which address is tried when, and which one wins.
 *
 * Silent is a listener whose queue is full: the kernel drops what else comes.  Time
 * stands still, and timers fire by hand. */
#include "net/race.h"

#include "net/sock.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "suite.h"

enum { NOTHING = -2, FILLERS = 4, SOCKS_MAX = 32 };

static uint64_t now;
static struct loop loop;
static struct race race;
static int socks[SOCKS_MAX];
static unsigned nsocks;
static int got;
static unsigned calls, won, nfailed, failed[RACE_ADDRS];
static int error;
static uint32_t forbidden;
static unsigned most_lanes, told_lanes;

uint64_t loop_now_us(const struct loop *l)
{
	(void)l;
	return now;
}

static bool on_may(struct race *r, unsigned at)
{
	ck_assert_ptr_eq(r, &race);
	return !(forbidden >> at & 1);
}

static void on_failed(struct race *r, unsigned at, int e)
{
	ck_assert_ptr_eq(r, &race);
	failed[nfailed++] = at;
	error = e;
}

static void on_done(struct race *r, int fd, unsigned at)
{
	ck_assert_ptr_eq(r, &race);
	got = fd;
	won = at;
	calls++;
}

static bool on_lanes(struct race *r, unsigned n)
{
	ck_assert_ptr_eq(r, &race);
	if (n > most_lanes)
		return false;
	told_lanes = n;
	return true;
}

static const struct race_ops ops = {
	.may = on_may,
	.failed = on_failed,
	.done = on_done,
	.lanes = on_lanes,
};

static void start(void)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	race_init(&race, &loop, &ops);
	now = 1000000000;
	nsocks = calls = nfailed = forbidden = 0;
	got = NOTHING;
	most_lanes = RACE_LANES;
	told_lanes = 0;
}

static void stop(void)
{
	race_drop(&race);
	if (got >= 0)
		close(got);
	while (nsocks)
		close(socks[--nsocks]);
	loop_fini(&loop);
}

static struct addr keep(int fd)
{
	ck_assert_int_ge(fd, 0);
	ck_assert_uint_lt(nsocks, SOCKS_MAX);
	socks[nsocks++] = fd;
	return addr_local(fd);
}

static struct addr bound(int backlog)
{
	struct addr at;

	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	return keep(tcp_listen(&at, backlog, false));
}

static void add_live(void)
{
	struct addr at = bound(8);

	race_add(&race, &at);
}

/* A port where nobody listens, and nobody else can. */
static void add_dead(void)
{
	struct addr at = bound(0);

	race_add(&race, &at);
}

static void add_silent(unsigned times)
{
	struct addr at = bound(0);

	ck_assert_int_eq(listen(socks[nsocks - 1], 0), 0);
	for (unsigned i = 0; i < FILLERS; i++)
		(void)keep(tcp_connect(&at, NULL));
	while (times--)
		race_add(&race, &at);
}

static unsigned running(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < RACE_LANES; i++)
		n += race.lane[i].fd >= 0;
	return n;
}

static void fires_in(ev_timer *due, unsigned ms)
{
	double s = ev_timer_remaining(loop.ev, due);

	ck_assert(ev_is_active(due));
	ck_assert_msg(s > ms / 1e3 - 0.001 && s < ms / 1e3 + 0.001,
		      "due in %f s, not %u ms", s, ms);
	now += ms * 1000;
	ev_timer_stop(loop.ev, due);
	ev_invoke(loop.ev, due, EV_TIMER);
}

/* In that many milliseconds the next address is due, and it comes. */
static void due_in(unsigned ms)
{
	ck_assert(!ev_is_active(&race.end_due));
	fires_in(&race.next_due, ms);
}

/* In that many milliseconds the attempts that are left end, and so they do. */
static void ends_in(unsigned ms)
{
	ck_assert(!ev_is_active(&race.next_due));
	fires_in(&race.end_due, ms);
}

static bool is_due(void)
{
	return ev_is_active(&race.next_due) || ev_is_active(&race.end_due);
}

static void wait_done(void)
{
	while (!calls)
		ev_run(loop.ev, EVRUN_ONCE);
	ck_assert_uint_eq(calls, 1);
	ck_assert_uint_eq(running(), 0);
	ck_assert(!is_due());
}

START_TEST(beside_those_that_are_silent)
{
	start();
	add_silent(2);
	add_live();
	add_dead();
	race_run(&race);
	ck_assert_uint_eq(running(), 1);
	due_in(250);
	ck_assert_uint_eq(running(), 2);
	due_in(250);
	ck_assert_uint_eq(running(), 3);
	wait_done();
	ck_assert_int_ge(got, 0);
	ck_assert_uint_eq(won, 2);
	ck_assert_uint_eq(addr_peer(got).port, race.addr[2].port);
	ck_assert_uint_eq(nfailed, 0);
	stop();
}
END_TEST

START_TEST(at_once_after_a_refusal)
{
	start();
	add_silent(1);
	add_dead();
	add_dead();
	add_live();
	race_run(&race);
	due_in(250);
	wait_done();
	ck_assert_uint_eq(won, 3);
	ck_assert_uint_eq(nfailed, 2);
	ck_assert_uint_eq(failed[0], 1);
	ck_assert_uint_eq(failed[1], 2);
	ck_assert_int_eq(error, ECONNREFUSED);
	stop();
}
END_TEST

/* Only RACE_LANES addresses are tried at once. If more wait, the oldest attempt
 * is given up after five seconds. */
START_TEST(places_are_few)
{
	start();
	add_silent(RACE_LANES + 2);
	add_live();
	race_run(&race);
	for (unsigned i = 1; i < RACE_LANES; i++)
		due_in(250);
	ck_assert_uint_eq(running(), RACE_LANES);
	ck_assert_uint_eq(nfailed, 0);
	due_in(5000 - 250 * (RACE_LANES - 1));
	ck_assert_uint_eq(nfailed, 1);
	ck_assert_uint_eq(failed[0], 0);
	ck_assert_int_eq(error, ETIMEDOUT);
	ck_assert_uint_eq(running(), RACE_LANES);
	due_in(250);
	ck_assert_uint_eq(failed[1], 1);
	due_in(250);
	ck_assert_uint_eq(failed[2], 2);
	wait_done();
	ck_assert_uint_eq(won, RACE_LANES + 2);
	ck_assert_uint_eq(nfailed, 3);
	stop();
}
END_TEST

/* The last attempts go on until the kernel gives up. */
START_TEST(the_last_ones_have_time)
{
	start();
	add_silent(2);
	race_run(&race);
	due_in(250);
	ck_assert_uint_eq(running(), 2);
	ck_assert(!is_due());
	/* It answers after all. */
	add_live();
	race_run(&race);
	wait_done();
	ck_assert_uint_eq(won, 2);
	stop();
}
END_TEST

START_TEST(the_last_one_has_a_limit)
{
	start();
	race.last_us = 3000000;
	add_silent(2);
	race_run(&race);
	due_in(250);
	ck_assert_uint_eq(calls, 0);
	ends_in(3000);
	ck_assert_uint_eq(calls, 1);
	ck_assert_int_eq(got, -1);
	ck_assert_uint_eq(nfailed, 2);
	ck_assert_int_eq(error, ETIMEDOUT);
	ck_assert_uint_eq(running(), 0);
	stop();
}
END_TEST

/* An address that comes while only the end was waited for is tried in its
 * turn, and the others go on beside it. */
START_TEST(one_more_before_the_end)
{
	start();
	race.last_us = 3000000;
	add_silent(1);
	race_run(&race);
	ck_assert(ev_is_active(&race.end_due));
	add_live();
	due_in(250);
	ck_assert_uint_eq(running(), 2);
	ck_assert_uint_eq(nfailed, 0);
	wait_done();
	ck_assert_uint_eq(won, 1);
	stop();
}
END_TEST

START_TEST(all_refuse)
{
	start();
	add_dead();
	add_dead();
	race_run(&race);
	wait_done();
	ck_assert_int_eq(got, -1);
	ck_assert_uint_eq(nfailed, 2);
	stop();
}
END_TEST

/* A connection to this machine is known at once. */
START_TEST(promptly)
{
	start();
	race.prompt = true;
	add_dead();
	add_live();
	race_run(&race);
	ck_assert_uint_eq(calls, 1);
	ck_assert_int_ge(got, 0);
	ck_assert_uint_eq(won, 1);
	ck_assert_uint_eq(nfailed, 1);
	ck_assert_int_eq(error, ECONNREFUSED);
	ck_assert_uint_eq(running(), 0);
	stop();
	/* One that is silent is waited for. */
	start();
	race.prompt = true;
	add_silent(1);
	add_live();
	race_run(&race);
	ck_assert_uint_eq(calls, 0);
	ck_assert_uint_eq(running(), 1);
	due_in(250);
	ck_assert_uint_eq(calls, 1);
	ck_assert_uint_eq(won, 1);
	stop();
}
END_TEST

START_TEST(none_at_all)
{
	start();
	race_run(&race);
	ck_assert_uint_eq(calls, 1);
	ck_assert_int_eq(got, -1);
	stop();
}
END_TEST

START_TEST(what_may_not_be)
{
	start();
	add_live();
	add_live();
	forbidden = 1;
	race_run(&race);
	wait_done();
	ck_assert_uint_eq(won, 1);
	ck_assert_uint_eq(nfailed, 0);
	stop();
	/* No longer, once it has answered. */
	start();
	add_live();
	add_live();
	race_run(&race);
	forbidden = 1;
	wait_done();
	ck_assert_uint_eq(won, 1);
	stop();
}
END_TEST

static void limit_descriptors(rlim_t n)
{
	struct rlimit l;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &l), 0);
	l.rlim_cur = n;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &l), 0);
}

/* With one descriptor left, the first attempt has its five seconds, then the
 * next begins. */
START_TEST(one_descriptor_is_left)
{
	struct rlimit before;
	int next;

	start();
	add_silent(1);
	add_live();
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	next = dup(0);
	close(next);
	limit_descriptors((rlim_t)next + 1);
	race_run(&race);
	for (unsigned i = 0; i < 19; i++) {
		due_in(250);
		ck_assert_uint_eq(running(), 1);
		ck_assert_uint_eq(nfailed, 0);
	}
	due_in(250);
	ck_assert_uint_eq(nfailed, 1);
	ck_assert_int_eq(error, ETIMEDOUT);
	wait_done();
	ck_assert_uint_eq(won, 1);
	close(got);
	/* With none at all there is nothing to wait for. */
	got = NOTHING;
	calls = nfailed = 0;
	race.left = 1;
	limit_descriptors((rlim_t)next);
	race_run(&race);
	ck_assert_int_eq(got, -1);
	ck_assert_int_eq(error, EMFILE);
	limit_descriptors(before.rlim_cur);
	stop();
}
END_TEST

/* Races use half of the descriptors, so that other connections find some. */
START_TEST(half_of_the_descriptors)
{
	start();
	add_silent(1);
	add_live();
	loop.fds_most = 2;
	race_run(&race);
	for (unsigned i = 0; i < 19; i++)
		due_in(250);
	ck_assert_uint_eq(running(), 1);
	ck_assert_uint_eq(nfailed, 0);
	loop.fds_most = 1000;
	due_in(250);
	wait_done();
	ck_assert_uint_eq(won, 1);
	stop();
}
END_TEST

/* The owner allows each attempt, and is told of its end. */
START_TEST(as_many_as_the_owner_lets)
{
	start();
	most_lanes = 2;
	add_silent(3);
	add_live();
	race_run(&race);
	due_in(250);
	ck_assert_uint_eq(running(), 2);
	ck_assert_uint_eq(told_lanes, 2);
	for (unsigned i = 0; i < 18; i++)
		due_in(250);
	ck_assert_uint_eq(running(), 2);
	ck_assert_uint_eq(nfailed, 0);
	due_in(250);
	ck_assert_uint_eq(nfailed, 1);
	ck_assert_uint_eq(running(), 2);
	most_lanes = 4;
	due_in(250);
	ck_assert_uint_eq(told_lanes, 3);
	wait_done();
	ck_assert_uint_eq(told_lanes, 0);
	stop();
}
END_TEST

START_TEST(the_others_on_demand)
{
	start();
	add_silent(1);
	add_live();
	race_run(&race);
	due_in(250);
	wait_done();
	ck_assert_uint_eq(won, 1);
	close(got);
	got = NOTHING;
	calls = 0;
	race_run(&race);
	ck_assert_uint_eq(running(), 1);
	ck_assert_uint_eq(race.lane[0].at, 0);
	ck_assert_uint_eq(calls, 0);
	stop();
}
END_TEST

START_TEST(dropped)
{
	start();
	add_silent(2);
	race_run(&race);
	due_in(250);
	race_drop(&race);
	ck_assert_uint_eq(running(), 0);
	ev_run(loop.ev, EVRUN_NOWAIT);
	ck_assert_uint_eq(calls, 0);
	stop();
}
END_TEST

/* An address that is added does not take time from the first attempt. */
START_TEST(added_while_it_runs)
{
	start();
	add_silent(1);
	race_run(&race);
	ck_assert(!is_due());
	add_live();
	add_dead();
	ck_assert_uint_eq(running(), 1);
	due_in(250);
	ck_assert_uint_eq(running(), 2);
	wait_done();
	ck_assert_uint_eq(won, 1);
	stop();
}
END_TEST

START_TEST(families_in_turn)
{
	static const char *const of[][2] = {
		{ "", "" },
		{ "6", "6" },
		{ "66644", "64646" },
		{ "4466", "4646" },
		{ "46", "46" },
		{ "6664", "6466" },
		{ "4446664", "4646464" },
	};
	struct addr a[8];

	for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
		unsigned n = (unsigned)strlen(of[i][0]), last[2] = { 0, 0 };

		for (unsigned k = 0; k < n; k++)
			a[k] = (struct addr){ .family = of[i][0][k] == '6' ?
								AF_INET6 :
								AF_INET,
					      .port = (uint16_t)(k + 1) };
		race_interleave(a, n);
		for (unsigned k = 0; k < n; k++) {
			bool six = a[k].family == AF_INET6;

			ck_assert_int_eq(of[i][1][k], six ? '6' : '4');
			ck_assert_uint_gt(a[k].port, last[six]);
			last[six] = a[k].port;
		}
	}
}
END_TEST

SUITE("race", promptly, beside_those_that_are_silent, at_once_after_a_refusal,
      places_are_few, the_last_ones_have_time, the_last_one_has_a_limit,
      one_more_before_the_end, all_refuse, none_at_all, what_may_not_be,
      one_descriptor_is_left, half_of_the_descriptors,
      as_many_as_the_owner_lets, the_others_on_demand, dropped,
      added_while_it_runs, families_in_turn)
