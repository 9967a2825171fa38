/* SPDX-License-Identifier: BSD-2-Clause */
/* codes.c - one-time codes inside a session: what waits for one, and what the
 * agent and the monitor are asked. */
#include "gateway/codes.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/dial.h"
#include "process/msg_code.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A monitor that was replaced may never answer. */
#define ANSWER_US UINT64_C(60000000)

void codes_init(struct codes *c)
{
	list_init(&c->held);
}

static void codes_become(struct gsession *gs, enum codes_state next)
{
	static const char *const name[] = {
		[CODES_IDLE] = "idle",
		[CODES_ASKING] = "asking",
		[CODES_CHECKING] = "checking",
	};
	char who[WHO_TEXT];

	log_msg(LOG_DEBUG, gsession_who(gs, 0, who), "one-time codes: %s -> %s",
		name[gs->codes.state], name[next]);
	gs->codes.state = next;
	gs->codes.asked_us = shard_now(gs->shard);
}

static unsigned codes_count(const struct codes *c)
{
	struct list *n, *t;
	unsigned count = 0;

	list_each (n, t, &c->held)
		count++;
	return count;
}

/* ---- what others hear -------------------------------------------------- */

/* An agent can repeat all of it as often as it wants: lines that are alike are
 * counted. */
static void codes_log(struct gsession *gs, const char *state,
		      const char *resource)
{
	char who[WHO_TEXT], line[SUMS_TEXT];

	snprintf(line, sizeof line, "one-time code: %s%s%s", state,
		 *resource ? " for resource " : "", resource);
	if (!audit_lets(gs, SUMS_LOG, line))
		return;
	log_msg(LOG_INFO, gsession_who(gs, 0, who), "user %s: %s", gs->user,
		line);
	log_audit("evt=code session=%llu user=%s gateway=%s resource=%s "
		  "state=%s",
		  (unsigned long long)gs->id, gs->user, gs->gateway_name,
		  *resource ? resource : "-", state);
}

/* Without memory the agent would wait for what never comes. */
static void codes_post(struct gsession *gs, uint8_t command, uint8_t *data,
		       size_t n)
{
	struct iovec payload = { data, n };

	if (gsession_is_live(gs) && !gsession_is_ending(gs) &&
	    session_post(gs->session, command, 0, NULL, &payload))
		(void)session_fail(gs->session,
				   "the agent is not told of a one-time code: "
				   "too much is unread, or memory is short");
}

static void codes_say(struct gsession *gs, enum code_state state,
		      uint32_t wait_ms, const char *text)
{
	static const char *const name[CODE_STATES] = {
		[CODE_RIGHT] = "right",
		[CODE_WRONG] = "wrong",
		[CODE_LATER] = "later",
		[CODE_NO_SECRET] = "no-secret",
	};
	struct code_is is = { (uint8_t)state, wait_ms, "" };
	uint8_t data[sizeof is + 8];

	snprintf(is.text, sizeof is.text, "%s", text);
	codes_log(gs, name[state], "");
	codes_post(gs, FRAME_CODE_IS, data,
		   pack_code_is(data, sizeof data, &is));
}

static void codes_no_secret_text(const struct gsession *gs, char text[TEXT_MAX])
{
	snprintf(text, TEXT_MAX,
		 "user %s has no secret for one-time codes: the gateway's "
		 "administrator makes one with aditctl otp %s",
		 gs->user, gs->user);
}

/* ---- held channels ----------------------------------------------------- */

const struct gw_resource *codes_resource(const struct gchan *gc)
{
	const struct worker_config *c = gc->gs->shard->config;

	return gw_conf_resource_id(
		c->conf, worker_config_from_wire(c, gc->dial->held_for));
}

bool codes_holds(const struct gchan *gc)
{
	const struct list *n = gc->gs->codes.held.next;

	if (!gc->dial || !gc->dial->held_until_us)
		return false; /* it never was, so that no list is searched */
	while (n != &gc->gs->codes.held && n != &gc->dialing)
		n = n->next;
	return n == &gc->dialing;
}

static void held_refuse(struct gchan *gc, const struct gw_resource *r,
			const char *text)
{
	char who[WHO_TEXT], line[SUMS_TEXT];

	list_remove(&gc->dialing);
	gc->resource = r;
	gc->rule = policy_rule_str(POLICY_CODE);
	snprintf(line, sizeof line, "no one-time code for resource %s: %s",
		 r ? r->name : "?", text);
	if (audit_lets(gc->gs, SUMS_LOG, line))
		log_msg(LOG_INFO, gchan_who(gc, who), "user %s is refused: %s",
			gc->gs->user, line);
	chan_reset(gc->relay.chan, REASON_CODE, text);
}

