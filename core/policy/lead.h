/* SPDX-License-Identifier: BSD-2-Clause */
/* lead.h - redirect_allow: to which hosts a plugin may redirect a client,
 * besides the host of the server. */
#ifndef ADIT_POLICY_LEAD_H
#define ADIT_POLICY_LEAD_H

#include "base/addr.h"
#include "policy/policy.h"

/* One item: NETWORK, NAME or *.DOMAIN, with or without :PORT or :PORT-PORT at
 * its end.  An IPv6 network with ports stands in brackets. */
struct lead {
	char *name; /* NULL: `net` counts */
	struct net net;
	uint16_t first, last; /* ports; 0 and 65535 mean any port */
};
struct lead_list {
	struct lead *item;
	size_t n;
};

/* Reads items with commas between them and appends them to the list.  0,
 * ERR_INVAL or ERR_NOMEM.  The caller calls lead_fini, also after an error. */
MUST_CHECK int lead_parse(const char *text, struct lead_list *to);
void lead_fini(struct lead_list *l);
/* Appends redirect_allow of the resource or, if it has none, of the section of
 * its plugin.  0, or the errors of lead_parse. */
MUST_CHECK int lead_of(const struct gw_resource *r, struct lead_list *to);
/* Whether the item allows the address `a` with its port.  `name` is the name
 * that the address was looked up for, or "". */
bool lead_matches(const struct lead *l, const struct addr *a, const char *name);

/* The second step, once the item allows the address: deny of the resource, and
 * the ranges that are refused by default unless the item is a network inside of
 * such a range.  0; or ERR_DENIED with *rule, POLICY_DENIED or
 * POLICY_BUILT_IN. */
MUST_CHECK int lead_admit(const struct lead *l, const struct gw_resource *r,
			  const struct addr *a, const struct gw_locals *locals,
			  enum policy_rule *rule);

#define LEAD_EXPECTS "networks, names or *.domain, with :PORT or :PORT-PORT"

#endif
