/* SPDX-License-Identifier: BSD-2-Clause */
/* preauth.c - a connection before it belongs to a session: handshake, then
 * either a login (login.c) or the tunnel of a session that exists.
 *
 *   HANDSHAKE -> START -- LOGIN --> PROMPTED <-> CHECKING -> CLOSING
 *                      \                            \-> REFUSING -/
 *                       -- ATTACH -> ATTACHING -> RIGHTS -> its shard
 *             \-> PAGES -> CLOSING (a browser: page_relay.c) */
#include "front/preauth.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/limits.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CLOSING_TIMEOUT_S = 10 };

/* ---- states -------------------------------------------------------------- */

#define TO(state) (1u << PREAUTH_##state)

/* Bits: the states that may follow.  The picture is in preauth.h. */
static const unsigned may_follow[PREAUTH_STATES] = {
	[PREAUTH_HANDSHAKE] = TO(START) | TO(PAGES),
	[PREAUTH_START] = TO(PROMPTED) | TO(CHECKING) | TO(REFUSING) |
			  TO(CLOSING) | TO(ATTACHING),
	[PREAUTH_PROMPTED] = TO(CHECKING) | TO(REFUSING) | TO(CLOSING),
	[PREAUTH_CHECKING] = TO(PROMPTED) | TO(REFUSING) | TO(CLOSING),
	[PREAUTH_REFUSING] = TO(CLOSING),
	[PREAUTH_CLOSING] = 0,
	[PREAUTH_ATTACHING] = TO(RIGHTS) | TO(CLOSING),
	[PREAUTH_RIGHTS] = TO(CLOSING),
	[PREAUTH_PAGES] = TO(CLOSING),
};

const char *preauth_state_str(enum preauth_state state)
{
	static const char *const text[PREAUTH_STATES] = {
		[PREAUTH_HANDSHAKE] = "handshake",
		[PREAUTH_START] = "start",
		[PREAUTH_PROMPTED] = "prompted",
		[PREAUTH_CHECKING] = "checking",
		[PREAUTH_REFUSING] = "refusing",
		[PREAUTH_CLOSING] = "closing",
		[PREAUTH_ATTACHING] = "attaching",
		[PREAUTH_RIGHTS] = "rights",
		[PREAUTH_PAGES] = "pages",
	};

	return text[state];
}

void preauth_become(struct preauth *pre, enum preauth_state state)
{
	if (!(may_follow[pre->state] & 1u << state))
		log_msg(LOG_DEBUG, NULL,
			"a connection that is not logged in goes from state "
			"%s to %s, which is not in the table of preauth.h",
			preauth_state_str(pre->state),
			preauth_state_str(state));
	pre->state = state;
}

/* ---- the connection, until it closes ------------------------------------- */

static void preauth_free(struct preauth *pre)
{
	struct front *f = pre->front;
	struct addr source = pre->source;
	bool paid = pre->has_paid || !pre->is_agent;

	ev_timer_stop(f->loop.ev, &pre->timer);
	login_forget(pre);
	list_remove(&pre->node);
	frame_reader_fini(&pre->reader);
	page_relay_fini(&pre->relay, f->loop.ev);
	worker_config_unref(pre->config);
	free(pre);
	waiting_release(&f->waiting, &source, paid);
}

static void preauth_on_closed(struct conn *c, int err, const char *why)
{
	struct preauth *pre = container_of(c, struct preauth, conn);
	char at[ADDR_TEXT];

	if (pre->state == PREAUTH_HANDSHAKE && !pre->is_agent)
		probes_note(&pre->front->probes, &pre->source, why);
	else if (err != ERR_CLOSED && pre->state != PREAUTH_CLOSING &&
		 pre->state != PREAUTH_PAGES)
		probes_note(&pre->front->failed, &pre->source, why);
	else
		log_msg(LOG_DEBUG, NULL, "the connection from %s ended: %s",
			addr_str(&pre->source, at), why);
	preauth_free(pre);
}

void preauth_set_timeout(struct preauth *pre, double seconds)
{
	struct ev_loop *ev = pre->front->loop.ev;

	ev_timer_stop(ev, &pre->timer);
	ev_timer_set(&pre->timer, seconds, 0.);
	ev_timer_start(ev, &pre->timer);
}

static void preauth_on_timer(struct ev_loop *ev, ev_timer *w, int events)
{
	struct preauth *pre = w->data;

	(void)ev;
	(void)events;
	if (pre->state == PREAUTH_REFUSING)
		login_refuse_now(pre);
	else if (pre->state == PREAUTH_PAGES)
		preauth_close(pre);
	else
		conn_fail(&pre->conn, ERR_TIMEOUT, "%s took too long",
			  pre->state == PREAUTH_HANDSHAKE ? "the handshake" :
							    "the login");
}

static void preauth_on_browser(struct preauth *pre)
{
	const char *why;
	int ret;

	preauth_become(pre, PREAUTH_PAGES);
	ret = page_relay_open(pre, &why);
	if (ret)
		conn_fail(&pre->conn, ret, "%s", why);
}

