/* SPDX-License-Identifier: BSD-2-Clause */
/* client_ca.c - verifies the certificates of clients. */
#include "tls/client_user.h"

#include "base/err.h"
#include "base/wire.h"
#include "tls/cert.h"

#include <gnutls/crypto.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct client_ca {
	gnutls_x509_trust_list_t list;
	gnutls_x509_crl_t *crls; /* read a second time: the list owns others */
	unsigned ncrls;
};

static gnutls_datum_t pem_datum(const char *pem)
{
	return (gnutls_datum_t){ (void *)(uintptr_t)pem,
				 (unsigned)strlen(pem) };
}

/* ---- authorities and lists ----------------------------------------------- */

/* A list with all of them, which it owns. */
static int client_ca_add_cas(struct client_ca *c, gnutls_x509_crt_t *cas,
			     unsigned n)
{
	unsigned added = 0;
	int ret;

	while (added < n) {
		ret = gnutls_x509_trust_list_add_cas(c->list, &cas[added], 1,
						     0);
		if (ret < 0)
			break;
		added++;
	}
	for (unsigned i = added; i < n; i++)
		gnutls_x509_crt_deinit(cas[i]);
	return added == n ? 0 : ERR_NOMEM;
}

#define CRL_DATES                                                              \
	(GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED |                              \
	 GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE)

/* Whether each is signed by one of the authorities.  How old it may be is seen
 * when a certificate comes. */
static int client_ca_check_crls(const struct client_ca *c,
				gnutls_x509_crt_t *cas, unsigned n, char *why,
				size_t why_cap)
{
	for (unsigned i = 0; i < c->ncrls; i++) {
		unsigned status = 0;
		int ret = gnutls_x509_crl_verify(c->crls[i], cas, n, 0,
						 &status);

		if (ret >= 0 &&
		    !(status & ~(unsigned)(CRL_DATES | GNUTLS_CERT_INVALID)) &&
		    (!status || status & CRL_DATES))
			continue;
		snprintf(why, why_cap,
			 "CRL %u is signed by none of the authorities of "
			 "client_ca",
			 i + 1);
		return ERR_CONF;
	}
	return 0;
}

static int client_ca_read_crls(struct client_ca *c, const char *pem, char *why,
			       size_t why_cap)
{
	const gnutls_datum_t text = pem_datum(pem);
	int ret = gnutls_x509_crl_list_import2(&c->crls, &c->ncrls, &text,
					       GNUTLS_X509_FMT_PEM, 0);

	if (ret >= 0)
		/* Others, which belong to the list. */
		ret = gnutls_x509_trust_list_add_trust_mem(
			c->list, NULL, &text, GNUTLS_X509_FMT_PEM, 0, 0);
	return ret < 0 ? cert_fail(ret, "cannot read the CRL", why, why_cap) :
			 0;
}

static int client_ca_read(struct client_ca *c, const char *ca_pem,
			  const char *crl_pem, char *why, size_t why_cap)
{
	const gnutls_datum_t text = pem_datum(ca_pem);
	gnutls_x509_crt_t *cas = NULL;
	unsigned n = 0;
	int code, ret = 0;

	code = gnutls_x509_crt_list_import2(&cas, &n, &text,
					    GNUTLS_X509_FMT_PEM, 0);
	if (code < 0)
		return cert_fail(code, "cannot read the authorities", why,
				 why_cap);
	if (crl_pem)
		ret = client_ca_read_crls(c, crl_pem, why, why_cap);
	if (!ret)
		ret = client_ca_check_crls(c, cas, n, why, why_cap);
	if (!ret) {
		ret = client_ca_add_cas(c, cas, n);
	} else {
		for (unsigned i = 0; i < n; i++)
			gnutls_x509_crt_deinit(cas[i]);
	}
	gnutls_free(cas);
	return ret;
}

int client_ca_new(struct client_ca **out, const char *ca_pem,
		  const char *crl_pem, char *why, size_t why_cap)
{
	struct client_ca *c = calloc(1, sizeof *c);
	int ret = ERR_NOMEM;

	snprintf(why, why_cap, "out of memory");
	if (c && gnutls_x509_trust_list_init(&c->list, 0) >= 0)
		ret = client_ca_read(c, ca_pem, crl_pem, why, why_cap);
	if (ret) {
		client_ca_free(c);
		c = NULL;
	}
	*out = c;
	return ret;
}

void client_ca_free(struct client_ca *c)
{
	if (!c)
		return;
	for (unsigned i = 0; i < c->ncrls; i++)
		gnutls_x509_crl_deinit(c->crls[i]);
	gnutls_free(c->crls);
	if (c->list)
		gnutls_x509_trust_list_deinit(c->list, 1);
	free(c);
}

/* ---- ids ----------------------------------------------------------------- */

/* The hash of an issuer's name in DER and a serial number. */
static int client_id(const gnutls_datum_t *issuer, const void *serial, size_t n,
		     uint8_t id[CLIENT_ID])
{
	gnutls_hash_hd_t h;

	if (gnutls_hash_init(&h, GNUTLS_DIG_SHA256) < 0)
		return ERR_NOMEM;
	gnutls_hash(h, issuer->data, issuer->size);
	/* A name says its own length: none is the beginning of another. */
	gnutls_hash(h, serial, n);
	gnutls_hash_deinit(h, id);
	return 0;
}

