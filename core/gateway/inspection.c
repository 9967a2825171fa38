/* SPDX-License-Identifier: BSD-2-Clause */
/* inspection.c - an inspected channel: its beginning, its end, its clock. */
#include "gateway/inspection.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/dial.h"
#include "gateway/recording.h"
#include "net/sock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *inspection_who(const struct inspection *ins, char *to)
{
	size_t n = strlen(gchan_who(ins->gc, to));

	snprintf(to + n, WHO_TEXT - n, " %s", ins->plugin->def.name);
	return to;
}

/* ---- its clock -------------------------------------------------------- */

static void inspections_arm(struct shard *shard)
{
	uint64_t at = INSPECT_NEVER, now = shard_now(shard) / 1000;
	struct list *n, *t;

	list_each (n, t, &shard->timed)
		at = MIN(at,
			 inspect_deadline(
				 list_entry(n, struct inspection, timed)->ch));
	ev_timer_stop(shard->loop.ev, &shard->fine);
	if (at == INSPECT_NEVER)
		return;
	/* One millisecond more, so that the deadline has passed when the
	 * timer fires. */
	ev_timer_set(&shard->fine, at > now ? (double)(at - now + 1) / 1e3 : 0.,
		     0.);
	ev_timer_start(shard->loop.ev, &shard->fine);
}

static void inspections_on_fine(struct ev_loop *ev, ev_timer *w, int events)
{
	struct shard *shard = w->data;
	struct list *n, *t;

	(void)ev;
	(void)events;
	list_each (n, t, &shard->timed) {
		struct inspection *ins = list_entry(n, struct inspection,
						    timed);

		session_set_now(ins->gc->gs->session, shard_now(shard));
		inspect_tick(ins->ch);
		inspection_pump(ins);
	}
	inspections_arm(shard);
}

void inspections_init(struct shard *shard)
{
	ev_init(&shard->fine, inspections_on_fine);
	shard->fine.data = shard;
}

void inspection_time(struct inspection *ins)
{
	struct shard *shard = ins->gc->gs->shard;
	bool on = inspect_deadline(ins->ch) != INSPECT_NEVER;

	if (!on && list_is_empty(&ins->timed))
		return;
	if (!on)
		list_remove(&ins->timed);
	else if (list_is_empty(&ins->timed))
		list_append(&shard->timed, &ins->timed);
	inspections_arm(shard);
}

/* ---- start and end ---------------------------------------------------- */

static void inspection_leave(struct inspection *);

/* A channel of which one direction has ended keeps its inspection: little is
 * left. */
bool inspection_is_done(const struct inspection *ins)
{
	return inspect_is_detached(ins->ch) && !ins->unpaid &&
	       !ins->fin_server && !ins->fin_client && !buf_len(&ins->rest) &&
	       !buf_len(inspect_output(ins->ch, ADIT_TO_SERVER)) &&
	       !buf_len(inspect_output(ins->ch, ADIT_TO_CLIENT));
}

static void inspection_on_task(struct task *t)
{
	struct inspection *ins = container_of(t, struct inspection, task);

	session_set_now(ins->gc->gs->session, shard_now(ins->gc->gs->shard));
	if (ins->backlog) {
		ins->backlog = false;
		chan_writable(ins->gc->relay.chan);
	}
	/* A message that was held goes on (outcome_changed): what becomes of it
	 * is there before the pump looks for something to write. */
	if (!chan_info(ins->gc->relay.chan).is_dead)
		inspect_run(ins->ch);
	inspection_pump(ins);
	if (inspection_is_done(ins))
		inspection_leave(ins);
}

static void inspection_free(struct inspection *ins)
{
	struct shard *shard = ins->gc->gs->shard;

	task_cancel(&ins->task);
	list_remove(&ins->timed);
	list_remove(&ins->node);
	while (!list_is_empty(&ins->below))
		gchan_link(list_first(&ins->below, struct gchan, beside), NULL);
	inspections_arm(shard);
	ins->gc->inspection = NULL;
	ins->gc->announces.asker = NULL;
	recording_closes(ins);
	inspect_free(ins->ch);
	recording_ends(ins);
	buf_fini(&ins->rest);
	worker_config_unref(ins->config);
	free(ins);
}

void inspection_end(struct gchan *gc)
{
	if (gc->inspection)
		inspection_free(gc->inspection);
}

