/* SPDX-License-Identifier: BSD-2-Clause */
/* run_rig.h - a command under adit run as its agent sees it, without a network
 * of its own; the agent and its gateway are those of agent/rig.h. */
#ifndef ADIT_TEST_RUN_RIG_H
#define ADIT_TEST_RUN_RIG_H

#include "agent/rig.h"
#include "run/run_parts.h"

extern struct runs runs;
extern struct run run;
extern char state_dir[32];

/* After rig_open. */
void run_rig_open(void);
void run_rig_close(void);
/* A query of type A for a name; its length. */
size_t run_rig_query(uint8_t q[300], const char *name);
/* Two ends of a TCP connection; the second does not block. */
void run_rig_pair(int fd[2]);

#endif