static int client_id_of(gnutls_x509_crt_t crt, uint8_t id[CLIENT_ID])
{
	gnutls_datum_t issuer = { NULL, 0 };
	uint8_t serial[128];
	size_t n = sizeof serial;
	int ret;

	if (gnutls_x509_crt_get_serial(crt, serial, &n) < 0 ||
	    gnutls_x509_crt_get_raw_issuer_dn(crt, &issuer) < 0)
		return ERR_INVAL;
	ret = client_id(&issuer, serial, n, id);
	gnutls_free(issuer.data);
	return ret;
}

static int client_id_compare(const void *a, const void *b)
{
	return memcmp(a, b, CLIENT_ID);
}

/* Appends those of one CRL to ids[*n], where there is room. */
static int crl_ids(gnutls_x509_crl_t crl, uint8_t (*ids)[CLIENT_ID], size_t *n)
{
	gnutls_x509_crl_iter_t at = NULL;
	gnutls_datum_t issuer = { NULL, 0 };
	uint8_t serial[128];
	size_t len = sizeof serial;
	int ret = 0;

	if (gnutls_x509_crl_get_raw_issuer_dn(crl, &issuer) < 0)
		return ERR_NOMEM;
	while (!ret && gnutls_x509_crl_iter_crt_serial(crl, &at, serial, &len,
						       NULL) >= 0) {
		ret = client_id(&issuer, serial, len, ids[(*n)++]);
		len = sizeof serial;
	}
	gnutls_x509_crl_iter_deinit(at);
	gnutls_free(issuer.data);
	return ret;
}

int client_ca_revoked(const struct client_ca *c, uint8_t (**ids)[CLIENT_ID],
		      size_t *n)
{
	size_t most = 0;
	int ret = 0;

	*n = 0;
	for (unsigned i = 0; i < c->ncrls; i++)
		most += (size_t)MAX(gnutls_x509_crl_get_crt_count(c->crls[i]),
				    0);
	*ids = calloc(most + 1, CLIENT_ID);
	if (!*ids)
		return ERR_NOMEM;
	for (unsigned i = 0; i < c->ncrls && !ret; i++)
		ret = crl_ids(c->crls[i], *ids, n);
	qsort(*ids, *n, CLIENT_ID, client_id_compare);
	if (ret) {
		free(*ids);
		*ids = NULL;
	}
	return ret;
}

bool client_id_listed(const uint8_t (*ids)[CLIENT_ID], size_t n,
		      const uint8_t id[CLIENT_ID])
{
	return n && bsearch(id, ids, n, CLIENT_ID, client_id_compare);
}

uint64_t client_ca_crl_until(const struct client_ca *c)
{
	uint64_t first = 0;

	for (unsigned i = 0; i < c->ncrls; i++) {
		time_t next = gnutls_x509_crl_get_next_update(c->crls[i]);

		if (next != (time_t)-1 && (!first || (uint64_t)next < first))
			first = (uint64_t)next;
	}
	return first;
}

/* ---- a chain ------------------------------------------------------------- */

struct client_chain {
	gnutls_x509_crt_t crt[CLIENT_CHAIN_CERTS];
	unsigned n;
};

static void chain_close(struct client_chain *c)
{
	while (c->n)
		gnutls_x509_crt_deinit(c->crt[--c->n]);
}

static int chain_add(struct client_chain *c, struct rd *r)
{
	size_t n = rd_u32(r);
	const uint8_t *p = rd_bytes(r, n);
	gnutls_datum_t der = { (void *)(uintptr_t)p, (unsigned)n };

	if (!p || c->n == CLIENT_CHAIN_CERTS ||
	    gnutls_x509_crt_init(&c->crt[c->n]) < 0)
		return ERR_INVAL;
	return gnutls_x509_crt_import(c->crt[c->n++], &der,
				      GNUTLS_X509_FMT_DER) < 0 ?
		       ERR_INVAL :
		       0;
}

static int chain_open(struct client_chain *c, const void *p, size_t n)
{
	struct rd r = rd_of(p, n);
	int ret = n && n <= CLIENT_CHAIN_MAX ? 0 : ERR_INVAL;

	*c = (struct client_chain){ 0 };
	while (!ret && rd_left(&r))
		ret = chain_add(c, &r);
	if (ret)
		chain_close(c);
	return ret;
}

/* Several bits may be set: the first of this table says most. */
static enum client_verdict verdict_of(unsigned status)
{
	static const struct {
		unsigned bits;
		enum client_verdict verdict;
	} causes[] = {
		{ GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA |
			  GNUTLS_CERT_SIGNATURE_FAILURE,
		  CLIENT_UNKNOWN_CA },
		{ GNUTLS_CERT_REVOKED, CLIENT_REVOKED },
		{ GNUTLS_CERT_EXPIRED, CLIENT_ENDED },
		{ GNUTLS_CERT_NOT_ACTIVATED, CLIENT_NOT_YET },
		{ GNUTLS_CERT_PURPOSE_MISMATCH, CLIENT_PURPOSE },
		{ GNUTLS_CERT_INSECURE_ALGORITHM, CLIENT_WEAK },
	};

