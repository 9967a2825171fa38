/* SPDX-License-Identifier: BSD-2-Clause */
/* guest.c - one agent of the load: its tunnel, its channel, its returns. */
#include "bench/load/guest.h"

#include "base/err.h"
#include "net/attach.h"
#include "net/sock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As in core/agent/uplink.c and core/agent/uplink_retry.c. */
static const double DELAY_S = 0.2, DELAY_MOST_S = 30., DELAY_FIRST_S = 5.,
		    DELAY_HELD_S = 2., LOGIN_S = 60., ATTACH_S = 30.,
		    ATTACH_HELD_S = 8., DIAL_S = 5.;

static void guest_become(struct guest *g, enum guest_state next)
{
	struct guests *c = g->all;

	c->in[g->state]--;
	c->in[next]++;
	g->state = next;
	c->moved(c);
}

static void guest_late_in(struct guest *g, double seconds)
{
	ev_timer_stop(g->all->loop.ev, &g->late);
	ev_timer_set(&g->late, seconds, 0.);
	ev_timer_start(g->all->loop.ev, &g->late);
}

/* ---- questions ------------------------------------------------------------ */

static void guest_ask_once(struct guest *g)
{
	if (!g->opened || g->to_come)
		return;
	g->question++;
	g->to_send = g->to_come = GUEST_QUESTION;
	g->asked_us = loop_now_us(&g->all->loop);
	g->all->waiting++;
	chan_readable(g->chan);
}

void guest_ask(struct guest *g, unsigned rounds)
{
	if (!rounds)
		return;
	g->rounds = rounds - 1;
	guest_ask_once(g);
}

static void guest_answered(struct guest *g)
{
	uint64_t took = loop_now_us(&g->all->loop) - g->asked_us;

	g->longest_us = MAX(g->longest_us, took);
	g->all->waiting--;
	if (g->rounds) {
		g->rounds--;
		guest_ask_once(g);
	}
	g->all->moved(g->all);
}

static void guest_on_tick(struct ev_loop *ev, ev_timer *w, int events)
{
	struct guest *g = w->data;

	(void)events;
	if (g->all->every_s > 0.)
		guest_ask_once(g);
	else
		ev_timer_stop(ev, w);
}

void guest_tick(struct guest *g)
{
	double every = g->all->every_s;

	g->longest_us = 0;
	ev_timer_stop(g->all->loop.ev, &g->tick);
	/* Spread over the whole time: 613 / 997 is nearly the golden ratio. */
	ev_timer_set(&g->tick, every * (g->number * 613 % 997) / 997., every);
	ev_timer_start(g->all->loop.ev, &g->tick);
}

/* ---- the channel's local end ---------------------------------------------- */

static ssize_t guest_read(struct chan *c, const struct iovec *iov, int n,
			  bool *urgent)
{
	struct guest *g = chan_end(c);
	size_t len = n ? MIN(iov->iov_len, (size_t)g->to_send) : 0;

	*urgent = false;
	if (!len)
		return ERR_AGAIN;
	memset(iov->iov_base, g->question, len);
	g->to_send = (uint8_t)(g->to_send - len);
	if (g->to_send)
		chan_readable(c);
	return (ssize_t)len;
}

static ssize_t guest_write(struct chan *c, const struct iovec *iov, int n,
			   bool urgent)
{
	struct guest *g = chan_end(c);
	ssize_t all = 0;

	(void)urgent;
	for (int i = 0; i < n; i++) {
		const uint8_t *p = iov[i].iov_base;

		all += (ssize_t)iov[i].iov_len;
		for (size_t k = 0; k < iov[i].iov_len; k++) {
			if (!g->to_come || p[k] != g->question)
				return ERR_PROTO;
			g->to_come--;
		}
	}
	if (!g->to_come)
		guest_answered(g);
	return all;
}

static void guest_on_finish(struct chan *c)
{
	chan_reset(c, REASON_NONE, NULL);
}

