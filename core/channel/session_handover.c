/* SPDX-License-Identifier: BSD-2-Clause */
/* session_handover.c - sends a session to another process and receives it
 * there. */
#include "channel/session_handover.h"

#include "channel/credit.h"

#include <stdlib.h>

/* ---- a channel ----------------------------------------------------------- */

static void bits_handover(struct handover *c, struct chan *ch)
{
	uint16_t bits = (uint16_t)(ch->mine | ch->fin_out << 1 |
				   ch->fin_in << 2 | ch->finished << 3 |
				   ch->closed_told << 4 | ch->asked_back << 5 |
				   ch->real << 6 | ch->early << 7 |
				   ch->check << 8);

	handover_field(c, &bits);
	ch->mine = bits & 1;
	ch->fin_out = bits >> 1 & 1;
	ch->fin_in = bits >> 2 & 1;
	ch->finished = bits >> 3 & 1;
	ch->closed_told = bits >> 4 & 1;
	ch->asked_back = bits >> 5 & 1;
	ch->real = bits >> 6 & 1;
	ch->early = bits >> 7 & 1;
	ch->check = bits >> 8 & 1;
}

static void open_handover(struct handover *c, struct chan *ch)
{
	handover_field(c, &ch->open_len);
	if (!c->packing)
		ch->arg.open = malloc(ch->open_len + 1u);
	if (ch->arg.open)
		handover_bytes(c, ch->arg.open, ch->open_len);
	else
		c->bad = true;
}

static void local_handover(struct handover *c, struct chan *ch)
{
	if (!c->packing)
		ch->arg.local = calloc(1, sizeof *ch->arg.local);
	if (ch->arg.local)
		handover_addr(c, ch->arg.local);
	else
		c->bad = true;
}

static void arg_handover(struct handover *c, struct chan *ch)
{
	if (ch->state == CHAN_OPENING || ch->early)
		open_handover(c, ch);
	else if (ch->state == CHAN_ANSWERING)
		local_handover(c, ch);
	else if (ch->state == CHAN_DEAD)
		handover_text(c, &ch->arg.text);
}

static void flow_handover(struct handover *c, struct chan *ch)
{
	handover_field(c, &ch->sent);
	handover_field(c, &ch->limit);
	handover_field(c, &ch->received);
	handover_field(c, &ch->consumed);
	handover_field(c, &ch->granted);
	handover_field(c, &ch->window);
	handover_field(c, &ch->urgent);
	handover_buf(c, &ch->backlog);
	handover_field(c, &ch->opened_us);
	handover_field(c, &ch->active_us);
	ch->opened_us = MIN(ch->opened_us, ch->s->now);
	ch->active_us = MIN(ch->active_us, ch->s->now);
}

static void chan_handover(struct handover *c, struct chan *ch)
{
	handover_field(c, &ch->own_id);
	handover_field(c, &ch->peer_id);
	handover_field(c, &ch->state);
	handover_field(c, &ch->owes);
	handover_field(c, &ch->service);
	handover_field(c, &ch->reason);
	c->bad |= ch->state > CHAN_DEAD;
	bits_handover(c, ch);
	arg_handover(c, ch);
	flow_handover(c, ch);
}

/* Puts a received channel into lists, maps and budgets. */
static void chan_settle(struct handover *c, struct chan *ch)
{
	struct session *s = ch->s;
	uint32_t own = ch->own_id, peer = ch->mine ? 0 : ch->peer_id;

	(void)chan_count(ch, true);
	credit_arrived(ch);
	if (ch->early)
		line_arrived(ch);
	if (ch->owes)
		list_append(&s->owing, &ch->owing);
	if (ch->closed_told)
		list_remove(&ch->all);
	/* Without an id chan_free leaves the maps alone. */
	if (own && (own >= s->next_own || map_get(&s->by_own, own) ||
		    map_put(&s->by_own, own, ch))) {
		ch->own_id = 0;
		c->bad = true;
	}
	if (peer && (peer > s->top_peer || map_get(&s->by_peer, peer) ||
		     map_put(&s->by_peer, peer, ch))) {
		ch->peer_id = 0;
		c->bad = true;
	}
}

