/* SPDX-License-Identifier: BSD-2-Clause */
/* host.c - an inspected channel from the view of its owner: how it begins and
 * ends, takes bytes, and keeps time. */
#include "base/err.h"
#include "plugin/inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct adit_channel *inspect_new(const struct plugin *plugin, const void *conf,
				 const struct inspect_info *info,
				 const struct inspect_ops *ops, void *ctx)
{
	size_t n = plugin->def.state_size;
	struct adit_channel *ch = calloc(1, sizeof(*ch) + n);

	if (!ch)
		return NULL;
	list_init(&ch->children);
	list_init(&ch->sibling);
	ch->plugin = plugin;
	ch->conf = conf;
	ch->ops = ops;
	ch->ctx = ctx;
	ch->server = info->server;
	ch->local = info->local;
	ch->app = info->app;
	ch->shown = info->shown;
	ch->tag = info->tag;
	ch->exact = INSPECT_ALWAYS_EXACT || info->exact;
	ch->parent = info->parent;
	ch->began = ops->now(ctx);
	ch->timer = INSPECT_NEVER;
	if (ch->parent)
		list_append(&ch->parent->children, &ch->sibling);
	ch->side[0].blind = !plugin->def.frame[0];
	ch->side[1].blind = !plugin->def.frame[1];
	ch->user = strdup(info->user ? info->user : "");
	if (plugin->def.flags & ADIT_STATE_SAVED && !ch->exact)
		n = 0;
	ch->saved = n ? malloc(n) : NULL;
	if (!ch->user || (n && !ch->saved) ||
	    buf_append(&ch->given, info->given, info->ngiven)) {
		inspect_free(ch);
		return NULL;
	}
	return ch;
}

static void side_fini(struct side *s)
{
	buf_fini(&s->in);
	buf_fini(&s->out);
	buf_fini(&s->late);
	expect_calls_free(s);
}

static void close_channel(struct adit_channel *ch)
{
	if (!ch->started || !ch->plugin->def.close)
		return;
	tx_begin(ch, CB_CLOSE);
	ch->plugin->def.close(ch);
	/* What .close counts and writes to the audit log is kept. */
	tx_commit(ch);
	callback_end(ch);
}

void inspect_free(struct adit_channel *ch)
{
	struct list *l, *t;

	if (!ch)
		return;
	close_channel(ch);
	list_each (l, t, &ch->children) {
		list_entry(l, struct adit_channel, sibling)->parent = NULL;
		list_remove(l);
	}
	list_remove(&ch->sibling);
	side_fini(&ch->side[0]);
	side_fini(&ch->side[1]);
	tx_fini(ch);
	buf_fini(&ch->given);
	free(ch->user);
	free(ch);
}

void inspect_fail(struct adit_channel *ch, const char *fmt, ...)
{
	va_list ap;

	if (ch->status == INSPECT_RESET)
		return;
	ch->status = INSPECT_RESET;
	va_start(ap, fmt);
	vsnprintf(ch->reason, sizeof(ch->reason), fmt, ap);
	va_end(ap);
}

/* Whether this direction holds a message or its end, and only another callback
 * of the plugin could release it. */
static bool is_idle_held(const struct side *s)
{
	return (s->held || s->eof_held) && !s->again && !s->asked &&
	       !side_is_waiting(s);
}

static bool is_stuck(const struct adit_channel *ch)
{
	const struct side *a = &ch->side[0], *b = &ch->side[1];

	if (ch->timer != INSPECT_NEVER)
		return false;
	return (is_idle_held(a) && (b->ended || is_idle_held(b))) ||
	       (is_idle_held(b) && a->ended);
}

static bool is_drained(const struct side *s)
{
	return !buf_len(&s->in) && !buf_len(&s->late);
}

/* Updates the status at the end of each call from the owner. */
static void host_settle(struct adit_channel *ch)
{
	if (ch->status == INSPECT_RUN && is_stuck(ch))
		inspect_fail(ch, "%s: holds a message that nothing can wake",
			     ch->plugin->def.name);
	if (ch->status == INSPECT_RUN && ch->detached &&
	    is_drained(&ch->side[0]) && is_drained(&ch->side[1]))
		ch->status = INSPECT_DETACHED;
	if (ch->ops->trace)
		trace_result(ch);
}

