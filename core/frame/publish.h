/* SPDX-License-Identifier: BSD-2-Clause */
/* publish.h - packs and unpacks what agent and gateway say of servers that the
 * agent publishes (docs/protocol.md, section 7); pack_ and unpack_ as in
 * payload.h. */
#ifndef ADIT_FRAME_PUBLISH_H
#define ADIT_FRAME_PUBLISH_H

#include "frame/payload.h"

/* The names under which an agent wants servers of its side to be reached: a
 * PUBLISH payload is a row of them, at most PUBLISH_MAX; it replaces the one
 * before.  Each is a STR8 that is not empty; *used is its length in bytes. */
#define PUBLISH_MAX 64
size_t pack_publish(uint8_t *p, size_t cap, const char *name);
MUST_CHECK int unpack_publish(char name[LABEL_MAX], const uint8_t *p, size_t n,
			      size_t *used);

/* What has become of one of them. */
enum published_state {
	PUBLISHED_HERE,   /* text: where the gateway listens for it */
	PUBLISHED_DENIED, /* nothing of that name may be published */
	PUBLISHED_TAKEN,  /* by another session; this one is next */
	PUBLISHED_FAILED, /* the gateway cannot listen; text: why */
	PUBLISHED_STATES
};
struct published {
	uint8_t state; /* enum published_state, or a number of later times */
	char name[LABEL_MAX];
	char text[TEXT_MAX];
};
size_t pack_published(uint8_t *p, size_t cap, const struct published *e);
MUST_CHECK int unpack_published(struct published *e, const uint8_t *p,
				size_t n);

#endif
