/* SPDX-License-Identifier: BSD-2-Clause */
/* player.c - plays a transcript to a plugin, in one of many ways. */
#include "kit/player_inside.h"

#include "kit/random.h"
#include "plugin/host_handover.h"

#include <stdlib.h>
#include <string.h>

enum { MOVE_ONE_IN = 4 };

const char *volatile play_file;
volatile unsigned play_line;

/* ---- bytes --------------------------------------------------------------- */

static bool drain(struct player *pl, enum adit_dir d)
{
	struct buf *b = inspect_output(pl->ch, d);
	bool moved = buf_len(b);

	while (buf_len(b)) {
		size_t urgent = inspect_urgent(pl->ch, d);
		size_t n = urgent ? urgent : buf_len(b);
		struct span from = { .urgent = urgent };

		if (output_add(&pl->got.out[d], buf_ptr(b), n, &from))
			player_no_memory(pl);
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

static void player_answer(struct player *pl, size_t i)
{
	const struct expect_line *a = &pl->t->ask[i];

	pl->ask[i].state = a->result == ADIT_OK ? ASK_LISTENING : ASK_OVER;
	inspect_answer(pl->ch, PLAYER_FIRST_ID + (uint32_t)i, a->result,
		       &a->show);
}

/* Gives one answer that does not wait for an `answer` line; in a random order,
 * if the way is random. */
static bool answer_one(struct player *pl)
{
	size_t n = pl->t->nasks, first = 0, i;

	if (n && pl->p.way.cuts == CUT_RANDOM)
		first = random_below(&pl->random, n);
	for (size_t k = 0; k < n; k++) {
		i = (first + k) % n;
		if (pl->ask[i].state != ASK_WAITING ||
		    pl->t->ask[i].when != ASK_SOON)
			continue;
		player_answer(pl, i);
		return true;
	}
	return false;
}

/* Takes output and offers input until nothing changes any more; with `all` also
 * gives answers. */
static void player_settle(struct player *pl, bool all)
{
	bool slow = !all && pl->p.way.cuts == CUT_RANDOM, moved;

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

/* Moves the channel as an upgrade of the gateway does, which must not change
 * the result. */
static void move(struct player *pl)
{
	struct adit_channel *to = inspect_hand_over(pl->ch);

	pl->moves++;
	if (to)
		pl->ch = to;
	else
		player_no_memory(pl);
}

/* ---- steps --------------------------------------------------------------- */

static size_t next_piece(struct player *pl, size_t at, size_t n)
{
	const struct play_way *w = &pl->p.way;
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
			player_no_memory(pl);
		player_settle(pl, false);
		/* Ever more rarely, because it copies all that has
		 * gathered. */
		if (pl->p.way.cuts == CUT_RANDOM &&
		    random_below(&pl->random, MOVE_ONE_IN + pl->moves) == 0)
			move(pl);
	}
}

static void player_pass_time(struct player *pl, uint32_t ms)
{
	uint64_t end = pl->now + ms, due;

	while ((due = inspect_deadline(pl->ch)) <= end && !pl->failed) {
		pl->now = MAX(pl->now, due);
		player_expire(pl);
		inspect_tick(pl->ch);
		player_settle(pl, true);
	}
	pl->now = end;
	player_expire(pl);
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
		player_answer(pl, s->ask);
		return;
	}
	place_write(pl->p.report, pl->t, s->line);
	fprintf(pl->p.report, "%s\n", why[state]);
	pl->failed = true;
}

/* A connection comes through an expectation, and the last one ends it. */
static void use_line(struct player *pl, const struct step *s)
{
	struct ask_life *life = &pl->ask[s->ask];
	const struct expect_line *a = &pl->t->ask[s->ask];

	if (life->state != ASK_LISTENING) {
		place_write(pl->p.report, pl->t, s->line);
		fprintf(pl->p.report, "nobody listens for it: %s\n",
			a->uses && life->used == a->uses ?
				"its uses are up" :
			life->state == ASK_OVER ?
				"its lifetime is over, or it "
				"was withdrawn" :
				"it was not asked for, or not "
				"answered");
		pl->failed = true;
		return;
	}
	if (a->uses && ++life->used == a->uses)
		life->state = ASK_OVER;
}

void player_do(struct player *pl, const struct step *s)
{
	switch (s->kind) {
	case STEP_OPEN:
		inspect_start(pl->ch);
		break;
	case STEP_INPUT:
		input(pl, s);
		break;
	case STEP_FIN:
		pl->queue[s->dir].fin = true;
		break;
	case STEP_TIME:
		player_pass_time(pl, s->ms);
		break;
	case STEP_ANSWER:
		answer_line(pl, s);
		break;
	case STEP_OUTCOME:
		pl->ask[s->ask].outcome = s->result;
		inspect_wake(pl->ch);
		inspect_run(pl->ch);
		break;
	case STEP_USED:
		use_line(pl, s);
		break;
	case STEP_PARENT_CLOSE:
		player_parent_close(pl);
		break;
	case STEP_CLOSE:
		inspect_free(pl->ch);
		pl->ch = NULL;
		return;
	}
	player_settle(pl, true);
}

/* ---- what came of it ----------------------------------------------------- */

static void note_counters(struct player *pl)
{
	const struct plugin *plugin = pl->p.plugin;

	for (size_t i = 0; i < plugin->ncounters && !pl->failed; i++) {
		int64_t more = plugin_total(plugin, i) - pl->total[i];

		pl->total[i] += more;
		if (!more)
			continue;
		player_note(pl, EFFECT_COUNT, plugin->def.counters[i]);
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
		player_no_memory(pl);
}

/* Reports `expect` lines that the plugin has not asked for.  A line of this
 * step may still be asked for in the next one, unless this is the last. */
static bool check_asked(struct player *pl, bool last)
{
	bool good = true;

	for (size_t i = 0; i < pl->t->nasks; i++) {
		const struct expect_line *a = &pl->t->ask[i];

		if (pl->ask[i].state != ASK_UNASKED ||
		    (a->step + 1 != pl->step && !(last && a->step == pl->step)))
			continue;
		place_write(pl->p.report, pl->t, a->line);
		fprintf(pl->p.report, "the plugin did not ask for this\n");
		good = false;
	}
	return good;
}

/* Writes what happened as lines that can be copied into a transcript. */
static void trace(struct player *pl, const struct step *s)
{
	if (!pl->p.trace)
		return;
	step_write(s, pl->p.trace, "# ");
	deeds_write(&pl->got, pl->p.trace, "# ");
}

static void say_where(const struct player *pl, const struct step *s)
{
	const char *file;

	play_line = transcript_line(pl->t, s->line, &file);
	play_file = file;
}

/* Plays the next n steps. */
static bool player_run(struct player *pl, size_t n)
{
	bool good = true;

	for (; pl->step < n && good; pl->step++) {
		const struct step *s = &pl->t->step[pl->step];

		say_where(pl, s);
		player_do(pl, s);
		note_counters(pl);
		note_status(pl);
		trace(pl, s);
		/* Both checks are done: their reports explain each other. */
		good = deeds_compare(pl->t, s, &pl->got, pl->p.report);
		good &= check_asked(pl, !good || s->kind == STEP_CLOSE);
		good &= player_parent_check(pl, s);
		deeds_fini(&pl->got);
		good &= !pl->failed;
	}
	return good;
}

/* ---- start and end ------------------------------------------------------- */

static bool player_start(struct player *pl)
{
	const struct plugin *plugin = pl->p.plugin;
	struct inspect_info info = pl->t->info;

	if (!player_parent_open(pl, &info))
		return false;
	pl->random = random_start(pl->p.way.seed);
	pl->ask = calloc(pl->t->nasks + 1, sizeof(*pl->ask));
	pl->total = calloc(plugin->ncounters + 1, sizeof(*pl->total));
	pl->ch = inspect_new(plugin, pl->p.conf, &info, &player_ops, pl);
	if (!pl->ask || !pl->total || !pl->ch) {
		player_no_memory(pl);
		return false;
	}
	for (size_t i = 0; i < plugin->ncounters; i++)
		pl->total[i] = plugin_total(plugin, i);
	return true;
}

struct player *player_new(const struct play *p)
{
	struct player *pl = calloc(1, sizeof(*pl));

	if (!pl)
		return NULL;
	pl->p = *p;
	pl->t = p->t;
	/* The time does not begin at 0, which a plugin might take for
	 * "never". */
	pl->now = 1000000;
	if (player_start(pl))
		return pl;
	play_free(pl);
	return NULL;
}

void play_free(struct player *pl)
{
	if (!pl)
		return;
	inspect_free(pl->ch);
	player_parent_close(pl);
	deeds_fini(&pl->got);
	for (unsigned d = 0; d < 2; d++) {
		buf_fini(&pl->queue[d].in.bytes);
		free(pl->queue[d].in.span);
	}
	free(pl->ask);
	free(pl->total);
	free(pl);
}

bool play(const struct play *p)
{
	struct player *pl = player_new(p);
	bool good = pl && player_run(pl, p->t->nsteps);

	play_free(pl);
	play_file = NULL;
	return good;
}

struct player *play_keep(const struct play *p)
{
	struct player *pl = player_new(p);

	if (pl && player_run(pl, p->t->nsteps - 1)) {
		if (inspect_status(pl->ch) == INSPECT_RUN)
			return pl;
		fprintf(p->report,
			"%s: the channel has ended, and cannot be a parent\n",
			p->t->file);
	}
	play_free(pl);
	return NULL;
}

struct adit_channel *play_channel(struct player *pl)
{
	return pl->ch;
}
