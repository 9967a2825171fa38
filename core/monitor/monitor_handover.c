/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_handover.c - a new worker gets the sessions of the one that is there.
 * What they say to each other: front_handover.h. */
#include "monitor/monitor.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GOODBYE 5. /* seconds for the old one to end */

static void close_sock(struct monitor_handover *h)
{
	if (h->sock >= 0)
		close(h->sock);
	h->sock = -1;
}

static void finish(struct monitor *m, const char *error)
{
	struct monitor_handover *h = &m->handover;
	monitor_handover_fn *done = h->done;

	h->on = false;
	close_sock(h);
	if (error)
		worker_side_kill(worker_side_other(m), NULL);
	done(m, error);
	/* It ended meanwhile, and nobody has its sessions. */
	if (error && !m->worker->pid)
		worker_side_again(m, error);
}

/* What the old one has asked, the new one knows nothing of. */
static void succeed(struct monitor *m)
{
	struct worker_side *old = m->worker, *successor = worker_side_other(m);

	ev_timer_stop(m->loop, &successor->again);
	ev_io_stop(m->loop, &old->on_main);
	ev_io_stop(m->loop, &old->on_sign);
	old->ready = false;
	successor->ready = true;
	m->worker = successor;
	if (old->pid)
		worker_side_timeout(old, GOODBYE);
	auth_forget(m->auth);
	monitor_forward_forget(m);
	log_msg(LOG_INFO, NULL, "a new worker has taken over");
	finish(m, NULL);
}

/* ---- what they say ---------------------------------------------------------------- */

static int on_handover_ready(struct monitor *m)
{
	struct monitor_handover *h = &m->handover;
	struct msg move = { .type = MSG_HANDOVER_TO };

	if (h->sock < 0)
		return ERR_PROTO;
	worker_side_timeout(worker_side_other(m), READY_TIMEOUT);
	move.fds[move.nfds++] = h->sock;
	if (worker_side_send(m->worker, &move))
		finish(m, "the worker takes no messages");
	close_sock(h);
	return 0;
}

static int on_word(struct monitor *m, const struct msg *msg, bool stayed)
{
	char error[MSG_TEXT];

	if (msg_text(msg, error) || (stayed && !error[0]))
		return ERR_PROTO;
	if (error[0])
		finish(m, error);
	else
		succeed(m);
	return 0;
}

int monitor_handover_on_message(struct worker_side *w, const struct msg *msg)
{
	struct monitor *m = w->monitor;
	bool old = w == m->worker;

	/* The last words of one that was too late. */
	if (!m->handover.on)
		return 0;
	if (msg->nfds)
		return ERR_PROTO;
	if (old)
		return on_word(m, msg, true);
	if (msg->type == MSG_HANDOVER_READY)
		return on_handover_ready(m);
	return msg->type == MSG_READY ? on_word(m, msg, false) : ERR_PROTO;
}

bool monitor_handover_on_end(struct worker_side *w)
{
	struct monitor *m = w->monitor;

	if (w != m->worker) {
		if (m->handover.on)
			finish(m, "the new worker has ended");
		return true;
	}
	/* The old one ends: the successor has everything, or says that it has not. */
	return m->handover.on;
}

/* ---- its beginning ------------------------------------------------------------------ */

static int give(struct worker_side *successor, const struct running *r,
		int sock)
{
	struct msg inherit = { .type = MSG_HANDOVER_FROM };

	inherit.fds[inherit.nfds++] = sock;
	return worker_side_send(successor, &inherit) ||
			       worker_side_plugins(successor, r) ||
			       !worker_side_conf(successor, r) ?
		       ERR_SYS :
		       0;
}

int monitor_handover_start(struct monitor *m, const struct running *r,
			   monitor_handover_fn *done, char *why)
{
	struct worker_side *successor = worker_side_other(m);
	int pair[2], ret;

	snprintf(why, 200, "aditd is draining");
	if (m->draining)
		return ERR_SYS;
	snprintf(why, 200,
		 "the worker before this one is still ending: try "
		 "again");
	if (successor->pid)
		return ERR_SYS;
	snprintf(why, 200, "cannot start a worker");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return ERR_SYS;
	ret = worker_side_spawn(successor, resolver_side_names(m->names));
	if (!ret) {
		m->starts++;
		worker_side_timeout(successor, READY_TIMEOUT);
		ret = give(successor, r, pair[1]);
		if (ret)
			worker_side_kill(successor, NULL);
	}
	close(pair[1]);
	if (ret) {
		close(pair[0]);
		return ret;
	}
	m->handover = (struct monitor_handover){ .on = true,
						 .sock = pair[0],
						 .done = done };
	return 0;
}
