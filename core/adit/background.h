/* SPDX-License-Identifier: BSD-2-Clause */
/* background.h - what background.c, which makes the process of an agent, calls
 * in daemon.c, which runs in it. */
#ifndef ADIT_ADIT_BACKGROUND_H
#define ADIT_ADIT_BACKGROUND_H

#include "base/defs.h"

struct daemon_conf;

/* Runs the agent until it has ended; returns an exit status.  `parent` is the
 * writing end of a pipe: when nobody reads from it any more before the login is
 * done, the agent ends.  -1: there is no such pipe. */
MUST_CHECK int daemon_serve(const struct daemon_conf *, int parent);

#endif
