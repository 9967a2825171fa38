/* SPDX-License-Identifier: BSD-2-Clause */
/* conn.c - a TLS connection on a loop.
 *
 * Each event reads up to LOOP_GULP bytes with one system call.  What a turn of
 * the loop has to send is encrypted and written once, at the end of the turn.
 * The kernel gets no more than the network takes in about 2 ms (QUEUE_MS), so
 * that data waits in the session, whose scheduler can still choose what goes
 * first, and not in the kernel (docs/design.md). */
#include "net/conn.h"

#include "base/err.h"
#include "net/sock.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	TARGET_MIN = 4096, /* bytes that may wait in the kernel */
	TARGET_MAX = 131072,
	LAST_WORDS = 512, /* bytes of output for the frame that says why a
			   * session ends, however much waits before it */
	QUEUE_MS = 2,
	AGAIN_US = 2000,    /* between two looks at a full flight */
	SAMPLE_US = 100000, /* between two samples of the kernel's numbers */
	USER_TIMEOUT_MS = 60000, /* TCP gives a silent peer up */
	KEPT = 3, /* packets of TCP's window that a transfer does not begin */
};

int conn_fail(struct conn *c, int err, const char *fmt, ...)
{
	va_list ap;

	if (c->err)
		return c->err;
	va_start(ap, fmt);
	vsnprintf(c->why, sizeof c->why, fmt, ap);
	va_end(ap);
	c->err = err;
	task_defer(c->loop, &c->task);
	return err;
}

static int fail_tls(struct conn *c, int err)
{
	return conn_fail(c, err, "%s",
			 err == ERR_CLOSED ? "closed by the peer" :
					     tls_why(c->tls));
}

/* ---- reading ------------------------------------------------------------- */

static int do_handshake(struct conn *c)
{
	int ret = tls_handshake(c->tls);

	task_defer(c->loop, &c->task);
	if (ret == ERR_AGAIN)
		return ret;
	if (ret)
		return fail_tls(c, ret);
	c->is_ready = true;
	c->ops->ready(c);
	return c->err;
}

static void do_records(struct conn *c)
{
	const uint8_t *p = NULL;
	int n = 0, ret = 0;

	while (!ret && !c->err && c->tls && (n = tls_recv(c->tls, &p)) > 0)
		ret = c->ops->input(c, p, (size_t)n);
	if (!c->tls)
		return;
	if (c->ops->input_done)
		c->ops->input_done(c);
	if (!c->tls)
		return;
	tls_recv_release(c->tls);
	if (ret)
		conn_fail(c, ret, "%s", err_str(ret));
	else if (n < 0 && n != ERR_AGAIN)
		fail_tls(c, n);
	task_defer(c->loop, &c->task);
}

static void conn_on_readable(struct watch *w)
{
	struct conn *c = container_of(w, struct conn, watch);
	ssize_t n;

	if (c->err)
		return;
	n = recv(c->fd, c->loop->gulp, LOOP_GULP, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (c->is_shut) {
		/* What the peer still sends is discarded. */
		if (n <= 0)
			conn_fail(c, ERR_CLOSED, "closed");
		return;
	}
	if (n < 0 || (!n && c->broken)) {
		conn_fail(c, ERR_SYS, "%s",
			  strerror(c->broken ? c->broken : errno));
		return;
	}
	if (n)
		tls_input(c->tls, c->loop->gulp, (size_t)n);
	else
		tls_input_end(c->tls);
	if (c->is_ready || !do_handshake(c))
		do_records(c);
}

/* ---- writing ------------------------------------------------------------- */

static bool ask_tcp(const struct conn *c, struct tcp_info *ti)
{
	socklen_t len = sizeof *ti;

	memset(ti, 0, sizeof *ti);
	return !getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, ti, &len);
}

static uint32_t packets(const struct tcp_info *ti)
{
	uint32_t all = ti->tcpi_unacked + ti->tcpi_retrans;
	uint32_t gone = ti->tcpi_sacked + ti->tcpi_lost;

	return all > gone ? all - gone : 0;
}

/* Bytes that are in the network or go there next.  The kernel offers two
 * numbers, and both may be too high: packets times the segment size, because
 * packets may be short; bytes that are not acknowledged, because after a loss
 * most of them have arrived.  So the lower one is used. */
static size_t on_the_way(const struct conn *c, const struct tcp_info *ti)
{
	size_t most = (size_t)packets(ti) * ti->tcpi_snd_mss +
		      ti->tcpi_notsent_bytes;
	int bytes = 0;

	if (ioctl(c->fd, SIOCOUTQ, &bytes) || bytes < 0)
		return most;
	return MIN(most, (size_t)bytes);
}

