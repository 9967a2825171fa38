/* SPDX-License-Identifier: BSD-2-Clause */
/* agent.c - an agent's life: logged in, forwarding, reconnecting, stopped. */
#include "agent/inside.h"

#include "base/err.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double DELAY_FIRST_S = 0.2, DELAY_MOST_S = 30., FAREWELL_S = 3.,
	PATIENCE_S = 30.,       /* for handshake, ATTACHED and resources */
	DELAY_HELD_S = 3.,      /* at most, while channels wait ... */
	PATIENCE_HELD_S = 8.;   /* ... and then for handshake and ATTACHED */
enum {
	LOST_US = 60000000,     /* out of reach so long: log in elsewhere */
	STEADY_US = 30000000,   /* connected so long: the next try is quick */
};

static const char *const state_name[] = {
	[AGENT_LOGGING_IN] = "reconnecting", [AGENT_CONNECTED] = "connected",
	[AGENT_RECONNECTING] = "reconnecting", [AGENT_STOPPED] = "stopped",
	[AGENT_LOGIN] = "login", [AGENT_DOWN] = "down",
};

const char *agent_state_str(enum agent_state s)
{
	return state_name[s];
}

enum agent_state agent_state(const struct agent *a)
{
	return a->state;
}

void agent_become(struct agent *a, enum agent_state next)
{
	if (a->state == next)
		return;
	log_msg(LOG_INFO, NULL, "%s%s%s", state_name[next],
		next == AGENT_CONNECTED || !a->trouble[0] ? "" : ": ",
		next == AGENT_CONNECTED ? "" : a->trouble);
	a->state = next;
	a->since_us = loop_now_us(a->loop);
}

void agent_tell(struct waiter *w, int err, const char *text)
{
	struct waiter once = *w;

	*w = (struct waiter){ 0 };
	if (once.fn)
		once.fn(once.ctx, err, text);
}

/* ---- the way up ------------------------------------------------------------------ */

static void connect_now(struct agent *a)
{
	ev_timer_stop(a->loop->ev, &a->retry);
	if (a->gone)
		link_drop_session(a);
	a->gone = false;
	link_connect(a);
}

static void on_retry(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	connect_now(w->data);
}

static bool channels_wait(const struct agent *a)
{
	return a->session && session_channels(a->session);
}

/* Doubling, with some chance in it, so that a thousand agents do not come back
 * in the same moment. */
static void retry_later(struct agent *a)
{
	double wait, most = channels_wait(a) ? DELAY_HELD_S : DELAY_MOST_S;
	uint16_t chance;

	tls_random(&chance, sizeof chance);
	wait = MIN(a->delay, most) * (0.75 + chance / 131072.);
	a->delay = MIN(a->delay * 2, DELAY_MOST_S);
	log_msg(LOG_INFO, NULL, "%s; again in %.1f s", a->trouble, wait);
	ev_timer_set(&a->retry, wait, 0.);
	ev_timer_start(a->loop->ev, &a->retry);
}

static void give_up(struct agent *a)
{
	agent_tell(&a->up, ERR_DENIED, a->trouble);
	agent_tell(&a->start, ERR_DENIED, a->trouble);
}

/* The gateway that was tried cannot be reached, or speaks something else. */
void agent_unreachable(struct agent *a)
{
	uint64_t now = loop_now_us(a->loop);

	if (a->leaving) {
		agent_end(a);
		return;
	}
	if (!a->lost_us)
		a->lost_us = now;
	if (a->session && now - a->lost_us > LOST_US &&
	    a->conf->gateways.n > 1)
		link_drop_session(a);
	if (!a->session && a->at + 1 < a->conf->gateways.n) {
		log_msg(LOG_WARN, NULL, "%s", a->trouble);
		a->at++;
		connect_now(a);
		return;
	}
	if (!a->session)
		a->at = 0;
	if (a->state == AGENT_LOGGING_IN) {
		give_up(a);
		agent_end(a);
		return;
	}
	agent_become(a, AGENT_RECONNECTING);
	retry_later(a);
}

/* A refusal.  Being busy or full may pass; a wrong password does not. */
void agent_failed(struct agent *a, unsigned leave)
{
	if (a->state == AGENT_LOGGING_IN) {
		give_up(a);
		agent_end(a);
		return;
	}
	if (leave == LEAVE_BUSY || leave == LEAVE_SHUTDOWN ||
	    leave == LEAVE_LIMIT) {
		retry_later(a);
		return;
	}
	link_drop_session(a);
	resources_close(a);
	agent_become(a, AGENT_LOGIN);
	give_up(a);
}

