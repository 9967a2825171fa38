/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_test.c - the mail that a shard gets from the front. */
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

START_TEST(sessions_are_kicked_by_user_number_and_gateway)
{
	begin();
	rig_command(&(struct mail_command){ .command = COMMAND_KICK,
					    .user = "carol" });
	ck_assert_int_eq(number(rig.part, "kicked"), 0);
	rig_command(&(struct mail_command){
		.command = COMMAND_KICK, .gateway = "other", .user = "alice" });
	ck_assert_int_eq(number(rig.part, "kicked"), 0);
	rig_command(&(struct mail_command){ .command = COMMAND_KICK,
					    .user = "alice" });
	ck_assert_int_eq(number(rig.part, "kicked"), 1);
	ck_assert_int_eq(of_alice->state, GSESSION_LEAVING);
	ck_assert_int_eq(of_bob->state, GSESSION_UP);
	rig_command(&(struct mail_command){ .command = COMMAND_KICK,
					    .number = bob.number,
					    .leave = LEAVE_RIGHTS });
	ck_assert_int_eq(of_bob->state, GSESSION_LEAVING);
	ck_assert_uint_eq(of_bob->leave, LEAVE_RIGHTS);
	end();
}
END_TEST

START_TEST(a_session_without_a_gateway_does_not_begin)
{
	struct mail_create *m = calloc(1, sizeof *m);

	begin();
	m->to = rig.shard;
	m->id = 0x77700;
	snprintf(m->user, sizeof m->user, "alice");
	snprintf(m->gateway, sizeof m->gateway, "gone");
	shard_on_create(&m->mail);
	rig_turn();
	ck_assert_uint_eq(rig.news[NEWS_ENDED], 1);
	ck_assert_uint_eq(shard_load(&rig.worker, 0), 2);
	end();
}
END_TEST

START_TEST(an_attach_for_nobody_is_refused)
{
	struct rig_user nobody;

	begin();
	nobody = alice;
	nobody.id += UINT64_C(1) << 30;
	rig_attach(&nobody, true);
	ck_assert_uint_eq(rig.refused, LEAVE_UNKNOWN);
	end();
}
END_TEST

SUITE("shard", sessions_are_kicked_by_user_number_and_gateway,
      a_session_without_a_gateway_does_not_begin,
      an_attach_for_nobody_is_refused)
