/* SPDX-License-Identifier: BSD-2-Clause */
/* player.c - runs a transcript through a plugin, in one of many ways. */
#include "kit/player.h"

#include "base/err.h"
#include "kit/random.h"
#include "plugin/expect.h"

#include <stdlib.h>
#include <string.h>

/* As in a session that is old: does not fit into 16 bits. */
enum { FIRST_ID = 70001 };

/* Input that the channel has not taken yet. */
struct queue {
	struct output in;
	size_t taken;                   /* of it; all of it: it is empty */
	bool fin;
};

struct player {
	const struct play *p;
	const struct transcript *t;
	struct adit_channel *ch;
	uint64_t now, random;
	size_t step;
	struct ask_life {
		enum { ASK_UNASKED, ASK_WAITING, ASK_LISTENING, ASK_OVER } state;
		uint64_t since;
		bool armed;
	} *ask;
	struct queue queue[2];
	bool ended[2];
	enum inspect_status was;
	int64_t *total;                 /* of counters, before this step */
	struct deeds got;
	bool failed;
};

const char *volatile play_file;
volatile unsigned play_line;

static void no_memory(struct player *pl)
{
	if (!pl->failed)
		fprintf(pl->p->report, "%s: no memory\n", pl->t->file);
	pl->failed = true;
}

static void note(struct player *pl, enum effect_kind kind, const char *text)
{
	if (!deeds_add(&pl->got, kind, 0, text))
		no_memory(pl);
}

/* ---- what the channel asks ----------------------------------------------------- */

static bool same_targets(const struct ask *a, const struct adit_expect *want)
{
	if (a->ntargets != want->ntargets)
		return false;
	for (size_t i = 0; i < a->ntargets; i++)
		if (a->target[i].port != want->targets[i].port
		    || strcmp(a->target[i].host, want->targets[i].host))
			return false;
	return true;
}

/* A line that stands around the input that causes it. */
static bool fits(const struct player *pl, size_t i,
		 const struct adit_expect *want)
{
	const struct ask *a = &pl->t->ask[i];

	return pl->ask[i].state == ASK_UNASKED
		&& (a->step == pl->step || a->step + 1 == pl->step)
		&& a->flags == want->flags && a->uses == want->uses
		&& a->lifetime_ms == want->lifetime_ms
		&& (!a->has_tag || a->tag == want->tag)
		&& same_targets(a, want);
}

static bool is_answered_now(const struct player *pl, const struct ask *a)
{
	return a->when == ASK_SOON && !pl->p->way.late;
}

/* The line for it, or NULL; written down in any case. */
static const struct ask *find(struct player *pl, const struct adit_expect *want)
{
	const struct ask *a = NULL;
	char *text;

	for (size_t i = 0; i < pl->t->nasks && !a; i++)
		if (fits(pl, i, want))
			a = &pl->t->ask[i];
	text = expect_text(want, a);
	note(pl, EFFECT_EXPECT, text ? text : "?");
	free(text);
	if (!a || pl->failed)
		return NULL;
	pl->got.effect[pl->got.neffects - 1].foreseen = true;
	return a;
}

static enum adit_result on_expect(void *ctx, const struct adit_expect *want,
				  uint32_t *id, struct adit_addr *show)
{
	struct player *pl = ctx;
	const struct ask *a = find(pl, want);
	struct ask_life *life;
	size_t i;

	if (!a)
		return ADIT_FAILED;
	i = (size_t)(a - pl->t->ask);
	life = &pl->ask[i];
	life->since = pl->now;
	*id = FIRST_ID + (uint32_t)i;
	if (!is_answered_now(pl, a)) {
		life->state = ASK_WAITING;
		return ADIT_WAIT;
	}
	life->state = a->result == ADIT_OK ? ASK_LISTENING : ASK_OVER;
	*show = a->show;
	return a->result;
}

