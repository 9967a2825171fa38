/* SPDX-License-Identifier: BSD-2-Clause */
/* notify.h - tells systemd how this program is, if it wants to know. */
#ifndef ADIT_NET_NOTIFY_H
#define ADIT_NET_NOTIFY_H

#include "base/defs.h"

/* One line about it, which systemctl status shows: from now on it does its
 * work, or nothing has changed about that. */
void notify_ready(const char *fmt, ...) PRINTF(1, 2);
void notify_status(const char *fmt, ...) PRINTF(1, 2);
void notify_reloading(void);
void notify_stopping(const char *status);

#endif
