/* SPDX-License-Identifier: BSD-2-Clause */
/* redirect.h - the addresses in the text of a REDIRECT. */
#ifndef ADIT_SQLNET_REDIRECT_H
#define ADIT_SQLNET_REDIRECT_H

#include <adit/plugin.h>

enum {
	ADDRESSES_MAX = 16,  /* that are announced: the first ones ... */
	EDITS_MAX = 2 * 128, /* ... of so many */
	PORT_DEFAULT = 1521,
};

struct redirect_addresses {
	const char *text; /* that they stand in, not owned */
	size_t len;
	struct adit_addr at[ADDRESSES_MAX]; /* in order */
	size_t n;
	bool own; /* one of them means the host of the server */
	bool tls; /* one of them speaks tcps */
	/* Where their hosts and ports stand, in order. */
	struct edit {
		size_t from, to;
		enum edit_kind { EDIT_HOST, EDIT_PORT, EDIT_BOTH } kind;
	} edit[EDITS_MAX];
	size_t nedits;
};

/* Those that a client would connect to: of TCP, in ADDRESS, and that only in
 * DESCRIPTION_LIST, DESCRIPTION and ADDRESS_LIST.  "localhost" and the like are
 * the server; where no port is named, it is 1521.  False: malformed, or there
 * is none. */
bool redirect_parse(const char *text, size_t n, const struct adit_addr *server,
		    struct redirect_addresses *a);
/* Their text with `show` in the place of each; its length, 0: does not
 * fit. */
size_t redirect_write(const struct redirect_addresses *a,
		      const struct adit_addr *show, char *to, size_t cap);

#endif