static void guest_on_opened(struct chan *c, const struct opened *o)
{
	struct guest *g = chan_end(c);

	(void)o;
	g->opened = true;
	g->all->channels++;
	guest_ask(g, 1);
}

static void guest_on_closed(struct chan *c, unsigned reason, const char *text)
{
	struct guest *g = chan_end(c);

	snprintf(g->all->trouble, sizeof g->all->trouble, "channel: %s%s%s",
		 reason_str(reason), text ? ": " : "", text ? text : "");
	g->all->lost++;
	g->all->channels -= g->opened;
	g->all->waiting -= g->to_come != 0;
	g->to_come = g->to_send = 0;
	g->rounds = 0;
	g->opened = false;
	g->chan = NULL;
	g->all->moved(g->all);
}

static const struct chan_ops guest_chan_ops = {
	.read = guest_read,
	.write = guest_write,
	.finish = guest_on_finish,
	.opened = guest_on_opened,
	.closed = guest_on_closed,
};

static ssize_t guest_idle_read(struct chan *c, const struct iovec *iov, int n,
			       bool *urgent)
{
	(void)c;
	(void)iov;
	(void)n;
	*urgent = false;
	return ERR_AGAIN;
}

static ssize_t guest_idle_write(struct chan *c, const struct iovec *iov, int n,
				bool urgent)
{
	(void)c;
	(void)iov;
	(void)n;
	(void)urgent;
	return ERR_PROTO; /* nobody has asked */
}

static void guest_idle_opened(struct chan *c, const struct opened *o)
{
	struct guest *g = chan_end(c);

	(void)o;
	g->all->idle++;
	g->all->moved(g->all);
}

static void guest_idle_closed(struct chan *c, unsigned reason, const char *text)
{
	struct guest *g = chan_end(c);

	snprintf(g->all->trouble, sizeof g->all->trouble, "idle channel: %s%s",
		 reason_str(reason), text ? text : "");
	g->all->lost++;
	g->all->moved(g->all);
}

static const struct chan_ops guest_idle_ops = {
	.read = guest_idle_read,
	.write = guest_idle_write,
	.finish = guest_on_finish,
	.opened = guest_idle_opened,
	.closed = guest_idle_closed,
};

static struct chan *guest_chan(struct guest *g, const struct chan_ops *ops)
{
	struct open o = { .resource = g->resource,
			  .dest = { .port = g->all->port } };

	o.source = o.shown = g->all->gateway;
	return chan_open(g->session, ops, g, SERVICE_FORWARD, &o);
}

void guest_open(struct guest *g)
{
	if (g->session && !g->chan)
		g->chan = guest_chan(g, &guest_chan_ops);
}

void guest_idle(struct guest *g)
{
	if (g->session && guest_chan(g, &guest_idle_ops))
		g->all->idle_wanted++;
}

/* ---- the way to the gateway ------------------------------------------------ */

/* Each in a network (/24) of its own, as users at home are. */
static struct addr guest_source(const struct guest *g)
{
	unsigned n = g->number % g->all->sources;
	struct addr a = { .family = AF_INET,
			  .ip = { 127, (uint8_t)(1 + n / 256),
				  (uint8_t)(n % 256), 1 } };

	return a;
}

static void guest_dial(struct guest *g)
{
	struct addr from = guest_source(g);
	int fd = tcp_connect(&g->all->gateway, &from);

	g->all->tries++;
	if (fd < 0) {
		guest_failed(g, 0., strerror(errno));
		return;
	}
	guest_become(g, GUEST_DIALLING);
	guest_late_in(g, DIAL_S);
	ev_io_set(&g->dial, fd, EV_WRITE);
	ev_io_start(g->all->loop.ev, &g->dial);
}

static void guest_on_again(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	guest_dial(w->data);
}

