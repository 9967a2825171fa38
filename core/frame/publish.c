/* SPDX-License-Identifier: BSD-2-Clause */
/* publish.c - payloads of PUBLISH and PUBLISHED. */
#include "frame/publish.h"

#include "base/err.h"
#include "base/wire.h"
#include "frame/pack.h"

size_t pack_publish(uint8_t *p, size_t cap, const char *name)
{
	struct wr w = wr_of(p, cap);

	wr_str8(&w, name);
	return wr_len(&w, p);
}

int unpack_publish(char name[LABEL_MAX], const uint8_t *p, size_t n,
		   size_t *used)
{
	struct rd r = rd_of(p, n);

	rd_str8(&r, name, LABEL_MAX);
	*used = (size_t)(r.p - p);
	return r.bad || !name[0] ? ERR_PROTO : 0;
}

size_t pack_published(uint8_t *p, size_t cap, const struct published *e)
{
	struct wr w = wr_of(p, cap);

	wr_u8(&w, e->state);
	wr_str8(&w, e->name);
	wr_str8(&w, e->text);
	return wr_len(&w, p);
}

int unpack_published(struct published *e, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	e->state = rd_u8(&r);
	rd_str8(&r, e->name, sizeof e->name);
	rd_str8(&r, e->text, sizeof e->text);
	return rd_is_done(&r) && e->name[0] ? 0 : ERR_PROTO;
}
