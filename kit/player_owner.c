/* SPDX-License-Identifier: BSD-2-Clause */
/* player_owner.c - stands in for the gateway while a transcript is played:
 * answers the plugin, and notes what it does. */
#include "kit/player_inside.h"

#include "expect/expect.h"

#include <stdlib.h>
#include <string.h>

void player_no_memory(struct player *pl)
{
	if (!pl->failed)
		fprintf(pl->p.report, "%s: out of memory\n", pl->t->file);
	pl->failed = true;
}

void player_note(struct player *pl, enum effect_kind kind, const char *text)
{
	if (!deeds_add(&pl->got, kind, 0, text))
		player_no_memory(pl);
}

/* ---- what the channel asks ----------------------------------------------- */

static bool same_targets(const struct expect_line *a,
			 const struct adit_expect *want)
{
	if (a->ntargets != want->ntargets)
		return false;
	for (size_t i = 0; i < a->ntargets; i++)
		if (a->target[i].port != want->targets[i].port ||
		    strcmp(a->target[i].host, want->targets[i].host))
			return false;
	return true;
}

static bool same_data(const struct expect_line *a,
		      const struct adit_expect *want)
{
	size_t n = buf_len(&a->data);

	return !a->has_data ||
	       (n == want->ndata &&
		(!n || !memcmp(buf_ptr(&a->data), want->data, n)));
}

/* Whether `expect` line i is for this request: it stands before or behind the
 * step that is played, and says the same. */
static bool fits(const struct player *pl, size_t i,
		 const struct adit_expect *want)
{
	const struct expect_line *a = &pl->t->ask[i];

	return pl->ask[i].state == ASK_UNASKED &&
	       (a->step == pl->step || a->step + 1 == pl->step) &&
	       a->flags == want->flags && a->uses == want->uses &&
	       a->lifetime_ms == want->lifetime_ms &&
	       (!a->has_tag || a->tag == want->tag) && same_data(a, want) &&
	       same_targets(a, want);
}

static bool is_answered_now(const struct player *pl,
			    const struct expect_line *a)
{
	return a->when == ASK_SOON && !pl->p.way.late;
}

/* Finds the `expect` line for a request, or NULL.  Notes the request in any
 * case. */
static const struct expect_line *owner_find(struct player *pl,
					    const struct adit_expect *want)
{
	const struct expect_line *a = NULL;
	char *text;

	for (size_t i = 0; i < pl->t->nasks && !a; i++)
		if (fits(pl, i, want))
			a = &pl->t->ask[i];
	text = expect_text(want, a);
	player_note(pl, EFFECT_EXPECT, text ? text : "?");
	free(text);
	if (!a || pl->failed)
		return NULL;
	pl->got.effect[pl->got.neffects - 1].foreseen = true;
	return a;
}

void player_expire(struct player *pl)
{
	for (size_t i = 0; i < pl->t->nasks; i++) {
		struct ask_life *life = &pl->ask[i];

		if ((life->state == ASK_WAITING ||
		     life->state == ASK_LISTENING) &&
		    !(pl->t->ask[i].flags & ADIT_SHARED) &&
		    pl->now - life->since >= pl->t->ask[i].lifetime_ms)
			life->state = ASK_OVER;
	}
}

/* Whether the channel has as many expectations as the gateway lets it have.
 * Then the answer is a failure, and an `expect` line must say so. */
static bool is_full(struct player *pl, const struct expect_line *a)
{
	unsigned n = 0;

	if (a->flags & ADIT_SHARED)
		return false;
	player_expire(pl);
	for (size_t i = 0; i < pl->t->nasks; i++)
		n += !(pl->t->ask[i].flags & ADIT_SHARED) &&
		     (pl->ask[i].state == ASK_WAITING ||
		      pl->ask[i].state == ASK_LISTENING);
	if (n < EXPECT_PER_CHANNEL)
		return false;
	if (a->when == ASK_SOON && a->result == ADIT_FAILED)
		return true;
	place_write(pl->p.report, pl->t, a->line);
	fprintf(pl->p.report,
		"the channel has %u expectations already: the gateway's answer "
		"is = failed\n",
		n);
	return pl->failed = true;
}

