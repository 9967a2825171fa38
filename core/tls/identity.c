/* SPDX-License-Identifier: BSD-2-Clause */
/* identity.c - reads a client's certificate and key, from files or through
 * PKCS#11. */
#include "tls/identity.h"

#include "base/err.h"
#include "tls/cert.h"
#include "tls/session.h"

#include <gnutls/abstract.h>
#include <gnutls/pkcs11.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls_identity {
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned n;
	gnutls_privkey_t key;
	/* While it is read. */
	const char *pin;
	bool asked;   /* for a PIN */
	bool refused; /* the PIN was wrong */
	bool last;    /* another wrong one would lock the token */
};

static bool is_token(const char *name)
{
	return !strncmp(name, "pkcs11:", 7);
}

/* GnuTLS asks again where the PIN was wrong: it has got the only one.
 * The signature is imposed. */
static int identity_on_pin(void *ctx, int attempt, const char *url,
			   const char *label, unsigned flags, char *pin,
			   size_t cap)
{
	struct tls_identity *id = ctx;

	(void)url;
	(void)label;
	id->asked = true;
	id->refused |= attempt > 0 || flags & GNUTLS_PIN_WRONG;
	id->last = flags & GNUTLS_PIN_FINAL_TRY;
	if (!id->pin || id->refused || id->last || strlen(id->pin) >= cap)
		return GNUTLS_E_PKCS11_PIN_ERROR;
	snprintf(pin, cap, "%s", id->pin);
	return 0;
}

/* ---- errors -------------------------------------------------------------- */

static int identity_pin_failed(const struct tls_identity *id, const char *name,
			       char *why, size_t why_cap)
{
	bool token = is_token(name);

	if (id->last)
		snprintf(why, why_cap,
			 "%s: one more wrong PIN would lock the token: log in "
			 "to it by another program first",
			 name);
	else if (id->pin)
		snprintf(why, why_cap, "%s: the %s is wrong", name,
			 token ? "PIN" : "passphrase");
	else
		snprintf(why, why_cap, "%s: a %s is needed", name,
			 token ? "PIN" : "passphrase");
	return id->pin && !id->last ? ERR_DENIED : ERR_NOTFOUND;
}

