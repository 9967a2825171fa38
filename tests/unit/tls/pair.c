/* SPDX-License-Identifier: BSD-2-Clause */
/* pair.c - two ends of a TLS connection, joined in memory. */
#include "pair.h"

#include "base/err.h"
#include "tls/session.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *text_of(struct buf *b)
{
	uint8_t *end = buf_reserve(b, 1);

	ck_assert_ptr_nonnull(end);
	*end = 0;
	return (const char *)buf_ptr(b);
}

/* ---- gateways -------------------------------------------------------------- */

static int gate_sign(void *ctx, int algorithm, const struct tls_part *what,
		     struct tls_sig *sig)
{
	struct gate *g = ctx;

	g->signatures++;
	return g->refuse ? ERR_DENIED :
			   tls_key_sign(g->key, algorithm, what, sig);
}

static void gate_load(struct gate *g)
{
	struct tls_signer signer = { gate_sign, g };
	const char *cert = text_of(&g->cert), *key = text_of(&g->key_pem);
	char why[256] = "";

	ck_assert_msg(!tls_key_new(&g->key, key, cert, why, sizeof(why)), "%s",
		      why);
	ck_assert_msg(!tls_server_new(&g->server, cert, &signer, why,
				      sizeof(why)),
		      "%s", why);
	ck_assert_int_eq(tls_pin_of(cert, g->pin), 0);
}

void gate_open(struct gate *g, const char *name)
{
	*g = (struct gate){ .name = name };
	ck_assert_int_eq(
		tls_make_certificate(name, NULL, &g->cert, &g->key_pem), 0);
	gate_load(g);
}

static void put_pem(struct buf *b, gnutls_datum_t *text)
{
	ck_assert_int_eq(buf_append(b, text->data, text->size), 0);
	gnutls_free(text->data);
}

static void fill_crt(gnutls_x509_crt_t crt, const struct recipe *r)
{
	time_t now = time(NULL);

	gnutls_x509_crt_set_version(crt, 3);
	gnutls_x509_crt_set_serial(crt, "\x01", 1);
	gnutls_x509_crt_set_activation_time(crt,
					    now + (r->from ? r->from : -3600));
	gnutls_x509_crt_set_expiration_time(crt, now + (r->until ? r->until :
								   86400));
	if (r->dns)
		gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME,
					      0, r->dns,
					      (unsigned)strlen(r->dns));
	if (r->dns)
		gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME,
						     r->dns,
						     (unsigned)strlen(r->dns),
						     GNUTLS_FSAN_SET);
	if (r->ip)
		gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS,
						     r->ip, 4, GNUTLS_FSAN_SET);
}

static void sign_crt(gnutls_x509_crt_t crt, struct gate *issuer)
{
	gnutls_datum_t cert = { buf_ptr(&issuer->cert),
				(unsigned)buf_len(&issuer->cert) };
	gnutls_datum_t pem = { buf_ptr(&issuer->key_pem),
			       (unsigned)buf_len(&issuer->key_pem) };
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t ca;

	gnutls_x509_privkey_init(&key);
	gnutls_x509_crt_init(&ca);
	ck_assert_int_eq(gnutls_x509_crt_import(ca, &cert, GNUTLS_X509_FMT_PEM),
			 0);
	ck_assert_int_eq(
		gnutls_x509_privkey_import(key, &pem, GNUTLS_X509_FMT_PEM), 0);
	ck_assert_int_eq(
		gnutls_x509_crt_sign2(crt, ca, key, GNUTLS_DIG_SHA256, 0), 0);
	gnutls_x509_crt_deinit(ca);
	gnutls_x509_privkey_deinit(key);
}

