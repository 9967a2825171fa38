/* SPDX-License-Identifier: BSD-2-Clause */
/* gchan_life.c - a channel from the agent's OPEN to its end: it is dialled, it
 * becomes a relay or is inspected, a new configuration may end it. */
#include "gateway/gchan.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/dial.h"
#include "gateway/expected.h"
#include "gateway/inspection.h"
#include "gateway/published.h"

#include <stdlib.h>
#include <string.h>

static void gchan_on_opened(struct chan *c, const struct opened *o)
{
	struct gchan *gc = container_of(chan_end(c), struct gchan, relay);

	(void)o;
	gc->due = false;
	outcome_changed(gc->above);
}

static void gchan_on_closed(struct chan *c, unsigned reason, const char *text)
{
	struct gchan *gc = container_of(chan_end(c), struct gchan, relay);
	struct chan_info i = chan_info(c);
	struct audit_end end;

	audit_look(gc, &end);
	tally_closed(gc, end.made, reason);
	dial_drop(gc);
	expect_parent_gone(&gc->gs->expects, &gc->announces, gc->serial);
	inspection_end(gc);
	sock_close(&gc->relay.sock, reason != REASON_NONE);
	audit_channel(gc, &end, gc->rule ? REASON_DENIED : reason,
		      gc->rule ? gc->rule : text);
	audit_event_due(gc, reason);
	gchan_link(gc, NULL);
	if (gc->relay.sock.has_read)
		gc->gs->answers_end = gc->relay.sock.ended_first;
	gc->gs->to_server += i.received;
	gc->gs->to_client += i.sent;
	gc->gs->busy_us = shard_now(gc->gs->shard);
	list_remove(&gc->dialing);
	free(gc->audit);
	free(gc->published);
	free(gc);
}

static const struct chan_ops plain_ops = {
	.read = relay_read,
	.write = relay_write,
	.finish = relay_finish,
	.opened = gchan_on_opened,
	.closed = gchan_on_closed,
};

void gchan_on_open(struct session *s, struct chan *c, const struct open *o)
{
	struct gchan *gc = gchan_new(session_owner(s), &o->source);

	if (!gc) {
		chan_reset(c, REASON_INTERNAL, "out of memory");
		return;
	}
	gc->relay.chan = c;
	chan_attach(c, gc->calls->plain, &gc->relay);
	gc->dial = dial_new(gc, o);
	if (!gc->dial)
		chan_reset(c, REASON_INTERNAL, "out of memory");
	else if (gsession_is_ending(gc->gs))
		chan_reset(c, REASON_LOST, NULL);
	else if (!expected_on_open(gc, o))
		dial_start(gc);
}

/* OPENED can go with what the server sends in a moment: its answer, its
 * greeting, or, where a connection was announced, a file, here or on the one
 * that announced it.  Not where the application dialled the server's own
 * address: its connect(2) may be waiting for OPENED. */
static void gchan_accept(const struct gchan *gc, bool real)
{
	const struct addr hidden = { .family = AF_UNSPEC };
	struct session *s = gc->gs->session;

	session_unhurried(s, !real);
	chan_accept(gc->relay.chan, &hidden);
	session_unhurried(s, false);
}

static void gchan_on_connected(struct gchan *gc, int fd)
{
	struct chan *c = gc->relay.chan;
	bool real = gc->dial && gc->dial->real;

	tally_connected(gc);
	if (inspection_wanted(gc)) {
		inspection_begin(gc, fd);
		return;
	}
	dial_drop(gc);
	if (!chan_info(c).is_open)
		gchan_accept(gc, real);
	gc->relay.sock.seeks_end |= gc->gs->answers_end;
	relay_join(&gc->relay, &gc->gs->shard->loop, fd, c);
}

const struct gchan_calls gchan_calls = {
	.plain = &plain_ops,
	.asks = &inspection_ops,
	.dial = dial_start,
	.connected = gchan_on_connected,
};

/* ---- after a new configuration ---------------------------------------- */

/* It is not known through which host of the resource the channel went, so it
 * goes on only where all of them are still there. */
static bool gchan_same_target(const struct gw_resource *was,
			      const struct gw_resource *now)
{
	if (was->kind != now->kind)
		return false;
	for (size_t i = 0; i < was->hosts.n; i++)
		if (!name_list_has(&now->hosts, was->hosts.item[i]))
			return false;
	return true;
}

static bool gchan_is_allowed(const struct gchan *gc,
			     const struct gw_resource *was,
			     const struct gw_resource *now)
{
	struct shard *shard = gc->gs->shard;
	struct grant g = gsession_grant(gc->gs);
	enum policy_rule rule;

	if (!now || !gchan_same_target(was, now) ||
	    !policy_granted(shard->config->conf, &g, now) ||
	    !codes_let(&gc->gs->codes, now) ||
	    !policy_stays_open(now, clock_calendar()))
		return false;
	/* Where a plugin leads, other rules hold; a dial is judged by
	 * itself. */
	if (gc->parent || gc->dial || !gc->dest.family)
		return true;
	return gw_resource_has_port(now, gc->dest.port) &&
	       !policy_check_addr(now, &gc->dest, &shard->locals->list, &rule);
}

bool gchan_renew(struct gchan *gc, const struct gw_resource *was)
{
	const struct gw_resource *now = gw_conf_resource(
		gc->gs->shard->config->conf, was->name);

	if (!gchan_is_allowed(gc, was, now))
		return false;
	gc->resource = now;
	return true;
}

/* Why it ends, for its user, who may hear of hours and codes only where the
 * resource is still his. */
static const char *gchan_end_text(const struct gchan *gc,
				  char closed[POLICY_CLOSED_TEXT])
{
	const struct gw_conf *conf = gc->gs->shard->config->conf;
	const struct gw_resource *now = gw_conf_resource(conf,
							 gc->resource->name);
	struct grant g = gsession_grant(gc->gs);
	int64_t at = clock_calendar();

	if (!now || !policy_granted(conf, &g, now))
		return "no longer allowed";
	if (!policy_stays_open(now, at)) {
		policy_closed_text(now, at, closed);
		return closed;
	}
	return codes_let(&gc->gs->codes, now) ?
		       "no longer allowed" :
		       "a one-time code is needed now: adit confirm";
}

void gchan_judge(struct chan *c)
{
	char closed[POLICY_CLOSED_TEXT];
	struct gchan *gc = chan_end(c);

	if (!gc || chan_info(c).is_dead)
		return;
	if (gc->published && !published_is_granted(gc->gs, gc->published))
		chan_reset(c, REASON_ADMIN, "no longer allowed");
	if (!gc->resource)
		return;
	if (!gchan_renew(gc, gc->resource) || (gc->dial && !dial_may_go_on(gc)))
		chan_reset(c, REASON_ADMIN, gchan_end_text(gc, closed));
	else
		sock_keep_alive(&gc->relay.sock,
				gc->gs->gateway->tcp_keep_alive / 1000);
}
