/* SPDX-License-Identifier: BSD-2-Clause */
/* sources.h - how many connections that are not logged in come from a host (an
 * IPv4 address, an IPv6 /64) and from its network (/24, /48), and how many
 * handshakes these have cost.
 *
 * The tables never grow, and no entry is dropped for another one (a count-min
 * sketch): each source has a cell in each of four rows, found by a hash with a
 * secret key, and counts as the least of its four cells.  So others can make a
 * count too high only by coming from thousands of networks at once, and nobody
 * can make it too low. */
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
	uint64_t paid_us; /* until then what was charged counts */
	uint16_t count[PLACES];
};

struct sources {
	struct sip_key key;
	uint64_t burst_us[SOURCE_TIERS]; /* what may be charged at once */
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

/* Handshakes without a login: so many at once, or what source_allow says, then
 * so many per second. */
enum {
	SOURCE_BURST_HOST = 64,
	SOURCE_RATE_HOST = 2,
	SOURCE_BURST_NET = 256,
	SOURCE_RATE_NET = 8,
};
void source_allow(struct sources *, enum source_tier, unsigned burst);
bool source_has_credit(const struct sources *, const struct source *,
		       uint64_t now_us);
void source_charge(struct sources *, const struct source *, uint64_t now_us);
/* Takes a charge back. */
void source_refund(struct sources *, const struct source *);

#endif