void gate_pem(struct gate *g, const struct recipe *r)
{
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
	gnutls_datum_t text;
	gnutls_digest_algorithm_t dig = r->pk == GNUTLS_PK_EDDSA_ED25519 ?
						GNUTLS_DIG_SHA512 :
						GNUTLS_DIG_SHA256;

	*g = (struct gate){ 0 };
	gnutls_x509_privkey_init(&key);
	gnutls_x509_crt_init(&crt);
	ck_assert_int_eq(gnutls_x509_privkey_generate(key, r->pk, r->bits, 0),
			 0);
	fill_crt(crt, r);
	gnutls_x509_crt_set_key(crt, key);
	if (r->is_ca)
		gnutls_x509_crt_set_basic_constraints(crt, 1, -1);
	if (r->issuer)
		sign_crt(crt, r->issuer);
	else
		ck_assert_int_eq(gnutls_x509_crt_sign2(crt, crt, key, dig, 0),
				 0);
	gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &text);
	put_pem(&g->cert, &text);
	if (r->issuer)
		ck_assert_int_eq(buf_append(&g->cert, buf_ptr(&r->issuer->cert),
					    buf_len(&r->issuer->cert)),
				 0);
	/* PKCS #8 where there is no older form. */
	if (r->pk == GNUTLS_PK_EDDSA_ED25519)
		gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM,
						  NULL, GNUTLS_PKCS_PLAIN,
						  &text);
	else
		gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &text);
	put_pem(&g->key_pem, &text);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(key);
}

void gate_custom(struct gate *g, const struct recipe *r)
{
	gate_pem(g, r);
	g->name = r->dns;
	gate_load(g);
}

void gate_close(struct gate *g)
{
	tls_server_free(g->server);
	tls_key_free(g->key);
	buf_fini(&g->cert);
	buf_fini(&g->key_pem);
}

struct tls_server *gate_select(void *ctx, const char *sni)
{
	struct gate *g = ctx;

	g->asked++;
	return !g->name || !strcmp(sni, g->name) ? g->server : NULL;
}

/* ---- pairs ------------------------------------------------------------------ */

struct tls_client *client_of(const struct tls_client_conf *conf)
{
	struct tls_client *c;
	char why[256] = "";

	ck_assert_msg(!tls_client_new(&c, conf, why, sizeof(why)), "%s", why);
	return c;
}

struct tls_client *client_pinning(const struct gate *g, const char *name)
{
	const char *pins[] = { g->pin, NULL };
	struct tls_client_conf conf = { .server_name = name, .pins = pins };

	return client_of(&conf);
}

unsigned pair_stays;

struct pair pair_new(struct gate *g, struct tls_client *c)
{
	struct pair p = { tls_connect_new(c), tls_accept_new(gate_select, g) };

	ck_assert_ptr_nonnull(p.c);
	ck_assert_ptr_nonnull(p.s);
	p.c->stays = pair_stays & PAIR_CLIENT;
	p.s->stays = pair_stays & PAIR_SERVER;
	return p;
}

void pair_free(struct pair *p)
{
	tls_free(p->c);
	tls_free(p->s);
}

size_t carry(struct tls *from, struct tls *to, size_t n, struct lent *lent)
{
	struct buf *out = tls_output(from);

	n = MIN(n, MIN(buf_len(out), sizeof(lent->bytes)));
	if (n)
		memcpy(lent->bytes, buf_ptr(out), n);
	tls_written(from, n);
	tls_input(to, lent->bytes, n);
	return n;
}

struct ends pair_shake(struct pair *p, size_t step)
{
	struct ends e = { ERR_AGAIN, ERR_AGAIN };
	struct lent lent;
	const uint8_t *none;

	e.c = tls_handshake(p->c);
	for (bool moved = true; moved;) {
		moved = carry(p->c, p->s, step, &lent) > 0;
		if (e.s == ERR_AGAIN)
			e.s = tls_handshake(p->s);
		moved |= carry(p->s, p->c, step, &lent) > 0;
		if (e.c == ERR_AGAIN)
			e.c = tls_handshake(p->c);
		/* An alert that comes after the client thought it was done. */
		else if (e.c == 0 && tls_recv(p->c, &none) == ERR_TLS)
			e.c = ERR_TLS;
	}
	return e;
}

