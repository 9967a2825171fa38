/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink.c - the states of the agent's way to a gateway.
 *
 *   state      | what may happen                           | and then
 *   -----------+-------------------------------------------+-------------------
 *   OFF        | start                                     | DIALLING
 *              | leave, with a session: only to say so     | DIALLING
 *   WAITING    | its timer, another network                | DIALLING
 *   DIALLING   | connected, no session at this gateway     | LOGIN
 *              | connected, the session's gateway          | ATTACHING
 *              | not connected                             | see "fails"
 *   LOGIN      | logged in, forwarding is wanted           | DIALLING
 *              | logged in, it is not                      | OFF
 *              | refused; fails                            | see there
 *   ATTACHING  | ATTACHED                                  | LISTING
 *   LISTING    | the list is complete                      | UP
 *   UP         | another list                              | UP
 *   LEAVING    | start                                     | DIALLING
 *   ATTACHING, | the tunnel ends: session not known here,  |
 *   LISTING,   |   but the name has another address        | DIALLING
 *   UP,        | it ends, and leave was said               | DOWN
 *   LEAVING    | it ends, and stop was said                | OFF
 *              | it ends with the session (final GOAWAY,   |
 *              |   broken protocol): the session is freed  | WAITING
 *              | ... because the user is unwanted          | see "refused"
 *              | it ends otherwise: channels wait          | see "fails"
 *   any        | stop, with a tunnel                       | LEAVING
 *              | stop, with a session and without a tunnel | OFF
 *              | stop, without a session: login goes on    | the same
 *              | leave, attached: GOAWAY                   | LEAVING
 *              | leave, not attached; farewell's timer     | DOWN
 *
 *   fails:     another gateway or address is left: DIALLING; else WAITING;
 *              where the first login cannot get better: DOWN
 *   refused:   for now, or by another gateway than the session's: as "fails";
 *              for good, the first login: DOWN; later: REFUSED
 *
 * The session is a thing of its own: there may be one in every state but
 * REFUSED and DOWN, and `grace` runs while its channels wait for a tunnel. */
#include "agent/uplink.h"

#include "agent/uplink_parts.h"
#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* TIMEOUT_S: for handshake, ATTACHED and the list of resources;
 * TIMEOUT_HELD_S: the same while channels wait for the tunnel. */
static const double FAREWELL_S = 3., TIMEOUT_S = 30., TIMEOUT_HELD_S = 8.;

static const struct {
	const char *name;
	bool retry, silence, timeout; /* timers that it has */
} states[] = {
	[UPLINK_OFF] = { .name = "off" },
	[UPLINK_WAITING] = { .name = "waiting", .retry = true },
	[UPLINK_DIALLING] = { .name = "dialling", .silence = true },
	[UPLINK_LOGIN] = { .name = "login", .silence = true },
	[UPLINK_ATTACHING] = { .name = "attaching",
			       .silence = true,
			       .timeout = true },
	[UPLINK_LISTING] = { .name = "listing",
			     .silence = true,
			     .timeout = true },
	[UPLINK_UP] = { .name = "up" },
	[UPLINK_LEAVING] = { .name = "leaving" },
	[UPLINK_REFUSED] = { .name = "refused" },
	[UPLINK_DOWN] = { .name = "down" },
};

/* A connection to the gateway has this long to become of use. */
static void uplink_arm_timeout(struct uplink *u)
{
	double most = uplink_has_waiting(u) ? TIMEOUT_HELD_S : TIMEOUT_S;

	ev_timer_stop(u->loop->ev, &u->timeout);
	ev_timer_set(&u->timeout, most, 0.);
	ev_timer_start(u->loop->ev, &u->timeout);
}

void uplink_become(struct uplink *u, enum uplink_state next)
{
	if (u->state == next)
		return;
	log_msg(LOG_DEBUG, "uplink", "%s -> %s", states[u->state].name,
		states[next].name);
	u->state = next;
	if (!states[next].retry)
		ev_timer_stop(u->loop->ev, &u->retry);
	if (!states[next].silence)
		ev_timer_stop(u->loop->ev, &u->silence);
	if (!states[next].timeout)
		ev_timer_stop(u->loop->ev, &u->timeout);
	if (next == UPLINK_ATTACHING)
		uplink_arm_timeout(u);
	if (next == UPLINK_UP && !u->up_us)
		u->up_us = loop_now_us(u->loop);
	if (next != UPLINK_UP)
		u->ops->became(u, next);
}

