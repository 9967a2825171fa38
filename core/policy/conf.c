/* SPDX-License-Identifier: BSD-2-Clause */
/* conf.c - frees a config of the gateway, and finds sections in it. */
#include "policy/conf.h"

#include "policy/conf_parts.h"
#include "policy/host.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void conf_pairs_fini(struct gw_pairs *p)
{
	while (p->n) {
		struct gw_pair *pair = &p->item[--p->n];

		free(pair->key);
		free(pair->value);
	}
	free(p->item);
}

static void conf_resource_fini(struct gw_resource *r)
{
	opt_fini(gw_resource_opts, r);
	conf_pairs_fini(&r->options);
	free(r->groups);
	free(r->name);
}

static void conf_free(struct gw_conf *c)
{
	size_t i;

	for (i = 0; i < c->ngateways; i++) {
		opt_fini(gw_gateway_opts, &c->gateways[i]);
		free(c->gateways[i].name);
	}
	for (i = 0; i < c->nplugins; i++) {
		conf_pairs_fini(&c->plugins[i].options);
		free(c->plugins[i].name);
	}
	for (i = 0; i < c->nresources; i++)
		conf_resource_fini(&c->resources[i]);
	for (i = 0; i < c->ngroups; i++) {
		opt_fini(gw_group_opts, &c->groups[i]);
		free(c->groups[i].name);
	}
	for (i = 0; i < c->nusers; i++)
		free(c->users[i].name);
	for (i = 0; i < c->npublishes; i++) {
		opt_fini(gw_publish_opts, &c->publishes[i]);
		free(c->publishes[i].name);
	}
	opt_fini(gw_server_opts, &c->server);
	free(c->gateways);
	free(c->plugins);
	free(c->resources);
	free(c->by_name);
	if (c->files)
		conf_files_fini(c->files);
	free(c->files);
	free(c->groups);
	free(c->users);
	free(c->publishes);
	free(c->file);
	free(c);
}

struct gw_conf *gw_conf_ref(struct gw_conf *c)
{
	atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
	return c;
}

void gw_conf_unref(struct gw_conf *c)
{
	if (c &&
	    atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) == 1)
		conf_free(c);
}

const struct gw_gateway *gw_conf_gateway(const struct gw_conf *c,
					 const char *name)
{
	size_t i;

	for (i = 0; i < c->ngateways; i++)
		if (!strcmp(c->gateways[i].name, name))
			return &c->gateways[i];
	return NULL;
}

const struct gw_plugin *gw_conf_plugin(const struct gw_conf *c,
				       const char *name)
{
	size_t i;

	for (i = 0; i < c->nplugins; i++)
		if (!strcmp(c->plugins[i].name, name))
			return &c->plugins[i];
	return NULL;
}

const struct gw_publish *gw_conf_publish(const struct gw_conf *c,
					 const char *name)
{
	for (size_t i = 0; i < c->npublishes; i++)
		if (!strcmp(c->publishes[i].name, name))
			return &c->publishes[i];
	return NULL;
}

const struct gw_group *gw_conf_group(const struct gw_conf *c, const char *name)
{
	for (size_t i = 0; i < c->ngroups; i++)
		if (!strcmp(c->groups[i].name, name))
			return &c->groups[i];
	return NULL;
}

static int conf_compare_name(const void *key, const void *element)
{
	const struct gw_resource *const *r = element;

	return strcmp(key, (*r)->name);
}

const struct gw_resource *gw_conf_resource(const struct gw_conf *c,
					   const char *name)
{
	const struct gw_resource **r;

	if (!c->nresources)
		return NULL;
	r = bsearch(name, c->by_name, c->nresources, sizeof *r,
		    conf_compare_name);
	return r ? *r : NULL;
}

const struct gw_resource *gw_conf_resource_id(const struct gw_conf *c,
					      uint32_t id)
{
	return id && id <= c->nresources ? &c->resources[id - 1] : NULL;
}

static bool conf_listens_on(const struct gw_gateway *g,
			    const struct addr *listen)
{
	size_t i;

	for (i = 0; i < g->listen.n; i++)
		if (addr_same(&g->listen.item[i], listen))
			return true;
	return false;
}

const struct gw_gateway *gw_conf_by_sni(const struct gw_conf *c,
					const struct addr *listen,
					const char *sni)
{
	const struct gw_gateway *only = NULL;
	bool named = sni && *sni;
	size_t i, n = 0;

	for (i = 0; i < c->ngateways; i++) {
		const struct gw_gateway *g = &c->gateways[i];

		if (!conf_listens_on(g, listen))
			continue;
		if (named && g->server_name && host_same(g->server_name, sni))
			return g;
		only = g;
		n++;
	}
	/* An agent that was given an address instead of a name sends no SNI. */
	return n == 1 && !(named && only->server_name) ? only : NULL;
}

bool gw_resource_has_port(const struct gw_resource *r, uint16_t port)
{
	return port_set_has(&r->ports, port) ||
	       port_set_has(&r->data_ports, port);
}

bool gw_resource_has_literal(const struct gw_resource *r, const struct addr *a)
{
	for (size_t i = 0; i < r->hosts.n; i++) {
		struct addr own = r->literal[i];

		own.scope = a->scope;
		if (own.family && addr_same_host(&own, a))
			return true;
	}
	return false;
}

bool gw_resource_has_name(const struct gw_resource *r, const char *host)
{
	for (size_t i = 0; i < r->names.n; i++)
		if (host_matches(r->names.item[i], host))
			return true;
	return false;
}

const char *gw_resource_hosts(const struct gw_resource *r, char *buf,
			      size_t cap)
{
	size_t at = 0;

	*buf = 0;
	for (size_t i = 0; i < r->hosts.n && at < cap; i++)
		at += (size_t)snprintf(buf + at, cap - at, "%s%s",
				       i ? ", " : "", r->hosts.item[i]);
	return buf;
}
