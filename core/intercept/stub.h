/* SPDX-License-Identifier: BSD-2-Clause */
/* stub.h - answers DNS queries about names that the agent covers (RFC 1035,
 * RFC 6891).  Only bytes in and bytes out: the caller has the sockets. */
#ifndef ADIT_INTERCEPT_STUB_H
#define ADIT_INTERCEPT_STUB_H

#include "base/addr.h"
#include "base/defs.h"

#include <stddef.h>
#include <stdint.h>

enum {
	STUB_ADDRS = 8,   /* addresses of one name */
	STUB_NAME = 256,  /* bytes of a name with its NUL */
	STUB_REPLY = 512, /* bytes of the longest reply (RFC 1035, 4.2.1) */
};

/* What the stub asks its owner. */
struct stub_names {
	/* The addresses of `name`, which is in lower case and without a final
	 * dot.  Their number; 0 where the name exists and has none, as a domain
	 * of covered names does; -1 where nothing is known of it. */
	int (*addresses)(void *ctx, const char *name,
			 struct addr out[static STUB_ADDRS]);
	/* The name of an address (port 0), for queries of the type PTR.  False:
	 * the address has none. */
	bool (*name)(void *ctx, const struct addr *,
		     char out[static STUB_NAME]);
	void *ctx;
	uint32_t ttl_s; /* how long answers may be kept, in seconds */
};

enum stub_verdict {
	STUB_DROP,      /* no query: there is nothing to send */
	STUB_ANSWER,    /* the reply is to be sent */
	STUB_ELSEWHERE, /* the name is not covered: the reply says NXDOMAIN;
			 * the caller may have another server for it */
};

/* Reads one query of n bytes.  *len: bytes of the reply that was written. */
MUST_CHECK enum stub_verdict stub_reply(const struct stub_names *,
					const uint8_t *query, size_t n,
					uint8_t reply[static STUB_REPLY],
					size_t *len);

#endif
