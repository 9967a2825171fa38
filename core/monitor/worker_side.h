/* SPDX-License-Identifier: BSD-2-Clause */
/* worker_side.h - one worker process as the monitor sees it: its number, its
 * two sockets and how far it is.  There are two of these, so that a new worker
 * can be there beside the one that serves. */
#ifndef ADIT_MONITOR_WORKER_SIDE_H
#define ADIT_MONITOR_WORKER_SIDE_H

#include "base/defs.h"
#include "process/msg.h"
#include "process/privs.h"

#include <ev.h>
#include <stdbool.h>

struct monitor;
struct worker_side;

enum worker_state {
	WORKER_NONE,     /* no process; perhaps a pause before the next one */
	WORKER_STARTING, /* has a process, which has not said that it serves */
	WORKER_READY,
	WORKER_LEAVING, /* has handed its sessions over, and is to end */
	WORKER_KILLED,  /* SIGKILL is on its way: its messages are ignored */
};

/* A process that has ended. */
struct worker_end {
	const char *how; /* "exit status 0", "killed by signal 9 (Killed)" */
	bool expected;   /* the monitor killed it, or it ended with status 0 */
	int main;        /* its last messages can be read here; -1: none.
			  * Closed behind the call */
};

struct worker_side_ops {
	/* A message of the worker; its descriptors are closed behind the call.
	 * An error other than ERR_AGAIN: the worker is killed. */
	int (*on_message)(struct worker_side *, struct msg *);
	/* The same on the socket for signatures; turns the message into its
	 * answer. */
	int (*on_sign)(struct worker_side *, struct msg *);
	void (*on_end)(struct worker_side *, const struct worker_end *);
	/* The pause that worker_side_pause began is over. */
	void (*on_pause_over)(struct worker_side *);
};

struct worker_side {
	struct ev_loop *loop;
	const struct worker_side_ops *ops;
	struct monitor *monitor; /* for the ops */
	enum worker_state state;
	pid_t pid;      /* 0: none */
	int main, sign; /* -1: none */
	ev_io on_main, on_sign;
	ev_child on_child;
	ev_timer limit; /* of the state: see the table in worker_side.c */
	double started; /* ev_now() of then */
	double pause;   /* seconds, of the last one */
	unsigned quick; /* deaths soon after a start, in a row */
};

/* A worker that an earlier life of this process has started. */
struct worker_kept {
	pid_t pid;
	double started;
	int main, sign;
};

void worker_side_init(struct worker_side *, struct ev_loop *,
		      const struct worker_side_ops *, struct monitor *);

/* Starts a process as `user`; `names` is its end of the resolver's socket, and
 * stays the caller's.  0, or ERR_SYS: it is logged, and there is none. */
MUST_CHECK int worker_side_spawn(struct worker_side *,
				 const struct privs_user *user, int names);
/* Takes one that is ready already, and its sockets. */
void worker_side_adopt(struct worker_side *, const struct worker_kept *);
/* It serves: the time limit of its start is lifted. */
void worker_side_ready(struct worker_side *);
/* The time limit of a start begins anew. */
void worker_side_start_goes_on(struct worker_side *);
/* Another one serves in its place: it is heard no more, and killed unless it
 * ends soon.  Nothing where it has ended already. */
void worker_side_leave(struct worker_side *);
/* Ends it at once; on_end follows later.  `why` is logged as an error; NULL: it
 * is none.  Nothing where there is no process. */
void worker_side_kill(struct worker_side *, const char *why);
/* Without a process: on_pause_over is called after a pause, which is longer
 * each time that a worker lived for a short time only. */
void worker_side_pause(struct worker_side *);
/* 0, ERR_CLOSED: there is none; or what msg_send says.  One that takes no
 * messages is killed. */
int worker_side_send(struct worker_side *, const struct msg *);

static inline bool worker_side_is_ready(const struct worker_side *w)
{
	return w->state == WORKER_READY;
}

#endif
