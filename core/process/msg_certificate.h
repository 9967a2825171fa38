/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_certificate.h - what monitor and checker say about a client's
 * certificate. */
#ifndef ADIT_PROCESS_MSG_CERTIFICATE_H
#define ADIT_PROCESS_MSG_CERTIFICATE_H

#include "process/msg.h"
#include "tls/client_ca.h"

#define CLIENT_AFFIX                                                           \
	128 /* bytes of client_prefix and client_suffix, with NUL */
#define CLIENT_BUNDLE_MAX (32u << 20) /* bytes of authorities and CRLs */

struct msg_certificate { /* MSG_CERTIFICATE */
	uint64_t bundle; /* a number of its own for each that differs */
	uint8_t from;    /* enum client_name */
	uint32_t crl_grace;
	char prefix[CLIENT_AFFIX], suffix[CLIENT_AFFIX];
};
size_t pack_msg_certificate(uint8_t *p, size_t cap,
			    const struct msg_certificate *);
MUST_CHECK int unpack_msg_certificate(struct msg_certificate *,
				      const uint8_t *p, size_t n);

/* MSG_CERTIFICATE_IS */
size_t pack_client_answer(uint8_t *p, size_t cap, const struct client_answer *);
MUST_CHECK int unpack_client_answer(struct client_answer *, const uint8_t *p,
				    size_t n);

/* The bytes of a bundle: both texts in PEM, crl_pem NULL for none. */
MUST_CHECK int pack_client_bundle(struct buf *out, const char *ca_pem,
				  const char *crl_pem);
/* Back, as texts inside of `b`, which has a NUL behind its bytes; *crl_pem is
 * NULL where there is none. */
MUST_CHECK int unpack_client_bundle(struct buf *b, const char **ca_pem,
				    const char **crl_pem);

#endif
