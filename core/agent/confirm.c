/* SPDX-License-Identifier: BSD-2-Clause */
/* confirm.c - one-time codes that a gateway wants inside the session. */
#include "agent/inside.h"

#include "base/err.h"
#include "base/log.h"
#include "frame/code.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ANSWER_S = 70, /* for a gateway that makes guessers wait */
	WANTED_MAX = 64,
};

/* Connections to a resource wait for a code. */
struct confirm_wanted {
	struct list node; /* confirm.wanted */
	uint64_t until_us;
	char resource[LABEL_MAX];
};

/* ---- what is wanted ---------------------------------------------------- */

static void wanted_free(struct confirm_wanted *w)
{
	list_remove(&w->node);
	free(w);
}

static void wanted_free_all(struct confirm *c)
{
	while (!list_is_empty(&c->wanted))
		wanted_free(
			list_first(&c->wanted, struct confirm_wanted, node));
}

static struct confirm_wanted *wanted_make(struct confirm *c,
					  const char *resource)
{
	struct list *n, *t;
	struct confirm_wanted *w;
	unsigned count = 0;

	list_each (n, t, &c->wanted) {
		w = list_entry(n, struct confirm_wanted, node);
		if (!strcmp(w->resource, resource))
			return w;
		count++;
	}
	w = count < WANTED_MAX ? calloc(1, sizeof *w) : NULL;
	if (!w)
		return NULL;
	list_init(&w->node);
	snprintf(w->resource, sizeof w->resource, "%s", resource);
	list_append(&c->wanted, &w->node);
	return w;
}

static json_t *wanted_json(struct agent *a)
{
	uint64_t now = loop_now_us(a->loop);
	char safe[4 * LABEL_MAX];
	json_t *all = json_array();
	struct list *n, *t;

	list_each (n, t, &a->confirm.wanted) {
		struct confirm_wanted *w = list_entry(n, struct confirm_wanted,
						      node);

		if (now >= w->until_us) {
			wanted_free(w);
			continue;
		}
		log_escape(safe, sizeof safe, w->resource);
		json_array_append_new(
			all,
			json_pack("{s:s, s:I}", "resource", safe, "wait_s",
				  (json_int_t)((w->until_us - now + 999999) /
					       1000000)));
	}
	return all;
}

json_t *agent_codes(struct agent *a)
{
	json_t *wanted = wanted_json(a);

	return json_pack("{s:b, s:o}", "confirmed", a->confirm.confirmed,
			 "wanted", wanted);
}

/* ---- who waits --------------------------------------------------------- */

/* Answers who waits, once.  Takes `is`. */
static void confirm_report(struct confirm *c, struct ev_loop *ev, json_t *is,
			   const char *why)
{
	void (*fn)(void *, json_t *, const char *) = c->fn;

	ev_timer_stop(ev, &c->timeout);
	c->fn = NULL;
	if (fn)
		fn(c->ctx, is, why);
	else
		json_decref(is);
}

static void confirm_on_timeout(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)events;
	confirm_report(w->data, ev, NULL,
		       "the gateway does not answer: its aditd may be too old "
		       "to want codes");
}

void confirm_init(struct agent *a)
{
	list_init(&a->confirm.wanted);
	ev_timer_init(&a->confirm.timeout, confirm_on_timeout, ANSWER_S, 0.);
	a->confirm.timeout.data = &a->confirm;
}

void confirm_forgotten(struct agent *a)
{
	wanted_free_all(&a->confirm);
	confirm_report(&a->confirm, a->loop->ev, NULL,
		       "the connection to the gateway was lost: give the next "
		       "code");
}

void confirm_begins(struct agent *a)
{
	a->confirm.confirmed = false;
	confirm_forgotten(a);
}

void confirm_fini(struct agent *a)
{
	wanted_free_all(&a->confirm);
	confirm_report(&a->confirm, a->loop->ev, NULL,
		       "the agent is going down");
}

/* ---- adit confirm ------------------------------------------------------ */