	for (size_t i = 0; i < ARRAY_LEN(causes); i++)
		if (status & causes[i].bits)
			return causes[i].verdict;
	return status ? CLIENT_UNKNOWN_CA : CLIENT_GOOD;
}

static enum client_verdict chain_verify(const struct client_ca *c,
					struct client_chain *chain)
{
	gnutls_typed_vdata_st want = { .type = GNUTLS_DT_KEY_PURPOSE_OID };
	unsigned status = 0;
	int ret;

	want.data = (void *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT;
	ret = gnutls_x509_trust_list_verify_crt2(
		c->list, chain->crt, chain->n, &want, 1,
		GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM), &status, NULL);
	return ret < 0 ?
		       CLIENT_BROKEN :
		       verdict_of(
			       status &
			       ~(unsigned)
				       GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED);
}

/* Whether the lists can tell if the certificate is revoked. */
static enum client_verdict crl_verdict(const struct client_ca *c,
				       gnutls_x509_crt_t crt, uint32_t grace)
{
	enum client_verdict found = CLIENT_CRL_MISSING;
	gnutls_datum_t issuer = { NULL, 0 }, by = { NULL, 0 };
	time_t now = time(NULL), next;

	if (!c->ncrls)
		return CLIENT_GOOD;
	if (gnutls_x509_crt_get_raw_issuer_dn(crt, &issuer) < 0)
		return CLIENT_MALFORMED;
	for (unsigned i = 0; i < c->ncrls && found != CLIENT_GOOD; i++) {
		if (gnutls_x509_crl_get_raw_issuer_dn(c->crls[i], &by) < 0)
			continue;
		next = gnutls_x509_crl_get_next_update(c->crls[i]);
		if (by.size == issuer.size &&
		    !memcmp(by.data, issuer.data, by.size))
			found = next != (time_t)-1 && now > next + grace ?
					CLIENT_CRL_OLD :
					CLIENT_GOOD;
		gnutls_free(by.data);
	}
	gnutls_free(issuer.data);
	return found;
}

static void client_describe(gnutls_x509_crt_t crt, struct client_answer *a)
{
	time_t until = gnutls_x509_crt_get_expiration_time(crt);
	size_t n = sizeof a->subject;

	a->until = until > 0 ? (uint64_t)until : 0;
	if (gnutls_x509_crt_get_dn(crt, a->subject, &n) < 0)
		a->subject[0] = 0;
}

void client_ca_judge(const struct client_ca *c, const struct client_rule *rule,
		     const void *p, size_t n, struct client_answer *a)
{
	struct client_chain chain;

	*a = (struct client_answer){ .verdict = CLIENT_MALFORMED };
	if (chain_open(&chain, p, n))
		return;
	client_describe(chain.crt[0], a);
	a->verdict = (uint8_t)chain_verify(c, &chain);
	if (a->verdict == CLIENT_GOOD)
		a->verdict = (uint8_t)crl_verdict(c, chain.crt[0],
						  rule->crl_grace);
	if (a->verdict == CLIENT_GOOD && client_id_of(chain.crt[0], a->id))
		a->verdict = CLIENT_BROKEN;
	if (a->verdict == CLIENT_GOOD)
		a->verdict = (uint8_t)client_user_find(chain.crt[0], rule,
						       a->user);
	if (a->verdict != CLIENT_GOOD)
		a->user[0] = 0;
	chain_close(&chain);
}

const char *client_verdict_str(unsigned verdict)
{
	static const char *const text[CLIENT_VERDICTS] = {
		[CLIENT_GOOD] = "the certificate is good",
		[CLIENT_MALFORMED] = "the certificate cannot be read",
		[CLIENT_UNKNOWN_CA] = "the certificate was issued by an "
				      "authority that the gateway does not "
				      "trust",
		[CLIENT_ENDED] = "the certificate has expired",
		[CLIENT_NOT_YET] = "the certificate is not valid yet",
		[CLIENT_REVOKED] = "the certificate is revoked",
		[CLIENT_PURPOSE] = "the certificate is not for TLS clients "
				   "(extended key usage clientAuth)",
		[CLIENT_WEAK] = "the certificate is signed with an insecure "
				"algorithm or key",
		[CLIENT_CRL_OLD] = "the gateway's CRL is out of date",
		[CLIENT_CRL_MISSING] = "the gateway has no CRL of the "
				       "authority that issued it",
		[CLIENT_NO_NAME] = "the certificate has no user's name where "
				   "the gateway looks for it",
		[CLIENT_OTHER_NAME] = "the name in the certificate is no "
				      "user's name at this gateway",
		[CLIENT_BROKEN] = "the certificate could not be checked",
	};

	return verdict < CLIENT_VERDICTS ? text[verdict] : "unknown reason";
}
