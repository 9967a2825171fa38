/* SPDX-License-Identifier: BSD-2-Clause */
/* client_ca.h - the authorities whose certificates let clients log in, and the
 * one place where such a certificate is verified. */
#ifndef ADIT_TLS_CLIENT_CA_H
#define ADIT_TLS_CLIENT_CA_H

#include "tls/tls.h"

enum {
	CLIENT_CHAIN_MAX = 32 * 1024, /* bytes of a chain, as tls_peer_chain
				       * writes it */
	CLIENT_CHAIN_CERTS = 8,
	CLIENT_NAME = 256, /* bytes of a name in a certificate, with its NUL */
	CLIENT_TEXT = 256,
	CLIENT_ID = 32,
};

/* Where in a certificate the name of its user stands. */
enum client_name {
	CLIENT_CN,    /* the common name of the subject */
	CLIENT_UID,   /* the user id of the subject, as LDAP has it */
	CLIENT_EMAIL, /* the rest: a subject alternative name of this kind */
	CLIENT_URI,
	CLIENT_DNS,
	CLIENT_UPN, /* the user principal name of Active Directory */
	CLIENT_NAMES
};
/* Of "cn", "uid" and so on.  0, or ERR_INVAL: there is no such word. */
MUST_CHECK int client_name_parse(const char *text, enum client_name *);

/* How the name of a user is found, and how old a list may be. */
struct client_rule {
	enum client_name from;
	/* What must stand before and behind the user's name, and is taken off:
	 * "@example.com".  Never NULL. */
	const char *prefix, *suffix;
	uint32_t crl_grace; /* seconds beyond the next update of a CRL */
};

enum client_verdict {
	CLIENT_GOOD,
	CLIENT_MALFORMED, /* the chain, or its length */
	CLIENT_UNKNOWN_CA,
	CLIENT_ENDED,
	CLIENT_NOT_YET,
	CLIENT_REVOKED,
	CLIENT_PURPOSE, /* not for TLS clients */
	CLIENT_WEAK,
	CLIENT_CRL_OLD,     /* the authority has published a newer one by now */
	CLIENT_CRL_MISSING, /* there are lists, and none of this authority */
	CLIENT_NO_NAME,     /* none where the rule says, or several */
	CLIENT_OTHER_NAME,  /* without the rule's prefix or suffix */
	CLIENT_BROKEN,      /* it could not be found out */
	CLIENT_VERDICTS
};

struct client_answer {
	uint8_t verdict;           /* enum client_verdict */
	char user[CLIENT_NAME];    /* of CLIENT_GOOD: never empty */
	uint8_t id[CLIENT_ID];     /* of issuer and number, for CRLs */
	uint64_t until;            /* seconds since 1970 */
	char subject[CLIENT_TEXT]; /* for the log, if it can be read */
};

struct client_ca;
/* Reads certificates of authorities and CRLs in PEM.  crl_pem NULL: none are
 * used.  Each CRL must be signed by one of the authorities.  0; ERR_CONF or
 * ERR_NOMEM with the reason in `why`. */
MUST_CHECK int client_ca_new(struct client_ca **, const char *ca_pem,
			     const char *crl_pem, char *why, size_t why_cap);
void client_ca_free(struct client_ca *);
/* Verifies the chain (each certificate in DER behind its length in 4 bytes, the
 * client's own first) at the time of now: signatures up to an authority, dates,
 * purpose, revocation; then looks for the user's name. */
void client_ca_judge(const struct client_ca *, const struct client_rule *,
		     const void *chain, size_t n, struct client_answer *);
/* What is wrong, for whoever has the certificate: "your certificate has
 * ended".  Constant. */
const char *client_verdict_str(unsigned verdict);

/* The ids of all certificates that its CRLs revoke, sorted by memcmp, to be
 * freed; *n: how many.  0 or ERR_NOMEM. */
MUST_CHECK int client_ca_revoked(const struct client_ca *,
				 uint8_t (**ids)[CLIENT_ID], size_t *n);
/* Whether an id is among them. */
bool client_id_listed(const uint8_t (*ids)[CLIENT_ID], size_t n,
		      const uint8_t id[CLIENT_ID]);
/* When the CRL that gets old first gets so, in seconds since 1970; 0: there are
 * none. */
uint64_t client_ca_crl_until(const struct client_ca *);

#endif
