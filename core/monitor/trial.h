/* SPDX-License-Identifier: BSD-2-Clause */
/* trial.h - aditd -t: what a start would meet, without starting. */
#ifndef ADIT_MONITOR_TRIAL_H
#define ADIT_MONITOR_TRIAL_H

#include <stdbool.h>

/* Says on standard error what is wrong; the exit status.  `running`: a gateway
 * runs and asks, so addresses may be taken. */
int trial_main(const char *file, bool running);

#endif
