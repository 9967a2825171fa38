/* SPDX-License-Identifier: BSD-2-Clause */
/* tape.h - makes a transcript of the events that a gateway has recorded. */
#ifndef ADIT_KIT_TAPE_H
#define ADIT_KIT_TAPE_H

#include "base/defs.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct tape;

MUST_CHECK struct tape *tape_new(void);
void tape_free(struct tape *t);
/* Adds the next event, as core/gateway/recording_events.c makes it.  Returns 0,
 * ERR_PROTO if it is malformed, or ERR_NOMEM.  After an error only tape_free is
 * allowed. */
MUST_CHECK int tape_add(struct tape *t, const json_t *event);
/* Whether there was any event. */
bool tape_has_begun(const struct tape *t);
/* Writes the transcript, as far as it was recorded. */
void tape_write(struct tape *t, FILE *to);

#endif
