/* SPDX-License-Identifier: BSD-2-Clause */
/* agent.c - an agent's life: logged in, forwarding, reconnecting, stopped. */
#include "agent/inside.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Seconds: for handshake, ATTACHED and resources; while channels wait, too. */
static const double FAREWELL_S = 3., TIMEOUT_S = 30., TIMEOUT_HELD_S = 8.;

static const char *const state_name[] = {
	[AGENT_LOGGING_IN] = "reconnecting",
	[AGENT_CONNECTED] = "connected",
	[AGENT_RECONNECTING] = "reconnecting",
	[AGENT_STOPPED] = "stopped",
	[AGENT_LOGIN] = "login",
	[AGENT_DOWN] = "down",
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
	if (a->on_state)
		a->on_state(a->state_ctx, next,
			    next == AGENT_CONNECTED ? "" : a->trouble);
}

void agent_tell(struct waiter *w, int err, const char *text)
{
	struct waiter once = *w;

	*w = (struct waiter){ 0 };
	if (once.fn)
		once.fn(once.ctx, err, text);
}

/* ---- listening ---------------------------------------------------------------- */

void agent_listen(struct agent *a)
{
	resources_listen(a);
	maps_listen(a);
	socks_listen(a);
	addresses_save(&a->addresses);
}

static void agent_shut(struct agent *a)
{
	resources_close(a);
	maps_close(a);
	listener_free(a->socks);
	a->socks = NULL;
}

/* For the gateway that is used now: nothing of another one goes on listening, and
 * names get no address of its.  0, or an error and nothing is left. */
MUST_CHECK static int agent_settle_addresses(struct agent *a)
{
	if (addresses_are_of(&a->addresses, a->conf, a->at))
		return 0;
	agent_shut(a);
	resources_free(a);
	a->listed = false;
	addresses_fini(&a->addresses);
	return addresses_init(&a->addresses, a->conf, a->at);
}

/* ---- the way up ------------------------------------------------------------------ */

bool agent_has_waiting(const struct agent *a)
{
	return a->session && session_channels(a->session);
}

static void agent_report_failure(struct agent *a)
{
	agent_tell(&a->up, a->wrong_password ? ERR_AGAIN : ERR_DENIED,
		   a->trouble);
	agent_tell(&a->start, ERR_DENIED, a->trouble);
}

void agent_give_up(struct agent *a)
{
	agent_report_failure(a);
	agent_end(a);
}

/* A refusal.  Being busy or full may pass, or another gateway is not; a wrong
 * password does not, unless there is a session that may still come back. */
void agent_failed(struct agent *a, unsigned leave)
{
	if (agent_is_put_off(leave) || leave == LEAVE_SHUTDOWN ||
	    leave == LEAVE_LIMIT || (a->session && a->at != a->home)) {
		reconnect_failed(a);
		return;
	}
	a->met = true;
	if (a->state == AGENT_LOGGING_IN) {
		agent_give_up(a);
		return;
	}
	ev_timer_stop(a->loop->ev, &a->silence);
	link_drop_session(a);
	agent_shut(a);
	agent_become(a, AGENT_LOGIN);
	agent_report_failure(a);
}

static int session_make(struct agent *a, const struct profile *p)
{
	struct session_conf conf = { .role = ROLE_AGENT,
				     .marker = p->marker,
				     .memory = a->conf->session_memory };

	link_drop_session(a);
	if (agent_settle_addresses(a))
		return ERR_NOMEM;
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
		reconnect_failed(a);
		return;
	}
	a->home = a->at;
	a->lost_us = 0;
	a->tried = 0;
	/* `adit start` may have come before. */
	if (a->state == AGENT_LOGGING_IN && p->flags & PROFILE_AUTO_START)
		a->wanted = true;
	if (a->wanted) {
		reconnect_now(a);
		return;
	}
	a->trouble[0] = 0;
	ev_timer_stop(a->loop->ev, &a->silence);
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
	ev_timer_stop(a->loop->ev, &a->timeout);
	ev_timer_stop(a->loop->ev, &a->silence);
	if (a->leaving) {
		say_goodbye(a);
		return;
	}
	if (!a->wanted)
		return; /* stopped while it was on its way */
	a->lost_us = 0;
	a->trouble[0] = 0;
	agent_listen(a);
	agent_become(a, AGENT_CONNECTED);
	agent_tell(&a->up, 0, "");
	agent_tell(&a->start, 0, "");
}

