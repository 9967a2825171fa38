/* SPDX-License-Identifier: BSD-2-Clause */
/* reload.c - a running agent takes another configuration. */
#include "agent/inside.h"

#include "base/err.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Keys that cannot change while the agent runs: the session, the control
 * socket and the remembered addresses are made with them. */
static const char *const fixed[] = {
	"user", "password_file", "password_command", "control", "loopback_net",
};

static bool is_fixed(const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		if (!strcmp(fixed[i], key))
			return true;
	return false;
}

static int copy(char **to, const char *from)
{
	char *text = strdup(from);

	if (!text)
		return ERR_NOMEM;
	free(*to);
	*to = text;
	return 0;
}

/* The place of a gateway that is in use.  One that the new list does not
 * have is added at its end, as long as it is in use. */
static int reload_place_of(struct agent_conf *next, const char *gateway,
			   size_t *at)
{
	for (size_t i = 0; i < next->gateways.n; i++) {
		if (strcmp(next->gateways.item[i], gateway))
			continue;
		*at = i;
		return 0;
	}
	*at = next->gateways.n;
	next->nleft++;
	return name_list_add(&next->gateways, gateway);
}

static int keep_fixed(const struct agent *a, struct agent_conf *next)
{
	next->loopback_net = a->conf->loopback_net;
	next->once = a->conf->once;
	return copy(&next->user, a->conf->user) ||
			       copy(&next->control, a->conf->control) ?
		       ERR_NOMEM :
		       0;
}

/* Closes the listeners that have another place in the new configuration;
 * they are opened anew afterwards. */
static void close_changed(struct agent *a, const struct agent_conf *next)
{
	bool all = a->conf->intercept != next->intercept ||
		   a->conf->low_port_offset != next->low_port_offset;
	struct list *n, *t;

	list_each (n, t, &a->resources) {
		struct resource *r = list_entry(n, struct resource, node);

		if (all || !agent_conf_same_listen(
				   agent_conf_listen(a->conf, r->entry.name),
				   agent_conf_listen(next, r->entry.name)))
			listeners_free_list(&r->listeners);
	}
	list_each (n, t, &a->maps) {
		struct mapping *m = list_entry(n, struct mapping, node);

		if (all || !agent_conf_same_listen(
				   agent_conf_listen(a->conf, m->resource),
				   agent_conf_listen(next, m->resource)))
			listeners_free_list(&m->listeners);
	}
	if (!addr_same(&a->conf->dns, &next->dns))
		dns_close(a);
	if (addr_same(&a->conf->socks, &next->socks) &&
	    a->conf->socks_off == next->socks_off)
		return;
	listener_free(a->socks);
	a->socks = NULL;
}

static void reload_use(struct agent *a, const struct agent_conf *next)
{
	close_changed(a, next);
	a->conf = a->uplink.conf = next;
	a->addresses.conf = next;
	maps_configure(a);
	publish_configure(a);
	if (a->listed &&
	    (a->state == AGENT_CONNECTED || a->state == AGENT_RECONNECTING))
		agent_listen(a);
}

static json_t *report_of(const struct name_list *keys)
{
	json_t *changed = json_array(), *kept = json_array();

	for (size_t i = 0; i < keys->n; i++)
		json_array_append_new(is_fixed(keys->item[i]) ? kept : changed,
				      json_string(keys->item[i]));
	return json_pack("{s:o, s:o}", "changed", changed, "kept", kept);
}

json_t *agent_reload(struct agent *a, struct agent_conf *next, char *why,
		     size_t cap)
{
	struct name_list keys = { 0 };
	size_t at, home;
	json_t *report = NULL;

	snprintf(why, cap, "%s", err_str(ERR_NOMEM));

	if (!agent_conf_diff(a->conf, next, &keys) && !keep_fixed(a, next) &&
	    !reload_place_of(next, a->conf->gateways.item[a->uplink.at], &at) &&
	    !reload_place_of(next, a->conf->gateways.item[a->uplink.home],
			     &home) &&
	    !gateway_tls_renew(&a->uplink.tls, next, why, cap)) {
		a->uplink.at = at;
		a->uplink.home = home;
		reload_use(a, next);
		report = report_of(&keys);
		log_msg(LOG_INFO, NULL, "the configuration was read again");
	}
	name_list_fini(&keys);
	return report;
}
