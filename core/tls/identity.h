/* SPDX-License-Identifier: BSD-2-Clause */
/* identity.h - the certificate and key with which a client shows who it is: in
 * files, or in a token behind PKCS#11. */
#ifndef ADIT_TLS_IDENTITY_H
#define ADIT_TLS_IDENTITY_H

#include "tls/tls.h"

#define IDENTITY_PIN 256 /* bytes of a PIN, with its NUL */

struct tls_identity;

struct tls_identity_conf {
	const char *certificate; /* a file in PEM, or a pkcs11: URI */
	const char *key;         /* likewise; NULL: beside the certificate */
	/* The PIN of a token, or the passphrase of a file; NULL: nobody knows
	 * it.  It is tried once: a token locks itself after some. */
	const char *pin;
};

/* Reads both, and for a token logs into it.  `why` names what failed: file,
 * token, PIN, dates.  0; ERR_DENIED: the PIN is wrong; ERR_NOTFOUND: a PIN is
 * needed, and there is none; ERR_CONF, ERR_NOMEM. */
MUST_CHECK int tls_identity_new(struct tls_identity **,
				const struct tls_identity_conf *, char *why,
				size_t why_cap);
/* Whether a PIN or a passphrase is needed for its key, as far as can be seen
 * without a token: RFC 7512 lets a URI name a file with the PIN. */
bool tls_identity_wants_pin(const struct tls_identity_conf *);
void tls_identity_free(struct tls_identity *);
/* As tls_connect_new: a connection that shows the identity where the gateway
 * asks for one.  The identity must exist until it is freed. */
struct tls *tls_connect_as(struct tls_client *, struct tls_identity *);

#endif
