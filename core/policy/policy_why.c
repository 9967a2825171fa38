/* SPDX-License-Identifier: BSD-2-Clause */
/* policy_why.c - explains to an administrator why a user may connect somewhere,
 * or may not. */
#include "policy/policy.h"

#include <stdio.h>
#include <string.h>

struct why {
	const struct policy_who *who;
	const struct policy_ask *ask;
	const struct policy_answer *answer;
	struct policy_why *out;
};

/* Appends to dst[cap], as much as fits. */
static void why_add(char *dst, size_t cap, const char *text)
{
	size_t n = strlen(dst);

	snprintf(dst + n, cap - n, "%s", text);
}

static bool why_grants(const struct gw_conf *c, const struct gw_resource *r,
		       const struct gw_group *g)
{
	for (size_t i = 0; i < r->ngroups; i++)
		if (&c->groups[r->groups[i]] == g)
			return true;
	return false;
}

/* The groups of this gateway that the user is in, or else those that grant the
 * resource; returns one of them, or NULL. */
static const char *why_list_groups(const struct why *w, bool mine, char *dst,
				   size_t cap)
{
	const struct gw_conf *c = w->who->conf;
	const struct grant *g = w->who->grant;
	const char *one = NULL;
	size_t i;

	dst[0] = 0;
	for (i = 0; i < c->ngroups; i++) {
		const struct gw_group *group = &c->groups[i];

		if (!policy_counts(c, g->gateway, group) ||
		    !(mine ? policy_is_member(g, group) :
			     why_grants(c, w->answer->resource, group)))
			continue;
		if (one)
			why_add(dst, cap, ", ");
		why_add(dst, cap, group->name);
		one = one ? one : group->name;
	}
	return one;
}

/* Says how to grant the resource: put the user into a group that has it, or the
 * resource into a group of the user. */
static void why_missing_group(const struct why *w)
{
	const struct gw_conf *c = w->who->conf;
	const char *user = w->who->grant->user;
	const char *gateway = w->who->grant->gateway->name;
	const char *resource = w->answer->resource->name;
	char given[200], mine[200], text[300];
	const char *group = why_list_groups(w, false, given, sizeof given);
	struct policy_why *o = w->out;
	bool several = c->ngateways > 1;

	if (group)
		snprintf(text, sizeof text,
			 "put %s into a group that grants %s "
			 "(%s)",
			 user, resource, given);
	else
		snprintf(text, sizeof text,
			 "add %s to resources = of a [group] "
			 "of gateway %s, and put %s into that",
			 resource, gateway, user);
	snprintf(o->missing, sizeof o->missing,
		 "%s: aditctl passwd%s%s "
		 "--groups +%s %s",
		 text, several ? " --gateway " : "", several ? gateway : "",
		 group ? group : "GROUP", user);
	if (!why_list_groups(w, true, mine, sizeof mine))
		return;
	snprintf(text, sizeof text,
		 "add %s to resources = of a group of %s "
		 "(%s)",
		 resource, user, mine);
	if (group)
		why_add(o->missing, sizeof o->missing, "; or ");
	else
		o->missing[0] = 0;
	why_add(o->missing, sizeof o->missing, text);
}

static void why_missing_port(const struct why *w)
{
	const struct gw_resource *r = w->answer->resource;
	char ports[200];

	port_set_str(&r->ports, ports, sizeof ports);
	if (r->url) {
		snprintf(w->out->missing, sizeof w->out->missing,
			 "url = of "
			 "[resource %s] leads to port %s; add a [resource] "
			 "whose url leads to port %u",
			 r->name, ports, w->ask->port);
		return;
	}
	snprintf(w->out->missing, sizeof w->out->missing,
		 "add %u to port = of "
		 "[resource %s] (now %s), or a resource with that port",
		 w->ask->port, r->name, ports);
}

static void why_missing(const struct why *w)
{
	const struct gw_resource *r = w->answer->resource;
	const char *name = r ? r->name : "?";
	char *to = w->out->missing, hosts[300] = "?";
	size_t cap = sizeof w->out->missing;

	switch (w->answer->rule) {
	case POLICY_GRANTED:
		break;
	case POLICY_BAD_HOST:
		snprintf(to, cap, "ask for a host name or an address");
		break;
	case POLICY_NO_RESOURCE:
		snprintf(to, cap,
			 "add a [resource] with this host and port, "
			 "and its name to resources = of a [group]");
		break;
	case POLICY_NO_GROUP:
		why_missing_group(w);
		break;
	case POLICY_OTHER_HOST:
		snprintf(to, cap,
			 "add a [resource] with this host: that of "
			 "%s is %s",
			 name,
			 r ? gw_resource_hosts(r, hosts, sizeof hosts) : hosts);
		break;
	case POLICY_OTHER_PORT:
		why_missing_port(w);
		break;
	case POLICY_NOT_ALLOWED:
		snprintf(to, cap,
			 "add a network with this address to allow = "
			 "of [resource %s]",
			 name);
		break;
	case POLICY_DENIED:
		snprintf(to, cap,
			 "remove the network with this address from "
			 "deny = of [resource %s]",
			 name);
		break;
	case POLICY_BUILT_IN:
		snprintf(to, cap,
			 "name it: a resource with the address as its "
			 "host, or in [resource %s] an allow network that lies "
			 "inside that range",
			 name);
		break;
	case POLICY_CLOSED:
		snprintf(to, cap, "wait, or change hours = of [resource %s]",
			 name);
		break;
	case POLICY_CODE:
		snprintf(to, cap,
			 "%s answers with a code of the app: adit confirm; the "
			 "secret for that is made by: aditctl otp %s",
			 w->who->grant->user, w->who->grant->user);
		break;
	case POLICY_UNRESOLVED:
		snprintf(to, cap,
			 "the gateway must find an address for this name "
			 "(DNS or /etc/hosts)");
		break;
	}
}

