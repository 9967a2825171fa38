/* SPDX-License-Identifier: BSD-2-Clause */
/* player.h - runs a transcript through a plugin, in one of many ways.
 *
 * What comes out must not depend on the way: TCP may cut a stream anywhere, and
 * an agent may answer when it likes. */
#ifndef ADIT_KIT_PLAYER_H
#define ADIT_KIT_PLAYER_H

#include "kit/transcript.h"
#include "plugin/loader.h"

struct play_way {
	enum way_cuts { CUT_NEVER, CUT_ALWAYS, CUT_AT, CUT_RANDOM } cuts;
	size_t at;     /* CUT_AT: once, in each input */
	uint64_t seed; /* CUT_RANDOM; the receivers are slow, too,
					 * and the channel moves between processes */
	bool late;     /* answers come behind the input */
};

struct play {
	const struct transcript *t;
	const struct plugin *plugin;
	const void *conf; /* as inspect_new takes it */
	struct play_way way;
	FILE *report; /* what went wrong */
	FILE *trace;  /* what happened, or NULL */
};

/* True if everything happened as the transcript says. */
MUST_CHECK bool play(const struct play *p);

/* Where it is, for who has to explain a crash: "FILE" and a line of it. */
extern const char *volatile play_file;
extern volatile unsigned play_line;

/* compare.c: what differs goes to `report`; true: nothing. */
bool deeds_compare(const struct transcript *t, const struct step *s,
		   const struct deeds *got, FILE *report);

#endif