static void preauth_on_ready(struct conn *c)
{
	struct preauth *pre = container_of(c, struct preauth, conn);

	if (tls_speaks_http(c->tls)) {
		preauth_on_browser(pre);
		return;
	}
	preauth_become(pre, PREAUTH_START);
	preauth_set_timeout(pre, pre->config->conf->server.login_timeout / 1e3);
}

int preauth_send(struct preauth *pre, struct frame f, const uint8_t *payload)
{
	uint8_t out[FRAME_MAX];

	f.service = SERVICE_FORWARD;
	f.protocol = PROTOCOL_TCP;
	frame_pack(out, &f);
	memcpy(out + FRAME_HEADER, payload, f.len);
	return conn_send(&pre->conn, out, FRAME_HEADER + (size_t)f.len);
}

void preauth_close(struct preauth *pre)
{
	preauth_become(pre, PREAUTH_CLOSING);
	preauth_set_timeout(pre, CLOSING_TIMEOUT_S);
	conn_leave(&pre->conn, 0.);
}

/* ---- the tunnel of a session --------------------------------------------- */

static int preauth_on_attach(struct preauth *pre, const struct frame *f,
			     const uint8_t *p)
{
	if (pre->state != PREAUTH_START ||
	    unpack_attach(&pre->attach, p, f->len))
		return ERR_PROTO;
	pre->marker = f->marker;
	pre->shares = f->flags & FLAG_SHARES;
	pre->codes = f->flags & FLAG_CODES;
	preauth_become(pre, PREAUTH_ATTACHING);
	return 0;
}

static void refuse_attach(struct preauth *pre, unsigned leave)
{
	struct goodbye bye = { .leave = (uint16_t)leave };
	uint8_t p[64];
	struct frame f = {
		.command = FRAME_ATTACHED,
		.flags = FLAG_REFUSED,
		.marker = pre->marker,
		.len = (uint16_t)pack_goodbye(p, sizeof p, &bye),
	};

	if (!preauth_send(pre, f, p))
		preauth_close(pre);
}

/* To the shard of its session, which is in the registry. */
static void preauth_hand_over(struct preauth *pre)
{
	struct front *f = pre->front;
	struct registry_entry *e = registry_get(&f->registry,
						pre->attach.session);
	struct shard *to = shard_of(f->worker, e->session);
	struct mail_attach *m = calloc(1, sizeof *m);

	if (!m) {
		conn_fail(&pre->conn, ERR_NOMEM, "out of memory");
		return;
	}
	m->to = to;
	m->attach = pre->attach;
	m->marker = pre->marker;
	m->shares = pre->shares;
	m->codes = pre->codes;
	m->source = pre->source;
	m->config = worker_config_ref(pre->config);
	snprintf(m->gateway, sizeof m->gateway, "%s", pre->gateway->name);
	conn_release(&pre->conn, &m->fd, &m->tls);
	pre->has_paid = registry_pays(e, loop_now_us(&f->loop));
	preauth_free(pre);
	mailbox_post(shard_box(to), &m->mail, shard_on_attach);
}

/* Only now, at the end of the turn, is nothing that was read held any more, so
 * that the connection can go to another thread. */
static void preauth_on_turned(struct conn *c)
{
	struct preauth *pre = container_of(c, struct preauth, conn);
	struct registry_entry *e;

	page_relay_turned(pre);
	if (pre->state != PREAUTH_ATTACHING)
		return;
	e = registry_get(&pre->front->registry, pre->attach.session);
	if (e) {
		preauth_become(pre, PREAUTH_RIGHTS);
		rights_ask(pre->front, e);
	} else {
		refuse_attach(pre, LEAVE_UNKNOWN);
	}
}

void preauth_on_rights(struct front *f, uint64_t session, unsigned leave)
{
	struct list *n, *t;

	list_each (n, t, &f->preauths) {
		struct preauth *pre = list_entry(n, struct preauth, node);

		if (pre->state != PREAUTH_RIGHTS ||
		    pre->attach.session != session || pre->conn.err)
			continue;
		if (leave)
			refuse_attach(pre, leave);
		else
			preauth_hand_over(pre);
	}
}

/* ---- frames -------------------------------------------------------------- */

static int preauth_on_frame(struct preauth *pre, const struct frame *f,
			    const uint8_t *p)
{
	switch (f->command) {
	case FRAME_LOGIN:
		return login_on_login(pre, f, p);
	case FRAME_ANSWER:
		return login_on_answer(pre, f, p);
	case FRAME_ATTACH:
		return preauth_on_attach(pre, f, p);
	default:
		return f->command >= FRAME_OPTIONAL ? 0 : ERR_PROTO;
	}
}

