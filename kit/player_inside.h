/* SPDX-License-Identifier: BSD-2-Clause */
/* player_inside.h - a transcript being played; for the files of player.h. */
#ifndef ADIT_KIT_PLAYER_INSIDE_H
#define ADIT_KIT_PLAYER_INSIDE_H

#include "kit/player.h"

/* As in a session that is old: does not fit into 16 bits. */
enum { PLAYER_FIRST_ID = 70001 };

/* Input that the channel has not taken yet. */
struct queue {
	struct output in;
	size_t taken; /* of it; all of it: it is empty */
	bool fin;
};

struct player {
	const struct play *p;
	const struct transcript *t;
	struct adit_channel *ch;
	uint64_t now, random;
	size_t moves; /* to another process, so far */
	size_t step;
	struct ask_life {
		enum {
			ASK_UNASKED,
			ASK_WAITING,
			ASK_LISTENING,
			ASK_OVER
		} state;
		uint64_t since;
		bool armed;
		enum adit_result outcome;
	} * ask;
	struct queue queue[2];
	bool ended[2];
	enum inspect_status was;
	int64_t *total; /* of counters, before this step */
	struct deeds got;
	bool failed;
};

/* ---- player_owner.c ---- */
/* What the channel asks, answered as the transcript says. */
extern const struct inspect_ops player_ops;
/* It happened. */
void player_note(struct player *pl, enum effect_kind kind, const char *text);
void player_no_memory(struct player *pl);

#endif