static void sample_flight(struct conn *c, const struct tcp_info *ti)
{
	struct flight_sample s = {
		.now_us = c->sampled_us,
		.acked = ti->tcpi_bytes_acked,
		.delivered = (uint64_t)ti->tcpi_delivered * ti->tcpi_snd_mss,
		.rtt_us = ti->tcpi_rtt,
		.bytes = on_the_way(c, ti),
	};
	uint64_t pace = c->flight.pace;

	flight_sample(&c->flight, &s);
	if (c->flight.pace != pace)
		setsockopt(c->fd, SOL_SOCKET, SO_MAX_PACING_RATE,
			   &c->flight.pace, sizeof c->flight.pace);
}

/* Measures about every 100 ms how many bytes per second the network takes, and
 * its round trip time. */
static void sample(struct conn *c)
{
	struct tcp_info ti;
	uint64_t now = loop_now_us(c->loop);
	size_t target;
	int lowat;

	if (now - c->sampled_us < SAMPLE_US || !ask_tcp(c, &ti))
		return;
	c->sampled_us = now;
	c->rtt_us = ti.tcpi_rtt;
	sample_flight(c, &ti);
	target = (size_t)(ti.tcpi_delivery_rate / 1000 * QUEUE_MS);
	if (ti.tcpi_delivery_rate_app_limited && target < c->target)
		return;
	target = MAX(MIN(target, TARGET_MAX), TARGET_MIN);
	if (target == c->target)
		return;
	c->target = target;
	lowat = (int)target;
	setsockopt(c->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &lowat, sizeof lowat);
}

/* Whether enough bytes are on their way, or TCP would not send more now.  Then
 * nothing of a transfer is given to the kernel, because a keystroke that comes
 * next would wait there behind it; for the same reason the last packets of
 * TCP's window are not for transfers, as BBR makes it four packets from time to
 * time.  The kernel has no event for bytes that have arrived, so a timer looks
 * again. */
static bool flight_is_full(struct conn *c)
{
	struct tcp_info ti;

	if (c->flight.limit == SIZE_MAX || !ask_tcp(c, &ti))
		return false;
	if (on_the_way(c, &ti) < c->flight.limit &&
	    (!packets(&ti) || packets(&ti) + KEPT < ti.tcpi_snd_cwnd))
		return false;
	ev_timer_set(&c->again, (double)AGAIN_US / 1e6, 0.);
	ev_timer_start(c->loop->ev, &c->again);
	return true;
}

/* How many bytes more the kernel may get.  It is only asked how many it has not
 * sent when those given to it since the last question may matter. */
static size_t room(struct conn *c)
{
	int unsent = 0;

	if (c->unsent > c->target / 4) {
		if (ioctl(c->fd, SIOCOUTQNSD, &unsent) || unsent < 0)
			unsent = 0;
		c->unsent = (size_t)unsent;
	}
	return c->unsent < c->target ? c->target - c->unsent : 0;
}

static bool hurries(struct conn *c)
{
	return c->ops->hurries && c->ops->hurries(c);
}

static int conn_fill(struct conn *c, size_t most)
{
	struct buf *out = tls_output(c->tls);
	struct iovec record;
	int ret;

	if (!c->is_ready || !c->ops->output || c->leaving)
		return 0;
	c->more = true;
	while (buf_len(out) < most && (!c->is_full || hurries(c))) {
		if (!c->ops->output(c, &record)) {
			c->more = false;
			break;
		}
		ret = tls_send(c->tls, record.iov_base, record.iov_len);
		if (ret)
			return fail_tls(c, ret);
	}
	return 0;
}

/* Returns 0, ERR_AGAIN when the kernel took only a part, or another error when
 * it takes no more. */
static int flush(struct conn *c)
{
	struct buf *out = tls_output(c->tls);
	ssize_t n;

	if (!buf_len(out))
		return 0;
	n = send(c->fd, buf_ptr(out), buf_len(out),
		 MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) {
		/* The peer has closed, but its last words may still wait to be
		 * read: that the session has ended, or a TLS alert.  So the
		 * error is reported behind them, by conn_on_readable, for which
		 * such a socket is always ready. */
		c->broken = errno;
		return ERR_CLOSED;
	}
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return conn_fail(c, ERR_SYS, "%s", strerror(errno));
	if (n > 0) {
		c->unsent += (size_t)n;
		tls_written(c->tls, (size_t)n);
	}
	return buf_len(out) ? ERR_AGAIN : 0;
}

static void close_now(struct conn *c)
{
	int fd;
	struct tls *tls;

	conn_release(c, &fd, &tls);
	tls_free(tls);
	/* After a timeout an orderly end (FIN) would not arrive either. */
	if (c->err == ERR_TIMEOUT)
		tcp_reset(fd);
	else
		close(fd);
	c->ops->closed(c, c->err, c->why);
}

static void conn_on_waited(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	conn_fail(w->data, ERR_CLOSED, "closed");
}

/* The kernel has all that was to be sent.  If the socket were closed while
 * bytes of the peer wait to be read, the kernel would send RST and forget what
 * it has not sent yet (RFC 1122, section 4.2.2.13).  So the peer closes
 * first. */