static int session_make(struct agent *a, const struct profile *p)
{
	struct session_conf conf = { .role = ROLE_AGENT, .marker = p->marker };

	link_drop_session(a);
	a->session = session_new(&conf, &link_session_ops, a);
	if (!a->session)
		return ERR_NOMEM;
	tunnel_init(&a->tunnel, a->loop, a->session, &link_tunnel_ops);
	a->profile = *p;
	a->generation = 0;
	return 0;
}

void agent_logged_in(struct agent *a, const struct profile *p)
{
	if (session_make(a, p)) {
		snprintf(a->trouble, sizeof a->trouble, "out of memory");
		agent_unreachable(a);
		return;
	}
	a->lost_us = 0;
	/* `adit start` may have come before. */
	if (a->state == AGENT_LOGGING_IN && p->flags & PROFILE_AUTO_START)
		a->wanted = true;
	if (a->wanted) {
		connect_now(a);
		return;
	}
	a->trouble[0] = 0;
	agent_become(a, AGENT_STOPPED);
	agent_tell(&a->up, 0, "not forwarding yet: adit start");
}

/* From inside the session's own calls too, so that nothing ends here. */
static void say_goodbye(struct agent *a)
{
	uint8_t p[64];
	struct goodbye bye = { .leave = LEAVE_LOGOUT };
	struct iovec iov = { p, pack_goodbye(p, sizeof p, &bye) };

	if (session_post(a->session, FRAME_GOAWAY, FLAG_FINAL, NULL, &iov))
		log_msg(LOG_DEBUG, NULL, "left without a word");
	tunnel_leave(&a->tunnel);
}

/* The list of resources is complete, for the first time or anew. */
void agent_forward(struct agent *a)
{
	ev_timer_stop(a->loop->ev, &a->patience);
	if (a->leaving) {
		say_goodbye(a);
		return;
	}
	if (!a->wanted)
		return;                 /* stopped while it was on its way */
	a->lost_us = 0;
	a->trouble[0] = 0;
	resources_listen(a);
	agent_become(a, AGENT_CONNECTED);
	agent_tell(&a->up, 0, "");
	agent_tell(&a->start, 0, "");
}

void agent_be_patient(struct agent *a)
{
	double most = channels_wait(a) ? PATIENCE_HELD_S : PATIENCE_S;

	ev_timer_stop(a->loop->ev, &a->patience);
	ev_timer_set(&a->patience, most, 0.);
	ev_timer_start(a->loop->ev, &a->patience);
}

static void on_patience(struct ev_loop *ev, ev_timer *w, int events)
{
	struct agent *a = w->data;

	(void)ev;
	(void)events;
	if (a->tunnel.up)
		conn_fail(&a->tunnel.conn, ERR_TIMEOUT,
			  "the gateway does not answer");
}

/* ---- without a tunnel ------------------------------------------------------------- */

bool agent_may_open(const struct agent *a)
{
	return a->session && a->wanted && !a->leaving && !a->gone &&
	       (session_is_attached(a->session) || a->down_us);
}

void agent_settle(struct agent *a)
{
	ev_timer_stop(a->loop->ev, &a->grace);
	a->down_us = 0;
	a->attached = false;
	points_free_list(&a->orphans);
}

/* The session is over. */
static void drop_channels(struct agent *a)
{
	session_drop_all(a->session, REASON_LOST);
	agent_settle(a);
}

static void lose_channel(struct chan *c, void *arg)
{
	(void)arg;
	chan_reset(c, REASON_LOST, NULL);
}

/* The gateway hears of it if it is ever reached again. */
static void on_grace(struct ev_loop *ev, ev_timer *w, int events)
{
	struct agent *a = w->data;

	(void)ev;
	(void)events;
	log_msg(LOG_WARN, NULL, "out of reach for too long: connections end");
	a->down_us = 0;
	session_set_now(a->session, loop_now_us(a->loop));
	session_each(a->session, lose_channel, NULL);
	points_free_list(&a->orphans);
}

/* Channels wait for the next one, as long as the gateway does.  A connection
 * that never was a tunnel changes nothing. */
static void keep_channels(struct agent *a)
{
	if (!a->attached)
		return;
	a->attached = false;
	if (channels_wait(a))
		a->delay = DELAY_FIRST_S;
	a->down_us = loop_now_us(a->loop);
	ev_timer_set(&a->grace, (double)a->profile.resume_grace, 0.);
	ev_timer_start(a->loop->ev, &a->grace);
}

