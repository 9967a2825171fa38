/* SPDX-License-Identifier: BSD-2-Clause */
/* policy.c - decides which user may reach what. */
#include "policy/policy.h"

#include "base/err.h"
#include "policy/publish.h"

#include <stdio.h>
#include <string.h>

/* What is to be reached: an address, or a name, or a host of the resource. */
struct policy_target {
	struct addr addr; /* counts if it has a family */
	const char *name; /* counts else, if it is not NULL */
	bool none;        /* host number nth of the resource */
	unsigned nth;
	uint16_t port;
	int64_t now;
	bool has_code;
};

/* The groups that one user is in, of those that are valid at one gateway. */
struct member {
	uint64_t bit[GW_GROUPS_MAX / 64];
};

struct policy_search {
	const struct policy_who *who;
	struct policy_target to;
	struct member of;
	struct policy_answer *out;
};

const char *policy_rule_str(enum policy_rule rule)
{
	static const char *const text[] = {
		[POLICY_GRANTED] = "granted",
		[POLICY_BAD_HOST] = "bad-host",
		[POLICY_NO_RESOURCE] = "no-resource",
		[POLICY_NO_GROUP] = "no-group",
		[POLICY_OTHER_HOST] = "other-host",
		[POLICY_OTHER_PORT] = "other-port",
		[POLICY_NOT_ALLOWED] = "not-allowed",
		[POLICY_DENIED] = "denied",
		[POLICY_BUILT_IN] = "built-in",
		[POLICY_CLOSED] = "closed",
		[POLICY_CODE] = "code",
		[POLICY_UNRESOLVED] = "unresolved",
	};

	return text[rule];
}

bool policy_is_member(const struct grant *g, const struct gw_group *group)
{
	return name_list_has(&group->users, "*") ||
	       name_list_has(&group->users, g->user) ||
	       (g->groups && name_list_has(g->groups, group->name));
}

bool policy_counts(const struct gw_conf *c, const struct gw_gateway *g,
		   const struct gw_group *group)
{
	size_t i = (size_t)(group - c->groups);

	return g->groups[i / 64] >> i % 64 & 1;
}

static struct member policy_member_of(const struct gw_conf *c,
				      const struct grant *g)
{
	struct member m = { { 0 } };
	size_t i;

	for (i = 0; i < c->ngroups; i++)
		if (policy_counts(c, g->gateway, &c->groups[i]) &&
		    policy_is_member(g, &c->groups[i]))
			m.bit[i / 64] |= UINT64_C(1) << i % 64;
	return m;
}

/* A group of the user that grants the resource, or NULL. */
static const struct gw_group *policy_granting(const struct gw_conf *c,
					      const struct member *m,
					      const struct gw_resource *r)
{
	size_t i;

	for (i = 0; i < r->ngroups; i++) {
		uint32_t g = r->groups[i];

		if (m->bit[g / 64] >> g % 64 & 1)
			return &c->groups[g];
	}
	return NULL;
}

bool policy_granted(const struct gw_conf *c, const struct grant *g,
		    const struct gw_resource *r)
{
	struct member m = policy_member_of(c, g);

	return policy_granting(c, &m, r) != NULL;
}

bool policy_stays_open(const struct gw_resource *r, int64_t now)
{
	return !r->end_at_close || hours_is_open(&r->hours, now);
}

void policy_closed_text(const struct gw_resource *r, int64_t now, char *to)
{
	char opens[HOURS_OPENS_TEXT];

	hours_opens(&r->hours, now, opens);
	snprintf(to, POLICY_CLOSED_TEXT,
		 "outside of its hours: %.150s; opens %s",
		 r->hours_text ? r->hours_text : "", opens);
}

bool policy_publishes(const struct gw_conf *c, const struct grant *g,
		      const struct gw_publish *p)
{
	struct member m = policy_member_of(c, g);

	for (size_t i = 0; i < ARRAY_LEN(m.bit); i++)
		if (m.bit[i] & p->groups[i])
			return true;
	return false;
}