/* Writes its number down, as the transcript counts. */
static void note_ask(struct player *pl, enum effect_kind kind, size_t i)
{
	char text[24];

	snprintf(text, sizeof(text), "%zu", i + 1);
	note(pl, kind, text);
}

static void on_withdraw(void *ctx, uint32_t id)
{
	struct player *pl = ctx;
	size_t i = id - FIRST_ID;
	struct ask_life *life;

	if (id < FIRST_ID || i >= pl->t->nasks) {
		note(pl, EFFECT_CANCEL, "something that it never got");
		return;
	}
	life = &pl->ask[i];
	/* What the channel does when an answer is overdue is its own. */
	if (life->state == ASK_LISTENING
	    || (life->state == ASK_WAITING
		&& pl->now - life->since < INSPECT_HOLD_MS))
		note_ask(pl, EFFECT_CANCEL, i);
	life->state = ASK_OVER;
}

static void on_arm(void *ctx, uint32_t id)
{
	struct player *pl = ctx;
	size_t i = id - FIRST_ID;

	if (id < FIRST_ID || i >= pl->t->nasks) {
		note(pl, EFFECT_ARM, "something that it never got");
		return;
	}
	if (pl->ask[i].armed || pl->ask[i].state != ASK_LISTENING
	    || !(pl->t->ask[i].flags & ADIT_UNARMED))
		return;
	pl->ask[i].armed = true;
	note_ask(pl, EFFECT_ARM, i);
}

static uint64_t on_now(void *ctx)
{
	return ((struct player *)ctx)->now;
}

static void on_log(void *ctx, enum adit_level level, const char *text)
{
	(void)level;
	note(ctx, EFFECT_LOG, text);
}

static void on_audit(void *ctx, const char *key, const char *value)
{
	char text[512];

	snprintf(text, sizeof(text), "%s=\"%s\"", key, value);
	note(ctx, EFFECT_AUDIT, text);
}

static void on_event(void *ctx, uint32_t id, const char *text)
{
	char *line = NULL;
	int n;

	text += *text == ' ';
	n = id ? asprintf(&line, "%lld %s", (long long)id - FIRST_ID + 1, text)
	       : asprintf(&line, "%s", text);
	note(ctx, EFFECT_EVENT, n < 0 ? "?" : line);
	if (n >= 0)
		free(line);
}

static const struct inspect_ops ops = {
	.expect = on_expect, .withdraw = on_withdraw, .arm = on_arm,
	.now = on_now, .log = on_log, .audit = on_audit, .event = on_event,
};

/* ---- bytes ---------------------------------------------------------------------- */

static bool drain(struct player *pl, enum adit_dir d)
{
	struct buf *b = inspect_output(pl->ch, d);
	bool moved = buf_len(b);

	while (buf_len(b)) {
		size_t urgent = inspect_urgent(pl->ch, d);
		size_t n = urgent ? urgent : buf_len(b);
		struct span from = { .urgent = urgent };

		if (output_add(&pl->got.out[d], buf_ptr(b), n, &from))
			no_memory(pl);
		buf_take(b, n);
	}
	(void)inspect_consumed(pl->ch, d);
	if (inspect_ended(pl->ch, d) && !pl->ended[d])
		moved = pl->ended[d] = pl->got.out[d].fin = true;
	return moved;
}

static bool offer(struct player *pl, enum adit_dir d)
{
	struct queue *q = &pl->queue[d];
	size_t mark = output_urgent(&q->in, q->taken) - q->taken;
	size_t n = MIN(mark, buf_len(&q->in.bytes) - q->taken), used = 0;

	if (n)
		used = inspect_feed(pl->ch, d, buf_ptr(&q->in.bytes) + q->taken,
				    n, n == mark ? n : 0);
	q->taken += used;
	if (q->taken == buf_len(&q->in.bytes)) {
		buf_take(&q->in.bytes, q->taken);
		q->taken = q->in.nspans = 0;
	}
	if (!q->fin || buf_len(&q->in.bytes))
		return used;
	q->fin = false;
	inspect_fin(pl->ch, d);
	return true;
}