const char *uplink_gateway(const struct uplink *u)
{
	return u->conf->gateways.item[u->at];
}

bool uplink_is_at(const struct uplink *u, const struct addr *a)
{
	const struct race *r = &u->dial.race;

	for (unsigned i = 0; i < r->n; i++)
		if (addr_same(&r->addr[i], a))
			return true;
	return addr_same(&u->way.to, a);
}

/* ---- the way up ------------------------------------------------------ */

bool uplink_has_waiting(const struct uplink *u)
{
	return u->session && session_channels(u->session);
}

void uplink_give_up(struct uplink *u)
{
	uplink_end(u);
}

/* A gateway that is busy or full may be free later, or another one is.  A wrong
 * password stays wrong: the agent gives up, unless it has a session at another
 * gateway, which may still come back. */
void uplink_refused(struct uplink *u, unsigned leave)
{
	if (uplink_is_put_off(leave) || leave == LEAVE_SHUTDOWN ||
	    leave == LEAVE_LIMIT || (u->session && u->at != u->home)) {
		uplink_failed(u);
		return;
	}
	u->met = true;
	if (u->first) {
		uplink_give_up(u);
		return;
	}
	uplink_session_drop(u);
	uplink_become(u, UPLINK_REFUSED);
}

MUST_CHECK static int uplink_session_begin(struct uplink *u,
					   const struct profile *p)
{
	uplink_session_drop(u);
	if (u->ops->begins(u))
		return ERR_NOMEM;
	u->profile = *p;
	return uplink_session_new(u);
}

void uplink_logged_in(struct uplink *u, const struct profile *p)
{
	if (uplink_session_begin(u, p)) {
		snprintf(u->trouble, sizeof u->trouble, "out of memory");
		uplink_failed(u);
		return;
	}
	u->home = u->at;
	u->lost_us = 0;
	u->tried = 0;
	/* `adit start` may have asked for forwarding during the login. */
	if (u->first && p->flags & PROFILE_AUTO_START)
		u->goal = UPLINK_FORWARD;
	if (u->goal == UPLINK_FORWARD) {
		uplink_try_now(u);
		return;
	}
	u->trouble[0] = 0;
	u->first = false;
	uplink_become(u, UPLINK_OFF);
}

static void uplink_forget(struct uplink *u)
{
	u->ops->settled(u);
	u->ops->forgotten(u);
}

void uplink_attached(struct uplink *u, bool fresh)
{
	if (!fresh && u->down_us) {
		u->resumed++;
		u->gap_us = loop_now_us(u->loop) - u->down_us;
	}
	if (u->state == UPLINK_ATTACHING)
		uplink_become(u, UPLINK_LISTING);
	/* Both ends now send again what the other has not seen, which may take
	 * long; the tunnel's own PINGs find out whether it is alive. */
	if (!fresh)
		ev_timer_stop(u->loop->ev, &u->timeout);
	ev_timer_stop(u->loop->ev, &u->grace);
	u->down_us = 0;
	uplink_dial_settle(&u->dial);
	segment_works(u);
	if (fresh)
		uplink_forget(u);
}

/* Is also called from inside the session's own callbacks: so it frees
 * nothing. */
static void uplink_say_goodbye(struct uplink *u)
{
	uint8_t p[64];
	struct goodbye bye = { .leave = LEAVE_LOGOUT };
	struct iovec iov = { p, pack_goodbye(p, sizeof p, &bye) };

	if (session_post(u->session, FRAME_GOAWAY, FLAG_FINAL, NULL, &iov))
		log_msg(LOG_DEBUG, NULL,
			"the gateway could not be told of the logout: out of "
			"memory");
	tunnel_leave_for_good(&u->tunnel);
	uplink_become(u, UPLINK_LEAVING);
}

