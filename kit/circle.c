/* SPDX-License-Identifier: BSD-2-Clause */
/* circle.c - looks for answers of the server at which a plugin goes in a
 * circle: it drops them and asks again, however often they come. */
#include "kit/player_inside.h"

enum {
	CIRCLE_ROUNDS = 40, /* so often an answer is played */
	CIRCLE_MAX = 16     /* answers of a transcript */
};

static bool circle_goes_on(const struct player *pl)
{
	return !pl->failed && pl->ch && inspect_status(pl->ch) == INSPECT_RUN;
}

static unsigned circle_do(struct player *pl, const struct step *s)
{
	player_do(pl, s);
	deeds_fini(&pl->got);
	return pl->ch ? inspect_doing(pl->ch).rounds : 0;
}

/* Whether the plugin drops the answer of step number `at` each time. */
static bool circle_is_one(const struct play *p, size_t at)
{
	struct player *pl = player_new(p);
	unsigned before = 0, now = 0, n;

	for (; pl && pl->step <= at && circle_goes_on(pl); pl->step++)
		now = circle_do(pl, &p->t->step[pl->step]);
	for (n = 0; pl && n < CIRCLE_ROUNDS && circle_goes_on(pl); n++) {
		before = now;
		now = circle_do(pl, &p->t->step[at]);
		if (now <= before)
			break;
	}
	play_free(pl);
	return n == CIRCLE_ROUNDS;
}

static void circle_write(const struct play *p, size_t at, FILE *to)
{
	const char *file;
	unsigned line = transcript_line(p->t, p->t->step[at].line, &file);

	fprintf(to,
		"warning: %s:%u: the plugin drops this answer and asks the "
		"server again, however often it comes: a server that always "
		"answers so would keep it going, so let it count its rounds\n",
		file, line);
}

/* The steps in which the plugin has dropped an answer and asked again, and
 * behind which nothing has passed. */
static size_t circle_find(const struct play *p, size_t found[CIRCLE_MAX])
{
	struct player *pl = player_new(p);
	unsigned before = 0, now;
	size_t n = 0;

	for (; pl && pl->step < p->t->nsteps && circle_goes_on(pl);
	     pl->step++, before = now) {
		const struct step *s = &p->t->step[pl->step];

		now = circle_do(pl, s);
		if (s->kind == STEP_INPUT && now > before && n < CIRCLE_MAX)
			found[n++] = pl->step;
	}
	play_free(pl);
	return n;
}

void play_circles(const struct play *p, FILE *to)
{
	size_t found[CIRCLE_MAX];
	size_t n = circle_find(p, found);

	for (size_t i = 0; i < n; i++)
		if (circle_is_one(p, found[i]))
			circle_write(p, found[i], to);
}
