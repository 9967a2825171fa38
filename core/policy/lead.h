/* SPDX-License-Identifier: BSD-2-Clause */
/* lead.h - redirect_allow: where plugins may lead, besides the server's
 * host. */
#ifndef ADIT_POLICY_LEAD_H
#define ADIT_POLICY_LEAD_H

#include "base/addr.h"
#include "policy/conf.h"

/* One item: NETWORK, NAME or *.DOMAIN, each with :PORT or :PORT-PORT behind it
 * or without; an IPv6 network with ports stands in brackets. */
struct lead {
	char *name; /* NULL: net */
	struct net net;
	uint16_t first, last; /* ports; 0 and 65535: any */
};
struct lead_list {
	struct lead *item;
	size_t n;
};

/* Items behind commas, at the end of the list.  0, ERR_INVAL or ERR_NOMEM; what
 * the list holds then is still to be given to lead_fini. */
MUST_CHECK int lead_parse(const char *text, struct lead_list *to);
void lead_fini(struct lead_list *l);
/* What the resource says, else what its plugin's section says; 0 or
 * ERR_NOMEM. */
MUST_CHECK int lead_of(const struct gw_resource *r, struct lead_list *to);
/* `a` with its port; `name` is what it was called, "" if only by the
 * address. */
bool lead_matches(const struct lead *l, const struct addr *a, const char *name);

#define LEAD_EXPECTS "networks, names or *.domain, with :PORT or :PORT-PORT"

#endif
