/* SPDX-License-Identifier: BSD-2-Clause */
/* conf.h - a plugin's options, from text to the struct it declared. */
#ifndef ADIT_PLUGIN_CONF_H
#define ADIT_PLUGIN_CONF_H

#include "policy/conf.h"

struct plugin;
struct plugin_conf;

/* The presets, then the pairs of [plugin NAME], then those of the resource;
 * either may be NULL.  A list of the resource replaces the plugin's.  Asks
 * .check at the end.  NULL: what is wrong stands in `e`.  Never changes
 * afterwards; `p` must outlive it. */
MUST_CHECK struct plugin_conf *plugin_conf_new(const struct plugin *p,
					       const struct gw_pairs *own,
					       const struct gw_pairs *over,
					       struct conf_errors *e);
/* 0 if every preset can be read, else ERR_CONF with the reason in `e`. */
MUST_CHECK int plugin_conf_try(const struct plugin *p, struct conf_errors *e);
/* What inspect_new wants.  NULL for NULL. */
const void *plugin_conf_data(const struct plugin_conf *c);
void plugin_conf_free(struct plugin_conf *c);

#endif
