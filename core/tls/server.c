/* SPDX-License-Identifier: BSD-2-Clause */
/* server.c - a gateway's side of TLS: its certificate, a private key that
 * another process holds, and the choice of the virtual gateway by SNI name. */
#include "tls/cert.h"
#include "tls/client_ca.h"
#include "tls/session.h"

#include "base/err.h"
#include "base/wire.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls_server {
	gnutls_certificate_credentials_t cred;
	struct key_kind kind;
	struct tls_signer signer;
	bool asks; /* for a client certificate */
};

/* ---- the private key, which another process holds ------------------------ */

static int sign_there(const struct tls_server *s, gnutls_sign_algorithm_t algo,
		      const gnutls_datum_t *in, gnutls_datum_t *out)
{
	const struct scheme *scheme = scheme_by_sign(algo, s->kind);
	struct tls_part what = { in->data, in->size };
	struct tls_sig sig = { 0 };

	if (!scheme ||
	    s->signer.sign(s->signer.ctx, scheme->number, &what, &sig) ||
	    !sig.n || sig.n > sizeof(sig.bytes))
		return GNUTLS_E_PK_SIGN_FAILED;
	out->data = gnutls_malloc(sig.n);
	if (!out->data)
		return GNUTLS_E_MEMORY_ERROR;
	memcpy(out->data, sig.bytes, sig.n);
	out->size = (unsigned)sig.n;
	return 0;
}

/* GnuTLS needs both of these callbacks.  It calls the first one for Ed25519,
 * with the data, and the second one for all others, with a hash.
 * The signature is imposed. */
static int on_sign_data(gnutls_privkey_t key, gnutls_sign_algorithm_t algo,
			void *ctx, unsigned flags, const gnutls_datum_t *data,
			gnutls_datum_t *sig)
{
	(void)key;
	(void)flags;
	return sign_there(ctx, algo, data, sig);
}

/* The signature is imposed. */
static int on_sign_hash(gnutls_privkey_t key, gnutls_sign_algorithm_t algo,
			void *ctx, unsigned flags, const gnutls_datum_t *hash,
			gnutls_datum_t *sig)
{
	(void)key;
	(void)flags;
	return sign_there(ctx, algo, hash, sig);
}

static int on_key_info(gnutls_privkey_t key, unsigned flags, void *ctx)
{
	const struct tls_server *s = ctx;

	(void)key;
	if (flags & GNUTLS_PRIVKEY_INFO_PK_ALGO)
		return (int)s->kind.pk;
	if (flags & GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS)
		return (int)s->kind.bits;
	if (flags & GNUTLS_PRIVKEY_INFO_HAVE_SIGN_ALGO)
		return scheme_by_sign(GNUTLS_FLAGS_TO_SIGN_ALGO(flags),
				      s->kind) != NULL;
	return -1;
}

/* ---- the certificate ----------------------------------------------------- */

static void chain_free(gnutls_pcert_st *chain, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		gnutls_pcert_deinit(&chain[i]);
}

/* On success the credentials own the chain's contents and the key. */
static int set_key(struct tls_server *s, gnutls_pcert_st *chain, unsigned n)
{
	gnutls_privkey_t key;
	int ret = gnutls_privkey_init(&key);

	if (ret < 0)
		return ret;
	ret = gnutls_privkey_import_ext4(key, s, on_sign_data, on_sign_hash,
					 NULL, NULL, on_key_info, 0);
	if (ret >= 0)
		ret = gnutls_certificate_set_key(s->cred, NULL, 0, chain,
						 (int)n, key);
	if (ret < 0)
		gnutls_privkey_deinit(key);
	return ret;
}

static int load_chain(struct tls_server *s, const char *pem, char *why,
		      size_t why_cap)
{
	gnutls_datum_t text = { (void *)(uintptr_t)pem, (unsigned)strlen(pem) };
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned n = CHAIN_MAX;
	int ret = gnutls_pcert_list_import_x509_raw(
		chain, &n, &text, GNUTLS_X509_FMT_PEM,
		GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED |
			GNUTLS_X509_CRT_LIST_SORT);

	if (ret < 0)
		return cert_fail(ret, "cannot read the certificate chain", why,
				 why_cap);
	ret = set_key(s, chain, n);
	if (ret >= 0)
		return 0;
	chain_free(chain, n);
	return cert_fail(ret, "cannot use the certificate", why, why_cap);
}

