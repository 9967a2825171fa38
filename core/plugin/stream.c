/* SPDX-License-Identifier: BSD-2-Clause */
/* stream.c - one direction of an inspected channel: cuts it into messages,
 * skips bytes, and ends.
 *
 * A channel has two sides (struct side), to the server and to the client:
 *
 *   feed --> in --> frame() --> message() --> verdict --> out --> owner
 *            ^                      |            |         ^
 *            +--- HOLD: stays ------+------------+         |
 *                                   |                      |
 *                 adit_inject() ----+--> out of either side, or `late` while
 *                                        that side skips
 *
 * What a side does now, and the fields that say so:
 *
 *   flows    none of these        bytes are cut into messages
 *   skips    skip > 0             bytes pass unseen until skip is 0
 *   held     held > 0             a message waits; `again`: replay it
 *   blind    blind                bytes pass unseen for good (adit_ignore,
 *                                 DETACH)
 *   ending   fin                  no more comes in; `in` is still to be used up
 *   eof held eof_held             eof() returned HOLD; `again`: call it again
 *   ended    ended                FIN may be sent behind `out`
 *
 * A call of the plugin for one side may set `again` of the other one; side_run
 * then goes on there. */
#include "plugin/inside.h"

#include <stdlib.h>
#include <string.h>

void mark_add(struct marks *m, uint64_t at)
{
	if (m->n && m->at[m->n - 1] >= at)
		return;
	/* If there are too many, the newest one replaces the last, as in
	 * TCP. */
	if (m->n == MARKS)
		m->n--;
	m->at[m->n++] = at;
}

void mark_trim(struct marks *m, uint64_t at)
{
	unsigned gone = 0;

	while (gone < m->n && m->at[gone] <= at)
		gone++;
	if (!gone)
		return;
	m->n -= gone;
	memmove(m->at, m->at + gone, m->n * sizeof(*m->at));
}

void side_emit(struct adit_channel *ch, enum adit_dir d, const void *p,
	       size_t n)
{
	struct side *s = &ch->side[d];

	if (buf_append(&s->out, p, n))
		inspect_fail(ch, "out of memory");
	else
		s->out_end += n;
}

static bool stream_is_full(const struct side *s)
{
	return buf_len(&s->out) >= INSPECT_OUT_HIGH;
}

/* Backpressure for a peer that makes the plugin inject answers, and does not
 * read them: nothing is taken from it.  Output that the other peer has sent is
 * no reason to stop. */
static bool is_choked(const struct side *other)
{
	return buf_len(&other->late) >= INSPECT_OUT_HIGH ||
	       (stream_is_full(other) &&
		other->injected > other->out_end - buf_len(&other->out));
}

static bool is_over(const struct adit_channel *ch)
{
	return ch->status >= INSPECT_FINISH;
}

bool inspect_is_short(const struct adit_channel *ch, enum adit_dir d)
{
	const struct side *s = &ch->side[d];

	return buf_len(&s->in) && ch->status == INSPECT_RUN && !s->held &&
	       !s->skip && !s->blind && !stream_is_full(s) &&
	       !is_choked(&ch->side[other_dir(d)]);
}

size_t inspect_undecided(const struct adit_channel *ch, enum adit_dir d)
{
	return buf_len(&ch->side[d].in);
}

size_t inspect_kept(const struct adit_channel *ch, enum adit_dir d)
{
	const struct side *s = &ch->side[d];

	return buf_len(&s->in) + buf_len(&s->out) + buf_len(&s->late);
}

void side_flush_late(struct adit_channel *ch, enum adit_dir d)
{
	struct side *s = &ch->side[d];

	if (buf_len(&s->late)) {
		side_emit(ch, d, buf_ptr(&s->late), buf_len(&s->late));
		s->injected = s->out_end;
	}
	buf_fini(&s->late);
}

/* Forwards bytes without showing them to the plugin, with their urgent
 * marks. */
static size_t pass_unseen(struct adit_channel *ch, enum adit_dir d,
			  const uint8_t *p, size_t n)
{
	struct side *s = &ch->side[d];
	struct marks *m = &s->in_urgent;

	n = MIN(n, INSPECT_OUT_HIGH - buf_len(&s->out));
	for (unsigned i = 0; i < m->n && m->at[i] <= s->in_at + n; i++)
		if (m->at[i] > s->in_at)
			mark_add(&s->out_urgent,
				 s->out_end + (m->at[i] - s->in_at));
	side_emit(ch, d, p, n);
	ch->rounds = 0;
	s->in_at += n;
	s->consumed += n;
	mark_trim(m, s->in_at);
	return n;
}

uint64_t inspect_straight(struct adit_channel *ch, enum adit_dir d)
{
	struct side *s = &ch->side[d];

	if (ch->cb != CB_NONE || s->busy || is_over(ch) || s->held || s->fin ||
	    buf_len(&s->in) || s->in_urgent.n || inspect_urgent(ch, d) ||
	    is_choked(&ch->side[other_dir(d)]) ||
	    ch->plugin->def.flags & ADIT_URGENT_APART)
		return 0;
	return s->skip;
}

void inspect_went_straight(struct adit_channel *ch, enum adit_dir d, size_t n)
{
	struct side *s = &ch->side[d];

	ch->rounds = 0;
	s->in_at += n;
	s->out_end += n;
	s->traced = s->out_end;
	s->consumed += n;
	s->skip -= n;
	if (!s->skip)
		side_flush_late(ch, d);
}

static size_t pass_skipped(struct adit_channel *ch, enum adit_dir d,
			   const uint8_t *p, size_t n)
{
	struct side *s = &ch->side[d];

	n = pass_unseen(ch, d, p, (size_t)MIN(n, s->skip));
	s->skip -= n;
	if (!s->skip)
		side_flush_late(ch, d);
	return n;
}

