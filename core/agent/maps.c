/* SPDX-License-Identifier: BSD-2-Clause */
/* maps.c - single hosts of any-IP resources, each at an address of its own. */
#include "agent/check.h"
#include "agent/inside.h"
#include "agent/ports.h"

#include "base/err.h"
#include "base/log.h"
#include "policy/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAPS_MAX = 1024 };

static void mapping_free(struct mapping *m)
{
	listeners_free_list(&m->listeners);
	list_remove(&m->node);
	free(m->resource);
	free(m->host);
	free(m);
}

static struct mapping *maps_find(struct agent *a, const char *resource,
				 const char *host, unsigned *count)
{
	struct list *n, *t;

	*count = 0;
	list_each (n, t, &a->maps) {
		struct mapping *m = list_entry(n, struct mapping, node);

		++*count;
		if (!strcmp(m->resource, resource) && !strcmp(m->host, host))
			return m;
	}
	return NULL;
}

static struct mapping *maps_make(struct agent *a, const char *resource,
				 const char *host)
{
	struct mapping *m = calloc(1, sizeof *m);

	if (!m)
		return NULL;
	list_init(&m->node);
	list_init(&m->listeners);
	m->resource = strdup(resource);
	m->host = strdup(host);
	snprintf(m->state, sizeof m->state, "stopped");
	list_append(&a->maps, &m->node);
	if (m->resource && m->host)
		return m;
	mapping_free(m);
	return NULL;
}

static bool is_configured(const struct agent *a, const struct mapping *m)
{
	const struct listen_conf *l = agent_conf_listen(a->conf, m->resource);

	return l && name_list_has(&l->maps, m->host);
}

static void maps_configure_listen(struct agent *a, const struct listen_conf *l)
{
	for (size_t i = 0; i < l->maps.n; i++) {
		const char *host = l->maps.item[i];
		unsigned count;
		struct mapping *m = maps_find(a, l->name, host, &count);

		if (!m && count < MAPS_MAX)
			m = maps_make(a, l->name, host);
		if (m)
			m->configured = true;
		else
			log_msg(LOG_ERROR, l->name, "no map for %s: %s", host,
				count < MAPS_MAX ? err_str(ERR_NOMEM) :
						   "too many maps");
	}
}

void maps_configure(struct agent *a)
{
	struct list *n, *t;

	list_each (n, t, &a->maps) {
		struct mapping *m = list_entry(n, struct mapping, node);

		if (m->configured && !is_configured(a, m))
			mapping_free(m);
	}
	for (size_t i = 0; i < a->conf->nlistens; i++)
		maps_configure_listen(a, &a->conf->listens[i]);
}

/* An application's connection to a host of an any-IP resource. */
static void maps_on_accepted(struct listener *p, int fd,
			     const struct addr *peer)
{
	struct mapping *m = p->mapping;
	struct resource *r = resources_find(p->agent, m->resource);
	struct flow_as as = {
		.open.dest.port = p->port,
		.spares = p->spares,
		.announces = p->announces,
	};

	if (!r) {
		tcp_reset(fd);
		return;
	}
	as.open.resource = r->entry.id;
	as.service = r->entry.service;
	memcpy(as.open.dest.host, m->host, strlen(m->host) + 1);
	flow_accept_as(p, fd, peer, &as);
}

static int open_listeners(struct agent *a, struct mapping *m,
			  const struct resource *r)
{
	char name[LABEL_MAX + 1 + HOST_MAX];
	struct ports_wish wish = { .agent = a,
				   .entry = &r->entry,
				   .name = name,
				   .accepted = maps_on_accepted };
	struct list *n, *t;

	if (!list_is_empty(&m->listeners))
		return 0;
	snprintf(name, sizeof name, "%s %s", m->resource, m->host);
	ports_open(&wish, &m->listeners, m->state);
	list_each (n, t, &m->listeners)
		list_entry(n, struct listener, node)->mapping = m;
	return list_is_empty(&m->listeners) ? ERR_SYS : 0;
}

void maps_listen(struct agent *a)
{
	struct list *n, *t;

	list_each (n, t, &a->maps) {
		struct mapping *m = list_entry(n, struct mapping, node);
		struct resource *r = resources_find(a, m->resource);

		if (!r || !(r->entry.flags & RESOURCE_ANY)) {
			listeners_free_list(&m->listeners);
			snprintf(m->state, sizeof m->state,
				 "no any-IP resource "
				 "of yours is called %s",
				 m->resource);
		} else if (open_listeners(a, m, r)) {
			log_msg(LOG_WARN, m->resource, "%s", m->state);
		}
	}
}

const struct list *maps_listeners(struct agent *a, const char *resource,
				  const char *host)
{
	unsigned count;
	const struct mapping *m = maps_find(a, resource, host, &count);

	return m ? &m->listeners : NULL;
}

void maps_close(struct agent *a)
{
	struct list *n, *t;

	list_each (n, t, &a->maps) {
		struct mapping *m = list_entry(n, struct mapping, node);

		listeners_free_list(&m->listeners);
		snprintf(m->state, sizeof m->state, "stopped");
	}
}

