/* SPDX-License-Identifier: BSD-2-Clause */
/* nv.h - reads Oracle's nested name-value pairs: (NAME=atom) and
 * (NAME=(...)(...)). */
#ifndef ADIT_SQLNET_NV_H
#define ADIT_SQLNET_NV_H

#include <stdbool.h>
#include <stddef.h>

enum { NV_DEPTH = 16 }; /* most names around an atom, its own included */

/* A name in the text.  `at` tells two nodes of the same name apart. */
struct nv_name {
	const char *at;
	size_t len;
};

/* An atom: the bytes of the text from `from` up to `to`, without quotes.
 * `path` has the names around it, its own one last. */
struct nv_atom {
	const struct nv_name *path;
	unsigned depth;
	size_t from, to;
};

/* Calls `fn` for each atom of n bytes of text, in order.  False: the text is
 * malformed, or fn has returned false. */
bool nv_walk(const char *text, size_t n,
	     bool (*fn)(void *ctx, const struct nv_atom *), void *ctx);
/* Whether the name is this word, in upper or lower case. */
bool nv_is(const struct nv_name *name, const char *word);

#endif
