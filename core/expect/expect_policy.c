/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_policy.c - where a plugin may lead. */
#include "expect/expect_policy.h"

#include "plugin/host.h"
#include "policy/lead.h"

/* As if the resource were for any host in the networks of this one item. */
static bool lets_as(const struct expect_policy *p, const struct lead *l,
		    const struct addr *a)
{
	struct net all[2] = { { .base.family = AF_INET },
			      { .base.family = AF_INET6 } };
	struct net own = l->net;
	struct gw_resource as_if = {
		.name = p->resource->name,
		.host = "any",
		.kind = GW_ANY,
		.deny = p->resource->deny,
		/* A name says nothing about what is built in. */
		.allow = { l->name ? all : &own, l->name ? 2 : 1 },
	};
	enum policy_rule rule;

	return !policy_check_addr(&as_if, a, p->locals, &rule);
}

/* With `any_port` the item's own in the place of the address's. */
static bool is_listed(const struct expect_policy *p, const struct addr *a,
		      const char *name, bool any_port)
{
	struct lead_list list = { 0 };
	bool ok = false;

	if (!lead_of(p->resource, &list))
		for (size_t i = 0; !ok && i < list.n; i++) {
			struct addr at = *a;

			if (any_port)
				at.port = list.item[i].first;
			ok = lead_matches(&list.item[i], &at, name) &&
			     lets_as(p, &list.item[i], &at);
		}
	lead_fini(&list);
	return ok;
}

static bool is_server(const struct expect_policy *p, const struct addr *a)
{
	struct adit_addr at = inspect_addr(a);

	return adit_addr_same_host(&at, p->server);
}

bool expect_policy_lets_out(const struct expect_policy *p, const struct addr *a,
			    const char *name)
{
	if (!p->resource)
		return false;
	if (is_server(p, a))
		return !net_list_has(&p->resource->deny, a);
	return is_listed(p, a, name, false);
}

/* Its own port is the business of who connects. */
bool expect_policy_lets_in(const struct expect_policy *p, const struct addr *a)
{
	return is_server(p, a) || (p->resource && is_listed(p, a, "", true));
}
