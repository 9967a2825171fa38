/* SPDX-License-Identifier: BSD-2-Clause */
/* office.h - an authority that gives certificates to people, and lists those
 * that it has revoked. */
#ifndef ADIT_TEST_TLS_OFFICE_H
#define ADIT_TEST_TLS_OFFICE_H

#include "tls/client_ca.h"

#include <gnutls/x509.h>

struct office {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
	struct buf pem; /* of its certificate, with a NUL behind */
};

/* What stands in the certificate of somebody; NULL: nothing. */
struct person {
	const char *cn, *cn2, *uid, *email, *email2, *uri, *dns;
	const char *upn;     /* at most 100 bytes */
	size_t cn_len;       /* 0: that of the text */
	const char *purpose; /* GNUTLS_KP_...; NULL: of TLS clients */
	bool no_purpose;
	time_t from, until; /* relative to now; 0: an hour ago, in a day */
	uint8_t serial;
	gnutls_digest_algorithm_t hash; /* 0: SHA-256 */
};

void office_open(struct office *, const char *name);
void office_close(struct office *);
/* The chain of one certificate, as tls_peer_chain has it.  With `pem`: that
 * certificate and its key too. */
void office_issue(const struct office *, const struct person *,
		  struct buf *chain, struct buf *pem);
/* One more certificate behind those of the chain. */
void office_add(gnutls_x509_crt_t, struct buf *chain);
/* A CRL with this number, or with none for 0; next: its next update, relative
 * to now. */
void office_revoke(const struct office *, uint8_t serial, time_t next,
		   struct buf *pem);
/* Ends the text with a NUL that does not count. */
const char *office_text(struct buf *);

#endif
