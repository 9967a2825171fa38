/* SPDX-License-Identifier: BSD-2-Clause */
/* sound.c - checks a channel that was received from another process.
 *
 * An attacker may have taken that process over, which may be why it is
 * replaced.  So whatever is used as a length, an index or a pointer later on is
 * checked here. Every state that a peer can bring about must pass, or a peer
 * could prevent every upgrade. */
#include "channel/chan.h"

/* What a channel in each state must look like. */
static const struct shape {
	bool theirs, mine; /* which side may have opened it */
	bool numbered;     /* it has an id of ours; otherwise it has none */
	uint8_t must, may; /* OWE_ flags that are set, that may be set */
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

/* The frames are packed from chan.arg, whose meaning depends on the state. */
static bool sound_owes(const struct chan *c, const struct shape *is)
{
	unsigned must = c->early ? 0 : is->must;

	return (c->owes & must) == must && !(c->owes & ~(must | is->may));
}

static bool sound_ids(const struct chan *c, const struct shape *is)
{
	bool dead = c->state == CHAN_DEAD;

	if (!dead && is->numbered != (c->own_id != 0))
		return false;
	if (!c->mine)
		return c->peer_id;
	return dead || (c->state == CHAN_OPEN) == (c->peer_id != 0);
}

/* The OPEN is still to be packed, or to be shown to the owner. */
static bool sound_open(const struct chan *c)
{
	struct open o;

	if (c->state != CHAN_OPENING && !c->early)
		return true;
	return c->open_len <= FRAME_PAYLOAD_MAX &&
	       !unpack_open(&o, c->arg.open, c->open_len);
}

/* Byte counts are in order; the urgent mark and the backlog lie within them. */
static bool sound_counts(const struct chan *c)
{
	if (c->state == CHAN_DEAD)
		return !c->window;
	return c->sent <= c->limit && c->consumed <= c->received &&
	       c->received <= c->granted &&
	       c->granted - c->consumed <= c->window &&
	       c->window <= UINT32_MAX / 2 && c->urgent <= c->received &&
	       buf_len(&c->backlog) <= c->received - c->consumed;
}

static bool sound_ends(const struct chan *c)
{
	bool sends = c->state == CHAN_OPEN || c->state == CHAN_DEAD ||
		     c->state == CHAN_WAITING;

	return (!c->fin_out || sends) && (!c->finished || c->fin_in) &&
	       !(c->state == CHAN_OPEN && c->fin_out && c->finished);
}

bool chan_is_sound(const struct chan *c)
{
	const struct shape *is = &shapes[c->state];

	/* A dead channel is only here because it owes a CLOSE. */
	return (c->mine ? is->mine : is->theirs) &&
	       (c->state == CHAN_DEAD) == c->closed_told &&
	       (!c->early || c->state == CHAN_OPENING ||
		c->state == CHAN_ASKED) &&
	       sound_owes(c, is) && sound_ids(c, is) && sound_open(c) &&
	       sound_counts(c) && sound_ends(c);
}
