/* SPDX-License-Identifier: BSD-2-Clause */
/* http_body.h - where the body of an HTTP request ends, as a pure function. */
#ifndef ADIT_PROXY_HTTP_BODY_H
#define ADIT_PROXY_HTTP_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http_body_state {
	BODY_DONE,     /* no byte belongs to it any more */
	BODY_LENGTH,   /* `left` bytes are still to come */
	BODY_SIZE,     /* the size of a chunk, before its first digit */
	BODY_DIGITS,   /* and behind it */
	BODY_EXT,      /* an extension of the chunk, to the end of the line */
	BODY_SIZE_LF,  /* the end of that line */
	BODY_CHUNK,    /* `left` bytes of the chunk */
	BODY_CHUNK_CR, /* the end of the chunk */
	BODY_CHUNK_LF,
	BODY_TRAILER, /* the beginning of a line behind the last chunk */
	BODY_FIELD,   /* inside of such a line */
	BODY_LAST_LF, /* the end of the empty line */
	BODY_BAD,     /* these are no chunks */
};

struct http_body {
	enum http_body_state state;
	uint64_t left;
};

/* A body of so many bytes, or one of chunks (RFC 9112, section 7.1). */
struct http_body http_body_length(uint64_t bytes);
struct http_body http_body_chunked(void);
/* How many of the next n bytes belong to the body: all, up to its end. */
size_t http_body_take(struct http_body *, const uint8_t *p, size_t n);

#endif