void guest_failed(struct guest *g, double wait_s, const char *why)
{
	struct ev_loop *ev = g->all->loop.ev;
	double most = g->chan     ? DELAY_HELD_S :
		      !g->session ? DELAY_FIRST_S :
				    DELAY_MOST_S;
	uint16_t chance;

	if (why)
		snprintf(g->all->trouble, sizeof g->all->trouble, "%s", why);
	tls_random(&chance, sizeof chance);
	ev_timer_stop(ev, &g->late);
	ev_timer_stop(ev, &g->again);
	ev_timer_set(&g->again,
		     wait_s + MIN(g->delay, most) * (0.5 + chance / 65536.),
		     0.);
	ev_timer_start(ev, &g->again);
	g->delay = MIN(g->delay * 2, DELAY_MOST_S);
	guest_become(g, GUEST_RESTING);
}

static void guest_on_dialled(struct ev_loop *ev, ev_io *w, int events)
{
	struct guest *g = w->data;
	int fd = w->fd, err = 0;
	socklen_t len = sizeof err;
	struct tls *tls;

	(void)events;
	ev_io_stop(ev, w);
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (err) {
		close(fd);
		g->all->resets++;
		guest_failed(g, 0., strerror(err));
		return;
	}
	if (!g->session) {
		guest_late_in(g, LOGIN_S);
		guest_become(g, GUEST_LOGIN);
		guest_login_begin(g, fd);
		return;
	}
	tls = tls_connect_new(g->all->tls);
	if (!tls) {
		close(fd);
		guest_failed(g, 0., "out of memory");
		return;
	}
	guest_late_in(g, g->chan ? ATTACH_HELD_S : ATTACH_S);
	guest_become(g, GUEST_ATTACHING);
	tunnel_up(&g->tunnel, fd, tls);
}

static void guest_on_late(struct ev_loop *ev, ev_timer *w, int events)
{
	struct guest *g = w->data;

	(void)events;
	if (ev_is_active(&g->dial)) {
		ev_io_stop(ev, &g->dial);
		close(g->dial.fd);
	}
	guest_login_drop(g);
	if (g->session)
		tunnel_cut(&g->tunnel);
	g->all->resets++;
	guest_failed(g, 0.,
		     g->state == GUEST_DIALLING ? "no answer to the SYN" :
						  "no answer in time");
}

void guest_login(struct guest *g)
{
	g->began_us = loop_now_us(&g->all->loop);
	g->delay = DELAY_S;
	guest_dial(g);
}

/* ---- the tunnel ------------------------------------------------------------ */

static void guest_on_ready(struct tunnel *t)
{
	struct guest *g = container_of(t, struct guest, tunnel);
	const struct attach_secret secret = { g->profile.gateway,
					      g->profile.secret };
	struct attach at = { .session = g->profile.session,
			     .generation = ++g->generation,
			     .count = session_count(g->session) };
	uint8_t p[64];
	struct iovec iov = { p, 0 };

	if (attach_prove(t->conn.tls, &secret, &at)) {
		conn_fail(&t->conn, ERR_TLS, "no channel binding");
		return;
	}
	iov.iov_len = pack_attach(p, sizeof p, &at);
	(void)!session_post(g->session, FRAME_ATTACH, 0, NULL, &iov);
}

static void guest_on_down(struct tunnel *t, int err, const char *why)
{
	struct guest *g = container_of(t, struct guest, tunnel);

	(void)err;
	if (g->state == GUEST_IN) {
		g->began_us = loop_now_us(&g->all->loop);
		g->delay = DELAY_S;
	} else {
		g->all->resets++;
	}
	guest_failed(g, 0., why);
}

static const struct tunnel_ops guest_tunnel_ops = {
	.ready = guest_on_ready,
	.down = guest_on_down,
};

static void guest_arrived(struct guest *g)
{
	ev_timer_stop(g->all->loop.ev, &g->late);
	g->took_us = loop_now_us(&g->all->loop) - g->began_us;
	guest_become(g, GUEST_IN);
}

