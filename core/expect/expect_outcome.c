/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_outcome.c - what became of connections that a plugin has announced. */
#include "expect/expect_outcome.h"

const struct expect_outcome *
expect_outcome_find(const struct expect_outcomes *o, uint32_t id)
{
	for (unsigned i = 0; i < EXPECT_OUTCOMES; i++)
		if (o->past[i].expectation == id)
			return &o->past[i];
	return NULL;
}

struct expect_outcome *expect_outcome_of(struct expect_outcomes *o, uint32_t id)
{
	struct expect_outcome *one;

	for (unsigned i = 0; i < EXPECT_OUTCOMES; i++)
		if (o->past[i].expectation == id)
			return &o->past[i];
	one = &o->past[o->npast++ % EXPECT_OUTCOMES];
	*one = (struct expect_outcome){ .expectation = id };
	return one;
}

void expect_outcome_add(struct expect_outcome *to,
			const struct expect_outcome *one)
{
	to->to_server += one->to_server;
	to->to_client += one->to_client;
	to->reached |= one->reached;
	to->lost |= one->lost;
}

enum adit_result expect_outcome_result(const struct expect_outcome *o, bool due)
{
	if (due)
		return ADIT_WAIT;
	if (o->lost)
		return ADIT_FAILED;
	return o->strange && !o->reached ? ADIT_DENIED : ADIT_OK;
}

void expect_outcomes_handover(struct handover *c, struct expect_outcomes *o)
{
	handover_field(c, &o->npast);
	for (size_t i = 0; i < EXPECT_OUTCOMES; i++) {
		handover_field(c, &o->past[i].expectation);
		handover_field(c, &o->past[i].to_server);
		handover_field(c, &o->past[i].to_client);
		handover_field(c, &o->past[i].reached);
		handover_field(c, &o->past[i].lost);
		handover_field(c, &o->past[i].strange);
	}
}