/* ---- what is asked for --------------------------------------------------- */

static int policy_read_target(const struct policy_ask *ask,
			      struct policy_target *to)
{
	char inner[ADDR_TEXT];
	const char *host = ask->host;
	size_t n = host ? strlen(host) : 0;

	*to = (struct policy_target){ .addr = ask->addr,
				      .nth = ask->nth,
				      .port = ask->port,
				      .now = ask->now,
				      .has_code = ask->has_code };
	to->addr.port = ask->port;
	if (ask->addr.family)
		return 0;
	to->none = !n;
	if (!n || !addr_parse(&to->addr, host, ask->port))
		return 0;
	if (host[0] == '[' && host[n - 1] == ']' && n < sizeof inner) {
		memcpy(inner, host + 1, n - 2);
		inner[n - 2] = 0;
		return addr_parse(&to->addr, inner, ask->port);
	}
	to->name = host;
	return host_ok(host) ? 0 : ERR_INVAL;
}

static const char *policy_target_str(const struct policy_target *to, char *buf,
				     size_t cap)
{
	char at[ADDR_TEXT];

	snprintf(buf, cap, "%s",
		 to->addr.family ? addr_host(&to->addr, at) :
		 to->name        ? to->name :
				   "no host");
	return buf;
}

/* ---- answers ------------------------------------------------------------- */

static const char *policy_name_of(const struct gw_resource *r)
{
	return r ? r->name : "?";
}

/* Writes answer->reason, for the log. */
static void policy_explain(const struct policy_search *s)
{
	struct policy_answer *o = s->out;
	const char *user = s->who->grant->user,
		   *res = policy_name_of(o->resource);
	char host[HOST_CAP], closed[POLICY_CLOSED_TEXT], *to = o->reason;
	const char *built_in;
	size_t cap = sizeof o->reason;
	unsigned port = s->to.port;

	policy_target_str(&s->to, host, sizeof host);
	switch (o->rule) {
	case POLICY_BAD_HOST:
		snprintf(to, cap, "%s is neither an address nor a host name",
			 host);
		break;
	case POLICY_NO_RESOURCE:
		snprintf(to, cap, "no resource covers %s port %u", host, port);
		break;
	case POLICY_NO_GROUP:
		snprintf(to, cap, "no group of user %s grants resource %s",
			 user, res);
		break;
	case POLICY_OTHER_HOST:
		snprintf(to, cap, "%s is not a host of resource %s", host, res);
		break;
	case POLICY_OTHER_PORT:
		snprintf(to, cap, "%u is not a port of resource %s", port, res);
		break;
	case POLICY_NOT_ALLOWED:
		snprintf(to, cap, "%s is outside of allow of resource %s", host,
			 res);
		break;
	case POLICY_DENIED:
		snprintf(to, cap, "%s is inside deny of resource %s", host,
			 res);
		break;
	case POLICY_BUILT_IN:
		built_in = policy_built_in(&s->to.addr, s->who->locals);
		snprintf(to, cap, "%s is %s, and resource %s does not name it",
			 host, built_in ? built_in : "refused", res);
		break;
	case POLICY_CLOSED:
		policy_closed_text(o->resource, s->to.now, closed);
		snprintf(to, cap, "resource %s is %s", res, closed);
		break;
	case POLICY_CODE:
		snprintf(to, cap, "resource %s " POLICY_CODE_TEXT, res);
		break;
	case POLICY_GRANTED:
	case POLICY_UNRESOLVED:
		to[0] = 0;
		break;
	}
}

static int policy_refuse(struct policy_search *s, enum policy_rule rule,
			 const struct gw_resource *r)
{
	struct policy_answer *o = s->out;

	*o = (struct policy_answer){ .rule = rule,
				     .resource = r,
				     .port = s->to.port };
	policy_explain(s);
	return ERR_DENIED;
}

