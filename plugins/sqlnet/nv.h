/* SPDX-License-Identifier: BSD-2-Clause */
/* nv.h - Oracle's nested name-value pairs: (NAME=atom) and
 * (NAME=(...)(...)). */
#ifndef ADIT_SQLNET_NV_H
#define ADIT_SQLNET_NV_H

#include <stdbool.h>
#include <stddef.h>

enum { NV_DEPTH = 16 };

/* `at` tells nodes of the same name apart. */
struct nv_name {
	const char *at;
	size_t len;
};

/* One atom: text[from] to text[to], without quotes.  Its own name is the last
 * one of the path. */
struct nv_atom {
	const struct nv_name *path;
	unsigned depth;
	size_t from, to;
};

/* Calls `fn` for each atom, in order.  False: the text is malformed, or fn has
 * said false. */
bool nv_walk(const char *text, size_t n,
	     bool (*fn)(void *ctx, const struct nv_atom *), void *ctx);
/* In any case. */
bool nv_is(const struct nv_name *name, const char *word);

#endif
