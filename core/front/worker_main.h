/* SPDX-License-Identifier: BSD-2-Clause */
/* worker_main.h - the worker: the process that has all sessions. */
#ifndef ADIT_FRONT_WORKER_MAIN_H
#define ADIT_FRONT_WORKER_MAIN_H

/* Serves agents until the monitor tells it to end, or ends itself; returns the
 * exit status. */
int worker_main(void);

#endif
