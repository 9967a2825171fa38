/* SPDX-License-Identifier: BSD-2-Clause */
/* tls.h - TLS 1.3 over buffers: bytes in, bytes out, no descriptor. */
#ifndef ADIT_TLS_TLS_H
#define ADIT_TLS_TLS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define TLS_RECORD_MAX 16384 /* bytes of plaintext of one, RFC 8446, 5.1 */
#define TLS_EXPORTER 32      /* bytes of the channel binding, RFC 9266 */
#define TLS_PIN_TEXT 72      /* "sha256:", 64 hexadecimal digits, a NUL */
#define TLS_NAME_MAX 256     /* bytes of a server name, with its NUL */

/* All functions with `why` write the cause of an error into its why_cap bytes,
 * as text that ends with a NUL.  What an x_new returns is freed with x_free,
 * for which NULL is fine. */

/* One connection, used by one thread at a time. */
struct tls;
/* The certificate and key of a virtual gateway; constant, so threads share
 * it. */
struct tls_server;
/* How an agent checks its gateway. */
struct tls_client;

/* ---- server side --------------------------------------------------------- */

/* Bytes that belong to the caller. */
struct tls_part {
	const void *p;
	size_t n;
};

#define TLS_SIG_MAX 1024 /* bytes of a signature by an RSA key of 8192 bits */

struct tls_sig {
	size_t n;
	uint8_t bytes[TLS_SIG_MAX];
};

/* Signs with a private key that another process holds, while the handshake
 * waits.  Returns 0 or an error.  `algorithm` is the SignatureScheme of
 * RFC 8446, 4.2.3 (0x0403 ecdsa_secp256r1_sha256, 0x0804 rsa_pss_rsae_sha256,
 * 0x0807 ed25519, ...).  `what` is the hash of what is signed; for ed25519 it
 * is what is signed, 130 or 146 bytes. */
struct tls_signer {
	int (*sign)(void *ctx, int algorithm, const struct tls_part *what,
		    struct tls_sig *sig);
	void *ctx;
};

/* Reads a certificate chain in PEM.  `signer` is copied. */
MUST_CHECK int tls_server_new(struct tls_server **, const char *cert_pem,
			      const struct tls_signer *signer, char *why,
			      size_t why_cap);
void tls_server_free(struct tls_server *);

/* Returns the virtual gateway that a client wants.  Called once, during the
 * handshake, with the SNI name in lower case ("" if the client sent none).
 * NULL refuses the client with the alert unrecognized_name. */
typedef struct tls_server *tls_select_fn(void *ctx, const char *sni);

/* A connection that a client has opened.  NULL: out of memory. */
struct tls *tls_accept_new(tls_select_fn *select, void *ctx);
/* Before the handshake: the client may speak HTTP/1.1 (ALPN http/1.1) in place
 * of adit/1.  0 or ERR_TLS. */
MUST_CHECK int tls_accept_http(struct tls *);
/* Whether it does, from the call of tls_select_fn on.  If that returns NULL for
 * such a client, the alert is no_application_protocol. */
bool tls_speaks_http(const struct tls *);

/* From now on clients are asked for a certificate; one without gets in too. */
void tls_server_ask(struct tls_server *);
/* Appends the chain that the client has shown, whose key it has proved to hold,
 * as client_ca_judge reads it; nothing else of it is checked here.  0;
 * ERR_NOTFOUND: it has shown none; ERR_LIMIT: it is too long; ERR_NOMEM. */
MUST_CHECK int tls_peer_chain(const struct tls *, struct buf *out);

/* ---- certificates -------------------------------------------------------- */

/* The name of the first certificate in PEM text: its first DNS name or IP
 * address, or the common name if it has neither.  ERR_TLS where it has no name
 * at all, ERR_CONF where the text is no certificate. */
MUST_CHECK int tls_certificate_name(const char *cert_pem,
				    char name[TLS_NAME_MAX]);
/* Whether browsers know the kind of key of the first certificate in PEM text:
 * Chromium, for one, knows no Ed25519. */
bool tls_browsers_take(const char *cert_pem);
/* The pin of the first certificate in PEM text. */
MUST_CHECK int tls_pin_of(const char *cert_pem, char pin[TLS_PIN_TEXT]);

/* Whether a certificate authority of ca_file (NULL: one of the system's) has
 * issued the chain in PEM text for a server of this name.  The dates of the
 * certificates are not checked. */
bool tls_certificate_is_trusted(const char *cert_pem, const char *name,
				const char *ca_file);

/* ---- the time in which a certificate is valid ---------------------------- */

/* A certificate ends soon when less than this is left, and less than a quarter
 * of its whole time. */
#define TLS_SOON_DAYS 21
#define TLS_VALIDITY_TEXT 64

struct tls_times {
	time_t from, until; /* the first and the last second */
};

/* Reads those of the first certificate in PEM text, which is the gateway's
 * own. */
