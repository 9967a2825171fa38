/* SPDX-License-Identifier: BSD-2-Clause */
/* background.h - between the two halves of daemon.h: the loop and the process. */
#ifndef ADIT_ADIT_BACKGROUND_H
#define ADIT_ADIT_BACKGROUND_H

#include "base/defs.h"

struct daemon_conf;

/* The loop.  `parent` is the writing end of a pipe whose reader is waited for, or
 * -1.  An exit status. */
MUST_CHECK int daemon_serve(const struct daemon_conf *, int parent);

#endif
