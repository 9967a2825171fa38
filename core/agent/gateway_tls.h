/* SPDX-License-Identifier: BSD-2-Clause */
/* gateway_tls.h - how the agent makes sure that a gateway is the right one: its
 * pins, authorities and name, for each gateway of the configuration. */
#ifndef ADIT_AGENT_GATEWAY_TLS_H
#define ADIT_AGENT_GATEWAY_TLS_H

#include "base/defs.h"
#include "base/list.h"

#include <stddef.h>

struct agent_conf;
struct tls;
struct tls_identity;

struct gateway_tls_set;
struct gateway_tls {
	struct gateway_tls_set *now; /* of the configuration in use */
	struct list before;          /* of earlier ones: connections use them */
};

void gateway_tls_init(struct gateway_tls *);
/* No connection may be left that gateway_tls_new made. */
void gateway_tls_fini(struct gateway_tls *);
/* New connections follow `conf` from now on; those that exist go on with
 * what they began with.  0; or ERR_TLS: why[cap] says why, and nothing has
 * changed. */
MUST_CHECK int gateway_tls_renew(struct gateway_tls *,
				 const struct agent_conf *conf, char *why,
				 size_t cap);
/* The client side of a new connection to the gateway
 * conf->gateways.item[at], owned by the caller.  NULL: no memory. */
struct tls *gateway_tls_new(const struct gateway_tls *, size_t at);
/* The same for one that logs in, and shows who its user is; `id` may be
 * NULL. */
struct tls *gateway_tls_login(const struct gateway_tls *, size_t at,
			      struct tls_identity *id);

#endif
