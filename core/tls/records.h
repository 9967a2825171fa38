/* SPDX-License-Identifier: BSD-2-Clause */
/* records.h - the records of an established TLS 1.3 connection (RFC 8446, 5),
 * sealed into the output and opened where they lie. */
#ifndef ADIT_TLS_RECORDS_H
#define ADIT_TLS_RECORDS_H

#include "base/buf.h"
#include "tls/aead.h"

#include <stdbool.h>
#include <sys/types.h>

/* How many records one key seals; 2^24.5 are allowed (RFC 8446, 5.5). */
#define RECORDS_MAX (1U << 24)

/* One direction. */
struct records_key {
	struct aead *aead;
	uint8_t iv[AEAD_NONCE];
	uint64_t number; /* of the next record */
};

struct records;

/* Owns the ciphers of both keys from now on, also when it returns NULL: out of
 * memory.  Only a client is sent session tickets, which are passed over. */
struct records *records_new(const struct records_key *in,
			    const struct records_key *out, bool is_client);
/* Wipes the keys.  NULL is fine. */
void records_free(struct records *);

/* Lends n received bytes, which records_recv changes. */
void records_input(struct records *, uint8_t *p, size_t n);
/* Points *p to the next plaintext, which lies in the lent bytes: these must
 * stay until records_release.  Returns its length; 0: the peer has sent
 * close_notify; GNUTLS_E_AGAIN: all that was lent is used, and the beginning of
 * a record is kept; or another GnuTLS code, after which the connection is of no
 * use any more. */
MUST_CHECK ssize_t records_recv(struct records *, const uint8_t **p);
/* Wipes small plaintexts, among which passwords are. */
void records_release(struct records *);

/* Seals n bytes, at most TLS_RECORD_MAX, as one record at the end of `out`.
 * Returns 0 or a GnuTLS code. */
MUST_CHECK int records_send(struct records *, const uint8_t *p, size_t n,
			    struct buf *out);
/* The same for an alert.  Out of memory, the peer sees the connection end
 * without it. */
void records_send_alert(struct records *, uint8_t level, uint8_t alert,
			struct buf *out);

/* The alert that the peer has sent, after GNUTLS_E_FATAL_ALERT_RECEIVED. */
int records_alert(const struct records *);
/* What is wrong with what the peer has sent, as a sentence; NULL: the code says
 * it all. */
const char *records_why(const struct records *);

#endif
