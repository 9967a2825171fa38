/* SPDX-License-Identifier: BSD-2-Clause */
/* layout.h - walks through the replies of Kafka brokers, to the addresses. */
#ifndef ADIT_KAFKA_LAYOUT_H
#define ADIT_KAFKA_LAYOUT_H

#include <adit/plugin.h>

static inline uint32_t kafka_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

/* The APIs whose messages the plugin reads. */
enum api {
	PRODUCE = 0,
	FETCH = 1,
	METADATA = 3,
	FIND_COORDINATOR = 10,
	SASL_HANDSHAKE = 17,
	API_VERSIONS = 18,
	DESCRIBE_CLUSTER = 60,
	SHARE_FETCH = 78,
	SHARE_ACKNOWLEDGE = 79,
};

enum {
	HEAD = 8, /* bytes of a reply's length and correlation id */
	NESTING_MAX = 3,
	MESSAGE_MAX = 65536, /* bytes that the plugin reads at once */
	NO_LAYOUT = -1,
};

/* A place in a reply, and what is left of it from there. */
struct walk {
	uint32_t rest;              /* bytes of the reply */
	uint32_t left[NESTING_MAX]; /* elements, with the one at this place */
	uint8_t layout;             /* as layout_find returns it */
	uint8_t flexible; /* 1: compact strings and arrays, tag sections */
	uint8_t at;       /* offset in the layout's text */
	uint8_t depth;    /* arrays around this place */
};

/* An address in a message, or an entry of ApiVersions (only .from). */
struct place {
	uint32_t from; /* where it starts: with the host's length */
	uint32_t host; /* where its bytes stand */
	uint32_t len;  /* of these */
	uint32_t port; /* where the port stands, in 4 bytes */
};

/* What walk_on finds in a message, as offsets from its first byte. */
struct found {
	struct place *place; /* the caller's; NULL: they are only counted */
	size_t n;
	/* The end of a reply that has NodeEndpoints; 0: not seen. */
	size_t end;
	/* Where the number of their tag stands and its size, of nsize bytes,
	 * and what has that size; 0: they stand in no tag. */
	size_t tag, size, nsize, content, ncontent;
};

/* Bytes at hand: n of them at p, of which the first `from` do not count. */
struct piece {
	const uint8_t *p;
	size_t n, from;
};

/* Where a message ends, and how many bytes of records follow it. */
struct stop {
	size_t len;
	uint32_t skip;
};

enum walked {
	WALK_MORE, /* the bytes end before it is known where to stop */
	WALK_BAD,  /* it is no such reply */
	WALK_CUT,  /* the message ends; the reply goes on behind stop.skip */
	WALK_DONE, /* the message ends here; walk.rest bytes do not matter */
};

/* Which layout the replies to this request have; NO_LAYOUT: none that holds
 * addresses and is known. */
int layout_find(int api, int version);
/* The highest version of an API that layout_find knows; -1: none. */
int layout_newest(int api);
/* Whether compact strings and tag sections are used. */
bool layout_flexible(int layout, int version);
int layout_api(int layout);
/* Whether all addresses stand at the start of such a reply. */
bool layout_starts(const struct walk *w);
/* Whether the layout's text has this place. */
bool walk_sound(const struct walk *w);

/* The start of a reply of len bytes, behind its head. */
void walk_start(struct walk *w, int layout, bool flexible, uint32_t len);
/* Walks through the bytes of a message, and sets *out to where it ends: at the
 * same place whatever else is behind it in `in`.  `found` may be NULL. */
enum walked walk_on(struct walk *w, const struct piece *in, struct stop *out,
		    struct found *found);

#endif