static void answer(struct player *pl, size_t i)
{
	const struct ask *a = &pl->t->ask[i];

	pl->ask[i].state = a->result == ADIT_OK ? ASK_LISTENING : ASK_OVER;
	inspect_answer(pl->ch, FIRST_ID + (uint32_t)i, a->result, &a->show);
}

/* Those that are not late by themselves; in any order, where all is random. */
static bool answer_one(struct player *pl)
{
	size_t n = pl->t->nasks, first = 0, i;

	if (n && pl->p->way.cuts == CUT_RANDOM)
		first = random_below(&pl->random, n);
	for (size_t k = 0; k < n; k++) {
		i = (first + k) % n;
		if (pl->ask[i].state != ASK_WAITING
		    || pl->t->ask[i].when != ASK_SOON)
			continue;
		answer(pl, i);
		return true;
	}
	return false;
}

/* Until nothing moves. */
static void settle(struct player *pl, bool all)
{
	bool slow = !all && pl->p->way.cuts == CUT_RANDOM, moved;

	do {
		moved = false;
		for (unsigned d = 0; d < 2; d++)
			if (!slow || random_below(&pl->random, 4) == 0)
				moved |= drain(pl, d);
		inspect_run(pl->ch);
		moved |= offer(pl, ADIT_TO_SERVER);
		moved |= offer(pl, ADIT_TO_CLIENT);
		if (!moved && all)
			moved = answer_one(pl);
	} while (moved && !pl->failed);
}

/* ---- steps ------------------------------------------------------------------------ */

static size_t next_piece(struct player *pl, size_t at, size_t n)
{
	const struct way *w = &pl->p->way;
	size_t piece = n - at;

	if (w->cuts == CUT_ALWAYS)
		piece = 1;
	else if (w->cuts == CUT_AT && at < w->at)
		piece = w->at - at;
	else if (w->cuts == CUT_RANDOM)
		piece = 1 + random_below(&pl->random, 16);
	return MIN(piece, n - at);
}

static void input(struct player *pl, const struct step *s)
{
	size_t n = buf_len(&s->text), k;

	for (size_t at = 0; at < n && !pl->failed; at += k) {
		struct span from = { .line = s->line };

		k = next_piece(pl, at, n);
		from.urgent = s->urgent && at + k == n;
		if (output_add(&pl->queue[s->dir].in, buf_ptr(&s->text) + at, k,
			       &from))
			no_memory(pl);
		settle(pl, false);
	}
}

static void pass_time(struct player *pl, uint32_t ms)
{
	uint64_t end = pl->now + ms, due;

	while ((due = inspect_deadline(pl->ch)) <= end && !pl->failed) {
		pl->now = MAX(pl->now, due);
		inspect_tick(pl->ch);
		settle(pl, true);
	}
	pl->now = end;
}

static void answer_line(struct player *pl, const struct step *s)
{
	static const char *const why[] = {
		[ASK_UNASKED] = "the plugin has not asked for this yet",
		[ASK_LISTENING] = "it has its answer already",
		[ASK_OVER] = "no message waits for this answer any more",
	};
	unsigned state = pl->ask[s->ask].state;

	if (state == ASK_WAITING) {
		answer(pl, s->ask);
		return;
	}
	fprintf(pl->p->report, "%s:%u: %s\n", pl->t->file, s->line, why[state]);
	pl->failed = true;
}

static void do_step(struct player *pl, const struct step *s)
{
	switch (s->kind) {
	case STEP_OPEN:   inspect_start(pl->ch); break;
	case STEP_INPUT:  input(pl, s); break;
	case STEP_FIN:    pl->queue[s->dir].fin = true; break;
	case STEP_TIME:   pass_time(pl, s->ms); break;
	case STEP_ANSWER: answer_line(pl, s); break;
	case STEP_CLOSE:
		inspect_free(pl->ch);
		pl->ch = NULL;
		return;
	}
	settle(pl, true);
}

