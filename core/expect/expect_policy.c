/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_policy.c - where a plugin may lead. */
#include "expect/expect_policy.h"

#include "plugin/host.h"
#include "policy/lead.h"

/* With `any_port` the item's own in the place of the address's. */
static bool is_listed(const struct expect_policy *p, const struct addr *a,
		      const char *name, bool any_port)
{
	struct lead_list list = { 0 };
	enum policy_rule rule;
	bool ok = false;

	if (!lead_of(p->resource, &list))
		for (size_t i = 0; !ok && i < list.n; i++) {
			struct addr at = *a;

			if (any_port)
				at.port = list.item[i].first;
			ok = lead_matches(&list.item[i], &at, name) &&
			     !lead_admit(&list.item[i], p->resource, &at,
					 p->locals, &rule);
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
