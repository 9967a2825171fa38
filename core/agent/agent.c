/* SPDX-License-Identifier: BSD-2-Clause */
/* agent.c - an agent's life: logged in, forwarding, reconnecting, stopped. */
#include "agent/expect_own.h"
#include "agent/inside.h"

#include "base/err.h"
#include "base/log.h"
#include "intercept/synthetic.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void agent_become(struct agent *a, enum agent_state next)
{
	if (a->state == next)
		return;
	log_msg(LOG_INFO, NULL, "%s%s%s", state_name[next],
		next == AGENT_CONNECTED || !a->uplink.trouble[0] ? "" : ": ",
		next == AGENT_CONNECTED ? "" : a->uplink.trouble);
	a->state = next;
	a->since_us = loop_now_us(a->loop);
	if (a->on_state)
		a->on_state(a->state_ctx, next,
			    next == AGENT_CONNECTED ? "" : a->uplink.trouble);
}

static void agent_tell(struct waiter *w, int err, const char *text)
{
	struct waiter once = *w;

	*w = (struct waiter){ 0 };
	if (once.fn)
		once.fn(once.ctx, err, text);
}

/* ---- listening ------------------------------------------------------- */

void agent_listen(struct agent *a)
{
	resources_listen(a);
	maps_listen(a);
	socks_listen(a);
	dns_listen(a);
	expect_own_review(a);
	addresses_save(&a->addresses);
}

static void agent_shut(struct agent *a)
{
	resources_close(a);
	expect_own_review(a);
	maps_close(a);
	expect_shut(a);
	listener_free(a->socks);
	a->socks = NULL;
	dns_close(a);
}

/* Each gateway (or list of gateways that stand for each other) has loopback
 * addresses of its own.  When the agent has come to another one, the
 * listeners of the one before are closed first.  0; or an error, and no
 * address is known. */
MUST_CHECK static int agent_settle_addresses(struct agent *a)
{
	if (addresses_are_of(&a->addresses, a->conf, a->uplink.at))
		return 0;
	agent_shut(a);
	resources_free(a);
	a->listed = false;
	addresses_fini(&a->addresses);
	return addresses_init(&a->addresses, a->conf, a->uplink.at);
}

/* ---- the uplink ------------------------------------------------------ */

static struct agent *agent_of(struct uplink *u)
{
	return container_of(u, struct agent, uplink);
}

static void agent_report_failure(struct agent *a)
{
	agent_tell(&a->up, a->uplink.wrong_password ? ERR_AGAIN : ERR_DENIED,
		   a->uplink.trouble);
	agent_tell(&a->start, ERR_DENIED, a->uplink.trouble);
}

/* The agent ends with its uplink: commands that still wait are answered. */
static void agent_end(struct agent *a)
{
	if (a->uplink.goal != UPLINK_LOGOUT)
		agent_report_failure(a);
	agent_shut(a);
	agent_tell(&a->start, ERR_DENIED, "the agent is going down");
	agent_become(a, AGENT_DOWN);
	task_defer(a->loop, &a->ended);
}

/* The state that users see changes when a connection is there and when it is
 * lost, not with each step between the two. */
static void agent_on_became(struct uplink *u, enum uplink_state now)
{
	struct agent *a = agent_of(u);

	if (now == UPLINK_WAITING && !u->first) {
		agent_become(a, AGENT_RECONNECTING);
	} else if (now == UPLINK_OFF ||
		   (now == UPLINK_LEAVING && u->goal == UPLINK_STOP)) {
		agent_become(a, AGENT_STOPPED);
		agent_tell(&a->up, 0,
			   "logged in, not forwarding yet; run: adit start");
	} else if (now == UPLINK_REFUSED) {
		agent_shut(a);
		agent_become(a, AGENT_LOGIN);
		agent_report_failure(a);
	} else if (now == UPLINK_DOWN) {
		agent_end(a);
	}
}

static void agent_on_listed(struct uplink *u)
{
	struct agent *a = agent_of(u);

	agent_listen(a);
	if (a->relisted)
		a->relisted(a->relisted_ctx);
	agent_become(a, AGENT_CONNECTED);
	publish_listed(a);
	agent_tell(&a->up, 0, "");
	agent_tell(&a->start, 0, "");
}

static void agent_on_settled(struct uplink *u)
{
	listeners_free_list(&agent_of(u)->orphans);
}

static void agent_on_forgotten(struct uplink *u)
{
	listeners_free_list(&agent_of(u)->shared);
	expect_own_forget_all(agent_of(u));
	publish_forgotten(agent_of(u));
	confirm_forgotten(agent_of(u));
}

static int agent_on_begins(struct uplink *u)
{
	confirm_begins(agent_of(u));
	return agent_settle_addresses(agent_of(u));
}

static void agent_on_waits(struct uplink *u)
{
	struct agent *a = agent_of(u);

	if (a->on_wait)
		a->on_wait(a->wait_ctx, u->trouble);
}

static bool agent_on_asks(struct uplink *u, const struct prompt *q)
{
	struct agent *a = agent_of(u);

	return a->on_ask && a->on_ask(a->ask_ctx, q);
}

static int agent_on_frame(struct uplink *u, const struct frame *f,
			  const uint8_t *p, struct chan *about, bool *complete)
{
	switch (f->command) {
	case FRAME_RESOURCES:
		return resources_frame(agent_of(u), f, p, complete);
	case FRAME_NAMES:
		return resources_names(agent_of(u), f, p);
	case FRAME_ADDRESSES:
		return resources_addresses(agent_of(u), f, p);
	case FRAME_PUBLISHED:
		return publish_frame(agent_of(u), f, p);
	case FRAME_CODE_WANTED:
	case FRAME_CODE_IS:
		return confirm_frame(agent_of(u), f, p);
	case FRAME_EXPECT:
	case FRAME_CANCEL:
		return expect_frame(agent_of(u), f, p, about);
	default:
		return session_fail(u->session, "%s from a gateway",
				    frame_name(f->command));
	}
}

