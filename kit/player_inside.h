/* SPDX-License-Identifier: BSD-2-Clause */
/* player_inside.h - a transcript that is being played; for player.c and
 * player_owner.c. */
#ifndef ADIT_KIT_PLAYER_INSIDE_H
#define ADIT_KIT_PLAYER_INSIDE_H

#include "kit/player.h"

/* The ids of expectations start here, as in an old session: they do not fit
 * into 16 bits. */
enum { PLAYER_FIRST_ID = 70001 };

/* Input that the channel has not taken yet. */
struct queue {
	struct output in;
	size_t taken; /* bytes of `in` that the channel has taken */
	bool fin;
};

struct player {
	struct play p;
	const struct transcript *t;
	struct player *parent; /* or NULL */
	void *parent_state;    /* a copy of what that channel keeps */
	struct adit_channel *ch;
	uint64_t now;    /* milliseconds */
	uint64_t random; /* state of random_next */
	size_t moves;    /* to another process, so far */
	size_t step;     /* place in t->step */
	/* What has become of each `expect` line. */
	struct ask_life {
		enum {
			ASK_UNASKED,
			ASK_WAITING,
			ASK_LISTENING,
			ASK_OVER
		} state;
		uint64_t since; /* when the plugin has asked */
		uint32_t used;  /* connections that have come */
		bool armed;
		enum adit_result outcome;
	} * ask;
	struct queue queue[2]; /* by enum adit_dir, as is */
	bool ended[2];
	enum inspect_status was; /* before this step */
	int64_t *total;          /* of counters, before this step */
	struct deeds got;        /* in this step */
	bool failed;
};

/* ---- player.c ---- */
MUST_CHECK struct player *player_new(const struct play *p);
/* Does a step, whatever comes of it. */
void player_do(struct player *pl, const struct step *s);

/* ---- player_owner.c ---- */
/* Answers the channel as the transcript says. */
extern const struct inspect_ops player_ops;
/* Adds an effect to what has happened in this step. */
void player_note(struct player *pl, enum effect_kind kind, const char *text);
void player_no_memory(struct player *pl);
/* Ends the expectations whose lifetime is over.  A shared one lives as long as
 * this channel. */
void player_expire(struct player *pl);

/* ---- player_parent.c ---- */
/* Plays the transcript of the parent, if there is one, and fills in
 * info->parent.  False, with a report: something else happened in it. */
MUST_CHECK bool player_parent_open(struct player *pl,
				   struct inspect_info *info);
/* Whether the plugin has left the parent's state alone. */
MUST_CHECK bool player_parent_check(struct player *pl, const struct step *s);
void player_parent_close(struct player *pl);

#endif
