/* SPDX-License-Identifier: BSD-2-Clause */
/* gateway_tls.c - how the agent makes sure that a gateway is the right one. */
#include "agent/gateway_tls.h"

#include "agent/conf.h"
#include "base/addr.h"
#include "base/err.h"
#include "tls/identity.h"

#include <stdio.h>
#include <stdlib.h>

struct gateway_tls_set {
	struct list node; /* gateway_tls.before */
	size_t n;
	struct tls_client *of[]; /* one for each gateway */
};

static void gateway_tls_set_free(struct gateway_tls_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->n; i++)
		tls_client_free(set->of[i]);
	list_remove(&set->node);
	free(set);
}

static struct gateway_tls_set *gateway_tls_set_new(const struct agent_conf *c,
						   char *why, size_t cap)
{
	struct tls_client_conf conf = {
		.pins = c->pins.n ? (const char *const *)c->pins.item : NULL,
		.ca_file = c->ca,
	};
	size_t n = c->gateways.n;
	struct gateway_tls_set *set = calloc(1, sizeof *set +
							n * sizeof set->of[0]);
	char host[256];
	uint16_t port;

	snprintf(why, cap, "%s", err_str(ERR_NOMEM));
	if (!set)
		return NULL;
	list_init(&set->node);
	for (set->n = 0; set->n < n; set->n++) {
		if (addr_split(c->gateways.item[set->n], host, sizeof host,
			       &port))
			break; /* the configuration was checked */
		conf.server_name = c->server_name ? c->server_name : host;
		if (tls_client_new(&set->of[set->n], &conf, why, cap))
			break;
	}
	if (set->n == n)
		return set;
	gateway_tls_set_free(set);
	return NULL;
}

void gateway_tls_init(struct gateway_tls *t)
{
	t->now = NULL;
	list_init(&t->before);
}

int gateway_tls_renew(struct gateway_tls *t, const struct agent_conf *conf,
		      char *why, size_t cap)
{
	struct gateway_tls_set *set = gateway_tls_set_new(conf, why, cap);

	if (!set)
		return ERR_TLS;
	if (t->now)
		list_append(&t->before, &t->now->node);
	t->now = set;
	return 0;
}

struct tls *gateway_tls_new(const struct gateway_tls *t, size_t at)
{
	return tls_connect_new(t->now->of[at]);
}

struct tls *gateway_tls_login(const struct gateway_tls *t, size_t at,
			      struct tls_identity *id)
{
	return tls_connect_as(t->now->of[at], id);
}

void gateway_tls_fini(struct gateway_tls *t)
{
	gateway_tls_set_free(t->now);
	while (!list_is_empty(&t->before))
		gateway_tls_set_free(
			list_first(&t->before, struct gateway_tls_set, node));
	t->now = NULL;
}
