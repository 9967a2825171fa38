/* SPDX-License-Identifier: BSD-2-Clause */
/* dial_handover.c - a connection that is being made, on its way to another
 * worker: what is asked for is carried, and made there from the beginning. */
#include "gateway/gsession_handover.h"

#include "gateway/dial.h"
#include "gateway/expected.h"
#include "plugin/host_handover.h"

#include <stdlib.h>

static void targets_handover(struct handover *c, struct dial *d)
{
	handover_count(c, &d->ntargets, EXPECT_TARGETS_MAX);
	if (!c->packing && d->ntargets) {
		d->targets = calloc(d->ntargets, sizeof *d->targets);
		c->bad |= !d->targets;
	}
	d->may = expected_may;
	for (size_t i = 0; d->targets && i < d->ntargets; i++) {
		handover_addr(c, &d->targets[i].at);
		handover_str(c, d->targets[i].name, sizeof d->targets[i].name);
	}
}

static void fields_handover(struct handover *c, struct dial *d)
{
	size_t n = d->nspare;

	handover_field(c, &d->wire);
	handover_str(c, d->host, sizeof d->host);
	handover_field(c, &d->port);
	handover_addr(c, &d->shown);
	handover_field(c, &d->real);
	handover_field(c, &d->check);
	handover_count(c, &n, SPARE_MAX);
	d->nspare = (unsigned)n;
	for (size_t i = 0; i < n; i++)
		handover_field(c, &d->spare[i]);
	handover_field(c, &d->expected);
	handover_field(c, &d->inspect);
	handover_field(c, &d->expectation);
	handover_field(c, &d->begun);
	handover_field(c, &d->tag);
	handover_buf(c, &d->given);
	c->bad |= buf_len(&d->given) > EXPECT_DATA_MAX;
	adit_addr_handover(c, &d->parent_server);
	targets_handover(c, d);
	/* They are looked at by the places of the addresses in the race. */
	c->bad |= d->ntargets && !d->expected;
}

void dial_handover(struct handover *c, struct gchan *gc)
{
	static const struct open none;
	bool some = gc->dial;

	handover_field(c, &some);
	if (!some)
		return;
	if (!c->packing)
		gc->dial = dial_new(gc, &none);
	if (gc->dial)
		fields_handover(c, gc->dial);
	else
		c->bad = true;
}
