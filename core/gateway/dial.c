/* SPDX-License-Identifier: BSD-2-Clause */
/* dial.c - from what an agent asks for to a connected socket.
 *
 *   policy_match -> names -> policy_admit of each address -> net/race
 *
 * The hosts of a resource go through this one after the other: the next one as
 * soon as the name of the one before is resolved, not only when that one has
 * failed.
 *
 * What is connected to is always an address that policy has seen, never a
 * name: a name could lead elsewhere by then (DNS rebinding). */
#include "gateway/dial.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/codes.h"
#include "gateway/expected.h"
#include "gateway/limits.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GRUMBLE_US = 1000000, HUSH_US = 1000000 };

static const struct race_ops race_ops;

static void dial_on_hushed(struct ev_loop *ev, ev_timer *w, int events);
static void dial_on_found(struct query *q, const struct msg_resolved *found);

struct dial *dial_new(struct gchan *gc, const struct open *o)
{
	struct dial *d = calloc(1, sizeof *d);

	if (!d)
		return NULL;
	d->gc = gc;
	list_init(&d->query.node);
	d->query.found = dial_on_found;
	ev_init(&d->hush, dial_on_hushed);
	d->hush.data = gc;
	race_init(&d->race, &gc->gs->shard->loop, &race_ops);
	d->wire = o->resource;
	snprintf(d->host, sizeof d->host, "%s", o->dest.host);
	d->port = o->dest.port;
	d->shown = o->shown;
	d->real = o->real;
	d->check = o->check;
	d->nspare = o->nspare;
	memcpy(d->spare, o->spare, sizeof d->spare);
	return d;
}

void dial_drop(struct gchan *gc)
{
	if (!gc->dial)
		return;
	list_remove(&gc->dialing);
	race_drop(&gc->dial->race);
	ev_timer_stop(gc->gs->shard->loop.ev, &gc->dial->hush);
	list_remove(&gc->dial->query.node);
	buf_fini(&gc->dial->given);
	free(gc->dial->targets);
	free(gc->dial);
	gc->dial = NULL;
}

static bool dial_is_waiting_for_name(const struct dial *d)
{
	return !list_is_empty(&d->query.node);
}

/* ---- failure ---------------------------------------------------------- */

static unsigned dial_reason(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return REASON_REFUSED;
	case ETIMEDOUT:
		return REASON_TIMEOUT;
	case ENETUNREACH:
		return REASON_NO_ROUTE;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
	case EADDRNOTAVAIL:
		return REASON_LIMIT;
	default:
		return REASON_UNREACHABLE;
	}
}

static void dial_grumble(struct shard *shard, int error)
{
	uint64_t now = shard_now(shard);

	if (now - shard->grumbled_us < GRUMBLE_US)
		return;
	shard->grumbled_us = now;
	log_msg(LOG_ERROR, NULL, "the worker cannot connect to servers: %s",
		strerror(error));
}

/* With hide_address the user must not learn the address from the error's
 * text. */
static void dial_fail(struct gchan *gc)
{
	const struct dial *d = gc->dial;
	unsigned reason = dial_reason(d->error);
	char text[TEXT_MAX], at[ADDR_TEXT];

	/* None was tried: a reload has taken the right to all of them. */
	if (!d->tried) {
		chan_reset(gc->relay.chan, REASON_DENIED, "no longer allowed");
		return;
	}
	snprintf(text, sizeof text, "%s", reason_str(reason));
	if (gc->resource && !gc->resource->hide_address)
		snprintf(text, sizeof text, "%s: %s", addr_str(&gc->dest, at),
			 strerror(d->error));
	chan_reset(gc->relay.chan, reason, text);
}

static void dial_note_refusal(struct gchan *gc, const struct policy_answer *a)
{
	char who[WHO_TEXT];

	gc->rule = policy_rule_str(a->rule);
	if (audit_lets(gc->gs, SUMS_LOG, a->reason))
		log_msg(LOG_INFO, gchan_who(gc, who), "user %s is refused: %s",
			gc->gs->user, a->reason);
}

/* The user hears the same whichever rule refuses: else somebody without
 * rights could find out which hosts and ports there are, and which of them
 * are this gateway. */
static void dial_refuse(struct gchan *gc)
{
	chan_reset(gc->relay.chan, REASON_DENIED,
		   policy_rule_str(POLICY_NOT_ALLOWED));
}

