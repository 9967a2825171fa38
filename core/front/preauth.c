/* SPDX-License-Identifier: BSD-2-Clause */
/* preauth.c - a connection before it belongs to a session: handshake, then
 * either a login (login.c) or the tunnel of a session that exists.
 *
 *   HANDSHAKE -> START -- LOGIN --> PROMPTED -> CHECKING -> LEAVING
 *                      \                            \-> REFUSING -/
 *                       -- ATTACH -> ATTACHING -> JUDGED -> its shard */
#include "front/preauth.h"

#include "base/err.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LEAVING_S = 10 };

/* ---- its life ------------------------------------------------------------------ */

static void preauth_free(struct preauth *v)
{
	struct front *f = v->front;
	struct addr source = v->source;
	bool paid = v->has_paid || !v->is_agent;

	ev_timer_stop(f->loop.ev, &v->timer);
	if (v->auth_id)
		map_del(&f->checking, v->auth_id);
	list_remove(&v->node);
	frame_reader_fini(&v->reader);
	worker_config_unref(v->snap);
	free(v);
	waiting_left(&f->waiting, &source, paid);
}

static void on_closed(struct conn *c, int err, const char *why)
{
	struct preauth *v = container_of(c, struct preauth, conn);
	char at[ADDR_TEXT];

	if (v->state == VISIT_HANDSHAKE && !v->is_agent)
		probes_note(&v->front->probes, &v->source, why);
	else if (err != ERR_CLOSED && v->state != VISIT_LEAVING)
		probes_note(&v->front->failed, &v->source, why);
	else
		log_msg(LOG_DEBUG, NULL, "the connection from %s ended: %s",
			addr_str(&v->source, at), why);
	preauth_free(v);
}

void preauth_time(struct preauth *v, double seconds)
{
	struct ev_loop *ev = v->front->loop.ev;

	ev_timer_stop(ev, &v->timer);
	ev_timer_set(&v->timer, seconds, 0.);
	ev_timer_start(ev, &v->timer);
}

static void on_timer(struct ev_loop *ev, ev_timer *w, int events)
{
	struct preauth *v = w->data;

	(void)ev;
	(void)events;
	if (v->state == VISIT_REFUSING)
		login_refuse_now(v);
	else
		conn_fail(&v->conn, ERR_TIMEOUT, "%s took too long",
			  v->state == VISIT_HANDSHAKE ? "the handshake" :
							"the login");
}

static void on_ready(struct conn *c)
{
	struct preauth *v = container_of(c, struct preauth, conn);

	v->state = VISIT_START;
	preauth_time(v, v->snap->conf->server.login_timeout / 1e3);
}

int preauth_send(struct preauth *v, struct frame f, const uint8_t *payload)
{
	uint8_t out[FRAME_MAX];

	f.service = SERVICE_FORWARD;
	f.protocol = PROTOCOL_TCP;
	frame_pack(out, &f);
	memcpy(out + FRAME_HEADER, payload, f.len);
	return conn_send(&v->conn, out, FRAME_HEADER + (size_t)f.len);
}

void preauth_leave(struct preauth *v)
{
	v->state = VISIT_LEAVING;
	preauth_time(v, LEAVING_S);
	conn_leave(&v->conn);
}

/* ---- the tunnel of a session -------------------------------------------------- */

static int on_attach(struct preauth *v, const struct frame *f, const uint8_t *p)
{
	if (v->state != VISIT_START || unpack_attach(&v->attach, p, f->len))
		return ERR_PROTO;
	v->marker = f->marker;
	v->state = VISIT_ATTACHING;
	return 0;
}

static void refuse_attach(struct preauth *v, unsigned leave)
{
	struct goodbye bye = { .leave = (uint16_t)leave };
	uint8_t p[64];
	struct frame f = {
		.command = FRAME_ATTACHED,
		.flags = FLAG_REFUSED,
		.marker = v->marker,
		.len = (uint16_t)pack_goodbye(p, sizeof p, &bye),
	};

	if (!preauth_send(v, f, p))
		preauth_leave(v);
}

/* To its session, which is there. */
static void hand_over(struct preauth *v)
{
	struct front *f = v->front;
	struct entry *e = registry_get(&f->registry, v->attach.session);
	struct shard *to = shard_of(f->worker, e->session);
	struct mail_attach *m = calloc(1, sizeof *m);

	if (!m) {
		conn_fail(&v->conn, ERR_NOMEM, "out of memory");
		return;
	}
	m->to = to;
	m->attach = v->attach;
	m->marker = v->marker;
	m->source = v->source;
	m->snap = worker_config_ref(v->snap);
	snprintf(m->gateway, sizeof m->gateway, "%s", v->gateway->name);
	conn_release(&v->conn, &m->fd, &m->tls);
	v->has_paid = registry_pays(e, loop_now_us(&f->loop));
	preauth_free(v);
	mailbox_post(shard_box(to), &m->mail, shard_on_attach);
}

