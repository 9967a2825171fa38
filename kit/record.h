/* SPDX-License-Identifier: BSD-2-Clause */
/* record.h - records a channel of a running gateway as a transcript. */
#ifndef ADIT_KIT_RECORD_H
#define ADIT_KIT_RECORD_H

#include "base/defs.h"

struct record_options {
	const char *resource;
	const char *control; /* the control socket, or NULL */
	const char *config;  /* the configuration that names it then */
	const char *output;  /* a new file; NULL: standard output */
};

/* Waits for the next channel of the resource and its end, or SIGINT.  Returns
 * an exit status, after a message if it is not 0. */
MUST_CHECK int record_run(const struct record_options *o);

#endif
