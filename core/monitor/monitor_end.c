/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_end.c - the end of the gateway: its workers first, then this
 * process. */
#include "monitor/monitor.h"

#include "net/notify.h"

#define END_LIMIT 5. /* seconds for the workers to send GOAWAY to the agents */

static void end_on_limit(struct ev_loop *loop, ev_timer *w, int events)
{
	struct monitor *m = w->data;

	(void)loop;
	(void)events;
	worker_side_kill(m->worker, "it did not end in time");
	worker_side_kill(monitor_other_side(m), NULL);
}

void monitor_end_if_alone(struct monitor *m)
{
	if (!m->worker->pid && !monitor_other_side(m)->pid)
		ev_break(m->loop, EVBREAK_ALL);
}

void monitor_end(struct monitor *m, int status)
{
	struct msg drain = { .type = MSG_DRAIN, .len = 1, .data = { 1 } };

	if (m->ending)
		return;
	m->ending = true;
	m->status = status;
	notify_stopping("taking leave of the agents");
	control_server_free(m->control);
	m->control = NULL;
	/* A successor that is still starting has no sessions; one that is being
	 * handed them may have them all, and tells their agents. */
	if (m->handover.state != HANDOVER_SENDING ||
	    worker_side_send(monitor_other_side(m), &drain))
		worker_side_kill(monitor_other_side(m), NULL);
	ev_timer_init(&m->end_limit, end_on_limit, END_LIMIT, 0);
	m->end_limit.data = m;
	ev_timer_start(m->loop, &m->end_limit);
	/* A worker that is not ready has no agents to tell. */
	if (!worker_side_is_ready(m->worker))
		worker_side_kill(m->worker, NULL);
	else
		worker_side_send(m->worker, &drain); /* or end_limit ends it */
	monitor_end_if_alone(m);
}
