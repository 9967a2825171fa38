/* SPDX-License-Identifier: BSD-2-Clause */
/* sources.h - how much connections cost that are not logged in, by where they come
 * from: a host (an IPv4 address, an IPv6 /64) and its network (/24, /48).
 *
 * The tables never grow, and nothing in them is forgotten for something else. Each
 * source has a cell in each of four rows, found by a hash that nobody outside
 * knows, and counts as what is the least in its four cells.  So others can
 * make a count too high only by being there from thousands of networks at once,
 * and nobody can make it too low. */
#ifndef ADIT_FRONT_SOURCES_H
#define ADIT_FRONT_SOURCES_H

#include "base/addr.h"
#include "base/siphash.h"

enum source_tier { SOURCE_HOST, SOURCE_NET, SOURCE_TIERS };
enum source_place { PLACE_WAITING, PLACE_INSIDE, PLACES };

enum { SOURCE_ROWS = 4, SOURCE_COLUMNS = 4096 };

/* Where a source stands in the tables. */
struct source {
	uint16_t column[SOURCE_TIERS][SOURCE_ROWS];
};

struct source_cell {
	uint64_t paid_us; /* what was charged is paid by then */
	uint16_t count[PLACES];
};

struct sources {
	struct sip_key key;
	struct source_cell cell[SOURCE_TIERS][SOURCE_ROWS][SOURCE_COLUMNS];
};

struct sources *sources_new(void);
void sources_free(struct sources *);
struct source source_of(const struct sources *, const struct addr *);

/* Connections at a place; enter and leave come in pairs. */
void source_enter(struct sources *, const struct source *, enum source_place);
void source_leave(struct sources *, const struct source *, enum source_place);
unsigned source_count(const struct sources *, const struct source *,
		      enum source_tier, enum source_place);

/* Handshakes: so many at once, then so many per second. */
enum {
	SOURCE_BURST_HOST = 64,
	SOURCE_RATE_HOST = 2,
	SOURCE_BURST_NET = 256,
	SOURCE_RATE_NET = 8,
};
bool source_has_credit(const struct sources *, const struct source *,
		       uint64_t now_us);
void source_charge(struct sources *, const struct source *, uint64_t now_us);
/* It logged in, or cost nothing: as if it had not been charged. */
void source_refund(struct sources *, const struct source *);

#endif
