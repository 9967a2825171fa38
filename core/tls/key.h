/* SPDX-License-Identifier: BSD-2-Clause */
/* key.h - private keys of a gateway: for the process that holds them, and the
 * one that makes them.  The processes that forward data include no key
 * (tools/lint). */
#ifndef ADIT_TLS_KEY_H
#define ADIT_TLS_KEY_H

#include "tls/tls.h"

struct tls_key;
MUST_CHECK int tls_key_new(struct tls_key **, const char *key_pem,
			   const char *cert_pem, char *why, size_t why_cap);
void tls_key_free(struct tls_key *);
/* Makes the signature that tls_signer.sign asks for.  ERR_DENIED for what a
 * TLS 1.3 server with this kind of key never asks for. */
MUST_CHECK int tls_key_sign(struct tls_key *, int algorithm,
			    const struct tls_part *what, struct tls_sig *sig);

/* Makes an Ed25519 key and a self-signed certificate for `name`, `also` (DNS
 * names or IP address literals; `also` may be NULL) and "localhost", and
 * appends them as PEM text to the two buffers.  ERR_INVAL for a malformed
 * name. */
MUST_CHECK int tls_make_certificate(const char *name, const char *also,
				    struct buf *cert_pem, struct buf *key_pem);

#endif
