/* SPDX-License-Identifier: BSD-2-Clause */
/* ber.h - elements of BER (X.690, section 8.1) as LDAP allows them: one-byte
 * tags and definite lengths (RFC 4511, section 5.1). */
#ifndef ADIT_PLUGINS_LDAP_BER_H
#define ADIT_PLUGINS_LDAP_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ber {
	uint8_t tag;
	size_t head;          /* bytes of tag and length */
	size_t len;           /* bytes behind them */
	const uint8_t *value; /* ... which are here */
};

/* Reads tag and length at p, of which n bytes are there.  1; 0: more bytes are
 * needed for it; -1: it is none that LDAP allows. */
int ber_head(struct ber *e, const uint8_t *p, size_t n);

/* Bytes of the caller that are read one element after the other. */
struct ber_in {
	const uint8_t *p, *end;
};
/* The next element, whole.  False: there is none. */
bool ber_next(struct ber_in *in, struct ber *e);
/* What is in an element. */
struct ber_in ber_inside(const struct ber *e);

/* A buffer of the caller that is filled from its end to its beginning, since
 * a length stands before what it counts. */
struct ber_out {
	uint8_t *start, *p, *end;
	bool full;
};
void ber_put(struct ber_out *out, const void *data, size_t n);
/* Tag and length of an element whose `len` bytes were put last.  They take
 * `head` bytes at least, so that a sender's long form of lengths is kept. */
void ber_put_head(struct ber_out *out, uint8_t tag, size_t len, size_t head);

#endif