void uplink_listed(struct uplink *u)
{
	if (u->goal == UPLINK_LOGOUT && u->state == UPLINK_LISTING)
		uplink_say_goodbye(u);
	if (u->goal != UPLINK_FORWARD)
		return; /* stopped while it was on its way */
	u->lost_us = 0;
	u->trouble[0] = 0;
	u->first = false;
	uplink_become(u, UPLINK_UP);
	u->ops->listed(u);
}

static void uplink_on_timeout(struct ev_loop *ev, ev_timer *w, int events)
{
	struct uplink *u = w->data;

	(void)ev;
	(void)events;
	if (u->tunnel.up)
		conn_fail(&u->tunnel.conn, ERR_TIMEOUT,
			  "the gateway does not answer");
}

/* ---- without a tunnel ------------------------------------------------ */

bool uplink_may_open(const struct uplink *u)
{
	return u->session && u->goal == UPLINK_FORWARD &&
	       (session_is_attached(u->session) || u->down_us);
}

void uplink_settle(struct uplink *u)
{
	ev_timer_stop(u->loop->ev, &u->grace);
	u->down_us = 0;
	uplink_forget(u);
}

static void uplink_lose_channel(struct chan *c, void *arg)
{
	(void)arg;
	chan_reset(c, REASON_LOST, NULL);
}

/* The gateway hears of the lost channels when it is reached again. */
static void uplink_on_grace(struct ev_loop *ev, ev_timer *w, int events)
{
	struct uplink *u = w->data;

	(void)ev;
	(void)events;
	log_msg(LOG_WARN, NULL,
		"the gateway was out of reach for longer than "
		"resume_grace: connections end");
	u->down_us = 0;
	session_set_now(u->session, loop_now_us(u->loop));
	session_each(u->session, uplink_lose_channel, NULL);
	u->ops->settled(u);
}

/* Channels wait for the next tunnel, as long as the gateway keeps the
 * session. */
static void uplink_keep_channels(struct uplink *u)
{
	if (uplink_has_waiting(u))
		uplink_retry_soon(u);
	u->down_us = loop_now_us(u->loop);
	ev_timer_set(&u->grace, (double)u->profile.resume_grace, 0.);
	ev_timer_start(u->loop->ev, &u->grace);
}

/* ---- the way down ---------------------------------------------------- */

/* After the end of a tunnel: where forwarding is wanted, or where the
 * gateway does not want the user any more. */
static void uplink_come_back(struct uplink *u, unsigned left, bool over)
{
	if (left == LEAVE_KICKED || left == LEAVE_DENIED ||
	    left == LEAVE_RIGHTS)
		uplink_refused(u, left);
	else if (!over)
		uplink_failed(u);
	else if (u->first && !left)
		uplink_give_up(u);
	else
		uplink_over(u, left);
}

/* What becomes of the session and its channels. */
static void uplink_tunnel_lost(struct uplink *u, bool over)
{
	/* Channels wait already where this connection never became a tunnel. */
	bool was_tunnel = u->state == UPLINK_LISTING || u->state == UPLINK_UP;

	if (u->goal == UPLINK_LOGOUT || over) {
		session_drop_all(u->session, REASON_LOST);
		uplink_settle(u);
	} else if (u->goal == UPLINK_FORWARD && was_tunnel) {
		uplink_keep_channels(u);
	}
	tunnel_wake(&u->tunnel);
	/* The agent logs in again, with the password that it has kept. */
	if (over)
		uplink_session_drop(u);
}

void uplink_tunnel_down(struct uplink *u, int err, const char *why)
{
	unsigned left = u->left;
	bool over = left || err == ERR_PROTO;

	u->left = LEAVE_NONE;
	segment_ended(u, u->tunnel.conn.is_ready && !left &&
				 (err == ERR_TIMEOUT || segment_waited(u)));
	/* Another machine with the same name may have the session. */
	if (left == LEAVE_UNKNOWN && u->goal == UPLINK_FORWARD &&
	    uplink_dial_again(&u->dial)) {
		uplink_become(u, UPLINK_DIALLING);
		return;
	}
	uplink_tunnel_lost(u, over);
	if (u->goal == UPLINK_LOGOUT) {
		uplink_end(u);
	} else if (u->goal == UPLINK_STOP && left != LEAVE_KICKED &&
		   left != LEAVE_RIGHTS) {
		uplink_become(u, UPLINK_OFF);
	} else {
		snprintf(u->trouble, sizeof u->trouble, "%s: %s",
			 uplink_gateway(u), left ? leave_str(left) : why);
		uplink_come_back(u, left, over);
	}
}

