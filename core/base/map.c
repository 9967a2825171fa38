/* SPDX-License-Identifier: BSD-2-Clause */
/* map.c - a hash table from 32-bit ids to pointers. */
#include "base/map.h"

#include "base/err.h"

#include <stdlib.h>

enum { SMALLEST = 16 };

/* The slot where a search for the key begins.  A peer may choose the ids, so
 * the hash has a random key: otherwise it could make all ids collide. */
static uint32_t map_home(const struct map *m, uint32_t key)
{
	return (uint32_t)siphash(&m->hash, &key, sizeof key) & (m->cap - 1);
}

void *map_get(const struct map *m, uint32_t key)
{
	uint32_t i;

	if (!m->cap)
		return NULL;
	for (i = map_home(m, key); m->slots[i].value;
	     i = (i + 1) & (m->cap - 1))
		if (m->slots[i].key == key)
			return m->slots[i].value;
	return NULL;
}

static void map_insert(struct map *m, uint32_t key, void *value)
{
	uint32_t i = map_home(m, key);

	while (m->slots[i].value)
		i = (i + 1) & (m->cap - 1);
	m->slots[i].key = key;
	m->slots[i].value = value;
	m->used++;
}

static int map_resize(struct map *m, uint32_t cap)
{
	struct map next = { .cap = cap, .hash = m->hash, .has_hash = true };
	uint32_t i;

	if (!m->has_hash && sip_key_new(&next.hash))
		return ERR_SYS;
	next.slots = calloc(cap, sizeof *next.slots);
	if (!next.slots)
		return ERR_NOMEM;
	for (i = 0; i < m->cap; i++)
		if (m->slots[i].value)
			map_insert(&next, m->slots[i].key, m->slots[i].value);
	free(m->slots);
	*m = next;
	return 0;
}

int map_put(struct map *m, uint32_t key, void *value)
{
	int ret = 0;

	if (m->used + 1 > m->cap / 2)
		ret = map_resize(m, m->cap ? m->cap * 2 : SMALLEST);
	if (!ret)
		map_insert(m, key, value);
	return ret;
}

void map_del(struct map *m, uint32_t key)
{
	uint32_t mask = m->cap - 1, hole, i;

	if (!m->cap)
		return;
	for (hole = map_home(m, key);
	     m->slots[hole].key != key || !m->slots[hole].value;
	     hole = (hole + 1) & mask)
		if (!m->slots[hole].value)
			return;
	/* Entries after the hole whose search begins at the hole or before it
	 * move back, or no search would find them. */
	for (i = (hole + 1) & mask; m->slots[i].value; i = (i + 1) & mask) {
		uint32_t want = map_home(m, m->slots[i].key);

		if (((i - want) & mask) < ((i - hole) & mask))
			continue;
		m->slots[hole] = m->slots[i];
		hole = i;
	}
	m->slots[hole].value = NULL;
	if (--m->used)
		return;
	/* The key stays: making one is a system call. */
	free(m->slots);
	m->slots = NULL;
	m->cap = 0;
}

void map_fini(struct map *m)
{
	free(m->slots);
	*m = (struct map){ 0 };
}
