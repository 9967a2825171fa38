/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_worker.c - keeps a worker running and hears what it says.
 *
 * There are two sides, so that a new worker can be there beside the old one
 * (monitor_handover.c). */
#include "monitor/monitor.h"

#include "base/err.h"
#include "base/log.h"
#include "process/child.h"
#include "net/notify.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define QUICK 10. /* a life shorter than this is a bad sign */
#define PAUSE_FIRST .1
#define PAUSE_MOST 10.
enum { QUICK_MAX = 3 }; /* ... and at the first start this many end it */

static bool is_serving(const struct worker_side *w)
{
	return w == w->monitor->worker;
}

static void on_again(struct ev_loop *loop, ev_timer *t, int events)
{
	struct worker_side *w = t->data;

	(void)loop;
	(void)events;
	if (w->pid)
		worker_side_kill(w, is_serving(w) || w->monitor->handover.on ?
					    "it does not get ready" :
					    "it does not end");
	else
		worker_side_start(w->monitor);
}

void worker_side_timeout(struct worker_side *w, double seconds)
{
	struct ev_loop *loop = w->monitor->loop;

	ev_timer_stop(loop, &w->again);
	ev_timer_set(&w->again, seconds, 0);
	ev_timer_start(loop, &w->again);
}

void worker_side_kill(struct worker_side *w, const char *why)
{
	struct ev_loop *loop = w->monitor->loop;

	if (!w->pid || w->condemned)
		return;
	if (why)
		log_msg(LOG_ERROR, NULL, "the worker is killed: %s", why);
	w->condemned = true;
	ev_io_stop(loop, &w->on_main);
	ev_io_stop(loop, &w->on_sign);
	kill(w->pid, SIGKILL);
}

int worker_side_send(struct worker_side *w, const struct msg *msg)
{
	int r = w->pid && !w->condemned ? msg_send(w->main, msg) : ERR_CLOSED;

	if (r == ERR_AGAIN)
		worker_side_kill(w, "it takes no messages");
	return r;
}

int worker_side_plugins(struct worker_side *w, const struct running *r)
{
	struct msg msg = { .type = MSG_PLUGINS };

	for (size_t i = 0; i < r->config->conf->nplugins; i++)
		msg.fds[msg.nfds++] = r->config->plugins[i];
	return worker_side_send(w, &msg);
}

uint32_t worker_side_conf(struct worker_side *w, const struct running *r)
{
	struct monitor *m = w->monitor;
	struct msg msg = { .type = MSG_CONF };
	int bundle = monitor_config_bundle(r->config, &r->listeners), ret;

	if (bundle < 0) {
		log_msg(LOG_ERROR, NULL, "the worker gets no configuration: %s",
			err_str(ERR_NOMEM));
		return 0;
	}
	if (!++m->last_id)
		++m->last_id;
	msg.id = m->last_id;
	msg.fds[msg.nfds++] = bundle;
	for (size_t i = 0; i < r->listeners.n; i++)
		msg.fds[msg.nfds++] = r->listeners.item[i].fd;
	ret = worker_side_send(w, &msg);
	close(bundle);
	return ret ? 0 : msg.id;
}

/* ---- messages -------------------------------------------------------------------- */

static void announce(struct monitor *m)
{
	char at[ADDR_TEXT];

	for (size_t i = 0; i < m->now.listeners.n; i++) {
		const struct monitor_listener *l = &m->now.listeners.item[i];

		log_msg(LOG_INFO, NULL, "listening on %s for gateway %s",
			addr_str(&l->real, at), l->gateway);
	}
	m->announced = true;
	notify_ready("listening on %zu address%s", m->now.listeners.n,
		     m->now.listeners.n == 1 ? "" : "es");
}

