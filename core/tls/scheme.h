/* SPDX-License-Identifier: BSD-2-Clause */
/* scheme.h - the signature schemes that a gateway's key may be asked for. */
#ifndef ADIT_TLS_SCHEME_H
#define ADIT_TLS_SCHEME_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include <stdbool.h>

/* What a private key is. */
struct key_kind {
	gnutls_pk_algorithm_t pk;
	unsigned bits; /* for ECDSA they name the curve */
};

struct scheme {
	int number; /* RFC 8446, 4.2.3: this travels */
	gnutls_sign_algorithm_t sign;
	gnutls_digest_algorithm_t hash; /* UNKNOWN: the data itself is signed */
	struct key_kind kind;           /* bits 0: any */
};

/* NULL if there is none that this kind of key makes in TLS 1.3. */
const struct scheme *scheme_by_number(int number, struct key_kind kind);
const struct scheme *scheme_by_sign(gnutls_sign_algorithm_t sign,
				    struct key_kind kind);

/* Whether a gateway can use such a key at all. */
bool key_kind_is_usable(struct key_kind kind);

#endif
