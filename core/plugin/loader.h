/* SPDX-License-Identifier: BSD-2-Clause */
/* loader.h - plugins as the engine holds them: checked, copied, described. */
#ifndef ADIT_PLUGIN_LOADER_H
#define ADIT_PLUGIN_LOADER_H

#include "base/defs.h"

#include <adit/plugin.h>

#include <stdio.h>
#include <sys/types.h>

#define PLUGIN_ERROR 480 /* enough for any message of these functions */
#define PLUGIN_OPTIONS_MAX 64
#define PLUGIN_COUNTERS_MAX 64
#define PLUGIN_STATE_MAX (1u << 20)
#define PLUGIN_CONF_MAX (1u << 16)
#define PLUGIN_MESSAGE_MAX (16u << 20)

struct plugin {
	struct adit_plugin def;     /* ours in size, presets filled in */
	struct adit_option *option; /* ours in size, noptions of them */
	size_t noptions, ncounters;
	int64_t *total; /* of each counter, changed atomically */
	void *handle;   /* NULL: linked in */
	char *path;     /* NULL: linked in */
};

struct plugin_source {
	const char *dir;  /* absolute */
	const char *name; /* dir/NAME.so */
	uid_t owner;      /* who besides root may own and write
					 * files: who started the daemon */
};

/* Loads and checks one.  NULL: the reason, and what to do, is in err. */
MUST_CHECK struct plugin *plugin_load(const struct plugin_source *from,
				      char *err, size_t errlen);
/* The same in two steps, for a process that cannot reach the folder: its file,
 * checked, or -1; and what is loaded from it.  The descriptor stays the
 * caller's. */
MUST_CHECK int plugin_open(const struct plugin_source *from, char *err,
			   size_t errlen);
MUST_CHECK struct plugin *plugin_load_from(const struct plugin_source *from,
					   int fd, char *err, size_t errlen);
/* One file, whoever could have written it: for those who test plugins. */
MUST_CHECK struct plugin *plugin_load_file(const char *path, char *err,
					   size_t errlen);
/* The same for a constant that is linked in; `name` as plugin_load. */
MUST_CHECK struct plugin *plugin_adopt(const struct adit_plugin *def,
				       const char *name, char *err,
				       size_t errlen);
/* No channel and no conf of it may be left.  NULL is fine. */
void plugin_unload(struct plugin *p);

/* The handler of resources without `plugin =`: it looks at nothing.  For
 * listings only; channels without a plugin have no struct adit_channel. */
extern const struct adit_plugin plugin_generic;

int64_t plugin_total(const struct plugin *p, size_t counter);
/* For people: what it is, its options with presets, its counters. */
void plugin_dump(const struct plugin *p, FILE *to);
/* "bool", "uint", "msec", "size", "string", "ports", "list". */
const char *plugin_type_str(uint32_t type);

#endif
