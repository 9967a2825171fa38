/* SPDX-License-Identifier: BSD-2-Clause */
/* limits_test.c - what one user may have, and what the log and the user
 * hear. */
#include "gateway/rig.h"

#include "gateway/limits.h"

#include "suite.h"

#include <string.h>

#define S UINT64_C(1000000)

static const char conf[] =
	"[server]\n"
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
	"private_key = k\nusers = users\ngroups = all\n"
	"connections_per_user = 16\nconnections_per_second = 4\n"
	"[resource echo]\nhost = 127.0.0.1\nport = 7\n"
	"[group all]\nusers = alice\nresources = echo\n"
	"memory = 16M\n";

static struct rig_user user;
static struct gsession *gs;

static void begin(void)
{
	gs = rig_start(&user, conf, NULL);
	quota_force(gs->quota, 14);
}

static void end(void)
{
	quota_give(gs->quota, 14);
	rig_logout(&user);
	rig_end();
}

START_TEST(a_user_has_so_many_connections)
{
	begin();
	ck_assert_ptr_null(limits_more(gs->session, false));
	ck_assert_ptr_null(limits_more(gs->session, false));
	ck_assert(strstr(limits_more(gs->session, false), "as many"));
	ck_assert(rig_said("connections_per_user in [gateway main]"));
	/* What comes from another worker must be. */
	ck_assert_ptr_null(limits_more(gs->session, true));
	for (int i = 0; i < 3; i++)
		limits_less(gs->session);
	ck_assert_ptr_null(limits_more(gs->session, false));
	limits_less(gs->session);
	end();
}
END_TEST

START_TEST(all_sessions_of_a_user_count_together)
{
	struct rig_user second;
	struct gsession *other;

	begin();
	other = rig_login(&second, "alice", "all");
	ck_assert_ptr_null(limits_more(gs->session, false));
	ck_assert_ptr_null(limits_more(other->session, false));
	ck_assert_ptr_nonnull(limits_more(gs->session, false));
	limits_less(gs->session);
	limits_less(other->session);
	rig_logout(&second);
	end();
}
END_TEST

START_TEST(refusals_are_told_once_a_minute)
{
	begin();
	quota_force(gs->quota, 2);
	ck_assert_ptr_nonnull(limits_more(gs->session, false));
	ck_assert(rig_said("1 connection refused"));
	rig_hush();
	for (int i = 0; i < 4; i++)
		ck_assert_ptr_nonnull(limits_more(gs->session, false));
	limits_check(gs, rig.now_us + 30 * S);
	ck_assert(!rig_said("refused"));
	limits_check(gs, rig.now_us + 60 * S);
	ck_assert(rig_said("4 connections refused"));
	quota_give(gs->quota, 2);
	end();
}
END_TEST

START_TEST(another_address_is_tried_while_there_is_room)
{
	begin();
	ck_assert(!limits_take_beside(gs));
	quota_give(gs->quota, 7);
	ck_assert(limits_take_beside(gs));
	ck_assert(!limits_take_beside(gs));
	limits_give(gs);
	quota_force(gs->quota, 7);
	end();
}
END_TEST

START_TEST(connections_begin_in_turn)
{
	uint64_t at = 0;

	begin();
	for (unsigned i = 0; i < 4 * QUOTA_BURST_S; i++) {
		ck_assert_ptr_null(limits_turn(gs->session, &at));
		ck_assert_uint_eq(at, 0);
	}
	ck_assert_ptr_null(limits_turn(gs->session, &at));
	ck_assert_uint_eq(at, rig.now_us + S / 4);
	limits_crowded(gs->session, CROWD_LEAVE);
	ck_assert(rig_said("connections_per_second in [gateway main] is 4"));
	end();
}
END_TEST

/* Who would have to wait too long is refused, and the log counts that. */
START_TEST(who_would_wait_too_long_is_refused)
{
	uint64_t at;

	begin();
	while (!limits_turn(gs->session, &at))
		;
	ck_assert_ptr_nonnull(strstr(limits_turn(gs->session, &at),
				     "too many connections per second"));
	ck_assert(rig_said("1 connection refused: they would have to wait for "
			   "their turn longer than 5 s: "
			   "connections_per_second in [gateway main] is 4"));
	ck_assert_uint_eq(
		quotas_told(gs->shard->worker->quotas, QUOTA_NEWS_HASTY), 2);
	rig_hush();
	limits_check(gs, rig.now_us + 60 * S);
	ck_assert(rig_said("1 connection refused"));
	end();
}
END_TEST

START_TEST(memory_is_named_by_its_setting)
{
	begin();
	limits_crowded(gs->session, CROWD_SESSION);
	ck_assert(rig_said("session_memory in [gateway main]"));
	limits_crowded(gs->session, CROWD_USER);
	ck_assert(rig_said("others of this user end: memory in [group all] is "
			   "16.0 MiB"));
	rig_hush();
	limits_crowded(gs->session, CROWD_USER);
	ck_assert(!rig_said("memory"));
	limits_crowded(gs->session, CROWD_ALL);
	ck_assert(rig_said("memory in [server]"));
	end();
}
END_TEST

/* Sessions of one user charge one pool, which has the limit of a group. */
START_TEST(memory_is_of_all_sessions_of_a_user)
{
	struct budget_pool *pool;
	struct rig_user second;
	struct gsession *other;

	begin();
	other = rig_login(&second, "alice", "all");
	pool = quota_memory(gs->quota);
	ck_assert_ptr_eq(gs->memory.pool, pool);
	ck_assert_ptr_eq(other->memory.pool, pool);
	ck_assert_uint_eq(pool->limit, 16 << 20);
	budget_force(&gs->memory, 10 << 20);
	ck_assert(budget_lets(&other->memory, 6 << 20));
	ck_assert(!budget_lets(&other->memory, (6 << 20) + 1));
	budget_discharge(&gs->memory, 10 << 20);
	rig_logout(&second);
	end();
}
END_TEST

/* Some descriptors are kept for those that log in. */
START_TEST(places_are_what_the_descriptors_leave)
{
	struct quotas *few = limits_new(400), *none = limits_new(0),
		      *many = limits_new(1000000);
	unsigned places = quotas_count(few).places;

	ck_assert_uint_gt(places, 200);
	ck_assert_uint_le(places, 300);
	ck_assert_uint_eq(quotas_count(none).places, 0);
	ck_assert_uint_gt(quotas_count(many).places, 1000000 - 9000);
	quotas_free(few);
	quotas_free(none);
	quotas_free(many);
}
END_TEST

SUITE("limits", a_user_has_so_many_connections,
      all_sessions_of_a_user_count_together, refusals_are_told_once_a_minute,
      another_address_is_tried_while_there_is_room, connections_begin_in_turn,
      who_would_wait_too_long_is_refused, memory_is_named_by_its_setting,
      memory_is_of_all_sessions_of_a_user,
      places_are_what_the_descriptors_leave)
