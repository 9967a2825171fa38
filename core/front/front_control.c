/* SPDX-License-Identifier: BSD-2-Clause */
/* front_control.c - requests of aditctl: the answer is gathered from all
 * shards. */
#include "front/front.h"
#include "gateway/quota.h"
#include "gateway/refused.h"
#include "process/reply.h"
#include "process/warnings.h"

#include "base/err.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REQUEST_MAX = 65536, REPORTS_MAX = 64 };

struct control_report {
	struct list node; /* front.reports */
	uint32_t id;
	unsigned waiting; /* shards whose part is missing */
	const char *list; /* name of the list; NULL: sums */
	json_t *whole;
};

static const struct control_command {
	const char *text;
	enum command command;
	const char *list;
} commands[] = {
	{ "sessions", COMMAND_SESSIONS, "sessions" },
	{ "channels", COMMAND_CHANNELS, "channels" },
	{ "kick", COMMAND_KICK, NULL },
	{ "kick_user", COMMAND_KICK, NULL },
	{ "stats", COMMAND_STATS, NULL },
	{ "status", COMMAND_STATS, NULL },
	{ "record", COMMAND_RECORD, NULL },
	{ "recorded", COMMAND_RECORDED, "recordings" },
	{ "drain", COMMAND_DRAIN, NULL },
};

/* The monitor ends a worker whose answer is too long. */
static char *shorter(char *text)
{
	if (!text || reply_fits(text, strlen(text)))
		return text;
	free(text);
	return strdup("{\"error\": \"the list is too long for one answer: ask "
		      "with --gateway for a part of it\"}");
}

/* Takes `reply`. */
static void control_answer(struct front *f, uint32_t id, json_t *reply)
{
	struct msg m = { .type = MSG_CONTROL_REPLY, .id = id };
	char *text = shorter(reply ? json_dumps(reply, JSON_COMPACT) : NULL);
	int fd = text ? msg_memfd("adit-reply", text, strlen(text)) : -1;

	json_decref(reply);
	free(text);
	if (fd < 0) {
		log_msg(LOG_ERROR, NULL, "aditctl gets no answer: %s",
			err_str(ERR_NOMEM));
		return;
	}
	m.fds[m.nfds++] = fd;
	(void)front_send(f, &m);
	close(fd);
}

static void control_fail(struct front *f, uint32_t id, const char *why)
{
	json_t *o = json_object();

	json_object_set_new(o, "error", json_string(why));
	control_answer(f, id, o);
}

/* ---- plugins: the front knows them itself -------------------------------- */

static json_t *counters_of(const struct plugin *p)
{
	json_t *o = json_object();

	for (size_t i = 0; i < p->ncounters; i++)
		json_object_set_new(o, p->def.counters[i],
				    json_integer(plugin_total(p, i)));
	return o;
}

static json_t *plugin_json(const struct plugin *p, const char *path)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_string(p->def.name));
	json_object_set_new(o, "version", json_string(p->def.version));
	json_object_set_new(o, "summary", json_string(p->def.summary));
	json_object_set_new(o, "file", path ? json_string(path) : json_null());
	json_object_set_new(o, "counters", counters_of(p));
	return o;
}

static json_t *plugins_json(const struct front *f)
{
	const struct plugin built_in = { .def = plugin_generic };
	json_t *list = json_array(), *o = json_object();

	json_array_append_new(list, plugin_json(&built_in, NULL));
	for (size_t i = 0; i < f->plugins.n; i++)
		json_array_append_new(list,
				      plugin_json(f->plugins.item[i],
						  f->plugins.item[i]->path));
	json_object_set_new(o, "plugins", list);
	return o;
}

/* ---- the rest: from the shards ------------------------------------------- */

static void report_free(struct control_report *r)
{
	list_remove(&r->node);
	json_decref(r->whole);
	free(r);
}

void front_control_drop_all(struct front *f)
{
	while (!list_is_empty(&f->reports))
		report_free(
			list_first(&f->reports, struct control_report, node));
}

static void report_end(struct front *f, struct control_report *r)
{
	json_t *whole = json_incref(r->whole);
	uint32_t id = r->id;

	report_free(r);
	control_answer(f, id, whole);
}

