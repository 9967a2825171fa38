/* SPDX-License-Identifier: BSD-2-Clause */
/* worker_side.c - one worker process as the monitor sees it.
 *
 *   state     spawn     adopt  ready  leave    kill    limit          its end
 *   NONE      STARTING  READY  -      -        -       on_pause_over  -
 *   STARTING  -         -      READY  -        KILLED  KILLED         NONE
 *   READY     -         -      -      LEAVING  KILLED  -              NONE
 *   LEAVING   -         -      -      -        KILLED  KILLED         NONE
 *   KILLED    -         -      -      -        -       -              NONE
 *
 * `limit` is the one timer: the pause before the next start in NONE, the time
 * for the start in STARTING, the time to end in LEAVING; it does not run in the
 * other two.  Each end is told by on_end. */
#include "monitor/worker_side.h"

#include "base/err.h"
#include "base/log.h"
#include "process/child.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define START_LIMIT 30. /* seconds, also for the sessions of another worker */
#define LEAVE_LIMIT 5.
#define QUICK                                                                  \
	10. /* seconds: one that ends sooner makes the next pause longer */
#define PAUSE_FIRST .1
#define PAUSE_MOST 10.
enum { MESSAGES_AT_ONCE = 16 }; /* then other sockets have their turn */

static void worker_become(struct worker_side *w, enum worker_state next)
{
	static const char *const name[] = {
		[WORKER_NONE] = "none",     [WORKER_STARTING] = "starting",
		[WORKER_READY] = "ready",   [WORKER_LEAVING] = "leaving",
		[WORKER_KILLED] = "killed",
	};

	log_msg(LOG_DEBUG, NULL, "worker %d: %s -> %s", (int)w->pid,
		name[w->state], name[next]);
	w->state = next;
	ev_timer_stop(w->loop, &w->limit);
}

static void worker_set_limit(struct worker_side *w, double seconds)
{
	ev_timer_stop(w->loop, &w->limit);
	ev_timer_set(&w->limit, seconds, 0);
	ev_timer_start(w->loop, &w->limit);
}

static void worker_on_limit(struct ev_loop *loop, ev_timer *t, int events)
{
	struct worker_side *w = t->data;

	(void)loop;
	(void)events;
	if (w->state == WORKER_NONE)
		w->ops->on_pause_over(w);
	else if (w->state == WORKER_STARTING)
		worker_side_kill(w, "it did not start in time");
	else
		worker_side_kill(w, "it did not end in time");
}

static void worker_unwatch(struct worker_side *w)
{
	ev_io_stop(w->loop, &w->on_main);
	ev_io_stop(w->loop, &w->on_sign);
}

static void worker_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ---- what it says -------------------------------------------------------- */

static void worker_on_main(struct ev_loop *loop, ev_io *io, int events)
{
	struct worker_side *w = io->data;
	struct msg msg;
	int r = 0;

	(void)events;
	for (int i = 0; i < MESSAGES_AT_ONCE && !r && ev_is_active(io); i++) {
		r = msg_recv(w->main, &msg);
		if (r)
			break;
		r = w->ops->on_message(w, &msg);
		msg_close_fds(&msg);
	}
	if (r == ERR_CLOSED)
		ev_io_stop(loop, io); /* worker_on_child follows */
	else if (r && r != ERR_AGAIN)
		worker_side_kill(w, "it sent a malformed message");
}

static int worker_answer_sign(struct worker_side *w)
{
	struct msg msg;
	int r = msg_recv(w->sign, &msg);

	if (r)
		return r;
	if (msg.nfds) {
		msg_close_fds(&msg);
		return ERR_PROTO;
	}
	r = w->ops->on_sign(w, &msg);
	return r ? r : msg_send(w->sign, &msg);
}

static void worker_on_sign(struct ev_loop *loop, ev_io *io, int events)
{
	struct worker_side *w = io->data;
	int r = worker_answer_sign(w);

	(void)events;
	if (r == ERR_CLOSED)
		ev_io_stop(loop, io);
	else if (r && r != ERR_AGAIN)
		worker_side_kill(w, "its request for a signature is malformed");
}

int worker_side_send(struct worker_side *w, const struct msg *msg)
{
	bool hears = w->state != WORKER_NONE && w->state != WORKER_KILLED;
	int r = hears ? msg_send(w->main, msg) : ERR_CLOSED;

	if (r == ERR_AGAIN)
		worker_side_kill(w, "it does not read its messages");
	return r;
}

/* ---- the process, from start to end -------------------------------------- */

