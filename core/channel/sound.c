/* SPDX-License-Identifier: BSD-2-Clause */
/* sound.c - whether a channel that has come from another process can be as that
 * process says.
 *
 * It may have been taken over, and be replaced for that reason: whatever is used
 * as a length, a place or a pointer later on is looked at here.  What a peer can
 * bring about is sound, or a peer could hinder every upgrade. */
#include "channel/chan.h"

/* What goes with each state. */
static const struct shape {
	bool theirs, mine; /* who may have opened it */
	bool numbered;     /* it has our id; else it has none */
	uint8_t must, may; /* what it owes, what it may owe besides */
} shapes[] = {
	[CHAN_OPENING] = { .mine = true, .must = OWE_OPEN },
	[CHAN_WAITING] = { .mine = true, .numbered = true, .may = OWE_RETURNED },
	[CHAN_ASKED] = { .theirs = true, .may = OWE_RETURNED },
	[CHAN_ANSWERING] = { .theirs = true,
			     .must = OWE_OPENED,
			     .may = OWE_RETURNED },
	[CHAN_OPEN] = { .theirs = true,
			.mine = true,
			.numbered = true,
			.may = OWE_WINDOW | OWE_RETURN | OWE_RETURNED },
	[CHAN_DEAD] = { .theirs = true, .mine = true, .must = OWE_RESET },
};

/* Frames are packed from what hangs on the state: chan.arg. */
static bool owes_rightly(const struct chan *c, const struct shape *is)
{
	unsigned must = c->early ? 0 : is->must;

	return (c->owes & must) == must && !(c->owes & ~(must | is->may));
}

static bool has_right_ids(const struct chan *c, const struct shape *is)
{
	bool dead = c->state == CHAN_DEAD;

	if (!dead && is->numbered != (c->own_id != 0))
		return false;
	if (!c->mine)
		return c->peer_id;
	return dead || (c->state == CHAN_OPEN) == (c->peer_id != 0);
}

/* An OPEN that is to be packed, or to be shown to the owner. */
static bool has_good_open(const struct chan *c)
{
	struct open o;

	if (c->state != CHAN_OPENING && !c->early)
		return true;
	return c->open_len <= FRAME_PAYLOAD_MAX &&
	       !unpack_open(&o, c->arg.open, c->open_len);
}

/* Counts in their order, marks and what is kept within them. */
static bool counts_rightly(const struct chan *c)
{
	if (c->state == CHAN_DEAD)
		return !c->window;
	return c->sent <= c->limit && c->consumed <= c->received &&
	       c->received <= c->granted &&
	       c->granted - c->consumed <= c->window &&
	       c->window <= UINT32_MAX / 2 && c->urgent <= c->received &&
	       buf_len(&c->backlog) <= c->received - c->consumed;
}

static bool ends_rightly(const struct chan *c)
{
	bool sends = c->state == CHAN_OPEN || c->state == CHAN_DEAD ||
		     c->state == CHAN_WAITING;

	return (!c->fin_out || sends) && (!c->finished || c->fin_in) &&
	       !(c->state == CHAN_OPEN && c->fin_out && c->finished);
}

bool chan_is_sound(const struct chan *c)
{
	const struct shape *is = &shapes[c->state];

	/* Whoever is over is here to say so, and for nothing else. */
	return (c->mine ? is->mine : is->theirs) &&
	       (c->state == CHAN_DEAD) == c->closed_told &&
	       (!c->early || c->state == CHAN_OPENING ||
		c->state == CHAN_ASKED) &&
	       owes_rightly(c, is) && has_right_ids(c, is) &&
	       has_good_open(c) && counts_rightly(c) && ends_rightly(c);
}
