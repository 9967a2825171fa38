/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_loop.h - searches for conversations that make a plugin fail. */
#ifndef ADIT_KIT_FUZZ_LOOP_H
#define ADIT_KIT_FUZZ_LOOP_H

#include "plugin/loader.h"
#include "policy/conf.h"

struct fuzz_options {
	const struct plugin *plugin;
	const char *plugin_file;
	const struct gw_pairs *conf; /* options of the command line */
	char *const *file;           /* transcripts, and inputs (*.fuzz) */
	size_t nfiles;
	unsigned seconds; /* how long to search; 0: only run the files */
	uint64_t seed;    /* of the random numbers */
	/* For inputs that fail, and for the transcripts as inputs.  NULL: the
	 * current folder, and the transcripts are not written. */
	const char *folder;
};

/* Prints TAP.  Returns an exit status. */
MUST_CHECK int fuzz_loop(const struct fuzz_options *o);

#endif