static void why_fill(const struct why *w)
{
	const struct policy_answer *a = w->answer;
	struct policy_why *o = w->out;

	snprintf(o->rule, sizeof o->rule, "%s", policy_rule_str(a->rule));
	snprintf(o->resource, sizeof o->resource, "%s",
		 a->resource ? a->resource->name : "");
	snprintf(o->group, sizeof o->group, "%s",
		 a->group ? a->group->name : "");
}

static void why_refused(const struct why *w)
{
	why_fill(w);
	snprintf(w->out->what, sizeof w->out->what, "refused: %s",
		 w->answer->reason);
	why_missing(w);
}

static bool why_is_whole_resource(const struct policy_ask *ask)
{
	return ask->resource && !ask->addr.family &&
	       (!ask->host || !ask->host[0]);
}

static bool why_has_several_hosts(const struct policy_ask *ask,
				  const struct gw_resource *r)
{
	return why_is_whole_resource(ask) && r->hosts.n > 1;
}

/* Where the connection goes: one address and port, or all of a resource. */
static void why_put_place(const struct why *w, char *dst, size_t cap)
{
	const struct policy_answer *a = w->answer;
	char at[ADDR_TEXT], hosts[300], ports[200];

	if (!why_is_whole_resource(w->ask)) {
		snprintf(dst, cap, "%s", addr_str(&a->addr, at));
		return;
	}
	port_set_str(&a->resource->ports, ports, sizeof ports);
	if (why_has_several_hosts(w->ask, a->resource)) {
		snprintf(dst, cap, "the first that accepts of %s; port %s",
			 gw_resource_hosts(a->resource, hosts, sizeof hosts),
			 ports);
		return;
	}
	snprintf(dst, cap, "%s, port %s",
		 a->resource->kind == GW_ANY ? "every host in allow" :
					       addr_host(&a->addr, at),
		 ports);
}

static void why_allowed(const struct why *w)
{
	const struct policy_answer *a = w->answer;
	const struct gw_resource *r = a->resource;
	char place[560];

	why_fill(w);
	w->out->allowed = true;
	why_put_place(w, place, sizeof place);
	snprintf(w->out->what, sizeof w->out->what,
		 "connects to %s: resource "
		 "%s, granted by group %s%s%s",
		 place, r->name, a->group ? a->group->name : "?",
		 r->plugin ? ", read by plugin " : "",
		 r->plugin ? r->plugin->name : "");
}

/* Whether `ask` is about a resource with host = any as a whole, which is
 * refused only because no address was given.  Then the answer becomes a grant.
 * */
static bool why_is_open_network(const struct why *w,
				struct policy_answer *answer)
{
	const struct policy_who *who = w->who;
	const struct gw_resource *r = answer->resource;
	char closed[POLICY_CLOSED_TEXT];

	if (answer->rule != POLICY_BAD_HOST || !r || r->kind != GW_ANY ||
	    !why_is_whole_resource(w->ask))
		return false;
	for (size_t i = 0; i < r->ngroups && !answer->group; i++) {
		const struct gw_group *g = &who->conf->groups[r->groups[i]];

		if (policy_counts(who->conf, who->grant->gateway, g) &&
		    policy_is_member(who->grant, g))
			answer->group = g;
	}
	if (!hours_is_open(&r->hours, w->ask->now)) {
		answer->rule = POLICY_CLOSED;
		policy_closed_text(r, w->ask->now, closed);
		snprintf(answer->reason, sizeof answer->reason,
			 "resource %s is %s", r->name, closed);
		return false;
	}
	if (r->needs_code && !w->ask->has_code) {
		answer->rule = POLICY_CODE;
		snprintf(answer->reason, sizeof answer->reason,
			 "resource %s " POLICY_CODE_TEXT, r->name);
		return false;
	}
	answer->rule = POLICY_GRANTED;
	return true;
}

static void why_unresolved(const struct why *w, struct policy_answer *answer)
{
	answer->rule = POLICY_UNRESOLVED;
	snprintf(answer->reason, sizeof answer->reason,
		 "%s does not resolve to an address on this gateway",
		 answer->host);
	why_refused(w);
}

static void why_decide(const struct policy_who *who,
		       const struct policy_ask *ask, const struct addr *addrs,
		       size_t n, struct policy_why *out)
{
	struct policy_answer answer;
	struct policy_ask whole = *ask;
	struct why w = { who, ask, &answer, out };
	struct addr literal;
	size_t i;

	*out = (struct policy_why){ 0 };
	if (policy_match(who->conf, who->grant, ask, &answer)) {
		if (why_is_open_network(&w, &answer))
			why_allowed(&w);
		else
			why_refused(&w);
		return;
	}
	if (answer.by_name && answer.resource->hosts.n > 1) {
		whole.resource = answer.resource->id;
		whole.host = NULL;
		w.ask = &whole;
	}
	if (why_has_several_hosts(w.ask, answer.resource)) {
		why_allowed(&w);
		return;
	}
	if (answer.addr.family) {
		literal = answer.addr;
		addrs = &literal;
		n = 1;
	}
	if (!n) {
		why_unresolved(&w, &answer);
		return;
	}
	for (i = 0; i < n; i++) {
		if (!policy_admit(who, ask, &addrs[i], &answer)) {
			why_allowed(&w);
			return;
		}
	}
	why_refused(&w);
}

void policy_why(const struct policy_who *who, const struct policy_ask *ask,
		const struct addr *addrs, size_t n, struct policy_why *out)
{
	why_decide(who, ask, addrs, n, out);
	if (!out->allowed)
		policy_why_redirect(who, ask, addrs, n, out);
}