static int preauth_on_input(struct conn *c, const uint8_t *p, size_t n)
{
	struct preauth *pre = container_of(c, struct preauth, conn);
	const char *why = "malformed frame";
	const uint8_t *payload;
	struct frame f;
	int ret;

	if (pre->relay.fd >= 0)
		return page_relay_input(pre, p, n);
	if (pre->state >= PREAUTH_ATTACHING)
		return conn_fail(c, ERR_PROTO,
				 "the agent sends before ATTACHED");
	frame_input(&pre->reader, p, n);
	while ((ret = frame_next(&pre->reader, &f, &payload, &why)) > 0) {
		if (pre->state == PREAUTH_ATTACHING)
			return conn_fail(c, ERR_PROTO,
					 "the agent sends before ATTACHED");
		ret = preauth_on_frame(pre, &f, payload);
		if (ret)
			return conn_fail(
				c, ret,
				"the frame %s is malformed or not expected now",
				frame_name(f.command));
	}
	return ret < 0 ? conn_fail(c, ret, "%s", why) : 0;
}

static bool preauth_on_output(struct conn *c, struct iovec *record)
{
	return page_relay_output(container_of(c, struct preauth, conn), record);
}

static const struct conn_ops ops = {
	.ready = preauth_on_ready,
	.input = preauth_on_input,
	.output = preauth_on_output,
	.turned = preauth_on_turned,
	.closed = preauth_on_closed,
};

/* ---- its beginning ------------------------------------------------------- */

static struct tls_server *preauth_on_name(void *ctx, const char *sni)
{
	struct preauth *pre = ctx;
	const struct gw_conf *c = pre->config->conf;

	pre->is_agent = true;
	pre->gateway = gw_conf_by_sni(c, &pre->listen, sni);
	if (pre->gateway && !pre->gateway->web &&
	    tls_speaks_http(pre->conn.tls))
		return NULL;
	return pre->gateway ? pre->config->tls[pre->gateway - c->gateways] :
			      NULL;
}

/* Whether one of the gateways has pages for browsers. */
static bool preauth_has_web(const struct gw_conf *c)
{
	for (size_t i = 0; i < c->ngateways; i++)
		if (c->gateways[i].web)
			return true;
	return false;
}

static bool preauth_enter(void *ctx, const struct waiting_conn *a)
{
	struct front *f = ctx;
	struct preauth *pre = calloc(1, sizeof *pre);
	struct tls *tls = pre ? tls_accept_new(preauth_on_name, pre) : NULL;

	if (!tls ||
	    (preauth_has_web(f->config->conf) && tls_accept_http(tls))) {
		tls_free(tls);
		free(pre);
		return false;
	}
	page_relay_init(&pre->relay);
	pre->front = f;
	pre->config = worker_config_ref(f->config);
	pre->source = a->source;
	pre->listen = a->listen;
	frame_reader_init(&pre->reader);
	ev_init(&pre->timer, preauth_on_timer);
	pre->timer.data = pre;
	list_init(&pre->node);
	list_append(&f->preauths, &pre->node);
	preauth_set_timeout(pre,
			    f->config->conf->server.handshake_timeout / 1e3);
	conn_open_apart(&pre->conn, &f->loop, a->fd, tls, &ops);
	return true;
}

static void preauth_gone(void *ctx, const struct addr *source, const char *why)
{
	struct front *f = ctx;

	probes_note(&f->probes, source, why);
}

static bool preauth_is_shared(void *ctx, const struct addr *source)
{
	const struct front *f = ctx;

	return net_list_has(&f->config->conf->server.shared_sources, source);
}

static uint16_t preauth_dice(void)
{
	uint16_t d;

	tls_random(&d, sizeof d);
	return d;
}

const struct waiting_ops preauth_ops = {
	.enter = preauth_enter,
	.is_shared = preauth_is_shared,
	.gone = preauth_gone,
	.dice = preauth_dice,
};

void preauth_accept(struct front *f, int fd, const struct front_listener *g,
		    const struct addr *source)
{
	const struct gw_server *s = &f->config->conf->server;
	bool owes_header = net_list_has(&s->proxy_protocol, source);
	struct waiting_conn a = {
		.fd = fd,
		.source = *source,
		.listen = g->at,
		.is_shared = owes_header || preauth_is_shared(f, source),
		.owes_header = owes_header,
		.since_us = loop_now_us(&f->loop),
	};

	waiting_add(&f->waiting, &a);
}

/* Never more than the descriptors that channels leave for them. */
void preauth_take_conf(struct front *f)
{
	const struct gw_server *s = &f->config->conf->server;
	unsigned kept = limits_kept(f->loop.fds_most);
	struct waiting_limits most = {
		.inside = MIN(s->login_connections, kept / 2),
		.inside_host = s->logins_per_source,
		.waiting_host = s->waiting_per_source,
	};

	most.waiting = MIN(s->waiting_connections, kept - most.inside);
	f->waiting.timeout_us = s->handshake_timeout * 1000ull;
	waiting_limit(&f->waiting, &most);
}

void preauth_drop_all(struct front *f)
{
	struct list *n, *t;
	struct tls *tls;
	int fd;

	list_each (n, t, &f->preauths) {
		struct preauth *pre = list_entry(n, struct preauth, node);

		conn_release(&pre->conn, &fd, &tls);
		tls_free(tls);
		close(fd);
		/* The monitor forgets the logins of a worker that ends. */
		pre->auth_id = 0;
		preauth_free(pre);
	}
	map_fini(&f->checking);
}