int tls_server_new(struct tls_server **out, const char *cert_pem,
		   const struct tls_signer *signer, char *why, size_t why_cap)
{
	struct tls_server *s = calloc(1, sizeof(*s));
	gnutls_x509_crt_t crt;
	int ret = ERR_NOMEM;

	snprintf(why, why_cap, "out of memory");
	if (!s || gnutls_certificate_allocate_credentials(&s->cred) < 0)
		goto out;
	s->signer = *signer;
	/* Without this flag GnuTLS would ask for a signature to see whether key
	 * and certificate match; tls_key_new has checked that. */
	gnutls_certificate_set_flags(s->cred,
				     GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH);
	ret = cert_read(&crt, &s->kind, cert_pem, why, why_cap);
	if (ret)
		goto out;
	gnutls_x509_crt_deinit(crt);
	ret = load_chain(s, cert_pem, why, why_cap);
out:
	if (ret) {
		tls_server_free(s);
		s = NULL;
	}
	*out = s;
	return ret;
}

void tls_server_ask(struct tls_server *s)
{
	s->asks = true;
}

void tls_server_free(struct tls_server *s)
{
	if (!s)
		return;
	if (s->cred)
		gnutls_certificate_free_credentials(s->cred);
	free(s);
}

/* ---- connections --------------------------------------------------------- */

/* Keeps the client's SNI name in lower case, "" if it sent none.  Returns a
 * GnuTLS code. */
static int read_sni(struct tls *t)
{
	char name[TLS_NAME_MAX];
	size_t n = sizeof(name);
	unsigned type;
	int ret = gnutls_server_name_get(t->session, name, &n, &type, 0);

	if (ret == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
	    (ret >= 0 && type != GNUTLS_NAME_DNS))
		name[0] = 0;
	else if (ret < 0)
		return tls_session_refuse(t, GNUTLS_E_UNRECOGNIZED_NAME,
					  "the client sent a malformed server "
					  "name (SNI)");
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	t->sni = strdup(name);
	return t->sni ? 0 : GNUTLS_E_MEMORY_ERROR;
}

/* GnuTLS calls this when it has read the ClientHello and has chosen nothing
 * yet. */
static int server_on_hello(gnutls_session_t session)
{
	struct tls *t = gnutls_session_get_ptr(session);
	struct tls_server *s;
	int ret;

	if (t->sni) /* the second ClientHello, after a HelloRetryRequest */
		return 0;
	/* For a client without TLS 1.3 the error of GnuTLS would be about
	 * cipher suites. */
	if (gnutls_protocol_get_version(session) != GNUTLS_TLS1_3)
		return GNUTLS_E_UNSUPPORTED_VERSION_PACKET;
	ret = tls_session_check_alpn(t);
	if (ret < 0)
		return ret;
	ret = read_sni(t);
	if (ret < 0)
		return ret;
	s = t->select(t->select_ctx, t->sni);
	if (!s && tls_speaks_http(t))
		return GNUTLS_E_NO_APPLICATION_PROTOCOL;
	if (!s && !t->sni[0])
		return tls_session_refuse(t, GNUTLS_E_UNRECOGNIZED_NAME,
					  "the client sent no server name "
					  "(SNI), so it is not known which "
					  "gateway it wants");
	if (!s)
		return tls_session_refuse(
			t, GNUTLS_E_UNRECOGNIZED_NAME,
			"the client asks for the unknown server "
			"name \"%s\"",
			t->sni);
	if (s->asks)
		gnutls_certificate_server_set_request(session,
						      GNUTLS_CERT_REQUEST);
	return gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, s->cred);
}

struct tls *tls_accept_new(tls_select_fn *select, void *ctx)
{
	struct tls *t = tls_session_new(GNUTLS_SERVER);

	if (!t)
		return NULL;
	t->select = select;
	t->select_ctx = ctx;
	gnutls_handshake_set_post_client_hello_function(t->session,
							server_on_hello);
	return t;
}

int tls_peer_chain(const struct tls *t, struct buf *out)
{
	unsigned n = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(t->session,
								   &n);
	size_t whole = 0;
	uint8_t head[4];
	int ret = 0;

	if (!chain || !n)
		return ERR_NOTFOUND;
	for (unsigned i = 0; i < n; i++)
		whole += sizeof head + chain[i].size;
	if (n > CLIENT_CHAIN_CERTS || whole > CLIENT_CHAIN_MAX)
		return ERR_LIMIT;
	for (unsigned i = 0; i < n && !ret; i++) {
		struct wr w = wr_of(head, sizeof head);

		wr_u32(&w, chain[i].size);
		ret = buf_append(out, head, sizeof head);
		if (!ret)
			ret = buf_append(out, chain[i].data, chain[i].size);
	}
	return ret;
}
