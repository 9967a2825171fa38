/* SPDX-License-Identifier: BSD-2-Clause */
/* line.c - two queues of channels that wait for memory, or for their turn to
 * begin.
 *
 *   early    channels that have not begun: their OPEN has come, or is still to
 *            be sent.  Their first window is charged, and counted as `waiting`.
 *   hungry   channels that have begun and need a larger window for the rest of
 *            a message, or whose local end must keep more.
 *
 * Channels that each hold part of a message could wait for each other for ever.
 * Therefore one channel of a session at a time may exceed the budget. */
#include "channel/credit.h"

#include "base/err.h"

enum {
	GROWTH = 4,
	LOOK_US = 50000,    /* nobody says when other sessions free memory */
	TELL_US = 10000000, /* between two calls of ops->crowded */
};

static enum crowd line_crowd_of(const struct chan *c)
{
	struct budget own = c->s->budget;

	own.up = NULL;
	if (!budget_lets(&own, CREDIT_START))
		return CROWD_SESSION;
	if (!budget_pools_let(&c->s->budget, CREDIT_START))
		return CROWD_USER;
	return c->early && budget_lets(&c->s->budget, CREDIT_START) ?
		       CROWD_LEAVE :
		       CROWD_ALL;
}

static void line_tell(const struct chan *c)
{
	struct session *s = c->s;

	if (!s->ops->crowded ||
	    (s->crowded_us && s->now - s->crowded_us < TELL_US))
		return;
	s->crowded_us = s->now;
	s->ops->crowded(s, line_crowd_of(c));
}

static void line_stand(struct list *line, struct chan *c)
{
	struct session *s = c->s;

	if (!list_is_empty(&c->line))
		return;
	list_append(line, &c->line);
	s->nline++;
	line_tell(c);
	if (s->nline > 1)
		return;
	s->line_us = s->now + LOOK_US;
	s->sweep_us = MIN(s->sweep_us, s->now);
	session_wake(s);
}

static void line_step_out(struct chan *c)
{
	if (list_is_empty(&c->line))
		return;
	list_remove(&c->line);
	c->s->nline--;
}

static void line_wait_early(struct chan *c)
{
	c->early = true;
	budget_waits(&c->s->budget, CREDIT_START);
	line_stand(&c->s->early, c);
}

const char *line_turn(struct chan *c)
{
	const struct session_ops *ops = c->s->ops;

	return ops->turn ? ops->turn(c->s, &c->begins_us) : NULL;
}

bool line_begin(struct chan *c)
{
	struct session *s = c->s;

	credit_init(c, CREDIT_START);
	if (list_is_empty(&s->early) && budget_lets(&s->budget, 0) &&
	    c->begins_us <= s->now)
		return true;
	line_wait_early(c);
	return false;
}

/* Who had a turn in the other process gets one here, a later one than before
 * at worst, and never a refusal. */
void line_arrived(struct chan *c)
{
	if (!c->mine)
		(void)line_turn(c);
	line_wait_early(c);
}

void line_leave(struct chan *c)
{
	if (c == c->s->over)
		c->s->over = NULL;
	if (c->early)
		budget_begins(&c->s->budget, CREDIT_START);
	c->early = c->starved = false;
	line_step_out(c);
}

/* ---- those that have begun ----------------------------------------------- */

/* Whether c may have n more bytes, as the one that exceeds the budget if need
 * be. */
static bool line_may_exceed(struct chan *c, uint64_t n)
{
	struct session *s = c->s;
	const struct chan *o = s->over;

	if (budget_lets(&s->budget, n))
		return true;
	/* The channel that exceeded the budget does so no longer. */
	if (o && (budget_lets(&s->budget, 0) ||
		  (o->window <= CREDIT_START && !o->kept && !o->want)))
		s->over = NULL;
	if (!s->over)
		s->over = c;
	return s->over == c;
}

static bool line_enlarge(struct chan *c)
{
	uint64_t held = c->received - c->consumed;
	uint64_t want = MAX((uint64_t)c->window * GROWTH, held + CREDIT_START);

	want = MIN(want, c->want);
	if (!line_may_exceed(c, want - c->window))
		return false;
	budget_force(&c->s->budget, want - c->window);
	credit_grow(c, (uint32_t)want);
	return true;
}

static bool line_is_served(struct chan *c)
{
	if (credit_is_short(c) && !line_enlarge(c))
		return false;
	return !c->starved || budget_lets(&c->s->budget, 1);
}

void line_feed(struct chan *c)
{
	if (line_is_served(c))
		line_step_out(c);
	else
		line_stand(&c->s->hungry, c);
}

bool chan_may_keep(struct chan *c, bool unfinished)
{
	/* An end that keeps nothing yet may always begin. */
	if (!c->kept || budget_lets(&c->s->budget, 1) ||
	    (unfinished && line_may_exceed(c, 1)))
		return true;
	c->starved = true;
	line_stand(&c->s->hungry, c);
	return false;
}

/* ---- their turn ---------------------------------------------------------- */

static bool line_serve_hungry(struct session *s)
{
	struct chan *c;
	bool starved;

	if (list_is_empty(&s->hungry))
		return false;
	c = list_first(&s->hungry, struct chan, line);
	if (!line_is_served(c))
		return false;
	starved = c->starved;
	c->starved = false;
	line_step_out(c);
	if (starved && c->ops && c->ops->room)
		c->ops->room(c);
	return true;
}

static bool line_serve_early(struct session *s)
{
	struct chan *c;

	if (list_is_empty(&s->early) || !budget_lets(&s->budget, CREDIT_START))
		return false;
	c = list_first(&s->early, struct chan, line);
	if (c->begins_us > s->now)
		return false;
	line_leave(c);
	if (c->mine)
		chan_owe(c, OWE_OPEN);
	else
		chan_ask_owner(c);
	return true;
}

bool line_move(struct session *s)
{
	bool moved = false;

	while (line_serve_hungry(s) || line_serve_early(s))
		moved = true;
	s->line_us = s->now + LOOK_US;
	return moved;
}

unsigned session_crowd(const struct session *s)
{
	return s->nline;
}