/* The resource is the user's at other hours, so it is no secret. */
static void dial_refuse_closed(struct gchan *gc, const struct gw_resource *r)
{
	char text[POLICY_CLOSED_TEXT];

	policy_closed_text(r, clock_calendar(), text);
	chan_reset(gc->relay.chan, REASON_DENIED, text);
}

static void dial_on_hushed(struct ev_loop *ev, ev_timer *w, int events)
{
	struct gchan *gc = w->data;

	(void)ev;
	(void)events;
	session_set_now(gc->gs->session, shard_now(gc->gs->shard));
	dial_refuse(gc);
}

/* Names of hosts inside are not to be found by trying: a name that does not
 * exist and one that leads where the user may not go have the same answer at
 * the same time, at a whole second after the question. */
static void dial_deny(struct gchan *gc, const struct policy_answer *a)
{
	struct dial *d = gc->dial;
	struct ev_loop *ev = gc->gs->shard->loop.ev;
	uint64_t took = shard_now(gc->gs->shard) - d->asked_us;

	if (a->rule == POLICY_CODE) {
		codes_hold(gc, a->resource);
		return;
	}
	dial_note_refusal(gc, a);
	if (a->rule == POLICY_CLOSED && !d->asked_us) {
		dial_refuse_closed(gc, a->resource);
		return;
	}
	if (!d->asked_us) {
		dial_refuse(gc);
		return;
	}
	ev_timer_set(&d->hush, (double)(HUSH_US - took % HUSH_US) / 1e6, 0.);
	ev_timer_start(ev, &d->hush);
}

static void dial_deny_name(struct gchan *gc)
{
	struct policy_answer none = { .rule = POLICY_UNRESOLVED };

	snprintf(none.reason, sizeof none.reason, "%s has no address",
		 gc->dial->host);
	dial_deny(gc, &none);
}

/* ---- connecting ------------------------------------------------------- */

static struct gchan *dial_racer(struct race *r)
{
	struct gchan *gc = container_of(r, struct dial, race)->gc;

	session_set_now(gc->gs->session, shard_now(gc->gs->shard));
	return gc;
}

/* Asked again for each attempt: a reload may have come since the race began. */
static bool dial_on_may(struct race *r, unsigned at)
{
	struct gchan *gc = dial_racer(r);
	const struct expect_target *t = gc->dial->targets;
	enum policy_rule rule;

	if (t)
		return gc->dial->may(gc, &t[at].at, t[at].name,
				     &gc->dial->parent_server);
	return gw_resource_has_port(gc->resource, r->addr[at].port) &&
	       !policy_check_addr(gc->resource, &r->addr[at],
				  &gc->gs->shard->locals->list, &rule);
}

bool dial_may_go_on(struct gchan *gc)
{
	struct race *r = &gc->dial->race;
	bool may = dial_is_waiting_for_name(gc->dial) || !r->n;

	for (unsigned i = 0; i < r->n && !may; i++)
		may = dial_on_may(r, i);
	return may;
}

static void dial_on_failed(struct race *r, unsigned at, int error)
{
	struct gchan *gc = dial_racer(r);
	char who[WHO_TEXT], text[ADDR_TEXT], line[ADDR_TEXT + 120];

	gc->dest = r->addr[at];
	gc->dial->tried = true;
	gc->dial->error = error;
	if (dial_reason(error) == REASON_LIMIT)
		dial_grumble(gc->gs->shard, error);
	snprintf(line, sizeof line, "%s does not answer: %s",
		 addr_str(&gc->dest, text), strerror(error));
	/* The last failure stands in the line about the channel's end. */
	if ((r->left || race_is_running(r) ||
	     dial_is_waiting_for_name(gc->dial)) &&
	    audit_lets(gc->gs, SUMS_LOG, line))
		log_msg(LOG_INFO, gchan_who(gc, who), "%s", line);
}

static void dial_on_done(struct race *r, int fd, unsigned at)
{
	struct gchan *gc = dial_racer(r);

	list_remove(&gc->dialing);
	if (fd >= 0) {
		gc->dest = r->addr[at];
		gc->calls->connected(gc, fd);
	} else if (!dial_is_waiting_for_name(gc->dial)) {
		dial_fail(gc);
	}
}

