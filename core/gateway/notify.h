/* SPDX-License-Identifier: BSD-2-Clause */
/* notify.h - tells systemd how the gateway is, if it wants to know. */
#ifndef ADIT_GATEWAY_NOTIFY_H
#define ADIT_GATEWAY_NOTIFY_H

#include "base/defs.h"

void notify_ready(const char *fmt, ...) PRINTF(1, 2);
void notify_reloading(void);
void notify_stopping(void);

#endif
