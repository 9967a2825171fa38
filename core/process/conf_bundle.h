/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_bundle.h - the configuration as the monitor gives it to the worker, in
 * the memfd of MSG_CONF.
 *
 *   str16  name of the configuration file
 *   u32    length of its text, then the text, included files among it
 *   u32    length of its time zones, then these (policy/zone.h)
 *   u32    number of gateways, then for each in the order of the text:
 *            u32 length of its certificate in PEM, then the certificate
 *   u32    number of listeners, then for each: str8 its address and port
 *   u64 x 2  the key by which agents are told targets apart
 *
 * The descriptors of MSG_CONF behind the memfd are the listeners, in this
 * order. */
#ifndef ADIT_PROCESS_CONF_BUNDLE_H
#define ADIT_PROCESS_CONF_BUNDLE_H

#include "base/addr.h"
#include "base/buf.h"
#include "base/defs.h"
#include "base/siphash.h"

struct conf_bundle_bytes { /* not owned, no NUL behind them */
	const char *p;
	size_t n;
};

struct conf_bundle {
	char file[4096];
	struct conf_bundle_bytes text;
	struct conf_bundle_bytes zones;
	struct conf_bundle_bytes *certificate;
	size_t ncertificates;
	struct addr *listen;
	struct sip_key address_key;
	size_t nlisten; /* MSG_FDS - 1 at most: the memfd goes with them */
};

/* Arrays of so many certificates and listeners, for the caller to fill.  0 or
 * ERR_NOMEM; conf_bundle_fini is the caller's in both cases. */
MUST_CHECK int conf_bundle_init(struct conf_bundle *, size_t ncertificates,
				size_t nlisten);
/* Frees the arrays, not the bytes that they name. */
void conf_bundle_fini(struct conf_bundle *);

/* Appends to `out`.  0, ERR_NOMEM, or ERR_LIMIT: there is more than a length
 * can say, or more listeners than a message takes. */
MUST_CHECK int conf_bundle_pack(struct buf *out, const struct conf_bundle *);
/* The whole of p[n], in which text and certificates then stand.  0, ERR_NOMEM
 * or ERR_PROTO; conf_bundle_fini is the caller's in all cases. */
MUST_CHECK int conf_bundle_unpack(struct conf_bundle *, const void *p,
				  size_t n);

#endif