static bool policy_same_target(const struct gw_resource *r,
			       const struct policy_target *to)
{
	if (to->none)
		return to->nth < r->hosts.n;
	if (to->addr.family)
		return gw_resource_has_literal(r, &to->addr);
	/* The name was looked up, and it has no address. */
	if (!to->name)
		return false;
	for (size_t i = 0; i < r->hosts.n; i++)
		if (!r->literal[i].family &&
		    host_same(r->hosts.item[i], to->name))
			return true;
	return false;
}

/* Whether the name is one of the resource's names, and not that of a host. */
static bool policy_is_its_name(const struct gw_resource *r,
			       const struct policy_target *to)
{
	return to->name && r->kind != GW_ANY && !policy_same_target(r, to) &&
	       gw_resource_has_name(r, to->name);
}

static int policy_grant(struct policy_search *s, const struct gw_resource *r)
{
	struct policy_answer *o = s->out;

	*o = (struct policy_answer){ .resource = r, .port = s->to.port };
	o->group = policy_granting(s->who->conf, &s->of, r);
	/* Its names lead to its hosts, as if none had been named. */
	o->by_name = policy_is_its_name(r, &s->to);
	if (o->by_name)
		s->to.none = true;
	o->addr = s->to.addr;
	if (s->to.none)
		o->addr = r->literal[s->to.nth];
	o->addr.port = s->to.port;
	if (!o->addr.family)
		snprintf(o->host, sizeof o->host, "%s",
			 s->to.none ? r->hosts.item[s->to.nth] : s->to.name);
	return 0;
}

/* ---- step one ------------------------------------------------------------ */

/* For a resource with host = any.  A name is granted here; its addresses are
 * checked in step two. */
static enum policy_rule policy_any_rule(const struct policy_search *s,
					const struct gw_resource *r)
{
	enum policy_rule rule = POLICY_GRANTED;

	if (s->to.none || (!s->to.name && !s->to.addr.family))
		return POLICY_BAD_HOST;
	if (s->to.addr.family &&
	    policy_check_addr(r, &s->to.addr, s->who->locals, &rule))
		return rule;
	return POLICY_GRANTED;
}

/* The last rules: who hears of hours and codes has all other rights. */
static enum policy_rule policy_last_rule(const struct policy_search *s,
					 const struct gw_resource *r)
{
	if (!hours_is_open(&r->hours, s->to.now))
		return POLICY_CLOSED;
	return r->needs_code && !s->to.has_code ? POLICY_CODE : POLICY_GRANTED;
}

static int policy_match_one(struct policy_search *s, uint32_t id)
{
	const struct gw_conf *c = s->who->conf;
	const struct gw_resource *r = gw_conf_resource_id(c, id);
	enum policy_rule rule = POLICY_GRANTED;

	if (!r)
		return policy_refuse(s, POLICY_NO_RESOURCE, NULL);
	if (!policy_granting(c, &s->of, r))
		return policy_refuse(s, POLICY_NO_GROUP, r);
	if (!gw_resource_has_port(r, s->to.port))
		return policy_refuse(s, POLICY_OTHER_PORT, r);
	if (r->kind == GW_ANY)
		rule = policy_any_rule(s, r);
	else if (!policy_same_target(r, &s->to) &&
		 !policy_is_its_name(r, &s->to))
		rule = POLICY_OTHER_HOST;
	if (!rule)
		rule = policy_last_rule(s, r);
	return rule ? policy_refuse(s, rule, r) : policy_grant(s, r);
}

/* Of all resources that refuse, the one that came nearest to a grant gives the
 * reason; a higher number is nearer. */
static unsigned policy_nearness(enum policy_rule rule)
{
	static const uint8_t near[] = {
		[POLICY_NO_RESOURCE] = 0, [POLICY_OTHER_PORT] = 1,
		[POLICY_NO_GROUP] = 2,    [POLICY_NOT_ALLOWED] = 3,
		[POLICY_BUILT_IN] = 4,    [POLICY_DENIED] = 5,
		[POLICY_CLOSED] = 6,      [POLICY_CODE] = 7,
	};

	return rule < ARRAY_LEN(near) ? near[rule] : 0;
}

