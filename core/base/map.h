/* SPDX-License-Identifier: BSD-2-Clause */
/* map.h - a hash table from 32-bit ids to pointers, by open addressing with
 * linear probing.  Deleting moves later entries back, so there are no
 * tombstones. */
#ifndef ADIT_BASE_MAP_H
#define ADIT_BASE_MAP_H

#include "base/siphash.h"

#include <stdbool.h>
#include <stdint.h>

struct map {
	struct map_slot {
		uint32_t key;
		void *value; /* NULL: the slot is free */
	} * slots;
	uint32_t cap, used;  /* slots; cap is 0 or a power of two */
	struct sip_key hash; /* random, made with the first slots ... */
	bool has_hash;       /* ... and kept until map_fini */
};

/* NULL: the key is not there. */
void *map_get(const struct map *m, uint32_t key);
/* Adds a key, which must not be in the map yet; `value` must not be NULL and
 * stays the caller's.  0, ERR_NOMEM, or ERR_SYS (no random bytes). */
MUST_CHECK int map_put(struct map *m, uint32_t key, void *value);
/* Removes the key, if it is there. */
void map_del(struct map *m, uint32_t key);
void map_fini(struct map *m);

#endif
