/* SPDX-License-Identifier: BSD-2-Clause */
/* expected_target.c - where a plugin may lead: to the host of its own server, or
 * where `redirect_allow` says. */
#include "gateway/expected.h"

#include <stdlib.h>
#include <string.h>

static void add_nets(const struct gw_pairs *p, struct net_list *to)
{
	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(p->item[i].key, "redirect_allow") &&
		    opt_parse_nets(p->item[i].value, to))
			return;
}

static bool is_listed(const struct gchan *gc, const struct addr *a)
{
	const struct gw_resource *r = gc->resource;
	struct net_list nets = { 0 };
	struct gw_resource as_if = { .name = r->name, .host = "any",
				     .kind = GW_ANY, .deny = r->deny };
	enum policy_rule rule;
	bool ok;

	add_nets(&r->options, &nets);
	if (!nets.n && r->plugin)
		add_nets(&r->plugin->options, &nets);
	as_if.allow = nets;
	ok = as_if.allow.n &&
	     !policy_check_addr(&as_if, a, &gc->gs->owner->locals->list, &rule);
	free(nets.item);
	return ok;
}

bool expected_may(const struct gchan *gc, const struct addr *a,
		  const struct adit_addr *parent_server)
{
	struct adit_addr at = inspect_addr(a);

	if (!gc->resource)
		return false;
	if (adit_addr_same_host(&at, parent_server))
		return !net_list_has(&gc->resource->deny, a);
	return is_listed(gc, a);
}