static void conn_half_close(struct conn *c)
{
	if (c->linger <= 0.) {
		conn_fail(c, ERR_CLOSED, "closed");
		return;
	}
	shutdown(c->fd, SHUT_WR);
	c->is_shut = true;
	ev_timer_stop(c->loop->ev, &c->again);
	ev_timer_init(&c->again, conn_on_waited, c->linger, 0.);
	ev_timer_start(c->loop->ev, &c->again);
}

static void conn_write(struct conn *c)
{
	int ret = ERR_AGAIN;
	size_t most;

	if (c->broken || c->is_shut)
		return;
	most = room(c);
	sample(c);
	c->is_full = flight_is_full(c);
	if (c->is_full && !hurries(c))
		return;
	if (most && !conn_fill(c, most))
		ret = flush(c);
	if (ret == ERR_AGAIN) {
		watch_write(&c->watch);
		return;
	}
	if (!ret && c->leaving)
		conn_half_close(c);
	else if (!ret && c->more && !c->is_full)
		task_defer(c->loop, &c->task);
}

static void conn_turn(struct task *t)
{
	struct conn *c = container_of(t, struct conn, task);

	if (!c->err) {
		if (!c->watch.writing)
			conn_write(c);
	} else {
		/* One try to send a TLS alert or close_notify that waits. */
		c->leaving = true;
		(void)flush(c);
	}
	if (c->err) {
		close_now(c);
		return;
	}
	if (c->ops->turned)
		c->ops->turned(c);
}

static void conn_on_writable(struct watch *w)
{
	struct conn *c = container_of(w, struct conn, watch);

	task_defer(c->loop, &c->task);
}

static void conn_on_again(struct ev_loop *ev, ev_timer *w, int events)
{
	struct conn *c = w->data;

	(void)ev;
	(void)events;
	task_defer(c->loop, &c->task);
}

bool conn_is_blocked(const struct conn *c)
{
	return c->watch.writing || c->broken || c->is_shut;
}

void conn_kick(struct conn *c)
{
	task_defer(c->loop, &c->task);
}

void conn_now(struct conn *c)
{
	task_cancel(&c->task);
	conn_turn(&c->task);
}

int conn_send(struct conn *c, const uint8_t *p, size_t n)
{
	int ret;

	if (c->err)
		return c->err;
	ret = tls_send(c->tls, p, n);
	if (ret)
		return fail_tls(c, ret);
	conn_kick(c);
	return 0;
}

void conn_leave(struct conn *c, double linger)
{
	size_t most;

	if (c->err || c->leaving)
		return;
	c->linger = linger;
	c->is_full = false;
	/* A full output must not leave out the frame that ends the session,
	 * which `output` gives before data. */
	most = MAX(TARGET_MAX, buf_len(tls_output(c->tls)) + LAST_WORDS);
	if (conn_fill(c, most))
		return;
	if (c->is_ready)
		tls_bye(c->tls);
	c->leaving = true;
	conn_kick(c);
}

static void conn_begin(struct conn *c, bool apart)
{
	unsigned timeout = USER_TIMEOUT_MS;
	int ret, fd = c->fd, lowat = TARGET_MAX;

	tcp_quick(fd);
	/* The kernel reports the socket as writable from the same number of
	 * unsent bytes on as room() does; otherwise waiting would spin. */
	setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &lowat, sizeof lowat);
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
	task_init(&c->task, conn_turn);
	ev_init(&c->again, conn_on_again);
	c->again.data = c;
	flight_init(&c->flight);
	c->watch.readable = conn_on_readable;
	c->watch.writable = conn_on_writable;
	watch_open(&c->watch, c->loop, fd, apart);
	/* On the client's side this makes the ClientHello; if the handshake is
	 * done already, it only says so. */
	ret = tls_handshake(c->tls);
	c->is_ready = !ret;
	if (ret && ret != ERR_AGAIN)
		fail_tls(c, ret);
	conn_kick(c);
}

static struct conn fresh(const struct conn *c, struct loop *loop, int fd,
			 struct tls *tls)
{
	return (struct conn){ .loop = loop,
			      .owner = c->owner,
			      .tls = tls,
			      .fd = fd,
			      .target = TARGET_MAX,
			      .unsent = TARGET_MAX };
}

void conn_open(struct conn *c, struct loop *loop, int fd, struct tls *tls,
	       const struct conn_ops *ops)
{
	*c = fresh(c, loop, fd, tls);
	c->ops = ops;
	conn_begin(c, false);
}

void conn_open_apart(struct conn *c, struct loop *loop, int fd, struct tls *tls,
		     const struct conn_ops *ops)
{
	*c = fresh(c, loop, fd, tls);
	c->ops = ops;
	conn_begin(c, true);
}

void conn_release(struct conn *c, int *fd, struct tls **tls)
{
	watch_close(&c->watch);
	ev_timer_stop(c->loop->ev, &c->again);
	task_cancel(&c->task);
	*fd = c->fd;
	*tls = c->tls;
	c->fd = -1;
	c->tls = NULL;
}
