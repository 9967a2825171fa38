/* SPDX-License-Identifier: BSD-2-Clause */
/* map.h - from a 32-bit id to a pointer.  Open addressing, linear probing,
 * deletion by moving back, so there are no tombstones. */
#ifndef ADIT_BASE_MAP_H
#define ADIT_BASE_MAP_H

#include "base/siphash.h"

#include <stdint.h>

struct map {
	struct map_slot {
		uint32_t key;
		void *value; /* NULL: free */
	} * slots;
	uint32_t cap, used;  /* cap is 0 or a power of two */
	struct sip_key hash; /* drawn with the first slots */
};

void *map_get(const struct map *m, uint32_t key);
/* `value` is not NULL and `key` is not in the map.  0, ERR_NOMEM or ERR_SYS. */
MUST_CHECK int map_put(struct map *m, uint32_t key, void *value);
void map_del(struct map *m, uint32_t key);
void map_fini(struct map *m);

#endif
