/* SPDX-License-Identifier: BSD-2-Clause */
/* client_side.h - what a virtual gateway knows of certificates of its clients:
 * the authorities, what they have revoked, where the name of a user stands. */
#ifndef ADIT_MONITOR_CLIENT_SIDE_H
#define ADIT_MONITOR_CLIENT_SIDE_H

#include "base/opt.h"
#include "policy/conf.h"
#include "process/msg_certificate.h"

/* Shared by a configuration and the logins that have begun with it. */
struct client_side {
	unsigned refs;
	int bundle; /* memfd for the checkers */
	struct msg_certificate ask;
	uint8_t (*revoked)[CLIENT_ID];
	size_t nrevoked;
	uint64_t crl_until; /* seconds since 1970; 0: no CRL */
};

/* From the files of `client_ca` and `client_crl`.  *out stays NULL where the
 * gateway's `auth` has no certificate.  0; ERR_CONF or ERR_NOMEM with the
 * reasons in `e`. */
MUST_CHECK int client_side_new(struct client_side **out,
			       const struct gw_gateway *,
			       struct conf_errors *e);
/* NULL is fine for both. */
struct client_side *client_side_ref(struct client_side *);
void client_side_unref(struct client_side *);

/* Whether a certificate that was good once still is: it has not ended by `now`,
 * nor has a CRL revoked it. */
bool client_side_keeps(const struct client_side *, const uint8_t id[CLIENT_ID],
		       uint64_t until, uint64_t now);

#endif
