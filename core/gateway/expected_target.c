/* SPDX-License-Identifier: BSD-2-Clause */
/* expected_target.c - where a plugin may lead: to the host of its own server, or
 * where `redirect_allow` says.
 *
 * Names are resolved before the plugin hears an answer, so that a refusal is
 * one: in the order of the targets, each address is asked about once. */
#include "gateway/expected.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/dial.h"
#include "gateway/lookup.h"
#include "policy/lead.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As if the resource were for any host in the networks of this one lead. */
static bool may_as(const struct gchan *gc, const struct lead *l,
		   const struct addr *a)
{
	struct net all[2] = { { .base.family = AF_INET },
			      { .base.family = AF_INET6 } };
	struct net own = l->net;
	struct gw_resource as_if = {
		.name = gc->resource->name,
		.host = "any",
		.kind = GW_ANY,
		.deny = gc->resource->deny,
		/* A name says nothing about what is built in. */
		.allow = { l->name ? all : &own, l->name ? 2 : 1 },
	};
	enum policy_rule rule;

	return !policy_check_addr(&as_if, a, &gc->gs->shard->locals->list,
				  &rule);
}

/* Its own port is the business of who connects. */
static struct addr at_port_of(const struct lead *l, const struct addr *a)
{
	struct addr at = *a;

	at.port = l->first;
	return at;
}

bool expected_admits(const struct gchan *gc, const struct addr *a,
		     const struct adit_addr *parent_server)
{
	struct adit_addr from = inspect_addr(a);
	struct lead_list list = { 0 };
	bool ok = adit_addr_same_host(&from, parent_server);

	if (ok || !gc || !gc->resource)
		return ok;
	if (!lead_of(gc->resource, &list))
		for (size_t i = 0; !ok && i < list.n; i++) {
			struct addr at = at_port_of(&list.item[i], a);

			ok = lead_matches(&list.item[i], &at, "") &&
			     may_as(gc, &list.item[i], &at);
		}
	lead_fini(&list);
	return ok;
}

static bool is_listed(const struct gchan *gc, const struct addr *a,
		      const char *name)
{
	struct lead_list list = { 0 };
	bool ok = false;

	if (!lead_of(gc->resource, &list))
		for (size_t i = 0; !ok && i < list.n; i++)
			ok = lead_matches(&list.item[i], a, name) &&
			     may_as(gc, &list.item[i], a);
	lead_fini(&list);
	return ok;
}

bool expected_may(const struct gchan *gc, const struct addr *a,
		  const char *name, const struct adit_addr *parent_server)
{
	struct adit_addr at = inspect_addr(a);
	char who[WHO_TEXT], text[ADDR_TEXT];
	bool ok;

	if (!gc->resource)
		return false;
	if (adit_addr_same_host(&at, parent_server))
		ok = !net_list_has(&gc->resource->deny, a);
	else
		ok = is_listed(gc, a, name);
	if (!ok)
		log_msg(LOG_INFO, gchan_who(gc, who),
			"where the protocol leads is refused: %s%s%s", name,
			*name ? " at " : "", addr_str(a, text));
	return ok;
}

/* ---- the addresses of all targets ------------------------------------------------ */

static void admit(struct point *p, const struct addr *a, const char *name)
{
	struct target *t;

	if (p->nfound == EXPECT_TARGETS_MAX ||
	    !expected_may(p->parent, a, name, &p->server))
		return;
	t = reallocarray(p->found, p->nfound + 1, sizeof *t);
	if (!t)
		return;
	p->found = t;
	t += p->nfound++;
	*t = (struct target){ .at = *a };
	snprintf(t->name, sizeof t->name, "%s", name);
}

static void on_found(struct query *q, const struct msg_resolved *found)
{
	struct point *p = container_of(q, struct point, query);
	struct expectation *e = expect_get(&p->gs->expects, p->id);
	const struct adit_addr *t = &e->target[p->looked++];
	struct addr each[RESOLVE_MAX];

	for (unsigned i = 0; i < found->n; i++)
		each[i] = found->addrs[i];
	race_interleave(each, found->n);
	for (unsigned i = 0; i < found->n; i++) {
		struct addr a = each[i];

		a.port = t->port;
		admit(p, &a, t->host);
	}
	expected_found(p, e);
}

int expected_find(struct point *p, const struct expectation *e)
{
	struct addr a;

	for (; p->looked < e->ntargets; p->looked++) {
		const struct adit_addr *t = &e->target[p->looked];

		if (inspect_addr_to(&a, t)) {
			p->query.found = on_found;
			return lookup_ask(p->gs, &p->query, t->host,
					  LOOKUP_USER) ?
				       ERR_NOMEM :
				       ERR_AGAIN;
		}
		admit(p, &a, "");
	}
	return p->nfound ? 0 : ERR_DENIED;
}