static enum adit_result owner_expect(void *ctx, const struct adit_expect *want,
				     uint32_t *id, struct adit_addr *show)
{
	struct player *pl = ctx;
	const struct expect_line *a = owner_find(pl, want);
	struct ask_life *life;
	size_t i;

	if (!a)
		return ADIT_FAILED;
	i = (size_t)(a - pl->t->ask);
	life = &pl->ask[i];
	life->since = pl->now;
	if (is_full(pl, a)) {
		life->state = ASK_OVER;
		return ADIT_FAILED;
	}
	*id = PLAYER_FIRST_ID + (uint32_t)i;
	if (!is_answered_now(pl, a)) {
		life->state = ASK_WAITING;
		return ADIT_WAIT;
	}
	life->state = a->result == ADIT_OK ? ASK_LISTENING : ASK_OVER;
	*show = a->show;
	return a->result;
}

/* Notes an effect with the number of an `expect` line, counted from 1. */
static void note_ask(struct player *pl, enum effect_kind kind, size_t i)
{
	char text[24];

	snprintf(text, sizeof(text), "%zu", i + 1);
	player_note(pl, kind, text);
}

static void owner_withdraw(void *ctx, uint32_t id)
{
	struct player *pl = ctx;
	size_t i = id - PLAYER_FIRST_ID;
	struct ask_life *life;

	if (id < PLAYER_FIRST_ID || i >= pl->t->nasks) {
		player_note(pl, EFFECT_CANCEL,
			    "with an id that adit_expect has not returned");
		return;
	}
	if (pl->t->ask[i].flags & ADIT_SHARED)
		return; /* it belongs to the session */
	life = &pl->ask[i];
	/* A request that was not answered in time is withdrawn by the channel,
	 * and not by the plugin. */
	if (life->state == ASK_LISTENING ||
	    (life->state == ASK_WAITING &&
	     pl->now - life->since < INSPECT_HOLD_MS))
		note_ask(pl, EFFECT_CANCEL, i);
	life->state = ASK_OVER;
}

static void owner_arm(void *ctx, uint32_t id)
{
	struct player *pl = ctx;
	size_t i = id - PLAYER_FIRST_ID;

	if (id < PLAYER_FIRST_ID || i >= pl->t->nasks) {
		player_note(pl, EFFECT_ARM,
			    "with an id that adit_expect has not returned");
		return;
	}
	if (pl->ask[i].armed || pl->ask[i].state != ASK_LISTENING ||
	    !(pl->t->ask[i].flags & ADIT_UNARMED))
		return;
	pl->ask[i].armed = true;
	note_ask(pl, EFFECT_ARM, i);
}

static uint64_t owner_now(void *ctx)
{
	return ((struct player *)ctx)->now;
}

static void owner_log(void *ctx, enum adit_level level, const char *text)
{
	(void)level;
	player_note(ctx, EFFECT_LOG, text);
}

static void owner_audit(void *ctx, const char *key, const char *value)
{
	char text[512];

	snprintf(text, sizeof(text), "%s=\"%s\"", key, value);
	player_note(ctx, EFFECT_AUDIT, text);
}

static void owner_event(void *ctx, uint32_t id, const char *text)
{
	char *line = NULL;
	int n;

	text += *text == ' ';
	n = !id ? asprintf(&line, "%s", text) :
		  asprintf(&line, "%lld %s",
			   (long long)id - PLAYER_FIRST_ID + 1, text);
	player_note(ctx, EFFECT_EVENT, n < 0 ? "?" : line);
	if (n >= 0)
		free(line);
}

static enum adit_result owner_outcome(void *ctx, uint32_t id)
{
	const struct player *pl = ctx;
	size_t i = id - PLAYER_FIRST_ID;

	return id < PLAYER_FIRST_ID || i >= pl->t->nasks ? ADIT_OK :
							   pl->ask[i].outcome;
}

const struct inspect_ops player_ops = {
	.expect = owner_expect,
	.withdraw = owner_withdraw,
	.arm = owner_arm,
	.now = owner_now,
	.log = owner_log,
	.audit = owner_audit,
	.event = owner_event,
	.outcome = owner_outcome,
};
