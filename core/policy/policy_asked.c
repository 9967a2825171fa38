/* SPDX-License-Identifier: BSD-2-Clause */
/* policy_asked.c - reads the argument of `aditctl why`. */
#include "policy/policy.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>

static int asked_unknown(const struct gw_conf *c, const char *text,
			 struct policy_asked *out)
{
	struct conf_guess guess = { .word = text };
	char hint[128];

	for (size_t i = 0; i < c->nresources; i++)
		conf_guess_offer(&guess, c->resources[i].name);
	snprintf(out->why, sizeof out->why,
		 "%s is neither HOST:PORT, nor a "
		 "URL, nor a [resource] of %s%s",
		 text, c->file, conf_guess_text(&guess, hint, sizeof hint));
	return ERR_INVAL;
}

int policy_read_asked(const struct gw_conf *c, const char *text,
		      struct policy_asked *out)
{
	const struct gw_resource *r = gw_conf_resource(c, text);
	uint16_t port = 0;

	*out = (struct policy_asked){ 0 };
	if (r) {
		out->ask.resource = r->id;
		port = port_set_at(&r->ports, 0);
	} else if (strstr(text, "://")) {
		if (host_of_url(text, out->host, &port)) {
			snprintf(out->why, sizeof out->why,
				 "%s: expected "
				 "http://HOST/ or https://HOST:PORT/",
				 text);
			return ERR_INVAL;
		}
	} else if (addr_split(text, out->host, sizeof out->host, &port)) {
		return asked_unknown(c, text, out);
	}
	out->ask.host = out->host;
	out->ask.port = port;
	return 0;
}

/* The resource of whose names the host is one, if it is no resource's host. */
static const struct gw_resource *asked_by_name(const struct gw_conf *c,
					       const struct policy_ask *ask)
{
	const struct gw_resource *found = NULL;

	for (size_t i = 0; i < c->nresources; i++) {
		const struct gw_resource *r = &c->resources[i];

		if (!gw_resource_has_port(r, ask->port))
			continue;
		for (size_t j = 0; j < r->hosts.n; j++)
			if (host_same(r->hosts.item[j], ask->host))
				return NULL;
		if (!found && r->kind != GW_ANY &&
		    gw_resource_has_name(r, ask->host))
			found = r;
	}
	return found;
}

const char *policy_name_asked(const struct gw_conf *c,
			      const struct policy_ask *ask)
{
	const struct gw_resource *r = gw_conf_resource_id(c, ask->resource);
	const char *host;
	struct addr a;

	if (!r && ask->host)
		r = asked_by_name(c, ask);
	host = r && r->kind != GW_ANY ? r->host : ask->host;

	/* The question is about all hosts of the resource. */
	if (r && r->hosts.n > 1)
		return NULL;
	return host && host_ok(host) && addr_parse(&a, host, 0) ? host : NULL;
}