void agent_be_patient(struct agent *a)
{
	double most = agent_has_waiting(a) ? TIMEOUT_HELD_S : TIMEOUT_S;

	ev_timer_stop(a->loop->ev, &a->timeout);
	ev_timer_set(&a->timeout, most, 0.);
	ev_timer_start(a->loop->ev, &a->timeout);
}

static void agent_on_timeout(struct ev_loop *ev, ev_timer *w, int events)
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
	listeners_free_list(&a->orphans);
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
static void agent_on_grace(struct ev_loop *ev, ev_timer *w, int events)
{
	struct agent *a = w->data;

	(void)ev;
	(void)events;
	log_msg(LOG_WARN, NULL, "out of reach for too long: connections end");
	a->down_us = 0;
	session_set_now(a->session, loop_now_us(a->loop));
	session_each(a->session, lose_channel, NULL);
	listeners_free_list(&a->orphans);
}

/* Channels wait for the next one, as long as the gateway does.  A connection
 * that never was a tunnel changes nothing. */
static void keep_channels(struct agent *a)
{
	if (!a->attached)
		return;
	a->attached = false;
	if (agent_has_waiting(a))
		reconnect_soon(a);
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
		ev_timer_stop(a->loop->ev, &a->timeout);
	ev_timer_stop(a->loop->ev, &a->grace);
	a->down_us = 0;
	a->attached = true;
	dial_settle(&a->dial);
	segment_works(a);
	if (fresh)
		listeners_free_list(&a->orphans);
}

/* ---- the way down ---------------------------------------------------------------- */

/* After a tunnel whose session goes on, or begins anew. */
static void come_back(struct agent *a, unsigned left, bool over)
{
	if (left == LEAVE_KICKED || left == LEAVE_DENIED ||
	    left == LEAVE_RIGHTS)
		agent_failed(a, left);
	else if (!over)
		reconnect_failed(a);
	else if (a->state == AGENT_LOGGING_IN && !left)
		agent_give_up(a);
	else
		reconnect_over(a, left);
}

void agent_tunnel_down(struct agent *a, int err, const char *why)
{
	unsigned left = a->left;
	bool over = left || err == ERR_PROTO;

	a->left = LEAVE_NONE;
	segment_ended(a, a->tunnel.conn.is_ready && !left &&
				 (err == ERR_TIMEOUT || segment_waited(a)));
	ev_timer_stop(a->loop->ev, &a->timeout);
	/* Another machine of the same name may be the one that knows us. */
	if (left == LEAVE_UNKNOWN && a->wanted && dial_again(&a->dial))
		return;
	if (a->leaving || over)
		drop_channels(a);
	else if (a->wanted)
		keep_channels(a);
	tunnel_wake(&a->tunnel);
	if (a->leaving) {
		agent_end(a);
		return;
	}
	/* The session is over: the kept password makes another. */
	if (over)
		a->gone = true;
	if (!a->wanted && left != LEAVE_KICKED && left != LEAVE_RIGHTS) {
		agent_become(a, AGENT_STOPPED);
		return;
	}
	snprintf(a->trouble, sizeof a->trouble, "%s: %s",
		 a->conf->gateways.item[a->at], left ? leave_str(left) : why);
	come_back(a, left, over);
}

static void agent_on_ended(struct task *t)
{
	struct agent *a = container_of(t, struct agent, ended);

	if (a->on_down)
		a->on_down(a->down_ctx);
}

static void stop_timers(struct agent *a)
{
	ev_timer_stop(a->loop->ev, &a->retry);
	ev_timer_stop(a->loop->ev, &a->silence);
	ev_timer_stop(a->loop->ev, &a->farewell);
	ev_timer_stop(a->loop->ev, &a->timeout);
	ev_timer_stop(a->loop->ev, &a->grace);
}

void agent_end(struct agent *a)
{
	dial_cancel(&a->dial);
	login_drop(a);
	link_drop_session(a);
	agent_shut(a);
	stop_timers(a);
	agent_tell(&a->start, ERR_DENIED, "the agent is going down");
	agent_become(a, AGENT_DOWN);
	task_defer(a->loop, &a->ended);
}

