/* SPDX-License-Identifier: BSD-2-Clause */
/* buf.c - a byte queue in one piece of memory. */
#include "base/buf.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

enum { KEEP = 4096, SMALLEST = 256 };

uint8_t *buf_reserve(struct buf *b, size_t n)
{
	size_t len = buf_len(b), cap = b->cap ? b->cap : SMALLEST;
	uint8_t *data;

	if (b->cap - b->end >= n && b->data)
		return b->data + b->end;
	if (n > SIZE_MAX / 4 - len)
		return NULL;
	/* Moving the bytes to the front is cheaper than growing, but only
	 * while half of the memory is free: a queue that is nearly full would
	 * be moved for every few bytes. */
	if (b->data && b->cap / 2 >= len + n) {
		memmove(b->data, b->data + b->start, len);
		b->start = 0;
		b->end = len;
		return b->data + len;
	}
	while (cap < len + n)
		cap *= 2;
	data = malloc(cap);
	if (!data)
		return NULL;
	if (len)
		memcpy(data, b->data + b->start, len);
	free(b->data);
	*b = (struct buf){ data, 0, len, cap };
	return data + len;
}

void buf_commit(struct buf *b, size_t n)
{
	b->end += n;
}

int buf_append(struct buf *b, const void *p, size_t n)
{
	uint8_t *to;

	if (!n)
		return 0;
	to = buf_reserve(b, n);
	if (!to)
		return ERR_NOMEM;
	memcpy(to, p, n);
	b->end += n;
	return 0;
}

void buf_take(struct buf *b, size_t n)
{
	b->start += n;
	if (b->start < b->end)
		return;
	b->start = b->end = 0;
	if (b->cap > KEEP)
		buf_fini(b);
}

void buf_fini(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}
