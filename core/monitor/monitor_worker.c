/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_worker.c - what the monitor does when a worker says something or
 * ends. */
#include "monitor/monitor_codes.h"
#include "monitor/monitor_pages.h"

#include "base/err.h"
#include "base/log.h"
#include "net/notify.h"

enum { QUICK_MAX = 3 }; /* workers that may end before one was ready */

static bool is_serving(const struct worker_side *w)
{
	return w == w->monitor->worker;
}

/* ---- messages ------------------------------------------------------------ */

static void announce(struct monitor *m)
{
	char at[ADDR_TEXT];

	for (size_t i = 0; i < m->now.listeners.n; i++) {
		const struct monitor_listener *l = &m->now.listeners.item[i];

		if (l->gateway)
			log_msg(LOG_INFO, NULL,
				"listening on %s for gateway %s",
				addr_str(&l->real, at), l->gateway);
		else
			log_msg(LOG_INFO, NULL,
				"%s is reserved for what users publish as %s",
				addr_str(&l->real, at), l->publish);
	}
	m->announced = true;
	monitor_status_notify(m);
}

/* A new worker has answered to its first configuration, which is the one in
 * force. */
static void worker_started(struct monitor *m, const char *error)
{
	if (!error[0]) {
		worker_side_ready(m->worker);
		if (!m->announced)
			announce(m);
		else
			log_msg(LOG_INFO, NULL, "a new worker is ready");
		return;
	}
	log_msg(LOG_ERROR, NULL, "%s", error);
	if (!m->announced)
		monitor_end(m, 2);
	else
		worker_side_kill(m->worker, "it cannot use the configuration");
}

static int worker_said_ready(struct monitor *m, const struct msg *msg)
{
	char error[MSG_TEXT];

	if (msg->nfds || msg_text(msg, error))
		return ERR_PROTO;
	if (!worker_side_is_ready(m->worker))
		worker_started(m, error);
	else if (m->reload.state == RELOAD_ASKED && msg->id == m->reload.id)
		monitor_reload_answer(m, error);
	else
		return ERR_PROTO;
	return 0;
}

static int worker_on_message(struct worker_side *w, struct msg *msg)
{
	struct monitor *m = w->monitor;

	if (!is_serving(w) || msg->type == MSG_HANDOVER_FAILED)
		return monitor_handover_on_message(w, msg);
	switch (msg->type) {
	case MSG_READY:
		return worker_said_ready(m, msg);
	case MSG_AUTH:
		return monitor_serve_auth(m, msg);
	case MSG_AUTH_ANSWER:
		return msg->nfds ? ERR_PROTO :
				   monitor_serve_auth_answer(m, msg);
	case MSG_AUTH_DROP:
		return msg->nfds ? ERR_PROTO : monitor_serve_auth_drop(m, msg);
	case MSG_CODE:
		return monitor_codes_serve(m, msg);
	case MSG_RIGHTS:
		return msg->nfds ? ERR_PROTO : monitor_rights_answer(m, msg);
	case MSG_PAGE_CONN:
		return monitor_pages_conn(m, msg);
	case MSG_CONTROL_REPLY:
		return monitor_forward_answered(m, msg);
	default:
		return ERR_PROTO;
	}
}

static int worker_on_sign(struct worker_side *w, struct msg *msg)
{
	return monitor_serve_sign(w->monitor, msg);
}

/* ---- start and end ------------------------------------------------------- */

void monitor_worker_start(struct monitor *m)
{
	struct worker_side *w = m->worker;

	if (worker_side_spawn(w, &m->user, resolver_side_renew(m->names))) {
		worker_side_pause(w);
		return;
	}
	m->starts++;
	if (running_send_plugins(&m->now, w) ||
	    running_send_conf(&m->now, w, monitor_next_id(m)))
		worker_side_kill(w, "it takes no configuration");
}

static void worker_on_pause_over(struct worker_side *w)
{
	monitor_worker_start(w->monitor);
}

/* The worker that served has ended, and its sessions with it. */
static void start_another(struct monitor *m, const char *how)
{
	auth_forget(m->auth, &m->asker);
	auth_forget(m->auth, &m->codes_asker);
	monitor_forward_forget(m);
	if (m->reload.state != RELOAD_NONE)
		monitor_reload_answer(m, NULL);
	log_msg(LOG_ERROR, NULL, "the worker ended: %s; starting another", how);
	worker_side_pause(m->worker);
	if (!m->announced && m->worker->quick >= QUICK_MAX) {
		log_msg(LOG_ERROR, NULL,
			"aditd gives up: its worker ended %d times before it "
			"was ready; the lines above say why",
			QUICK_MAX);
		monitor_end(m, 1);
	}
}

/* Messages that a worker sent before it ended: the answer to aditctl drain may
 * be among them. */
static void hear_last_words(struct monitor *m, int sock)
{
	struct msg msg;

	while (sock >= 0 && !msg_recv(sock, &msg)) {
		if (msg.type == MSG_CONTROL_REPLY &&
		    monitor_forward_answered(m, &msg))
			log_msg(LOG_WARN, NULL,
				"the worker's last message was malformed");
		msg_close_fds(&msg);
	}
}

static void worker_on_end(struct worker_side *w, const struct worker_end *end)
{
	struct monitor *m = w->monitor;

	if (m->draining && is_serving(w)) {
		hear_last_words(m, end->main);
		if (!m->ending) {
			log_msg(end->expected ? LOG_INFO : LOG_ERROR, "drain",
				"the worker ended: %s", end->how);
			monitor_end(m, 0);
			return;
		}
	}
	if (m->ending) {
		log_msg(end->expected ? LOG_DEBUG : LOG_WARN, NULL,
			"the worker ended: %s", end->how);
		monitor_end_if_alone(m);
	} else if (!monitor_handover_on_end(w)) {
		start_another(m, end->how);
	}
}

static const struct worker_side_ops worker_ops = {
	.on_message = worker_on_message,
	.on_sign = worker_on_sign,
	.on_end = worker_on_end,
	.on_pause_over = worker_on_pause_over,
};

void monitor_worker_init(struct monitor *m)
{
	for (size_t i = 0; i < ARRAY_LEN(m->sides); i++)
		worker_side_init(&m->sides[i], m->loop, &worker_ops, m);
	m->worker = &m->sides[0];
}