static int guest_on_attached(struct guest *g, const struct frame *f,
			     const uint8_t *p)
{
	uint64_t count;
	int ret;

	if (f->flags & FLAG_REFUSED) {
		g->all->refused++;
		return session_fail(g->session, "ATTACH is refused");
	}
	ret = unpack_u64(&count, p, f->len);
	if (!ret)
		ret = session_attach(g->session, f->flags & FLAG_FRESH, count);
	/* With its channels it has the list of resources already. */
	if (!ret && !(f->flags & FLAG_FRESH))
		guest_arrived(g);
	return ret;
}

static int guest_on_resources(struct guest *g, const struct frame *f,
			      const uint8_t *p)
{
	struct resource_entry e;
	size_t used;

	for (size_t at = 0; at < f->len; at += used) {
		if (unpack_resource(&e, p + at, f->len - at, &used))
			return session_fail(g->session, "malformed RESOURCES");
		if (!g->resource)
			g->resource = e.id;
	}
	if (f->flags & FLAG_LAST && g->state == GUEST_ATTACHING)
		guest_arrived(g);
	return 0;
}

static int guest_on_frame(struct session *s, const struct frame *f,
			  const uint8_t *p, struct chan *about)
{
	struct guest *g = session_owner(s);

	(void)about;
	if (f->command == FRAME_ATTACHED)
		return guest_on_attached(g, f, p);
	if (f->command == FRAME_RESOURCES)
		return guest_on_resources(g, f, p);
	if (f->command == FRAME_GOAWAY)
		tunnel_leave(&g->tunnel);
	return 0;
}

static void guest_on_open(struct session *s, struct chan *c,
			  const struct open *o)
{
	(void)s;
	(void)o;
	chan_reset(c, REASON_DENIED, NULL);
}

static void guest_on_wake(struct session *s)
{
	struct guest *g = session_owner(s);

	tunnel_wake(&g->tunnel);
}

static const struct session_ops guest_session_ops = {
	.open = guest_on_open,
	.frame = guest_on_frame,
	.wake = guest_on_wake,
};

void guest_logged_in(struct guest *g, const struct profile *p)
{
	struct session_conf conf = { .role = ROLE_AGENT, .marker = p->marker };

	ev_timer_stop(g->all->loop.ev, &g->late);
	g->session = session_new(&conf, &guest_session_ops, g);
	if (!g->session) {
		guest_failed(g, 1., "out of memory");
		return;
	}
	g->profile = *p;
	tunnel_init(&g->tunnel, &g->all->loop, g->session, &guest_tunnel_ops);
	guest_dial(g);
}

void guest_cut(struct guest *g)
{
	if (g->state != GUEST_IN)
		return;
	tunnel_cut(&g->tunnel);
	g->began_us = loop_now_us(&g->all->loop);
	g->delay = DELAY_S;
	guest_failed(g, 0., NULL);
}

/* ---- life ------------------------------------------------------------------ */

void guest_init(struct guest *g, struct guests *c, unsigned number)
{
	*g = (struct guest){ .all = c, .number = number };
	ev_init(&g->dial, guest_on_dialled);
	ev_init(&g->again, guest_on_again);
	ev_init(&g->late, guest_on_late);
	ev_init(&g->tick, guest_on_tick);
	g->dial.data = g->again.data = g->late.data = g->tick.data = g;
	c->in[GUEST_OUT]++;
}

void guest_fini(struct guest *g)
{
	struct ev_loop *ev = g->all->loop.ev;

	ev_timer_stop(ev, &g->again);
	ev_timer_stop(ev, &g->late);
	ev_timer_stop(ev, &g->tick);
	if (ev_is_active(&g->dial)) {
		ev_io_stop(ev, &g->dial);
		close(g->dial.fd);
	}
	guest_login_drop(g);
	if (g->session) {
		tunnel_cut(&g->tunnel);
		session_free(g->session);
		tunnel_fini(&g->tunnel);
	}
}
