/* SPDX-License-Identifier: BSD-2-Clause */
/* pair.h - an old worker and a new one, and what is said on the socket between
 * them: written down, changed by the test, and played to the other one. */
#ifndef ADIT_TEST_FRONT_PAIR_H
#define ADIT_TEST_FRONT_PAIR_H

#include "front/front_handover.h"
#include "front/rig.h"

struct pair {
	struct front_rig old, new;
	char why[HANDOVER_ERROR];
	int ours, theirs; /* ends of the socketpair: old worker's, new's */
};

/* What the old worker says of two sessions: HEAD, SESSION, SESSION, END,
 * DONE. */
enum { PAIR_SAID = 5 };

void pair_begin(struct pair *);
void pair_end(struct pair *);
/* From the new worker, before the old one asks. */
void pair_taken(struct pair *, uint32_t id, const char *error);
/* The old worker hands over the sessions of alice and bob, each message
 * answered. */
void pair_record(struct pair *, struct msg said[PAIR_SAID]);
void pair_forget(struct msg *said, size_t n);
/* front_handover_receive of these and then, if `ends`, of the end of the old
 * worker.  *answer: the last one of the new worker, or NULL. */
int pair_play(struct pair *, struct msg *said, size_t n, bool ends,
	      struct msg *answer);

#endif
