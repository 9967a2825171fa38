/* SPDX-License-Identifier: BSD-2-Clause */
/* credit.c - how much a peer may send on a channel, and what that may cost.
 *
 * What is granted and not consumed could have to be kept, so a channel's window
 * is charged to the budgets as long as it stands (docs/protocol.md, section 6). */
#include "channel/chan.h"

#include "base/err.h"

enum {
	SESSION_SHARE = 4,              /* one channel: 1/4 of the session's */
	QUICK_US = 1000,                /* no round trip counts as shorter */
	SWEEP_US = 5000000,
	IDLE_US = 10000000,
};

static bool charge(struct budget *b, uint64_t n)
{
	struct budget *i;

	for (i = b; i; i = i->up)
		if (i->limit && i->used + n > i->limit)
			return false;
	for (i = b; i; i = i->up)
		i->used += n;
	return true;
}

static void discharge(struct budget *b, uint64_t n)
{
	for (; b; b = b->up)
		b->used -= n;
}

static bool is_tight(const struct budget *b)
{
	for (; b; b = b->up)
		if (b->limit && b->used > b->limit / 2)
			return true;
	return false;
}

int credit_init(struct chan *c, uint32_t window)
{
	if (!charge(&c->s->budget, window))
		return ERR_LIMIT;
	c->window = window;
	c->granted = window;
	c->epoch_us = c->s->now;
	return 0;
}

void credit_release(struct chan *c)
{
	discharge(&c->s->budget, c->window);
	c->window = 0;
}

/* What was promised before counts, also where this process has less. */
static void charge_anyway(struct budget *b, uint64_t n)
{
	for (; b; b = b->up)
		b->used += n;
}

void credit_arrived(struct chan *c)
{
	charge_anyway(&c->s->budget, c->window);
	c->epoch_us = c->s->now;
	c->epoch_consumed = c->consumed;
}

/* Told when half of the window is used: often enough to keep the sender going,
 * rarely enough to cost nothing; and always while a message of the largest kind
 * would not fit into what is left. */
static void grant(struct chan *c)
{
	uint64_t left = c->granted - c->consumed;

	if (c->asked_back || left >= c->window ||
	    (left > c->window / 2 && left >= c->floor))
		return;
	c->granted = c->consumed + c->window;
	/* Not packed yet, OPENED carries it. */
	if (c->state != CHAN_ASKED && c->state != CHAN_ANSWERING)
		chan_owe(c, OWE_WINDOW);
}

void chan_set_floor(struct chan *c, uint32_t bytes)
{
	if (bytes <= c->floor || c->state == CHAN_DEAD || c->fin_in)
		return;
	c->floor = bytes;
	if (bytes <= c->window)
		return;
	/* A message that could never be whole would hang the channel, so
	 * this much is granted even over the budget. */
	charge_anyway(&c->s->budget, bytes - c->window);
	c->window = bytes;
	grant(c);
}

/* A window's worth in less than two round trips: the window is what limits the
 * sender, so it may have twice as much. */
static void grow(struct chan *c)
{
	struct session *s = c->s;
	uint64_t quick = 2 * (uint64_t)MAX(s->min_rtt_us, QUICK_US);
	uint64_t most = s->budget.limit / SESSION_SHARE;

	if (c->consumed - c->epoch_consumed < c->window)
		return;
	if (s->now - c->epoch_us < quick && c->window * 2ULL <= most &&
	    !is_tight(&s->budget) && charge(&s->budget, c->window))
		c->window *= 2;
	c->epoch_us = s->now;
	c->epoch_consumed = c->consumed;
}

void credit_consumed(struct chan *c, size_t n)
{
	c->consumed += n;
	if (c->state == CHAN_DEAD || c->fin_in)
		return;
	grow(c);
	grant(c);
}

void chan_consumed(struct chan *c, size_t n)
{
	credit_consumed(c, n);
}

void credit_on_limit(struct chan *c, uint64_t limit)
{
	if (limit <= c->limit)
		return;
	c->limit = limit;
	if (c->blocked) {
		c->blocked = false;
		sched_add(c);
	}
}

/* The peer wants back what we do not need; a little stays, so that the next
 * keystroke does not wait for a round trip. */
int credit_on_return(struct chan *c)
{
	c->limit = MIN(c->limit, c->sent + CREDIT_START);
	chan_owe(c, OWE_RETURNED);
	return 0;
}

int credit_on_returned(struct chan *c, uint64_t limit)
{
	uint32_t keep;

	if (!c->asked_back || limit < c->received || limit > c->granted)
		return session_fail(c->s, "returned credit that was never given");
	c->asked_back = false;
	c->granted = limit;
	keep = (uint32_t)MAX(MAX(limit - c->consumed, c->floor), CREDIT_START);
	if (keep < c->window) {
		discharge(&c->s->budget, c->window - keep);
		c->window = keep;
	}
	c->epoch_us = c->s->now;
	c->epoch_consumed = c->consumed;
	credit_consumed(c, 0);
	return 0;
}

/* Under pressure, channels that stand idle are asked for what they hold. */
void credit_sweep(struct session *s)
{
	struct list *n, *t;

	s->sweep_us = s->now + SWEEP_US;
	if (!is_tight(&s->budget))
		return;
	list_each(n, t, &s->chans) {
		struct chan *c = list_entry(n, struct chan, all);

		if (c->state != CHAN_OPEN || c->asked_back || c->fin_in ||
		    c->window <= MAX(c->floor, CREDIT_START) ||
		    s->now - c->active_us < IDLE_US)
			continue;
		c->asked_back = true;
		chan_owe(c, OWE_RETURN);
	}
}
