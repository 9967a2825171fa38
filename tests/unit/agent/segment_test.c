/* SPDX-License-Identifier: BSD-2-Clause */
/* segment_test.c - when an agent uses small TCP segments, and when full ones
 * again. */
#include "rig.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "suite.h"

enum { NOW = 1000000000, HOUR_US = 3600 * 1000000u };

static struct segment *s;

static void start(void)
{
	rig_open();
	rig_up();
	s = &rig.agent->uplink.segment;
	ck_assert(ev_is_active(&s->look));
	ck_assert_int_eq(segment_dial(&rig.agent->uplink), 0);
}

static void end(enum blackhole seen, bool silent)
{
	s->seen = seen;
	segment_ended(&rig.agent->uplink, silent);
	ck_assert(!ev_is_active(&s->look));
}

/* The connection that follows: made, and answered at once. */
static int next(void)
{
	int n = segment_dial(&rig.agent->uplink);

	segment_dialled(&rig.agent->uplink, true);
	segment_works(&rig.agent->uplink);
	return n;
}

START_TEST(an_end_of_another_kind)
{
	start();
	end(BLACKHOLE_NONE, true);
	ck_assert_int_eq(next(), 0);
	end(BLACKHOLE_DELIVERED, false);
	ck_assert_int_eq(next(), 0);
	rig_close();
}
END_TEST

/* Stopping a connection that was answered long ago is no sign of lost
 * packets. */
START_TEST(stopped_connections)
{
	rig_open();
	rig_up();
	s = &rig.agent->uplink.segment;
	s->dialled_us -= 10000000;
	uplink_settle(&rig.agent->uplink);
	ck_assert(!segment_waited(&rig.agent->uplink));
	segment_dial(&rig.agent->uplink);
	s->dialled_us -= 10000000;
	ck_assert(segment_waited(&rig.agent->uplink));
	rig_close();
}
END_TEST

START_TEST(small_ones_stay)
{
	start();
	end(BLACKHOLE_DELIVERED, true);
	ck_assert_int_eq(next(), BLACKHOLE_SEGMENT);
	end(BLACKHOLE_NONE, false);
	ck_assert_int_eq(next(), BLACKHOLE_SEGMENT);
	/* Out of reach for a while: it is the same network. */
	segment_dialled(&rig.agent->uplink, false);
	ck_assert_int_eq(next(), BLACKHOLE_SEGMENT);
	s->since_us -= HOUR_US;
	ck_assert_int_eq(next(), 0);
	end(BLACKHOLE_CERTAIN, true);
	ck_assert_int_eq(next(), BLACKHOLE_SEGMENT);
	segment_new_network(&rig.agent->uplink);
	ck_assert_int_eq(next(), 0);
	rig_close();
}
END_TEST

/* Silence once, as on a link that is down for some seconds, is no sign. */
START_TEST(once_is_no_sign)
{
	start();
	end(BLACKHOLE_LIKELY, true);
	ck_assert_int_eq(next(), 0);
	s->doubted_us -= HOUR_US;
	end(BLACKHOLE_LIKELY, true);
	ck_assert_int_eq(next(), 0);
	end(BLACKHOLE_LIKELY, true);
	ck_assert_int_eq(next(), BLACKHOLE_SEGMENT);
	rig_close();
}
END_TEST

START_TEST(small_ones_are_of_no_use)
{
	start();
	end(BLACKHOLE_CERTAIN, true);
	ck_assert_int_eq(next(), BLACKHOLE_SEGMENT);
	end(BLACKHOLE_CERTAIN, true);
	ck_assert_int_eq(next(), 0);
	end(BLACKHOLE_CERTAIN, true);
	ck_assert_int_eq(next(), BLACKHOLE_SEGMENT);
	rig_close();
}
END_TEST

/* A laptop without its network: nothing passes, whatever its size. */
START_TEST(nothing_passes)
{
	start();
	end(BLACKHOLE_CERTAIN, true);
	ck_assert_int_eq(segment_dial(&rig.agent->uplink), BLACKHOLE_SEGMENT);
	segment_dialled(&rig.agent->uplink, false);
	ck_assert_int_eq(next(), 0);
	/* And it comes back while the next SYN is under way. */
	end(BLACKHOLE_CERTAIN, true);
	ck_assert_int_eq(segment_dial(&rig.agent->uplink), BLACKHOLE_SEGMENT);
	s->dialled_us -= NOW;
	segment_dialled(&rig.agent->uplink, true);
	segment_works(&rig.agent->uplink);
	ck_assert_int_eq(next(), 0);
	rig_close();
}
END_TEST

/* Silence in a network that was left during a transfer says nothing about the
 * next network. */
START_TEST(moved_in_mid_transfer)
{
	start();
	s->seen = BLACKHOLE_CERTAIN;
	segment_new_network(&rig.agent->uplink);
	segment_ended(&rig.agent->uplink, false);
	ck_assert_int_eq(next(), 0);
	rig_close();
}
END_TEST

/* The gateway stood still, so it did not answer the next one either. */
START_TEST(nobody_was_there)
{
	start();
	end(BLACKHOLE_DELIVERED, true);
	ck_assert_int_eq(segment_dial(&rig.agent->uplink), BLACKHOLE_SEGMENT);
	segment_dialled(&rig.agent->uplink, true);
	end(BLACKHOLE_DELIVERED, false);
	ck_assert_int_eq(next(), 0);
	rig_close();
}
END_TEST

/* The gateway gives up a tunnel on which its large packets get no ACK, and the
 * agent has waited for ATTACHED in vain. */
START_TEST(given_up_by_the_gateway)
{
	start();
	rig.manners.mute_attach = true;
	rig_hang_up();
	UNTIL(rig.attaches == 2);
	ck_assert(!segment_waited(&rig.agent->uplink));
	s->dialled_us -= NOW;
	ck_assert(segment_waited(&rig.agent->uplink));
	s->seen = BLACKHOLE_DELIVERED;
	rig_hang_up();
	UNTIL(!rig.agent->uplink.tunnel.up);
	ck_assert(s->small);
	rig_close();
}
END_TEST

/* The tunnel that follows one with certain signs has small segments. */
START_TEST(the_next_tunnel)
{
	int n = 0;
	socklen_t len = sizeof n;

	start();
	s->seen = BLACKHOLE_CERTAIN;
	rig_hang_up();
	UNTIL(rig.agent->state == AGENT_RECONNECTING);
	UNTIL(rig.agent->state == AGENT_CONNECTED);
	ck_assert_int_eq(getsockopt(rig.agent->uplink.tunnel.conn.fd,
				    IPPROTO_TCP, TCP_MAXSEG, &n, &len),
			 0);
	ck_assert_int_le(n, BLACKHOLE_SEGMENT);
	rig_close();
}
END_TEST

SUITE("segment", an_end_of_another_kind, stopped_connections, small_ones_stay,
      once_is_no_sign, small_ones_are_of_no_use, nothing_passes,
      moved_in_mid_transfer, nobody_was_there, given_up_by_the_gateway,
      the_next_tunnel)
