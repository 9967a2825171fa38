/* SPDX-License-Identifier: BSD-2-Clause */
/* cert.c - reading certificates. */
#include "tls/cert.h"

#include "base/addr.h"
#include "base/err.h"

#include <stdio.h>
#include <string.h>

static const char pin_start[] = "sha256:";

int cert_fail(int code, const char *what, char *why, size_t why_cap)
{
	snprintf(why, why_cap, "%s: %s", what, gnutls_strerror(code));
	return code == GNUTLS_E_MEMORY_ERROR ? ERR_NOMEM : ERR_CONF;
}

static int read_kind(gnutls_x509_crt_t crt, struct key_kind *kind, char *why,
		     size_t why_cap)
{
	const char *name;
	int pk = gnutls_x509_crt_get_pk_algorithm(crt, &kind->bits);

	if (pk < 0)
		return cert_fail(pk, "cannot read the certificate's key", why,
				 why_cap);
	kind->pk = (gnutls_pk_algorithm_t)pk;
	if (scheme_takes_key(*kind))
		return 0;
	name = gnutls_pk_algorithm_get_name(kind->pk);
	snprintf(why, why_cap,
		 "the certificate's key type is not supported: %s of %u bits; "
		 "use ECDSA P-256, Ed25519, or RSA of at least 2048 bits",
		 name ? name : "unknown", kind->bits);
	return ERR_CONF;
}

int cert_read(gnutls_x509_crt_t *crt, struct key_kind *kind, const char *pem,
	      char *why, size_t why_cap)
{
	gnutls_datum_t text = { (void *)(uintptr_t)pem, (unsigned)strlen(pem) };
	int ret;

	if (!strstr(pem, "-----BEGIN CERTIFICATE-----")) {
		snprintf(why, why_cap,
			 "no PEM certificate found "
			 "(-----BEGIN CERTIFICATE-----)");
		return ERR_CONF;
	}
	if (gnutls_x509_crt_init(crt) < 0)
		return ERR_NOMEM;
	ret = gnutls_x509_crt_import(*crt, &text, GNUTLS_X509_FMT_PEM);
	if (ret < 0)
		ret = cert_fail(ret, "cannot read the certificate", why,
				why_cap);
	else
		ret = read_kind(*crt, kind, why, why_cap);
	if (ret) {
		gnutls_x509_crt_deinit(*crt);
		*crt = NULL;
	}
	return ret;
}

int cert_pin(gnutls_x509_crt_t crt, uint8_t pin[PIN_LEN])
{
	size_t n = PIN_LEN;

	/* GnuTLS's key id is the hash of the SubjectPublicKeyInfo. */
	if (gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256, pin, &n))
		return ERR_TLS;
	return n == PIN_LEN ? 0 : ERR_TLS;
}

void cert_pin_text(const uint8_t pin[PIN_LEN], char text[TLS_PIN_TEXT])
{
	size_t at = sizeof(pin_start) - 1;

	memcpy(text, pin_start, at);
	for (size_t i = 0; i < PIN_LEN; i++, at += 2)
		snprintf(text + at, TLS_PIN_TEXT - at, "%02x", pin[i]);
}

int cert_pin_parse(const char *text, uint8_t pin[PIN_LEN])
{
	const size_t at = sizeof(pin_start) - 1;
	gnutls_datum_t hex;
	size_t n = PIN_LEN;

	if (strncmp(text, pin_start, at) ||
	    strspn(text + at, "0123456789abcdefABCDEF") != PIN_LEN * 2 ||
	    text[at + PIN_LEN * 2])
		return ERR_INVAL;
	hex.data = (void *)(uintptr_t)(text + at);
	hex.size = PIN_LEN * 2;
	return gnutls_hex_decode(&hex, pin, &n) < 0 ? ERR_INVAL : 0;
}

int tls_pin_of(const char *cert_pem, char pin[TLS_PIN_TEXT])
{
	struct key_kind kind;
	gnutls_x509_crt_t crt;
	uint8_t raw[PIN_LEN];
	char why[160];
	int ret = cert_read(&crt, &kind, cert_pem, why, sizeof(why));

	if (ret)
		return ret;
	ret = cert_pin(crt, raw);
	gnutls_x509_crt_deinit(crt);
	if (!ret)
		cert_pin_text(raw, pin);
	return ret;
}

bool tls_browsers_take(const char *cert_pem)
{
	struct key_kind kind;
	gnutls_x509_crt_t crt;
	char why[160];

	if (cert_read(&crt, &kind, cert_pem, why, sizeof(why)))
		return false;
	gnutls_x509_crt_deinit(crt);
	return kind.pk != GNUTLS_PK_EDDSA_ED25519;
}

/* Reads the subject alternative name at place `seq`, an address as text.
 * Returns its GNUTLS_SAN_ type, or a negative GnuTLS code behind the last. */
static int alt_name(gnutls_x509_crt_t crt, unsigned seq,
		    char name[TLS_NAME_MAX])
{
	size_t n = TLS_NAME_MAX - 1;
	struct addr a = { 0 };
	char text[ADDR_TEXT];
	int type = gnutls_x509_crt_get_subject_alt_name(crt, seq, name, &n,
							NULL);

	if (type < 0)
		return type;
	if (type == GNUTLS_SAN_IPADDRESS && (n == 4 || n == 16)) {
		a.family = n == 4 ? AF_INET : AF_INET6;
		memcpy(a.ip, name, n);
		snprintf(name, TLS_NAME_MAX, "%s", addr_host(&a, text));
	} else {
		name[n] = 0;
	}
	return type;
}

static int name_of(gnutls_x509_crt_t crt, char name[TLS_NAME_MAX])
{
	size_t n = TLS_NAME_MAX;
	int type;

	for (unsigned i = 0; (type = alt_name(crt, i, name)) >= 0; i++)
		if (type == GNUTLS_SAN_DNSNAME || type == GNUTLS_SAN_IPADDRESS)
			return 0;
	name[0] = 0;
	return gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME,
					     0, 0, name, &n) < 0 ?
		       ERR_TLS :
		       0;
}

int tls_certificate_name(const char *cert_pem, char name[TLS_NAME_MAX])
{
	struct key_kind kind;
	gnutls_x509_crt_t crt;
	char why[160];
	int ret = cert_read(&crt, &kind, cert_pem, why, sizeof(why));

	if (ret)
		return ret;
	ret = name_of(crt, name);
	gnutls_x509_crt_deinit(crt);
	return ret;
}

unsigned cert_name_as_ip(const char *name, uint8_t ip[16])
{
	struct addr a;

	if (addr_parse(&a, name, 0))
		return 0;
	memcpy(ip, a.ip, 16);
	return a.family == AF_INET ? 4 : 16;
}
