/* SPDX-License-Identifier: BSD-2-Clause */
/* make.c - a fresh key with a self-signed certificate. */
#include "tls/key.h"

#include "base/err.h"
#include "tls/cert.h"

#include <string.h>
#include <time.h>

enum {
	CN_MAX = 64, /* RFC 5280, ub-common-name */
	NAME_MAX_DNS = 253,
	DAYS = 3650,
	DAY = 24 * 60 * 60,
};

static int make_add_name(gnutls_x509_crt_t crt, const char *name)
{
	uint8_t ip[16];
	unsigned ip_len = cert_name_as_ip(name, ip);

	if (ip_len)
		return gnutls_x509_crt_set_subject_alt_name(
			crt, GNUTLS_SAN_IPADDRESS, ip, ip_len,
			GNUTLS_FSAN_APPEND);
	return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME,
						    name,
						    (unsigned)strlen(name),
						    GNUTLS_FSAN_APPEND);
}

static int set_names(gnutls_x509_crt_t crt, const char *name, const char *also)
{
	unsigned len = (unsigned)strlen(name);
	int ret = 0;

	if (len <= CN_MAX)
		ret = gnutls_x509_crt_set_dn_by_oid(
			crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, len);
	if (ret >= 0)
		ret = make_add_name(crt, name);
	if (ret >= 0 && also)
		ret = make_add_name(crt, also);
	if (ret < 0 || !strcmp(name, "localhost"))
		return ret;
	return make_add_name(crt, "localhost");
}

static int set_serial_and_time(gnutls_x509_crt_t crt)
{
	uint8_t serial[16];
	time_t now = time(NULL);
	int ret;

	tls_random(serial, sizeof(serial));
	serial[0] = (uint8_t)((serial[0] & 0x3f) |
			      0x40); /* a positive number of 16 bytes */
	ret = gnutls_x509_crt_set_serial(crt, serial, sizeof(serial));
	/* An hour ago, for agents whose clock is behind. */
	if (ret >= 0)
		ret = gnutls_x509_crt_set_activation_time(crt, now - 60 * 60);
	if (ret >= 0)
		ret = gnutls_x509_crt_set_expiration_time(
			crt, now + (time_t)DAYS * DAY);
	return ret;
}

static int set_use(gnutls_x509_crt_t crt)
{
	int ret = gnutls_x509_crt_set_version(crt, 3);

	if (ret >= 0)
		ret = gnutls_x509_crt_set_basic_constraints(crt, 0, -1);
	if (ret >= 0)
		ret = gnutls_x509_crt_set_key_usage(
			crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
	if (ret >= 0)
		ret = gnutls_x509_crt_set_key_purpose_oid(
			crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
	return ret;
}

static int make_key(gnutls_x509_privkey_t key)
{
	return gnutls_x509_privkey_generate(
		key, GNUTLS_PK_EDDSA_ED25519,
		GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519), 0);
}

/* The names have been set before. */
static int make_finish(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key)
{
	int ret = set_use(crt);

	if (ret >= 0)
		ret = set_serial_and_time(crt);
	if (ret >= 0)
		ret = gnutls_x509_crt_set_key(crt, key);
	if (ret >= 0)
		/* SHA-512 is the only hash that Ed25519 can use. */
		ret = gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA512,
					    0);
	return ret;
}

static int export(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key,
		  struct buf *cert_pem, struct buf *key_pem)
{
	gnutls_datum_t text = { NULL, 0 };
	int ret;

	if (gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &text) < 0)
		return ERR_TLS;
	ret = buf_append(cert_pem, text.data, text.size);
	gnutls_free(text.data);
	if (ret)
		return ret;
	if (gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL,
					      GNUTLS_PKCS_PLAIN, &text) < 0)
		return ERR_TLS;
	ret = buf_append(key_pem, text.data, text.size);
	tls_wipe(text.data, text.size);
	gnutls_free(text.data);
	return ret;
}

static bool name_is_ok(const char *name)
{
	return name[0] && strlen(name) <= NAME_MAX_DNS &&
	       !strpbrk(name, " \t\r\n");
}

int tls_make_certificate(const char *name, const char *also,
			 struct buf *cert_pem, struct buf *key_pem)
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crt_t crt = NULL;
	int ret = ERR_NOMEM;

	if (!name_is_ok(name) || (also && !name_is_ok(also)))
		return ERR_INVAL;
	if (gnutls_x509_privkey_init(&key) < 0 ||
	    gnutls_x509_crt_init(&crt) < 0)
		goto out;
	ret = make_key(key) < 0 || set_names(crt, name, also) < 0 ||
			      make_finish(crt, key) < 0 ?
		      ERR_TLS :
		      0;
	if (!ret)
		ret = export(crt, key, cert_pem, key_pem);
out:
	if (crt)
		gnutls_x509_crt_deinit(crt);
	if (key)
		gnutls_x509_privkey_deinit(key);
	return ret;
}
