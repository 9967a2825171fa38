/* SPDX-License-Identifier: BSD-2-Clause */
/* redirect.c - catches what this user's programs dial, anywhere on the machine.
 *
 * The kernel's side of it is the helper's, adit-redirect, and goes with it:
 *
 *   program ── SYN ──▶ queue ──▶ helper ── SYN ──▶ agent ── OPEN ──▶ gateway
 *      ▲                           │                 │
 *      └── accepted, or an error ──┴──── VERDICT ◀───┴── OPENED, CLOSE ◀──
 *
 * A helper that dies is started again; one that says that it cannot work is
 * not, before the configuration is read again. */
#include "run/redirect.h"

#include "base/err.h"
#include "base/log.h"
#include "intercept/ranges.h"
#include "intercept/redirect_msg.h"
#include "run/bridge.h"
#include "run/redirect_start.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ACCEPTS = 64,  /* in one turn of the loop */
	MESSAGES = 64, /* the same */
	/* SO_ORIGINAL_DST of <linux/netfilter_ipv4.h>, which no file can
	 * include that includes <netinet/in.h>. */
	ORIGINAL_DST = 80,
};

static const double AGAIN_S = 1.;
/* So long the gateway expects the connection that a server has announced, where
 * its plugin says nothing else. */
static const uint64_t LED_US = 60 * 1000000ull;

static void redirect_say(struct redirect *r, enum log_level level,
			 const char *state)
{
	snprintf(r->state, sizeof r->state, "%s", state);
	log_msg(level, "nft", "%s", state);
}

static void redirect_close(ev_io *w)
{
	if (w->fd >= 0)
		close(w->fd);
	ev_io_set(w, -1, EV_READ);
}

static void redirect_unlisten(struct acceptor *listener)
{
	acceptor_close(listener);
	redirect_close(&listener->watch);
}

/* The kernel has taken everything away when the helper is dead: only then the
 * listeners' port may become another program's. */
static void redirect_stop(struct redirect *r)
{
	ev_timer_stop(r->agent->loop->ev, &r->again);
	syns_free_all(&r->syns);
	if (r->helper) {
		kill(r->helper, SIGKILL);
		while (waitpid(r->helper, NULL, 0) < 0 && errno == EINTR)
			;
	}
	r->helper = 0;
	r->ready = false;
	resolved_stop(&r->resolved);
	ev_io_stop(r->agent->loop->ev, &r->talk);
	redirect_close(&r->talk);
	redirect_unlisten(&r->listen);
	redirect_unlisten(&r->listen6);
}

static void redirect_again(struct redirect *r, double seconds)
{
	ev_timer_stop(r->agent->loop->ev, &r->again);
	ev_timer_set(&r->again, seconds, 0.);
	ev_timer_start(r->agent->loop->ev, &r->again);
}

static void redirect_lost(struct redirect *r)
{
	redirect_stop(r);
	redirect_say(r, LOG_WARN,
		     "the helper adit-redirect has ended; it is started again");
	redirect_again(r, AGAIN_S);
}

/* ---- which addresses are caught ----------------------------------------- */

/* Whether a program has been told where to connect next, or may be now: it has
 * a connection to a server that may tell it so.  An Oracle listener ends that
 * connection first. */
static bool redirect_may_be_led(const struct agent *a)
{
	struct list *n, *t;

	if (a->led_us && loop_now_us(a->loop) - a->led_us < LED_US)
		return true;
	list_each (n, t, &a->flows) {
		const struct flow *f = list_entry(n, struct flow, node);

		if (f->real && f->leads)
			return true;
	}
	return false;
}

/* The table has addresses without ports.  Another port may be one that a server
 * has told a program, and the server another one than that, or one that was
 * dialled by name: the gateway knows. */
static enum syn_way redirect_way(const struct syns *syns, const struct addr *to)
{
	const struct agent *a = syns->agent;

	if (covered_has(a, to))
		return SYN_WAITS;
	return redirect_may_be_led(a) && !uplink_is_at(&a->uplink, to) ?
		       SYN_ASKS :
		       SYN_PASSES;
}

static void redirect_put(struct redirect *r, const struct redirect_msg *m)
{
	if (redirect_send(r->talk.fd, m))
		log_msg(LOG_WARN, "nft",
			"a part of the list of addresses did not reach "
			"adit-redirect: %s; some may not be caught",
			strerror(errno));
}

