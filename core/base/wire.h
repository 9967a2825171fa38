/* SPDX-License-Identifier: BSD-2-Clause */
/* wire.h - reads and writes big-endian fields within bounds.  The first error
 * sticks in `bad`: read or write all fields, then ask once. */
#ifndef ADIT_BASE_WIRE_H
#define ADIT_BASE_WIRE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Reads from bytes of the caller.  A field that is not there whole reads as 0,
 * takes no bytes and sets `bad`. */
struct rd {
	const uint8_t *p, *end;
	bool bad;
};

static inline struct rd rd_of(const void *p, size_t n)
{
	const uint8_t *b = p;
	return (struct rd){ b, n ? b + n : b, false };
}

static inline size_t rd_left(const struct rd *r)
{
	return (size_t)(r->end - r->p);
}

/* The next `n` bytes, in place; or NULL and bad. */
static inline const uint8_t *rd_bytes(struct rd *r, size_t n)
{
	const uint8_t *p = r->p;

	if (r->bad || rd_left(r) < n) {
		r->bad = true;
		return NULL;
	}
	if (n)
		r->p += n;
	return p;
}

static inline uint8_t rd_u8(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 1);
	return p ? p[0] : 0;
}

static inline uint16_t rd_u16(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 2);

	if (!p)
		return 0;
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t rd_u32(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 4);

	if (!p)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t rd_u64(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 8);
	uint64_t v = 0;

	for (unsigned i = 0; p && i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

/* Copies a text of `len` bytes to dst[cap] and ends it with NUL.  A text that
 * does not fit, or has a NUL in it, is bad and reads as "".  rd_str8 and
 * rd_str16 read the length first, as a byte or as two. */
static inline void rd_text(struct rd *r, size_t len, char *dst, size_t cap)
{
	const uint8_t *p = rd_bytes(r, len);

	dst[0] = 0;
	if (!p)
		return;
	if (len >= cap || (len && memchr(p, 0, len))) {
		r->bad = true;
		return;
	}
	memcpy(dst, p, len);
	dst[len] = 0;
}

static inline void rd_str8(struct rd *r, char *dst, size_t cap)
{
	rd_text(r, rd_u8(r), dst, cap);
}

static inline void rd_str16(struct rd *r, char *dst, size_t cap)
{
	rd_text(r, rd_u16(r), dst, cap);
}

/* Every field was there, and no byte is left over. */
static inline bool rd_is_done(const struct rd *r)
{
	return !r->bad && r->p == r->end;
}

/* Writes to memory of the caller, never beyond its end.  A field that does not
 * fit sets `bad`; then what was written is of no use. */
struct wr {
	uint8_t *p, *end;
	bool bad;
};

static inline struct wr wr_of(void *p, size_t cap)
{
	uint8_t *b = p;
	return (struct wr){ b, b + cap, false };
}

static inline void wr_bytes(struct wr *w, const void *p, size_t n)
{
	if (w->bad || (size_t)(w->end - w->p) < n) {
		w->bad = true;
		return;
	}
	if (n) {
		memcpy(w->p, p, n);
		w->p += n;
	}
}

static inline void wr_u8(struct wr *w, unsigned v)
{
	uint8_t b = (uint8_t)v;
	wr_bytes(w, &b, 1);
}

static inline void wr_u16(struct wr *w, unsigned v)
{
	wr_u8(w, v >> 8);
	wr_u8(w, v);
}

static inline void wr_u32(struct wr *w, uint32_t v)
{
	wr_u16(w, v >> 16);
	wr_u16(w, v);
}

static inline void wr_u64(struct wr *w, uint64_t v)
{
	wr_u32(w, (uint32_t)(v >> 32));
	wr_u32(w, (uint32_t)v);
}

static inline void wr_str8(struct wr *w, const char *s)
{
	size_t n = strlen(s);

	if (n > 255)
		w->bad = true;
	wr_u8(w, (unsigned)n);
	wr_bytes(w, s, n);
}

static inline void wr_str16(struct wr *w, const char *s)
{
	size_t n = strlen(s);

	if (n > 65535)
		w->bad = true;
	wr_u16(w, (unsigned)n);
	wr_bytes(w, s, n);
}

#endif