/* Of a fresh worker, whose first configuration is the running one. */
static void on_first_ready(struct monitor *m, const char *error)
{
	struct worker_side *w = m->worker;

	if (!error[0]) {
		w->ready = true;
		ev_timer_stop(m->loop, &w->again);
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
		worker_side_kill(w, "it cannot use the configuration");
}

static int on_ready(struct monitor *m, const struct msg *msg)
{
	char error[MSG_TEXT];

	if (msg->nfds || msg_text(msg, error))
		return ERR_PROTO;
	if (!m->worker->ready)
		on_first_ready(m, error);
	else if (m->reload.on && msg->id == m->reload.id)
		monitor_reload_answer(m, error);
	else
		return ERR_PROTO;
	return 0;
}

static int on_message(struct worker_side *w, struct msg *msg)
{
	struct monitor *m = w->monitor;

	if (!is_serving(w) || msg->type == MSG_HANDOVER_FAILED)
		return monitor_handover_on_message(w, msg);
	switch (msg->type) {
	case MSG_READY:
		return on_ready(m, msg);
	case MSG_AUTH:
		return msg->nfds ? ERR_PROTO : monitor_serve_auth(m, msg);
	case MSG_RIGHTS:
		return msg->nfds ? ERR_PROTO : monitor_rights_answer(m, msg);
	case MSG_CONTROL_REPLY:
		return monitor_forward_answered(m, msg);
	default:
		return ERR_PROTO;
	}
}

/* Several at once, but others must have their turn. */
static void on_main(struct ev_loop *loop, ev_io *io, int events)
{
	struct worker_side *w = io->data;
	struct msg msg;
	int r = 0;

	(void)events;
	for (int i = 0; i < 16 && !r && !w->condemned; i++) {
		r = msg_recv(w->main, &msg);
		if (r)
			break;
		r = on_message(w, &msg);
		msg_close_fds(&msg);
	}
	if (r == ERR_CLOSED)
		ev_io_stop(loop, io); /* on_child follows */
	else if (r && r != ERR_AGAIN)
		worker_side_kill(w, "it sent what is no message");
}

static void on_sign(struct ev_loop *loop, ev_io *io, int events)
{
	struct worker_side *w = io->data;
	int r = monitor_serve_sign(w);

	(void)events;
	if (r == ERR_CLOSED)
		ev_io_stop(loop, io);
	else if (r && r != ERR_AGAIN)
		worker_side_kill(w, "its request for a signature is malformed");
}

/* ---- life ------------------------------------------------------------------------ */

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void gone(struct worker_side *w)
{
	struct ev_loop *loop = w->monitor->loop;

	ev_io_stop(loop, &w->on_main);
	ev_io_stop(loop, &w->on_sign);
	ev_child_stop(loop, &w->on_child);
	ev_timer_stop(loop, &w->again);
	close_fd(&w->main);
	close_fd(&w->sign);
	w->pid = 0;
	w->ready = w->condemned = false;
}

/* How long to wait before the next one. */
static double next_pause(struct worker_side *w)
{
	if (ev_now(w->monitor->loop) - w->started >= QUICK) {
		w->pause = PAUSE_FIRST;
		w->quick = 0;
		return w->pause;
	}
	w->quick++;
	w->pause = w->pause < PAUSE_FIRST ? PAUSE_FIRST :
					    MIN(w->pause * 2, PAUSE_MOST);
	return w->pause;
}

void worker_side_again(struct monitor *m, const char *how)
{
	auth_forget(m->auth);
	monitor_forward_forget(m);
	if (m->reload.on)
		monitor_reload_answer(m, NULL);
	log_msg(LOG_ERROR, NULL, "the worker ended: %s; starting another", how);
	worker_side_timeout(m->worker, next_pause(m->worker));
	if (!m->announced && m->worker->quick >= QUICK_MAX) {
		log_msg(LOG_ERROR, NULL,
			"the worker ended %d times before it "
			"was ready: giving up",
			QUICK_MAX);
		monitor_end(m, 1);
	}
}

/* Its last words may be an answer. */
static void hear_out(struct worker_side *w)
{
	struct msg msg;

	while (w->main >= 0 && !msg_recv(w->main, &msg)) {
		if (msg.type == MSG_CONTROL_REPLY &&
		    monitor_forward_answered(w->monitor, &msg))
			log_msg(LOG_WARN, NULL,
				"the worker's last message "
				"was malformed");
		msg_close_fds(&msg);
	}
}

static void on_child(struct ev_loop *loop, ev_child *c, int events)
{
	struct worker_side *w = c->data;
	struct monitor *m = w->monitor;
	bool expected = w->condemned || !c->rstatus;
	bool drained = m->draining && is_serving(w);
	char text[64];

	(void)events;
	child_status(c->rstatus, text, sizeof text);
	if (drained)
		hear_out(w);
	gone(w);
	if (drained && !m->ending) {
		log_msg(expected ? LOG_INFO : LOG_ERROR, "drain",
			"the worker ended: %s", text);
		monitor_end(m, 0);
		return;
	}
	if (m->ending) {
		log_msg(expected ? LOG_DEBUG : LOG_WARN, NULL,
			"the worker ended: %s", text);
		if (!worker_side_other(m)->pid && !m->worker->pid)
			ev_break(loop, EVBREAK_ALL);
		return;
	}
	if (!monitor_handover_on_end(w))
		worker_side_again(m, text);
}

static void watch(struct worker_side *w)
{
	struct ev_loop *loop = w->monitor->loop;

	ev_init(&w->again, on_again);
	ev_io_init(&w->on_main, on_main, w->main, EV_READ);
	ev_io_init(&w->on_sign, on_sign, w->sign, EV_READ);
	ev_child_init(&w->on_child, on_child, w->pid, 0);
	w->on_main.data = w->on_sign.data = w->on_child.data = w;
	w->again.data = w;
	ev_io_start(loop, &w->on_main);
	ev_io_start(loop, &w->on_sign);
	ev_child_start(loop, &w->on_child);
}

int worker_side_spawn(struct worker_side *w, int names)
{
	struct child child = { .role = "aditd: worker",
			       .user = &w->monitor->user,
			       .fd = { -1, -1, names } };
	int ret = ERR_SYS;

	w->started = ev_now(w->monitor->loop);
	if (names >= 0 && !child_pair(&w->main, &child.fd[0]) &&
	    !child_pair(&w->sign, &child.fd[1])) {
		w->pid = child_start(&child);
		ret = w->pid < 0 ? ERR_SYS : 0;
	}
	close_fd(&child.fd[0]);
	close_fd(&child.fd[1]);
	if (!ret) {
		watch(w);
		return 0;
	}
	log_msg(LOG_ERROR, NULL, "no worker can be started: %s",
		strerror(errno));
	close_fd(&w->main);
	close_fd(&w->sign);
	w->pid = 0;
	return ret;
}

void worker_side_adopt(struct worker_side *w)
{
	watch(w);
	/* It may have ended while nobody looked. */
	ev_feed_signal_event(w->monitor->loop, SIGCHLD);
}

void worker_side_start(struct monitor *m)
{
	struct worker_side *w = m->worker;

	if (worker_side_spawn(w, resolver_side_renew(m->names))) {
		worker_side_timeout(w, next_pause(w));
		return;
	}
	m->starts++;
	worker_side_timeout(w, READY_TIMEOUT);
	if (worker_side_plugins(w, &m->now) || !worker_side_conf(w, &m->now))
		worker_side_kill(w, "it takes no configuration");
}

void worker_sides_init(struct monitor *m)
{
	for (size_t i = 0; i < ARRAY_LEN(m->sides); i++) {
		struct worker_side *w = &m->sides[i];

		w->monitor = m;
		w->main = w->sign = -1;
		ev_init(&w->again, on_again);
		w->again.data = w;
	}
	m->worker = &m->sides[0];
}

struct worker_side *worker_side_other(struct monitor *m)
{
	return &m->sides[m->worker == &m->sides[0]];
}
