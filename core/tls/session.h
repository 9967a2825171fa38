/* SPDX-License-Identifier: BSD-2-Clause */
/* session.h - what the files of tls/ share about a connection. */
#ifndef ADIT_TLS_SESSION_H
#define ADIT_TLS_SESSION_H

#include "tls/tls.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#define WHY_MAX 400
#define FIRST_BYTES 32 /* of who does not speak TLS: what it is, and wants */

struct held; /* plaintext that was handed out */

struct tls {
	gnutls_session_t session;
	struct tls_client *client; /* NULL on the server side */

	tls_select_fn *select; /* server side only */
	void *select_ctx;
	char *sni;

	const uint8_t *in; /* what is left of the lent bytes */
	size_t in_left;
	struct buf out;
	struct held *held;

	bool ended; /* tls_input_end was called */
	bool dry;   /* our pull had nothing for GnuTLS */
	bool up;    /* the handshake is done */
	bool failed;
	bool said_bye;

	uint8_t nfirst;
	uint8_t first[FIRST_BYTES]; /* of the connection */
	char why[WHY_MAX];
};

/* X25519 together with a key exchange that no quantum computer is known to
 * break, where GnuTLS has it (from 3.8.8 on, if it is built so). */
#define PRIORITY_HYBRID "GROUP-X25519-MLKEM768"
/* What adit negotiates, with the group `first` before its own ones if the
 * library knows it.  NULL: no memory. */
gnutls_priority_t priority_new(const char *first);

/* One for all connections, with the priorities and ALPN that adit speaks. */
struct tls *tls_session_new(unsigned role);
/* Both return a GnuTLS code; for gnutls_handshake to give back. */
int session_check_alpn(const struct tls *t);
int tls_session_refuse(struct tls *t, int code, const char *fmt, ...)
	PRINTF(3, 4);

/* The gateway's own certificate; the caller frees it.  A GnuTLS code. */
int session_leaf(gnutls_session_t session, gnutls_x509_crt_t *crt);

/* Fills t->why with what the GnuTLS code means, unless a cause is known. */
void why_explain(struct tls *t, int code);

#endif