enum inspect_status inspect_start(struct adit_channel *ch)
{
	ch->started = true;
	deliver_open(ch);
	host_settle(ch);
	return ch->status;
}

/* When the other side has ended, a held message that waits for no answer is
 * replayed a last time, once for each message. */
static bool wake_last(struct adit_channel *ch, enum adit_dir d)
{
	struct side *s = &ch->side[d];

	if (s->told || !is_idle_held(s) || !ch->side[other_dir(d)].ended)
		return false;
	return s->told = s->again = true;
}

void inspect_run(struct adit_channel *ch)
{
	if (ch->cb != CB_NONE || ch->side[0].busy || ch->side[1].busy)
		return;
	do {
		side_run(ch, ADIT_TO_SERVER);
		side_run(ch, ADIT_TO_CLIENT);
	} while (ch->status == INSPECT_RUN && (wake_last(ch, ADIT_TO_SERVER) ||
					       wake_last(ch, ADIT_TO_CLIENT)));
	host_settle(ch);
}

void inspect_wake(struct adit_channel *ch)
{
	for (unsigned d = 0; d < 2; d++)
		if (ch->side[d].asked)
			side_wake(&ch->side[d]);
}

static bool is_taking(const struct adit_channel *ch, const struct side *s)
{
	return s->held || (buf_len(&s->out) < INSPECT_OUT_HIGH &&
			   ch->status < INSPECT_FINISH);
}

/* Appends to `in`, up to its limit.  Returns how many bytes it took. */
static size_t host_keep(struct adit_channel *ch, struct side *s,
			const uint8_t *p, size_t n)
{
	size_t have = buf_len(&s->in);
	size_t cap = MAX(ch->plugin->def.max_message, INSPECT_MESSAGE);

	n = have < cap ? MIN(n, cap - have) : 0;
	if (!buf_append(&s->in, p, n))
		return n;
	inspect_fail(ch, "out of memory");
	return 0;
}

/* While `in` is empty, messages are cut from the caller's bytes without a
 * copy. */
static size_t host_take(struct adit_channel *ch, enum adit_dir d,
			const uint8_t *p, size_t n)
{
	struct side *s = &ch->side[d];
	size_t used = 0;

	if (!buf_len(&s->in) && !s->held) {
		s->busy = true;
		used = side_chew(ch, d, p, n);
		s->busy = false;
	}
	if (used < n && is_taking(ch, s))
		used += host_keep(ch, s, p + used, n - used);
	side_run(ch, d);
	return used;
}

static bool is_apart(const struct adit_channel *ch, const struct side *s)
{
	return ch->plugin->def.flags & ADIT_URGENT_APART && !s->blind &&
	       ch->status < INSPECT_FINISH;
}

/* ADIT_URGENT_APART: the plugin takes all bytes before the urgent one, which is
 * then forwarded without being shown to it. */
static size_t feed_apart(struct adit_channel *ch, enum adit_dir dir,
			 const uint8_t *p, size_t n, size_t urgent)
{
	struct side *s = &ch->side[dir];
	size_t used = urgent == 1 ? 0 : inspect_feed(ch, dir, p, urgent - 1, 0);

	if (used < urgent - 1)
		return used;
	if (!is_apart(ch, s))
		return used + inspect_feed(ch, dir, p + used, n - used, 1);
	if (buf_len(&s->out) >= INSPECT_OUT_HIGH)
		return used;
	trace(ch, &(struct inspect_trace){ .what = TRACE_INPUT,
					   .dir = dir,
					   .data = p + used,
					   .n = 1,
					   .urgent = 1 });
	mark_add(&s->out_urgent, s->out_end + 1);
	side_emit(ch, dir, p + used, 1);
	s->consumed++;
	used++;
	trace(ch, &(struct inspect_trace){
			  .what = TRACE_TAKEN, .dir = dir, .n = 1 });
	if (used < n)
		used += inspect_feed(ch, dir, p + used, n - used, 0);
	inspect_run(ch);
	return used;
}

