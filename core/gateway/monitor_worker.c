/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_worker.c - keeps a worker running and hears what it says. */
#include "gateway/monitor.h"

#include "base/err.h"
#include "base/log.h"
#include "base/wire.h"
#include "gateway/child.h"
#include "gateway/notify.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define READY_PATIENCE 30.      /* seconds until a worker must be ready */
#define QUICK 10.               /* a life shorter than this is a bad sign */
#define PAUSE_FIRST .1
#define PAUSE_MOST 10.
enum { QUICK_MAX = 3 };         /* ... and at the first start this many end it */

static void on_again(struct ev_loop *loop, ev_timer *w, int events)
{
	struct monitor *m = w->data;

	(void)loop;
	(void)events;
	if (m->worker.pid)
		worker_side_kill(m, "it does not get ready");
	else
		worker_side_start(m);
}

static void set_timer(struct monitor *m, double seconds)
{
	ev_timer_stop(m->loop, &m->worker.again);
	ev_timer_set(&m->worker.again, seconds, 0);
	ev_timer_start(m->loop, &m->worker.again);
}

void worker_side_kill(struct monitor *m, const char *why)
{
	struct worker_side *w = &m->worker;

	if (!w->pid || w->condemned)
		return;
	if (why)
		log_msg(LOG_ERROR, NULL, "the worker is killed: %s", why);
	w->condemned = true;
	ev_io_stop(m->loop, &w->on_main);
	ev_io_stop(m->loop, &w->on_sign);
	kill(w->pid, SIGKILL);
}

int worker_side_send(struct monitor *m, const struct msg *msg)
{
	int r = m->worker.pid && !m->worker.condemned ?
		msg_send(m->worker.main, msg) : ERR_CLOSED;

	if (r == ERR_AGAIN)
		worker_side_kill(m, "it takes no messages");
	return r;
}

uint32_t worker_side_conf(struct monitor *m, const struct running *r)
{
	struct msg msg = { .type = MSG_CONF };
	int bundle = setup_bundle(r->setup, &r->listeners), ret;

	if (bundle < 0) {
		log_msg(LOG_ERROR, NULL, "no memory for the configuration");
		return 0;
	}
	if (!++m->last_id)
		++m->last_id;
	msg.id = m->last_id;
	msg.fds[msg.nfds++] = bundle;
	for (size_t i = 0; i < r->listeners.n; i++)
		msg.fds[msg.nfds++] = r->listeners.item[i].fd;
	ret = worker_side_send(m, &msg);
	close(bundle);
	return ret ? 0 : msg.id;
}

/* ---- messages -------------------------------------------------------------------- */

