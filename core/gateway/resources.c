/* SPDX-License-Identifier: BSD-2-Clause */
/* resources.c - tells the agent what its user may reach: RESOURCES, NAMES,
 * ADDRESSES. */
#include "gateway/gsession.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_ranges(struct resource_entry *e, const struct port_set *s)
{
	for (unsigned i = 0; i < s->n && e->nranges < RANGE_MAX; i++) {
		e->ranges[e->nranges].first = s->range[i].lo;
		e->ranges[e->nranges++].last = s->range[i].hi;
	}
}

static struct resource_entry entry_of(const struct worker_config *config,
				      const struct gw_resource *r)
{
	struct resource_entry e = { .id = worker_config_wire(config, r),
				    .service = SERVICE_FORWARD };
	const struct plugin *p = worker_config_handler(config, r)->plugin;

	snprintf(e.name, sizeof e.name, "%s", r->name);
	if (r->kind == GW_ANY)
		e.flags |= RESOURCE_ANY;
	if (p && p->def.can & ADIT_CAN_FORWARD)
		e.flags |= RESOURCE_SPARES;
	if (p && p->def.can & ADIT_CAN_REVERSE)
		e.flags |= RESOURCE_REVERSE;
	if (r->needs_code)
		e.flags |= RESOURCE_CODE;
	if (r->kind == GW_URL) {
		e.service = SERVICE_WEBLINK;
		snprintf(e.detail, sizeof e.detail, "%s", r->url);
	} else if (!r->hide_address) {
		snprintf(e.detail, sizeof e.detail, "%s", r->host);
	}
	add_ranges(&e, &r->ports);
	e.ndata = e.nranges;
	add_ranges(&e, &r->data_ports);
	e.ndata = e.nranges - e.ndata;
	return e;
}

/* What fits in one frame. */
struct page {
	uint8_t data[FRAME_PAYLOAD_MAX];
	size_t n;
	uint8_t command, flags;
};

/* Sends the page, empty or not; the next one has this command. */
static int page_turn(struct gsession *gs, struct page *p, uint8_t command)
{
	struct iovec payload = { p->data, p->n };
	int ret = session_post(gs->session, p->command, p->flags, NULL,
			       &payload);

	p->n = 0;
	p->flags = 0;
	p->command = command;
	return ret;
}

static size_t pack_names_of(uint8_t *to, size_t cap, uint32_t wire,
			    const struct gw_resource *r)
{
	struct names_entry e = { .resource = wire, .n = (unsigned)r->names.n };

	for (unsigned i = 0; i < e.n; i++)
		snprintf(e.name[i], sizeof e.name[i], "%s", r->names.item[i]);
	return pack_names(to, cap, &e);
}

/* A host that is a name has no address before somebody asks for it: programs
 * reach it by its name.  What is more than an entry holds is not caught. */
static unsigned addresses_of(const struct gw_resource *r,
			     struct addresses_entry *e)
{
	e->n = 0;
	if (!r->intercept_address)
		return 0;
	for (size_t i = 0; i < r->allow.n && r->kind == GW_ANY; i++)
		if (e->n < ADDRESSES_MAX)
			e->net[e->n++] = r->allow.item[i];
	for (size_t i = 0; i < MIN(r->hosts.n, GW_HOSTS_MAX); i++) {
		const struct addr *a = &r->literal[i];

		if (a->family && r->kind == GW_HOST)
			e->net[e->n++] = (struct net){
				.base = *a,
				.bits = a->family == AF_INET ? 32 : 128,
			};
	}
	return e->n;
}

static size_t page_pack(struct page *p, const struct worker_config *s,
			const struct gw_resource *r)
{
	uint8_t *to = p->data + p->n;
	size_t cap = sizeof p->data - p->n;
	uint32_t wire = worker_config_wire(s, r);
	struct addresses_entry addresses = { .resource = wire };
	struct resource_entry e;

	switch (p->command) {
	case FRAME_NAMES:
		return pack_names_of(to, cap, wire, r);
	case FRAME_ADDRESSES:
		addresses_of(r, &addresses);
		return pack_addresses(to, cap, &addresses);
	default:
		e = entry_of(s, r);
		return pack_resource(to, cap, &e);
	}
}

static int page_add(struct gsession *gs, struct page *p,
		    const struct gw_resource *r)
{
	const struct worker_config *s = gs->shard->config;
	size_t n = page_pack(p, s, r);
	int ret;

	if (!n) {
		ret = page_turn(gs, p, p->command);
		if (ret)
			return ret;
		n = page_pack(p, s, r);
	}
	p->n += n;
	return n ? 0 : ERR_LIMIT;
}

/* Whether frames of this command have an entry for the resource. */
static bool page_has(uint8_t command, const struct gw_resource *r)
{
	struct addresses_entry e;

	return command == FRAME_NAMES     ? r->names.n > 0 :
	       command == FRAME_ADDRESSES ? addresses_of(r, &e) > 0 :
					    true;
}

/* The entries of those resources that the user may reach.  Names and addresses
 * stand between the list's first frame and its last. */
static int pages_of(struct gsession *gs, struct page *p, uint8_t command)
{
	const struct gw_conf *c = gs->shard->config->conf;
	struct grant g = gsession_grant(gs);
	int ret = 0;

	for (size_t i = 0; !ret && i < c->nresources; i++) {
		const struct gw_resource *r = &c->resources[i];

		if (!policy_granted(c, &g, r) || !page_has(command, r))
			continue;
		if (p->command != command)
			ret = page_turn(gs, p, command);
		if (!ret)
			ret = page_add(gs, p, r);
	}
	return ret;
}

int resources_send(struct gsession *gs)
{
	struct page *p = calloc(1, sizeof *p);
	int ret;

	if (!p)
		return ERR_NOMEM;
	p->command = FRAME_RESOURCES;
	p->flags = FLAG_FIRST;
	ret = pages_of(gs, p, FRAME_RESOURCES);
	if (!ret)
		ret = pages_of(gs, p, FRAME_NAMES);
	if (!ret)
		ret = pages_of(gs, p, FRAME_ADDRESSES);
	if (!ret && p->command != FRAME_RESOURCES)
		ret = page_turn(gs, p, FRAME_RESOURCES);
	if (!ret) {
		p->flags |= FLAG_LAST;
		ret = page_turn(gs, p, FRAME_RESOURCES);
	}
	free(p);
	return ret;
}
