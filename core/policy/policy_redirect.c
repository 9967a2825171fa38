/* SPDX-License-Identifier: BSD-2-Clause */
/* policy_redirect.c - explains to an administrator whether a connection that a
 * plugin announces may lead to a host which is refused otherwise. */
#include "policy/lead.h"

#include <stdio.h>

struct policy_redirect {
	const struct policy_who *who;
	const char *name; /* that was looked up, or "" */
	struct addr a;
	const struct gw_resource *r; /* one whose redirect_allow has it */
	enum policy_rule rule;
};

/* Whether redirect_allow of the resource has the address.  If so, d->rule says
 * whether a connection may lead there. */
static bool redirect_find(struct policy_redirect *d,
			  const struct gw_resource *r, const struct addr *a)
{
	struct lead_list list = { 0 };
	bool found = false;

	if (!lead_of(r, &list))
		for (size_t i = 0; i < list.n; i++) {
			const struct lead *l = &list.item[i];

			if (!lead_matches(l, a, d->name))
				continue;
			found = true;
			if (!lead_admit(l, r, a, d->who->locals, &d->rule))
				break;
		}
	lead_fini(&list);
	if (found) {
		d->r = r;
		d->a = *a;
	}
	return found;
}

/* The first resource of the user that may lead to the address, or else the last
 * one whose redirect_allow has it. */
static bool redirect_search(struct policy_redirect *d, const struct addr *a)
{
	const struct gw_conf *c = d->who->conf;

	for (size_t i = 0; i < c->nresources; i++) {
		const struct gw_resource *r = &c->resources[i];

		if (r->plugin && policy_granted(c, d->who->grant, r) &&
		    redirect_find(d, r, a) && d->rule == POLICY_GRANTED)
			return true;
	}
	return false;
}

static void redirect_say(const struct policy_redirect *d, char *to, size_t cap)
{
	const char *name = d->r->name, *plugin = d->r->plugin->name;
	const char *built_in;
	char at[ADDR_TEXT];

	addr_str(&d->a, at);
	switch (d->rule) {
	case POLICY_GRANTED:
		snprintf(to, cap,
			 "a connection that plugin %s announces in resource %s "
			 "may lead to %s, because of redirect_allow; programs "
			 "cannot connect there by themselves",
			 plugin, name, at);
		break;
	case POLICY_DENIED:
		snprintf(to, cap,
			 "redirect_allow of resource %s (plugin %s) has %s, "
			 "but its deny has the address too, and wins",
			 name, plugin, at);
		break;
	default:
		built_in = policy_built_in(&d->a, d->who->locals);
		snprintf(to, cap,
			 "redirect_allow of resource %s (plugin %s) has %s, "
			 "but the address is %s: redirect_allow must name "
			 "it singly, not by a name nor in a wider network",
			 name, plugin, at, built_in ? built_in : "refused");
		break;
	}
}

void policy_why_redirect(const struct policy_who *who,
			 const struct policy_ask *ask, const struct addr *addrs,
			 size_t n, struct policy_why *out)
{
	struct policy_redirect d = { .who = who, .name = "" };
	struct addr at;

	if (ask->resource || !ask->host)
		return;
	if (!addr_parse(&at, ask->host, 0)) {
		addrs = &at;
		n = 1;
	} else {
		d.name = ask->host;
	}
	for (size_t i = 0; i < n; i++) {
		struct addr a = addrs[i];

		a.port = ask->port;
		if (redirect_search(&d, &a))
			break;
	}
	if (d.r)
		redirect_say(&d, out->redirect, sizeof out->redirect);
}
