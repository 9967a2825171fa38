/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_why.c - answers aditctl why: waits for the name that it is about. */
#include "monitor/monitor.h"

#include "process/why.h"

#include <string.h>

enum { ASKED_MAX = 16 };

/* Waits for a name. */
struct why_waiting {
	uint32_t id; /* of the question to the resolver; 0: free */
	uint32_t client;
	uint64_t order; /* the oldest gives way */
	struct why_question why;
};

static struct why_waiting waiting[ASKED_MAX];

static void why_explain(struct monitor *m, const struct why_waiting *q,
			const struct msg_resolved *found)
{
	json_t *reply = why_answer(m->now.config->conf, &q->why, found);

	if (reply)
		json_object_set_new(reply, "file", json_string(m->file));
	control_server_reply(m->control, q->client, reply);
}

void monitor_why_found(void *ctx, uint32_t id, const struct msg_resolved *found)
{
	struct monitor *m = ctx;

	for (size_t i = 0; i < ASKED_MAX; i++) {
		if (waiting[i].id != id)
			continue;
		why_explain(m, &waiting[i], found);
		waiting[i].id = 0;
	}
}

void monitor_why_ask_again(struct monitor *m)
{
	static const struct msg_resolved none = { .outcome = FOUND_SILENCE };
	char host[HOST_CAP];

	for (size_t i = 0; i < ASKED_MAX; i++)
		if (waiting[i].id &&
		    (!why_name(m->now.config->conf, &waiting[i].why, host) ||
		     resolver_side_ask(m->names, waiting[i].id, host)))
			monitor_why_found(m, waiting[i].id, &none);
}

static struct why_waiting *why_slot(void)
{
	struct why_waiting *best = &waiting[0];

	for (size_t i = 0; i < ASKED_MAX; i++) {
		if (!waiting[i].id)
			return &waiting[i];
		if (waiting[i].order < best->order)
			best = &waiting[i];
	}
	return best;
}

/* Somebody who has another file wants to know about that one. */
static bool is_about_another_file(const struct monitor *m,
				  const json_t *request)
{
	const char *file = json_string_value(json_object_get(request, "file"));

	return file && strcmp(file, m->file);
}

void monitor_why_ask(struct monitor *m, uint32_t client, const json_t *request)
{
	static const struct msg_resolved none = { .outcome = FOUND_NO_NAME };
	static uint64_t order;
	const struct gw_conf *c = m->now.config->conf;
	struct why_waiting q = { .client = client, .order = ++order };
	char host[HOST_CAP];
	json_t *error;

	if (is_about_another_file(m, request)) {
		control_server_reply(m->control, client,
				     json_pack("{s:s}", "file", m->file));
		return;
	}
	error = why_read(c, request, &q.why);
	if (error) {
		control_server_reply(m->control, client, error);
		return;
	}
	q.id = monitor_next_id(m);
	if (why_name(c, &q.why, host) &&
	    !resolver_side_ask(m->names, q.id, host))
		*why_slot() = q;
	else
		why_explain(m, &q, &none);
}