static void agent_on_open(struct uplink *u, struct chan *c,
			  const struct open *o)
{
	if (o->expectation)
		reverse_open(agent_of(u), c, o);
	else
		publish_open(agent_of(u), c, o);
}

static const struct uplink_ops agent_uplink_ops = {
	.became = agent_on_became,
	.listed = agent_on_listed,
	.settled = agent_on_settled,
	.forgotten = agent_on_forgotten,
	.begins = agent_on_begins,
	.waits = agent_on_waits,
	.asks = agent_on_asks,
	.frame = agent_on_frame,
	.open = agent_on_open,
};

/* ---- commands -------------------------------------------------------- */

static void agent_on_ended(struct task *t)
{
	struct agent *a = container_of(t, struct agent, ended);

	if (a->on_down)
		a->on_down(a->down_ctx);
}

void agent_down(struct agent *a)
{
	if (a->state == AGENT_DOWN || a->uplink.goal == UPLINK_LOGOUT)
		return;
	snprintf(a->uplink.trouble, sizeof a->uplink.trouble, "logged out");
	agent_shut(a);
	uplink_leave(&a->uplink);
}

void agent_stop(struct agent *a, agent_report_fn *fn, void *ctx)
{
	if (a->state == AGENT_LOGIN || a->state == AGENT_DOWN ||
	    a->uplink.goal == UPLINK_LOGOUT) {
		fn(ctx, ERR_DENIED, "not logged in; run: adit up");
		return;
	}
	if (a->state == AGENT_LOGGING_IN) {
		fn(ctx, ERR_DENIED, "the first login is still under way");
		return;
	}
	agent_shut(a);
	snprintf(a->uplink.trouble, sizeof a->uplink.trouble, "by adit stop");
	agent_tell(&a->start, ERR_DENIED, "adit stop has ended this start");
	publish_stop(a);
	uplink_stop(&a->uplink);
	fn(ctx, 0, "");
}

void agent_start(struct agent *a, agent_report_fn *fn, void *ctx)
{
	if (a->uplink.goal == UPLINK_LOGOUT) {
		fn(ctx, ERR_DENIED, "the agent is going down");
		return;
	}
	if (a->state == AGENT_CONNECTED) {
		fn(ctx, 0, "");
		return;
	}
	if (a->state == AGENT_LOGIN || a->state == AGENT_DOWN) {
		fn(ctx, ERR_DENIED,
		   "the gateway wants a new login; run: adit up");
		return;
	}
	agent_tell(&a->start, ERR_AGAIN,
		   "another adit start has taken over from this one");
	a->start = (struct waiter){ fn, ctx };
	if (a->uplink.goal == UPLINK_FORWARD)
		return; /* a connection is being made already */
	uplink_start(&a->uplink);
	if (!a->uplink.first)
		agent_become(a, AGENT_RECONNECTING);
}

/* ---- made and freed -------------------------------------------------- */

static void agent_init(struct agent *a)
{
	list_init(&a->resources);
	list_init(&a->incoming);
	list_init(&a->maps);
	list_init(&a->flows);
	list_init(&a->talks);
	list_init(&a->orphans);
	list_init(&a->shared);
	list_init(&a->own);
	list_init(&a->publications);
	confirm_init(a);
	task_init(&a->ended, agent_on_ended);
	a->since_us = loop_now_us(a->loop);
	a->begun_us = a->since_us;
	listeners_init(&a->listeners, a->loop, &a->owner);
	a->listeners.refused = flow_turned_away;
	a->listeners.trusts = flow_trusts;
}

struct agent *agent_new(struct loop *loop, const struct agent_conf *conf,
			const char *password)
{
	struct agent *a = calloc(1, sizeof *a);

	if (!a)
		return NULL;
	a->loop = loop;
	a->conf = conf;
	agent_init(a);
	uplink_init(&a->uplink, loop, conf, password, &agent_uplink_ops);
	a->synthetic = synthetic_new();
	if (!owner_init(&a->owner) && !addresses_init(&a->addresses, conf, 0) &&
	    a->synthetic)
		return a;
	agent_free(a);
	return NULL;
}

void agent_pin(struct agent *a, const char *pin)
{
	a->uplink.pin = pin;
}

void agent_begin(struct agent *a)
{
	if (gateway_tls_renew(&a->uplink.tls, a->conf, a->uplink.trouble,
			      sizeof a->uplink.trouble)) {
		uplink_give_up(&a->uplink);
		return;
	}
	maps_configure(a);
	publish_configure(a);
	uplink_begin(&a->uplink);
}

void agent_free(struct agent *a)
{
	if (!a)
		return;
	uplink_fini(&a->uplink);
	listener_free(a->socks);
	dns_close(a);
	resources_free(a);
	maps_free(a);
	publish_free(a);
	confirm_fini(a);
	socks_drop_all(a);
	listeners_free_list(&a->orphans);
	listeners_free_list(&a->shared);
	expect_own_forget_all(a);
	task_cancel(&a->ended);
	listeners_fini(&a->listeners);
	owner_fini(&a->owner);
	addresses_fini(&a->addresses);
	synthetic_free(a->synthetic);
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

void agent_on_ask(struct agent *a, bool (*fn)(void *ctx, const struct prompt *),
		  void *ctx)
{
	a->on_ask = fn;
	a->ask_ctx = ctx;
}

void agent_answer(struct agent *a, struct answer *answer)
{
	uplink_answer(&a->uplink, answer);
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
