/* SPDX-License-Identifier: BSD-2-Clause */
/* resp.h - reads RESP, versions 2 and 3, in which Redis writes commands and
 * replies. */
#ifndef ADIT_REDIS_RESP_H
#define ADIT_REDIS_RESP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum resp_shape {
	RESP_NONE, /* no element begins with this byte */
	RESP_LINE, /* + - : _ , # (  ends with CRLF */
	RESP_BULK, /* $ = !          a length, then so many bytes and CRLF */
	RESP_LIST, /* * ~ > % |      a number, then so many elements or pairs */
};

enum { RESP_MORE = 0, RESP_BAD = -1 };

/* The first line of an element. */
struct resp {
	enum resp_shape shape;
	uint8_t type; /* the byte that it begins with */
	size_t head;  /* its length; of a RESP_LINE 1, the type only */
	/* Bytes of a bulk, elements of a list (two for each pair); -1: null, or
	 * a line. */
	int64_t n;
};

/* An element that is there as a whole; of a list its first line only. */
struct resp_item {
	struct resp r;
	size_t start, end; /* where it stands */
	const char *text;  /* of a line or a bulk: its len bytes; or NULL */
	size_t len;
};

enum resp_shape resp_shape(uint8_t type);
/* Reads the start of the element at p.  Returns r->head, RESP_MORE, or
 * RESP_BAD. */
int resp_head(const uint8_t *p, size_t n, struct resp *r);
/* The length of the element at p with all that is in it, RESP_MORE, or
 * RESP_BAD.  Does not recurse. */
int64_t resp_whole(const uint8_t *p, size_t n);
/* Reads the item at *at, and moves *at behind it: behind the first line of a
 * list, behind all of anything else.  False: the bytes end before. */
bool resp_next(const uint8_t *p, size_t n, size_t *at, struct resp_item *item);
/* Whether the text of the item is this word, in upper or lower case. */
bool resp_is(const struct resp_item *item, const char *word);
/* The item as a port: a number from 1 to 65535, else 0. */
unsigned resp_port(const struct resp_item *item);
/* Reads a decimal number of at most 18 digits without a sign.  Returns the
 * number, or -1. */
int64_t resp_number(const char *text, size_t n);

#endif
