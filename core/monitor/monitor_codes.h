/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_codes.h - one-time codes that users give inside their sessions. */
#ifndef ADIT_MONITOR_MONITOR_CODES_H
#define ADIT_MONITOR_MONITOR_CODES_H

#include "process/msg.h"

struct monitor;

void monitor_codes_init(struct monitor *);
/* MSG_CODE, whose secret is wiped.  0 or ERR_PROTO. */
MUST_CHECK int monitor_codes_serve(struct monitor *, const struct msg *);

#endif