static void worker_on_child(struct ev_loop *loop, ev_child *c, int events)
{
	struct worker_side *w = c->data;
	char text[64];
	struct worker_end end = {
		.how = child_status(c->rstatus, text, sizeof text),
		.expected = w->state == WORKER_KILLED || !c->rstatus,
		.main = w->main,
	};

	(void)events;
	worker_unwatch(w);
	ev_child_stop(loop, c);
	worker_close(&w->sign);
	w->main = -1;
	worker_become(w, WORKER_NONE);
	w->pid = 0;
	w->ops->on_end(w, &end);
	worker_close(&end.main);
}

static void worker_watch(struct worker_side *w)
{
	ev_io_init(&w->on_main, worker_on_main, w->main, EV_READ);
	ev_io_init(&w->on_sign, worker_on_sign, w->sign, EV_READ);
	ev_child_init(&w->on_child, worker_on_child, w->pid, 0);
	w->on_main.data = w->on_sign.data = w->on_child.data = w;
	ev_io_start(w->loop, &w->on_main);
	ev_io_start(w->loop, &w->on_sign);
	ev_child_start(w->loop, &w->on_child);
}

int worker_side_spawn(struct worker_side *w, const struct privs_user *user,
		      int names)
{
	struct child child = { .role = "aditd: worker",
			       .user = user,
			       .fd = { -1, -1, names } };
	int ret = ERR_SYS;

	w->started = ev_now(w->loop);
	if (names >= 0 && !child_pair(&w->main, &child.fd[0]) &&
	    !child_pair(&w->sign, &child.fd[1])) {
		w->pid = child_start(&child);
		ret = w->pid < 0 ? ERR_SYS : 0;
	}
	worker_close(&child.fd[0]);
	worker_close(&child.fd[1]);
	if (!ret) {
		worker_become(w, WORKER_STARTING);
		worker_set_limit(w, START_LIMIT);
		worker_watch(w);
		return 0;
	}
	log_msg(LOG_ERROR, NULL, "no worker can be started: %s",
		strerror(errno));
	worker_close(&w->main);
	worker_close(&w->sign);
	w->pid = 0;
	return ret;
}

void worker_side_adopt(struct worker_side *w, const struct worker_kept *kept)
{
	w->pid = kept->pid;
	w->started = kept->started;
	w->main = kept->main;
	w->sign = kept->sign;
	worker_become(w, WORKER_READY);
	worker_watch(w);
	/* It may have ended while nobody looked. */
	ev_feed_signal_event(w->loop, SIGCHLD);
}

void worker_side_ready(struct worker_side *w)
{
	if (w->state == WORKER_STARTING)
		worker_become(w, WORKER_READY);
}

void worker_side_start_goes_on(struct worker_side *w)
{
	if (w->state == WORKER_STARTING)
		worker_set_limit(w, START_LIMIT);
}

void worker_side_leave(struct worker_side *w)
{
	if (w->state != WORKER_READY)
		return;
	worker_unwatch(w);
	worker_become(w, WORKER_LEAVING);
	worker_set_limit(w, LEAVE_LIMIT);
}

void worker_side_kill(struct worker_side *w, const char *why)
{
	if (w->state == WORKER_NONE || w->state == WORKER_KILLED)
		return;
	if (why)
		log_msg(LOG_ERROR, NULL, "the worker is killed: %s", why);
	worker_unwatch(w);
	worker_become(w, WORKER_KILLED);
	kill(w->pid, SIGKILL);
}

void worker_side_pause(struct worker_side *w)
{
	if (ev_now(w->loop) - w->started >= QUICK) {
		w->pause = PAUSE_FIRST;
		w->quick = 0;
	} else {
		w->pause = w->pause < PAUSE_FIRST ?
				   PAUSE_FIRST :
				   MIN(w->pause * 2, PAUSE_MOST);
		w->quick++;
	}
	worker_set_limit(w, w->pause);
}

void worker_side_init(struct worker_side *w, struct ev_loop *loop,
		      const struct worker_side_ops *ops,
		      struct monitor *monitor)
{
	*w = (struct worker_side){ .loop = loop,
				   .ops = ops,
				   .monitor = monitor,
				   .main = -1,
				   .sign = -1 };
	ev_init(&w->limit, worker_on_limit);
	ev_init(&w->on_main, worker_on_main);
	ev_init(&w->on_sign, worker_on_sign);
	ev_init(&w->on_child, worker_on_child);
	w->limit.data = w;
}
