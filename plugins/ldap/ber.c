/* SPDX-License-Identifier: BSD-2-Clause */
/* ber.c - reads and writes elements of BER. */
#include "ber.h"

#include <string.h>

enum {
	LONG_TAG = 0x1f,
	LONG_LENGTH = 0x80,
	LENGTH_BYTES = 4, /* most bytes of a length in the long form */
};

int ber_head(struct ber *e, const uint8_t *p, size_t n)
{
	size_t more;

	if (n < 2)
		return n && (*p & LONG_TAG) == LONG_TAG ? -1 : 0;
	e->tag = p[0];
	e->head = 2;
	e->len = p[1];
	if ((p[0] & LONG_TAG) == LONG_TAG)
		return -1;
	if (p[1] & LONG_LENGTH) {
		more = p[1] & 0x7fu;
		if (!more || more > LENGTH_BYTES)
			return -1;
		e->head += more;
		if (n < e->head)
			return 0;
		e->len = 0;
		for (size_t i = 0; i < more; i++)
			e->len = e->len << 8 | p[2 + i];
	}
	e->value = p + e->head;
	return 1;
}

bool ber_next(struct ber_in *in, struct ber *e)
{
	size_t n = (size_t)(in->end - in->p);

	if (ber_head(e, in->p, n) != 1 || n - e->head < e->len)
		return false;
	in->p += e->head + e->len;
	return true;
}

struct ber_in ber_inside(const struct ber *e)
{
	return (struct ber_in){ e->value, e->value + e->len };
}

void ber_put(struct ber_out *out, const void *data, size_t n)
{
	if ((size_t)(out->p - out->start) < n)
		out->full = true;
	if (out->full || !n)
		return;
	out->p -= n;
	memcpy(out->p, data, n);
}

void ber_put_head(struct ber_out *out, uint8_t tag, size_t len, size_t head)
{
	uint8_t p[2 + LENGTH_BYTES] = { tag };
	size_t more = head > 2 ? head - 2 : 0;

	if (!more && len >= LONG_LENGTH)
		more = 1;
	while (more && more < LENGTH_BYTES && len >> (8 * more))
		more++;
	p[1] = (uint8_t)(more ? LONG_LENGTH | more : len);
	for (size_t i = 0; i < more; i++)
		p[2 + i] = (uint8_t)(len >> (8 * (more - 1 - i)));
	ber_put(out, p, 2 + more);
}
