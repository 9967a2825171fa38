/* SPDX-License-Identifier: BSD-2-Clause */
/* player.h - plays a transcript to a plugin, in one of many ways.
 *
 * The result must not depend on the way: TCP may cut a stream anywhere, and an
 * agent may answer at any time. */
#ifndef ADIT_KIT_PLAYER_H
#define ADIT_KIT_PLAYER_H

#include "kit/transcript.h"
#include "plugin/loader.h"

struct play_way {
	enum way_cuts { CUT_NEVER, CUT_ALWAYS, CUT_AT, CUT_RANDOM } cuts;
	size_t at; /* CUT_AT: where each input is cut in two */
	/* CUT_RANDOM: of the random numbers.  Receivers are slow then, and the
	 * channel moves between processes. */
	uint64_t seed;
	bool late; /* answers come when the input is through */
};

struct play {
	const struct transcript *t;
	const struct plugin *plugin;
	const void *conf; /* for inspect_new */
	struct play_way way;
	FILE *report; /* what went wrong */
	FILE *trace;  /* what happened, or NULL */
};

/* True if everything happened as the transcript says. */
MUST_CHECK bool play(const struct play *p);
/* Plays a transcript but for its end, and keeps the channel, to be the parent
 * of others.  NULL: something else happened, or the channel has ended. */
struct player;
MUST_CHECK struct player *play_keep(const struct play *p);
struct adit_channel *play_channel(struct player *pl);
/* Closes the channel.  NULL is fine. */
void play_free(struct player *pl);

/* circle.c: plays the answers that the plugin has dropped to ask again, again
 * and again, and writes a warning about those that it never has enough of. */
void play_circles(const struct play *p, FILE *to);

/* The file and line that is being played, for crash.c; NULL: none. */
extern const char *volatile play_file;
extern volatile unsigned play_line;

/* compare.c: reports all differences; true if there are none. */
bool deeds_compare(const struct transcript *t, const struct step *s,
		   const struct deeds *got, FILE *report);

#endif