/* The owner knows the channel, and has not been told of its end. */
static bool has_end(const struct chan *ch)
{
	return !ch->closed_told && (ch->mine || !ch->early);
}

static void chan_leaves(struct handover *c, struct chan *ch,
			chan_end_handover *end)
{
	chan_handover(c, ch);
	if (has_end(ch))
		end(c, ch);
}

static void chan_arrives(struct handover *c, struct session *s,
			 chan_end_handover *end)
{
	struct chan *ch = chan_make_bare(s, 0);

	if (!ch) {
		c->bad = true;
		return;
	}
	chan_handover(c, ch);
	if (c->bad || !chan_is_sound(ch)) {
		c->bad = true;
		ch->own_id = ch->peer_id = 0;
		ch->early = false;
		chan_free(ch);
		return;
	}
	chan_settle(c, ch);
	if (!c->bad && has_end(ch))
		end(c, ch);
}

/* ---- all of them --------------------------------------------------------- */

static void chans_leave(struct handover *c, struct session *s,
			chan_end_handover *end)
{
	size_t n = s->nchans;
	struct list *l, *t;

	handover_count(c, &n, SIZE_MAX);
	list_each (l, t, &s->chans)
		chan_leaves(c, list_entry(l, struct chan, all), end);
	/* Channels that have ended and still owe the peer a CLOSE. */
	list_each (l, t, &s->owing) {
		struct chan *ch = list_entry(l, struct chan, owing);

		if (ch->closed_told)
			chan_leaves(c, ch, end);
	}
}

static void chans_arrive(struct handover *c, struct session *s,
			 chan_end_handover *end)
{
	size_t n = 0;

	handover_count(c, &n, 2 * (size_t)s->max_channels + 1);
	while (n-- && !c->bad)
		chan_arrives(c, s, end);
}

/* ---- frames that wait ---------------------------------------------------- */

static void post_handover(struct handover *c, struct post *p)
{
	handover_field(c, &p->command);
	handover_field(c, &p->flags);
	handover_field(c, &p->client_id);
	handover_field(c, &p->server_id);
	handover_bytes(c, p->data, p->len);
}

static void post_arrives(struct handover *c, struct session *s)
{
	uint16_t len = 0;
	struct post *p;

	handover_field(c, &len);
	p = len > FRAME_PAYLOAD_MAX ? NULL : calloc(1, sizeof *p + len);
	if (!p) {
		c->bad = true;
		return;
	}
	p->len = len;
	list_init(&p->node);
	list_append(&s->posts, &p->node);
	s->nposts++;
	post_handover(c, p);
	c->bad |= !frame_is_logged(p->command);
}

static void posts_handover(struct handover *c, struct session *s)
{
	size_t n = s->nposts;
	struct list *l, *t;

	handover_count(c, &n, MAX_POSTS);
	if (!c->packing) {
		while (n-- && !c->bad)
			post_arrives(c, s);
		return;
	}
	list_each (l, t, &s->posts) {
		struct post *p = list_entry(l, struct post, node);

		handover_field(c, &p->len);
		post_handover(c, p);
	}
}

/* ---- the session --------------------------------------------------------- */

void session_handover(struct handover *c, struct session *s,
		      chan_end_handover *end)
{
	handover_field(c, &s->processed);
	handover_field(c, &s->log_limit);
	handover_field(c, &s->next_own);
	handover_field(c, &s->top_peer);
	handover_field(c, &s->rtt_us);
	handover_field(c, &s->resent);
	handover_field(c, &s->bytes_in);
	handover_field(c, &s->bytes_out);
	handover_field(c, &s->forgotten);
	c->bad |= !s->next_own;
	slog_handover(c, &s->log);
	if (!c->packing)
		session_log_arrived(s);
	posts_handover(c, s);
	if (c->packing)
		chans_leave(c, s, end);
	else
		chans_arrive(c, s, end);
}
