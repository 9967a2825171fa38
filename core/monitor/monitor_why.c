/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_why.c - answers aditctl why, once the resolver has found the host
 * name that the question is about. */
#include "monitor/monitor_pages.h"

#include "process/why.h"

#include <string.h>

static void why_explain(struct monitor *m, const struct why_waiting *q,
			const struct msg_resolved *found)
{
	json_t *reply = why_answer(m->now.config->conf, &q->why, found);

	if (reply)
		json_object_set_new(reply, "file", json_string(m->file));
	q->reply(m, q->client, reply);
}

void monitor_why_found(void *ctx, uint32_t id, const struct msg_resolved *found)
{
	struct monitor *m = ctx;

	/* A number that this process never gives out is that of free slots. */
	if (!id)
		return;
	for (size_t i = 0; i < WHY_WAITING_MAX; i++) {
		if (m->why[i].id != id)
			continue;
		why_explain(m, &m->why[i], found);
		m->why[i].id = 0;
	}
}

void monitor_why_ask_again(struct monitor *m)
{
	static const struct msg_resolved none = { .outcome = FOUND_SILENCE };
	char host[HOST_CAP];

	for (size_t i = 0; i < WHY_WAITING_MAX; i++) {
		const struct why_waiting *q = &m->why[i];

		if (q->id && (!why_name(m->now.config->conf, &q->why, host) ||
			      resolver_side_ask(m->names, q->id, host)))
			monitor_why_found(m, q->id, &none);
	}
}

/* A free slot, or that of the oldest question, which is answered then. */
static struct why_waiting *why_slot(struct monitor *m)
{
	struct why_waiting *oldest = &m->why[0];

	for (size_t i = 0; i < WHY_WAITING_MAX; i++) {
		struct why_waiting *q = &m->why[i];

		if (!q->id)
			return q;
		/* Differences, since the numbers begin anew some day. */
		if (m->last_id - q->id > m->last_id - oldest->id)
			oldest = q;
	}
	oldest->reply(m, oldest->client,
		      control_server_error(
			      "too many questions wait for the resolver "
			      "to find a host name: ask again"));
	return oldest;
}

/* aditctl names the file that it would ask about: where this gateway runs with
 * another one, it hears which, and answers the question itself. */
static bool is_about_another_file(const struct monitor *m,
				  const json_t *request)
{
	const char *file = json_string_value(json_object_get(request, "file"));

	return file && strcmp(file, m->file);
}

void monitor_why_ask_for(struct monitor *m, uint32_t client,
			 monitor_reply_fn *reply, const json_t *request)
{
	static const struct msg_resolved none = { .outcome = FOUND_NO_NAME };
	const struct gw_conf *c = m->now.config->conf;
	struct why_waiting q = { .client = client, .reply = reply };
	char host[HOST_CAP];
	json_t *error;

	if (is_about_another_file(m, request)) {
		reply(m, client, json_pack("{s:s}", "file", m->file));
		return;
	}
	error = why_read(c, request, &q.why);
	if (error) {
		reply(m, client, error);
		return;
	}
	q.id = monitor_next_id(m);
	if (why_name(c, &q.why, host) &&
	    !resolver_side_ask(m->names, q.id, host))
		*why_slot(m) = q;
	else
		why_explain(m, &q, &none);
}

static void why_to_client(struct monitor *m, uint32_t client, json_t *reply)
{
	control_server_reply(m->control, client, reply);
}

void monitor_why_ask(struct monitor *m, uint32_t client, const json_t *request)
{
	monitor_why_ask_for(m, client, why_to_client, request);
}
