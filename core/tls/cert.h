/* SPDX-License-Identifier: BSD-2-Clause */
/* cert.h - reading certificates. */
#ifndef ADIT_TLS_CERT_H
#define ADIT_TLS_CERT_H

#include "tls/scheme.h"
#include "tls/tls.h"

#include <gnutls/x509.h>

#define PIN_LEN 32  /* SHA-256 */
#define CHAIN_MAX 8 /* certificates that a gateway sends */

/* The first certificate of PEM text; what it is signed for must be a usable
 * kind of key.  0, or an error with its cause in why. */
MUST_CHECK int cert_read(gnutls_x509_crt_t *crt, struct key_kind *kind,
			 const char *pem, char *why, size_t why_cap);

/* SHA-256 of the DER SubjectPublicKeyInfo. */
MUST_CHECK int cert_pin(gnutls_x509_crt_t crt, uint8_t pin[PIN_LEN]);
void pin_text(const uint8_t pin[PIN_LEN], char text[TLS_PIN_TEXT]);
/* "sha256:" and 64 hex digits of either case. */
MUST_CHECK int pin_parse(const char *text, uint8_t pin[PIN_LEN]);

/* Puts an address literal's bytes into ip: 4, 16, or 0 if it is a name. */
unsigned name_as_ip(const char *name, uint8_t ip[16]);

/* A GnuTLS failure as one of ours, with "what: GnuTLS text" in why. */
int cert_fail(int code, const char *what, char *why, size_t why_cap);

#endif
