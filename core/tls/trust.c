/* SPDX-License-Identifier: BSD-2-Clause */
/* trust.c - whether a certificate authority has issued a certificate. */
#include "tls/cert.h"

#include "base/err.h"

#include <string.h>

static int add_authorities(gnutls_x509_trust_list_t list, const char *ca_file)
{
	return ca_file ?
		       gnutls_x509_trust_list_add_trust_file(
			       list, ca_file, NULL, GNUTLS_X509_FMT_PEM, 0, 0) :
		       gnutls_x509_trust_list_add_system_trust(list, 0, 0);
}

/* The check of client.c in a handshake, without that of the dates. */
static bool is_good(gnutls_x509_trust_list_t list, gnutls_x509_crt_t *chain,
		    unsigned n, const char *name)
{
	gnutls_typed_vdata_st want[2] = { { 0 } };
	unsigned status = 0;
	uint8_t ip[16];
	unsigned ip_len = cert_name_as_ip(name, ip);

	want[0].type = GNUTLS_DT_KEY_PURPOSE_OID;
	want[0].data = (void *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER;
	want[1].type = ip_len ? GNUTLS_DT_IP_ADDRESS : GNUTLS_DT_DNS_HOSTNAME;
	want[1].data = ip_len ? ip : (void *)(uintptr_t)name;
	want[1].size = ip_len;
	return gnutls_x509_trust_list_verify_crt2(
		       list, chain, n, want, 2,
		       GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
			       GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS,
		       &status, NULL) >= 0 &&
	       !status;
}

bool tls_certificate_is_trusted(const char *cert_pem, const char *name,
				const char *ca_file)
{
	gnutls_datum_t text = { (void *)(uintptr_t)cert_pem,
				(unsigned)strlen(cert_pem) };
	gnutls_x509_trust_list_t list = NULL;
	gnutls_x509_crt_t *chain = NULL;
	unsigned n = 0;
	bool good;

	if (gnutls_x509_trust_list_init(&list, 0) < 0)
		return false;
	good = add_authorities(list, ca_file) > 0 &&
	       gnutls_x509_crt_list_import2(&chain, &n, &text,
					    GNUTLS_X509_FMT_PEM, 0) >= 0 &&
	       is_good(list, chain, n, name);
	for (unsigned i = 0; i < n; i++)
		gnutls_x509_crt_deinit(chain[i]);
	gnutls_free(chain);
	gnutls_x509_trust_list_deinit(list, 1);
	return good;
}