struct pair pair_up(struct gate *g, struct tls_client **c)
{
	struct pair p;
	struct ends e;

	*c = client_pinning(g, g->name);
	p = pair_new(g, *c);
	e = pair_shake(&p, SIZE_MAX);
	ck_assert_msg(!e.c && !e.s, "client: %s; server: %s", tls_why(p.c),
		      tls_why(p.s));
	return p;
}

/* ---- a peer that is plain GnuTLS --------------------------------------------- */

static ssize_t raw_pull(gnutls_transport_ptr_t ctx, void *to, size_t n)
{
	struct raw *r = ctx;

	n = MIN(n, buf_len(&r->in));
	if (!n) {
		errno = EAGAIN;
		return -1;
	}
	memcpy(to, buf_ptr(&r->in), n);
	buf_take(&r->in, n);
	return (ssize_t)n;
}

static ssize_t raw_push(gnutls_transport_ptr_t ctx, const void *p, size_t n)
{
	struct raw *r = ctx;

	ck_assert_int_eq(buf_append(&r->out, p, n), 0);
	return (ssize_t)n;
}

void raw_open(struct raw *r, unsigned role, const char *priorities,
	      const char *alpn)
{
	gnutls_datum_t name = { (void *)(uintptr_t)alpn,
				alpn ? (unsigned)strlen(alpn) : 0 };

	*r = (struct raw){ 0 };
	gnutls_init(&r->session, role | GNUTLS_NONBLOCK);
	ck_assert_int_eq(
		gnutls_priority_set_direct(r->session, priorities, NULL), 0);
	gnutls_certificate_allocate_credentials(&r->cred);
	gnutls_credentials_set(r->session, GNUTLS_CRD_CERTIFICATE, r->cred);
	if (alpn)
		gnutls_alpn_set_protocols(r->session, &name, 1, 0);
	gnutls_transport_set_ptr(r->session, r);
	gnutls_transport_set_pull_function(r->session, raw_pull);
	gnutls_transport_set_push_function(r->session, raw_push);
}

void raw_use(struct raw *r, struct gate *g)
{
	gnutls_datum_t cert = { buf_ptr(&g->cert),
				(unsigned)buf_len(&g->cert) };
	gnutls_datum_t key = { buf_ptr(&g->key_pem),
			       (unsigned)buf_len(&g->key_pem) };

	ck_assert_int_eq(gnutls_certificate_set_x509_key_mem(
				 r->cred, &cert, &key, GNUTLS_X509_FMT_PEM),
			 0);
}

void raw_close(struct raw *r)
{
	gnutls_deinit(r->session);
	gnutls_certificate_free_credentials(r->cred);
	buf_fini(&r->in);
	buf_fini(&r->out);
}

void raw_to_tls(struct raw *r, struct tls *t, struct lent *lent)
{
	size_t n = MIN(buf_len(&r->out), sizeof(lent->bytes));

	if (n)
		memcpy(lent->bytes, buf_ptr(&r->out), n);
	buf_take(&r->out, n);
	tls_input(t, lent->bytes, n);
}

void tls_to_raw(struct tls *t, struct raw *r)
{
	struct buf *out = tls_output(t);

	ck_assert_int_eq(buf_append(&r->in, buf_ptr(out), buf_len(out)), 0);
	buf_take(out, buf_len(out));
}

struct ends raw_shake(struct raw *r, struct tls *t)
{
	struct ends e = { GNUTLS_E_AGAIN, ERR_AGAIN };
	struct lent lent;
	const uint8_t *none;

	for (int i = 0; i < 6; i++) {
		if (e.c == GNUTLS_E_AGAIN)
			e.c = gnutls_handshake(r->session);
		raw_to_tls(r, t, &lent);
		if (e.s == ERR_AGAIN)
			e.s = tls_handshake(t);
		/* Session tickets may be behind the handshake. */
		if (e.s == 0 && tls_recv(t, &none) == ERR_TLS)
			e.s = ERR_TLS;
		tls_to_raw(t, r);
	}
	return e;
}
