/* SPDX-License-Identifier: BSD-2-Clause */
/* reconnect.c - which gateway is tried next, and when.
 *
 * A session lives at the gateway that made it: as long as there is one, only
 * that gateway is tried; when it was away too long, the others too, and whoever
 * lets us log in ends the session.  Without one the list is tried in turn, each
 * once, and then all rest. */
#include "agent/inside.h"

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
	STEADY_US = 30000000, /* connected so long: the next try is quick */
	SAY_US = 300000000,   /* the same again in the log */
};

static void try_now(struct agent *a)
{
	ev_timer_stop(a->loop->ev, &a->retry);
	if (a->gone)
		link_drop_session(a);
	a->gone = false;
	ev_timer_stop(a->loop->ev, &a->silence);
	ev_timer_set(&a->silence, SILENCE_S, 0.);
	ev_timer_start(a->loop->ev, &a->silence);
	link_connect(a);
}

/* At each step somebody may hang, or others may be before us. */
static void reconnect_on_silence(struct ev_loop *ev, ev_timer *w, int events)
{
	struct agent *a = w->data;

	(void)ev;
	(void)events;
	snprintf(a->trouble, sizeof a->trouble, "%s: %s",
		 a->conf->gateways.item[a->at], link_step(a));
	log_msg(LOG_INFO, NULL, "%s; still waiting", a->trouble);
	if (a->state == AGENT_LOGGING_IN && a->on_wait)
		a->on_wait(a->wait_ctx, a->trouble);
}

void reconnect_now(struct agent *a)
{
	if (a->session && !a->gone) {
		a->at = a->home;
		a->tried = 0;
	}
	try_now(a);
}

static void reconnect_on_retry(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	reconnect_now(w->data);
}

void reconnect_init(struct agent *a)
{
	ev_init(&a->retry, reconnect_on_retry);
	ev_init(&a->silence, reconnect_on_silence);
	a->retry.data = a->silence.data = a;
	reconnect_soon(a);
}

void reconnect_soon(struct agent *a)
{
	a->delay = 0.2;
}

/* Who waits for days for a first login does not fill the log with it. */
static void say_rest(struct agent *a, double wait)
{
	uint64_t now = loop_now_us(a->loop);

	if (a->state == AGENT_LOGGING_IN && !strcmp(a->said, a->trouble) &&
	    now - a->said_us < SAY_US)
		return;
	snprintf(a->said, sizeof a->said, "%s", a->trouble);
	a->said_us = now;
	log_msg(LOG_INFO, NULL, "%s; again in %.1f s%s", a->trouble, wait,
		a->state == AGENT_LOGGING_IN ? ", and so on" : "");
}

/* Doubling, with so much chance in it that a thousand agents which lost their
 * gateway in the same moment do not come back in the same moment. */
static void reconnect_rest(struct agent *a)
{
	bool first = a->state == AGENT_LOGGING_IN;
	double most = agent_has_waiting(a) ? DELAY_HELD_S :
		      first                ? DELAY_FIRST_S :
					     DELAY_MOST_S,
	       wait;
	uint16_t chance;

	ev_timer_stop(a->loop->ev, &a->silence);
	/* One that comes and goes is asked less and less. */
	if (a->state == AGENT_CONNECTED &&
	    loop_now_us(a->loop) - a->since_us > STEADY_US)
		reconnect_soon(a);
	if (!first)
		agent_become(a, AGENT_RECONNECTING);
	else if (a->on_wait)
		a->on_wait(a->wait_ctx, a->trouble);
	tls_random(&chance, sizeof chance);
	wait = a->asked + MIN(a->delay, most) * (0.5 + chance / 65536.);
	a->asked = 0.;
	a->delay = MIN(a->delay * 2, DELAY_MOST_S);
	say_rest(a, wait);
	ev_timer_set(&a->retry, wait, 0.);
	ev_timer_start(a->loop->ev, &a->retry);
}

/* False: all have been tried; the next round begins with the first. */
static bool next_gateway(struct agent *a)
{
	size_t n = a->conf->gateways.n;

	if (++a->tried >= n) {
		a->tried = 0;
		a->at = 0;
		return false;
	}
	a->at = (a->at + 1) % n;
	return true;
}

/* The session's gateway has been away too long, and there are others. */
static bool is_lost(const struct agent *a)
{
	return a->session && a->conf->gateways.n > 1 &&
	       loop_now_us(a->loop) - a->lost_us > LOST_US;
}

void reconnect_failed(struct agent *a)
{
	if (a->leaving) {
		agent_end(a);
		return;
	}
	if (dial_again(&a->dial))
		return; /* its name has another address */
	if (!a->lost_us)
		a->lost_us = loop_now_us(a->loop);
	if ((!a->session || is_lost(a)) && next_gateway(a)) {
		log_msg(LOG_WARN, NULL, "%s", a->trouble);
		try_now(a);
		return;
	}
	/* A gateway that is there and of no use will not get better; one that
	 * is not there yet may still come. */
	if (a->state == AGENT_LOGGING_IN && (a->met || a->conf->once)) {
		agent_give_up(a);
		return;
	}
	reconnect_rest(a);
}

void reconnect_over(struct agent *a, unsigned leave)
{
	a->gone = true;
	a->tried = 0;
	/* One that goes away is the last to be asked. */
	if (leave == LEAVE_SHUTDOWN)
		next_gateway(a);
	reconnect_rest(a);
}

/* Another network is another chance, also for what only waits for an answer from
 * the one before. */
void reconnect_on_network(struct network *n, enum network_news news)
{
	struct agent *a = container_of(n, struct agent, network);
	struct conn *c = link_conn(a);

	if (c && network_is_cut(n, &a->way)) {
		segment_new_network(a);
		reconnect_soon(a);
		conn_fail(c, ERR_SYS, "this machine's network has changed");
	} else if (a->tunnel.up) {
		tunnel_ask(&a->tunnel);
	} else if (news == NETWORK_CAME &&
		   (ev_is_active(&a->retry) || dial_is_stuck(&a->dial))) {
		/* Not quicker: it may come and go all the time. */
		a->delay = MIN(a->delay, DELAY_NEWS_S);
		segment_new_network(a);
		reconnect_now(a);
	}
}
