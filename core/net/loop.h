/* SPDX-License-Identifier: BSD-2-Clause */
/* loop.h - one thread's event loop, and the work that is put off to the end of
 * each of its turns. */
#ifndef ADIT_NET_LOOP_H
#define ADIT_NET_LOOP_H

#include "base/defs.h"
#include "base/list.h"

#include <ev.h>
#include <stdint.h>

/* 64 KiB for one system call: less costs calls, more falls out of the second
 * level cache (measured: docs/design.md). */
#define LOOP_GULP 65536

struct loop {
	struct ev_loop *ev;
	ev_prepare prepare;
	ev_idle again; /* keeps the loop from waiting */
	struct list tasks;
	int fds_most;  /* descriptors that the process may have */
	uint8_t *gulp; /* LOOP_GULP bytes; valid within a callback */
};

/* Work that is done once, just before the loop waits; a task may be put off
 * again from inside its own run. */
struct task {
	struct list node;
	void (*run)(struct task *);
};

/* 0, ERR_NOMEM or ERR_SYS. */
MUST_CHECK int loop_init(struct loop *);
void loop_fini(struct loop *);
/* Until loop_stop; the latter from inside a callback only. */
void loop_run(struct loop *);
void loop_stop(struct loop *);

void task_init(struct task *, void (*run)(struct task *));
void task_defer(struct loop *, struct task *);
void task_cancel(struct task *);

/* Microseconds of CLOCK_MONOTONIC, read at each call.  Code on a loop asks
 * loop_now_us, which a test replaces by a clock that it moves itself. */
uint64_t loop_now_us(const struct loop *);
uint64_t clock_now_us(void);
/* Microseconds of CLOCK_BOOTTIME, which also counts the time in which the
 * machine was suspended. */
uint64_t clock_boot_us(void);

#endif
