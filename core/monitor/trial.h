/* SPDX-License-Identifier: BSD-2-Clause */
/* trial.h - aditd -t: what a start would meet, without starting. */
#ifndef ADIT_MONITOR_TRIAL_H
#define ADIT_MONITOR_TRIAL_H

#include "policy/conf.h"

#include <stdbool.h>

/* Says on standard error what is wrong; the exit status.  `running`: a gateway
 * runs and asks, so addresses may be taken. */
int trial_main(const char *file, bool running);

/* For trial_main: what the unit of the service (aditd.service) keeps from an
 * aditd that systemd starts with this configuration: it sees fewer folders than
 * whoever calls aditd -t, and may write to one only. */
void trial_warn_of_service(const struct gw_conf *, struct conf_errors *warn);

#endif
