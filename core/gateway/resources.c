/* SPDX-License-Identifier: BSD-2-Clause */
/* resources.c - tells the agent what its user may reach: RESOURCES frames. */
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

struct page {
	uint8_t data[FRAME_PAYLOAD_MAX];
	size_t n;
	uint8_t flags;
};

static int page_send(struct gsession *gs, struct page *p)
{
	struct iovec payload = { p->data, p->n };
	int ret = session_post(gs->session, FRAME_RESOURCES, p->flags, NULL,
			       &payload);

	p->n = 0;
	p->flags = 0;
	return ret;
}

static int page_add(struct gsession *gs, struct page *p,
		    const struct resource_entry *e)
{
	size_t n = pack_resource(p->data + p->n, sizeof p->data - p->n, e);
	int ret;

	if (!n) {
		ret = page_send(gs, p);
		if (ret)
			return ret;
		n = pack_resource(p->data, sizeof p->data, e);
	}
	p->n += n;
	return n ? 0 : ERR_LIMIT;
}

int resources_send(struct gsession *gs)
{
	const struct worker_config *config = gs->shard->config;
	struct grant g = gsession_grant(gs);
	struct page *p = calloc(1, sizeof *p);
	int ret = p ? 0 : ERR_NOMEM;

	if (p)
		p->flags = FLAG_FIRST;
	for (size_t i = 0; !ret && i < config->conf->nresources; i++) {
		const struct gw_resource *r = &config->conf->resources[i];
		struct resource_entry e;

		if (!policy_granted(config->conf, &g, r))
			continue;
		e = entry_of(config, r);
		ret = page_add(gs, p, &e);
	}
	if (!ret) {
		p->flags |= FLAG_LAST;
		ret = page_send(gs, p);
	}
	free(p);
	return ret;
}
