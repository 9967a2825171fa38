/* SPDX-License-Identifier: BSD-2-Clause */
/* setup_plugins.c - whether the worker will be able to load its plugins. */
#include "gateway/setup.h"

#include "base/err.h"
#include "plugin/conf.h"
#include "plugin/loader.h"

#include <unistd.h>

static void try_options(const struct plugin *p, const struct gw_pairs *own,
			const struct gw_pairs *over, struct conf_errors *e)
{
	plugin_conf_free(plugin_conf_new(p, own, over, e));
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