/* The first attempt uses the place that the channel has in its user's quota. */
static bool dial_on_lanes(struct race *r, unsigned n)
{
	struct dial *d = container_of(r, struct dial, race);
	unsigned beside = MAX(n, 1u) - 1;

	for (; d->beside > beside; d->beside--)
		limits_give(d->gc->gs);
	for (; d->beside < beside; d->beside++)
		if (!limits_take_beside(d->gc->gs))
			return false;
	return true;
}

static const struct race_ops race_ops = {
	.may = dial_on_may,
	.failed = dial_on_failed,
	.done = dial_on_done,
	.lanes = dial_on_lanes,
};

static void dial_connect(struct gchan *gc)
{
	struct dial *d = gc->dial;

	d->begun = true;
	d->race.prompt = !d->expected;
	d->tried = false;
	gc->dest = d->race.addr[0];
	list_move(&gc->gs->shard->dialing, &gc->dialing);
	race_run(&d->race);
}

/* ---- a resource ------------------------------------------------------- */

static struct policy_ask dial_ask(const struct gchan *gc)
{
	const struct dial *d = gc->dial;
	struct policy_ask ask = { .host = d->host,
				  .port = d->port,
				  .nth = d->nth,
				  .now = clock_calendar(),
				  .has_code = gc->gs->codes.proven };

	if (d->wire)
		ask.resource = worker_config_from_wire(gc->gs->shard->config,
						       d->wire);
	/* A resource that is gone must not turn into "none was named". */
	if (d->wire && !ask.resource)
		ask.resource = UINT32_MAX;
	return ask;
}

/* How many hosts are to be tried: all of the resource, or the one that was
 * named. */
static unsigned dial_count_hosts(const struct gchan *gc)
{
	return gc->dial->host[0] || !gc->resource ?
		       1 :
		       (unsigned)gc->resource->hosts.n;
}

/* Adds those addresses to the race that policy admits.  All must be of one
 * resource: the first that is admitted decides.  Each host gets its share of
 * RACE_ADDRS. */
static void dial_admit_all(struct gchan *gc, const struct addr *addrs,
			   unsigned n, struct policy_answer *answer)
{
	struct shard *shard = gc->gs->shard;
	struct grant g = gsession_grant(gc->gs);
	struct policy_who who = { shard->config->conf, &g,
				  &shard->locals->list };
	struct dial *d = gc->dial;
	struct policy_ask ask = dial_ask(gc);
	struct policy_answer first = *answer;
	struct addr may[RESOLVE_MAX];
	unsigned nmay = 0;

	for (unsigned i = 0; i < n; i++) {
		struct policy_answer a = first;

		if (policy_admit(&who, &ask, &addrs[i], &a)) {
			*answer = a;
			continue;
		}
		if (d->race.n + nmay && a.resource != gc->resource)
			continue;
		gc->resource = a.resource;
		may[nmay++] = a.addr;
	}
	race_interleave(may, nmay);
	nmay = MIN(nmay, RACE_ADDRS / dial_count_hosts(gc));
	for (unsigned i = 0; i < nmay; i++)
		race_add(&d->race, &may[i]);
}

static int dial_match(struct gchan *gc, struct policy_answer *answer)
{
	struct grant g = gsession_grant(gc->gs);
	struct policy_ask ask = dial_ask(gc);

	return policy_match(gc->gs->shard->config->conf, &g, &ask, answer);
}

/* Adds the hosts that are left, up to one whose name has to be resolved
 * first.  0, ERR_NOMEM, or ERR_DENIED: `answer` says which rule. */
static int dial_add_hosts(struct gchan *gc, struct policy_answer *answer)
{
	struct dial *d = gc->dial;

	for (; d->nth < dial_count_hosts(gc); d->nth++) {
		int ret = dial_match(gc, answer);
		bool any;

		if (ret)
			return ret;
		gc->resource = answer->resource;
		any = gc->resource->kind == GW_ANY;
		if (any && !answer->addr.family)
			d->asked_us = shard_now(gc->gs->shard);
		if (!answer->addr.family)
			return lookup_ask(gc->gs, &d->query, answer->host,
					  any ? LOOKUP_USER : LOOKUP_CONF);
		dial_admit_all(gc, &answer->addr, 1, answer);
	}
	return 0;
}

