/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_news_test.c - what a shard tells the front of a session. */
#include "gateway/rig.h"

#include "suite.h"

#include <string.h>

static struct rig_user user;

static void end(void)
{
	rig_logout(&user);
	rig_end();
}

START_TEST(the_front_hears_it_in_its_own_turn)
{
	rig_start(&user, rig_conf, NULL);
	memset(rig.news, 0, sizeof rig.news);
	shard_tell(rig.shard, 0x1234500, NEWS_DETACHED);
	ck_assert_uint_eq(rig.news[NEWS_DETACHED], 0);
	ev_run(rig.front.ev, EVRUN_NOWAIT);
	ck_assert_uint_eq(rig.news[NEWS_DETACHED], 1);
	ck_assert_uint_eq(rig.news_about, 0x1234500);
	end();
}
END_TEST

START_TEST(news_come_in_order)
{
	rig_start(&user, rig_conf, NULL);
	memset(rig.news, 0, sizeof rig.news);
	shard_tell(rig.shard, 0x100, NEWS_ATTACHED);
	shard_tell(rig.shard, 0x200, NEWS_DETACHED);
	shard_tell(rig.shard, 0x300, NEWS_ENDED);
	ev_run(rig.front.ev, EVRUN_NOWAIT);
	for (unsigned i = 0; i <= NEWS_ENDED; i++)
		ck_assert_uint_eq(rig.news[i], 1);
	ck_assert_uint_eq(rig.news_about, 0x300);
	end();
}
END_TEST

SUITE("gateway/shard_news", the_front_hears_it_in_its_own_turn,
      news_come_in_order)
