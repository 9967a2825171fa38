/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_control.c - what aditctl may ask, and who answers. */
#include "gateway/monitor.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/notify.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct command {
	const char *name;
	/* NULL: the worker answers. */
	void (*run)(struct monitor *, uint32_t client, const json_t *request);
};

static void run_reload(struct monitor *m, uint32_t client, const json_t *request)
{
	(void)request;
	reload_start(m, client);
}

static void run_upgrade(struct monitor *m, uint32_t client,
			const json_t *request)
{
	(void)request;
	upgrade_start(m, client);
}
static void run_drain(struct monitor *m, uint32_t client, const json_t *request);

static const struct command commands[] = {
	{ .name = "sessions" },
	{ .name = "channels" },
	{ .name = "kick" },
	{ .name = "kick_user" },
	{ .name = "stats" },
	{ .name = "plugins" },
	{ .name = "record" },
	{ .name = "recorded" },
	{ .name = "reload", .run = run_reload },
	{ .name = "upgrade", .run = run_upgrade },
	{ .name = "drain", .run = run_drain },
	{ .name = "why", .run = command_why },
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
		    bool stats)
{
	struct forward *f = m->worker->ready ? free_forward(m) : NULL;

	if (f && !++m->last_id)
		++m->last_id;
	if (!f || send_request(m, m->last_id, request)) {
		control_reply(m->control, client, control_error(
			"the worker is just being replaced or busy: try "
			"again"));
		return false;
	}
	*f = (struct forward){ m->last_id, client, stats };
	return true;
}

/* From now on the worker's end is ours. */
static void run_drain(struct monitor *m, uint32_t client, const json_t *request)
{
	const char *busy = monitor_busy(m);

	if (busy) {
		control_reply(m->control, client, control_error("%s", busy));
		return;
	}
	if (!forward(m, client, request, false))
		return;
	m->draining = true;
	notify_ready("draining: no new sessions");
}

void command_forget(struct monitor *m)
{
	for (int i = 0; i < FORWARDS_MAX; i++) {
		uint32_t client = m->forward[i].client;

		m->forward[i] = (struct forward){ 0 };
		if (client)
			control_reply(m->control, client, control_error(
				"the worker ended before it answered: try "
				"again"));
	}
}

/* ---- statistics ------------------------------------------------------------------ */

static json_t *listeners_json(const struct listeners *l)
{
	json_t *a = json_array();
	char at[ADDR_TEXT];

	for (size_t i = 0; a && i < l->n; i++)
		json_array_append_new(a, json_pack(
			"{s:s, s:s}", "address",
			addr_str(&l->item[i].real, at),
			"gateway", l->item[i].gateway));
	return a;
}

static json_t *pid_json(pid_t pid)
{
	return pid ? json_integer(pid) : json_null();
}

static void add_stats(struct monitor *m, json_t *to)
{
	struct auth_counters c;

	auth_count(m->auth, &c);
	json_object_set_new(to, "version", json_string(PACKAGE_VERSION));
	json_object_set_new(to, "uptime_s", json_integer(
		(json_int_t)(ev_now(m->loop) - m->started)));
	json_object_set_new(to, "monitor_pid", pid_json(getpid()));
	json_object_set_new(to, "worker_pid", pid_json(m->worker->pid));
	json_object_set_new(to, "resolver_pid", pid_json(resolver_side_pid(m->names)));
	json_object_set_new(to, "worker_starts",
			    json_integer((json_int_t)m->starts));
	json_object_set_new(to, "listeners", listeners_json(&m->now.listeners));
	json_object_set_new(to, "logins", json_pack(
		"{s:I, s:I, s:I, s:I}",
		"accepted", (json_int_t)c.accepted,
		"refused", (json_int_t)c.refused,
		"delayed", (json_int_t)c.delayed,
		"waiting", (json_int_t)c.waiting));
}

/* ---- from the worker ------------------------------------------------------------- */

static struct forward *find_forward(struct monitor *m, uint32_t id)
{
	for (int i = 0; i < FORWARDS_MAX; i++)
		if (m->forward[i].client && m->forward[i].id == id)
			return &m->forward[i];
	return NULL;
}

int command_answered(struct monitor *m, struct msg *msg)
{
	struct forward *f = find_forward(m, msg->id), was;
	struct buf text = { 0 };
	json_t *reply = NULL;
	int r = ERR_PROTO;

	if (msg->nfds != 1 || msg->len)
		return ERR_PROTO;
	/* Who asked did so before an upgrade. */
	if (!f)
		return 0;
	was = *f;
	*f = (struct forward){ 0 };
	if (!msg_memfd_read(msg->fds[0], &text, CONTROL_MAX))
		reply = json_loadb((char *)buf_ptr(&text), buf_len(&text),
				   JSON_REJECT_DUPLICATES, NULL);
	buf_fini(&text);
	if (json_is_object(reply)) {
		r = 0;
		if (was.stats)
			add_stats(m, reply);
		/* Who hears of sessions hears whether they are the last. */
		if (json_object_get(reply, "sessions"))
			json_object_set_new(reply, "draining",
					    json_boolean(m->draining));
	} else {
		json_decref(reply);
		reply = control_error("the worker answered nonsense");
	}
	control_reply(m->control, was.client, reply);
	return r;
}

/* ---- from aditctl ---------------------------------------------------------------- */

void command_on(void *ctx, uint32_t client, const json_t *request)
{
	struct monitor *m = ctx;
	const char *name = json_string_value(json_object_get(request,
							     "command"));

	for (size_t i = 0; name && i < ARRAY_LEN(commands); i++) {
		if (strcmp(commands[i].name, name))
			continue;
		if (commands[i].run)
			commands[i].run(m, client, request);
		else
			forward(m, client, request, !strcmp(name, "stats"));
		return;
	}
	control_reply(m->control, client, control_error(
		"this aditd knows no command \"%s\"", name ? name : ""));
}