static void redirect_put_nets(struct redirect *r, const struct resource *from,
			      struct redirect_msg *m)
{
	for (size_t i = 0; i < from->nets.n; i++) {
		if (from->nets.item[i].base.family == AF_INET6 &&
		    r->listen6.watch.fd < 0)
			continue;
		m->nets[m->nnets++] = from->nets.item[i];
		if (m->nnets < REDIRECT_NETS)
			continue;
		redirect_put(r, m);
		m->nnets = 0;
	}
}

/* A helper that does not take them ends, and says why. */
static void redirect_cover(struct redirect *r)
{
	struct redirect_msg m = { .kind = REDIRECT_COVER };
	struct list *n, *t;
	size_t all = 0;

	list_each (n, t, &r->agent->resources) {
		const struct resource *from = list_entry(n, struct resource,
							 node);

		redirect_put_nets(r, from, &m);
		all += from->nets.n;
	}
	if (all >= RANGES_MAX)
		log_msg(LOG_WARN, "nft",
			"the resources have %zu addresses and networks; only "
			"the first %d are caught by address",
			all, RANGES_MAX - 1);
	m.last = true;
	redirect_put(r, &m);
}

static void redirect_on_relisted(void *ctx)
{
	struct redirect *r = ctx;

	if (r->ready && r->hold)
		redirect_cover(r);
	if (r->ready)
		resolved_set(&r->resolved, r->device);
}

/* ---- what the helper says ----------------------------------------------- */

static void redirect_on_failed(struct redirect *r, const struct redirect_msg *m)
{
	char state[REDIRECT_STATE];

	redirect_stop(r);
	redirect_why(m, state, sizeof state);
	redirect_say(r, LOG_ERROR, state);
}

static void redirect_on_syn(struct redirect *r, const struct redirect_msg *m)
{
	const struct queue_packet q = {
		.id = m->id,
		.is_syn = true,
		.syn = m->syn,
	};

	syns_take(&r->syns, &q);
}

/* False: there is no helper any more. */
static bool redirect_hear(struct redirect *r, const struct redirect_msg *m)
{
	switch (m->kind) {
	case REDIRECT_READY:
		r->hold = m->hold;
		r->device = m->device;
		r->ready = true;
		redirect_on_relisted(r);
		redirect_say(r, LOG_INFO, "ready");
		return true;
	case REDIRECT_SYN:
		redirect_on_syn(r, m);
		return true;
	case REDIRECT_FAILED:
		redirect_on_failed(r, m);
		return false;
	default:
		redirect_lost(r);
		return false;
	}
}

static void redirect_on_talk(struct ev_loop *ev, ev_io *w, int events)
{
	struct redirect *r = w->data;
	struct redirect_msg m;
	int ret;

	(void)ev;
	(void)events;
	for (unsigned i = 0; i < MESSAGES; i++) {
		ret = redirect_receive(w->fd, &m);
		if (ret == ERR_AGAIN)
			return;
		if (ret) {
			redirect_lost(r);
			return;
		}
		if (!redirect_hear(r, &m))
			return;
	}
}

/* There is always room, but for a helper that does not read: another one takes
 * its place, and the packets are lost with it. */
static int redirect_release(struct syns *syns, uint32_t id,
			    enum inner_mark mark)
{
	struct redirect *r = container_of(syns, struct redirect, syns);
	const struct redirect_msg m = {
		.kind = REDIRECT_VERDICT,
		.id = id,
		.mark = mark,
	};

	if (!redirect_send(r->talk.fd, &m))
		return 0;
	redirect_again(r, 0.);
	return ERR_SYS;
}

/* ---- connections -------------------------------------------------------- */

/* What was dialled, before the kernel sent it here.  False: nothing else was,
 * or the kernel does not say. */
static bool redirect_dialled(int fd, struct addr *to)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof ss;
	struct addr own = addr_local(fd);

	if (getsockopt(fd, own.family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
		       ORIGINAL_DST, &ss, &len))
		return false;
	*to = addr_from_sa(&ss);
	return !addr_same(to, &own);
}

static void redirect_on_accept(struct ev_loop *ev, ev_io *w, int events)
{
	struct acceptor *listener = container_of(w, struct acceptor, watch);
	struct redirect *r = w->data;
	struct addr from, to;
	int fd;

	(void)ev;
	(void)events;
	for (unsigned i = 0; i < ACCEPTS; i++) {
		fd = acceptor_take(listener, &from);
		if (fd < 0)
			return;
		if (redirect_dialled(fd, &to))
			syns_accept(&r->syns, fd, &from, &to);
		else
			tcp_reset(fd);
	}
}

/* ---- in reverse --------------------------------------------------------- */

