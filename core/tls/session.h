/* SPDX-License-Identifier: BSD-2-Clause */
/* session.h - what the files of tls/ share about a connection. */
#ifndef ADIT_TLS_SESSION_H
#define ADIT_TLS_SESSION_H

#include "tls/tls.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#define WHY_MAX 400
/* Of a peer that does not speak TLS, to show what it speaks instead. */
#define FIRST_BYTES 32

struct tls_identity;
struct held; /* plaintext that tls_recv has handed out */
struct records;

struct tls {
	gnutls_session_t session;
	struct tls_client *client;     /* NULL on the server side */
	struct tls_identity *identity; /* that it shows, or NULL */

	tls_select_fn *select; /* server side only */
	void *select_ctx;
	char *sni;
	bool takes_http; /* tls_accept_http was called */

	/* Takes the place of GnuTLS behind the handshake; NULL: GnuTLS seals
	 * and opens the records. */
	struct records *records;
	bool stays; /* GnuTLS does so whatever there is */

	uint8_t *in; /* the part of tls_input's bytes not read yet */
	size_t in_left;
	struct buf out;
	struct held *held;

	uint32_t sent, received; /* records with data */

	bool ended; /* tls_input_end was called */
	bool dry;   /* GnuTLS wanted input when there was none left */
	bool up;    /* the handshake is done */
	bool failed;
	bool said_bye; /* close_notify was sent */

	uint8_t nfirst;
	uint8_t first[FIRST_BYTES]; /* that the peer has sent */
	char why[WHY_MAX];          /* of the failure; empty: none */
};

/* X25519 together with the post-quantum key exchange ML-KEM.  GnuTLS has it
 * from 3.8.8 on, if it was built with it. */
#define PRIORITY_HYBRID "GROUP-X25519-MLKEM768"
/* The versions, ciphers and groups that adit negotiates.  The group `first` is
 * preferred if the library knows it.  NULL: out of memory. */
gnutls_priority_t priority_new(const char *first);

/* A connection with adit's priorities and ALPN; role is GNUTLS_CLIENT or
 * GNUTLS_SERVER.  NULL: out of memory.  tls_free frees it. */
struct tls *tls_session_new(unsigned role);
/* Both return a GnuTLS code, for a callback to return to gnutls_handshake: the
 * first whether the peer has agreed to a protocol, the second its argument. */
int tls_session_check_alpn(const struct tls *t);
int tls_session_refuse(struct tls *t, int code, const char *fmt, ...)
	PRINTF(3, 4);

/* Notes during the handshake whether GnuTLS must stay, because the peer wants
 * small records, which records.c does not make. */
void tls_session_watch(struct tls *t);
/* Sets t->records if it can be done.  Returns a GnuTLS code. */
int tls_session_take_over(struct tls *t);

/* The certificate of the gateway itself, without the others of its chain; the
 * caller frees it with gnutls_x509_crt_deinit.  Returns a GnuTLS code. */
int tls_session_leaf(gnutls_session_t session, gnutls_x509_crt_t *crt);

/* identity.c: what GnuTLS asks for where a gateway wants a certificate.
 * `id` may be NULL: none is shown.  Returns 0. */
int identity_retrieve(struct tls_identity *id, gnutls_pcert_st **chain,
		      unsigned *n, gnutls_privkey_t *key);

/* Fills t->why with what the GnuTLS code means, unless it is filled already. */
void tls_why_explain(struct tls *t, int code);

#endif