/* From the end of the turn, when nothing that was read is held any more. */
static void on_turned(struct conn *c)
{
	struct preauth *v = container_of(c, struct preauth, conn);
	struct entry *e;

	if (v->state != VISIT_ATTACHING)
		return;
	e = registry_get(&v->front->registry, v->attach.session);
	if (e) {
		v->state = VISIT_JUDGED;
		rights_ask(v->front, e);
	} else {
		refuse_attach(v, LEAVE_UNKNOWN);
	}
}

void preauths_judged(struct front *f, uint64_t session, unsigned leave)
{
	struct list *n, *t;

	list_each (n, t, &f->preauths) {
		struct preauth *v = list_entry(n, struct preauth, node);

		if (v->state != VISIT_JUDGED || v->attach.session != session ||
		    v->conn.err)
			continue;
		if (leave)
			refuse_attach(v, leave);
		else
			hand_over(v);
	}
}

/* ---- frames -------------------------------------------------------------------- */

static int on_frame(struct preauth *v, const struct frame *f, const uint8_t *p)
{
	switch (f->command) {
	case FRAME_LOGIN:
		return login_on_login(v, f, p);
	case FRAME_ANSWER:
		return login_on_answer(v, f, p);
	case FRAME_ATTACH:
		return on_attach(v, f, p);
	default:
		return f->command >= FRAME_OPTIONAL ? 0 : ERR_PROTO;
	}
}

static int on_input(struct conn *c, const uint8_t *p, size_t n)
{
	struct preauth *v = container_of(c, struct preauth, conn);
	const char *why = "bad frame";
	const uint8_t *payload;
	struct frame f;
	int ret;

	if (v->state >= VISIT_ATTACHING)
		return conn_fail(c, ERR_PROTO, "sends before ATTACHED");
	frame_input(&v->reader, p, n);
	while ((ret = frame_next(&v->reader, &f, &payload, &why)) > 0) {
		if (v->state == VISIT_ATTACHING)
			return conn_fail(c, ERR_PROTO, "sends before ATTACHED");
		ret = on_frame(v, &f, payload);
		if (ret)
			return conn_fail(c, ret, "%s is out of place or bad",
					 frame_name(f.command));
	}
	return ret < 0 ? conn_fail(c, ret, "%s", why) : 0;
}

static const struct conn_ops ops = {
	.ready = on_ready,
	.input = on_input,
	.turned = on_turned,
	.closed = on_closed,
};

/* ---- its beginning -------------------------------------------------------------- */

static struct tls_server *on_name(void *ctx, const char *sni)
{
	struct preauth *v = ctx;
	const struct gw_conf *c = v->snap->conf;

	v->is_agent = true;
	v->gateway = gw_conf_by_sni(c, &v->listen, sni);
	return v->gateway ? v->snap->tls[v->gateway - c->gateways] : NULL;
}

static bool enter(void *ctx, const struct arrival *a)
{
	struct front *f = ctx;
	struct preauth *v = calloc(1, sizeof *v);
	struct tls *tls = v ? tls_accept_new(on_name, v) : NULL;

	if (!tls) {
		free(v);
		return false;
	}
	v->front = f;
	v->snap = worker_config_ref(f->snap);
	v->source = a->source;
	v->listen = a->listen;
	frame_reader_init(&v->reader);
	ev_init(&v->timer, on_timer);
	v->timer.data = v;
	list_init(&v->node);
	list_append(&f->preauths, &v->node);
	preauth_time(v, f->snap->conf->server.handshake_timeout / 1e3);
	conn_open_apart(&v->conn, &f->loop, a->fd, tls, &ops);
	return true;
}

static void gone(void *ctx, const struct addr *source, const char *why)
{
	struct front *f = ctx;

	probes_note(&f->probes, source, why);
}

static uint16_t dice(void)
{
	uint16_t d;

	tls_random(&d, sizeof d);
	return d;
}

const struct waiting_ops preauth_ops = {
	.enter = enter,
	.gone = gone,
	.dice = dice,
};

void preauth_come(struct front *f, int fd, const struct front_listener *g,
		  const struct addr *source)
{
	const struct gw_server *s = &f->snap->conf->server;
	struct arrival a = {
		.fd = fd,
		.source = *source,
		.listen = g->at,
		.is_shared = net_list_has(&s->shared_sources, source),
		.since_us = loop_now_us(&f->loop),
	};

	f->waiting.timeout_us = s->handshake_timeout * 1000ull;
	waiting_come(&f->waiting, &a);
}

void preauths_drop_all(struct front *f)
{
	struct list *n, *t;
	struct tls *tls;
	int fd;

	list_each (n, t, &f->preauths) {
		struct preauth *v = list_entry(n, struct preauth, node);

		conn_release(&v->conn, &fd, &tls);
		tls_free(tls);
		close(fd);
		preauth_free(v);
	}
	map_fini(&f->checking);
}