/* From the tun device's address, by which the helper knows such connections.
 * It has read of this one when the packet comes. */
static int redirect_connect_as(void *ctx, const struct addr *to,
			       const struct addr *as)
{
	const struct redirect *r = ctx;
	struct redirect_msg m = { .kind = REDIRECT_BACK, .as = *as };
	struct addr own;
	int fd, error;

	m.syn.to = *to;
	if (!r->ready || !r->hold || as->family != to->family ||
	    addr_parse(&own, to->family == AF_INET ? INNER_IPV4 : INNER_IPV6,
		       0))
		return -1;
	fd = tcp_listen(&own, 0, false);
	if (fd < 0)
		return -1;
	m.syn.from = addr_local(fd);
	error = redirect_send(r->talk.fd, &m) ? EAGAIN : tcp_connected(fd, to);
	if (!error || error == EINPROGRESS)
		return fd;
	close(fd);
	return -1;
}

/* ---- beginning and end -------------------------------------------------- */

/* False: it cannot be started, says errno. */
static bool redirect_begin_talk(struct redirect *r, const int listeners[2])
{
	const struct redirect_msg start = { .kind = REDIRECT_START,
					    .early = r->early };
	int fd = redirect_spawn(&r->helper, listeners);

	if (fd < 0)
		return false;
	ev_io_set(&r->talk, fd, EV_READ);
	ev_io_start(r->agent->loop->ev, &r->talk);
	/* EPIPE: it has ended already, and redirect_on_talk reads why. */
	return !redirect_send(fd, &start) || errno == EPIPE;
}

static void redirect_start(struct redirect *r)
{
	char state[REDIRECT_STATE];
	uint16_t port = 0;
	int listeners[2];

	r->early = r->agent->conf->accept == ACCEPT_EARLY;
	ev_timer_stop(r->agent->loop->ev, &r->again);
	listeners[0] = redirect_listen(AF_INET, &port);
	listeners[1] = listeners[0] < 0 ? -1 : redirect_listen(AF_INET6, &port);
	acceptor_open(&r->listen, listeners[0]);
	acceptor_open(&r->listen6, listeners[1]);
	snprintf(r->state, sizeof r->state, "starting");
	if (listeners[0] >= 0 && redirect_begin_talk(r, listeners))
		return;
	snprintf(state, sizeof state, "cannot start adit-redirect: %s",
		 strerror(errno));
	redirect_stop(r);
	redirect_say(r, LOG_ERROR, state);
}

static void redirect_on_again(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	redirect_stop(w->data);
	redirect_start(w->data);
}

void redirect_init(struct redirect *r)
{
	list_init(&r->bridges);
	ev_io_init(&r->talk, redirect_on_talk, -1, EV_READ);
	acceptor_init(&r->listen, &r->agent->listeners, redirect_on_accept, r);
	acceptor_init(&r->listen6, &r->agent->listeners, redirect_on_accept, r);
	ev_init(&r->again, redirect_on_again);
	r->resolved.agent = r->agent;
	resolved_init(&r->resolved);
	r->talk.data = r->again.data = r;
	r->agent->relisted = redirect_on_relisted;
	r->agent->relisted_ctx = r;
	r->agent->connect_as = redirect_connect_as;
	r->agent->connect_as_ctx = r;
	r->syns = (struct syns){
		.agent = r->agent,
		.bridges = &r->bridges,
		.name = "this user's programs",
		.release = redirect_release,
		.way = redirect_way,
		.renumbers = true,
	};
	syns_init(&r->syns);
}

void redirect_configure(struct redirect *r)
{
	bool early = r->agent->conf->accept == ACCEPT_EARLY;

	if (r->agent->conf->intercept != INTERCEPT_NFT || early != r->early)
		redirect_stop(r);
	if (r->agent->conf->intercept != INTERCEPT_NFT)
		return;
	if (!r->helper)
		redirect_start(r);
	else if (r->ready)
		resolved_set(&r->resolved, r->device);
}

void redirect_fini(struct redirect *r)
{
	redirect_stop(r);
	r->agent->relisted = NULL;
	r->agent->connect_as = NULL;
	bridge_free_all(&r->bridges);
}

json_t *redirect_status(const struct redirect *r)
{
	if (r->agent->conf->intercept != INTERCEPT_NFT)
		return json_null();
	return json_pack("{s:s, s:s, s:i, s:i, s:b}", "state", r->state, "dns",
			 r->resolved.state, "connections",
			 (int)r->syns.connections, "early", (int)r->syns.early,
			 "hold", r->hold);
}
