/* SPDX-License-Identifier: BSD-2-Clause */
/* loop.h - the event loop of a thread, and tasks that are deferred to the end
 * of each of its turns.  Everything of a loop belongs to its thread. */
#ifndef ADIT_NET_LOOP_H
#define ADIT_NET_LOOP_H

#include "base/defs.h"
#include "base/list.h"

#include <ev.h>
#include <stdint.h>

/* Bytes that one system call reads: four full TLS records, so that in a bulk
 * transfer none is cut.  Less costs more system calls, more does
 * not stay in the second level cache of the CPU (measured: docs/design.md). */
#define LOOP_GULP (4 * (16384 + 22))

struct loop {
	struct ev_loop *ev;
	ev_prepare prepare;
	ev_idle again; /* active: the loop does not wait for events */
	struct list tasks;
	struct list young; /* struct sock.young: no keep-alive yet */
	ev_timer grown;    /* keep-alive begins (net/options.c) */
	int fds_most;      /* descriptors that the process may have */
	uint8_t *gulp; /* LOOP_GULP bytes for reading, free at each callback of
			* libev, but not in those of a conn */
};

/* A function that runs once, just before the loop waits for events.  It may
 * defer its own task again. */
struct task {
	struct list node;
	void (*run)(struct task *);
};

/* Returns 0, ERR_NOMEM or ERR_SYS. */
MUST_CHECK int loop_init(struct loop *);
void loop_fini(struct loop *);
/* Runs until a callback calls loop_stop. */
void loop_run(struct loop *);
void loop_stop(struct loop *);

void task_init(struct task *, void (*run)(struct task *));
/* Runs the task at the end of this turn.  A task that is deferred already stays
 * where it is. */
void task_defer(struct loop *, struct task *);
/* Harmless if the task is not deferred. */
void task_cancel(struct task *);

/* Microseconds of CLOCK_MONOTONIC, read at each call.  Code on a loop asks
 * loop_now_us, which a test replaces by a clock that it moves itself. */
uint64_t loop_now_us(const struct loop *);
uint64_t clock_now_us(void);
/* Microseconds of CLOCK_BOOTTIME, which also counts the time in which the
 * machine was suspended. */
uint64_t clock_boot_us(void);
/* Seconds since 1970, by the clock that people read. */
int64_t clock_calendar(void);

#endif
