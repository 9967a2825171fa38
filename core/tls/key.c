/* SPDX-License-Identifier: BSD-2-Clause */
/* key.c - a gateway's private key, in the process that holds it. */
#include "tls/key.h"

#include "base/err.h"
#include "tls/cert.h"

#include <gnutls/crypto.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls_key {
	gnutls_privkey_t key;
	struct key_kind kind;
};

void tls_key_free(struct tls_key *k)
{
	if (!k)
		return;
	if (k->key)
		gnutls_privkey_deinit(k->key);
	free(k);
}

static int key_read(struct tls_key *k, const char *pem, char *why,
		    size_t why_cap)
{
	gnutls_datum_t text = { (void *)(uintptr_t)pem, (unsigned)strlen(pem) };
	int ret;

	if (!strstr(pem, "PRIVATE KEY-----")) {
		snprintf(why, why_cap,
			 "no PEM private key found "
			 "(-----BEGIN PRIVATE KEY-----)");
		return ERR_CONF;
	}
	if (strstr(pem, "ENCRYPTED")) {
		snprintf(why, why_cap,
			 "the private key is encrypted; remove "
			 "its passphrase: openssl pkey -in OLD -out NEW");
		return ERR_CONF;
	}
	ret = gnutls_privkey_init(&k->key);
	if (ret < 0)
		return ERR_NOMEM;
	ret = gnutls_privkey_import_x509_raw(k->key, &text, GNUTLS_X509_FMT_PEM,
					     NULL, 0);
	if (ret < 0)
		return cert_fail(ret, "cannot read the private key", why,
				 why_cap);
	return 0;
}

/* Whether the public key of the certificate is that of the private key. */
static int key_fits(const struct tls_key *k, gnutls_x509_crt_t crt, char *why,
		    size_t why_cap)
{
	uint8_t ours[PIN_LEN], theirs[PIN_LEN];
	size_t n = sizeof(ours);
	gnutls_pubkey_t pub;
	int ret;

	if (gnutls_pubkey_init(&pub) < 0)
		return ERR_NOMEM;
	ret = gnutls_pubkey_import_privkey(pub, k->key, 0, 0);
	if (ret >= 0)
		ret = gnutls_pubkey_get_key_id(pub, GNUTLS_KEYID_USE_SHA256,
					       ours, &n);
	gnutls_pubkey_deinit(pub);
	if (ret >= 0 && !cert_pin(crt, theirs) &&
	    !memcmp(ours, theirs, sizeof(ours)))
		return 0;
	snprintf(why, why_cap,
		 "the certificate does not match the private key");
	return ERR_CONF;
}

int tls_key_new(struct tls_key **out, const char *key_pem, const char *cert_pem,
		char *why, size_t why_cap)
{
	struct tls_key *k = calloc(1, sizeof(*k));
	gnutls_x509_crt_t crt = NULL;
	int ret = ERR_NOMEM;

	snprintf(why, why_cap, "out of memory");
	if (!k)
		goto out;
	ret = key_read(k, key_pem, why, why_cap);
	if (!ret)
		ret = cert_read(&crt, &k->kind, cert_pem, why, why_cap);
	if (!ret)
		ret = key_fits(k, crt, why, why_cap);
out:
	if (crt)
		gnutls_x509_crt_deinit(crt);
	if (ret) {
		tls_key_free(k);
		k = NULL;
	}
	*out = k;
	return ret;
}

/*
 * What a server signs in TLS 1.3 (RFC 8446, 4.4.3): 64 spaces, a context text,
 * a zero byte and the hash of the handshake.  Ed25519 signs all of it and not a
 * hash, so this process can check that it signs nothing else: an attacker who
 * controls the worker cannot have other texts signed.
 */
static bool is_certificate_verify(const uint8_t *p, size_t n)
{
	static const char context[] = "TLS 1.3, server CertificateVerify";
	const size_t spaces = 64, head = spaces + sizeof(context);

	if (n != head + 32 && n != head + 48)
		return false;
	for (size_t i = 0; i < spaces; i++)
		if (p[i] != ' ')
			return false;
	return !memcmp(p + spaces, context, sizeof(context));
}

static bool scheme_takes(const struct scheme *s, const struct tls_part *what)
{
	if (s->hash == GNUTLS_DIG_UNKNOWN)
		return is_certificate_verify(what->p, what->n);
	return what->n == gnutls_hash_get_len(s->hash);
}

int tls_key_sign(struct tls_key *k, int algorithm, const struct tls_part *what,
		 struct tls_sig *sig)
{
	const struct scheme *s = scheme_by_number(algorithm, k->kind);
	gnutls_datum_t in = { (void *)(uintptr_t)what->p, (unsigned)what->n };
	gnutls_datum_t made = { NULL, 0 };
	int ret;

	if (!s || !scheme_takes(s, what))
		return ERR_DENIED;
	if (s->hash == GNUTLS_DIG_UNKNOWN)
		ret = gnutls_privkey_sign_data2(k->key, s->sign, 0, &in, &made);
	else
		ret = gnutls_privkey_sign_hash2(
			k->key, s->sign,
			GNUTLS_PRIVKEY_FLAG_RSA_PSS_FIXED_SALT_LENGTH, &in,
			&made);
	if (ret < 0)
		return ERR_TLS;
	sig->n = made.size;
	if (made.size <= sizeof(sig->bytes))
		memcpy(sig->bytes, made.data, made.size);
	else
		ret = ERR_LIMIT;
	gnutls_free(made.data);
	return ret;
}
