/* SPDX-License-Identifier: BSD-2-Clause */
/* deliver.c - calls the plugin's callbacks, and does what their verdicts
 * say. */
#include "plugin/inside.h"

#include <stdlib.h>
#include <string.h>

/* The brake on circles: most rounds in so many milliseconds. */
enum { ROUNDS_MAX = 1000, ROUNDS_MS = 60000 };

/* A message and its call of the plugin. */
struct parcel {
	enum adit_dir dir;
	const uint8_t *p; /* as it has arrived */
	size_t n;
	size_t urgent;
	uint8_t *copy; /* what the plugin sees */
	struct adit_msg msg;
};

static bool can(const struct adit_channel *ch, uint32_t what)
{
	return ch->plugin->def.can & what;
}

/* If the callback has broken a rule, undoes what it did and resets the
 * channel. */
static bool is_broken(struct adit_channel *ch)
{
	const char *rule = ch->tx.broken;

	if (!rule)
		return false;
	tx_rollback(ch);
	inspect_fail(ch, "plugin %s %s", ch->plugin->def.name, rule);
	return true;
}

static void violated(struct adit_channel *ch)
{
	tx_rollback(ch);
	inspect_fail(ch, "%s: protocol violation", ch->plugin->def.name);
}

static void detach(struct adit_channel *ch)
{
	ch->detached = true;
	ch->timer = INSPECT_NEVER;
	side_blind(ch, ADIT_TO_SERVER);
	side_blind(ch, ADIT_TO_CLIENT);
}

static void deliver_finish(struct adit_channel *ch)
{
	if (ch->status >= INSPECT_FINISH)
		return;
	/* Injected bytes that wait for the end of a skip go out now: the rest
	 * of what was skipped will not come. */
	side_flush_late(ch, ADIT_TO_CLIENT);
	ch->status = INSPECT_FINISH;
}

/* The plugin gets a copy with a NUL behind it.  It is made in the free part of
 * the output, so that forwarding needs no second copy. */
static uint8_t *copy_of(struct adit_channel *ch, enum adit_dir d,
			const uint8_t *p, size_t n)
{
	uint8_t *to = ch->exact ? malloc(n + 1) :
				  buf_reserve(&ch->side[d].out, n + 1);

	if (!to)
		return NULL;
	memcpy(to, p, n);
	to[n] = 0;
	return to;
}

static void deliver_forward(struct adit_channel *ch, const struct parcel *pc,
			    bool in_place)
{
	struct side *s = &ch->side[pc->dir];
	const struct tx *tx = &ch->tx;
	size_t len = tx->rewritten ? buf_len(&tx->rewrite) : pc->n;

	if (pc->msg.urgent && pc->msg.urgent <= len)
		mark_add(&s->out_urgent, s->out_end + pc->msg.urgent);
	if (tx->rewritten) {
		side_emit(ch, pc->dir, buf_ptr(&tx->rewrite), len);
	} else if (in_place) {
		buf_commit(&s->out, len);
		s->out_end += len;
	} else {
		side_emit(ch, pc->dir, pc->p, len);
	}
}

/* A plugin may drop an answer of the server and ask it again.  If it never has
 * enough, server and plugin keep each other going for ever, and nobody else
 * hears of it.  Messages that the plugin answers itself are no such circle:
 * there the application asks. */
static void deliver_brake(struct adit_channel *ch, const struct parcel *pc,
			  bool forwards)
{
	uint64_t now = inspect_now(ch);

	if (forwards) {
		ch->rounds = 0;
		return;
	}
	if (pc->dir != ADIT_TO_CLIENT || !buf_len(&ch->tx.inject[0]))
		return;
	if (!ch->rounds || now - ch->rounds_from > ROUNDS_MS) {
		ch->rounds = 0;
		ch->rounds_from = now;
	}
	if (++ch->rounds > ROUNDS_MAX)
		inspect_fail(ch,
			     "plugin %s goes in a circle: within a minute it "
			     "has dropped %d answers of the server and asked "
			     "again, and nothing has passed",
			     ch->plugin->def.name, ROUNDS_MAX);
}

static void hold(struct adit_channel *ch, const struct parcel *pc)
{
	struct side *s = &ch->side[pc->dir];

	tx_rollback(ch);
	s->held = pc->n;
	s->held_flags = pc->msg.flags & ADIT_PARTIAL;
	s->pass++;
}

static void finally(struct adit_channel *ch, const struct parcel *pc,
		    enum adit_verdict v)
{
	struct side *s = &ch->side[pc->dir];
	bool in_place = !ch->exact && !buf_len(&ch->tx.inject[pc->dir]);
	bool forwards = v == ADIT_PASS || v == ADIT_DETACH;

	deliver_brake(ch, pc,
		      forwards &&
			      !(ch->tx.rewritten && !buf_len(&ch->tx.rewrite)));
	tx_inject(ch);
	if (forwards)
		deliver_forward(ch, pc, in_place);
	/* Behind an unfinished message no bytes come that could be skipped. */
	if (!(s->held_flags & ADIT_PARTIAL))
		s->skip = ch->tx.skip;
	s->held = 0;
	s->held_flags = 0;
	s->pass = 0;
	s->told = false;
	s->in_at += pc->n;
	s->consumed += pc->n;
	mark_trim(&s->in_urgent, s->in_at);
	expect_calls_drop(ch, s, false);
	tx_commit(ch);
	if (v == ADIT_DETACH)
		detach(ch);
	else if (v == ADIT_FINISH)
		deliver_finish(ch);
}

