/* SPDX-License-Identifier: BSD-2-Clause */
/* pair.h - two ends of a TLS connection, joined in memory. */
#ifndef ADIT_TEST_TLS_PAIR_H
#define ADIT_TEST_TLS_PAIR_H

#include "base/buf.h"
#include "tls/key.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

/* A gateway: certificate, and the key behind a signer that counts. */
struct gate {
	struct buf cert, key_pem; /* with a NUL behind */
	char pin[TLS_PIN_TEXT];
	struct tls_key *key;
	struct tls_server *server;
	int signatures;
	bool refuse;      /* the signer fails */
	const char *name; /* the SNI it answers to; NULL: any */
	int asked;        /* calls of select */
};

/* What gate_custom puts into a certificate. */
struct recipe {
	gnutls_pk_algorithm_t pk;
	unsigned bits;
	const char *dns;
	const char *ip;      /* 4 raw bytes */
	time_t from, until;  /* relative to now; 0: an hour, a day */
	struct gate *issuer; /* NULL: self-signed */
	bool is_ca;
};

void gate_open(struct gate *g, const char *name);
void gate_custom(struct gate *g, const struct recipe *r);
/* Only cert and key_pem, for what tls_key_new refuses. */
void gate_pem(struct gate *g, const struct recipe *r);
void gate_close(struct gate *g);
struct tls_server *gate_select(void *ctx, const char *sni);

const char *text_of(struct buf *b); /* adds the NUL, not counted */

/* A client that pins g's certificate, or the given configuration. */
struct tls_client *client_pinning(const struct gate *g, const char *name);
struct tls_client *client_of(const struct tls_client_conf *conf);

struct pair {
	struct tls *c, *s;
};

/* Which ends leave their records to GnuTLS: the sum of these; 0 at first. */
enum { PAIR_CLIENT = 1, PAIR_SERVER = 2 };
extern unsigned pair_stays;

struct pair pair_new(struct gate *g, struct tls_client *c);
void pair_free(struct pair *p);
/* Until both are done or one failed; at most `step` bytes at once.  The result
 * of the client and of the server. */
struct ends {
	int c, s;
} pair_shake(struct pair *p, size_t step);
/* Opened and shaken with pin, must succeed. */
struct pair pair_up(struct gate *g, struct tls_client **c);

/* Moves up to n bytes from a's output into b (lent; b must use them all before
 * the next call: *lent is reused). */
struct lent {
	uint8_t bytes[65536];
};
size_t carry(struct tls *from, struct tls *to, size_t n, struct lent *lent);

/* A peer that is plain GnuTLS. */
struct raw {
	gnutls_session_t session;
	gnutls_certificate_credentials_t cred;
	struct buf in, out;
};
void raw_open(struct raw *r, unsigned role, const char *priorities,
	      const char *alpn);
void raw_close(struct raw *r);
void raw_use(struct raw *r, struct gate *g); /* server: g's certificate */
/* Both until done or failed; the results: raw's GnuTLS code, t's. */
struct ends raw_shake(struct raw *r, struct tls *t);
void raw_to_tls(struct raw *r, struct tls *t, struct lent *lent);
void tls_to_raw(struct tls *t, struct raw *r);

#endif
