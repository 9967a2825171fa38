/* SPDX-License-Identifier: BSD-2-Clause */
/* suite.h - plays transcripts to a plugin in all ways, and prints TAP. */
#ifndef ADIT_KIT_SUITE_H
#define ADIT_KIT_SUITE_H

#include "plugin/loader.h"
#include "policy/conf.h"

#include <stdbool.h>
#include <stdint.h>

struct suite {
	const struct plugin *plugin;
	/* Options of the command line, which take precedence over those of the
	 * transcript. */
	const struct gw_pairs *conf;
	char *const *file;
	size_t nfiles;
	uint64_t seed;
	bool verbose; /* show what happens, once for each transcript */
};

/* True if all transcripts have passed. */
bool suite_run(const struct suite *s);

/* crash.c: when the plugin crashes, tells where.  crash_title: the run. */
void crash_watch(void);
extern const char *volatile crash_title;

#endif