static void announce(struct monitor *m)
{
	char at[ADDR_TEXT];

	for (size_t i = 0; i < m->now.listeners.n; i++) {
		const struct listener *l = &m->now.listeners.item[i];

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
	struct worker_side *w = &m->worker;

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
		worker_side_kill(m, "it cannot use the configuration");
}

static int on_ready(struct monitor *m, const struct msg *msg)
{
	char error[MSG_MAX];
	struct rd r = rd_of(msg->data, msg->len);

	rd_str16(&r, error, sizeof error);
	if (!rd_is_done(&r) || msg->nfds)
		return ERR_PROTO;
	if (!m->worker.ready)
		on_first_ready(m, error);
	else if (m->reload.on && msg->id == m->reload.id)
		reload_answer(m, error);
	else
		return ERR_PROTO;
	return 0;
}

static int on_message(struct monitor *m, struct msg *msg)
{
	switch (msg->type) {
	case MSG_READY:
		return on_ready(m, msg);
	case MSG_AUTH:
		return msg->nfds ? ERR_PROTO : serve_auth(m, msg);
	case MSG_CONTROL_REPLY:
		return command_answered(m, msg);
	default:
		return ERR_PROTO;
	}
}

/* Several at once, but others must have their turn. */
static void on_main(struct ev_loop *loop, ev_io *io, int events)
{
	struct monitor *m = io->data;
	struct msg msg;
	int r = 0;

	(void)events;
	for (int i = 0; i < 16 && !r && !m->worker.condemned; i++) {
		r = msg_recv(m->worker.main, &msg);
		if (r)
			break;
		r = on_message(m, &msg);
		msg_close_fds(&msg);
	}
	if (r == ERR_CLOSED)
		ev_io_stop(loop, io);   /* on_child follows */
	else if (r && r != ERR_AGAIN)
		worker_side_kill(m, "it sent what is no message");
}

static void on_sign(struct ev_loop *loop, ev_io *io, int events)
{
	struct monitor *m = io->data;
	int r = serve_sign(m);

	(void)events;
	if (r == ERR_CLOSED)
		ev_io_stop(loop, io);
	else if (r && r != ERR_AGAIN)
		worker_side_kill(m, "its request for a signature is malformed");
}

/* ---- life ------------------------------------------------------------------------ */

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void gone(struct monitor *m)
{
	struct worker_side *w = &m->worker;

	ev_io_stop(m->loop, &w->on_main);
	ev_io_stop(m->loop, &w->on_sign);
	ev_child_stop(m->loop, &w->on_child);
	ev_timer_stop(m->loop, &w->again);
	close_fd(&w->main);
	close_fd(&w->sign);
	w->pid = 0;
	w->ready = w->condemned = false;
	auth_forget(m->auth);
	command_forget(m);
	if (m->reload.on)
		reload_answer(m, NULL);
}

/* How long to wait before the next one. */
static double next_pause(struct monitor *m)
{
	struct worker_side *w = &m->worker;

	if (ev_now(m->loop) - w->started >= QUICK) {
		w->pause = PAUSE_FIRST;
		w->quick = 0;
		return w->pause;
	}
	w->quick++;
	w->pause = w->pause < PAUSE_FIRST ? PAUSE_FIRST :
		   MIN(w->pause * 2, PAUSE_MOST);
	return w->pause;
}

/* Its last words may be an answer. */
static void hear_out(struct monitor *m)
{
	struct msg msg;

	while (m->worker.main >= 0 && !msg_recv(m->worker.main, &msg)) {
		if (msg.type == MSG_CONTROL_REPLY && command_answered(m, &msg))
			log_msg(LOG_WARN, NULL, "the worker's last word was "
				"no answer");
		msg_close_fds(&msg);
	}
}

static void on_child(struct ev_loop *loop, ev_child *c, int events)
{
	struct monitor *m = c->data;
	char text[64];
	bool expected = m->worker.condemned || !c->rstatus;

	(void)events;
	child_status(c->rstatus, text, sizeof text);
	if (m->draining)
		hear_out(m);
	gone(m);
	if (m->draining && !m->ending) {
		log_msg(expected ? LOG_INFO : LOG_ERROR, NULL,
			"drained, the worker ended: %s", text);
		monitor_end(m, 0);
		return;
	}
	if (m->ending) {
		log_msg(expected ? LOG_DEBUG : LOG_WARN, NULL,
			"the worker ended: %s", text);
		ev_break(loop, EVBREAK_ALL);
		return;
	}
	log_msg(LOG_ERROR, NULL, "the worker ended: %s; starting another",
		text);
	set_timer(m, next_pause(m));
	if (!m->announced && m->worker.quick >= QUICK_MAX) {
		log_msg(LOG_ERROR, NULL, "the worker ended %d times before it "
			"was ready: giving up", QUICK_MAX);
		monitor_end(m, 1);
	}
}

static int spawn(struct monitor *m)
{
	struct worker_side *w = &m->worker;
	struct child child = { .role = "aditd: worker", .user = &m->user,
			       .fd = { -1, -1, -1 } };
	int ret = ERR_SYS;

	if (child_pair(&w->main, &child.fd[0]) ||
	    child_pair(&w->sign, &child.fd[1]))
		goto out;
	child.fd[2] = resolver_side_renew(m->names);
	if (child.fd[2] < 0)
		goto out;
	w->pid = child_start(&child);
	ret = w->pid < 0 ? ERR_SYS : 0;
out:
	close_fd(&child.fd[0]);
	close_fd(&child.fd[1]);
	if (ret) {
		log_msg(LOG_ERROR, NULL, "cannot start a worker: %s",
			strerror(errno));
		close_fd(&w->main);
		close_fd(&w->sign);
		w->pid = 0;
	}
	return ret;
}

void worker_side_start(struct monitor *m)
{
	struct worker_side *w = &m->worker;

	ev_init(&w->again, on_again);
	w->again.data = m;
	w->started = ev_now(m->loop);
	if (spawn(m)) {
		set_timer(m, next_pause(m));
		return;
	}
	w->starts++;
	ev_io_init(&w->on_main, on_main, w->main, EV_READ);
	ev_io_init(&w->on_sign, on_sign, w->sign, EV_READ);
	ev_child_init(&w->on_child, on_child, w->pid, 0);
	w->on_main.data = w->on_sign.data = w->on_child.data = m;
	ev_io_start(m->loop, &w->on_main);
	ev_io_start(m->loop, &w->on_sign);
	ev_child_start(m->loop, &w->on_child);
	set_timer(m, READY_PATIENCE);
	if (!worker_side_conf(m, &m->now))
		worker_side_kill(m, "it takes no configuration");
}
