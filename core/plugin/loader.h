/* SPDX-License-Identifier: BSD-2-Clause */
/* loader.h - loads plugins, and checks them. */
#ifndef ADIT_PLUGIN_LOADER_H
#define ADIT_PLUGIN_LOADER_H

#include "base/defs.h"

#include <adit/plugin.h>

#include <sys/types.h>

#define PLUGIN_ERROR 480 /* bytes for any error text of these functions */
#define PLUGIN_OPTIONS_MAX 64
#define PLUGIN_COUNTERS_MAX 64
#define PLUGIN_STATE_MAX (1u << 20)
#define PLUGIN_CONF_MAX (1u << 16)
#define PLUGIN_MESSAGE_MAX (16u << 20)

struct plugin {
	struct adit_plugin def;     /* a copy, with defaults filled in */
	struct adit_option *option; /* copies, noptions of them */
	size_t noptions, ncounters;
	int64_t *total; /* of each counter, changed atomically */
	void *handle;   /* of dlopen; NULL: linked into the program */
	char *path;     /* NULL: linked into the program */
};

struct plugin_source {
	const char *dir;  /* an absolute path */
	const char *name; /* the file is dir/NAME.so */
	uid_t owner;      /* of files, besides root: who started the daemon */
};

/* In all of these functions NULL or -1 means an error, and err has the reason
 * with its cure. */

/* Loads a plugin in two steps, because the worker cannot reach the folder.
 * First the monitor opens the file: it checks that only root and the owner can
 * have written it. */
MUST_CHECK int plugin_open(const struct plugin_source *from, char *err,
			   size_t errlen);
/* Then the worker loads and checks the plugin.  fd stays the caller's. */
MUST_CHECK struct plugin *plugin_load_from(const struct plugin_source *from,
					   int fd, char *err, size_t errlen);
/* Loads one file, whoever could have written it, to test the plugin. */
MUST_CHECK struct plugin *plugin_load_file(const char *path, char *err,
					   size_t errlen);
/* Checks and copies the struct of a plugin that is loaded, or linked into the
 * program.  `name` must be its name. */
MUST_CHECK struct plugin *plugin_adopt(const struct adit_plugin *def,
				       const char *name, char *err,
				       size_t errlen);
/* No channel and no plugin_conf of it may exist any more.  NULL is fine. */
void plugin_unload(struct plugin *p);

/* Stands for resources without `plugin =` in lists.  Their channels are not
 * inspected, and have no struct adit_channel. */
extern const struct adit_plugin plugin_generic;

/* The sum of a counter, since the plugin was loaded. */
int64_t plugin_total(const struct plugin *p, size_t counter);

#endif
