/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_loop.h - finds conversations that a plugin does not survive. */
#ifndef ADIT_KIT_FUZZ_LOOP_H
#define ADIT_KIT_FUZZ_LOOP_H

#include "plugin/loader.h"
#include "policy/conf.h"

struct fuzz_options {
	const struct plugin *plugin;
	const char *plugin_file;
	const struct gw_pairs *conf; /* of the command line */
	char *const *file;           /* transcripts, and inputs: *.fuzz */
	size_t nfiles;
	unsigned seconds; /* 0: only what is given */
	uint64_t seed;
	const char *folder; /* for what it finds, and for seeds; NULL:
					 * here, and no seeds */
};

/* Prints TAP.  An exit status. */
MUST_CHECK int fuzz_loop(const struct fuzz_options *o);

#endif
