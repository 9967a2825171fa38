/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_drain_test.c - a shard says when its sessions, or tunnels, are gone. */
#include "gateway/rig.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S UINT64_C(1000000)

static struct rig_two two;

static void drain_by(uint64_t by_us)
{
	rig_command(&(struct mail_command){ .command = COMMAND_DRAIN,
					    .by_us = by_us });
}

START_TEST(idle_sessions_drain_first)
{
	struct mem *m;

	rig_begin_two(&two);
	rig.connect_errno = 0;
	m = rig_open(&two.alice, two.of_alice, "127.0.0.1", 7);
	drain_by(rig.now_us + 100 * S);
	ck_assert_int_eq(rig_number(rig.part, "sessions"), 2);
	ck_assert_int_eq(rig_number(rig.part, "channels"), 1);
	ck_assert_int_eq(two.of_alice->state, GSESSION_UP);
	ck_assert_int_eq(two.of_bob->state, GSESSION_LEAVING);
	rig_down(&two.bob, two.of_bob, 0);
	rig_turn();
	ck_assert_uint_eq(rig.drained, 0);
	/* The time is over. */
	rig.now_us += 100 * S;
	ev_invoke(rig.shard->loop.ev, &rig.shard->second, EV_TIMER);
	ck_assert_int_eq(two.of_alice->state, GSESSION_LEAVING);
	rig_down(&two.alice, two.of_alice, 0);
	rig_turn();
	ck_assert_uint_eq(rig.drained, 1);
	ck_assert_uint_eq(rig.shard->load, 0);
	rig_end_two(&two);
	mem_free(m);
}
END_TEST

START_TEST(tunnels_drain_and_sessions_stay)
{
	struct mail_drain *m = calloc(1, sizeof *m);

	rig_begin_two(&two);
	m->to = rig.shard;
	shard_on_drain(&m->mail);
	rig_down(&two.bob, two.of_bob, 0);
	rig_turn();
	ck_assert_uint_eq(rig.drained, 0);
	rig_down(&two.alice, two.of_alice, 0);
	rig_turn();
	ck_assert_uint_eq(rig.drained, 1);
	ck_assert_int_eq(two.of_alice->state, GSESSION_DETACHED);
	ck_assert_uint_eq(rig.shard->load, 2);
	rig_end_two(&two);
}
END_TEST

START_TEST(a_shard_without_sessions_is_drained_at_once)
{
	rig_begin(rig_conf, NULL);
	drain_by(0);
	rig_turn();
	ck_assert_uint_eq(rig.drained, 1);
	rig_end();
}
END_TEST

SUITE("shard_drain", idle_sessions_drain_first, tunnels_drain_and_sessions_stay,
      a_shard_without_sessions_is_drained_at_once)
