/* SPDX-License-Identifier: BSD-2-Clause */
/* redirect.h - finds and replaces the addresses in the text of a REDIRECT. */
#ifndef ADIT_SQLNET_REDIRECT_H
#define ADIT_SQLNET_REDIRECT_H

#include <adit/plugin.h>

enum {
	ADDRESSES_MAX = 16,  /* only the first ones are announced */
	EDITS_MAX = 2 * 128, /* hosts and ports in a text */
	PORT_DEFAULT = 1521, /* of an ADDRESS without a PORT */
};

struct redirect_addresses {
	const char *text; /* the caller's */
	size_t len;
	struct adit_addr at[ADDRESSES_MAX]; /* in the order of the text */
	size_t n;
	bool own; /* one of them is "localhost", that is the server */
	bool tls; /* one of them has PROTOCOL=tcps */
	/* The places of their hosts and ports in the text, in order. */
	struct edit {
		size_t from, to;
		enum edit_kind { EDIT_HOST, EDIT_PORT, EDIT_BOTH } kind;
	} edit[EDITS_MAX];
	size_t nedits;
};

/* Finds the addresses that a client would connect to: TCP addresses in ADDRESS
 * inside of DESCRIPTION_LIST, DESCRIPTION and ADDRESS_LIST only.  "localhost"
 * and the like stand for the server's host.  False: the text is malformed, or
 * has no address. */
bool redirect_parse(const char *text, size_t n, const struct adit_addr *server,
		    struct redirect_addresses *a);
/* Writes the text with `show` in the place of each address.  Returns its
 * length; 0: it does not fit. */
size_t redirect_write(const struct redirect_addresses *a,
		      const struct adit_addr *show, char *to, size_t cap);

#endif