void agent_attached(struct agent *a, bool fresh)
{
	if (!fresh && a->down_us) {
		a->resumed++;
		a->gap_us = loop_now_us(a->loop) - a->down_us;
	}
	/* What the logs hold may take its time on the way; the tunnel's own
	 * PINGs tell whether it lives. */
	if (!fresh)
		ev_timer_stop(a->loop->ev, &a->patience);
	ev_timer_stop(a->loop->ev, &a->grace);
	a->down_us = 0;
	a->attached = true;
	if (fresh)
		points_free_list(&a->orphans);
}

/* ---- the way down ---------------------------------------------------------------- */

void agent_tunnel_down(struct agent *a, int err, const char *why)
{
	unsigned left = a->left;

	a->left = LEAVE_NONE;
	ev_timer_stop(a->loop->ev, &a->patience);
	if (a->leaving || left || err == ERR_PROTO)
		drop_channels(a);
	else if (a->wanted)
		keep_channels(a);
	tunnel_wake(&a->tunnel);
	if (a->leaving) {
		agent_end(a);
		return;
	}
	/* The session is over: the kept password makes another. */
	if (left || err == ERR_PROTO)
		a->gone = true;
	if (!a->wanted && left != LEAVE_KICKED) {
		agent_become(a, AGENT_STOPPED);
		return;
	}
	snprintf(a->trouble, sizeof a->trouble, "%s: %s",
		 a->conf->gateways.item[a->at], left ? leave_str(left) : why);
	if (left == LEAVE_KICKED || left == LEAVE_DENIED) {
		agent_failed(a, left);
		return;
	}
	/* One that comes and goes is asked less and less. */
	if (a->state == AGENT_CONNECTED &&
	    loop_now_us(a->loop) - a->since_us > STEADY_US)
		a->delay = DELAY_FIRST_S;
	if (a->state == AGENT_LOGGING_IN) {
		agent_failed(a, left);
		return;
	}
	agent_become(a, AGENT_RECONNECTING);
	retry_later(a);
}

static void on_ended(struct task *t)
{
	struct agent *a = container_of(t, struct agent, ended);

	if (a->on_down)
		a->on_down(a->down_ctx);
}

static void stop_timers(struct agent *a)
{
	ev_timer_stop(a->loop->ev, &a->retry);
	ev_timer_stop(a->loop->ev, &a->farewell);
	ev_timer_stop(a->loop->ev, &a->patience);
	ev_timer_stop(a->loop->ev, &a->grace);
}

void agent_end(struct agent *a)
{
	dial_cancel(&a->dial);
	login_drop(a);
	link_drop_session(a);
	resources_close(a);
	stop_timers(a);
	agent_tell(&a->start, ERR_DENIED, "the agent is going down");
	agent_become(a, AGENT_DOWN);
	task_defer(a->loop, &a->ended);
}

static void on_farewell(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	agent_end(w->data);
}

void agent_down(struct agent *a)
{
	if (a->state == AGENT_DOWN || a->leaving)
		return;
	a->leaving = true;
	snprintf(a->trouble, sizeof a->trouble, "logged out");
	resources_close(a);
	ev_timer_set(&a->farewell, FAREWELL_S, 0.);
	ev_timer_start(a->loop->ev, &a->farewell);
	if (a->session && session_is_attached(a->session))
		say_goodbye(a);
	else if (a->state == AGENT_STOPPED && a->session && !a->gone &&
		 !a->tunnel.up)
		connect_now(a);         /* only to say so */
	else
		agent_end(a);
}

static void stop_flow(struct chan *c, void *arg)
{
	(void)arg;
	chan_reset(c, REASON_STOPPED, NULL);
}

void agent_stop(struct agent *a, agent_report_fn *fn, void *ctx)
{
	if (a->state == AGENT_LOGIN || a->state == AGENT_DOWN || a->leaving) {
		fn(ctx, ERR_DENIED, "not logged in: adit up");
		return;
	}
	if (a->state == AGENT_LOGGING_IN) {
		fn(ctx, ERR_DENIED, "still logging in");
		return;
	}
	a->wanted = false;
	resources_close(a);
	snprintf(a->trouble, sizeof a->trouble, "by adit stop");
	agent_tell(&a->start, ERR_DENIED, "stopped");
	if (a->session) {
		session_each(a->session, stop_flow, NULL);
		agent_settle(a);
		tunnel_leave(&a->tunnel);
		ev_timer_stop(a->loop->ev, &a->retry);
		ev_timer_stop(a->loop->ev, &a->patience);
		if (!a->tunnel.up)
			dial_cancel(&a->dial);
		agent_become(a, AGENT_STOPPED);
	}
	fn(ctx, 0, "");
}