MUST_CHECK int tls_certificate_times(const char *cert_pem, struct tls_times *);

enum tls_validity { TLS_VALID, TLS_ENDS_SOON, TLS_ENDED, TLS_NOT_YET };
/* Fills text with words that follow "the certificate": "ends on 2027-02-01 (9
 * days left)", "ended on ... (9 days ago)", "is not valid before ...". */
enum tls_validity tls_validity(const struct tls_times *, time_t now,
			       char text[TLS_VALIDITY_TEXT]);

/* ---- client side --------------------------------------------------------- */

/* If there are pins, one of them must match, and nothing else of the
 * certificate is checked.  Without pins (NULL or an empty list) the certificate
 * must be valid, for server_name, and issued by one of the authorities. */
struct tls_client_conf {
	const char *server_name; /* a host name, or an IP address literal */
	const char *const *pins; /* "sha256:HEX", the last one is NULL */
	const char *ca_file;     /* in PEM; NULL: the system's authorities */
};
MUST_CHECK int tls_client_new(struct tls_client **,
			      const struct tls_client_conf *, char *why,
			      size_t why_cap);
void tls_client_free(struct tls_client *);
/* A connection to a gateway.  NULL: out of memory. */
struct tls *tls_connect_new(struct tls_client *);

/* ---- a connection -------------------------------------------------------- */

/* The tls_server or tls_client must still exist. */
void tls_free(struct tls *);

/* Lends n received bytes to the connection, which opens records where they lie.
 * Call tls_handshake or tls_recv until ERR_AGAIN, which says that all of them
 * are used, then tls_recv_release, and keep the bytes until then.  Bytes behind
 * the end of a handshake wait for tls_recv. */
void tls_input(struct tls *, uint8_t *p, size_t n);
/* No more input will come (EOF on the socket). */
void tls_input_end(struct tls *);

/* 0: the handshake is done.  ERR_AGAIN: it needs more input.  ERR_TLS,
 * ERR_CLOSED: it has failed, for the reason of tls_why(); an alert may be in
 * the output. */
MUST_CHECK int tls_handshake(struct tls *);

/* Points *p to the plaintext of the next record, valid until
 * tls_recv_release(); several may be held at once.  Returns its length in
 * bytes, or an error.  ERR_AGAIN: all input is used;
 * ERR_CLOSED: the peer has sent close_notify; ERR_TLS: the connection has
 * failed, for instance by an EOF without close_notify. */
MUST_CHECK int tls_recv(struct tls *, const uint8_t **p);
void tls_recv_release(struct tls *);

/* Encrypts n bytes, at most TLS_RECORD_MAX, into the output.  It never returns
 * ERR_AGAIN: the caller limits the length of the output. */
MUST_CHECK int tls_send(struct tls *, const uint8_t *p, size_t n);
/* Appends a close_notify to the output; nothing can be sent afterwards. */
void tls_bye(struct tls *);

/* Encrypted bytes that the caller shall write to the socket. */
struct buf *tls_output(struct tls *);
/* Says that n bytes of the output were written.  The memory (up to 256 KiB) is
 * kept for the next burst; call tls_rest to free it when the connection is
 * idle. */
void tls_written(struct tls *, size_t n);
void tls_rest(struct tls *);

/* Whether half as many records went one way as one key may seal.  Then another
 * connection, with new keys, shall take the place of this one soon. */
bool tls_is_worn(const struct tls *);

/* The channel binding (RFC 9266): 32 bytes that both ends of this connection
 * compute, and no other connection. */
MUST_CHECK int tls_exporter(struct tls *, uint8_t out[TLS_EXPORTER]);
/* The key exchange of this connection, such as "X25519"; "" before the
 * handshake is done, and for NULL. */
const char *tls_key_exchange(const struct tls *);
/* On the agent's side: whether the gateway's certificate is valid now.  One
 * that was accepted by a pin need not be. */
enum tls_validity tls_peer_validity(const struct tls *,
				    char text[TLS_VALIDITY_TEXT]);
/* Why the connection has failed, as text that is never NULL.  Of a certificate
 * that was refused it contains the pin: "the gateway's certificate is not
 * trusted (...); its pin is sha256:...: if ..." */
const char *tls_why(const struct tls *);

/* ---- small cryptography -------------------------------------------------- */

/* Writes n random bytes, good enough for keys.  While the kernel has none it
 * logs an error, once, and waits. */
void tls_random(void *p, size_t n);
/* HMAC-SHA-256 (RFC 2104) over the concatenation of the parts. */
void tls_hmac(uint8_t out[32], const uint8_t key[32],
	      const struct tls_part *parts, size_t nparts);
/* Whether n bytes are equal, in a time that does not depend on them. */
bool tls_same(const void *a, const void *b, size_t n);
/* Overwrites secrets with zeros, which the compiler does not optimise away. */
void tls_wipe(void *p, size_t n);

#endif