static struct gchan *held_first(struct list *held)
{
	return list_first(held, struct gchan, dialing);
}

static void held_refuse_all(struct gsession *gs, const char *text)
{
	while (!list_is_empty(&gs->codes.held)) {
		struct gchan *gc = held_first(&gs->codes.held);

		held_refuse(gc, codes_resource(gc), text);
	}
}

/* Policy is asked again, and may hold some of them once more. */
static void held_dial_all(struct gsession *gs)
{
	struct list all;

	list_init(&all);
	list_splice(&all, &gs->codes.held);
	list_init(&gs->codes.held);
	while (!list_is_empty(&all)) {
		struct gchan *gc = held_first(&all);

		list_remove(&gc->dialing);
		if (!chan_info(gc->relay.chan).is_dead)
			gc->calls->dial(gc);
	}
}

/* The agent hears once of each resource that is waited for. */
static bool held_is_told(const struct gsession *gs, uint32_t resource)
{
	struct list *n, *t;

	list_each (n, t, &gs->codes.held) {
		const struct dial *d =
			list_entry(n, struct gchan, dialing)->dial;

		if (d->held_for == resource && d->held_told)
			return true;
	}
	return false;
}

static void held_tell(struct gchan *gc)
{
	struct gsession *gs = gc->gs;
	const struct gw_resource *r = codes_resource(gc);
	uint64_t now = shard_now(gs->shard), until = gc->dial->held_until_us;
	struct code_wanted w = {
		.wait_ms = (uint32_t)((until - MIN(now, until)) / 1000),
	};
	uint8_t data[sizeof w + 8];

	if (!r || held_is_told(gs, gc->dial->held_for))
		return;
	snprintf(w.resource, sizeof w.resource, "%s", r->name);
	codes_log(gs, "wanted", r->name);
	codes_post(gs, FRAME_CODE_WANTED, data,
		   pack_code_wanted(data, sizeof data, &w));
}

static void codes_tell(struct gsession *gs)
{
	struct list *n, *t;

	list_each (n, t, &gs->codes.held) {
		struct gchan *gc = list_entry(n, struct gchan, dialing);

		held_tell(gc);
		gc->dial->held_told = true;
	}
}

/* ---- questions to the monitor ------------------------------------------ */

/* `code` "": whether the user can have one. */
static int codes_ask(struct gsession *gs, enum codes_state next,
		     const char *code)
{
	struct shard *shard = gs->shard;
	struct mail_code *m = calloc(1, sizeof *m);

	if (!m)
		return ERR_NOMEM;
	codes_become(gs, next);
	m->to = shard->worker->front;
	m->session = gs->id;
	m->question = ++gs->codes.question;
	m->source = gs->source;
	snprintf(m->code, sizeof m->code, "%s", code);
	mailbox_post(&shard->worker->box, &m->mail,
		     shard->worker->front_ops->code);
	return 0;
}

/* Why this channel cannot wait; NULL: it can. */
static const char *codes_objection(const struct gchan *gc)
{
	const struct codes *c = &gc->gs->codes;

	/* It has begun to connect under another configuration. */
	if (gc->dial->check || gc->dial->race.n)
		return "a one-time code is needed first: adit confirm";
	if (!c->agent_knows)
		return "this version of adit cannot ask for the one-time code "
		       "that is needed here: install a newer one";
	if (codes_count(c) >= CODES_HELD)
		return "too many connections wait for a one-time code: adit "
		       "confirm";
	return NULL;
}

void codes_hold(struct gchan *gc, const struct gw_resource *r)
{
	struct gsession *gs = gc->gs;
	struct codes *c = &gs->codes;
	struct dial *d = gc->dial;
	const char *why = codes_objection(gc);
	uint32_t wire;

	if (why) {
		held_refuse(gc, r, why);
		return;
	}
	/* It points into a configuration that may go while this waits. */
	gc->resource = NULL;
	d->nth = 0;
	d->asked_us = 0;
	wire = worker_config_wire(gs->shard->config, r);
	d->held_told = d->held_told && d->held_for == wire;
	d->held_for = wire;
	if (!d->held_until_us)
		d->held_until_us = shard_now(gs->shard) +
				   (uint64_t)gs->shard->config->conf->server
						   .login_timeout *
					   1000;
	list_move(&c->held, &gc->dialing);
	if (c->state != CODES_IDLE)
		return; /* the answer decides on this one, too */
	if (codes_count(c) > 1 || codes_ask(gs, CODES_ASKING, ""))
		codes_tell(gs);
}

