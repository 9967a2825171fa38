/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_retry.c - which gateway is tried next, and when.
 *
 * A session lives at the gateway that made it: as long as there is one, only
 * that gateway is tried; when it was away too long, the others too, and whoever
 * lets us log in ends the session.  Without one the list is tried in turn, each
 * once, and then all rest. */
#include "agent/uplink_parts.h"

#include "base/err.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

static const double DELAY_MOST_S = 30.,
		    DELAY_FIRST_S =
			    5., /* at most, while somebody waits for a login */
	DELAY_NEWS_S = 1.,      /* at most, after a network came */
	DELAY_HELD_S = 2.,      /* at most, while channels wait */
	SILENCE_S = 3.;         /* then whoever waits hears for what */
enum {
	LOST_US = 60000000,   /* out of reach so long: log in elsewhere */
	STEADY_US = 30000000, /* connected so long: the next try is soon */
	SAY_US = 300000000,   /* the same again in the log */
};

static void uplink_try(struct uplink *u)
{
	uplink_become(u, UPLINK_DIALLING);
	ev_timer_stop(u->loop->ev, &u->silence);
	ev_timer_set(&u->silence, SILENCE_S, 0.);
	ev_timer_start(u->loop->ev, &u->silence);
	uplink_connect(u);
}

/* Nothing was heard for SILENCE_S: says what the agent waits for, and waits
 * on. */
static void uplink_retry_on_silence(struct ev_loop *ev, ev_timer *w, int events)
{
	struct uplink *u = w->data;

	(void)ev;
	(void)events;
	snprintf(u->trouble, sizeof u->trouble, "%s: %s", uplink_gateway(u),
		 uplink_step(u));
	log_msg(LOG_INFO, NULL, "%s; still waiting", u->trouble);
	if (u->first)
		u->ops->waits(u);
}

void uplink_try_now(struct uplink *u)
{
	if (u->session) {
		u->at = u->home;
		u->tried = 0;
	}
	uplink_try(u);
}

static void uplink_retry_on_retry(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	uplink_try_now(w->data);
}

void uplink_retry_init(struct uplink *u)
{
	ev_init(&u->retry, uplink_retry_on_retry);
	ev_init(&u->silence, uplink_retry_on_silence);
	u->retry.data = u->silence.data = u;
	uplink_retry_soon(u);
}

void uplink_retry_soon(struct uplink *u)
{
	u->delay = 0.2;
}

/* Whether the log has this text already, from the last SAY_US. */
static bool retry_was_said(const struct uplink *u, uint64_t now)
{
	for (size_t i = 0; i < 2; i++)
		if (!strcmp(u->said[i].text, u->trouble) &&
		    now - u->said[i].us < SAY_US)
			return true;
	return false;
}

/* An agent that waits for days for its first login writes the same trouble
 * once in SAY_US, so that the log does not fill up. */
static void say_rest(struct uplink *u, double wait)
{
	uint64_t now = loop_now_us(u->loop);

	if (u->first && retry_was_said(u, now))
		return;
	u->said[1] = u->said[0];
	snprintf(u->said[0].text, sizeof u->said[0].text, "%s", u->trouble);
	u->said[0].us = now;
	log_msg(LOG_INFO, NULL, "%s; again in %.1f s%s", u->trouble, wait,
		u->first ? ", until a gateway answers" : "");
}

/* Waits before the next try.  The delay doubles each time, and half of it up
 * to one and a half of it is waited, by chance: so a thousand agents that
 * lost their gateway in the same moment do not come back in the same moment. */
static void uplink_retry_rest(struct uplink *u)
{
	double most = uplink_has_waiting(u) ? DELAY_HELD_S :
		      u->first              ? DELAY_FIRST_S :
					      DELAY_MOST_S,
	       wait;
	uint16_t chance;

	/* A tunnel that was steady makes the next delay short; where tunnels
	 * come and go, the delay goes on growing. */
	if (u->up_us && loop_now_us(u->loop) - u->up_us > STEADY_US)
		uplink_retry_soon(u);
	u->up_us = 0;
	uplink_become(u, UPLINK_WAITING);
	if (u->first)
		u->ops->waits(u);
	tls_random(&chance, sizeof chance);
	wait = u->asked + MIN(u->delay, most) * (0.5 + chance / 65536.);
	u->asked = 0.;
	u->delay = MIN(u->delay * 2, DELAY_MOST_S);
	say_rest(u, wait);
	ev_timer_set(&u->retry, wait, 0.);
	ev_timer_start(u->loop->ev, &u->retry);
}

/* Goes to the next gateway of the list.  False: all have been tried in this
 * round, and the next round begins with the first. */
static bool next_gateway(struct uplink *u)
{
	size_t n = u->conf->gateways.n;

	if (++u->tried >= n) {
		u->tried = 0;
		u->at = 0;
		return false;
	}
	u->at = (u->at + 1) % n;
	return true;
}

/* The session's gateway has been away too long, and there are others. */
static bool is_lost(const struct uplink *u)
{
	return u->session && u->conf->gateways.n > 1 &&
	       loop_now_us(u->loop) - u->lost_us > LOST_US;
}

void uplink_failed(struct uplink *u)
{
	if (u->goal == UPLINK_LOGOUT) {
		uplink_end(u);
		return;
	}
	/* The gateway's name may have another address, which is tried now. */
	if (uplink_dial_again(&u->dial)) {
		uplink_become(u, UPLINK_DIALLING);
		return;
	}
	if (!u->lost_us)
		u->lost_us = loop_now_us(u->loop);
	if ((!u->session || is_lost(u)) && next_gateway(u)) {
		log_msg(LOG_WARN, NULL, "%s", u->trouble);
		uplink_try(u);
		return;
	}
	/* Before the first login: a gateway that answered and cannot be used
	 * will not get better, so the agent ends.  One that cannot be reached
	 * may still come. */
	if (u->first && (u->met || u->conf->once)) {
		uplink_give_up(u);
		return;
	}
	uplink_retry_rest(u);
}

void uplink_over(struct uplink *u, unsigned leave)
{
	u->tried = 0;
	/* A gateway that shuts down is asked after all others. */
	if (leave == LEAVE_SHUTDOWN)
		next_gateway(u);
	uplink_retry_rest(u);
}

/* Another network may have a way to the gateway: the agent tries at once
 * instead of waiting for its timer, or for an answer that the network before
 * has lost. */
void uplink_on_network(struct network *n, enum network_news news)
{
	struct uplink *u = container_of(n, struct uplink, network);
	struct conn *c = uplink_conn(u);

	if (c && network_is_cut(n, &u->way)) {
		segment_new_network(u);
		uplink_retry_soon(u);
		conn_fail(c, ERR_SYS, "this machine's network has changed");
	} else if (u->tunnel.up) {
		tunnel_ask(&u->tunnel);
	} else if (news == NETWORK_CAME && (u->state == UPLINK_WAITING ||
					    uplink_dial_is_stuck(&u->dial))) {
		/* The delay is not reset: the network may come and go all the
		 * time. */
		u->delay = MIN(u->delay, DELAY_NEWS_S);
		segment_new_network(u);
		uplink_try_now(u);
	}
}
