/* SPDX-License-Identifier: BSD-2-Clause */
/* publish.c - servers on this side that are reached at addresses of the
 * gateway.
 *
 * The gateway names what it wants to reach, and this side alone knows where
 * that is: a gateway can reach nothing that its user does not publish. */
#include "agent/inside.h"

#include "base/err.h"
#include "base/log.h"
#include "frame/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ANSWER_S = 10, /* for a gateway to say what it publishes */
	QUIET_S = 60,  /* between two lines of the log about one name */
};

struct publication {
	struct list node; /* agent.publications */
	struct agent *agent;
	char name[LABEL_MAX];
	char as[PUBLISH_TO_MAX]; /* `to` as it was written */
	struct addr to;
	bool configured;      /* by adit.ini, not by adit publish */
	bool answered;        /* by the gateway of now */
	unsigned state;       /* if so: enum published_state */
	char text[TEXT_MAX];  /* if so: where, or why not */
	agent_publish_fn *fn; /* who waits for the answer, or NULL */
	void *ctx;
	ev_timer timeout; /* of who waits */
	ev_timer quiet;   /* after a line of the log */
	unsigned unsaid;  /* answers since then */
};

static struct publication *publication_find(const struct agent *a,
					    const char *name)
{
	struct list *n, *t;

	list_each (n, t, &a->publications) {
		struct publication *p = list_entry(n, struct publication, node);

		if (!strcmp(p->name, name))
			return p;
	}
	return NULL;
}

/* ---- what users see ---------------------------------------------------- */

static const char *publication_state(const struct publication *p)
{
	static const char *const states[PUBLISHED_STATES] = {
		[PUBLISHED_HERE] = "published",
		[PUBLISHED_DENIED] = "denied",
		[PUBLISHED_TAKEN] = "waiting",
		[PUBLISHED_FAILED] = "failed",
	};

	if (!p->answered)
		return p->agent->state == AGENT_CONNECTED ? "asked" : "stopped";
	return p->state < PUBLISHED_STATES ? states[p->state] : "unknown";
}

static json_t *publication_json(const struct publication *p)
{
	bool here = p->answered && p->state == PUBLISHED_HERE;
	char safe[4 * TEXT_MAX];

	log_escape(safe, sizeof safe, p->answered ? p->text : "");
	return json_pack("{s:s, s:s, s:s, s:s?, s:s?}", "name", p->name, "to",
			 p->as, "state", publication_state(p), "at",
			 here ? safe : NULL, "reason",
			 here || !*safe ? NULL : safe);
}

json_t *publish_status(struct agent *a)
{
	json_t *all = json_array();
	struct list *n, *t;

	list_each (n, t, &a->publications)
		json_array_append_new(
			all, publication_json(
				     list_entry(n, struct publication, node)));
	return all;
}

/* Answers who waits, once. */
static void publication_report(struct publication *p, const char *why)
{
	agent_publish_fn *fn = p->fn;

	ev_timer_stop(p->agent->loop->ev, &p->timeout);
	p->fn = NULL;
	if (fn)
		fn(p->ctx, why ? NULL : publication_json(p), why);
}

static void publication_on_timeout(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	publication_report(w->data,
			   "the gateway does not answer: its aditd may be too "
			   "old to publish anything");
}

/* ---- the log ----------------------------------------------------------- */

/* A gateway can answer as often as it wants: of one name there is a line a
 * minute, and the last answer always gets one. */
static void publication_log(struct publication *p)
{
	char more[48] = "";

	if (ev_is_active(&p->quiet)) {
		p->unsaid++;
		return;
	}
	if (p->unsaid > 1)
		snprintf(more, sizeof more, " (%u answers in a minute)",
			 p->unsaid);
	log_msg(p->state == PUBLISHED_HERE ? LOG_INFO : LOG_WARN, NULL,
		"publish %s (%s): %s%s%s%s", p->name, p->as,
		publication_state(p), *p->text ? ": " : "", p->text, more);
	p->unsaid = 0;
	ev_timer_set(&p->quiet, QUIET_S, 0.);
	ev_timer_start(p->agent->loop->ev, &p->quiet);
}

static void publication_on_quiet(struct ev_loop *ev, ev_timer *w, int events)
{
	struct publication *p = w->data;

	(void)ev;
	(void)events;
	if (p->unsaid && p->answered)
		publication_log(p);
}

/* ---- the list ---------------------------------------------------------- */

static void publication_free(struct publication *p)
{
	ev_timer_stop(p->agent->loop->ev, &p->quiet);
	publication_report(p, "it is not published any more");
	list_remove(&p->node);
	free(p);
}

void publish_free(struct agent *a)
{
	while (!list_is_empty(&a->publications))
		publication_free(
			list_first(&a->publications, struct publication, node));
}

/* The one of that name, made if it is not there.  NULL: no memory, or too
 * many. */
static struct publication *publication_make(struct agent *a, const char *name)
{
	struct publication *p = publication_find(a, name);
	struct list *n, *t;
	unsigned count = 0;

