/* SPDX-License-Identifier: BSD-2-Clause */
/* suite.h - runs transcripts in all ways, and prints TAP. */
#ifndef ADIT_KIT_SUITE_H
#define ADIT_KIT_SUITE_H

#include "plugin/loader.h"
#include "policy/conf.h"

#include <stdbool.h>
#include <stdint.h>

struct suite {
	const struct plugin *plugin;
	const struct gw_pairs *conf; /* of the command line: it goes before */
	char *const *file;
	size_t nfiles;
	uint64_t seed;
	bool verbose; /* show what happened, once for each */
};

/* True if all went well. */
bool suite_run(const struct suite *s);

/* crash.c: a signal that kills tells where it happened. */
void crash_watch(void);
extern const char *volatile crash_title;

#endif
