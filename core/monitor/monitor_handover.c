/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_handover.c - a new worker, the successor, gets the sessions of the
 * one that serves.  What the two say to each other stands in front_handover.h.
 *
 *   state     event                                       next
 *   NONE      monitor_handover_start: the successor is
 *             started with a configuration                STARTING
 *   STARTING  successor says MSG_HANDOVER_READY: the
 *             old worker gets MSG_HANDOVER_TO             SENDING
 *   SENDING   successor says MSG_READY: it serves now,
 *             the old worker has to leave                 NONE
 *   both      an error of either, or the successor ends:
 *             it is killed, the old worker serves on      NONE
 *   both      the old worker ends: nothing yet, since the
 *             successor may have everything               same */
#include "monitor/monitor.h"

#include "base/err.h"
#include "base/log.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void handover_become(struct monitor *m, enum handover_state next)
{
	static const char *const name[] = {
		[HANDOVER_NONE] = "none",
		[HANDOVER_STARTING] = "starting",
		[HANDOVER_SENDING] = "sending",
	};

	log_msg(LOG_DEBUG, "handover", "%s -> %s", name[m->handover.state],
		name[next]);
	m->handover.state = next;
}

static void handover_close(struct monitor_handover *h)
{
	if (h->sock >= 0)
		close(h->sock);
	h->sock = -1;
}

static void handover_finish(struct monitor *m, const char *error)
{
	struct worker_end late = { .how = error, .main = -1 };

	handover_become(m, HANDOVER_NONE);
	handover_close(&m->handover);
	if (error)
		worker_side_kill(monitor_other_side(m), NULL);
	m->handover.done(m, error);
	/* The old worker ended meanwhile; its end was put off until now, since
	 * the successor might have had its sessions. */
	if (error && !m->worker->pid)
		m->worker->ops->on_end(m->worker, &late);
}

/* The successor has the sessions and serves.  It knows nothing of the logins
 * and commands that the old worker was asked for: these are forgotten. */
static void handover_succeed(struct monitor *m)
{
	struct worker_side *old = m->worker;

	m->worker = monitor_other_side(m);
	worker_side_leave(old);
	worker_side_ready(m->worker);
	auth_forget(m->auth, &m->asker);
	auth_forget(m->auth, &m->codes_asker);
	monitor_forward_forget(m);
	log_msg(LOG_INFO, NULL, "a new worker has taken over");
	handover_finish(m, NULL);
}

/* ---- what they say ------------------------------------------------------- */

static int handover_on_willing(struct monitor *m)
{
	struct msg to = { .type = MSG_HANDOVER_TO };

	if (m->handover.state != HANDOVER_STARTING)
		return ERR_PROTO;
	worker_side_start_goes_on(monitor_other_side(m));
	handover_become(m, HANDOVER_SENDING);
	to.fds[to.nfds++] = m->handover.sock;
	if (worker_side_send(m->worker, &to))
		handover_finish(m, "the worker takes no messages");
	handover_close(&m->handover);
	return 0;
}

/* MSG_READY of the successor, without an error only where it has the sessions;
 * MSG_HANDOVER_FAILED of the old worker, never without. */
static int handover_on_result(struct monitor *m, const struct msg *msg,
			      bool from_old)
{
	char error[MSG_TEXT];

	if (msg_text(msg, error))
		return ERR_PROTO;
	if (error[0])
		handover_finish(m, error);
	else if (from_old || m->handover.state != HANDOVER_SENDING)
		return ERR_PROTO;
	else
		handover_succeed(m);
	return 0;
}

int monitor_handover_on_message(struct worker_side *w, const struct msg *msg)
{
	struct monitor *m = w->monitor;
	bool old = w == m->worker;

	/* A message that was sent before the handover ended. */
	if (m->handover.state == HANDOVER_NONE)
		return 0;
	if (msg->nfds)
		return ERR_PROTO;
	if (old || msg->type == MSG_READY)
		return handover_on_result(m, msg, old);
	return msg->type == MSG_HANDOVER_READY ? handover_on_willing(m) :
						 ERR_PROTO;
}

bool monitor_handover_on_end(struct worker_side *w)
{
	struct monitor *m = w->monitor;
	bool on = m->handover.state != HANDOVER_NONE;

	if (w == m->worker)
		return on;
	if (on)
		handover_finish(m, "the new worker has ended");
	return true;
}

/* ---- its beginning ------------------------------------------------------- */

static int handover_give(struct monitor *m, const struct running *r, int sock)
{
	struct worker_side *successor = monitor_other_side(m);
	struct msg from = { .type = MSG_HANDOVER_FROM };
	int ret;

	from.fds[from.nfds++] = sock;
	ret = worker_side_send(successor, &from);
	if (!ret)
		ret = running_send_plugins(r, successor);
	if (!ret)
		ret = running_send_conf(r, successor, monitor_next_id(m));
	return ret;
}

static int handover_spawn(struct monitor *m, const struct running *r, int sock)
{
	struct worker_side *successor = monitor_other_side(m);
	int ret = worker_side_spawn(successor, &m->user,
				    resolver_side_names(m->names));

	if (ret)
		return ret;
	m->starts++;
	ret = handover_give(m, r, sock);
	if (ret)
		worker_side_kill(successor, NULL);
	return ret;
}

int monitor_handover_start(struct monitor *m, const struct running *r,
			   monitor_handover_fn *done, char *why)
{
	int pair[2], ret;

	snprintf(why, 200, "aditd is draining");
	if (m->draining)
		return ERR_SYS;
	snprintf(why, 200,
		 "the worker before the one that serves is still ending: try "
		 "again in a few seconds");
	if (monitor_other_side(m)->pid)
		return ERR_SYS;
	snprintf(why, 200, "aditd cannot start a new worker; its log says why");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return ERR_SYS;
	ret = handover_spawn(m, r, pair[1]);
	close(pair[1]);
	if (ret) {
		close(pair[0]);
		return ret;
	}
	m->handover.sock = pair[0];
	m->handover.done = done;
	handover_become(m, HANDOVER_STARTING);
	return 0;
}
