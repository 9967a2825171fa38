/* SPDX-License-Identifier: BSD-2-Clause */
/* client_user.c - finds the user's name in a client's certificate. */
#include "tls/client_user.h"

#include "base/err.h"

#include <gnutls/x509-ext.h>

#include <stdio.h>
#include <string.h>

#define OID_UID "0.9.2342.19200300.100.1.1"
#define OID_UPN "1.3.6.1.4.1.311.20.2.3"

static const char *const client_words[CLIENT_NAMES] = {
	[CLIENT_CN] = "cn",   [CLIENT_UID] = "uid", [CLIENT_EMAIL] = "email",
	[CLIENT_URI] = "uri", [CLIENT_DNS] = "dns", [CLIENT_UPN] = "upn",
};

int client_name_parse(const char *text, enum client_name *n)
{
	for (unsigned i = 0; i < CLIENT_NAMES; i++)
		if (!strcmp(text, client_words[i])) {
			*n = (enum client_name)i;
			return 0;
		}
	return ERR_INVAL;
}

/* The names that were found: one, or none that counts. */
struct client_found {
	char name[CLIENT_NAME];
	unsigned n; /* different ones, or one that cannot be a name */
};

/* A name with a NUL in it would be a shorter one for whoever reads it as a
 * text: it counts as two, and so does #0c09..., which GnuTLS makes of it. */
static void found_add(struct client_found *f, const void *p, size_t n)
{
	char name[CLIENT_NAME];

	if (!n || n >= sizeof name || memchr(p, 0, n) ||
	    *(const char *)p == '#') {
		f->n += 2;
		return;
	}
	memcpy(name, p, n);
	name[n] = 0;
	if (f->n && !strcmp(name, f->name))
		return;
	f->n++;
	memcpy(f->name, name, n + 1);
}

static void find_in_subject(gnutls_x509_crt_t crt, const char *oid,
			    struct client_found *f)
{
	char name[CLIENT_NAME];
	unsigned i = 0;
	size_t n;
	int ret;

	do {
		n = sizeof name;
		ret = gnutls_x509_crt_get_dn_by_oid(crt, oid, i++, 0, name, &n);
		if (ret >= 0)
			found_add(f, name, n);
		else if (ret != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			f->n += 2;
	} while (ret >= 0);
}

/* The name inside an otherName of this kind. */
static void found_add_upn(struct client_found *f, const char *oid,
			  const gnutls_datum_t *der)
{
	gnutls_datum_t name = { NULL, 0 };
	unsigned type = 0;

	if (gnutls_x509_othername_to_virtual(oid, der, &type, &name) < 0) {
		f->n += 2;
		return;
	}
	found_add(f, name.data, name.size);
	gnutls_free(name.data);
}

static void find_in_list(gnutls_subject_alt_names_t list, enum client_name from,
			 struct client_found *f)
{
	static const unsigned types[CLIENT_NAMES] = {
		[CLIENT_EMAIL] = GNUTLS_SAN_RFC822NAME,
		[CLIENT_URI] = GNUTLS_SAN_URI,
		[CLIENT_DNS] = GNUTLS_SAN_DNSNAME,
		[CLIENT_UPN] = GNUTLS_SAN_OTHERNAME,
	};
	gnutls_datum_t name, oid;
	unsigned type;

	for (unsigned i = 0;
	     gnutls_subject_alt_names_get(list, i, &type, &name, &oid) >= 0;
	     i++) {
		if (type != types[from])
			continue;
		if (from != CLIENT_UPN)
			found_add(f, name.data, name.size);
		else if (oid.size == strlen(OID_UPN) &&
			 !memcmp(oid.data, OID_UPN, oid.size))
			found_add_upn(f, OID_UPN, &name);
	}
}

static void find_in_alt_names(gnutls_x509_crt_t crt, enum client_name from,
			      struct client_found *f)
{
	gnutls_subject_alt_names_t list = NULL;
	gnutls_datum_t ext = { NULL, 0 };

	if (gnutls_x509_crt_get_extension_by_oid2(crt, GNUTLS_X509EXT_OID_SAN,
						  0, &ext, NULL) < 0)
		return;
	if (gnutls_subject_alt_names_init(&list) >= 0 &&
	    gnutls_x509_ext_import_subject_alt_names(&ext, list, 0) >= 0)
		find_in_list(list, from, f);
	gnutls_subject_alt_names_deinit(list);
	gnutls_free(ext.data);
}

enum client_verdict client_user_find(gnutls_x509_crt_t crt,
				     const struct client_rule *rule,
				     char user[CLIENT_NAME])
{
	size_t before = strlen(rule->prefix), behind = strlen(rule->suffix), n;
	struct client_found f = { .n = 0 };

	user[0] = 0;
	if (rule->from == CLIENT_CN)
		find_in_subject(crt, GNUTLS_OID_X520_COMMON_NAME, &f);
	else if (rule->from == CLIENT_UID)
		find_in_subject(crt, OID_UID, &f);
	else
		find_in_alt_names(crt, rule->from, &f);
	if (f.n != 1)
		return CLIENT_NO_NAME;
	n = strlen(f.name);
	if (n <= before + behind || strncmp(f.name, rule->prefix, before) ||
	    strcmp(f.name + n - behind, rule->suffix))
		return CLIENT_OTHER_NAME;
	snprintf(user, CLIENT_NAME, "%.*s", (int)(n - before - behind),
		 f.name + before);
	return CLIENT_GOOD;
}
