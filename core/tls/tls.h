/* SPDX-License-Identifier: BSD-2-Clause */
/* tls.h - TLS 1.3 over buffers: bytes in, bytes out, no descriptor. */
#ifndef ADIT_TLS_TLS_H
#define ADIT_TLS_TLS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define TLS_RECORD_MAX 16384 /* plaintext of one record, RFC 8446, 5.1 */
#define TLS_EXPORTER 32      /* bytes of the channel binding, RFC 9266 */
#define TLS_PIN_TEXT 72      /* "sha256:" and 64 hex digits, NUL */
#define TLS_NAME_MAX 256

struct tls;        /* one connection; one thread at a time */
struct tls_server; /* a virtual gateway's certificate and key;
				 * immutable, shared by threads */
struct tls_client; /* how an agent checks its gateway */

/* ---- server side --------------------------------------------------------- */

/* Some bytes of somebody else's. */
struct tls_part {
	const void *p;
	size_t n;
};

#define TLS_SIG_MAX 1024 /* RSA of 8192 bits */

struct tls_sig {
	size_t n;
	uint8_t bytes[TLS_SIG_MAX];
};

/* Signs with a key that lives elsewhere; GnuTLS waits for it.  0 or an error.
 * `algorithm` is the SignatureScheme of RFC 8446, 4.2.3 (0x0403
 * ecdsa_secp256r1_sha256, 0x0804 rsa_pss_rsae_sha256, 0x0807 ed25519, ...),
 * `what` the hash of what is signed; for ed25519 that text itself, 130 or 146
 * bytes. */
struct tls_signer {
	int (*sign)(void *ctx, int algorithm, const struct tls_part *what,
		    struct tls_sig *sig);
	void *ctx;
};

/* From PEM text (certificate chain).  `signer` is copied. */
MUST_CHECK int tls_server_new(struct tls_server **, const char *cert_pem,
			      const struct tls_signer *signer, char *why,
			      size_t why_cap);
void tls_server_free(struct tls_server *);

/* Which virtual gateway a client means: called once, during the handshake, with
 * the SNI name ("" if absent).  NULL refuses (unrecognized_name). */
typedef struct tls_server *tls_select_fn(void *ctx, const char *sni);

struct tls *tls_accept_new(tls_select_fn *select, void *ctx);

/* ---- the key holder (monitor) -------------------------------------------- */

struct tls_key;
MUST_CHECK int tls_key_new(struct tls_key **, const char *key_pem,
			   const char *cert_pem, char *why, size_t why_cap);
void tls_key_free(struct tls_key *);
/* The counterpart of tls_signer.sign; refuses what a TLS 1.3 server of this
 * key's kind never asks. */
MUST_CHECK int tls_key_sign(struct tls_key *, int algorithm,
			    const struct tls_part *what, struct tls_sig *sig);

/* A fresh P-256 key and self-signed certificate for `name` and `also` (DNS
 * names or IP literals, also "localhost"; `also` may be NULL), as PEM text
 * appended to the two bufs. */
MUST_CHECK int tls_make_certificate(const char *name, const char *also,
				    struct buf *cert_pem, struct buf *key_pem);
/* Of the first certificate in PEM text: the first DNS name or IP address that
 * it is for, else the common name. */
MUST_CHECK int tls_certificate_name(const char *cert_pem,
				    char name[TLS_NAME_MAX]);
/* The pin of the first certificate in PEM text. */
MUST_CHECK int tls_pin_of(const char *cert_pem, char pin[TLS_PIN_TEXT]);

/* Whether an authority of ca_file (NULL: the system's) vouches for the chain in
 * PEM text, as one of a server of this name; whether it has ended does not
 * count. */
bool tls_certificate_is_trusted(const char *cert_pem, const char *name,
				const char *ca_file);

/* ---- the time in which a certificate is valid ---------------------------- */

#define TLS_SOON_DAYS 21 /* or a quarter of its time, if that is less */
#define TLS_VALIDITY_TEXT 64

struct tls_times {
	time_t from, until; /* both of them belong to it */
};

/* Of the first certificate in PEM text; the others of the file may be older
 * ones that nobody needs. */
