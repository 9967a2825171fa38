/* SPDX-License-Identifier: BSD-2-Clause */
/* tape.h - what a gateway has recorded of a channel, made into a transcript. */
#ifndef ADIT_KIT_TAPE_H
#define ADIT_KIT_TAPE_H

#include "base/defs.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct tape;

MUST_CHECK struct tape *tape_new(void);
void tape_free(struct tape *t);
/* The next event (core/gateway/recording_events.c makes them).  0, ERR_PROTO:
 * it makes no sense, or ERR_NOMEM; then the tape is of no use any more. */
MUST_CHECK int tape_add(struct tape *t, const json_t *event);
/* Anything at all stands on it. */
bool tape_has_begun(const struct tape *t);
/* The transcript, as far as it got. */
void tape_write(struct tape *t, FILE *to);

#endif
