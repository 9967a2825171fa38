/* SPDX-License-Identifier: BSD-2-Clause */
/* loop_test.c - deferred tasks run once, at the end of a turn of the loop, and
 * without making it wait. */
#include "net/loop.h"

#include <string.h>

#include "suite.h"

static struct loop loop;
static char order[16];

struct letter {
	struct task task;
	char name;
	unsigned again;      /* how often it defers itself */
	struct letter *next; /* deferred by this one, or NULL */
};

static void run(struct task *t)
{
	struct letter *l = container_of(t, struct letter, task);

	strncat(order, &l->name, 1);
	if (l->again) {
		l->again--;
		task_defer(&loop, t);
	}
	if (l->next)
		task_defer(&loop, &l->next->task);
}

static void start(struct letter *l, size_t n)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	order[0] = 0;
	for (size_t i = 0; i < n; i++) {
		l[i] = (struct letter){ .name = (char)('a' + i) };
		task_init(&l[i].task, run);
	}
}

/* A turn of the loop, which ends before it would wait. */
static void turn(void)
{
	ev_run(loop.ev, EVRUN_NOWAIT);
}

START_TEST(in_order_and_once)
{
	struct letter l[3];

	start(l, 3);
	task_defer(&loop, &l[1].task);
	task_defer(&loop, &l[0].task);
	task_defer(&loop, &l[1].task);
	ck_assert_str_eq(order, "");
	turn();
	ck_assert_str_eq(order, "ba");
	turn();
	ck_assert_str_eq(order, "ba");
	loop_fini(&loop);
}
END_TEST

/* What is deferred by a task runs in the next turn, so that descriptors are
 * looked at in between. */
START_TEST(deferred_meanwhile)
{
	struct letter l[2];

	start(l, 2);
	l[0].again = 1;
	l[0].next = &l[1];
	task_defer(&loop, &l[0].task);
	turn();
	ck_assert_str_eq(order, "a");
	l[0].next = NULL;
	turn();
	ck_assert_str_eq(order, "aab");
	turn();
	ck_assert_str_eq(order, "aab");
	loop_fini(&loop);
}
END_TEST

START_TEST(cancelled)
{
	struct letter l[3];

	start(l, 3);
	for (size_t i = 0; i < 3; i++)
		task_defer(&loop, &l[i].task);
	task_cancel(&l[1].task);
	task_cancel(&l[1].task);
	turn();
	ck_assert_str_eq(order, "ac");
	task_defer(&loop, &l[1].task);
	turn();
	ck_assert_str_eq(order, "acb");
	loop_fini(&loop);
}
END_TEST

static void on_timer(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)w;
	(void)events;
	loop_stop(&loop);
}

/* While a task is deferred the loop must not wait for an event: it would wait
 * for an hour here. */
START_TEST(no_wait_while_deferred)
{
	struct letter l[1];
	ev_timer hour;

	start(l, 1);
	l[0].again = 3;
	ev_timer_init(&hour, on_timer, 3600., 0.);
	ev_timer_start(loop.ev, &hour);
	task_defer(&loop, &l[0].task);
	for (size_t i = 0; i < 4; i++)
		ev_run(loop.ev, i < 3 ? EVRUN_ONCE : EVRUN_NOWAIT);
	ck_assert_str_eq(order, "aaaa");
	ev_timer_stop(loop.ev, &hour);
	loop_fini(&loop);
}
END_TEST

/* The loop itself keeps nothing running: without a watcher loop_run returns. */
START_TEST(ends_without_watchers)
{
	struct letter l[1];

	start(l, 1);
	loop_run(&loop);
	loop_fini(&loop);
	loop_fini(&loop);
}
END_TEST

SUITE("net/loop", in_order_and_once, deferred_meanwhile, cancelled,
      no_wait_while_deferred, ends_without_watchers)