/* NULL, or why no code can be given. */
static const char *confirm_objection(const struct agent *a, const char *code)
{
	if (a->state != AGENT_CONNECTED)
		return "not connected to the gateway; see adit status";
	if (a->confirm.fn)
		return "another adit confirm waits for its answer";
	if (!*code || strlen(code) >= CODE_MAX)
		return "that is no one-time code: it has six digits, or a few "
		       "more";
	return NULL;
}

void agent_confirm(struct agent *a, const struct agent_confirm_ask *ask)
{
	struct confirm *c = &a->confirm;
	const char *why = confirm_objection(a, ask->code);
	uint8_t data[CODE_MAX + 1];
	struct iovec payload = { data, 0 };

	if (why) {
		ask->fn(ask->ctx, NULL, why);
		return;
	}
	payload.iov_len = pack_code(data, sizeof data, ask->code);
	c->fn = ask->fn;
	c->ctx = ask->ctx;
	ev_timer_set(&c->timeout, ANSWER_S, 0.);
	ev_timer_start(a->loop->ev, &c->timeout);
	if (session_post(a->uplink.session, FRAME_CODE, 0, NULL, &payload))
		confirm_report(c, a->loop->ev, NULL, err_str(ERR_NOMEM));
	explicit_bzero(data, sizeof data);
}

/* ---- from the gateway -------------------------------------------------- */

static int confirm_on_wanted(struct agent *a, const struct frame *f,
			     const uint8_t *p)
{
	const char *name = a->conf->name;
	struct confirm_wanted *w;
	struct code_wanted said;

	if (unpack_code_wanted(&said, p, f->len))
		return session_fail(a->uplink.session, "malformed CODE_WANTED");
	a->confirm.confirmed = false;
	w = wanted_make(&a->confirm, said.resource);
	if (w)
		w->until_us = loop_now_us(a->loop) +
			      (uint64_t)said.wait_ms * 1000;
	log_msg(LOG_WARN, NULL,
		"resource %s wants a one-time code: adit confirm%s%s; "
		"connections to it wait for %u s",
		said.resource, name ? " " : "", name ? name : "",
		said.wait_ms / 1000);
	return 0;
}

static const char *confirm_state(unsigned state)
{
	static const char *const states[CODE_STATES] = {
		[CODE_RIGHT] = "right",
		[CODE_WRONG] = "wrong",
		[CODE_LATER] = "later",
		[CODE_NO_SECRET] = "no-secret",
	};

	return state < CODE_STATES ? states[state] : "unknown";
}

static json_t *confirm_json(const struct code_is *is)
{
	char safe[4 * TEXT_MAX];

	return json_pack("{s:s, s:I, s:s}", "state", confirm_state(is->state),
			 "wait_s", (json_int_t)((is->wait_ms + 999ull) / 1000),
			 "text", log_escape(safe, sizeof safe, is->text));
}

static int confirm_on_is(struct agent *a, const struct frame *f,
			 const uint8_t *p)
{
	struct code_is is;
	json_t *json;

	if (unpack_code_is(&is, p, f->len))
		return session_fail(a->uplink.session, "malformed CODE_IS");
	log_msg(is.state == CODE_RIGHT ? LOG_INFO : LOG_WARN, NULL,
		"one-time code: %s%s%s", confirm_state(is.state),
		*is.text ? ": " : "", is.text);
	if (is.state == CODE_RIGHT) {
		a->confirm.confirmed = true;
		wanted_free_all(&a->confirm);
	} else if (is.state == CODE_NO_SECRET) {
		wanted_free_all(&a->confirm);
	}
	json = confirm_json(&is);
	confirm_report(&a->confirm, a->loop->ev, json,
		       json ? NULL : err_str(ERR_NOMEM));
	return 0;
}

int confirm_frame(struct agent *a, const struct frame *f, const uint8_t *p)
{
	return f->command == FRAME_CODE_WANTED ? confirm_on_wanted(a, f, p) :
						 confirm_on_is(a, f, p);
}