static struct control_report *report_new(struct front *f, uint32_t id,
					 const struct control_command *n)
{
	struct control_report *r;

	/* An old one can only be left over from a shard that hangs. */
	while (!list_is_empty(&f->reports) &&
	       list_first(&f->reports, struct control_report, node)->id +
			       REPORTS_MAX <
		       id)
		report_free(
			list_first(&f->reports, struct control_report, node));
	r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	r->id = id;
	r->list = n->list;
	r->whole = json_object();
	if (n->list)
		json_object_set_new(r->whole, n->list, json_array());
	list_init(&r->node);
	list_append(&f->reports, &r->node);
	return r;
}

/* Numbers are added up, also those in objects and, place by place, in
 * arrays. */
static json_t *report_sum(const json_t *a, const json_t *b)
{
	const char *key;
	json_t *value, *sum;

	if (json_is_object(b)) {
		sum = a ? json_copy((json_t *)(uintptr_t)a) : json_object();
		json_object_foreach((json_t *)(uintptr_t)b, key, value)
			json_object_set_new(sum, key,
					    report_sum(json_object_get(a, key),
						       value));
		return sum;
	}
	if (json_is_array(b)) {
		sum = json_array();
		for (size_t i = 0; i < json_array_size(b); i++)
			json_array_append_new(sum,
					      report_sum(json_array_get(a, i),
							 json_array_get(b, i)));
		return sum;
	}
	return json_integer(json_integer_value(a) + json_integer_value(b));
}

static void report_merge(struct control_report *r, json_t *part)
{
	json_t *sum;

	if (r->list) {
		json_array_extend(json_object_get(r->whole, r->list), part);
		return;
	}
	sum = report_sum(r->whole, part);
	json_decref(r->whole);
	r->whole = sum;
}

void front_control_on_report(struct mail *mail)
{
	struct mail_report *m = container_of(mail, struct mail_report, mail);
	struct front *f = m->to;
	struct list *n, *t;

	list_each (n, t, &f->reports) {
		struct control_report *r = list_entry(n, struct control_report,
						      node);

		if (r->id != m->id)
			continue;
		report_merge(r, m->part);
		if (!--r->waiting)
			report_end(f, r);
		break;
	}
	json_decref(m->part);
	free(m);
}

/* "what" is a user's name, a session's number or its id.  A user may be called
 * 12, and is meant then; #12 is a session in any case. */
static void read_target(const struct front *f, struct mail_command *m,
			const json_t *request)
{
	const char *what = json_string_value(json_object_get(request, "what"));
	const char *user = json_string_value(json_object_get(request, "user"));
	char *end = NULL;

	if (what && !registry_has_user(&f->registry, what))
		m->session = strtoull(what + (*what == '#'), &end, 10);
	if (end && *end)
		m->session = 0;
	if (m->session <= UINT32_MAX)
		m->number = (uint32_t)m->session;
	snprintf(m->user, sizeof m->user, "%s", what ? what : user ? user : "");
}

static void read_recording(struct mail_command *m, const json_t *request)
{
	const char *resource = json_string_value(
		json_object_get(request, "resource"));
	const char *token = json_string_value(
		json_object_get(request, "token"));

	snprintf(m->resource, sizeof m->resource, "%s",
		 resource ? resource : "");
	snprintf(m->token, sizeof m->token, "%s", token ? token : "");
	m->stop = json_is_true(json_object_get(request, "stop"));
}

static void read_drain(struct mail_command *m, const json_t *request)
{
	const json_t *timeout = json_object_get(request, "timeout_ms");

	m->by_us = json_is_integer(timeout) ?
			   clock_now_us() +
				   (uint64_t)json_integer_value(timeout) *
					   1000 :
			   UINT64_MAX;
}

static bool ask_shards(struct front *f, struct control_report *r,
		       const struct mail_command *what)
{
	for (unsigned i = 0; i < f->worker->nshards; i++) {
		struct mail_command *m = malloc(sizeof *m);

		if (!m)
			continue;
		*m = *what;
		m->to = shard_at(f->worker, i);
		r->waiting++;
		mailbox_post(shard_box(m->to), &m->mail, shard_on_command);
	}
	return r->waiting;
}

