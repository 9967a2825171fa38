/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel.c - the TLS connection that carries a session, and whether its peer is
 * still there. */
#include "net/tunnel.h"

#include "base/err.h"

#include <unistd.h>

enum {
	/* A peer that was silent for so long gets a PING: */
	PING_US = 15000000,
	HURRY_US = 2000000, /* while it owes an answer */
	/* The tunnel is given up when nothing came for so long after it: */
	DEAD_US = 5000000,
	DOUBT_US = 3000000,    /* after the PING of tunnel_ask */
	LIVENESS_US = 1000000, /* between two checks */
	SLEPT_US = 1000000,    /* of suspension that matter */
};

/* Seconds that a peer has to close when it is told of the session's end. */
static const double LINGER_S = 2.;

static struct tunnel *tunnel_of(struct conn *c)
{
	return container_of(c, struct tunnel, conn);
}

static void tunnel_arm(struct tunnel *t)
{
	uint64_t now = loop_now_us(t->loop), at = session_deadline(t->session);

	/* While the socket takes nothing, an ACK that is due cannot be sent:
	 * do not spin. */
	if (t->up && conn_is_blocked(&t->conn))
		at = MAX(at, now + ACK_DELAY_US);
	if (t->up)
		at = MIN(at, t->liveness_us);
	ev_timer_stop(t->loop->ev, &t->timer);
	if (at == UINT64_MAX)
		return;
	at = at > now ? at - now : 0;
	ev_timer_set(&t->timer, (double)at / 1e6, 0.);
	ev_timer_start(t->loop->ev, &t->timer);
}

/* Whether the machine was suspended since the last call, so that the network
 * may have dropped the connection.  CLOCK_BOOTTIME counts the time of a
 * suspension, CLOCK_MONOTONIC does not. */
static bool has_slept(struct tunnel *t)
{
	int64_t before = t->ahead_us;

	t->ahead_us = (int64_t)(clock_boot_us() - clock_now_us());
	return t->ahead_us - before > SLEPT_US;
}

static bool is_dead(const struct tunnel *t, uint64_t now)
{
	uint64_t heard = session_heard(t->session);

	/* `heard` may be later than `now`: do not subtract first. */
	if (t->doubt_us >= heard && now >= t->doubt_us + DOUBT_US)
		return true;
	return now - heard >= DEAD_US &&
	       session_ping_age(t->session) >= DEAD_US;
}

static void check_alive(struct tunnel *t, uint64_t now)
{
	uint64_t silent = now - session_heard(t->session);

	t->liveness_us = now + LIVENESS_US;
	/* An idle tunnel keeps no output buffer. */
	tls_rest(t->conn.tls);
	if (tls_is_worn(t->conn.tls)) {
		conn_fail(&t->conn, ERR_CLOSED,
			  "a new one takes over, with new keys");
		return;
	}
	/* The session has ended and its input is discarded; the connection is
	 * closed after LINGER_S at most. */
	if (t->conn.is_shut)
		return;
	if (has_slept(t))
		tunnel_ask(t);
	if (!session_is_attached(t->session))
		return;
	if (is_dead(t, now))
		conn_fail(&t->conn, ERR_TIMEOUT,
			  "timeout: nothing received for %u s",
			  (unsigned)(silent / 1000000));
	else if (silent >=
		 (session_is_waiting(t->session) ? HURRY_US : PING_US))
		session_ping(t->session);
}

static void tunnel_on_timer(struct ev_loop *ev, ev_timer *w, int events)
{
	struct tunnel *t = w->data;
	uint64_t now = loop_now_us(t->loop);

	(void)ev;
	(void)events;
	session_set_now(t->session, now);
	session_tick(t->session);
	if (t->up && now >= t->liveness_us)
		check_alive(t, now);
	if (t->up)
		conn_kick(&t->conn);
	else
		tunnel_arm(t);
}

static void tunnel_on_ready(struct conn *c)
{
	struct tunnel *t = tunnel_of(c);

	if (t->ops->ready)
		t->ops->ready(t);
}

static int tunnel_on_input(struct conn *c, const uint8_t *p, size_t n)
{
	struct session *s = tunnel_of(c)->session;
	int ret;

	session_set_now(s, loop_now_us(c->loop));
	ret = session_input(s, p, n);
	return ret ? conn_fail(c, ret, "%s", session_why(s)) : 0;
}

static void on_input_done(struct conn *c)
{
	session_input_done(tunnel_of(c)->session);
}

