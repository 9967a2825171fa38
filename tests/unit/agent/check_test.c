/* SPDX-License-Identifier: BSD-2-Clause */
/* check_test.c - the question whether the gateway would connect, and what its
 * answers mean. */
#include "agent/check.h"

#include "base/err.h"
#include "rig.h"

#include <string.h>

#include "suite.h"

static unsigned answers, got;
static char text[300];

static void on_answer(void *ctx, unsigned reason, const char *says)
{
	ck_assert_ptr_eq(ctx, &answers);
	answers++;
	got = reason;
	snprintf(text, sizeof text, "%s", says ? says : "none");
}

static int question(void)
{
	const struct open o = { .dest = { .host = "db.x", .port = 5432 } };

	return check_ask(rig.agent, SERVICE_FORWARD, &o, on_answer, &answers);
}

/* The question has come; the answer is still to be given. */
static void ask(void)
{
	answers = 0;
	rig_open();
	rig_up();
	ck_assert_int_eq(question(), 0);
	ck_assert_uint_eq(answers, 0);
	UNTIL(rig.seen[FRAME_OPEN]);
}

static void says(unsigned reason, const char *why)
{
	struct reset r = { .reason = (uint16_t)reason };
	uint8_t p[300];

	snprintf(r.text, sizeof r.text, "%s", why);
	rig_say(&(struct said){ FRAME_CLOSE, FLAG_RESET,
				rig.last[FRAME_OPEN].client_id, 0, p,
				pack_reset(p, sizeof p, &r) });
	UNTIL(answers);
}

/* Once, and nothing is left of it. */
static void is_answered(unsigned reason, const char *why)
{
	rig_turns();
	ck_assert_uint_eq(answers, 1);
	ck_assert_uint_eq(got, reason);
	ck_assert_str_eq(text, why);
	ck_assert(list_is_empty(&rig.agent->flows));
	rig_close();
}

START_TEST(what_is_asked)
{
	struct open o;

	ask();
	ck_assert(rig.last[FRAME_OPEN].flags & FLAG_CHECK);
	ck_assert_uint_eq(rig.last[FRAME_OPEN].service, SERVICE_FORWARD);
	ck_assert_int_eq(unpack_open(&o, rig.payload[FRAME_OPEN],
				     rig.last[FRAME_OPEN].len),
			 0);
	ck_assert_str_eq(o.dest.host, "db.x");
	ck_assert_uint_eq(o.dest.port, 5432);
	says(REASON_GRANTED, "");
	/* Nothing is noted as refused. */
	ck_assert_uint_eq(rig.agent->refusals.n, 0);
	is_answered(REASON_GRANTED, "none");
}
END_TEST

START_TEST(a_refusal)
{
	ask();
	says(REASON_DENIED, "not-allowed");
	ck_assert_uint_eq(rig.agent->refusals.n, 0);
	is_answered(REASON_DENIED, "not-allowed");
}
END_TEST

/* An earlier gateway takes the question for a connection: it would let it
 * through, and the connection ends at once. */
START_TEST(a_gateway_that_connects)
{
	struct opened o = { .credit = 1000 };
	struct reset r;
	uint8_t p[100];

	ask();
	rig_say(&(struct said){ FRAME_OPENED, 0, rig.last[FRAME_OPEN].client_id,
				1, p, pack_opened(p, sizeof p, &o) });
	UNTIL(answers);
	UNTIL(rig.seen[FRAME_CLOSE]);
	ck_assert(rig.last[FRAME_CLOSE].flags & FLAG_RESET);
	ck_assert_int_eq(unpack_reset(&r, rig.payload[FRAME_CLOSE],
				      rig.last[FRAME_CLOSE].len),
			 0);
	is_answered(REASON_GRANTED, "none");
}
END_TEST

START_TEST(the_tunnel_is_lost)
{
	ask();
	rig_hang_up();
	UNTIL(answers);
	is_answered(REASON_LOST, "none");
}
END_TEST

/* Who asks hears of the end, too. */
START_TEST(the_agent_ends)
{
	ask();
	rig_close();
	ck_assert_uint_eq(answers, 1);
	ck_assert_uint_ne(got, REASON_GRANTED);
}
END_TEST

START_TEST(no_tunnel)
{
	answers = 0;
	rig_open();
	rig.manners.mute_attach = true;
	rig_begin();
	ck_assert_int_eq(question(), ERR_AGAIN); /* no session ... */
	UNTIL(rig.attaches);
	ck_assert_int_eq(question(), ERR_AGAIN); /* ... and no tunnel */
	rig_close();
	ck_assert_uint_eq(answers, 0);
}
END_TEST

START_TEST(for_people)
{
	ck_assert_str_eq(check_text(REASON_NO_NAME, NULL),
			 "the gateway finds no address of this name");
	ck_assert_ptr_nonnull(
		strstr(check_text(REASON_CODE, "x"), "adit confirm"));
	ck_assert_ptr_nonnull(strstr(check_text(REASON_DENIED, "not-allowed"),
				     "aditctl why"));
	/* A word that this agent does not know. */
	ck_assert_str_eq(check_text(REASON_DENIED, "no-such-rule"),
			 reason_str(REASON_DENIED));
	ck_assert_str_eq(check_text(REASON_REFUSED, NULL),
			 reason_str(REASON_REFUSED));
}
END_TEST

SUITE("check", what_is_asked, a_refusal, a_gateway_that_connects,
      the_tunnel_is_lost, the_agent_ends, no_tunnel, for_people)
