/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_drain_test.c - a shard says when its sessions, or tunnels, are gone. */
#include "gateway/rig.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S UINT64_C(1000000)

static struct rig_user alice, bob;
static struct gsession *of_alice, *of_bob;

static void begin(void)
{
	of_alice = rig_start(&alice, rig_conf, NULL);
	of_bob = rig_login(&bob, "bob", "all");
	rig_attach(&bob, false);
	rig_settle(&bob, of_bob);
}

static void end(void)
{
	rig_logout(&alice);
	rig_logout(&bob);
	rig_end();
}

static json_int_t number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static void drain_by(uint64_t by_us)
{
	rig_command(&(struct mail_command){ .command = COMMAND_DRAIN,
					    .by_us = by_us });
}

START_TEST(idle_sessions_drain_first)
{
	struct mem *m;

	begin();
	rig.connect_errno = 0;
	m = rig_open(&alice, of_alice, "127.0.0.1", 7);
	drain_by(rig.now_us + 100 * S);
	ck_assert_int_eq(number(rig.part, "sessions"), 2);
	ck_assert_int_eq(number(rig.part, "channels"), 1);
	ck_assert_int_eq(of_alice->state, GSESSION_UP);
	ck_assert_int_eq(of_bob->state, GSESSION_LEAVING);
	rig_down(&bob, of_bob, 0);
	rig_turn();
	ck_assert_uint_eq(rig.drained, 0);
	/* The time is over. */
	rig.now_us += 100 * S;
	ev_invoke(rig.shard->loop.ev, &rig.shard->second, EV_TIMER);
	ck_assert_int_eq(of_alice->state, GSESSION_LEAVING);
	rig_down(&alice, of_alice, 0);
	rig_turn();
	ck_assert_uint_eq(rig.drained, 1);
	ck_assert_uint_eq(rig.shard->load, 0);
	end();
	mem_free(m);
}
END_TEST

START_TEST(tunnels_drain_and_sessions_stay)
{
	struct mail_drain *m = calloc(1, sizeof *m);

	begin();
	m->to = rig.shard;
	shard_on_drain(&m->mail);
	rig_down(&bob, of_bob, 0);
	rig_turn();
	ck_assert_uint_eq(rig.drained, 0);
	rig_down(&alice, of_alice, 0);
	rig_turn();
	ck_assert_uint_eq(rig.drained, 1);
	ck_assert_int_eq(of_alice->state, GSESSION_DETACHED);
	ck_assert_uint_eq(rig.shard->load, 2);
	end();
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
