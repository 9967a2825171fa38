/* SPDX-License-Identifier: BSD-2-Clause */
/* log_side.h - keeps the process "aditd: log" running (process/log_relay.h),
 * and owns the pipe to it, which survives that process and an upgrade. */
#ifndef ADIT_MONITOR_LOG_SIDE_H
#define ADIT_MONITOR_LOG_SIDE_H

#include "base/defs.h"
#include "process/privs.h"

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

struct log_side_conf {
	struct ev_loop *loop;
	const struct privs_user *user;
	const char *to; /* `log` in [server] */
	bool verbose;
};

/* What a program before an upgrade leaves to the next one.  pid 0: that process
 * is being started again; descriptors, -1: none. */
struct log_ends {
	pid_t pid;
	int pipe;  /* what that process reads */
	int error; /* standard error as the gateway was started with it */
};

struct log_side;

/* Starts the process; from then on standard error, and standard output where it
 * was the same, is the pipe.  NULL, logged. */
struct log_side *log_side_new(const struct log_side_conf *);
/* The same with what was left, which it takes: the process is replaced by one
 * of this program. */
struct log_side *log_side_adopt(const struct log_side_conf *,
				const struct log_ends *);
/* The process ends by itself, once nobody writes any more. */
void log_side_free(struct log_side *);

/* For an upgrade; the descriptors stay the side's.  NULL has none. */
struct log_ends log_side_ends(const struct log_side *);
/* Bytes of lines that the receiver has not taken yet.  NULL: 0. */
uint64_t log_side_waiting(const struct log_side *);
/* 0: none runs. */
pid_t log_side_pid(const struct log_side *);

#endif