int codes_on_frame(struct gsession *gs, const struct frame *f, const uint8_t *p)
{
	struct codes *c = &gs->codes;
	char code[CODE_MAX];
	int ret = unpack_code(code, p, f->len);

	if (gsession_is_ending(gs))
		ret = 0;
	else if (ret)
		ret = session_fail(gs->session, "malformed CODE");
	else if (c->proven)
		codes_say(gs, CODE_RIGHT, 0, "");
	else if (c->state == CODES_CHECKING)
		codes_say(gs, CODE_LATER, 0, "another code is looked at");
	else if (codes_ask(gs, CODES_CHECKING, code))
		codes_say(gs, CODE_LATER, 0, "the gateway is out of memory");
	explicit_bzero(code, sizeof code);
	return ret;
}

/* ---- answers ----------------------------------------------------------- */

static void codes_on_right(struct gsession *gs)
{
	gs->codes.proven = true;
	codes_say(gs, CODE_RIGHT, 0, "");
	held_dial_all(gs);
}

static void codes_on_no_secret(struct gsession *gs, bool checked)
{
	char text[TEXT_MAX];

	codes_no_secret_text(gs, text);
	if (checked)
		codes_say(gs, CODE_NO_SECRET, 0, text);
	else
		codes_log(gs, "no-secret", "");
	held_refuse_all(gs, text);
}

void codes_on_answer(struct gsession *gs, const struct mail_code_is *m)
{
	bool checked = gs->codes.state == CODES_CHECKING;

	/* One that was given up, or overtaken by a newer question. */
	if (gs->codes.state == CODES_IDLE ||
	    m->question != gs->codes.question || gsession_is_ending(gs))
		return;
	codes_become(gs, CODES_IDLE);
	if (m->is.verdict == CODE_RIGHT && checked)
		codes_on_right(gs);
	else if (m->is.verdict == CODE_NO_SECRET)
		codes_on_no_secret(gs, checked);
	else if (checked)
		codes_say(gs,
			  m->is.verdict == CODE_WRONG ? CODE_WRONG : CODE_LATER,
			  m->is.wait_ms, "");
	codes_tell(gs);
}

/* ---- time -------------------------------------------------------------- */

/* The monitor does not answer.  Where it was only asked whether there can be a
 * code, the agent asks its user for one. */
static void codes_give_up(struct gsession *gs)
{
	enum codes_state was = gs->codes.state;

	if (was == CODES_IDLE)
		return;
	codes_become(gs, CODES_IDLE);
	if (was == CODES_CHECKING)
		codes_say(gs, CODE_LATER, 0,
			  "the gateway could not look at it");
	codes_tell(gs);
}

void codes_check(struct gsession *gs, uint64_t now)
{
	struct codes *c = &gs->codes;
	struct list *n, *t;

	if (c->state == CODES_IDLE && list_is_empty(&c->held))
		return;
	session_set_now(gs->session, now);
	if (now - c->asked_us > ANSWER_US)
		codes_give_up(gs);
	list_each (n, t, &c->held) {
		struct gchan *gc = list_entry(n, struct gchan, dialing);

		if (now >= gc->dial->held_until_us)
			held_refuse(gc, codes_resource(gc),
				    "no one-time code came in time; give one "
				    "with adit confirm, then connect again");
	}
}

void codes_stood_still(struct gsession *gs, uint64_t us)
{
	struct list *n, *t;

	list_each (n, t, &gs->codes.held)
		list_entry(n, struct gchan, dialing)->dial->held_until_us += us;
}

void codes_judge(struct gsession *gs)
{
	held_dial_all(gs);
}

/* ---- to another worker ------------------------------------------------- */

void codes_handover(struct handover *c, struct gsession *gs)
{
	bool checking = gs->codes.state == CODES_CHECKING;

	handover_field(c, &gs->codes.proven);
	handover_field(c, &gs->codes.agent_knows);
	handover_field(c, &checking);
	if (!c->packing && checking)
		gs->codes.state = CODES_CHECKING;
}

/* The answer went to the worker of before, and the code may be used up. */
void codes_go_on(struct gsession *gs)
{
	if (gs->codes.state != CODES_CHECKING)
		return;
	codes_become(gs, CODES_IDLE);
	codes_say(gs, CODE_LATER, 0,
		  "the gateway was being upgraded; give the next code");
}
