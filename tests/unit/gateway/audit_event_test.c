/* SPDX-License-Identifier: BSD-2-Clause */
/* audit_event_test.c - audit lines of plugins: when they are written, and with
 * which connection's bytes. */
#include "gateway/rig_puppet.h"

#include "suite.h"

#include <string.h>

enum { ID = 5 }; /* of an expectation */

static struct rig_puppet p;
static struct gchan *gc; /* whose plugin writes */

/* ---- at once ----------------------------------------------------------- */

START_TEST(a_line_names_session_channel_and_plugin)
{
	char want[200];

	rig_puppet_begin(&p, false);
	snprintf(want, sizeof want,
		 "evt=plugin session=%llu channel=1 user=alice "
		 "resource=files plugin=puppet key=\"v\"\n",
		 (unsigned long long)p.user.id);
	audit_event(rig_gchan(p.gs), 0, " key=\"v\"");
	ck_assert(rig_said(want));
	rig_puppet_end(&p);
}
END_TEST

START_TEST(without_its_connection_a_line_has_no_bytes)
{
	rig_puppet_begin(&p, false);
	audit_event(rig_gchan(p.gs), ID, " key=\"v\"");
	ck_assert(rig_said("plugin=puppet key=\"v\"\n"));
	rig_puppet_end(&p);
}
END_TEST

/* ---- with a connection ------------------------------------------------- */

/* A second channel, as if it had come through the expectation. */
static struct mem *begin(struct gchan **below)
{
	struct mem *m;

	rig_puppet_begin(&p, false);
	gc = rig_gchan(p.gs);
	m = rig_puppet_echo(&p, below);
	(*below)->expectation = ID;
	(*below)->parent = gc->serial;
	gchan_link(*below, gc->inspection);
	rig_hush();
	return m;
}

static void end(struct mem *m)
{
	rig_puppet_end(&p);
	mem_free(m);
}

static void close_below(struct mem *m)
{
	mem_reset(m);
	rig_settle(&p.user, p.gs);
	ck_assert(m->closed);
}

START_TEST(a_line_waits_for_the_end_of_its_connection)
{
	struct gchan *below;
	struct mem *m = begin(&below);

	mem_write(m, "hello", 5);
	rig_settle(&p.user, p.gs);
	audit_event(gc, ID, " key=\"v\"");
	ck_assert(!rig_said("evt=plugin"));
	close_below(m);
	ck_assert(rig_said(" channel=1 user=alice resource=echo plugin=- "
			   "to_server=5 to_client=0 key=\"v\"\n"));
	end(m);
}
END_TEST

START_TEST(only_one_line_waits)
{
	struct gchan *below;
	struct mem *m = begin(&below);

	audit_event(gc, ID, " key=\"1\"");
	audit_event(gc, ID, " key=\"2\"");
	ck_assert(rig_said("plugin=puppet key=\"2\"\n"));
	ck_assert(!rig_said("key=\"1\""));
	close_below(m);
	ck_assert(rig_said("to_client=0 key=\"1\"\n"));
	end(m);
}
END_TEST

START_TEST(after_its_end_the_bytes_are_known)
{
	struct gchan *below;
	struct mem *m = begin(&below);

	mem_write(m, "hello", 5);
	rig_settle(&p.user, p.gs);
	close_below(m);
	audit_event(gc, ID, " key=\"v\"");
	ck_assert(rig_said("plugin=puppet to_server=5 to_client=0 "
			   "key=\"v\"\n"));
	end(m);
}
END_TEST

/* ---- the outcome that its end leaves ----------------------------------- */

START_TEST(an_end_of_a_reverse_connection_is_lost_or_not)
{
	static const struct {
		bool reverse, due;
		unsigned reason;
		bool lost;
	} all[] = {
		{ true, false, REASON_NONE, false },
		{ true, false, REASON_PEER_RESET, false },
		{ true, false, REASON_IDLE, true },
		{ true, true, REASON_PEER_RESET, true },
		{ false, false, REASON_IDLE, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		const struct expect_outcome *o;
		struct gchan *below;
		struct mem *m = begin(&below);

		below->reverse = all[i].reverse;
		below->due = all[i].due;
		audit_event_due(below, all[i].reason);
		o = expect_outcome_find(&gc->inspection->outcomes, ID);
		ck_assert_ptr_nonnull(o);
		ck_assert_int_eq(o->lost, all[i].lost);
		ck_assert_int_eq(o->reached, !all[i].due);
		end(m);
	}
}
END_TEST

SUITE("gateway/audit_event", a_line_names_session_channel_and_plugin,
      without_its_connection_a_line_has_no_bytes,
      a_line_waits_for_the_end_of_its_connection, only_one_line_waits,
      after_its_end_the_bytes_are_known,
      an_end_of_a_reverse_connection_is_lost_or_not)
