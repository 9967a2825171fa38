/* SPDX-License-Identifier: BSD-2-Clause */
/* setup_plugins.c - whether the worker will be able to load its plugins. */
#include "gateway/setup.h"

#include "base/err.h"
#include "base/opt.h"
#include "plugin/conf.h"
#include "plugin/loader.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The one option that is the gateway's own: plugins see no more than text. */
static void try_nets(const struct gw_pairs *p, struct conf_errors *e)
{
	for (size_t i = 0; p && i < p->n; i++) {
		struct net_list nets = { 0 };

		if (!strcmp(p->item[i].key, "redirect_allow") &&
		    opt_parse_nets(p->item[i].value, &nets))
			conf_error(e, p->item[i].line, "redirect_allow = %s: "
				   "write %s", p->item[i].value,
				   opt_expects(OPT_NETS));
		free(nets.item);
	}
}

static void try_options(const struct plugin *p, const struct gw_pairs *own,
			const struct gw_pairs *over, struct conf_errors *e)
{
	plugin_conf_free(plugin_conf_new(p, own, over, e));
	try_nets(over ? over : own, e);
}

static void try_plugin(const struct gw_conf *c, const struct gw_plugin *g,
		       struct conf_errors *e)
{
	const struct plugin_source from = {
		.dir = c->server.plugin_dir, .name = g->name,
		.owner = geteuid(),
	};
	char err[PLUGIN_ERROR];
	struct plugin *p = plugin_load(&from, err, sizeof err);
	unsigned before = e->count;

	if (!p) {
		conf_error(e, g->line, "[plugin %s]: %s", g->name, err);
		return;
	}
	try_options(p, &g->options, NULL, e);
	for (size_t i = 0; i < c->nresources && e->count == before; i++)
		if (c->resources[i].plugin == g)
			try_options(p, &g->options, &c->resources[i].options,
				    e);
	plugin_unload(p);
}

int setup_try_plugins(const struct setup *s, struct conf_errors *e)
{
	for (size_t i = 0; i < s->conf->nplugins; i++)
		try_plugin(s->conf, &s->conf->plugins[i], e);
	return e->count ? ERR_CONF : 0;
}
