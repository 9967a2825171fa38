/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_test.c - the mail that a shard gets from the front. */
#include "gateway/rig.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rig_two two;

START_TEST(sessions_are_kicked_by_user_number_and_gateway)
{
	rig_begin_two(&two);
	rig_command(&(struct mail_command){ .command = COMMAND_KICK,
					    .user = "carol" });
	ck_assert_int_eq(rig_number(rig.part, "kicked"), 0);
	rig_command(&(struct mail_command){
		.command = COMMAND_KICK, .gateway = "other", .user = "alice" });
	ck_assert_int_eq(rig_number(rig.part, "kicked"), 0);
	rig_command(&(struct mail_command){ .command = COMMAND_KICK,
					    .user = "alice" });
	ck_assert_int_eq(rig_number(rig.part, "kicked"), 1);
	ck_assert_int_eq(two.of_alice->state, GSESSION_LEAVING);
	ck_assert_int_eq(two.of_bob->state, GSESSION_UP);
	rig_command(&(struct mail_command){ .command = COMMAND_KICK,
					    .number = two.bob.number,
					    .leave = LEAVE_RIGHTS });
	ck_assert_int_eq(two.of_bob->state, GSESSION_LEAVING);
	ck_assert_uint_eq(two.of_bob->leave, LEAVE_RIGHTS);
	rig_end_two(&two);
}
END_TEST

START_TEST(a_session_without_a_gateway_does_not_begin)
{
	struct mail_create *m = calloc(1, sizeof *m);

	rig_begin_two(&two);
	m->to = rig.shard;
	m->id = 0x77700;
	snprintf(m->user, sizeof m->user, "alice");
	snprintf(m->gateway, sizeof m->gateway, "gone");
	shard_on_create(&m->mail);
	rig_turn();
	ck_assert_uint_eq(rig.news[NEWS_ENDED], 1);
	ck_assert_uint_eq(shard_load(&rig.worker, 0), 2);
	rig_end_two(&two);
}
END_TEST

START_TEST(an_attach_for_nobody_is_refused)
{
	struct rig_user nobody;

	rig_begin_two(&two);
	nobody = two.alice;
	nobody.id += UINT64_C(1) << 30;
	rig_attach(&nobody, true);
	ck_assert_uint_eq(rig.refused, LEAVE_UNKNOWN);
	rig_end_two(&two);
}
END_TEST

SUITE("shard", sessions_are_kicked_by_user_number_and_gateway,
      a_session_without_a_gateway_does_not_begin,
      an_attach_for_nobody_is_refused)
