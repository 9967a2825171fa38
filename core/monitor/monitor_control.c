/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_control.c - what aditctl may ask, and who answers. */
#include "monitor/monitor.h"

#include "base/err.h"
#include "base/log.h"
#include "process/reply.h"
#include "net/notify.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct monitor_command {
	const char *name;
	/* NULL: the worker answers ... */
	void (*run)(struct monitor *, uint32_t client, const json_t *request);
	answer_fn *add; /* ... and we add this, or NULL */
};

static void run_reload(struct monitor *m, uint32_t client,
		       const json_t *request)
{
	(void)request;
	monitor_reload_start(m, client);
}

static void run_upgrade(struct monitor *m, uint32_t client,
			const json_t *request)
{
	monitor_upgrade_start(m, client,
			      json_is_true(json_object_get(request, "force")));
}

static void run_drain(struct monitor *m, uint32_t client,
		      const json_t *request);
static void run_status(struct monitor *m, uint32_t client,
		       const json_t *request);

static const struct monitor_command commands[] = {
	{ .name = "sessions" },
	{ .name = "channels" },
	{ .name = "kick" },
	{ .name = "kick_user" },
	{ .name = "recheck" },
	{ .name = "stats", .add = monitor_status_add_stats },
	{ .name = "status", .run = run_status },
	{ .name = "plugins" },
	{ .name = "record" },
	{ .name = "recorded" },
	{ .name = "reload", .run = run_reload },
	{ .name = "upgrade", .run = run_upgrade },
	{ .name = "drain", .run = run_drain },
	{ .name = "why", .run = monitor_why_ask },
};

/* ---- to the worker --------------------------------------------------------------- */

static struct forward *free_forward(struct monitor *m)
{
	for (int i = 0; i < FORWARDS_MAX; i++)
		if (!m->forward[i].client)
			return &m->forward[i];
	return NULL;
}

static int send_request(struct monitor *m, uint32_t id, const json_t *request)
{
	struct msg msg = { .type = MSG_CONTROL, .id = id };
	char *text = json_dumps(request, JSON_COMPACT);
	int fd = text ? msg_memfd("adit-request", text, strlen(text)) : -1;
	int r = ERR_SYS;

	free(text);
	if (fd < 0)
		return r;
	msg.fds[msg.nfds++] = fd;
	r = worker_side_send(m->worker, &msg);
	close(fd);
	return r;
}

static bool forward(struct monitor *m, uint32_t client, const json_t *request,
		    answer_fn *add)
{
	struct forward *f = m->worker->ready ? free_forward(m) : NULL;

	if (f && !++m->last_id)
		++m->last_id;
	if (!f || send_request(m, m->last_id, request)) {
		control_server_reply(
			m->control, client,
			control_server_error(
				"the worker is just being replaced or busy: try "
				"again"));
		return false;
	}
	*f = (struct forward){ m->last_id, client, add };
	return true;
}

/* From now on the worker's end is ours. */
static void run_drain(struct monitor *m, uint32_t client, const json_t *request)
{
	const char *busy = monitor_busy(m);

	if (busy) {
		control_server_reply(m->control, client,
				     control_server_error("%s", busy));
		return;
	}
	if (!forward(m, client, request, NULL))
		return;
	m->draining = true;
	notify_ready("draining: no new sessions");
}

/* Also while there is no worker. */
static void run_status(struct monitor *m, uint32_t client,
		       const json_t *request)
{
	json_t *reply;

	if (m->worker->ready) {
		(void)forward(m, client, request, monitor_status_add);
		return;
	}
	reply = json_pack("{s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:b}",
			  "sessions", "sessions_connected", "channels",
			  "to_server", "to_client", "resent", "memory",
			  "probes", "draining", m->draining);
	monitor_status_add(m, reply);
	control_server_reply(m->control, client, reply);
}

void monitor_forward_forget(struct monitor *m)
{
	for (int i = 0; i < FORWARDS_MAX; i++) {
		uint32_t client = m->forward[i].client;

		m->forward[i] = (struct forward){ 0 };
		if (client)
			control_server_reply(
				m->control, client,
				control_server_error(
					"the worker ended before it answered: try "
					"again"));
	}
}

/* ---- from the worker ------------------------------------------------------------- */

static struct forward *find_forward(struct monitor *m, uint32_t id)
{
	for (int i = 0; i < FORWARDS_MAX; i++)
		if (m->forward[i].client && m->forward[i].id == id)
			return &m->forward[i];
	return NULL;
}

/* It may come from a worker that was taken over. */
static json_t *read_reply(int fd)
{
	struct buf text = { 0 };
	json_t *reply = NULL;
	int r = msg_memfd_read(fd, &text, CONTROL_MAX);
	const char *p = (char *)buf_ptr(&text);
	size_t n = buf_len(&text);

	if (!r && reply_fits(p, n))
		reply = json_loadb(p, n, JSON_REJECT_DUPLICATES, NULL);
	buf_fini(&text);
	return reply;
}

int monitor_forward_answered(struct monitor *m, struct msg *msg)
{
	struct forward *f = find_forward(m, msg->id), was;
	json_t *reply;
	int r = ERR_PROTO;

	if (msg->nfds != 1 || msg->len)
		return ERR_PROTO;
	/* Who asked did so before an upgrade. */
	if (!f)
		return 0;
	was = *f;
	*f = (struct forward){ 0 };
	reply = read_reply(msg->fds[0]);
	if (json_is_object(reply)) {
		r = 0;
		if (was.add)
			was.add(m, reply);
		/* Who hears of sessions hears whether they are the last. */
		if (json_object_get(reply, "sessions"))
			json_object_set_new(reply, "draining",
					    json_boolean(m->draining));
	} else {
		json_decref(reply);
		reply = control_server_error("the worker answered nonsense");
	}
	control_server_reply(m->control, was.client, reply);
	return r;
}

/* ---- from aditctl ---------------------------------------------------------------- */

void monitor_control_on(void *ctx, uint32_t client, const json_t *request)
{
	struct monitor *m = ctx;
	const char *name = json_string_value(
		json_object_get(request, "command"));

	for (size_t i = 0; name && i < ARRAY_LEN(commands); i++) {
		if (strcmp(commands[i].name, name))
			continue;
		if (commands[i].run)
			commands[i].run(m, client, request);
		else
			forward(m, client, request, commands[i].add);
		return;
	}
	control_server_reply(
		m->control, client,
		control_server_error("this aditd knows no command \"%s\"",
				     name ? name : ""));
}
