/* SPDX-License-Identifier: BSD-2-Clause */
/* outcome_test.c - what a plugin hears of the connections that it has announced
 * while some of them live, and that it hears of a change. */
#include "gateway/rig_puppet.h"

#include "plugin/puppet.h"

#include "suite.h"

#include <string.h>

enum { ID = 5 }; /* of an expectation */

static struct rig_puppet p;
static struct inspection *ins;

/* A second channel, as if the server had come through the expectation. */
static struct mem *begin(struct gchan **below)
{
	struct mem *m;

	rig_puppet_begin(&p, false);
	ins = rig_inspection(&p);
	m = rig_puppet_echo(&p, below);
	(*below)->reverse = true;
	(*below)->expectation = ID;
	gchan_link(*below, ins);
	return m;
}

static void end(struct mem *m)
{
	rig_puppet_end(&p);
	mem_free(m);
}

START_TEST(nothing_has_come)
{
	rig_puppet_begin(&p, false);
	ck_assert_int_eq(outcome_ask(rig_inspection(&p), ID), ADIT_OK);
	rig_puppet_end(&p);
}
END_TEST

START_TEST(one_that_the_agent_has_not_answered)
{
	struct gchan *below;
	struct mem *m = begin(&below);

	below->due = true;
	ck_assert_int_eq(outcome_ask(ins, ID), ADIT_WAIT);
	ck_assert_int_eq(outcome_ask(ins, ID + 1), ADIT_OK);
	below->due = false;
	ck_assert_int_eq(outcome_ask(ins, ID), ADIT_OK);
	end(m);
}
END_TEST

/* A connection from another host counts only if the expected one did not
 * come. */
START_TEST(one_of_another_host)
{
	struct gchan *below;
	struct mem *m = begin(&below);

	expect_outcome_of(&ins->outcomes, ID)->strange = true;
	ck_assert_int_eq(outcome_ask(ins, ID), ADIT_OK);
	gchan_link(below, NULL);
	ck_assert_int_eq(outcome_ask(ins, ID), ADIT_DENIED);
	end(m);
}
END_TEST

START_TEST(one_that_was_lost)
{
	struct gchan *below;
	struct mem *m = begin(&below);

	audit_event_due(below, REASON_LIMIT);
	ck_assert_int_eq(outcome_ask(ins, ID), ADIT_FAILED);
	end(m);
}
END_TEST

/* The message in which the plugin has asked is held until then. */
START_TEST(a_change_replays_what_is_held)
{
	struct gchan *below;
	struct mem *m = begin(&below);
	struct puppet_state *st = adit_state(ins->ch);

	st->id = ID;
	below->due = true;
	client_says(&p, "outcome\n");
	below->due = false;
	outcome_changed(NULL);
	server_hears(&p, "");
	outcome_changed(ins);
	ck_assert(inspect_is_held(ins->ch, ADIT_TO_SERVER));
	server_hears(&p, "ok\n");
	end(m);
}
END_TEST

SUITE("gateway/outcome", nothing_has_come, one_that_the_agent_has_not_answered,
      one_of_another_host, one_that_was_lost, a_change_replays_what_is_held)