static void uplink_drop_all(struct uplink *u)
{
	uplink_dial_cancel(&u->dial);
	uplink_login_drop(u);
	uplink_session_drop(u);
}

void uplink_end(struct uplink *u)
{
	uplink_drop_all(u);
	ev_timer_stop(u->loop->ev, &u->farewell);
	uplink_become(u, UPLINK_DOWN);
}

static void uplink_on_farewell(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	uplink_end(w->data);
}

/* ---- what the user wants --------------------------------------------- */

void uplink_leave(struct uplink *u)
{
	u->goal = UPLINK_LOGOUT;
	ev_timer_set(&u->farewell, FAREWELL_S, 0.);
	ev_timer_start(u->loop->ev, &u->farewell);
	if (u->session && session_is_attached(u->session))
		uplink_say_goodbye(u);
	else if (u->state == UPLINK_OFF && u->session)
		uplink_try_now(u); /* only to say so */
	else
		uplink_end(u);
}

static void uplink_stop_channel(struct chan *c, void *arg)
{
	(void)arg;
	chan_reset(c, REASON_STOPPED, NULL);
}

void uplink_stop(struct uplink *u)
{
	u->goal = UPLINK_STOP;
	if (!u->session)
		return; /* the login goes on: stopped agents are logged in */
	session_each(u->session, uplink_stop_channel, NULL);
	uplink_settle(u);
	if (u->tunnel.up) {
		tunnel_leave(&u->tunnel);
		uplink_become(u, UPLINK_LEAVING);
		return;
	}
	uplink_dial_cancel(&u->dial);
	uplink_login_drop(u); /* at another gateway than the session's */
	uplink_become(u, UPLINK_OFF);
}

void uplink_start(struct uplink *u)
{
	u->goal = UPLINK_FORWARD;
	if (u->state == UPLINK_DIALLING || u->state == UPLINK_LOGIN)
		return; /* a login goes on */
	u->first = false;
	uplink_retry_soon(u);
	u->trouble[0] = 0;
	/* A tunnel that is still being closed in order is cut instead. */
	tunnel_cut(&u->tunnel);
	uplink_try_now(u);
}

void uplink_begin(struct uplink *u)
{
	u->trouble[0] = 0;
	uplink_try_now(u);
}

/* ---- made and freed -------------------------------------------------- */

void uplink_init(struct uplink *u, struct loop *loop,
		 const struct agent_conf *conf, const char *password,
		 const struct uplink_ops *ops)
{
	*u = (struct uplink){ .loop = loop,
			      .ops = ops,
			      .conf = conf,
			      .password = password,
			      .first = true };
	ev_init(&u->farewell, uplink_on_farewell);
	ev_init(&u->timeout, uplink_on_timeout);
	ev_init(&u->grace, uplink_on_grace);
	u->farewell.data = u->timeout.data = u->grace.data = u;
	gateway_tls_init(&u->tls);
	uplink_dial_init(&u->dial, loop, uplink_dialled);
	segment_init(u);
	uplink_retry_init(u);
	if (network_init(&u->network, loop, uplink_on_network))
		log_msg(LOG_WARN, NULL,
			"changes of the network will not be noticed: %s",
			strerror(errno));
}

void uplink_fini(struct uplink *u)
{
	uplink_drop_all(u);
	ev_timer_stop(u->loop->ev, &u->retry);
	ev_timer_stop(u->loop->ev, &u->silence);
	ev_timer_stop(u->loop->ev, &u->timeout);
	ev_timer_stop(u->loop->ev, &u->grace);
	ev_timer_stop(u->loop->ev, &u->farewell);
	segment_fini(u);
	network_fini(&u->network);
	gateway_tls_fini(&u->tls);
}
