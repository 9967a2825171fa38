/* SPDX-License-Identifier: BSD-2-Clause */
/* refusals.h - the last connections of applications that led to nothing. */
#ifndef ADIT_AGENT_REFUSALS_H
#define ADIT_AGENT_REFUSALS_H

#include "frame/payload.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { REFUSALS_MAX = 8 };

/* Where a connection was to go.  Texts may come from a gateway. */
struct aim {
	char resource[LABEL_MAX]; /* "": none was named */
	char host[HOST_MAX];      /* "": the resource's own */
	uint16_t port;
};

struct refusal {
	struct aim aim;
	char reason[32];     /* a word, for programs */
	char text[TEXT_MAX]; /* for people */
	uint64_t at_us;      /* the last time, on the loop's clock */
	unsigned times;      /* in a row */
	bool closed;         /* by hours; `text` says when it opens */
};

struct refusals {
	struct refusal kept[REFUSALS_MAX]; /* the newest first */
	unsigned n;
};

/* Notes that a connection came to nothing.  `reason` is a word for programs;
 * `text`, or NULL, says more for people. */
void refusals_note(struct refusals *, const struct aim *, const char *reason,
		   const char *text, uint64_t now_us);
/* The same for a channel that the gateway refused, with its enum reason, and
 * a text or NULL. */
void refusals_note_reset(struct refusals *, const struct aim *, unsigned reason,
			 const char *text, uint64_t now_us);
/* What the gateway said when it refused a connection to this resource last,
 * since it was outside of its hours, and when it opens; NULL: it did not, or a
 * connection was made since then. */
const char *refusals_closed(const struct refusals *, const char *resource);
/* A connection to this resource was made. */
void refusals_opened(struct refusals *, const char *resource);
/* {resource, host, port, reason, text, time, times}. */
json_t *refusal_json(const struct refusal *, uint64_t now_us);
/* A list of these, the newest first. */
json_t *refusals_json(const struct refusals *, uint64_t now_us);

/* What a gateway's word for a rule of its policy means, for people; NULL:
 * the word is not known. */
const char *refusal_rule(const char *rule);

#endif