void agent_start(struct agent *a, agent_report_fn *fn, void *ctx)
{
	if (a->leaving) {
		fn(ctx, ERR_DENIED, "the agent is going down");
		return;
	}
	if (a->state == AGENT_CONNECTED) {
		fn(ctx, 0, "");
		return;
	}
	if (a->state == AGENT_LOGIN || a->state == AGENT_DOWN) {
		fn(ctx, ERR_DENIED, "a new login is needed: adit down, adit up");
		return;
	}
	agent_tell(&a->start, ERR_AGAIN, "started again meanwhile");
	a->start = (struct waiter){ fn, ctx };
	if (a->wanted)
		return;                 /* on the way */
	a->wanted = true;
	if (a->login || dial_is_busy(&a->dial))
		return;                 /* a login goes on */
	a->delay = DELAY_FIRST_S;
	a->trouble[0] = 0;
	/* An old tunnel that is still saying goodbye has seen its time. */
	tunnel_cut(&a->tunnel);
	agent_become(a, AGENT_RECONNECTING);
	connect_now(a);
}

/* ---- made and freed --------------------------------------------------------------- */

static int tls_make(struct agent *a)
{
	const struct agent_conf *c = a->conf;
	struct tls_client_conf conf = {
		.pins = c->pins.n ? (const char *const *)c->pins.item : NULL,
		.ca_file = c->ca,
	};
	char host[256];
	uint16_t port;

	a->tls = calloc(c->gateways.n, sizeof(*a->tls));
	if (!a->tls)
		return ERR_NOMEM;
	for (size_t i = 0; i < c->gateways.n; i++) {
		if (addr_split(c->gateways.item[i], host, sizeof host, &port))
			return ERR_INVAL;
		conf.server_name = c->server_name ? c->server_name : host;
		if (tls_client_new(&a->tls[i], &conf, a->trouble,
				   sizeof a->trouble))
			return ERR_TLS;
	}
	return 0;
}

static void init(struct agent *a)
{
	list_init(&a->resources);
	list_init(&a->incoming);
	list_init(&a->maps);
	list_init(&a->flows);
	list_init(&a->talks);
	list_init(&a->orphans);
	task_init(&a->ended, on_ended);
	ev_init(&a->retry, on_retry);
	ev_init(&a->farewell, on_farewell);
	ev_init(&a->patience, on_patience);
	ev_init(&a->grace, on_grace);
	a->grace.data = a;
	a->retry.data = a->farewell.data = a->patience.data = a;
	a->delay = DELAY_FIRST_S;
	a->since_us = loop_now_us(a->loop);
	points_init(&a->points, a->loop, &a->owner);
	dial_init(&a->dial, a->loop, NULL);
}

struct agent *agent_new(struct loop *loop, const struct agent_conf *conf,
			const char *password)
{
	struct agent *a = calloc(1, sizeof *a);

	if (!a)
		return NULL;
	a->loop = loop;
	a->conf = conf;
	a->password = password;
	init(a);
	if (!owner_init(&a->owner) &&
	    !addresses_init(&a->addresses, conf->state_dir,
			    &conf->loopback_net, conf->user))
		return a;
	agent_free(a);
	return NULL;
}

void agent_begin(struct agent *a)
{
	if (tls_make(a)) {
		give_up(a);
		agent_end(a);
		return;
	}
	connect_now(a);
}

void agent_free(struct agent *a)
{
	if (!a)
		return;
	dial_cancel(&a->dial);
	login_drop(a);
	link_drop_session(a);
	point_free(a->socks);
	resources_free(a);
	maps_free(a);
	socks_drop_all(a);
	points_free_list(&a->orphans);
	task_cancel(&a->ended);
	stop_timers(a);
	points_fini(&a->points);
	owner_fini(&a->owner);
	addresses_fini(&a->addresses);
	for (size_t i = 0; a->tls && i < a->conf->gateways.n; i++)
		tls_client_free(a->tls[i]);
	free(a->tls);
	free(a);
}

void agent_on_up(struct agent *a, agent_report_fn *fn, void *ctx)
{
	a->up = (struct waiter){ fn, ctx };
}

void agent_on_down(struct agent *a, void (*fn)(void *ctx), void *ctx)
{
	a->on_down = fn;
	a->down_ctx = ctx;
}
