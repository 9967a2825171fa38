/* SPDX-License-Identifier: BSD-2-Clause */
/* notify.h - reports the state of a service to systemd.  Without a
 * NOTIFY_SOCKET in the environment the functions do nothing. */
#ifndef ADIT_NET_NOTIFY_H
#define ADIT_NET_NOTIFY_H

#include "base/defs.h"

/* The service is ready, or ready again after notify_reloading.  The text is one
 * line for `systemctl status`, as it is of all these functions. */
void notify_ready(const char *fmt, ...) PRINTF(1, 2);
/* Only the text has changed. */
void notify_status(const char *fmt, ...) PRINTF(1, 2);
void notify_reloading(void);
void notify_stopping(const char *status);

#endif
