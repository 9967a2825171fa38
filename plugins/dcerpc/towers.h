/* SPDX-License-Identifier: BSD-2-Clause */
/* towers.h - the protocol towers in an answer of the endpoint mapper (C706,
 * appendixes L and O): how an interface can be reached, from top to bottom. */
#ifndef ADIT_PLUGINS_DCERPC_TOWERS_H
#define ADIT_PLUGINS_DCERPC_TOWERS_H

#include <adit/plugin.h>

static inline uint16_t le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t le32(const uint8_t *p)
{
	return (uint32_t)le16(p) | (uint32_t)le16(p + 2) << 16;
}

static inline void put_le16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

enum { TOWERS_MAX = 64 };

struct tower {         /* one that leads over TCP */
	uint8_t *port; /* 2 bytes, the most significant one first */
	uint8_t *ip;   /* 4 bytes of IPv4, or NULL */
};

struct towers {
	uint8_t *bytes; /* the caller's, in which the towers are */
	struct tower tower[TOWERS_MAX];
	size_t n;
};

/* Finds those in the answer to ept_map that begins at bytes[from] and ends at
 * bytes[to]; counts have `word` bytes, 4 in NDR and 8 in NDR64.  False: it is
 * malformed, or has too many. */
bool towers_find(struct towers *t, size_t from, size_t to, unsigned word);
uint16_t tower_port(const struct tower *t);
/* Puts another port in, and the address where both are of IPv4. */
void tower_set(struct tower *t, const struct adit_addr *to);

#endif
