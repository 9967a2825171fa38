/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_connect.c - connections to a gateway, ATTACH, and what a tunnel
 * brings. */
#include "agent/uplink_parts.h"

#include "base/err.h"
#include "base/human.h"
#include "base/log.h"
#include "net/attach.h"
#include "net/sock.h"

#include <stdio.h>
#include <string.h>

/* ---- connecting ------------------------------------------------------ */

struct conn *uplink_conn(struct uplink *u)
{
	return u->tunnel.up ? &u->tunnel.conn : uplink_login_conn(u);
}

void uplink_dialled(struct uplink_dial *d, int fd, const char *why)
{
	struct uplink *u = container_of(d, struct uplink, dial);
	struct tls *tls;

	segment_dialled(u, fd >= 0);
	if (fd < 0) {
		u->met |= d->lasts;
		snprintf(u->trouble, sizeof u->trouble, "cannot reach %s: %s",
			 uplink_gateway(u), why);
		uplink_failed(u);
		return;
	}
	u->way = network_way(&u->network, fd);
	if (!u->session || u->at != u->home) {
		uplink_become(u, UPLINK_LOGIN);
		uplink_login_begin(u, fd);
		return;
	}
	tls = gateway_tls_new(&u->tls, u->at);
	if (tls) {
		uplink_become(u, UPLINK_ATTACHING);
		tunnel_up(&u->tunnel, fd, tls);
		return;
	}
	tcp_reset(fd);
	uplink_failed(u);
}

/* Whether no other gateway and no later try will follow: then the connection
 * gets as much time as TCP itself takes, instead of five seconds. */
static bool is_last_chance(const struct uplink *u)
{
	return u->conf->once && u->first && u->tried + 1 >= u->conf->gateways.n;
}

void uplink_connect(struct uplink *u)
{
	const char *target = uplink_gateway(u);
	const struct proxy *via;
	char host[256];
	uint16_t port;

	if (addr_split(target, host, sizeof host, &port))
		return; /* the configuration was checked */
	uplink_dial_cancel(&u->dial);
	u->dial.patient = is_last_chance(u);
	u->dial.race.segment = segment_dial(u);
	via = agent_conf_via(u->conf, host);
	if (via)
		uplink_dial_through(&u->dial, via, target);
	else
		uplink_dial_begin(&u->dial, host, port);
}

const char *uplink_step(const struct uplink *u)
{
	return u->login       ? uplink_login_step(u) :
	       u->dial.lookup ? "the name server does not answer" :
	       uplink_dial_is_busy(&u->dial) ?
				"it does not answer" :
				"it does not send the list of resources";
}

/* ---- ATTACH ---------------------------------------------------------- */

static void uplink_on_ready(struct tunnel *t)
{
	struct uplink *u = container_of(t, struct uplink, tunnel);
	struct attach at = {
		.session = u->profile.session,
		.generation = ++u->generation,
		.count = session_count(u->session),
	};
	const struct attach_secret secret = { u->profile.gateway,
					      u->profile.secret };
	uint8_t p[64];
	struct iovec iov = { p, 0 };

	if (attach_prove(t->conn.tls, &secret, &at)) {
		conn_fail(&t->conn, ERR_TLS,
			  "the TLS library gives no channel binding");
		return;
	}
	iov.iov_len = pack_attach(p, sizeof p, &at);
	if (session_post(u->session, FRAME_ATTACH, FLAG_SHARES | FLAG_CODES,
			 NULL, &iov))
		conn_fail(&t->conn, ERR_NOMEM, "out of memory");
}

