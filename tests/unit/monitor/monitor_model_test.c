/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_model_test.c - random lives of the monitor: workers that say anything and
 * end at any time, reloads, drains, time limits; and what must hold after each. */
#include "monitor_rig.h"

#include "suite.h"

#include <signal.h>
#include <stdlib.h>

enum { LIVES = 20, EVENTS = 400 };

static uint64_t seed;

static unsigned any(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static struct worker_side *any_side(void)
{
	return &rig.m.sides[any(2)];
}

/* ---- events ------------------------------------------------------------------------- */

static void says(struct worker_side *w)
{
	static const uint8_t type[] = { MSG_READY,          MSG_READY,
					MSG_HANDOVER_READY, MSG_HANDOVER_FAILED,
					MSG_AUTH,           MSG_RIGHTS };
	static const char *const text[] = { "", "", "", "no", "no\nno" };

	if (!w->pid)
		return;
	/* One after the other: compilers evaluate arguments in any order. */
	uint8_t what = type[any(ARRAY_LEN(type))];
	uint32_t id = any(4) ? rig.m.reload.id : any(50);
	const char *why = any(8) ? text[any(ARRAY_LEN(text))] : NULL;

	rig_says(rig_worker(w), what, id, why);
}

/* What a worker should do. */
static void obeys(struct worker_side *w)
{
	static struct msg msg;
	int type = w->pid ? rig_hears(rig_worker(w), &msg) : -1;
	bool successor = w != rig.m.worker;

	if (type == MSG_CONF && successor)
		rig_says(rig_worker(w), MSG_HANDOVER_READY, 0, NULL);
	else if (type == MSG_CONF)
		rig_says(rig_worker(w), MSG_READY, msg.id, "");
	else if (type == MSG_CONTROL)
		rig_replies(rig_worker(w), msg.id, "{\"sessions\":1}");
	else if (type == MSG_HANDOVER_TO && monitor_other_side(&rig.m)->pid)
		rig_says(rig_worker(monitor_other_side(&rig.m)), MSG_READY, 0,
			 any(3) ? "" : "no");
	else if (type == MSG_DRAIN)
		rig_ends(w, 0);
}

static void asks(void)
{
	switch (any(6)) {
	case 0:
		rig_configure(any(2) ? "" : "threads = 3\n");
		rig_ask(1, "{\"command\":\"reload\"}");
		break;
	case 1:
		monitor_reload_start(&rig.m, 0);
		break;
	case 2:
		rig_ask(2, "{\"command\":\"sessions\"}");
		break;
	case 3:
		rig_ask(3, "{\"command\":\"status\"}");
		break;
	default:
		rig_ask(4, "{\"command\":\"stats\"}");
	}
}

static void time_passes(void)
{
	struct worker_side *w = any_side();

	if (any(2) && ev_is_active(&w->limit))
		rig_limit(&w->limit);
	else if (!any(4) && ev_is_active(&rig.m.reload.limit))
		rig_limit(&rig.m.reload.limit);
}

static void something_happens(void)
{
	struct worker_side *w = any_side();

	switch (any(10)) {
	case 0:
		if (!any(3))
			says(w);
		break;
	case 1:
		if (w->pid && (w->state == WORKER_KILLED || !any(4)))
			rig_ends(w, any(2) ? SIGSEGV : 0);
		break;
	case 2:
		if (!any(3))
			asks();
		break;
	case 3:
		time_passes();
		break;
	default:
		obeys(w);
	}
	rig_turn();
}

/* ---- what must hold ----------------------------------------------------------------- */

static void check_side(const struct worker_side *w)
{
	bool timed = w->state == WORKER_STARTING || w->state == WORKER_LEAVING;

	ck_assert((w->state == WORKER_NONE) == (w->pid == 0));
	ck_assert((w->main >= 0) == (w->pid != 0));
	ck_assert((w->sign >= 0) == (w->pid != 0));
	if (w->state != WORKER_NONE)
		ck_assert_int_eq(!!ev_is_active(&w->limit), timed);
	if (w->state == WORKER_KILLED || w->state == WORKER_NONE)
		ck_assert(!ev_is_active(&w->on_main) &&
			  !ev_is_active(&w->on_sign));
}

static void check(void)
{
	struct monitor *m = &rig.m;
	const struct worker_side *other = monitor_other_side(m);
	bool moving = m->handover.state != HANDOVER_NONE;

	check_side(&m->sides[0]);
	check_side(&m->sides[1]);
	ck_assert(m->worker->state != WORKER_LEAVING);
	/* A worker that serves, or one that is to come, unless all ends. */
	if (!m->worker->pid && !m->ending && !moving)
		ck_assert(ev_is_active(&m->worker->limit));
	/* The second one is a successor, or on its way out. */
	ck_assert(other->state != WORKER_READY);
	if (other->state == WORKER_STARTING)
		ck_assert(moving || m->ending);
	if (!other->pid)
		ck_assert(!ev_is_active(&other->limit) && !moving);
	ck_assert((m->handover.sock >= 0) ==
		  (m->handover.state == HANDOVER_STARTING));
	/* A reload waits for somebody who is there. */
	ck_assert(m->reload.state != RELOAD_READING);
	ck_assert((m->reload.state == RELOAD_HANDOVER) == moving);
	if (ev_is_active(&m->reload.limit))
		ck_assert_int_eq(m->reload.state, RELOAD_ASKED);
	else if (m->reload.state == RELOAD_ASKED)
		ck_assert_int_eq(m->worker->state, WORKER_KILLED);
	ck_assert((m->reload.state == RELOAD_NONE) ==
		  (m->reload.next.config == NULL));
	if (m->reload.state == RELOAD_ASKED)
		ck_assert(m->worker->state == WORKER_READY ||
			  m->worker->state == WORKER_KILLED);
}

/* Whatever has happened, workers that do as they should bring it into order. */
static void settle(void)
{
	for (int i = 0; i < 200 && !rig.m.ending; i++) {
		for (int k = 0; k < 2; k++) {
			struct worker_side *w = &rig.m.sides[k];

			if (w->state == WORKER_KILLED ||
			    w->state == WORKER_LEAVING)
				rig_ends(w, 0);
			if (w->state == WORKER_NONE && ev_is_active(&w->limit))
				rig_limit(&w->limit);
			obeys(w);
		}
		rig_turn();
		check();
	}
	if (rig.m.ending)
		return;
	if (rig.m.worker->state == WORKER_STARTING)
		rig_limit(&rig.m.worker->limit);
	ck_assert_int_eq(rig.m.handover.state, HANDOVER_NONE);
	ck_assert_int_eq(rig.m.reload.state, RELOAD_NONE);
}

static void live(unsigned n)
{
	seed = n + 1;
	rig_init("");
	rig_start();
	for (int i = 0; i < EVENTS && !rig.m.ending; i++) {
		something_happens();
		check();
	}
	settle();
	rig_fini();
}

START_TEST(random_lives)
{
	for (unsigned n = 0; n < suite_rounds(LIVES); n++)
		live(n);
}
END_TEST

SUITE("monitor/model", random_lives)