/* No host is left, and no address of any has answered. */
static void dial_give_up(struct gchan *gc, const struct policy_answer *answer,
			 enum found outcome)
{
	if (gc->dial->race.n)
		dial_fail(gc);
	else if (answer->rule)
		dial_deny(gc, answer);
	else if (gc->dial->asked_us && outcome == FOUND_NO_NAME)
		dial_deny_name(gc);
	else
		chan_reset(gc->relay.chan, REASON_NO_NAME, found_str(outcome));
}

/* Connects to what has been found so far, while the next host's name is
 * resolved. */
static void dial_go_on(struct gchan *gc, struct policy_answer *answer,
		       enum found outcome)
{
	struct dial *d = gc->dial;
	int ret = dial_add_hosts(gc, answer);

	if (ret == ERR_NOMEM)
		chan_reset(gc->relay.chan, REASON_INTERNAL, "out of memory");
	else if (ret)
		dial_deny(gc, answer);
	else if (d->race.n && d->check)
		chan_reset(gc->relay.chan, REASON_GRANTED, NULL);
	else if (race_is_running(&d->race))
		return;
	else if (d->race.left)
		dial_connect(gc);
	else if (!dial_is_waiting_for_name(d))
		dial_give_up(gc, answer, outcome);
}

static void dial_on_found(struct query *q, const struct msg_resolved *found)
{
	struct dial *d = container_of(q, struct dial, query);
	struct gchan *gc = d->gc;
	struct policy_answer answer = { .rule = POLICY_GRANTED };

	session_set_now(gc->gs->session, shard_now(gc->gs->shard));
	/* There may be another configuration since the question: policy is
	 * asked again. */
	dial_admit_all(gc, found->addrs, found->n, &answer);
	d->nth++;
	dial_go_on(gc, &answer, found->outcome);
}

bool dial_is_data(const struct gchan *gc)
{
	return gc->dial && !gc->dial->expected && gc->resource &&
	       port_set_has(&gc->resource->data_ports, gc->dial->port);
}

struct control {
	const struct gchan *of;
	const struct gchan *found;
};

static void dial_look_for_control(struct chan *c, void *arg)
{
	struct control *k = arg;
	const struct gchan *gc = chan_end(c);

	if (gc && gc->resource == k->of->resource && chan_info(c).is_open &&
	    port_set_has(&gc->resource->ports, gc->dest.port) &&
	    (!k->found || gc->serial > k->found->serial))
		k->found = gc;
}

/* A name may have several addresses: data_ports are dialled at the address
 * to which the newest control connection of this resource went. */
static void dial_start_data(struct gchan *gc, struct policy_answer *answer)
{
	struct control k = { .of = gc };

	session_each(gc->gs->session, dial_look_for_control, &k);
	if (!k.found) {
		chan_reset(gc->relay.chan, REASON_DENIED,
			   "no control connection");
		return;
	}
	dial_admit_all(gc, &k.found->dest, 1, answer);
	gc->dial->nth = dial_count_hosts(gc);
	dial_go_on(gc, answer, FOUND_NO_NAME);
}

/* The name that was dialled stands for the resource: all its hosts may have the
 * connection. */
static void dial_name_resource(struct gchan *gc)
{
	struct dial *d = gc->dial;

	d->wire = worker_config_wire(gc->gs->shard->config, gc->resource);
	d->host[0] = 0;
}

void dial_start(struct gchan *gc)
{
	struct policy_answer answer;

	if (dial_match(gc, &answer)) {
		gc->resource = answer.resource;
		dial_deny(gc, &answer);
		return;
	}
	gc->resource = answer.resource;
	if (answer.by_name)
		dial_name_resource(gc);
	if (dial_is_data(gc))
		dial_start_data(gc, &answer);
	else
		dial_go_on(gc, &answer, FOUND_NO_NAME);
}

/* ---- targets of an expectation ---------------------------------------- */

void dial_targets(struct gchan *gc)
{
	struct dial *d = gc->dial;

	for (size_t i = 0; i < d->ntargets; i++)
		race_add(&d->race, &d->targets[i].at);
	if (d->ntargets)
		d->port = d->targets[0].at.port;
	dial_connect(gc);
}

void dials_forsake(struct shard *shard)
{
	while (!list_is_empty(&shard->dialing))
		dial_drop(list_first(&shard->dialing, struct gchan, dialing));
}
