/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_control.c - the commands of aditctl, and who answers each. */
#include "monitor/monitor.h"

#include "net/notify.h"

#include <string.h>

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

/* From now on the gateway ends when its worker does. */
static void run_drain(struct monitor *m, uint32_t client, const json_t *request)
{
	const char *busy = monitor_status_busy(m);

	if (busy) {
		control_server_reply(m->control, client,
				     control_server_error("%s", busy));
		return;
	}
	if (!monitor_forward(m, client, request, NULL))
		return;
	m->draining = true;
	notify_ready("draining: no new sessions");
}

/* Also while there is no worker: then what only a worker knows is null. */
static void run_status(struct monitor *m, uint32_t client,
		       const json_t *request)
{
	json_t *reply;

	if (worker_side_is_ready(m->worker)) {
		(void)monitor_forward(m, client, request, monitor_status_add);
		return;
	}
	reply = json_pack("{s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:b}",
			  "sessions", "sessions_connected", "channels",
			  "to_server", "to_client", "resent", "memory",
			  "probes", "draining", m->draining);
	monitor_status_add(m, reply);
	control_server_reply(m->control, client, reply);
}

static void run_recheck(struct monitor *m, uint32_t client,
			const json_t *request)
{
	auth_age(m->auth);
	(void)monitor_forward(m, client, request, NULL);
}

static const struct monitor_command {
	const char *name;
	/* NULL: the worker answers, and `add` (or NULL) completes its answer */
	void (*run)(struct monitor *, uint32_t client, const json_t *request);
	monitor_add_fn *add;
} commands[] = {
	{ .name = "sessions" },
	{ .name = "channels" },
	{ .name = "kick" },
	{ .name = "kick_user" },
	{ .name = "recheck", .run = run_recheck },
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
			monitor_forward(m, client, request, commands[i].add);
		return;
	}
	control_server_reply(
		m->control, client,
		control_server_error("this aditd knows no command \"%s\": is "
				     "aditctl of another version?",
				     name ? name : ""));
}
