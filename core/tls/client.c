/* SPDX-License-Identifier: BSD-2-Clause */
/* client.c - an agent's side of TLS: checks the gateway's certificate by pins,
 * or by certificate authorities and name. */
#include "tls/cert.h"
#include "tls/identity.h"
#include "tls/session.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls_client {
	gnutls_certificate_credentials_t cred;
	char *name; /* may be NULL if there are pins */
	uint8_t ip[16];
	unsigned ip_len; /* bytes of ip; 0 if name is no address literal */
	uint8_t (*pins)[PIN_LEN];
	size_t npins;
};

/* ---- what the certificate must be ---------------------------------------- */

static int client_refuse(struct tls *t, const char *what,
			 const uint8_t pin[PIN_LEN])
{
	char text[TLS_PIN_TEXT];

	cert_pin_text(pin, text);
	return tls_session_refuse(
		t, GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR,
		"%s; its pin is %s: if the gateway's "
		"administrator confirms this pin, give it with "
		"--pin, or as pin in adit.ini",
		what, text);
}

#define DATES (GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED)

/* Says since when, if it is the gateway's own certificate that has ended, and
 * not one of an authority above it. */
static int refuse_dates(struct tls *t, const char *what,
			const uint8_t pin[PIN_LEN])
{
	char when[TLS_VALIDITY_TEXT], text[TLS_VALIDITY_TEXT + 32];

	if (tls_peer_validity(t, when) < TLS_ENDED)
		return client_refuse(t, what, pin);
	snprintf(text, sizeof(text), "the gateway's certificate %s", when);
	return client_refuse(t, text, pin);
}

/* Several bits may be set: the first of this table is the most helpful. */
static int refuse_status(struct tls *t, unsigned status,
			 const uint8_t pin[PIN_LEN])
{
	static const struct {
		unsigned bits;
		const char *text;
	} causes[] = {
		{ GNUTLS_CERT_REVOKED, "the gateway's certificate is revoked" },
		{ GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA,
		  "the gateway's certificate is not trusted (self-signed, or "
		  "issued by an unknown certificate authority)" },
		{ GNUTLS_CERT_EXPIRED,
		  "the certificate of the authority that issued the gateway's "
		  "certificate has expired" },
		{ GNUTLS_CERT_NOT_ACTIVATED,
		  "the certificate of the authority that issued the gateway's "
		  "certificate is not valid yet" },
		{ GNUTLS_CERT_INSECURE_ALGORITHM,
		  "the gateway's certificate is signed with an insecure "
		  "algorithm" },
		{ GNUTLS_CERT_PURPOSE_MISMATCH,
		  "the gateway's certificate is not for TLS servers "
		  "(extended key usage serverAuth)" },
	};
	char text[TLS_NAME_MAX + 64];

	for (size_t i = 0; i < ARRAY_LEN(causes); i++)
		if (status & causes[i].bits)
			return causes[i].bits & DATES ?
				       refuse_dates(t, causes[i].text, pin) :
				       client_refuse(t, causes[i].text, pin);
	if (!(status & GNUTLS_CERT_UNEXPECTED_OWNER))
		return client_refuse(
			t, "the gateway's certificate is not trusted", pin);
	snprintf(text, sizeof(text),
		 "the gateway's certificate is for another name than \"%s\"",
		 t->client->name);
	return client_refuse(t, text, pin);
}

static int check_authority(struct tls *t, const uint8_t pin[PIN_LEN])
{
	const struct tls_client *c = t->client;
	gnutls_typed_vdata_st want[2] = { { 0 } };
	unsigned status = 0;
	int ret;

	want[0].type = GNUTLS_DT_KEY_PURPOSE_OID;
	want[0].data = (void *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER;
	want[1].type = GNUTLS_DT_DNS_HOSTNAME;
	want[1].data = (void *)c->name;
	if (c->ip_len) {
		want[1].type = GNUTLS_DT_IP_ADDRESS;
		want[1].data = (void *)(uintptr_t)c->ip;
		want[1].size = c->ip_len;
	}
	ret = gnutls_certificate_verify_peers(t->session, want, 2, &status);
	if (ret < 0)
		return client_refuse(t, gnutls_strerror(ret), pin);
	return status ? refuse_status(t, status, pin) : 0;
}

/* The text names the pin that was seen last, so that somebody who looks for a
 * pin to copy reads the warning first. */
static int check_pins(struct tls *t, const uint8_t pin[PIN_LEN])
{
	const struct tls_client *c = t->client;
	char text[TLS_PIN_TEXT];

	for (size_t i = 0; i < c->npins; i++)
		if (!memcmp(c->pins[i], pin, PIN_LEN))
			return 0;
	cert_pin_text(pin, text);
	return tls_session_refuse(
		t, GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR,
		"the gateway's key does not match the pin: either the "
		"administrator made a new key, or somebody intercepts the "
		"connection (man in the middle). Do not go on; ask the "
		"administrator by another way which pin is right. The key "
		"that was seen has the pin %s",
		text);
}

int tls_session_leaf(gnutls_session_t session, gnutls_x509_crt_t *crt)
{
	unsigned n = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &n);
	int ret;

	if (!chain || !n ||
	    gnutls_certificate_type_get(session) != GNUTLS_CRT_X509)
		return GNUTLS_E_NO_CERTIFICATE_FOUND;
	ret = gnutls_x509_crt_init(crt);
	if (ret < 0)
		return ret;
	ret = gnutls_x509_crt_import(*crt, &chain[0], GNUTLS_X509_FMT_DER);
	if (ret < 0)
		gnutls_x509_crt_deinit(*crt);
	return MIN(ret, 0);
}

