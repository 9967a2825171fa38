/* SPDX-License-Identifier: BSD-2-Clause */
/* loop.c - the event loop of a thread. */
#include "net/loop.h"

#include "base/err.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

/* Runs the deferred tasks.  Tasks that are deferred meanwhile run after the
 * loop has looked at the descriptors once more. */
static void on_prepare(struct ev_loop *ev, ev_prepare *w, int events)
{
	struct loop *l = w->data;
	struct list now;

	(void)events;
	list_init(&now);
	list_splice(&now, &l->tasks);
	while (!list_is_empty(&now)) {
		struct task *t = list_first(&now, struct task, node);

		list_remove(&t->node);
		t->run(t);
	}
	if (list_is_empty(&l->tasks))
		ev_idle_stop(ev, &l->again);
	else
		ev_idle_start(ev, &l->again);
}

static void on_idle(struct ev_loop *ev, ev_idle *w, int events)
{
	(void)ev;
	(void)w;
	(void)events;
}

/* Called by the first loop_init, because the sandbox, which begins later, does
 * not allow getrlimit(2). */
static int fds_most(void)
{
	static int most;
	struct rlimit l;

	if (!most)
		most = getrlimit(RLIMIT_NOFILE, &l) ?
			       INT_MAX :
			       (int)MIN(l.rlim_cur, (rlim_t)INT_MAX);
	return most;
}

int loop_init(struct loop *l)
{
	*l = (struct loop){ .fds_most = fds_most() };
	list_init(&l->tasks);
	list_init(&l->young);
	l->ev = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	if (!l->ev)
		return ERR_SYS;
	l->gulp = malloc(LOOP_GULP);
	if (!l->gulp) {
		ev_loop_destroy(l->ev);
		return ERR_NOMEM;
	}
	ev_prepare_init(&l->prepare, on_prepare);
	l->prepare.data = l;
	ev_prepare_start(l->ev, &l->prepare);
	ev_unref(l->ev);
	ev_idle_init(&l->again, on_idle);
	return 0;
}

void loop_fini(struct loop *l)
{
	if (!l->ev)
		return;
	ev_idle_stop(l->ev, &l->again);
	ev_timer_stop(l->ev, &l->grown);
	ev_ref(l->ev);
	ev_prepare_stop(l->ev, &l->prepare);
	ev_loop_destroy(l->ev);
	free(l->gulp);
	*l = (struct loop){ 0 };
}

void loop_run(struct loop *l)
{
	ev_run(l->ev, 0);
}

void loop_stop(struct loop *l)
{
	ev_break(l->ev, EVBREAK_ALL);
}

void task_init(struct task *t, void (*run)(struct task *))
{
	list_init(&t->node);
	t->run = run;
}

void task_defer(struct loop *l, struct task *t)
{
	if (list_is_empty(&t->node))
		list_append(&l->tasks, &t->node);
}

void task_cancel(struct task *t)
{
	list_remove(&t->node);
}

static uint64_t read_clock(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

uint64_t clock_now_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t clock_boot_us(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

int64_t clock_calendar(void)
{
	return (int64_t)(read_clock(CLOCK_REALTIME) / 1000000);
}
