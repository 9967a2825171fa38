/* SPDX-License-Identifier: BSD-2-Clause */
/* inspection_handover.c - an inspected channel on its way to another worker. */
#include "gateway/gsession_handover.h"

#include "plugin/host_handover.h"

#include <stdlib.h>
#include <string.h>

/* A read that is due is announced again by the socket. */
static void flow_handover(struct handover *c, struct inspection *ins)
{
	handover_buf(c, &ins->rest);
	handover_field(c, &ins->rest_urgent);
	handover_field(c, &ins->unpaid);
	handover_field(c, &ins->fin_server);
	handover_field(c, &ins->fin_told);
	handover_field(c, &ins->fin_client);
	handover_field(c, &ins->fin_sent);
	handover_field(c, &ins->server_gone);
	/* A sender that is wrong must not say that it is out of memory. */
	c->bad |= !c->packing && ins->rest_urgent > buf_len(&ins->rest);
	expect_spares_handover(c, &ins->asker.spares);
	adit_addr_handover(c, &ins->asker.shown);
	adit_addr_handover(c, &ins->asker.dialled);
	handover_field(c, &ins->asker.real);
	expect_outcomes_handover(c, &ins->outcomes);
}

/* In a box, which can be left closed where there is no such plugin. */
void inspection_leaves(struct handover *c, struct inspection *ins)
{
	struct inspect_info info = inspect_info_of(ins->ch);
	struct handover box = handover_packing();
	char *name = (char *)(uintptr_t)ins->plugin->def.name;

	inspect_info_handover(&box, &info);
	flow_handover(&box, ins);
	if (!inspect_handover(&box, ins->ch))
		c->bad = true;
	c->bad |= box.bad;
	handover_text(c, &name);
	handover_buf(c, &box.out);
	handover_fini(&box);
}

/* What came becomes credit once: when it is final. */
static bool pays_rightly(struct inspection *ins)
{
	uint64_t kept = chan_info(ins->gc->relay.chan).kept;

	ins->unpaid += inspect_consumed(ins->ch, ADIT_TO_SERVER);
	return ins->unpaid <= kept &&
	       inspect_undecided(ins->ch, ADIT_TO_SERVER) <= kept - ins->unpaid;
}

/* False: not for this plugin. */
static bool open_box(struct handover *box, struct gchan *gc,
		     const struct handler *h)
{
	struct inspect_info info = { .user = gc->gs->user };
	struct inspection *ins;

	inspect_info_handover(box, &info);
	ins = inspection_make(gc, h, &info);
	if (!ins) {
		box->bad = true;
		return true;
	}
	flow_handover(box, ins);
	if (!box->bad && !inspect_handover(box, ins->ch))
		return false;
	box->bad |= !handover_is_done(box) || !pays_rightly(ins);
	return true;
}

bool inspection_arrives(struct handover *c, struct gchan *gc)
{
	const struct handler *h = gc->resource ? gchan_handler(gc) : NULL;
	struct buf bytes = { 0 };
	struct handover box;
	char *name = NULL;
	bool same;

	handover_text(c, &name);
	handover_buf(c, &bytes);
	same = !c->bad && name && h && h->plugin &&
	       !strcmp(h->plugin->def.name, name);
	if (same) {
		box = handover_unpacking(buf_ptr(&bytes), buf_len(&bytes), NULL,
					 0);
		same = open_box(&box, gc, h);
		c->bad |= same && box.bad;
	}
	free(name);
	buf_fini(&bytes);
	return same;
}
