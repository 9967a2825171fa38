/* SPDX-License-Identifier: BSD-2-Clause */
/* http_body.c - where the body of an HTTP request ends. */
#include "proxy/http_body.h"

#include "base/defs.h"

struct http_body http_body_length(uint64_t bytes)
{
	return (struct http_body){ bytes ? BODY_LENGTH : BODY_DONE, bytes };
}

struct http_body http_body_chunked(void)
{
	return (struct http_body){ BODY_SIZE, 0 };
}

static int http_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The size of a chunk, or what follows it on its line. */
static enum http_body_state on_size(struct http_body *b, uint8_t c)
{
	int digit = http_digit(c);

	if (digit >= 0 && !(b->left >> 58)) {
		b->left = b->left << 4 | (unsigned)digit;
		return BODY_DIGITS;
	}
	if (digit >= 0 || b->state == BODY_SIZE)
		return BODY_BAD;
	if (c == '\r')
		return BODY_SIZE_LF;
	return c == ';' || c == ' ' || c == '\t' ? BODY_EXT : BODY_BAD;
}

static enum http_body_state only(uint8_t c, uint8_t expected,
				 enum http_body_state next)
{
	return c == expected ? next : BODY_BAD;
}

/* The state behind one byte that is neither data nor a byte too many. */
static enum http_body_state body_step(struct http_body *b, uint8_t c)
{
	switch (b->state) {
	case BODY_SIZE:
	case BODY_DIGITS:
		return on_size(b, c);
	case BODY_EXT:
		return c == '\n' ? BODY_BAD :
		       c == '\r' ? BODY_SIZE_LF :
				   BODY_EXT;
	case BODY_SIZE_LF:
		return only(c, '\n', b->left ? BODY_CHUNK : BODY_TRAILER);
	case BODY_CHUNK_CR:
		return only(c, '\r', BODY_CHUNK_LF);
	case BODY_CHUNK_LF:
		return only(c, '\n', BODY_SIZE);
	case BODY_TRAILER:
		return c == '\r' ? BODY_LAST_LF :
		       c == '\n' ? BODY_BAD :
				   BODY_FIELD;
	case BODY_FIELD:
		return c == '\n' ? BODY_TRAILER : BODY_FIELD;
	case BODY_LAST_LF:
		return only(c, '\n', BODY_DONE);
	default:
		return BODY_BAD;
	}
}

/* Bytes of data, of which n more have come. */
static size_t body_data(struct http_body *b, size_t n)
{
	size_t take = (size_t)MIN((uint64_t)n, b->left);

	b->left -= take;
	if (!b->left)
		b->state = b->state == BODY_CHUNK ? BODY_CHUNK_CR : BODY_DONE;
	return take;
}

size_t http_body_take(struct http_body *b, const uint8_t *p, size_t n)
{
	size_t done = 0;

	while (done < n && b->state != BODY_DONE && b->state != BODY_BAD) {
		if (b->state == BODY_LENGTH || b->state == BODY_CHUNK)
			done += body_data(b, n - done);
		else
			b->state = body_step(b, p[done++]);
	}
	return done;
}
