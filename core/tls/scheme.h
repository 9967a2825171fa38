/* SPDX-License-Identifier: BSD-2-Clause */
/* scheme.h - the TLS 1.3 signature schemes that a gateway's key can make. */
#ifndef ADIT_TLS_SCHEME_H
#define ADIT_TLS_SCHEME_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include <stdbool.h>

/* The kind of a private key. */
struct key_kind {
	gnutls_pk_algorithm_t pk;
	unsigned bits; /* of an ECDSA key: they tell the curve */
};

struct scheme {
	int number; /* SignatureScheme of RFC 8446, 4.2.3 */
	gnutls_sign_algorithm_t sign;
	/* GNUTLS_DIG_UNKNOWN: the data itself is signed, and not a hash. */
	gnutls_digest_algorithm_t hash;
	struct key_kind kind; /* of which bits == 0 stands for any */
};

/* Find a scheme by its number on the wire, and by the number that GnuTLS has
 * for it.  NULL if a key of this kind cannot make such signatures. */
const struct scheme *scheme_by_number(int number, struct key_kind kind);
const struct scheme *scheme_by_sign(gnutls_sign_algorithm_t sign,
				    struct key_kind kind);

/* Whether there is any scheme for such a key: a gateway can use it. */
bool scheme_takes_key(struct key_kind kind);

#endif