/* How often each limit was reached: docs/man/aditctl.8 explains the names. */
static json_t *limits_reached(const struct front *f)
{
	static const char *const name[QUOTA_NEWS_ALL] = {
		[QUOTA_NEWS_FULL] = "connections_refused_user",
		[QUOTA_NEWS_SHORT] = "connections_refused_descriptors",
		[QUOTA_NEWS_CROWDED] = "connections_refused_gateway",
		[QUOTA_NEWS_HASTY] = "connections_refused_per_second",
		[QUOTA_NEWS_SLOW] = "connections_delayed",
		[QUOTA_NEWS_RATE] = "bytes_delayed",
		[QUOTA_NEWS_MEMORY] = "connections_delayed_memory",
		[QUOTA_NEWS_LOGIN] = "logins_refused_sessions",
	};
	struct quotas *all = f->worker->quotas;
	json_t *o = json_object();

	for (unsigned i = 0; i < QUOTA_NEWS_ALL; i++)
		json_object_set_new(
			o, name[i],
			json_integer((json_int_t)quotas_told(all, i)));
	json_object_set_new(o, "connections_refused_waiting",
			    json_integer((json_int_t)f->waiting.away_full));
	json_object_set_new(o, "connections_refused_source",
			    json_integer((json_int_t)f->waiting.away_source));
	return o;
}

/* Numbers that the front knows itself. */
static void add_own(const struct front *f, json_t *to)
{
	struct quota_numbers q = quotas_count(f->worker->quotas);

	json_object_set_new(to, "probes",
			    json_integer((json_int_t)f->probes.total));
	json_object_set_new(to, "places", json_integer(q.places));
	json_object_set_new(to, "places_taken", json_integer(q.used));
	json_object_set_new(to, "log_lost",
			    json_integer((json_int_t)log_lost()));
	json_object_set_new(to, "limits", limits_reached(f));
}

static void control_gather(struct front *f, uint32_t id,
			   const struct control_command *n,
			   const json_t *request)
{
	const char *gateway = json_string_value(
		json_object_get(request, "gateway"));
	struct mail_command m = { .id = id, .command = n->command };
	struct control_report *r;

	if (gateway)
		snprintf(m.gateway, sizeof m.gateway, "%s", gateway);
	if (n->command == COMMAND_KICK)
		read_target(f, &m, request);
	read_recording(&m, request);
	read_drain(&m, request);
	if (n->command == COMMAND_DRAIN)
		drain_no_more(f);
	r = report_new(f, id, n);
	if (r && n->command == COMMAND_STATS)
		add_own(f, r->whole);
	if (r && !strcmp(n->text, "status"))
		json_object_set_new(r->whole, "warnings", warnings_json());
	if (!r || !ask_shards(f, r, &m)) {
		if (r)
			report_free(r);
		control_fail(f, id, "out of memory");
	}
}

/* The users file has changed: all sessions are asked about. */
static void recheck(struct front *f, uint32_t id)
{
	rights_ask_all(f);
	control_answer(f, id,
		       json_pack("{s:I}", "sessions",
				 (json_int_t)f->registry.count));
}

/* A user has chosen it on the web pages, where no session is the user's own. */
static void another_password(struct front *f, uint32_t id,
			     const json_t *request)
{
	static const uint8_t nothing[STAMP_LEN];
	const char *gateway = json_string_value(
		json_object_get(request, "gateway"));
	const char *user = json_string_value(json_object_get(request, "user"));
	struct login who = { .keep = 0 };
	unsigned ended = 0;

	if (user && gateway) {
		snprintf(who.user, sizeof who.user, "%s", user);
		ended = rights_changed(f, &who, gateway, nothing);
	}
	control_answer(f, id, json_pack("{s:i}", "ended", (int)ended));
}

void front_control_on_request(struct front *f, struct msg *m)
{
	struct buf text = { 0 };
	json_t *request = NULL;
	const char *name;
	size_t i;

	if (m->nfds && !msg_memfd_read(m->fds[0], &text, REQUEST_MAX))
		request = json_loadb((char *)buf_ptr(&text), buf_len(&text), 0,
				     NULL);
	buf_fini(&text);
	name = json_string_value(json_object_get(request, "command"));
	for (i = 0; name && i < ARRAY_LEN(commands); i++)
		if (!strcmp(commands[i].text, name))
			break;
	if (name && i < ARRAY_LEN(commands))
		control_gather(f, m->id, &commands[i], request);
	else if (name && !strcmp(name, "plugins"))
		control_answer(f, m->id, plugins_json(f));
	else if (name && !strcmp(name, "refusals"))
		control_answer(f, m->id,
			       refused_json(json_string_value(
				       json_object_get(request, "gateway"))));
	else if (name && !strcmp(name, "recheck"))
		recheck(f, m->id);
	else if (name && !strcmp(name, "another_password"))
		another_password(f, m->id, request);
	else
		control_fail(f, m->id, "unknown command");
	json_decref(request);
}