	list_each (n, t, &a->publications)
		count++;
	if (p || count == PUBLISH_MAX)
		return p;
	p = calloc(1, sizeof *p);
	if (!p)
		return NULL;
	p->agent = a;
	snprintf(p->name, sizeof p->name, "%s", name);
	ev_timer_init(&p->timeout, publication_on_timeout, ANSWER_S, 0.);
	p->timeout.data = p;
	ev_init(&p->quiet, publication_on_quiet);
	p->quiet.data = p;
	list_append(&a->publications, &p->node);
	return p;
}

/* Tells the gateway all names; what it says to them follows. */
static void publish_send(struct agent *a)
{
	struct session *s = a->uplink.session;
	uint8_t data[FRAME_PAYLOAD_MAX];
	struct iovec payload = { data, 0 };
	struct list *n, *t;
	int ret = 0;

	list_each (n, t, &a->publications) {
		struct publication *p = list_entry(n, struct publication, node);

		payload.iov_len += pack_publish(data + payload.iov_len,
						sizeof data - payload.iov_len,
						p->name);
	}
	/* Older gateways skip PUBLISH.  One that was told of no names needs no
	 * empty PUBLISH. */
	if (!payload.iov_len && !a->publishes)
		return;
	a->publishes = payload.iov_len > 0;
	if (s)
		ret = session_post(s, FRAME_PUBLISH, 0, NULL, &payload);
	if (ret)
		log_msg(LOG_WARN, NULL,
			"the gateway is not told what is published: %s",
			err_str(ret));
}

static void publish_changed(struct agent *a)
{
	if (a->publish_told && a->state == AGENT_CONNECTED)
		publish_send(a);
}

void publish_forgotten(struct agent *a)
{
	struct list *n, *t;

	a->publish_told = a->publishes = false;
	list_each (n, t, &a->publications)
		list_entry(n, struct publication, node)->answered = false;
}

void publish_listed(struct agent *a)
{
	if (a->publish_told)
		return;
	a->publish_told = true;
	publish_send(a);
}

void publish_stop(struct agent *a)
{
	struct session *s = a->uplink.session;
	struct iovec nothing = { NULL, 0 };
	int ret = 0;

	if (s && a->publishes)
		ret = session_post(s, FRAME_PUBLISH, 0, NULL, &nothing);
	if (ret)
		log_msg(LOG_DEBUG, NULL,
			"the gateway is not told that nothing is published: %s",
			err_str(ret));
	publish_forgotten(a);
}

void publish_configure(struct agent *a)
{
	struct list *n, *t;

	list_each (n, t, &a->publications) {
		struct publication *p = list_entry(n, struct publication, node);

		if (p->configured && !agent_conf_publish(a->conf, p->name))
			publication_free(p);
	}
	for (size_t i = 0; i < a->conf->npublishes; i++) {
		const struct publish_conf *c = &a->conf->publishes[i];
		struct publication *p = publication_make(a, c->name);

		if (!p) {
			log_msg(LOG_ERROR, c->name,
				"not published: more than %d, or no memory",
				PUBLISH_MAX);
			continue;
		}
		p->configured = true;
		p->to = c->at;
		snprintf(p->as, sizeof p->as, "%s", c->to);
	}
	publish_changed(a);
}

/* ---- adit publish ------------------------------------------------------ */

void agent_publish(struct agent *a, const struct agent_publish_ask *ask)
{
	struct publication *p;
	struct addr to;

	if (!ini_is_name(ask->name) || strlen(ask->to) >= PUBLISH_TO_MAX ||
	    agent_conf_server(ask->to, &to)) {
		ask->fn(ask->ctx, NULL,
			"expected NAME, and PORT or ADDRESS:PORT of a server "
			"of this machine");
		return;
	}
	p = publication_make(a, ask->name);
	if (!p) {
		ask->fn(ask->ctx, NULL, "too much is published already");
		return;
	}
	publication_report(p, "another adit publish has taken over");
	p->to = to;
	p->configured = agent_conf_publish(a->conf, p->name);
	snprintf(p->as, sizeof p->as, "%s", ask->to);
	p->fn = ask->fn;
	p->ctx = ask->ctx;
	if (a->state != AGENT_CONNECTED || p->answered) {
		publication_report(p, NULL);
		return;
	}
	ev_timer_set(&p->timeout, ANSWER_S, 0.);
	ev_timer_start(a->loop->ev, &p->timeout);
	publish_changed(a);
}

bool agent_unpublish(struct agent *a, const char *name)
{
	struct publication *p = publication_find(a, name);

	if (!p)
		return false;
	publication_free(p);
	publish_changed(a);
	return true;
}

/* ---- from the gateway -------------------------------------------------- */

int publish_frame(struct agent *a, const struct frame *f, const uint8_t *p)
{
	struct publication *of;
	struct published said;

	if (unpack_published(&said, p, f->len))
		return session_fail(a->uplink.session, "malformed PUBLISHED");
	of = publication_find(a, said.name);
	if (!of)
		return 0; /* it was withdrawn meanwhile */
	of->answered = true;
	of->state = said.state;
	snprintf(of->text, sizeof of->text, "%s", said.text);
	publication_log(of);
	publication_report(of, NULL);
	return 0;
}

void publish_open(struct agent *a, struct chan *c, const struct open *o)
{
	const struct publication *p = publication_find(a, o->dest.host);

	if (p && a->uplink.goal == UPLINK_FORWARD)
		reverse_to(a, c, &p->to);
	else
		chan_reset(c, REASON_DENIED, "it is not published");
}
