/* SPDX-License-Identifier: BSD-2-Clause */
/* tape_inside.h - a transcript that is being made of events; for the files
 * tape*.c. */
#ifndef ADIT_KIT_TAPE_INSIDE_H
#define ADIT_KIT_TAPE_INSIDE_H

#include "kit/tape.h"
#include "kit/transcript.h"

/* What becomes of an expectation, beside its `expect` line. */
struct tape_asked {
	uint32_t id;
	enum { WAITS, LISTENS, OVER } state;
	uint64_t since;
	bool armed;
};

struct tape {
	struct transcript *t;
	struct tape_asked *asked; /* one for each of t->ask */
	uint64_t begin;           /* in milliseconds of the gateway's clock */
	uint64_t clock;           /* the sum of all `time` lines */
	bool timer;               /* the plugin has set a timer */
	bool closed, full;
	char *title;
};

/* ---- tape_event.c: members of events ---- */
/* "" or 0 if there is no such member. */
const char *tape_text_of(const json_t *e, const char *key);
uint64_t tape_number_of(const json_t *e, const char *key);
enum adit_dir tape_dir_of(const json_t *e);
/* Reads HOST:PORT.  Returns 0 or ERR_PROTO. */
MUST_CHECK int tape_addr_of(const char *text, struct adit_addr *to);
/* Appends the bytes of a member that has hexadecimal digits; none if there is
 * no such member.  Returns 0, ERR_PROTO or ERR_NOMEM. */
MUST_CHECK int tape_bytes_of(const json_t *e, const char *key, struct buf *to);

/* ---- tape.c ---- */
struct step *tape_last(struct tape *t);
/* The place of the `expect` line that an event is about; SIZE_MAX: none. */
size_t tape_find(const struct tape *t, const json_t *e);

/* ---- tape_open.c, tape_ask.c: each adds one kind of event ---- */
int tape_on_open(struct tape *t, const json_t *e);
int tape_on_expect(struct tape *t, const json_t *e);
int tape_on_answer(struct tape *t, const json_t *e);
int tape_on_cancel(struct tape *t, const json_t *e);
int tape_on_arm(struct tape *t, const json_t *e);

#endif
