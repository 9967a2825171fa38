/* SPDX-License-Identifier: BSD-2-Clause */
/* host_handover.c - inspected channels on their way to another process.  None
 * is inside a callback then, so there is no transaction to carry. */
#include "plugin/host_handover.h"

#include "plugin/inside.h"

#include <stdlib.h>

void adit_addr_handover(struct handover *c, struct adit_addr *a)
{
	handover_str(c, a->host, sizeof a->host);
	handover_u16(c, &a->port);
	handover_u16(c, &a->family);
	c->bad |= a->family != AF_UNSPEC && a->family != AF_INET &&
		  a->family != AF_INET6;
}

void inspect_info_handover(struct handover *c, struct inspect_info *i)
{
	adit_addr_handover(c, &i->server);
	adit_addr_handover(c, &i->local);
	adit_addr_handover(c, &i->app);
	adit_addr_handover(c, &i->shown);
	handover_field(c, &i->tag);
}

struct inspect_info inspect_info_of(const struct adit_channel *ch)
{
	return (struct inspect_info){
		.server = ch->server,
		.local = ch->local,
		.app = ch->app,
		.shown = ch->shown,
		.tag = ch->tag,
	};
}

/* ---- one direction ------------------------------------------------------- */

/* Ascending positions, none of them behind `end`. */
static void marks_handover(struct handover *c, struct marks *m, uint64_t end)
{
	size_t n = m->n;

	handover_count(c, &n, MARKS);
	m->n = (unsigned)n;
	for (size_t i = 0; i < n; i++) {
		handover_field(c, &m->at[i]);
		c->bad |= m->at[i] > end || (i && m->at[i] <= m->at[i - 1]);
	}
}

static void expect_call_handover(struct handover *c, struct expect_call *r)
{
	struct adit_expect *w = &r->want;
	struct adit_addr *to = (struct adit_addr *)(uintptr_t)w->targets;
	void *data = (void *)(uintptr_t)w->data;
	uint8_t result = (uint8_t)r->result;

	handover_field(c, &w->flags);
	handover_field(c, &w->uses);
	handover_field(c, &w->lifetime_ms);
	handover_field(c, &w->tag);
	handover_count(c, &w->ntargets, EXPECT_TARGETS_MAX);
	if (!c->packing) {
		w->size = sizeof *w;
		w->targets = to = calloc(w->ntargets + 1, sizeof *to);
		c->bad |= !to;
	}
	for (size_t i = 0; to && i < w->ntargets; i++)
		adit_addr_handover(c, &to[i]);
	handover_count(c, &w->ndata, EXPECT_DATA_MAX);
	if (!c->packing) {
		w->data = data = malloc(w->ndata + 1);
		c->bad |= !data;
	}
	if (data)
		handover_bytes(c, data, w->ndata);
	handover_field(c, &r->id);
	handover_field(c, &result);
	c->bad |= result > ADIT_FAILED;
	r->result = result;
	adit_addr_handover(c, &r->show);
	handover_text(c, &r->why);
	handover_field(c, &r->deadline);
	handover_field(c, &r->repeated);
}

static void expect_calls_handover(struct handover *c, struct side *s)
{
	size_t n = s->ncalls;

	handover_count(c, &n, INSPECT_EXPECTS_MAX);
	for (size_t i = 0; i < n && !c->bad; i++) {
		struct expect_call *r = c->packing ? &s->calls[i] :
						     expect_call_add(s);

		c->bad |= !r;
		if (r)
			expect_call_handover(c, r);
	}
}