static void inspection_leave(struct inspection *ins)
{
	struct gchan *gc = ins->gc;
	struct chan *c = gc->relay.chan;
	bool due = ins->read_due;

	gc->relay.sock.ops = ins->plain;
	chan_attach(c, gc->calls->plain, &gc->relay);
	inspection_free(ins);
	chan_want(c, 0);
	chan_keep(c, 0);
	chan_writable(c);
	if (due)
		chan_readable(c);
}

bool inspection_wanted(const struct gchan *gc)
{
	if (!gc->resource || !gchan_handler(gc)->plugin || dial_is_data(gc))
		return false;
	return !gc->dial->expected || gc->dial->inspect;
}

static void take_spares(struct inspection *ins, const struct dial *d)
{
	for (unsigned i = 0; i < d->nspare; i++) {
		struct addr at = d->shown;
		struct adit_addr spare;

		at.port = d->spare[i];
		spare = inspect_addr(&at);
		if (expect_spares_add(&ins->asker.spares, &spare))
			break;
	}
}

/* Of the channel that announced this one; NULL: there is none, or it has
 * ended. */
static struct adit_channel *find_parent(const struct gchan *gc)
{
	struct list *n, *t;

	if (!gc->parent)
		return NULL;
	list_each (n, t, &gc->gs->inspected) {
		struct inspection *ins = list_entry(n, struct inspection, node);

		if (ins->gc->serial == gc->parent)
			return ins->ch;
	}
	return NULL;
}

struct inspection *inspection_make(struct gchan *gc, const struct handler *h,
				   const struct inspect_info *about)
{
	struct inspection *ins = calloc(1, sizeof *ins);
	struct inspect_info info = *about;

	if (!ins)
		return NULL;
	info.parent = find_parent(gc);
	ins->gc = gc;
	ins->plugin = h->plugin;
	list_init(&ins->timed);
	list_init(&ins->node);
	list_init(&ins->below);
	task_init(&ins->task, inspection_on_task);
	ins->ch = inspect_new(h->plugin, plugin_conf_data(h->conf), &info,
			      recording_begin(ins, &info), ins);
	if (!ins->ch) {
		recording_ends(ins);
		free(ins);
		return NULL;
	}
	list_append(&gc->gs->inspected, &ins->node);
	ins->config = worker_config_ref(gc->gs->shard->config);
	gc->inspection = ins;
	ins->asker.table = &gc->gs->expects;
	ins->asker.parent = &gc->announces;
	ins->asker.channel = gc->serial;
	gc->announces.asker = &ins->asker;
	ins->plain = gc->relay.sock.ops;
	gc->relay.sock.ops = &inspection_sock_ops;
	/* Up to here the session counts what is consumed, from now on the
	 * inspection. */
	chan_attach(gc->relay.chan, &inspection_chan_ops, &gc->relay);
	return ins;
}

static struct inspection *inspection_new(struct gchan *gc, int fd)
{
	const struct dial *d = gc->dial;
	struct addr local = addr_local(fd);
	struct inspect_info info = {
		.user = gc->gs->user,
		.server = inspect_addr(&gc->dest),
		.local = inspect_addr(&local),
		.app = inspect_addr(&gc->source),
		.shown = inspect_addr(&d->shown),
		.tag = d->tag,
		.given = buf_ptr(&d->given),
		.ngiven = buf_len(&d->given),
	};
	struct inspection *ins = inspection_make(gc, gchan_handler(gc), &info);

	if (!ins)
		return NULL;
	ins->asker.shown = info.shown;
	ins->asker.dialled = info.server;
	if (d->host[0])
		snprintf(ins->asker.dialled.host,
			 sizeof ins->asker.dialled.host, "%s", d->host);
	ins->asker.real = d->real;
	take_spares(ins, d);
	return ins;
}

void inspection_begin(struct gchan *gc, int fd)
{
	struct inspection *ins = inspection_new(gc, fd);
	struct chan *c = gc->relay.chan;
	const struct addr hidden = { .family = AF_UNSPEC };

	dial_drop(gc);
	if (!ins) {
		tcp_reset(fd);
		chan_reset(c, REASON_INTERNAL, "out of memory");
		return;
	}
	sock_open(&gc->relay.sock, &gc->gs->shard->loop, fd);
	if (gc->gs->state == GSESSION_DETACHED)
		inspect_pause(ins->ch);
	inspect_start(ins->ch);
	chan_accept(c, &hidden);
	chan_writable(c);
	if (gc->relay.finish_due)
		inspection_chan_ops.finish(c);
	inspection_pump(ins);
}
