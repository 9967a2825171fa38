/* SPDX-License-Identifier: BSD-2-Clause */
/* sources.c - connections and handshakes without a login, counted by source. */
#include "front/sources.h"

#include <stdlib.h>
#include <string.h>

static const struct tier {
	unsigned v4, v6;  /* bytes of an address that count */
	uint64_t cost_us; /* of one handshake */
	unsigned burst;
} tiers[SOURCE_TIERS] = {
	[SOURCE_HOST] = {
		4, 8, 1000000 / SOURCE_RATE_HOST, SOURCE_BURST_HOST,
	},
	[SOURCE_NET] = {
		3, 6, 1000000 / SOURCE_RATE_NET, SOURCE_BURST_NET,
	},
};

struct sources *sources_new(void)
{
	struct sources *s = calloc(1, sizeof *s);

	if (s && sip_key_new(&s->key)) {
		free(s);
		return NULL;
	}
	for (unsigned t = 0; s && t < SOURCE_TIERS; t++)
		source_allow(s, t, tiers[t].burst);
	return s;
}

void sources_free(struct sources *s)
{
	free(s);
}

struct source source_of(const struct sources *s, const struct addr *a)
{
	struct source who;

	for (unsigned t = 0; t < SOURCE_TIERS; t++) {
		unsigned n = a->family == AF_INET6 ? tiers[t].v6 : tiers[t].v4;
		uint8_t what[2 + sizeof a->ip] = { (uint8_t)t, (uint8_t)n };
		uint64_t h;

		memcpy(what + 2, a->ip, n);
		h = siphash(&s->key, what, 2 + n);
		for (unsigned r = 0; r < SOURCE_ROWS; r++, h >>= 16)
			who.column[t][r] = (uint16_t)(h % SOURCE_COLUMNS);
	}
	return who;
}

/* ---- connections --------------------------------------------------------- */

void source_enter(struct sources *s, const struct source *who,
		  enum source_place place)
{
	for (unsigned t = 0; t < SOURCE_TIERS; t++)
		for (unsigned r = 0; r < SOURCE_ROWS; r++)
			s->cell[t][r][who->column[t][r]].count[place]++;
}

void source_leave(struct sources *s, const struct source *who,
		  enum source_place place)
{
	for (unsigned t = 0; t < SOURCE_TIERS; t++)
		for (unsigned r = 0; r < SOURCE_ROWS; r++)
			s->cell[t][r][who->column[t][r]].count[place]--;
}

unsigned source_count(const struct sources *s, const struct source *who,
		      enum source_tier t, enum source_place place)
{
	unsigned least = UINT16_MAX;

	for (unsigned r = 0; r < SOURCE_ROWS; r++)
		least = MIN(least, (unsigned)s->cell[t][r][who->column[t][r]]
					   .count[place]);
	return least;
}

/* ---- handshakes ---------------------------------------------------------- */

void source_allow(struct sources *s, enum source_tier t, unsigned burst)
{
	s->burst_us[t] = tiers[t].cost_us * burst;
}

static bool tier_has_credit(const struct sources *s, const struct source *who,
			    enum source_tier t, uint64_t now_us)
{
	for (unsigned r = 0; r < SOURCE_ROWS; r++) {
		uint64_t paid = s->cell[t][r][who->column[t][r]].paid_us;

		if (paid + tiers[t].cost_us <= now_us + s->burst_us[t])
			return true;
	}
	return false;
}

bool source_has_credit(const struct sources *s, const struct source *who,
		       uint64_t now_us)
{
	return tier_has_credit(s, who, SOURCE_HOST, now_us) &&
	       tier_has_credit(s, who, SOURCE_NET, now_us);
}

void source_charge(struct sources *s, const struct source *who, uint64_t now_us)
{
	for (unsigned t = 0; t < SOURCE_TIERS; t++)
		for (unsigned r = 0; r < SOURCE_ROWS; r++) {
			struct source_cell *c =
				&s->cell[t][r][who->column[t][r]];

			c->paid_us = MAX(c->paid_us, now_us) + tiers[t].cost_us;
		}
}

void source_refund(struct sources *s, const struct source *who)
{
	for (unsigned t = 0; t < SOURCE_TIERS; t++)
		for (unsigned r = 0; r < SOURCE_ROWS; r++)
			s->cell[t][r][who->column[t][r]].paid_us -=
				tiers[t].cost_us;
}
