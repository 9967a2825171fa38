/* SPDX-License-Identifier: BSD-2-Clause */
/* conf.h - reads a plugin's options from an ini file into its struct. */
#ifndef ADIT_PLUGIN_CONF_H
#define ADIT_PLUGIN_CONF_H

#include "policy/conf.h"

struct plugin;
struct plugin_conf;

/* Fills the plugin's struct: with the presets, then with `own`, the keys of
 * [plugin NAME], then with `over`, those of the resource; both may be NULL.  A
 * list in the resource replaces the plugin's list.  Then calls .check.  NULL:
 * `e` has the errors.  The result never changes; `p` must outlive it. */
MUST_CHECK struct plugin_conf *plugin_conf_new(const struct plugin *p,
					       const struct gw_pairs *own,
					       const struct gw_pairs *over,
					       struct conf_errors *e);
/* Returns 0 if all presets of the plugin can be read, ERR_CONF with the reason
 * in `e`, or ERR_NOMEM. */
MUST_CHECK int plugin_conf_try(const struct plugin *p, struct conf_errors *e);
/* The plugin's struct, for inspect_new.  NULL for NULL. */
const void *plugin_conf_data(const struct plugin_conf *c);
void plugin_conf_free(struct plugin_conf *c);

#endif
