/* SPDX-License-Identifier: BSD-2-Clause */
/* cert.h - reading certificates, for the files of tls/. */
#ifndef ADIT_TLS_CERT_H
#define ADIT_TLS_CERT_H

#include "tls/scheme.h"
#include "tls/tls.h"

#include <gnutls/x509.h>

#define PIN_LEN 32  /* bytes of a SHA-256 hash */
#define CHAIN_MAX 8 /* most certificates that a gateway sends */

/* Reads the first certificate of PEM text, and of which kind its public key is,
 * which must be one that adit supports.  Returns 0; the caller frees *crt with
 * gnutls_x509_crt_deinit.  Or an error, with its cause in why. */
MUST_CHECK int cert_read(gnutls_x509_crt_t *crt, struct key_kind *kind,
			 const char *pem, char *why, size_t why_cap);

/* The pin of a certificate: SHA-256 of its SubjectPublicKeyInfo in DER, as in
 * RFC 7469, 2.4. */
MUST_CHECK int cert_pin(gnutls_x509_crt_t crt, uint8_t pin[PIN_LEN]);
/* Writes it as "sha256:" and 64 hexadecimal digits in lower case. */
void cert_pin_text(const uint8_t pin[PIN_LEN], char text[TLS_PIN_TEXT]);
/* Reads such a text, with digits of either case; or ERR_INVAL. */
MUST_CHECK int cert_pin_parse(const char *text, uint8_t pin[PIN_LEN]);

/* If name is an address literal, puts its bytes into ip and returns how many
 * these are, 4 or 16.  Returns 0 for a host name. */
unsigned cert_name_as_ip(const char *name, uint8_t ip[16]);

/* Turns a GnuTLS failure into an enum err, with "what: text of GnuTLS" in
 * why. */
int cert_fail(int code, const char *what, char *why, size_t why_cap);

#endif