void maps_free(struct agent *a)
{
	while (!list_is_empty(&a->maps))
		mapping_free(list_first(&a->maps, struct mapping, node));
}

static json_t *maps_describe(const struct agent *a, const struct mapping *m)
{
	const char *state = resources_state_of(a, m->state);
	json_t *listen = json_array();
	struct list *n, *t;
	char text[ADDR_TEXT];

	list_each (n, t, &m->listeners)
		json_array_append_new(
			listen,
			json_string(addr_str(
				&list_entry(n, struct listener, node)->at,
				text)));
	return json_pack("{s:s, s:s, s:o, s:s}", "resource", m->resource,
			 "host", m->host, "listen", listen, "state", state);
}

/* False: why[cap] says why not. */
static bool may_map(struct agent *a, const char *resource, const char *host,
		    char *why, size_t cap)
{
	struct resource *r = resources_find(a, resource);

	if (a->state != AGENT_CONNECTED && a->state != AGENT_RECONNECTING)
		snprintf(why, cap, "not forwarding; run: adit start");
	else if (!r)
		snprintf(why, cap,
			 "no resource is called %s; see: adit "
			 "resources",
			 resource);
	else if (!(r->entry.flags & RESOURCE_ANY))
		snprintf(why, cap,
			 "%s has a host of its own and listens "
			 "already; map is for any-IP resources",
			 resource);
	else if (strlen(host) >= HOST_MAX || !host_or_address_ok(host))
		snprintf(why, cap, "%s is neither an address nor a name", host);
	else
		return true;
	return false;
}

static json_t *maps_put(struct agent *a, const char *resource, const char *host,
			char why[160])
{
	struct resource *r = resources_find(a, resource);
	struct mapping *m;
	unsigned count;

	/* The list of resources may have changed while the gateway was
	 * asked. */
	snprintf(why, 160, "there is no resource %s any more", resource);
	if (!r)
		return NULL;
	m = maps_find(a, resource, host, &count);
	snprintf(why, 160, "too many maps: at most %d", MAPS_MAX);
	if (!m && count < MAPS_MAX)
		m = maps_make(a, resource, host);
	if (m && !open_listeners(a, m, r)) {
		addresses_save(&a->addresses);
		return maps_describe(a, m);
	}
	if (m) {
		memcpy(why, m->state, sizeof m->state);
		mapping_free(m);
	}
	return NULL;
}

/* ---- asking the gateway first ---------------------------------------- */

struct map_check {
	struct agent *agent;
	char resource[LABEL_MAX], host[HOST_MAX];
	agent_map_fn *fn;
	void *ctx;
};

static void maps_finish(const struct map_check *k)
{
	char why[160];
	json_t *mapped = maps_put(k->agent, k->resource, k->host, why);

	k->fn(k->ctx, mapped, why);
}

static void maps_on_checked(void *ctx, unsigned reason, const char *text)
{
	struct map_check *k = ctx;
	char why[600];

	/* Its connections are held until there is a code. */
	if (reason == REASON_GRANTED || reason == REASON_CODE) {
		maps_finish(k);
	} else {
		snprintf(why, sizeof why, "%s of %s: %s", k->host, k->resource,
			 check_text(reason, text));
		k->fn(k->ctx, NULL, why);
	}
	free(k);
}

/* 0: the answer follows; or a negative error. */
static int maps_ask_gateway(const struct map_check *k)
{
	const struct resource *r = resources_find(k->agent, k->resource);
	struct open o = { .resource = r->entry.id, .real = true };
	struct map_check *copy = malloc(sizeof *copy);
	int ret;

	if (!copy)
		return ERR_NOMEM;
	*copy = *k;
	o.dest.port = r->entry.ranges[0].first;
	snprintf(o.dest.host, sizeof o.dest.host, "%s", k->host);
	ret = check_ask(k->agent, r->entry.service, &o, maps_on_checked, copy);
	if (ret)
		free(copy);
	return ret;
}

void agent_map(struct agent *a, const struct agent_map_ask *ask)
{
	struct map_check k = { .agent = a, .fn = ask->fn, .ctx = ask->ctx };
	char why[400];

	if (!may_map(a, ask->resource, ask->host, why, sizeof why)) {
		ask->fn(ask->ctx, NULL, why);
		return;
	}
	snprintf(k.resource, sizeof k.resource, "%s", ask->resource);
	snprintf(k.host, sizeof k.host, "%s", ask->host);
	/* Without a tunnel the map is made at once; the gateway checks each
	 * connection anyway. */
	if (maps_ask_gateway(&k))
		maps_finish(&k);
}

json_t *maps_status(struct agent *a)
{
	json_t *all = json_array();
	struct list *n, *t;

	list_each (n, t, &a->maps)
		json_array_append_new(
			all,
			maps_describe(a, list_entry(n, struct mapping, node)));
	return all;
}