/* ---- what came of it ---------------------------------------------------------------- */

static void note_counters(struct player *pl)
{
	const struct plugin *plugin = pl->p->plugin;

	for (size_t i = 0; i < plugin->ncounters && !pl->failed; i++) {
		int64_t more = plugin_total(plugin, i) - pl->total[i];

		pl->total[i] += more;
		if (!more)
			continue;
		note(pl, EFFECT_COUNT, plugin->def.counters[i]);
		if (!pl->failed)
			pl->got.effect[pl->got.neffects - 1].amount = more;
	}
}

static void note_status(struct player *pl)
{
	enum inspect_status now = pl->ch ? inspect_status(pl->ch) : pl->was;

	if (now == pl->was)
		return;
	pl->was = pl->got.status = now;
	if (now != INSPECT_RESET)
		return;
	pl->got.reason = strdup(inspect_reason(pl->ch));
	if (!pl->got.reason)
		no_memory(pl);
}

/* `expect` lines that the plugin should have come to.  Those of this step have
 * time until the next one, if there is one. */
static bool check_asked(struct player *pl, bool last)
{
	bool good = true;

	for (size_t i = 0; i < pl->t->nasks; i++) {
		const struct ask *a = &pl->t->ask[i];

		if (pl->ask[i].state != ASK_UNASKED
		    || (a->step + 1 != pl->step && !(last && a->step == pl->step)))
			continue;
		fprintf(pl->p->report, "%s:%u: the plugin did not ask for this\n",
			pl->t->file, a->line);
		good = false;
	}
	return good;
}

/* As a transcript: what is right can be taken over. */
static void trace(struct player *pl, const struct step *s)
{
	if (!pl->p->trace)
		return;
	step_write(s, pl->p->trace, "# ");
	deeds_write(&pl->got, pl->p->trace, "# ");
}

static bool run(struct player *pl)
{
	bool good = true;

	for (; pl->step < pl->t->nsteps && good; pl->step++) {
		const struct step *s = &pl->t->step[pl->step];

		play_line = s->line;
		do_step(pl, s);
		note_counters(pl);
		note_status(pl);
		trace(pl, s);
		/* Both: they explain each other. */
		good = deeds_compare(pl->t, s, &pl->got, pl->p->report);
		good &= check_asked(pl, !good || s->kind == STEP_CLOSE);
		deeds_fini(&pl->got);
		good &= !pl->failed;
	}
	return good;
}

static bool start(struct player *pl)
{
	const struct plugin *plugin = pl->p->plugin;

	pl->random = random_start(pl->p->way.seed);
	pl->ask = calloc(pl->t->nasks + 1, sizeof(*pl->ask));
	pl->total = calloc(plugin->ncounters + 1, sizeof(*pl->total));
	pl->ch = inspect_new(plugin, pl->p->conf, &pl->t->info, &ops, pl);
	if (!pl->ask || !pl->total || !pl->ch) {
		no_memory(pl);
		return false;
	}
	for (size_t i = 0; i < plugin->ncounters; i++)
		pl->total[i] = plugin_total(plugin, i);
	return true;
}

bool play(const struct play *p)
{
	/* Not 0, for plugins that would take that for "never". */
	struct player pl = { .p = p, .t = p->t, .now = 1000000 };
	bool good;

	play_file = p->t->file;
	good = start(&pl) && run(&pl);
	inspect_free(pl.ch);
	deeds_fini(&pl.got);
	for (unsigned d = 0; d < 2; d++) {
		buf_fini(&pl.queue[d].in.bytes);
		free(pl.queue[d].in.span);
	}
	free(pl.ask);
	free(pl.total);
	play_file = NULL;
	return good;
}
