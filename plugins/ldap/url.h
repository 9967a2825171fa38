/* SPDX-License-Identifier: BSD-2-Clause */
/* url.h - where an LDAP URL leads to (RFC 4516, section 2). */
#ifndef ADIT_PLUGINS_LDAP_URL_H
#define ADIT_PLUGINS_LDAP_URL_H

#include <adit/plugin.h>

struct ldap_url {
	bool tls;             /* ldaps: */
	struct adit_addr at;  /* of the server */
	size_t host, hostend; /* offsets of "HOST:PORT" in the text, ... */
	size_t len;           /* ... which has so many bytes */
};

/* Reads the n bytes at `text`.  False: it names no host of its own (it means
 * the same server, or is of another kind), or it is malformed. */
bool ldap_url_read(struct ldap_url *u, const char *text, size_t n);
enum { LDAP_URL_MAX = 4096 };
/* Writes the text that was read, with another host and port, to `out`.  Returns
 * its length, or 0 if it does not fit. */
size_t ldap_url_write(const struct ldap_url *u, const char *text,
		      const struct adit_addr *to, char out[LDAP_URL_MAX]);

#endif
