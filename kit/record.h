/* SPDX-License-Identifier: BSD-2-Clause */
/* record.h - makes a transcript of a channel of a running gateway. */
#ifndef ADIT_KIT_RECORD_H
#define ADIT_KIT_RECORD_H

#include "base/defs.h"

struct record_options {
	const char *resource;
	const char *config;  /* names the control socket ... */
	const char *control; /* ... unless this is not NULL */
	const char *output;  /* NULL: standard output */
};

/* Waits for a channel and its end, or SIGINT.  An exit status; what went wrong
 * is said. */
MUST_CHECK int record_run(const struct record_options *o);

#endif