static int leaf_pin(gnutls_session_t session, uint8_t pin[PIN_LEN])
{
	gnutls_x509_crt_t crt;
	int ret = tls_session_leaf(session, &crt);

	if (ret)
		return ret;
	if (cert_pin(crt, pin))
		ret = GNUTLS_E_CERTIFICATE_ERROR;
	gnutls_x509_crt_deinit(crt);
	return ret;
}

/* GnuTLS calls this when the gateway has proved that it has the private key of
 * its certificate. */
static int client_on_certificate(gnutls_session_t session)
{
	struct tls *t = gnutls_session_get_ptr(session);
	uint8_t pin[PIN_LEN];
	int ret = leaf_pin(session, pin);

	if (ret < 0)
		return tls_session_refuse(t, ret,
					  "cannot read the gateway's "
					  "certificate: %s",
					  gnutls_strerror(ret));
	return t->client->npins ? check_pins(t, pin) : check_authority(t, pin);
}

/* ---- configuration ------------------------------------------------------- */

static int read_pins(struct tls_client *c, const char *const *pins, char *why,
		     size_t why_cap)
{
	size_t n = 0;

	while (pins && pins[n])
		n++;
	if (!n)
		return 0;
	c->pins = calloc(n, sizeof(*c->pins));
	if (!c->pins)
		return ERR_NOMEM;
	c->npins = n;
	for (size_t i = 0; i < n; i++)
		if (cert_pin_parse(pins[i], c->pins[i])) {
			snprintf(why, why_cap,
				 "pin \"%s\" is not \"sha256:\" followed by "
				 "64 hexadecimal digits",
				 pins[i]);
			return ERR_CONF;
		}
	return 0;
}

static int load_authorities(struct tls_client *c, const char *file, char *why,
			    size_t why_cap)
{
	int n = file ? gnutls_certificate_set_x509_trust_file(
			       c->cred, file, GNUTLS_X509_FMT_PEM) :
		       gnutls_certificate_set_x509_system_trust(c->cred);

	if (n > 0)
		return 0;
	if (!file)
		snprintf(why, why_cap,
			 "this system has no CA certificates: install the "
			 "package ca-certificates, or set pin or ca_file");
	else if (n == 0)
		snprintf(why, why_cap, "%s: no PEM certificate found", file);
	else
		return cert_fail(n, file, why, why_cap);
	return ERR_CONF;
}

static int client_read_conf(struct tls_client *c,
			    const struct tls_client_conf *conf, char *why,
			    size_t why_cap)
{
	int ret;

	if (conf->server_name) {
		c->name = strdup(conf->server_name);
		if (!c->name)
			return ERR_NOMEM;
		c->ip_len = cert_name_as_ip(c->name, c->ip);
	}
	ret = read_pins(c, conf->pins, why, why_cap);
	if (ret || c->npins)
		return ret;
	if (!c->name || !c->name[0]) {
		snprintf(why, why_cap,
			 "the gateway's certificate cannot be checked without "
			 "a server name or a pin");
		return ERR_CONF;
	}
	return load_authorities(c, conf->ca_file, why, why_cap);
}

/* A gateway asks for a certificate.  The signature is imposed. */
static int client_on_request(gnutls_session_t session,
			     const gnutls_datum_t *authorities, int n,
			     const gnutls_pk_algorithm_t *algorithms,
			     int nalgorithms, gnutls_pcert_st **chain,
			     unsigned *nchain, gnutls_privkey_t *key)
{
	struct tls *t = gnutls_session_get_ptr(session);

	(void)authorities;
	(void)n;
	(void)algorithms;
	(void)nalgorithms;
	return identity_retrieve(t->identity, chain, nchain, key);
}

int tls_client_new(struct tls_client **out, const struct tls_client_conf *conf,
		   char *why, size_t why_cap)
{
	struct tls_client *c = calloc(1, sizeof(*c));
	int ret = ERR_NOMEM;

	snprintf(why, why_cap, "out of memory");
	if (c && gnutls_certificate_allocate_credentials(&c->cred) >= 0) {
		gnutls_certificate_set_retrieve_function2(c->cred,
							  client_on_request);
		ret = client_read_conf(c, conf, why, why_cap);
	}
	if (ret) {
		tls_client_free(c);
		c = NULL;
	}
	*out = c;
	return ret;
}

void tls_client_free(struct tls_client *c)
{
	if (!c)
		return;
	if (c->cred)
		gnutls_certificate_free_credentials(c->cred);
	free(c->name);
	free(c->pins);
	free(c);
}

static int client_set_up(struct tls *t, struct tls_client *c)
{
	int ret = gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE,
					 c->cred);

	t->client = c;
	gnutls_session_set_verify_function(t->session, client_on_certificate);
	/* SNI carries host names and no addresses (RFC 6066, 3). */
	if (ret >= 0 && c->name && c->name[0] && !c->ip_len)
		ret = gnutls_server_name_set(t->session, GNUTLS_NAME_DNS,
					     c->name, strlen(c->name));
	return ret;
}

struct tls *tls_connect_new(struct tls_client *c)
{
	struct tls *t = tls_session_new(GNUTLS_CLIENT);

	if (t && client_set_up(t, c) < 0) {
		tls_free(t);
		return NULL;
	}
	return t;
}

struct tls *tls_connect_as(struct tls_client *c, struct tls_identity *id)
{
	struct tls *t = tls_connect_new(c);

	if (t)
		t->identity = id;
	return t;
}
