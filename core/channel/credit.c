/* SPDX-License-Identifier: BSD-2-Clause */
/* credit.c - how much a peer may send on a channel, and what that may cost.
 *
 * Bytes that are granted and not consumed may have to be kept in memory.  The
 * window of a channel, which bounds them, is therefore charged to the budgets
 * for as long as the channel has it (docs/protocol.md, section 6). */
#include "channel/credit.h"

#include "base/err.h"

enum {
	SHARE = 3,          /* see credit_fair() */
	GROWTH = 4,         /* in one step; TCP doubles its window */
	SWEEP_US = 5000000, /* from one credit_sweep to the next */
	IDLE_US = 10000000, /* idle so long: credit is asked back */
	HURRY_US = 1000000, /* both of them while channels wait */
};

void credit_init(struct chan *c, uint32_t window)
{
	budget_force(&c->s->budget, window);
	c->window = window;
	c->granted = window;
}

void credit_release(struct chan *c)
{
	budget_discharge(&c->s->budget, c->window + c->kept);
	c->window = 0;
	c->kept = 0;
}

/* The peer may use what the other process has granted, even if this process has
 * a smaller budget. */
void credit_arrived(struct chan *c)
{
	budget_force(&c->s->budget, c->window);
	c->epoch_us = c->s->now;
	c->epoch_consumed = c->consumed;
}

/* A WINDOW frame is sent when half of the window is used, or ACK_EVERY bytes:
 * often enough that the sender never stops, and rarely enough to cost little.
 * While a message is unfinished it is sent at once. */
static void credit_grant(struct chan *c)
{
	uint64_t left = c->granted - c->consumed;
	uint32_t step = MIN(c->window / 2, ACK_EVERY);

	if (c->asked_back || left >= c->window ||
	    (left > c->window - step && !c->want))
		return;
	c->granted = c->consumed + c->window;
	/* OPENED carries the first one, and is in no hurry but for that. */
	if (c->state != CHAN_ASKED && c->state != CHAN_ANSWERING)
		chan_owe(c, OWE_WINDOW);
	else
		session_wake(c->s);
}

void credit_grow(struct chan *c, uint32_t window)
{
	c->window = window;
	credit_grant(c);
}

bool credit_is_short(const struct chan *c)
{
	return c->want > c->window && !c->asked_back && !c->fin_in &&
	       c->granted - c->received < c->window / 2;
}

void chan_want(struct chan *c, uint32_t most)
{
	if (c->state == CHAN_DEAD || (!most && !c->want))
		return;
	c->want = most;
	if (most && !c->fin_in)
		credit_grant(c);
	line_feed(c);
}

void chan_keep(struct chan *c, uint64_t bytes)
{
	if (c->state == CHAN_DEAD)
		return;
	budget_force(&c->s->budget, bytes);
	budget_discharge(&c->s->budget, c->kept);
	c->kept = bytes;
}

/* The largest window that a channel may have: three times what is left for all
 * others.  A larger window shrinks, so that busy channels end up with equal
 * windows and something is always left for new ones (Choudhury and Hahne, 1998,
 * "Dynamic queue length thresholds"). */
static uint64_t credit_fair(const struct chan *c)
{
	uint64_t left = MIN(budget_left(&c->s->budget), UINT32_MAX);
	uint64_t most = (left + c->window) / (SHARE + 1) * SHARE;

	/* The channel that exceeds the budget gives all of it back. */
	return c == c->s->over ? CREDIT_START :
				 MAX(MIN(most, UINT32_MAX / 2), CREDIT_START);
}

/* When a whole window was consumed in less than two round trips, the window may
 * be what limits the sender, so it grows. */
static void credit_widen(struct chan *c, uint64_t most)
{
	struct session *s = c->s;
	uint64_t quick = 2 * (uint64_t)MAX(s->rtt_us, QUICK_US);
	uint64_t want = MIN((uint64_t)c->window * GROWTH, most);

	if (c->consumed - c->epoch_consumed < c->window)
		return;
	if (s->now - c->epoch_us < quick && want > c->window &&
	    budget_charge(&s->budget, want - c->window))
		c->window = (uint32_t)want;
	c->epoch_consumed = c->consumed;
}

/* Reduces the window by bytes that were consumed just now and are not granted
 * again: what is granted cannot be taken back. */
static void credit_shrink(struct chan *c, size_t n, uint64_t most)
{
	uint32_t less = (uint32_t)MIN(n, c->window - most);

	budget_discharge(&c->s->budget, less);
	c->window -= less;
}

void credit_consumed(struct chan *c, size_t n)
{
	uint64_t most;

	if (c->consumed == c->epoch_consumed)
		c->epoch_us = c->s->now;
	c->consumed += n;
	if (c->state == CHAN_DEAD || c->fin_in)
		return;
	most = credit_fair(c);
	if (c->window > most)
		credit_shrink(c, n, most);
	else
		credit_widen(c, most);
	credit_grant(c);
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

/* The peer asks for credit that we do not use.  CREDIT_START remains, so that
 * the next keystroke need not wait for a round trip. */
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
		return session_fail(c->s,
				    "returned credit that was never given");
	c->asked_back = false;
	c->granted = limit;
	keep = (uint32_t)MAX(limit - c->consumed, CREDIT_START);
	if (keep < c->window) {
		budget_discharge(&c->s->budget, c->window - keep);
		c->window = keep;
	}
	c->epoch_consumed = c->consumed;
	if (!c->fin_in)
		credit_grant(c);
	line_feed(c);
	return 0;
}

/* When memory is scarce, asks the peer to return the credit of idle channels;
 * sooner while other channels wait for memory. */
void credit_sweep(struct session *s)
{
	uint64_t idle = line_stands(s) ? HURRY_US : IDLE_US;
	struct list *n, *t;

	s->sweep_us = s->now + (line_stands(s) ? HURRY_US : SWEEP_US);
	if (!budget_is_tight(&s->budget))
		return;
	list_each (n, t, &s->chans) {
		struct chan *c = list_entry(n, struct chan, all);

		if (c->state != CHAN_OPEN || c->asked_back || c->fin_in ||
		    c->window <= CREDIT_START || s->now - c->active_us < idle)
			continue;
		c->asked_back = true;
		chan_owe(c, OWE_RETURN);
	}
}