size_t inspect_feed(struct adit_channel *ch, enum adit_dir dir, const void *p,
		    size_t n, size_t urgent)
{
	struct side *s = &ch->side[dir];
	const uint8_t *at = p;
	size_t used = 0, step;

	if (ch->cb != CB_NONE || s->busy || s->fin)
		return 0;
	if (urgent && is_apart(ch, s))
		return feed_apart(ch, dir, p, n, urgent);
	if (urgent)
		mark_add(&s->in_urgent, s->in_at + buf_len(&s->in) + urgent);
	trace(ch, &(struct inspect_trace){ .what = TRACE_INPUT,
					   .dir = dir,
					   .data = p,
					   .n = n,
					   .urgent = urgent });
	side_run(ch, dir);
	while (used < n && ch->status < INSPECT_FINISH) {
		step = host_take(ch, dir, at + used, n - used);
		if (!step)
			break;
		used += step;
	}
	trace(ch, &(struct inspect_trace){
			  .what = TRACE_TAKEN, .dir = dir, .n = used });
	inspect_run(ch);
	return ch->status >= INSPECT_FINISH ? n : used;
}

void inspect_fin(struct adit_channel *ch, enum adit_dir dir)
{
	ch->side[dir].fin = true;
	trace(ch, &(struct inspect_trace){ .what = TRACE_FIN, .dir = dir });
	inspect_run(ch);
}

/* ---- state that the owner reads ------------------------------------------ */

enum inspect_status inspect_status(const struct adit_channel *ch)
{
	return ch->status;
}

const char *inspect_reason(const struct adit_channel *ch)
{
	return ch->reason;
}

struct buf *inspect_output(struct adit_channel *ch, enum adit_dir dir)
{
	return &ch->side[dir].out;
}

size_t inspect_urgent(struct adit_channel *ch, enum adit_dir dir)
{
	struct side *s = &ch->side[dir];
	uint64_t start = s->out_end - buf_len(&s->out);

	mark_trim(&s->out_urgent, start);
	return s->out_urgent.n ? (size_t)(s->out_urgent.at[0] - start) : 0;
}

bool inspect_ended(const struct adit_channel *ch, enum adit_dir dir)
{
	return ch->side[dir].ended;
}

size_t inspect_consumed(struct adit_channel *ch, enum adit_dir dir)
{
	size_t n = ch->side[dir].consumed;

	ch->side[dir].consumed = 0;
	return n;
}

bool inspect_is_held(const struct adit_channel *ch, enum adit_dir dir)
{
	return ch->side[dir].held || ch->side[dir].eof_held;
}

/* ---- time ---------------------------------------------------------------- */

uint64_t inspect_deadline(const struct adit_channel *ch)
{
	uint64_t first = ch->timer;

	if (ch->paused || ch->status != INSPECT_RUN)
		return INSPECT_NEVER;
	for (unsigned d = 0; d < 2; d++) {
		const struct side *s = &ch->side[d];

		for (unsigned i = 0; i < s->ncalls; i++)
			if (s->calls[i].result == ADIT_WAIT)
				first = MIN(first, s->calls[i].deadline);
	}
	return first;
}

bool inspect_has_timer(const struct adit_channel *ch)
{
	return ch->timer != INSPECT_NEVER;
}

void inspect_tick(struct adit_channel *ch)
{
	uint64_t now = ch->ops->now(ch->ctx);

	if (now < inspect_deadline(ch) || ch->cb != CB_NONE)
		return;
	trace(ch, &(struct inspect_trace){ .what = TRACE_TICK });
	expect_calls_expire(ch, &ch->side[0], now);
	expect_calls_expire(ch, &ch->side[1], now);
	if (ch->timer <= now) {
		ch->timer = INSPECT_NEVER;
		deliver_timer(ch);
	}
	inspect_run(ch);
}

void inspect_pause(struct adit_channel *ch)
{
	if (ch->paused)
		return;
	ch->paused = true;
	ch->paused_at = ch->ops->now(ch->ctx);
}

void inspect_resume(struct adit_channel *ch)
{
	uint64_t pause;

	if (!ch->paused)
		return;
	ch->paused = false;
	pause = ch->ops->now(ch->ctx) - ch->paused_at;
	ch->began += pause;
	if (ch->timer != INSPECT_NEVER)
		ch->timer += pause;
	for (unsigned d = 0; d < 2; d++)
		for (unsigned i = 0; i < ch->side[d].ncalls; i++)
			ch->side[d].calls[i].deadline += pause;
}
