/* SPDX-License-Identifier: BSD-2-Clause */
/* office.c - an authority that gives certificates to people. */
#include "tls/office.h"

#include "base/wire.h"

#include <check.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define OK(call) ck_assert_int_ge((call), 0)

const char *office_text(struct buf *b)
{
	uint8_t *end = buf_reserve(b, 1);

	ck_assert_ptr_nonnull(end);
	*end = 0;
	return (const char *)buf_ptr(b);
}

static void office_put(struct buf *to, gnutls_datum_t *from)
{
	ck_assert_int_eq(buf_append(to, from->data, from->size), 0);
	gnutls_free(from->data);
}

static void office_make_key(gnutls_x509_privkey_t *key)
{
	OK(gnutls_x509_privkey_init(key));
	OK(gnutls_x509_privkey_generate(
		*key, GNUTLS_PK_ECDSA,
		GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
}

static void office_date(gnutls_x509_crt_t crt, time_t from, time_t until)
{
	time_t now = time(NULL);

	OK(gnutls_x509_crt_set_version(crt, 3));
	OK(gnutls_x509_crt_set_activation_time(crt,
					       now + (from ? from : -3600)));
	OK(gnutls_x509_crt_set_expiration_time(crt,
					       now + (until ? until : 86400)));
}

void office_open(struct office *o, const char *name)
{
	gnutls_datum_t text;

	*o = (struct office){ 0 };
	office_make_key(&o->key);
	OK(gnutls_x509_crt_init(&o->crt));
	office_date(o->crt, 0, 0);
	OK(gnutls_x509_crt_set_serial(o->crt, "\x01", 1));
	OK(gnutls_x509_crt_set_dn_by_oid(o->crt, GNUTLS_OID_X520_COMMON_NAME, 0,
					 name, (unsigned)strlen(name)));
	OK(gnutls_x509_crt_set_basic_constraints(o->crt, 1, -1));
	OK(gnutls_x509_crt_set_key_usage(o->crt, GNUTLS_KEY_KEY_CERT_SIGN |
							 GNUTLS_KEY_CRL_SIGN));
	OK(gnutls_x509_crt_set_key(o->crt, o->key));
	OK(gnutls_x509_crt_sign2(o->crt, o->crt, o->key, GNUTLS_DIG_SHA256, 0));
	OK(gnutls_x509_crt_export2(o->crt, GNUTLS_X509_FMT_PEM, &text));
	office_put(&o->pem, &text);
}

void office_close(struct office *o)
{
	gnutls_x509_crt_deinit(o->crt);
	gnutls_x509_privkey_deinit(o->key);
	buf_fini(&o->pem);
}

static void office_subject(gnutls_x509_crt_t crt, const char *oid,
			   const char *text, size_t n)
{
	if (text)
		OK(gnutls_x509_crt_set_dn_by_oid(
			crt, oid, 0, text, (unsigned)(n ? n : strlen(text))));
}

static void office_alt(gnutls_x509_crt_t crt,
		       gnutls_x509_subject_alt_name_t type, const char *text)
{
	if (text)
		OK(gnutls_x509_crt_set_subject_alt_name(crt, type, text,
							(unsigned)strlen(text),
							GNUTLS_FSAN_APPEND));
}

/* As UTF8String in DER. */
static void office_upn(gnutls_x509_crt_t crt, const char *text)
{
	uint8_t der[128] = { 0x0c, (uint8_t)strlen(text) };

	memcpy(der + 2, text, strlen(text));
	OK(gnutls_x509_crt_set_subject_alt_othername(
		crt, "1.3.6.1.4.1.311.20.2.3", der, (unsigned)strlen(text) + 2,
		GNUTLS_FSAN_APPEND));
}

static void office_name(gnutls_x509_crt_t crt, const struct person *p)
{
	office_subject(crt, GNUTLS_OID_X520_COMMON_NAME, p->cn, p->cn_len);
	office_subject(crt, GNUTLS_OID_X520_COMMON_NAME, p->cn2, 0);
	office_subject(crt, GNUTLS_OID_LDAP_UID, p->uid, 0);
	office_alt(crt, GNUTLS_SAN_RFC822NAME, p->email);
	office_alt(crt, GNUTLS_SAN_RFC822NAME, p->email2);
	office_alt(crt, GNUTLS_SAN_URI, p->uri);
	office_alt(crt, GNUTLS_SAN_DNSNAME, p->dns);
	if (p->upn)
		office_upn(crt, p->upn);
}

void office_add(gnutls_x509_crt_t crt, struct buf *chain)
{
	gnutls_datum_t der;
	uint8_t head[4];
	struct wr w = wr_of(head, sizeof head);

	OK(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der));
	wr_u32(&w, der.size);
	ck_assert_int_eq(buf_append(chain, head, sizeof head), 0);
	office_put(chain, &der);
}

void office_issue(const struct office *o, const struct person *p,
		  struct buf *chain, struct buf *pem)
{
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
	gnutls_datum_t text;

	office_make_key(&key);
	OK(gnutls_x509_crt_init(&crt));
	office_date(crt, p->from, p->until);
	OK(gnutls_x509_crt_set_serial(
		crt, p->serial ? &p->serial : (const uint8_t *)"\x09", 1));
	office_name(crt, p);
	if (!p->no_purpose)
		OK(gnutls_x509_crt_set_key_purpose_oid(
			crt, p->purpose ? p->purpose : GNUTLS_KP_TLS_WWW_CLIENT,
			0));
	OK(gnutls_x509_crt_set_key(crt, key));
	OK(gnutls_x509_crt_sign2(crt, o->crt, o->key,
				 p->hash ? p->hash : GNUTLS_DIG_SHA256, 0));
	if (chain)
		office_add(crt, chain);
	if (pem) {
		OK(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &text));
		office_put(pem, &text);
		OK(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM,
					       &text));
		office_put(pem, &text);
	}
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(key);
}

void office_revoke(const struct office *o, uint8_t serial, time_t next,
		   struct buf *pem)
{
	time_t now = time(NULL);
	gnutls_x509_crl_t crl;
	gnutls_datum_t text;

	OK(gnutls_x509_crl_init(&crl));
	OK(gnutls_x509_crl_set_version(crl, 2));
	OK(gnutls_x509_crl_set_this_update(crl, now - 7200));
	OK(gnutls_x509_crl_set_next_update(crl, now + next));
	if (serial)
		OK(gnutls_x509_crl_set_crt_serial(crl, &serial, 1, now - 60));
	OK(gnutls_x509_crl_sign2(crl, o->crt, o->key, GNUTLS_DIG_SHA256, 0));
	OK(gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_PEM, &text));
	office_put(pem, &text);
	gnutls_x509_crl_deinit(crl);
}
