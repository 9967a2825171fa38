/* SPDX-License-Identifier: BSD-2-Clause */
/* link.c - the way to a gateway: connections, ATTACH, and what a tunnel brings. */
#include "agent/inside.h"

#include "base/err.h"
#include "base/human.h"
#include "base/log.h"
#include "net/attach.h"

#include <stdio.h>
#include <string.h>

/* ---- connecting --------------------------------------------------------------- */

struct conn *link_conn(struct agent *a)
{
	return a->tunnel.up ? &a->tunnel.conn : login_conn(a);
}

void link_dialled(struct dial *d, int fd, const char *why)
{
	struct agent *a = container_of(d, struct agent, dial);
	struct tls *tls;

	segment_dialled(a, fd >= 0);
	if (fd < 0) {
		a->met |= d->lasts;
		snprintf(a->trouble, sizeof a->trouble, "cannot reach %s: %s",
			 a->conf->gateways.item[a->at], why);
		reconnect_failed(a);
		return;
	}
	a->way = network_way(&a->network, fd);
	if (!a->session || a->at != a->home) {
		login_begin(a, fd);
		return;
	}
	tls = gateway_tls_new(&a->tls, a->at);
	if (tls) {
		agent_be_patient(a);
		tunnel_up(&a->tunnel, fd, tls);
		return;
	}
	tcp_reset(fd);
	reconnect_failed(a);
}

/* Where others are left, or the same one later, five seconds are enough. */
static bool is_last_chance(const struct agent *a)
{
	return a->conf->once && a->state == AGENT_LOGGING_IN &&
	       a->tried + 1 >= a->conf->gateways.n;
}

void link_connect(struct agent *a)
{
	const char *target = a->conf->gateways.item[a->at];
	const struct proxy *via;
	char host[256];
	uint16_t port;

	if (addr_split(target, host, sizeof host, &port))
		return; /* the configuration was checked */
	dial_cancel(&a->dial);
	a->dial.patient = is_last_chance(a);
	a->dial.race.segment = segment_dial(a);
	via = agent_conf_via(a->conf, host);
	if (via)
		dial_through(&a->dial, via, target);
	else
		dial_begin(&a->dial, host, port);
}

const char *link_step(const struct agent *a)
{
	return a->login       ? login_step(a) :
	       a->dial.lookup ? "nobody answers the question for its name" :
	       dial_is_busy(&a->dial) ? "it does not answer" :
					"it does not say what it offers";
}

/* ---- ATTACH -------------------------------------------------------------------- */

static void link_on_ready(struct tunnel *t)
{
	struct agent *a = container_of(t, struct agent, tunnel);
	struct attach at = {
		.session = a->profile.session,
		.generation = ++a->generation,
		.count = session_count(a->session),
	};
	const struct attach_secret secret = { a->profile.gateway,
					      a->profile.secret };
	uint8_t p[64];
	struct iovec iov = { p, 0 };

	if (attach_prove(t->conn.tls, &secret, &at)) {
		conn_fail(&t->conn, ERR_TLS, "no channel binding");
		return;
	}
	iov.iov_len = pack_attach(p, sizeof p, &at);
	if (session_post(a->session, FRAME_ATTACH, 0, NULL, &iov))
		conn_fail(&t->conn, ERR_NOMEM, "out of memory");
}

static int link_on_attached(struct agent *a, const struct frame *f,
			    const uint8_t *p)
{
	struct goodbye no;
	uint64_t count;

	if (session_is_attached(a->session))
		return session_fail(a->session, "ATTACHED twice");
	if (f->flags & FLAG_REFUSED) {
		if (unpack_goodbye(&no, p, f->len))
			return session_fail(a->session, "malformed ATTACHED");
		a->left = no.leave ? no.leave : LEAVE_UNKNOWN;
		conn_fail(&a->tunnel.conn, ERR_CLOSED, "attach refused: %s",
			  leave_str(a->left));
		return 0;
	}
	if (unpack_u64(&count, p, f->len))
		return session_fail(a->session, "malformed ATTACHED");
	if (session_attach(a->session, f->flags & FLAG_FRESH, count))
		return ERR_PROTO;
	agent_attached(a, f->flags & FLAG_FRESH);
	return 0;
}

static int link_on_goaway(struct agent *a, const struct frame *f,
			  const uint8_t *p)
{
	struct goodbye bye;

	if (unpack_goodbye(&bye, p, f->len))
		return session_fail(a->session, "malformed GOAWAY");
	log_msg(LOG_INFO, NULL, "the gateway says: %s%s%s",
		leave_str(bye.leave), bye.text[0] ? ": " : "", bye.text);
	if (f->flags & FLAG_FINAL)
		a->left = bye.leave ? bye.leave : LEAVE_UNKNOWN;
	tunnel_leave(&a->tunnel);
	return 0;
}

static int link_on_resources(struct agent *a, const struct frame *f,
			     const uint8_t *p)
{
	bool complete;
	int ret = resources_frame(a, f, p, &complete);

	if (!ret && complete)
		agent_forward(a);
	return ret;
}

static int link_on_frame(struct session *s, const struct frame *f,
			 const uint8_t *p, struct chan *about)
{
	struct agent *a = session_owner(s);

	switch (f->command) {
	case FRAME_ATTACHED:
		return link_on_attached(a, f, p);
	case FRAME_GOAWAY:
		return link_on_goaway(a, f, p);
	case FRAME_RESOURCES:
		return link_on_resources(a, f, p);
	case FRAME_EXPECT:
	case FRAME_CANCEL:
		return expect_frame(a, f, p, about);
	default:
		return session_fail(s, "%s from a gateway",
				    frame_name(f->command));
	}
}

static void link_on_open(struct session *s, struct chan *c,
			 const struct open *o)
{
	reverse_open(session_owner(s), c, o);
}

static void link_on_wake(struct session *s)
{
	struct agent *a = session_owner(s);

	tunnel_wake(&a->tunnel);
}

static void link_on_crowded(struct session *s, enum crowd why)
{
	char most[HUMAN_TEXT];

	(void)why;
	log_msg(LOG_WARN, NULL,
		"%u connections wait for memory until others "
		"end: session_memory in adit.ini is %s",
		session_crowd(s),
		human_bytes((long long)session_stats(s).limit, most));
}

const struct session_ops link_session_ops = {
	.open = link_on_open,
	.frame = link_on_frame,
	.wake = link_on_wake,
	.crowded = link_on_crowded,
};

static void link_on_down(struct tunnel *t, int err, const char *why)
{
	agent_tunnel_down(container_of(t, struct agent, tunnel), err, why);
}

const struct tunnel_ops link_tunnel_ops = {
	.ready = link_on_ready,
	.down = link_on_down,
};

void link_drop_session(struct agent *a)
{
	if (!a->session)
		return;
	a->to_server += session_stats(a->session).sent;
	a->to_client += session_stats(a->session).received;
	tunnel_cut(&a->tunnel);
	session_free(a->session);
	/* The ends of its channels have put the tunnel's task off again. */
	tunnel_fini(&a->tunnel);
	agent_settle(a);
	a->session = NULL;
	tls_wipe(&a->profile, sizeof a->profile);
}
