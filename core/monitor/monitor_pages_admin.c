/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages_admin.c - what the web pages may do for an administrator of a
 * gateway: look at its sessions, channels, refusals and users, end a session,
 * lock a user, ask why. */
#include "monitor/monitor_pages.h"

#include "base/err.h"
#include "net/loop.h"
#include "policy/users.h"
#include "process/user_use.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- lists --------------------------------------------------------------- */

/* The worker's whole answer, which is about this gateway alone, is the page's:
 * it has no keys of its beginning. */
static void admin_on_list(struct pages *p, struct page_wait *w, json_t *reply)
{
	json_object_update(w->answer, reply);
	pages_answer(p, w->question, json_incref(w->answer));
}

static json_t *user_json(const struct gw_conf *c, const struct gw_gateway *g,
			 const struct user *u, const json_t *sessions)
{
	const struct grant grant = { u->name, &u->groups, g };
	char groups[1024] = "";
	json_t *o;

	if (user_groups_text(u, groups, sizeof groups))
		groups[0] = 0;
	o = json_pack("{s:s, s:s, s:b}", "user", u->name, "groups", groups,
		      "locked", user_hash_is_locked(u->hash));
	json_object_update_new(o, user_use(c, &grant, sessions));
	return o;
}

/* Those of the users file, and what the worker's sessions have. */
static void admin_on_users(struct pages *p, struct page_wait *w, json_t *reply)
{
	const struct gw_conf *c = p->m->now.config->conf;
	const struct gw_gateway *g = gw_conf_gateway(c, w->gateway);
	struct conf_errors e = { .file = g ? g->users : "" };
	json_t *list = json_array();
	struct users users;

	if (!g || users_read(&users, &e)) {
		json_decref(list);
		pages_error(p, w->question, "busy");
		return;
	}
	for (size_t i = 0; i < users.n; i++)
		json_array_append_new(
			list, user_json(c, g, &users.list[i],
					json_object_get(reply, "sessions")));
	users_fini(&users);
	json_object_set_new(w->answer, "users", list);
	pages_answer(p, w->question, json_incref(w->answer));
}

static void admin_ask(struct page_question *q, const char *command,
		      page_reply_fn *then)
{
	struct page_wait *w = pages_wait_begin(q, then);

	if (!w) {
		pages_error(q->p, q->id, "busy");
		return;
	}
	w->answer = pages_begin(q);
	snprintf(w->session, sizeof w->session, "%.20s",
		 q->ask->n ? q->ask->text[0] : "");
	pages_ask_worker(q->p, w, command, NULL);
}

void pages_on_admin(struct page_question *q)
{
	static const char *const lists[] = { "sessions", "channels",
					     "refusals" };

	for (size_t i = 0; q->ask->n && i < ARRAY_LEN(lists); i++) {
		if (strcmp(lists[i], q->ask->text[0]))
			continue;
		admin_ask(q, lists[i], admin_on_list);
		return;
	}
	if (q->ask->n && !strcmp(q->ask->text[0], "users"))
		admin_ask(q, "sessions", admin_on_users);
	else
		pages_error(q->p, q->id, "input");
}

/* ---- traffic ------------------------------------------------------------- */

static json_int_t number_of(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

/* The samples of a gateway, for which there is a place: its own, or that of the
 * gateway at which nobody has looked for longest. */
static struct page_traffic *traffic_of(struct pages *p, const char *gateway)
{
	struct page_traffic *oldest = &p->traffic[0];

	for (size_t i = 0; i < PAGE_TRAFFICS; i++) {
		struct page_traffic *t = &p->traffic[i];

		if (!strcmp(t->gateway, gateway))
			return t;
		if (t->looked_ms < oldest->looked_ms)
			oldest = t;
	}
	json_decref(oldest->samples);
	*oldest = (struct page_traffic){ .samples = json_array() };
	snprintf(oldest->gateway, sizeof oldest->gateway, "%s", gateway);
	return oldest;
}

static void admin_on_stats(struct pages *p, struct page_wait *w, json_t *reply)
{
	struct page_traffic *t = traffic_of(p, w->gateway);
	uint64_t now = clock_now_us() / 1000;

	/* Whoever loads the page fast gets the sample of before. */
	if (now - t->looked_ms >= PAGE_SAMPLE_MS) {
		json_array_append_new(t->samples,
				      json_pack("[I, I, I]", (json_int_t)now,
						number_of(reply, "to_server"),
						number_of(reply, "to_client")));
		t->looked_ms = now;
	}
	while (json_array_size(t->samples) > PAGE_SAMPLES)
		json_array_remove(t->samples, 0);
	json_object_set(w->answer, "samples", t->samples);
	pages_answer(p, w->question, json_incref(w->answer));
}

void pages_on_traffic(struct page_question *q)
{
	admin_ask(q, "stats", admin_on_stats);
}

/* ---- actions ------------------------------------------------------------- */

static void admin_on_kicked(struct pages *p, struct page_wait *w, json_t *reply)
{
	(void)reply;
	pages_answer(p, w->question, json_incref(w->answer));
}

/* The number must be one of this gateway's sessions. */
static void admin_on_sessions(struct pages *p, struct page_wait *w,
			      json_t *reply)
{
	char id[32];

	if (pages_session_id(json_object_get(reply, "sessions"), w->session,
			     id)) {
		w->then = admin_on_kicked;
		pages_ask_worker(p, w, "kick", id);
	} else {
		pages_error(p, w->question, "input");
	}
}

void pages_on_kick(struct page_question *q)
{
	pages_note(q, q->ask->n ? q->ask->text[0] : NULL, "asked");
	admin_ask(q, "sessions", admin_on_sessions);
}

static void admin_lock(struct page_question *q, enum users_lock lock)
{
	struct users_edit edit = { .name = q->ask->user, .lock = lock };
	struct conf_errors e = { .file = q->gateway->users };
	int r = user_name_ok(q->ask->user) ? users_change(&edit, &e) :
					     ERR_NOTFOUND;

	pages_note(q, user_name_ok(q->ask->user) ? q->ask->user : NULL,
		   r ? "failed" : "done");
	if (r) {
		pages_answer(q->p, q->id,
			     json_pack("{s:s, s:s}", "error", "input", "detail",
				       conf_errors_kept(&e) ? e.text[0] : ""));
		return;
	}
	/* All sessions are asked about, and those of the user end. */
	admin_ask(q, "recheck", admin_on_kicked);
}

void pages_on_lock(struct page_question *q)
{
	admin_lock(q, USERS_LOCK);
}

void pages_on_unlock(struct page_question *q)
{
	admin_lock(q, USERS_UNLOCK);
}

/* ---- why ----------------------------------------------------------------- */

static void admin_on_why(struct pages *p, struct page_wait *w, json_t *reply)
{
	json_object_set(w->answer, "why", reply);
	pages_answer(p, w->question, json_incref(w->answer));
}

void pages_on_why(struct page_question *q)
{
	struct page_wait *w = pages_wait_begin(q, admin_on_why);
	json_t *request;

	if (!w || !q->ask->n) {
		if (w)
			pages_wait_end(w);
		pages_error(q->p, q->id, "busy");
		return;
	}
	w->answer = pages_begin(q);
	w->asked = true;
	request = json_pack("{s:s, s:s, s:s}", "user", q->ask->user, "asked",
			    q->ask->text[0], "gateway", q->gateway->name);
	monitor_why_ask_for(q->p->m, pages_wait_number(q->p, w), pages_on_reply,
			    request);
	json_decref(request);
}
