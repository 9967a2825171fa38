/* SPDX-License-Identifier: BSD-2-Clause */
/* hash.h - SHA-256 of bytes that come in pieces. */
#ifndef ADIT_TLS_HASH_H
#define ADIT_TLS_HASH_H

#include "base/defs.h"

#include <stddef.h>
#include <stdint.h>

struct tls_hash;
/* NULL: out of memory. */
MUST_CHECK struct tls_hash *tls_hash_new(void);
/* 0 or ERR_NOMEM. */
MUST_CHECK int tls_hash_add(struct tls_hash *, const void *p, size_t n);
/* Writes the hash and frees. */
void tls_hash_end(struct tls_hash *, uint8_t out[32]);
void tls_hash_free(struct tls_hash *);

#endif