static int uplink_on_attached(struct uplink *u, const struct frame *f,
			      const uint8_t *p)
{
	struct goodbye no;
	uint64_t count;

	if (session_is_attached(u->session))
		return session_fail(u->session, "ATTACHED twice");
	if (f->flags & FLAG_REFUSED) {
		if (unpack_goodbye(&no, p, f->len))
			return session_fail(u->session, "malformed ATTACHED");
		u->left = no.leave ? no.leave : LEAVE_UNKNOWN;
		conn_fail(&u->tunnel.conn, ERR_CLOSED, "attach refused: %s",
			  leave_str(u->left));
		return 0;
	}
	if (unpack_u64(&count, p, f->len))
		return session_fail(u->session, "malformed ATTACHED");
	if (session_attach(u->session, f->flags & FLAG_FRESH, count))
		return ERR_PROTO;
	uplink_attached(u, f->flags & FLAG_FRESH);
	return 0;
}

static int uplink_on_goaway(struct uplink *u, const struct frame *f,
			    const uint8_t *p)
{
	struct goodbye bye;

	if (unpack_goodbye(&bye, p, f->len))
		return session_fail(u->session, "malformed GOAWAY");
	log_msg(LOG_INFO, NULL, "the gateway says: %s%s%s",
		leave_str(bye.leave), bye.text[0] ? ": " : "", bye.text);
	if (f->flags & FLAG_FINAL)
		u->left = bye.leave ? bye.leave : LEAVE_UNKNOWN;
	tunnel_leave(&u->tunnel);
	return 0;
}

static int uplink_on_frame(struct session *s, const struct frame *f,
			   const uint8_t *p, struct chan *about)
{
	struct uplink *u = session_owner(s);
	bool complete = false;
	int ret;

	switch (f->command) {
	case FRAME_ATTACHED:
		return uplink_on_attached(u, f, p);
	case FRAME_GOAWAY:
		return uplink_on_goaway(u, f, p);
	default:
		ret = u->ops->frame(u, f, p, about, &complete);
		if (!ret && complete)
			uplink_listed(u);
		return ret;
	}
}

static void uplink_on_open(struct session *s, struct chan *c,
			   const struct open *o)
{
	struct uplink *u = session_owner(s);

	u->ops->open(u, c, o);
}

static void uplink_on_wake(struct session *s)
{
	struct uplink *u = session_owner(s);

	tunnel_wake(&u->tunnel);
}

static void uplink_on_wake_later(struct session *s)
{
	struct uplink *u = session_owner(s);

	tunnel_wake_later(&u->tunnel);
}

static void uplink_on_crowded(struct session *s, enum crowd why)
{
	char most[HUMAN_TEXT];

	(void)why;
	log_msg(LOG_WARN, NULL,
		"%u connections wait for memory until others "
		"end: session_memory in adit.ini is %s",
		session_crowd(s),
		human_bytes((long long)session_stats(s).limit, most));
}

const struct session_ops uplink_session_ops = {
	.open = uplink_on_open,
	.frame = uplink_on_frame,
	.wake = uplink_on_wake,
	.wake_later = uplink_on_wake_later,
	.crowded = uplink_on_crowded,
};

static void uplink_on_down(struct tunnel *t, int err, const char *why)
{
	uplink_tunnel_down(container_of(t, struct uplink, tunnel), err, why);
}

static const struct tunnel_ops uplink_tunnel_ops = {
	.ready = uplink_on_ready,
	.down = uplink_on_down,
};

int uplink_session_new(struct uplink *u)
{
	struct session_conf conf = { .role = ROLE_AGENT,
				     .marker = u->profile.marker,
				     .memory = u->conf->session_memory };

	u->session = session_new(&conf, &uplink_session_ops, u);
	if (!u->session)
		return ERR_NOMEM;
	tunnel_init(&u->tunnel, u->loop, u->session, &uplink_tunnel_ops);
	u->generation = 0;
	return 0;
}

void uplink_session_drop(struct uplink *u)
{
	if (!u->session)
		return;
	u->to_server += session_stats(u->session).sent;
	u->to_client += session_stats(u->session).received;
	tunnel_cut(&u->tunnel);
	session_free(u->session);
	/* The ends of its channels have deferred the tunnel's task once
	 * more. */
	tunnel_fini(&u->tunnel);
	uplink_settle(u);
	u->session = NULL;
	tls_wipe(&u->profile, sizeof u->profile);
}