MUST_CHECK int tls_certificate_times(const char *cert_pem, struct tls_times *);

enum tls_validity { TLS_VALID, TLS_ENDS_SOON, TLS_ENDED, TLS_NOT_YET };
/* With a text that follows "the certificate": "ends on 2027-02-01 (9 days
 * left)", "ended on ... (9 days ago)", "is not valid before ...". */
enum tls_validity tls_validity(const struct tls_times *, time_t now,
			       char text[TLS_VALIDITY_TEXT]);

/* ---- client side --------------------------------------------------------- */

/* With pins one of them must match, and nothing else is looked at; without
 * (NULL or an empty list) the CAs and the name decide. */
struct tls_client_conf {
	const char *server_name; /* SNI and name check; may be an IP */
	const char *const *pins; /* NULL-terminated "sha256:HEX", or NULL */
	const char *ca_file;     /* PEM, or NULL: the system's */
};
MUST_CHECK int tls_client_new(struct tls_client **,
			      const struct tls_client_conf *, char *why,
			      size_t why_cap);
void tls_client_free(struct tls_client *);
struct tls *tls_connect_new(struct tls_client *);

/* ---- a connection -------------------------------------------------------- */

void tls_free(
	struct tls *); /* NULL is fine; the tls_server/client must outlive it */

/* Lends n received bytes.  Call handshake or recv until ERR_AGAIN, which says
 * that all of them are used; bytes behind the end of a handshake wait for
 * tls_recv. */
void tls_input(struct tls *, const uint8_t *p, size_t n);
/* No more input will come (EOF on the socket). */
void tls_input_end(struct tls *);

/* 0: done.  ERR_AGAIN: wants input.  ERR_TLS: failed, tls_why() says why; an
 * alert may wait in the output. */
MUST_CHECK int tls_handshake(struct tls *);

/* The next plaintext, which stays valid until tls_recv_release(); several may
 * be held at once.  Returns its length in bytes; ERR_AGAIN: all input is used;
 * ERR_CLOSED: the peer has sent close_notify; ERR_TLS: the connection has
 * failed, also by an EOF without close_notify. */
MUST_CHECK int tls_recv(struct tls *, const uint8_t **p);
void tls_recv_release(struct tls *);

/* Seals n <= TLS_RECORD_MAX bytes into the output.  Never ERR_AGAIN: the caller
 * watches the length of the output. */
MUST_CHECK int tls_send(struct tls *, const uint8_t *p, size_t n);
void tls_bye(struct tls *); /* close_notify into the output */

/* Encrypted bytes that wait for the socket.  Tell tls_written how many went. */
struct buf *tls_output(struct tls *);
/* Like buf_take, but keeps the memory (up to 256 KiB) for the next burst.
 * Call tls_rest when none came for a while. */
void tls_written(struct tls *, size_t n);
void tls_rest(struct tls *);

/* The channel binding (RFC 9266): 32 bytes that both ends of this connection
 * compute, and no other connection. */
MUST_CHECK int tls_exporter(struct tls *, uint8_t out[TLS_EXPORTER]);
/* How the keys of this connection were agreed upon: "X25519"; "" before, and of
 * NULL. */
const char *tls_key_exchange(const struct tls *);
/* Client: of the gateway's certificate.  One that a pin has accepted may be
 * anything. */
enum tls_validity tls_peer_validity(const struct tls *,
				    char text[TLS_VALIDITY_TEXT]);
/* What the last failure was, never NULL.  After a refused certificate it names
 * the fingerprint seen: "certificate is not trusted (...); its pin is
 * sha256:...: if ..." */
const char *tls_why(const struct tls *);

/* ---- small cryptography -------------------------------------------------- */

/* n random bytes, fit for keys.  Does not return while the kernel has none. */
void tls_random(void *p, size_t n);
/* HMAC-SHA-256 over the concatenation of the parts. */
void tls_hmac(uint8_t out[32], const uint8_t key[32],
	      const struct tls_part *parts, size_t nparts);
bool tls_same(const void *a, const void *b, size_t n); /* constant time */
void tls_wipe(void *p, size_t n);

#endif