/* What is asked for is looked for three times: among the hosts of resources,
 * among their names, in networks. */
enum policy_pass { PASS_HOSTS, PASS_NAMES, PASS_NETWORKS, PASSES };

static enum policy_pass policy_pass_of(const struct policy_search *s,
				       const struct gw_resource *r)
{
	if (r->kind == GW_ANY)
		return PASS_NETWORKS;
	if (policy_same_target(r, &s->to))
		return PASS_HOSTS;
	return policy_is_its_name(r, &s->to) ? PASS_NAMES : PASSES;
}

/* Why a resource does not grant what is asked for; or POLICY_GRANTED. */
static enum policy_rule policy_rule_of(const struct policy_search *s,
				       const struct gw_resource *r)
{
	enum policy_rule rule = POLICY_GRANTED;
	bool port = gw_resource_has_port(r, s->to.port);

	if (r->kind == GW_ANY) {
		if (!port)
			return POLICY_NO_RESOURCE;
		rule = policy_any_rule(s, r);
	}
	if (!policy_granting(s->who->conf, &s->of, r))
		return rule ? POLICY_NO_RESOURCE : POLICY_NO_GROUP;
	if (!port)
		return POLICY_OTHER_PORT;
	return rule ? rule : policy_last_rule(s, r);
}

/* In each pass in the order of the file. */
static int policy_match_any(struct policy_search *s)
{
	const struct gw_conf *c = s->who->conf;
	const struct gw_resource *near = NULL;
	enum policy_rule why = POLICY_NO_RESOURCE;
	unsigned pass;
	size_t i;

	for (pass = 0; pass < PASSES; pass++) {
		for (i = 0; i < c->nresources; i++) {
			const struct gw_resource *r = &c->resources[i];
			enum policy_rule rule;

			if (policy_pass_of(s, r) != pass)
				continue;
			rule = policy_rule_of(s, r);
			if (rule == POLICY_GRANTED)
				return policy_grant(s, r);
			if (policy_nearness(rule) > policy_nearness(why)) {
				why = rule;
				near = r;
			}
		}
	}
	return policy_refuse(s, why, near);
}

int policy_match(const struct gw_conf *c, const struct grant *g,
		 const struct policy_ask *ask, struct policy_answer *answer)
{
	struct policy_who who = { c, g, NULL };
	struct policy_search s = { .who = &who,
				   .of = policy_member_of(c, g),
				   .out = answer };

	if (policy_read_target(ask, &s.to) || (s.to.none && !ask->resource))
		return policy_refuse(&s, POLICY_BAD_HOST, NULL);
	return ask->resource ? policy_match_one(&s, ask->resource) :
			       policy_match_any(&s);
}

/* ---- step two ------------------------------------------------------------ */

int policy_admit(const struct policy_who *who, const struct policy_ask *ask,
		 const struct addr *a, struct policy_answer *answer)
{
	struct policy_search s = { .who = who, .out = answer };
	const struct gw_resource *r;
	enum policy_rule rule;
	int ret = policy_match(who->conf, who->grant, ask, answer);

	if (ret)
		return ret;
	r = answer->resource;
	s.of = policy_member_of(who->conf, who->grant);
	s.to = (struct policy_target){ .addr = *a,
				       .port = ask->port,
				       .now = ask->now,
				       .has_code = ask->has_code };
	s.to.addr.port = ask->port;
	/* Step one took the first resource with host = any and this port,
	 * without knowing the address.  Another one may allow it. */
	if (!ask->resource && r->kind == GW_ANY)
		return policy_match_any(&s);
	if (policy_check_addr(r, a, who->locals, &rule))
		return policy_refuse(&s, rule, r);
	return policy_grant(&s, r);
}