static void check_rules(struct adit_channel *ch, const struct parcel *pc,
			enum adit_verdict v)
{
	if ((unsigned)v > ADIT_CLOSE)
		tx_broken(ch, "gave an unknown verdict");
	if (v == ADIT_DROP && !can(ch, ADIT_CAN_REWRITE))
		tx_broken(ch, "dropped a message without ADIT_CAN_REWRITE");
	if (pc->msg.urgent != pc->urgent && !can(ch, ADIT_CAN_REWRITE))
		tx_broken(ch, "changed urgent without ADIT_CAN_REWRITE");
}

static bool deliver_judge(struct adit_channel *ch, const struct parcel *pc,
			  enum adit_verdict v)
{
	struct side *s = &ch->side[pc->dir];

	check_rules(ch, pc, v);
	callback_end(ch);
	if (is_broken(ch)) {
		expect_calls_drop(ch, s, true);
	} else if (v == ADIT_CLOSE) {
		violated(ch);
		expect_calls_drop(ch, s, true);
	} else if (v == ADIT_HOLD) {
		hold(ch, pc);
		return false;
	} else {
		finally(ch, pc, v);
	}
	return true;
}

static size_t urgent_of(const struct side *s, size_t n)
{
	/* If there are several, the last one counts, as in TCP. */
	for (unsigned i = s->in_urgent.n; i-- > 0;) {
		uint64_t at = s->in_urgent.at[i];

		if (at > s->in_at && at <= s->in_at + n)
			return (size_t)(at - s->in_at);
	}
	return 0;
}

bool deliver_message(struct adit_channel *ch, enum adit_dir d, const uint8_t *p,
		     size_t n)
{
	struct side *s = &ch->side[d];
	struct parcel pc = { .dir = d,
			     .p = p,
			     .n = n,
			     .urgent = urgent_of(s, n),
			     .copy = copy_of(ch, d, p, n) };
	enum adit_verdict v;
	bool final;

	if (!pc.copy) {
		inspect_fail(ch, "out of memory");
		return true;
	}
	pc.msg = (struct adit_msg){ .ch = ch,
				    .dir = d,
				    .data = pc.copy,
				    .len = n,
				    .urgent = pc.urgent,
				    .pass = s->pass,
				    .flags = s->held_flags };
	if (ch->side[other_dir(d)].ended)
		pc.msg.flags |= ADIT_ENDED;
	s->cursor = 0;
	s->asked = false;
	for (unsigned i = 0; i < s->ncalls; i++)
		s->calls[i].repeated = false;
	tx_begin(ch, CB_MESSAGE);
	ch->msg = &pc.msg;
	v = ch->plugin->def.message(&pc.msg);
	ch->msg = NULL;
	/* Without `exact` what the plugin wrote there would be forwarded. */
	if (ch->exact && (memcmp(pc.copy, p, n) || pc.copy[n]))
		tx_broken(ch, "wrote into a message; use adit_rewrite");
	final = deliver_judge(ch, &pc, v);
	if (ch->exact)
		free(pc.copy);
	return final;
}

/* ---- the optional callbacks ---------------------------------------------- */

/* Ends the transaction of a callback other than message.  `allowed` has the bit
 * 1 << v for each verdict v that it may return.  True if it was ADIT_PASS. */
static bool judge_other(struct adit_channel *ch, enum adit_verdict v,
			unsigned allowed)
{
	if ((unsigned)v > ADIT_CLOSE || !(allowed & 1u << v))
		tx_broken(ch, "gave a verdict that has no meaning here");
	callback_end(ch);
	if (is_broken(ch))
		return false;
	if (v == ADIT_CLOSE) {
		violated(ch);
		return false;
	}
	if (v == ADIT_HOLD) {
		tx_rollback(ch);
		return false;
	}
	tx_inject(ch);
	tx_commit(ch);
	if (v == ADIT_DETACH)
		detach(ch);
	else if (v == ADIT_FINISH)
		deliver_finish(ch);
	return v == ADIT_PASS;
}

void deliver_eof(struct adit_channel *ch, enum adit_dir d)
{
	struct side *s = &ch->side[d];
	enum adit_verdict v = ADIT_PASS;

	s->eof_held = false;
	if (ch->plugin->def.eof && !ch->detached) {
		tx_begin(ch, CB_EOF);
		v = ch->plugin->def.eof(ch, d);
		s->ended = judge_other(ch, v,
				       1u << ADIT_PASS | 1u << ADIT_HOLD |
					       1u << ADIT_FINISH |
					       1u << ADIT_CLOSE);
		s->eof_held = v == ADIT_HOLD && ch->status == INSPECT_RUN;
	} else {
		s->ended = true;
	}
}

void deliver_open(struct adit_channel *ch)
{
	if (!ch->plugin->def.open)
		return;
	tx_begin(ch, CB_OPEN);
	judge_other(ch, ch->plugin->def.open(ch),
		    1u << ADIT_PASS | 1u << ADIT_DETACH | 1u << ADIT_CLOSE);
}

void deliver_timer(struct adit_channel *ch)
{
	if (!ch->plugin->def.timer)
		return;
	tx_begin(ch, CB_TIMER);
	ch->plugin->def.timer(ch);
	judge_other(ch, ADIT_PASS, 1u << ADIT_PASS);
}
