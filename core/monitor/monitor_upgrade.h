/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_upgrade.h - aditctl upgrade: another program takes the monitor's
 * place. */
#ifndef ADIT_MONITOR_MONITOR_UPGRADE_H
#define ADIT_MONITOR_MONITOR_UPGRADE_H

#include "monitor/log_side.h"
#include "monitor/resolver_side.h"
#include "monitor/worker_side.h"

#include <stdbool.h>

struct monitor;

enum upgrade_state { /* see monitor_upgrade.c */
		     UPGRADE_NONE,
		     UPGRADE_TESTING,
		     UPGRADE_EXECUTING,
		     UPGRADE_HANDOVER,
};
struct upgrade {
	enum upgrade_state state;
	uint32_t client; /* of aditctl, which gets the answer */
	bool force;      /* end a worker that does not hand its sessions over */
	pid_t pid;       /* of the test */
	int output;      /* memfd: what the test said; -1: none */
	ev_child on_child;
	ev_timer limit; /* of the test */
};

/* What the program before an upgrade has left to this one.  Descriptors; -1:
 * none. */
struct monitor_left {
	int control, client;
	struct resolver_ends names;
	struct worker_kept worker;
	struct log_ends log;
	bool force; /* of monitor_upgrade_start */
};

/* `force`: a worker that does not hand its sessions over is ended. */
void monitor_upgrade_start(struct monitor *, uint32_t client, bool force);
/* *goes_on: this process goes on with m->left, from the program before an
 * upgrade; else it starts from nothing.  0, or an exit status. */
MUST_CHECK int monitor_upgrade_take_state(struct monitor *, bool *goes_on);
/* Control socket and listeners are in place: takes the old worker over, and has
 * a new one started. */
void monitor_upgrade_finish(struct monitor *);
/* SIG_BLOCK or SIG_UNBLOCK: holds back, or lets through, SIGHUP, SIGTERM and
 * SIGINT, for which the monitor has no handler at its start and its end. */
void monitor_upgrade_hold_signals(int how);
/* Ends one that is under way, without an answer. */
void monitor_upgrade_drop(struct monitor *);

/* monitor_upgrade_state.c */
/* A memfd for the new program, or -1.  It and all descriptors of which it
 * speaks survive execv. */
MUST_CHECK int monitor_upgrade_state_write(struct monitor *, uint32_t client,
					   bool force);
/* execv has failed: they do not any more, and `fd` is closed. */
void monitor_upgrade_state_undo(int fd);
/* Fills in what was running, closes `fd`.  0 or ERR_INVAL. */
MUST_CHECK int monitor_upgrade_state_read(struct monitor *, int fd);

#endif