static void agent_on_farewell(struct ev_loop *ev, ev_timer *w, int events)
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
	agent_shut(a);
	ev_timer_set(&a->farewell, FAREWELL_S, 0.);
	ev_timer_start(a->loop->ev, &a->farewell);
	if (a->session && session_is_attached(a->session))
		say_goodbye(a);
	else if (a->state == AGENT_STOPPED && a->session && !a->gone &&
		 !a->tunnel.up)
		reconnect_now(a); /* only to say so */
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
	agent_shut(a);
	snprintf(a->trouble, sizeof a->trouble, "by adit stop");
	agent_tell(&a->start, ERR_DENIED, "stopped");
	if (a->session) {
		session_each(a->session, stop_flow, NULL);
		agent_settle(a);
		tunnel_leave(&a->tunnel);
		ev_timer_stop(a->loop->ev, &a->retry);
		ev_timer_stop(a->loop->ev, &a->silence);
		ev_timer_stop(a->loop->ev, &a->timeout);
		if (!a->tunnel.up)
			dial_cancel(&a->dial);
		login_drop(a); /* at another gateway */
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
		fn(ctx, ERR_DENIED, "a new login is needed: adit up");
		return;
	}
	agent_tell(&a->start, ERR_AGAIN, "started again meanwhile");
	a->start = (struct waiter){ fn, ctx };
	if (a->wanted)
		return; /* on the way */
	a->wanted = true;
	if (a->login || dial_is_busy(&a->dial))
		return; /* a login goes on */
	reconnect_soon(a);
	a->trouble[0] = 0;
	/* An old tunnel that is still saying goodbye has seen its time. */
	tunnel_cut(&a->tunnel);
	agent_become(a, AGENT_RECONNECTING);
	reconnect_now(a);
}

/* ---- made and freed --------------------------------------------------------------- */

static void agent_init(struct agent *a)
{
	list_init(&a->resources);
	list_init(&a->incoming);
	list_init(&a->maps);
	list_init(&a->flows);
	list_init(&a->talks);
	list_init(&a->orphans);
	gateway_tls_init(&a->tls);
	task_init(&a->ended, agent_on_ended);
	ev_init(&a->farewell, agent_on_farewell);
	ev_init(&a->timeout, agent_on_timeout);
	ev_init(&a->grace, agent_on_grace);
	a->grace.data = a;
	a->farewell.data = a->timeout.data = a;
	a->since_us = loop_now_us(a->loop);
	a->begun_us = a->since_us;
	listeners_init(&a->listeners, a->loop, &a->owner);
	a->listeners.refused = flow_turned_away;
	a->listeners.trusts = flow_trusts;
	dial_init(&a->dial, a->loop, link_dialled);
	segment_init(a);
	reconnect_init(a);
	if (network_init(&a->network, a->loop, reconnect_on_network))
		log_msg(LOG_WARN, NULL,
			"changes of the network will not be "
			"noticed: %s",
			strerror(errno));
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
	agent_init(a);
	if (!owner_init(&a->owner) && !addresses_init(&a->addresses, conf, 0))
		return a;
	agent_free(a);
	return NULL;
}

void agent_begin(struct agent *a)
{
	if (gateway_tls_renew(&a->tls, a->conf, a->trouble,
			      sizeof a->trouble)) {
		agent_give_up(a);
		return;
	}
	a->trouble[0] = 0;
	maps_configure(a);
	reconnect_now(a);
}

void agent_free(struct agent *a)
{
	if (!a)
		return;
	dial_cancel(&a->dial);
	login_drop(a);
	link_drop_session(a);
	listener_free(a->socks);
	resources_free(a);
	maps_free(a);
	socks_drop_all(a);
	listeners_free_list(&a->orphans);
	task_cancel(&a->ended);
	stop_timers(a);
	segment_fini(a);
	network_fini(&a->network);
	listeners_fini(&a->listeners);
	owner_fini(&a->owner);
	addresses_fini(&a->addresses);
	gateway_tls_fini(&a->tls);
	free(a);
}

void agent_log_file(struct agent *a, const char *path)
{
	a->log_file = path;
}

void agent_on_up(struct agent *a, agent_report_fn *fn, void *ctx)
{
	a->up = (struct waiter){ fn, ctx };
}

void agent_on_wait(struct agent *a, void (*fn)(void *ctx, const char *why),
		   void *ctx)
{
	a->on_wait = fn;
	a->wait_ctx = ctx;
}

void agent_on_state(struct agent *a,
		    void (*fn)(void *ctx, enum agent_state, const char *why),
		    void *ctx)
{
	a->on_state = fn;
	a->state_ctx = ctx;
}

void agent_on_down(struct agent *a, void (*fn)(void *ctx), void *ctx)
{
	a->on_down = fn;
	a->down_ctx = ctx;
}