static int64_t ask_frame(struct adit_channel *ch, enum adit_dir d,
			 const uint8_t *p, size_t n)
{
	adit_frame_fn *fn = ch->plugin->def.frame[d];
	int64_t r;

	callback_begin(ch, CB_FRAME);
	if (ch->exact) {
		/* In a block of exactly n bytes, so that tools see a plugin
		 * that reads behind them. */
		uint8_t *copy = malloc(n);

		if (copy)
			memcpy(copy, p, n);
		r = copy ? fn(ch, copy, n) : ADIT_BAD;
		free(copy);
	} else {
		r = fn(ch, p, n);
	}
	callback_end(ch);
	return r;
}

/* The length of the message that begins at p.  0: it is not known yet, or bytes
 * are to be skipped (s->skip), or the channel has failed. */
static size_t message_len(struct adit_channel *ch, enum adit_dir d,
			  const uint8_t *p, size_t n)
{
	struct side *s = &ch->side[d];
	size_t max = ch->plugin->def.max_message;
	int64_t r = (int64_t)s->need;

	/* Bytes behind the longest message cannot belong to this one. */
	n = MIN(n, max);
	if (!r)
		r = ask_frame(ch, d, p, n);
	s->need = 0;
	if (r == ADIT_BAD)
		inspect_fail(ch, "%s: not this protocol (%s)",
			     ch->plugin->def.name,
			     d == ADIT_TO_SERVER ? "application" : "server");
	else if (r < 0)
		s->skip = (uint64_t) - (r + 1);
	else if ((uint64_t)r > max || (r == ADIT_MORE && n == max))
		inspect_fail(ch, "%s: message too long (%s, most is %zu)",
			     ch->plugin->def.name,
			     d == ADIT_TO_SERVER ? "application" : "server",
			     max);
	else
		return s->need = (size_t)r;
	return 0;
}

/* Returns for how many bytes the verdict is final; 0: wait. */
static size_t chew_once(struct adit_channel *ch, enum adit_dir d,
			const uint8_t *p, size_t n)
{
	struct side *s = &ch->side[d];
	size_t len;

	if (s->skip)
		return pass_skipped(ch, d, p, n);
	if (s->blind)
		return pass_unseen(ch, d, p, n);
	len = message_len(ch, d, p, n);
	if (s->skip)
		return pass_skipped(ch, d, p, n);
	if (!len || len > n)
		return 0;
	s->need = 0;
	return deliver_message(ch, d, p, len) ? len : 0;
}

size_t side_chew(struct adit_channel *ch, enum adit_dir d, const uint8_t *p,
		 size_t n)
{
	struct side *s = &ch->side[d];
	size_t used = 0, step;

	while (used < n && !s->held && !stream_is_full(s) && !is_over(ch) &&
	       !is_choked(&ch->side[other_dir(d)])) {
		step = chew_once(ch, d, p + used, n - used);
		if (!step)
			break;
		used += step;
		/* What this message has released in the other direction is
		 * done before the next message of this one, so that the result
		 * does not depend on how the bytes arrived. */
		if (ch->side[other_dir(d)].again)
			side_run(ch, other_dir(d));
	}
	return used;
}

static void replay(struct adit_channel *ch, enum adit_dir d)
{
	struct side *s = &ch->side[d];
	size_t n = s->held;

	s->again = false;
	if (s->eof_held)
		deliver_eof(ch, d);
	else if (n && deliver_message(ch, d, buf_ptr(&s->in), n))
		buf_take(&s->in, n);
	if (ch->side[other_dir(d)].again)
		side_run(ch, other_dir(d));
}

/* Ends a direction: the last bytes are in `in`, and FIN follows them. */
static void end_side(struct adit_channel *ch, enum adit_dir d)
{
	struct side *s = &ch->side[d];
	size_t n = buf_len(&s->in);

	if (n && (stream_is_full(s) || is_choked(&ch->side[other_dir(d)])))
		return;
	s->skip = 0;
	side_flush_late(ch, d);
	if (n && !s->blind) {
		s->held_flags = ADIT_PARTIAL;
		s->need = 0;
		if (!deliver_message(ch, d, buf_ptr(&s->in), n))
			return;
		buf_take(&s->in, n);
	}
	if (!is_over(ch))
		deliver_eof(ch, d);
}

static void run_on(struct adit_channel *ch, enum adit_dir d)
{
	struct side *s = &ch->side[d];
	size_t n;

	do {
		if (s->again)
			replay(ch, d);
		n = buf_len(&s->in);
		if (n)
			buf_take(&s->in, side_chew(ch, d, buf_ptr(&s->in), n));
	} while (s->again && !is_over(ch));
	if (s->fin && !s->held && !s->eof_held && !s->ended && !is_over(ch))
		end_side(ch, d);
}

void side_run(struct adit_channel *ch, enum adit_dir d)
{
	struct side *s = &ch->side[d];

	if (s->busy || ch->cb != CB_NONE || is_over(ch))
		return;
	s->busy = true;
	do
		run_on(ch, d);
	while (s->again && !is_over(ch));
	s->busy = false;
	if (ch->side[other_dir(d)].again)
		side_run(ch, other_dir(d));
}

void side_blind(struct adit_channel *ch, enum adit_dir d)
{
	struct side *s = &ch->side[d];

	s->blind = true;
	s->need = 0;
	s->held = 0;
	s->eof_held = false;
	s->again = true; /* side_run goes on with what was held */
	expect_calls_drop(ch, s, true);
	if (!buf_len(&s->late))
		s->skip = 0;
}