static int identity_failed(const struct tls_identity *id, int code,
			   const char *name, char *why, size_t why_cap)
{
	if (code == GNUTLS_E_MEMORY_ERROR)
		return ERR_NOMEM;
	if (code == GNUTLS_E_PKCS11_PIN_LOCKED) {
		snprintf(why, why_cap, "%s: the token has locked itself", name);
		return ERR_DENIED;
	}
	/* Of a PIN that the URI tells nobody is asked. */
	if (code == GNUTLS_E_PKCS11_PIN_ERROR && !id->asked) {
		snprintf(why, why_cap, "%s: the PIN is wrong", name);
		return ERR_DENIED;
	}
	/* Each kind of key has codes of its own for a wrong PIN. */
	if (id->asked && code != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return identity_pin_failed(id, name, why, why_cap);
	if (is_token(name) &&
	    (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
	     code == GNUTLS_E_PKCS11_REQUESTED_OBJECT_NOT_AVAILBLE))
		snprintf(why, why_cap,
			 "%s: no token is there that has it; p11tool "
			 "--list-tokens shows those that are",
			 name);
	else
		snprintf(why, why_cap, "%s: %s", name, gnutls_strerror(code));
	return ERR_CONF;
}

/* ---- the certificate and its key ----------------------------------------- */

static int identity_read_chain(struct tls_identity *id, const char *name)
{
	int ret;

	id->n = CHAIN_MAX;
	ret = gnutls_pcert_list_import_x509_file(id->chain, &id->n, name,
						 GNUTLS_X509_FMT_PEM,
						 identity_on_pin, id, 0);
	if (ret < 0)
		id->n = 0;
	return ret;
}

static int identity_read_file(struct tls_identity *id, const char *name)
{
	gnutls_datum_t text = { NULL, 0 };
	int ret = gnutls_load_file(name, &text);

	if (ret < 0)
		return ret;
	ret = gnutls_privkey_import_x509_raw(id->key, &text,
					     GNUTLS_X509_FMT_PEM, id->pin, 0);
	/* GnuTLS asks nobody for the passphrase. */
	id->asked |= ret == GNUTLS_E_DECRYPTION_FAILED;
	tls_wipe(text.data, text.size);
	gnutls_free(text.data);
	return ret;
}

static int identity_read_key(struct tls_identity *id, const char *name)
{
	int ret = gnutls_privkey_init(&id->key);

	if (ret < 0)
		return ret;
	gnutls_privkey_set_pin_function(id->key, identity_on_pin, id);
	return is_token(name) ? gnutls_privkey_import_url(id->key, name, 0) :
				identity_read_file(id, name);
}

/* A URI that names a certificate in a token leads to its key where it says
 * nothing of types. */
static char *identity_key_name(const struct tls_identity_conf *conf)
{
	static const char type[] = ";type=cert";
	char *name = strdup(conf->key ? conf->key : conf->certificate), *at;

	if (!name || conf->key || !is_token(name))
		return name;
	at = strstr(name, type);
	if (at)
		memmove(at, at + sizeof type - 1,
			strlen(at + sizeof type - 1) + 1);
	return name;
}

/* Whether the key is that of the certificate. */
static int identity_fits(const struct tls_identity *id, const char *name,
			 char *why, size_t why_cap)
{
	uint8_t mine[PIN_LEN], shown[PIN_LEN];
	size_t n = sizeof mine, m = sizeof shown;
	gnutls_pubkey_t pub;
	int ret;

	if (gnutls_pubkey_init(&pub) < 0)
		return ERR_NOMEM;
	ret = gnutls_pubkey_import_privkey(pub, id->key, 0, 0);
	if (ret >= 0)
		ret = gnutls_pubkey_get_key_id(pub, GNUTLS_KEYID_USE_SHA256,
					       mine, &n);
	if (ret >= 0)
		ret = gnutls_pubkey_get_key_id(id->chain[0].pubkey,
					       GNUTLS_KEYID_USE_SHA256, shown,
					       &m);
	gnutls_pubkey_deinit(pub);
	if (ret >= 0 && n == m && !memcmp(mine, shown, n))
		return 0;
	snprintf(why, why_cap, "%s: it is not the key of the certificate",
		 name);
	return ERR_CONF;
}

/* What the gateway would say later, and less plainly. */
static int identity_check_dates(const struct tls_identity *id, const char *name,
				char *why, size_t why_cap)
{
	char text[TLS_VALIDITY_TEXT];
	struct tls_times times;
	gnutls_x509_crt_t crt;

	if (gnutls_pcert_export_x509(
		    (gnutls_pcert_st *)(uintptr_t)&id->chain[0], &crt) < 0)
		return ERR_NOMEM;
	times.from = gnutls_x509_crt_get_activation_time(crt);
	times.until = gnutls_x509_crt_get_expiration_time(crt);
	gnutls_x509_crt_deinit(crt);
	if (tls_validity(&times, time(NULL), text) < TLS_ENDED)
		return 0;
	snprintf(why, why_cap, "%s: the certificate %s", name, text);
	return ERR_CONF;
}

static int identity_read(struct tls_identity *id,
			 const struct tls_identity_conf *conf, char *why,
			 size_t why_cap)
{
	char *key = identity_key_name(conf);
	int ret, code;

	if (!key)
		return ERR_NOMEM;
	code = identity_read_chain(id, conf->certificate);
	ret = code < 0 ?
		      identity_failed(id, code, conf->certificate, why,
				      why_cap) :
		      identity_check_dates(id, conf->certificate, why, why_cap);
	if (!ret) {
		code = identity_read_key(id, key);
		ret = code < 0 ? identity_failed(id, code, key, why, why_cap) :
				 identity_fits(id, key, why, why_cap);
	}
	free(key);
	return ret;
}

int tls_identity_new(struct tls_identity **out,
		     const struct tls_identity_conf *conf, char *why,
		     size_t why_cap)
{
	struct tls_identity *id = calloc(1, sizeof *id);
	int ret = ERR_NOMEM;

	snprintf(why, why_cap, "out of memory");
	if (id) {
		id->pin = conf->pin;
		ret = identity_read(id, conf, why, why_cap);
		id->pin = NULL;
	}
	if (ret) {
		tls_identity_free(id);
		id = NULL;
	}
	*out = id;
	return ret;
}

bool tls_identity_wants_pin(const struct tls_identity_conf *conf)
{
	const char *key = conf->key ? conf->key : conf->certificate;
	gnutls_datum_t text = { NULL, 0 };
	bool wants;

	if (is_token(key))
		return !strstr(key, "pin-source=") &&
		       !strstr(key, "pin-value=");
	if (gnutls_load_file(key, &text) < 0)
		return false; /* the login says why */
	wants = memmem(text.data, text.size, "ENCRYPTED", 9);
	tls_wipe(text.data, text.size);
	gnutls_free(text.data);
	return wants;
}

void tls_identity_free(struct tls_identity *id)
{
	if (!id)
		return;
	for (unsigned i = 0; i < id->n; i++)
		gnutls_pcert_deinit(&id->chain[i]);
	if (id->key)
		gnutls_privkey_deinit(id->key);
	free(id);
}

/* GnuTLS takes both as they are, and frees neither. */
int identity_retrieve(struct tls_identity *id, gnutls_pcert_st **chain,
		      unsigned *n, gnutls_privkey_t *key)
{
	*n = id ? id->n : 0;
	*chain = id ? id->chain : NULL;
	*key = id ? id->key : NULL;
	return 0;
}
