/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages_user.c - what the web pages may do for a user: resources,
 * sessions and their end, the configuration for an agent. */
#include "monitor/monitor_pages.h"

#include "base/addr.h"
#include "base/err.h"
#include "policy/policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- resources ----------------------------------------------------------- */

static json_t *ports_json(const struct port_set *s)
{
	json_t *text = json_string("");

	for (unsigned i = 0; text && i < s->n; i++) {
		const struct port_range *r = &s->range[i];
		json_t *was = text;

		text = r->lo == r->hi ?
			       json_sprintf("%s%s%u", json_string_value(was),
					    i ? ", " : "", r->lo) :
			       json_sprintf("%s%s%u-%u", json_string_value(was),
					    i ? ", " : "", r->lo, r->hi);
		json_decref(was);
	}
	return text;
}

/* The first of its names that programs can look up as it stands. */
static const char *plain_name(const struct gw_resource *r)
{
	for (size_t i = 0; i < r->names.n; i++)
		if (r->names.item[i][0] != '*')
			return r->names.item[i];
	return "";
}

/* No address, whatever hide_address says. */
static json_t *resource_json(const struct gw_resource *r)
{
	static const char *const kind[] = {
		[GW_HOST] = "host", [GW_ANY] = "any", [GW_URL] = "url"
	};

	return json_pack("{s:s, s:s, s:o, s:i, s:s, s:s, s:b}", "name", r->name,
			 "kind", kind[r->kind], "ports", ports_json(&r->ports),
			 "port", r->ports.n ? (int)r->ports.range[0].lo : 0,
			 "url", r->url ? r->url : "", "host", plain_name(r),
			 "code", r->needs_code);
}

static json_t *resources_json(const struct page_question *q)
{
	const struct gw_conf *c = q->p->m->now.config->conf;
	json_t *list = json_array();
	struct name_list groups;
	struct grant g;

	if (pages_grant(q, &groups, &g)) {
		name_list_fini(&groups);
		return list;
	}
	for (size_t i = 0; i < c->nresources; i++)
		if (policy_granted(c, &g, &c->resources[i]))
			json_array_append_new(list,
					      resource_json(&c->resources[i]));
	name_list_fini(&groups);
	return list;
}

/* ---- sessions ------------------------------------------------------------ */

/* Those of the user at this gateway, out of the worker's list. */
static json_t *own_sessions(const struct page_wait *w, const json_t *reply)
{
	json_t *list = json_array(), *o;
	size_t i;

	json_array_foreach(json_object_get(reply, "sessions"), i, o)
	{
		const char *user = json_string_value(
			json_object_get(o, "user"));

		if (user && !strcmp(user, w->user))
			json_array_append(list, o);
	}
	return list;
}

static void home_on_reply(struct pages *p, struct page_wait *w, json_t *reply)
{
	json_object_set_new(w->answer, "sessions", own_sessions(w, reply));
	pages_answer(p, w->question, json_incref(w->answer));
}

static void home_alone(struct page_question *q, json_t *answer)
{
	json_object_set_new(answer, "sessions", json_array());
	pages_answer(q->p, q->id, answer);
}

void pages_on_home(struct page_question *q)
{
	json_t *answer = pages_begin(q);
	struct page_wait *w;

	json_object_set_new(answer, "resources", resources_json(q));
	w = pages_wait_begin(q, home_on_reply);
	if (!w) {
		home_alone(q, answer);
		return;
	}
	w->answer = answer;
	pages_ask_worker(q->p, w, "sessions", NULL);
}

/* ---- the end of one ------------------------------------------------------ */

static void end_on_kicked(struct pages *p, struct page_wait *w, json_t *reply)
{
	(void)reply;
	pages_answer(p, w->question, json_incref(w->answer));
}

bool pages_session_id(const json_t *sessions, const char *number, char id[32])
{
	long long wanted = strtoll(number, NULL, 10);
	const json_t *o;
	size_t i;

	json_array_foreach(sessions, i, o)
	{
		if (json_integer_value(json_object_get(o, "session_number")) !=
		    wanted)
			continue;
		snprintf(id, 32, "#%llu",
			 (unsigned long long)json_integer_value(
				 json_object_get(o, "session")));
		return true;
	}
	return false;
}

/* The session's number is the user's only if the worker's list says so. */
static void end_on_list(struct pages *p, struct page_wait *w, json_t *reply)
{
	json_t *list = own_sessions(w, reply);
	char id[32];

	if (pages_session_id(list, w->session, id)) {
		w->then = end_on_kicked;
		pages_ask_worker(p, w, "kick", id);
	} else {
		pages_error(p, w->question, "input");
	}
	json_decref(list);
}

void pages_on_end(struct page_question *q)
{
	struct page_wait *w = pages_wait_begin(q, end_on_list);

	pages_note(q, q->ask->n ? q->ask->text[0] : NULL, "asked");
	if (!w || !q->ask->n) {
		if (w)
			pages_wait_end(w);
		pages_error(q->p, q->id, "busy");
		return;
	}
	w->answer = pages_begin(q);
	snprintf(w->session, sizeof w->session, "%.20s", q->ask->text[0]);
	pages_ask_worker(q->p, w, "sessions", NULL);
}

void pages_on_logout(struct page_question *q)
{
	pages_note(q, NULL, "done");
	tokens_drop(q->token);
	pages_answer(q->p, q->id, json_object());
}

/* ---- adit.ini ------------------------------------------------------------ */

/* What the browser dialled is what an agent dials, if it is a name or an
 * address at all. */
static bool dialled(const char *text, char host[HOST_CAP])
{
	uint16_t port;

	if (addr_split(text, host, HOST_CAP, &port))
		snprintf(host, HOST_CAP, "%.*s", HOST_CAP - 1, text);
	return strlen(text) < HOST_CAP && host_or_address_ok(host);
}

void pages_on_ini(struct page_question *q)
{
	const struct monitor_config *c = q->p->m->now.config;
	size_t i = (size_t)(q->gateway - c->conf->gateways);
	char host[HOST_CAP], pin[TLS_PIN_TEXT];
	const char *name = q->gateway->server_name;
	json_t *answer = pages_begin(q);

	if (q->ask->n != 1 || !dialled(q->ask->text[0], host) ||
	    tls_pin_of((char *)buf_ptr(&c->gateways[i].cert), pin)) {
		json_decref(answer);
		pages_error(q->p, q->id, "input");
		return;
	}
	pages_note(q, NULL, "done");
	json_object_set_new(answer, "at", json_string(q->ask->text[0]));
	json_object_set_new(answer, "pin", json_string(pin));
	json_object_set_new(answer, "files", pages_files(q));
	if (name && !host_same(name, host))
		json_object_set_new(answer, "server_name", json_string(name));
	pages_answer(q->p, q->id, answer);
}