static bool on_output(struct conn *c, struct iovec *record)
{
	struct tunnel *t = tunnel_of(c);
	bool more;

	session_set_now(t->session, loop_now_us(c->loop));
	t->woken = false;
	t->packs = true;
	more = c->is_full ? session_next_hurried(t->session, record) :
			    session_next(t->session, record);
	t->packs = false;
	if (!more && t->woken)
		conn_kick(c);
	return more;
}

static bool on_hurries(struct conn *c)
{
	return session_hurries(tunnel_of(c)->session);
}

static void on_turned(struct conn *c)
{
	struct tunnel *t = tunnel_of(c);

	session_set_target(t->session, c->target);
	if (c->rtt_us)
		session_set_rtt(t->session, c->rtt_us);
	session_reap(t->session);
	tunnel_arm(t);
}

static void tunnel_on_closed(struct conn *c, int err, const char *why)
{
	struct tunnel *t = tunnel_of(c);

	t->up = false;
	session_detach(t->session);
	session_reap(t->session);
	tunnel_arm(t);
	t->ops->down(t, err, why);
}

static const struct conn_ops conn_ops = {
	.ready = tunnel_on_ready,
	.input = tunnel_on_input,
	.input_done = on_input_done,
	.output = on_output,
	.hurries = on_hurries,
	.turned = on_turned,
	.closed = tunnel_on_closed,
};

static void tunnel_on_task(struct task *task)
{
	struct tunnel *t = container_of(task, struct tunnel, task);

	session_set_now(t->session, loop_now_us(t->loop));
	session_reap(t->session);
}

static void tunnel_on_later(struct task *task)
{
	struct tunnel *t = container_of(task, struct tunnel, later);

	if (!t->looked) {
		t->looked = true;
		task_defer(t->loop, task);
		return;
	}
	session_release(t->session);
	if (t->up)
		conn_now(&t->conn);
}

void tunnel_init(struct tunnel *t, struct loop *loop, struct session *s,
		 const struct tunnel_ops *ops)
{
	*t = (struct tunnel){ .loop = loop, .session = s, .ops = ops };
	task_init(&t->task, tunnel_on_task);
	task_init(&t->later, tunnel_on_later);
	ev_init(&t->timer, tunnel_on_timer);
	t->timer.data = t;
	session_set_now(s, loop_now_us(loop));
}

void tunnel_fini(struct tunnel *t)
{
	tunnel_cut(t);
	task_cancel(&t->task);
	task_cancel(&t->later);
	ev_timer_stop(t->loop->ev, &t->timer);
}

/* While records are packed, another one is asked for anyway, and session_reap
 * follows: a turn of the loop for that would do nothing. */
void tunnel_wake(struct tunnel *t)
{
	if (t->packs)
		t->woken = true;
	else if (t->up)
		conn_kick(&t->conn);
	else
		task_defer(t->loop, &t->task);
}

void tunnel_wake_later(struct tunnel *t)
{
	if (list_is_empty(&t->later.node))
		t->looked = false;
	task_defer(t->loop, &t->later);
}

void tunnel_up(struct tunnel *t, int fd, struct tls *tls)
{
	uint64_t now = loop_now_us(t->loop);

	tunnel_cut(t);
	session_set_now(t->session, now);
	conn_open(&t->conn, t->loop, fd, tls, &conn_ops);
	t->up = true;
	t->liveness_us = now + LIVENESS_US;
	t->doubt_us = 0;
	has_slept(t);
	conn_kick(&t->conn);
}

void tunnel_ask(struct tunnel *t)
{
	uint64_t now = loop_now_us(t->loop);

	if (!t->up || !session_is_attached(t->session))
		return;
	session_set_now(t->session, now);
	/* While an earlier PING has no answer, its timeout goes on. */
	if (t->doubt_us < session_heard(t->session))
		t->doubt_us = now;
	session_ping(t->session);
}

void tunnel_cut(struct tunnel *t)
{
	struct tls *tls;
	int fd;

	if (!t->up)
		return;
	conn_release(&t->conn, &fd, &tls);
	t->up = false;
	tls_free(tls);
	close(fd);
	session_detach(t->session);
	tunnel_wake(t);
}

void tunnel_leave(struct tunnel *t)
{
	if (t->up)
		conn_leave(&t->conn, 0.);
}

void tunnel_leave_for_good(struct tunnel *t)
{
	if (t->up)
		conn_leave(&t->conn, LINGER_S);
}