static void side_handover(struct handover *c, struct side *s)
{
	handover_buf(c, &s->in);
	handover_buf(c, &s->out);
	handover_buf(c, &s->late);
	handover_field(c, &s->in_at);
	handover_field(c, &s->out_end);
	handover_field(c, &s->injected);
	/* The last mark may belong to bytes that were not taken yet. */
	marks_handover(c, &s->in_urgent, UINT64_MAX);
	marks_handover(c, &s->out_urgent, s->out_end);
	handover_field(c, &s->skip);
	handover_field(c, &s->need);
	handover_field(c, &s->held);
	handover_field(c, &s->held_flags);
	handover_field(c, &s->pass);
	handover_field(c, &s->consumed);
	handover_field(c, &s->blind);
	handover_field(c, &s->again);
	handover_field(c, &s->asked);
	handover_field(c, &s->told);
	handover_field(c, &s->fin);
	handover_field(c, &s->eof_held);
	handover_field(c, &s->ended);
	expect_calls_handover(c, s);
}

/* Whether a callback can have left the direction as it is.  The other process
 * may be controlled by an attacker. */
static bool side_is_sound(const struct adit_channel *ch, enum adit_dir d)
{
	const struct adit_plugin *def = &ch->plugin->def;
	const struct side *s = &ch->side[d];

	return s->held <= MIN(buf_len(&s->in), def->max_message) &&
	       buf_len(&s->in) <= MAX(def->max_message, INSPECT_MESSAGE) &&
	       buf_len(&s->out) <= s->out_end && s->injected <= s->out_end &&
	       s->need <= def->max_message &&
	       !(s->held_flags & ~(unsigned)ADIT_PARTIAL) &&
	       (s->blind || def->frame[d]) &&
	       (s->fin || (!s->ended && !s->eof_held));
}

/* ---- the channel --------------------------------------------------------- */

static bool state_handover(struct handover *c, struct adit_channel *ch)
{
	const struct adit_plugin *def = &ch->plugin->def;
	uint32_t version = def->state_version;
	size_t size = def->state_size;

	handover_field(c, &version);
	handover_count(c, &size, PLUGIN_STATE_MAX);
	if (version == def->state_version && size == def->state_size) {
		handover_bytes(c, ch->state, size);
		c->bad |= !c->packing && def->sound && !def->sound(ch);
		return true;
	}
	(void)rd_bytes(&c->in, size);
	return false;
}

bool inspect_handover(struct handover *c, struct adit_channel *ch)
{
	uint8_t status = (uint8_t)ch->status;
	bool same;

	side_handover(c, &ch->side[0]);
	side_handover(c, &ch->side[1]);
	handover_field(c, &status);
	c->bad |= status > INSPECT_RESET;
	ch->status = status;
	handover_field(c, &ch->detached);
	handover_field(c, &ch->timer);
	handover_field(c, &ch->began);
	handover_buf(c, &ch->given);
	handover_field(c, &ch->paused);
	handover_field(c, &ch->paused_at);
	handover_str(c, ch->reason, sizeof ch->reason);
	same = state_handover(c, ch);
	if (c->packing)
		return true;
	ch->paused_at = MIN(ch->paused_at, ch->ops->now(ch->ctx));
	ch->began = MIN(ch->began, inspect_now(ch));
	c->bad |= buf_len(&ch->given) > EXPECT_DATA_MAX;
	c->bad |= same && !(side_is_sound(ch, ADIT_TO_SERVER) &&
			    side_is_sound(ch, ADIT_TO_CLIENT));
	/* .close is called only by a version that knows this state. */
	ch->started = same && !c->bad;
	return same;
}

struct adit_channel *inspect_hand_over(struct adit_channel *ch)
{
	struct inspect_info info = inspect_info_of(ch);
	struct handover out = handover_packing(), in;
	struct adit_channel *to;
	bool good = inspect_handover(&out, ch);

	info.user = ch->user;
	info.parent = ch->parent;
	to = inspect_new(ch->plugin, ch->conf, &info, ch->ops, ch->ctx);
	in = handover_unpacking(buf_ptr(&out.out), buf_len(&out.out), NULL, 0);
	good = good && to && inspect_handover(&in, to) && handover_is_done(&in);
	handover_fini(&out);
	if (!good) {
		inspect_free(to);
		return NULL;
	}
	/* The channel goes on, so .close must not be called. */
	ch->started = false;
	inspect_free(ch);
	return to;
}
