/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_config_plugins.c - the files of the plugins, and whether they can be
 * loaded. */
#include "monitor/monitor_config.h"

#include "base/err.h"
#include "process/msg.h"
#include "plugin/conf.h"
#include "plugin/loader.h"

#include <stdlib.h>
#include <unistd.h>

static struct plugin_source source_of(const struct gw_conf *c, size_t i)
{
	return (struct plugin_source){ .dir = c->server.plugin_dir,
				       .name = c->plugins[i].name,
				       .owner = geteuid() };
}

int monitor_config_open_plugins(struct monitor_config *s, struct conf_errors *e)
{
	const struct gw_conf *c = s->conf;
	char err[PLUGIN_ERROR];
	unsigned before = e->count;

	if (c->nplugins > MSG_FDS)
		return conf_error(e, c->plugins[MSG_FDS].line,
				  "more than %d plugins", MSG_FDS);
	s->plugins = calloc(c->nplugins + 1, sizeof *s->plugins);
	if (!s->plugins) {
		conf_error(e, 0, "%s", err_str(ERR_NOMEM));
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < c->nplugins; i++) {
		const struct plugin_source from = source_of(c, i);

		s->plugins[i] = plugin_open(&from, err, sizeof err);
		if (s->plugins[i] < 0)
			conf_error(e, c->plugins[i].line, "[plugin %s]: %s",
				   from.name, err);
	}
	return e->count > before ? ERR_CONF : 0;
}

void monitor_config_close_plugins(struct monitor_config *s)
{
	for (size_t i = 0; s->plugins && i < s->conf->nplugins; i++)
		if (s->plugins[i] >= 0)
			close(s->plugins[i]);
	free(s->plugins);
	s->plugins = NULL;
}

static void try_options(const struct plugin *p, const struct gw_pairs *own,
			const struct gw_pairs *over, struct conf_errors *e)
{
	plugin_conf_free(plugin_conf_new(p, own, over, e));
}

static void try_plugin(const struct monitor_config *s, size_t n,
		       struct conf_errors *e)
{
	const struct plugin_source from = source_of(s->conf, n);
	const struct gw_plugin *g = &s->conf->plugins[n];
	char err[PLUGIN_ERROR];
	struct plugin *p = plugin_load_from(&from, s->plugins[n], err,
					    sizeof err);
	unsigned before = e->count;

	if (!p) {
		conf_error(e, g->line, "[plugin %s]: %s", g->name, err);
		return;
	}
	try_options(p, &g->options, NULL, e);
	for (size_t i = 0; i < s->conf->nresources && e->count == before; i++)
		if (s->conf->resources[i].plugin == g)
			try_options(p, &g->options,
				    &s->conf->resources[i].options, e);
	plugin_unload(p);
}

int monitor_config_try_plugins(const struct monitor_config *s,
			       struct conf_errors *e)
{
	for (size_t i = 0; i < s->conf->nplugins; i++)
		try_plugin(s, i, e);
	return e->count ? ERR_CONF : 0;
}
