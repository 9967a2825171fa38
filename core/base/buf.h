/* SPDX-License-Identifier: BSD-2-Clause */
/* buf.h - a byte queue in one piece of memory.
 *
 *     data       data+start          data+end        data+cap
 *       | taken ... | waiting ......... | free ........ |
 *
 * An empty buf owns no memory. */
#ifndef ADIT_BASE_BUF_H
#define ADIT_BASE_BUF_H

#include "base/defs.h"

#include <stdint.h>

struct buf {
	uint8_t *data;
	size_t start, end, cap;
};

static inline size_t buf_len(const struct buf *b)
{
	return b->end - b->start;
}

static inline uint8_t *buf_ptr(const struct buf *b)
{
	return b->data ? b->data + b->start : NULL;
}

/* Makes room for `n` more bytes at the end and returns where it begins; NULL:
 * out of memory.  buf_commit then adds the bytes that were written there. */
MUST_CHECK uint8_t *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);

/* Copies `n` bytes to the end.  0 or ERR_NOMEM. */
MUST_CHECK int buf_append(struct buf *b, const void *p, size_t n);

/* Drops `n` bytes from the front.  When nothing is left, memory of more than
 * a page is freed. */
void buf_take(struct buf *b, size_t n);
void buf_fini(struct buf *b);

#endif
