/* SPDX-License-Identifier: BSD-2-Clause */
/* redirect_start.h - the helper adit-redirect, as a process. */
#ifndef ADIT_RUN_REDIRECT_START_H
#define ADIT_RUN_REDIRECT_START_H

#include "intercept/redirect_msg.h"

#include <sys/types.h>

/* A listener at 127.0.0.1 or ::1 with this port; 0: *port becomes a free one.
 * -1 with errno. */
MUST_CHECK int redirect_listen(int family, uint16_t *port);
/* Starts the helper, which lies beside this program or in the folder where
 * make install puts it, and which holds both listeners (the second one may be
 * -1) open: as long as there are rules, no other program can have their port.
 * The number of the first one's descriptor is the helper's argument.  This end
 * of their socket pair; or -1 with errno, and *pid is 0. */
MUST_CHECK int redirect_spawn(pid_t *pid, const int listeners[2]);
/* Why the helper cannot work, and the cure, into dst[cap]. */
void redirect_why(const struct redirect_msg *failed, char *dst, size_t cap);

#endif
