/* SPDX-License-Identifier: BSD-2-Clause */
/* gsession_test.c - who may attach to a session, and what its agent may
 * say.  The states are gsession_model_test.c's. */
#include "gateway/rig.h"

#include "base/err.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

static struct rig_user user;
static struct gsession *gs;

static void begin(void)
{
	gs = rig_start(&user, rig_conf, NULL);
}

static void end(void)
{
	rig_logout(&user);
	rig_end();
}

START_TEST(a_tunnel_needs_the_right_proof)
{
	begin();
	gs->secret[0] ^= 1;
	rig_attach(&user, false);
	ck_assert_uint_eq(rig.refused, LEAVE_PROOF);
	ck_assert(rig_said("its proof is wrong"));
	ck_assert_int_eq(gs->state, GSESSION_UP);
	gs->secret[0] ^= 1;
	rig_attach(&user, false);
	ck_assert_uint_eq(rig.refused, 0);
	end();
}
END_TEST

START_TEST(a_tunnel_cannot_be_played_again)
{
	begin();
	rig_attach(&user, true);
	ck_assert_uint_eq(rig.refused, LEAVE_PROOF);
	user.generation -= 2;
	rig_attach(&user, false);
	ck_assert_uint_eq(rig.refused, LEAVE_PROOF);
	end();
}
END_TEST

START_TEST(a_session_is_of_one_gateway)
{
	begin();
	snprintf(gs->gateway_name, sizeof gs->gateway_name, "other");
	rig_attach(&user, false);
	ck_assert_uint_eq(rig.refused, LEAVE_UNKNOWN);
	snprintf(gs->gateway_name, sizeof gs->gateway_name, "main");
	end();
}
END_TEST

static int say(uint8_t command, uint8_t flags, const void *p, size_t n)
{
	struct iovec payload = { (void *)(uintptr_t)p, n };
	struct iovec record;
	int ret = 0;

	ck_assert(!session_post(user.side.s, command, flags, NULL, &payload));
	while (!ret && session_next(user.side.s, &record))
		ret = session_input(gs->session, record.iov_base,
				    record.iov_len);
	return ret;
}

START_TEST(an_agent_says_what_agents_say)
{
	static const uint8_t odd[] = "\xff\xff\xff";

	begin();
	ck_assert_int_eq(say(FRAME_GOAWAY, 0, odd, 1), ERR_PROTO);
	ck_assert_str_eq(session_why(gs->session), "malformed GOAWAY");
	end();
	begin();
	ck_assert_int_eq(say(FRAME_RESOURCES, 0, odd, 3), ERR_PROTO);
	ck_assert_str_eq(session_why(gs->session), "RESOURCES from an agent");
	end();
}
END_TEST

START_TEST(an_idle_session_is_told_why_it_ends)
{
	begin();
	rig.now_us += UINT64_C(400) * 1000000;
	gsession_check(gs, rig.now_us);
	ck_assert_int_eq(gs->state, GSESSION_LEAVING);
	ck_assert_uint_eq(gs->leave, LEAVE_IDLE);
	rig_pump(&user, gs);
	ck_assert_uint_eq(user.side.last.command, FRAME_GOAWAY);
	ck_assert_uint_eq(user.side.last.flags, FLAG_FINAL);
	end();
}
END_TEST

START_TEST(groups_are_compared_as_sets)
{
	begin();
	gsession_regroup(gs, "all, more");
	ck_assert(rig_said("is in other groups"));
	rig_hush();
	gsession_regroup(gs, "more, all");
	ck_assert(!rig_said("is in other groups"));
	gsession_regroup(gs, "");
	ck_assert(rig_said("is in other groups"));
	end();
}
END_TEST

START_TEST(changes_of_its_state_are_logged)
{
	begin();
	ck_assert(rig_said("session: fresh -> up"));
	rig_down(&user, gs, ERR_CLOSED);
	ck_assert(rig_said("session: up -> detached"));
	end();
}
END_TEST

SUITE("gsession", a_tunnel_needs_the_right_proof,
      a_tunnel_cannot_be_played_again, a_session_is_of_one_gateway,
      an_agent_says_what_agents_say, an_idle_session_is_told_why_it_ends,
      groups_are_compared_as_sets, changes_of_its_state_are_logged)
