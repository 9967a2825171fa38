/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_control.c - what a running agent answers on its control socket. */
#include "adit/agent_control.h"

#include "agent/agent.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "control/control_limits.h"
#include "control/control_server.h"
#include "net/loop.h"
#include "policy/host.h"
#include "run/redirect.h"
#include "run/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct agent_control {
	struct agent_control_conf conf;
	struct control_server *server;
	struct list pending;
};

/* A request that the agent answers later.  The client may have left by then. */
struct pending {
	struct list node; /* agent_control.pending */
	struct agent_control *control;
	uint32_t client;
};

/* Takes `value`, which is the answer; NULL: there is no memory for one. */
static void reply_answer(struct agent_control *a, uint32_t client,
			 json_t *value)
{
	control_server_reply(a->server, client,
			     value ? json_pack("{s:o}", "answer", value) :
				     control_server_error("%s",
							  err_str(ERR_NOMEM)));
}

static void reply_error(struct agent_control *a, uint32_t client,
			const char *text)
{
	control_server_reply(a->server, client,
			     control_server_error("%s", text));
}

/* ---- answers that come later --------------------------------------------- */

/* NULL: the client is told that there is no memory. */
static struct pending *pending_new(struct agent_control *a, uint32_t client)
{
	struct pending *p = calloc(1, sizeof *p);

	if (!p) {
		reply_answer(a, client, NULL);
		return NULL;
	}
	p->control = a;
	p->client = client;
	list_append(&a->pending, &p->node);
	return p;
}

static void pending_free(struct pending *p)
{
	list_remove(&p->node);
	free(p);
}

static void on_agent_report(void *ctx, int err, const char *text)
{
	struct pending *p = ctx;
	char safe[CONTROL_ERROR_TEXT] = "";

	if (err)
		reply_error(p->control, p->client,
			    text && *text ? text : err_str(err));
	else
		reply_answer(
			p->control, p->client,
			json_pack("{s:s}", "text",
				  text ? log_escape(safe, sizeof safe, text) :
					 safe));
	pending_free(p);
}

static void on_agent_mapped(void *ctx, json_t *mapped, const char *why)
{
	struct pending *p = ctx;

	if (mapped)
		reply_answer(p->control, p->client, mapped);
	else
		reply_error(p->control, p->client, why);
	pending_free(p);
}

/* ---- commands ------------------------------------------------------------ */

typedef void command_fn(struct agent_control *, uint32_t client,
			const json_t *request);

static void command_start(struct agent_control *a, uint32_t client,
			  const json_t *request)
{
	struct pending *p = pending_new(a, client);

	(void)request;
	if (p)
		agent_start(a->conf.agent, on_agent_report, p);
}

static void command_stop(struct agent_control *a, uint32_t client,
			 const json_t *request)
{
	struct pending *p = pending_new(a, client);

	(void)request;
	if (p)
		agent_stop(a->conf.agent, on_agent_report, p);
}

static void command_status(struct agent_control *a, uint32_t client,
			   const json_t *request)
{
	json_t *status = agent_status(a->conf.agent);

	(void)request;
	if (status) {
		json_object_set_new(status, "nft",
				    redirect_status(a->conf.redirect));
		json_object_set_new(status, "runs", runs_status(a->conf.runs));
	}
	reply_answer(a, client, status);
}

static void command_resources(struct agent_control *a, uint32_t client,
			      const json_t *request)
{
	(void)request;
	reply_answer(a, client, agent_resources(a->conf.agent));
}

static void command_env(struct agent_control *a, uint32_t client,
			const json_t *request)
{
	char why[CONTROL_ERROR_TEXT];
	json_t *port = agent_proxy_port(a->conf.agent, why, sizeof why);

	(void)request;
	if (port)
		reply_answer(a, client, port);
	else
		reply_error(a, client, why);
}

static void command_map(struct agent_control *a, uint32_t client,
			const json_t *request)
{
	struct agent_map_ask map = { .fn = on_agent_mapped };

	map.resource = json_string_value(json_object_get(request, "resource"));
	map.host = json_string_value(json_object_get(request, "host"));
	if (!map.resource || !map.host) {
		reply_error(a, client, "map needs a resource and a host");
		return;
	}
	map.ctx = pending_new(a, client);
	if (map.ctx)
		agent_map(a->conf.agent, &map);
}

static void command_publish(struct agent_control *a, uint32_t client,
			    const json_t *request)
{
	struct agent_publish_ask ask = { .fn = on_agent_mapped };

	ask.name = json_string_value(json_object_get(request, "name"));
	ask.to = json_string_value(json_object_get(request, "to"));
	if (!ask.name || !ask.to) {
		reply_error(a, client, "publish needs a name and a server");
		return;
	}
	ask.ctx = pending_new(a, client);
	if (ask.ctx)
		agent_publish(a->conf.agent, &ask);
}

static void command_unpublish(struct agent_control *a, uint32_t client,
			      const json_t *request)
{
	const char *name = json_string_value(json_object_get(request, "name"));

	if (name && agent_unpublish(a->conf.agent, name))
		reply_answer(a, client, json_object());
	else
		reply_error(a, client,
			    "nothing is published under this name; adit status "
			    "shows what is");
}

/* Without a code: what waits for one. */
static void command_confirm(struct agent_control *a, uint32_t client,
			    const json_t *request)
{
	const json_t *code = json_object_get(request, "code");
	struct agent_confirm_ask ask = { .code = json_string_value(code),
					 .fn = on_agent_mapped };

	if (!ask.code) {
		reply_answer(a, client, agent_codes(a->conf.agent));
		return;
	}
	ask.ctx = pending_new(a, client);
	if (ask.ctx)
		agent_confirm(a->conf.agent, &ask);
	explicit_bzero((char *)(uintptr_t)ask.code, json_string_length(code));
}

static void on_agent_why(void *ctx, json_t *answer)
{
	struct pending *p = ctx;

	reply_answer(p->control, p->client, answer);
	pending_free(p);
}

static void command_why(struct agent_control *a, uint32_t client,
			const json_t *request)
{
	const char *host = json_string_value(json_object_get(request, "host"));
	json_int_t port = json_integer_value(json_object_get(request, "port"));
	struct agent_why_ask why = { .host = host, .fn = on_agent_why };

	if (!host || !host_or_address_ok(host) || port < 1 || port > 65535) {
		reply_error(a, client, "why needs a host and a port");
		return;
	}
	why.port = (uint16_t)port;
	why.ctx = pending_new(a, client);
	if (why.ctx)
		agent_why(a->conf.agent, &why);
}

/* Asked before a command makes itself a network.  What the one before could not
 * have the next one need not try. */
static void command_may_run(struct agent_control *a, uint32_t client,
			    const json_t *request)
{
	(void)request;
	reply_answer(a, client,
		     json_pack("{s:i, s:b}", "hold", (int)a->conf.runs->hold,
			       "early", runs_accept_early(a->conf.runs)));
}

static bool run_take_ports(struct run_ask *ask, const json_t *ports)
{
	json_int_t port;

	for (size_t i = 0; i < json_array_size(ports); i++) {
		port = json_integer_value(json_array_get(ports, i));
		if (port < 1 || port > UINT16_MAX || ask->nports == RUN_PORTS)
			return false;
		ask->ports[ask->nports++] = (uint16_t)port;
	}
	return true;
}

/* The process is who asks: nothing that it says of itself is believed. */
static void command_run(struct agent_control *a, uint32_t client,
			const json_t *request)
{
	struct run_ask ask = { 0 };
	struct ucred peer = { 0 };
	socklen_t len = sizeof peer;
	char why[CONTROL_WHY];

	ask.folder = json_string_value(json_object_get(request, "folder"));
	ask.name = json_string_value(json_object_get(request, "name"));
	if (!ask.folder || !ask.name) {
		reply_error(a, client, "run needs a folder and a name");
		return;
	}
	if (getsockopt(control_server_client_fd(a->server, client), SOL_SOCKET,
		       SO_PEERCRED, &peer, &len)) {
		reply_error(a, client, strerror(errno));
		return;
	}
	ask.pid = peer.pid;
	ask.direct = json_is_true(json_object_get(request, "direct"));
	if (!run_take_ports(&ask, json_object_get(request, "publish"))) {
		reply_error(a, client, "these ports cannot be published");
		return;
	}
	if (runs_begin(a->conf.runs, &ask, why, sizeof why)) {
		reply_error(a, client, why);
		return;
	}
	a->conf.runs->hold = (unsigned)json_integer_value(
		json_object_get(request, "hold"));
	reply_answer(a, client, json_object());
}

static void command_down(struct agent_control *a, uint32_t client,
			 const json_t *request)
{
	(void)request;
	reply_answer(a, client, json_pack("{s:i}", "pid", (int)getpid()));
	a->conf.on_down(a->conf.ctx);
}

static void command_reload(struct agent_control *a, uint32_t client,
			   const json_t *request)
{
	char why[900] = "";
	json_t *report = a->conf.on_reload(a->conf.ctx, why, sizeof why);

	(void)request;
	if (report)
		reply_answer(a, client, report);
	else
		reply_error(a, client, why);
}

static void command_session(struct agent_control *a, uint32_t client,
			    const json_t *request)
{
	json_t *session = agent_session(a->conf.agent);

	(void)request;
	reply_answer(a, client, session ? session : json_object());
}

/* adit passwd has changed it. */
static void command_password(struct agent_control *a, uint32_t client,
			     const json_t *request)
{
	const char *word = json_string_value(
		json_object_get(request, "password"));

	if (word && a->conf.on_password(a->conf.ctx, word))
		reply_answer(a, client, json_object());
	else
		reply_error(a, client, "this cannot be a password");
}

static void on_request(void *ctx, uint32_t client, const json_t *request)
{
	static const struct {
		const char *name;
		command_fn *run;
	} commands[] = {
		{ "confirm", command_confirm },
		{ "down", command_down },
		{ "env", command_env },
		{ "map", command_map },
		{ "may-run", command_may_run },
		{ "password", command_password },
		{ "publish", command_publish },
		{ "reload", command_reload },
		{ "resources", command_resources },
		{ "run", command_run },
		{ "session", command_session },
		{ "start", command_start },
		{ "status", command_status },
		{ "stop", command_stop },
		{ "unpublish", command_unpublish },
		{ "why", command_why },
	};
	struct agent_control *a = ctx;
	const char *name = json_string_value(
		json_object_get(request, "command"));

	for (size_t i = 0; name && i < ARRAY_LEN(commands); i++) {
		if (!strcmp(commands[i].name, name)) {
			commands[i].run(a, client, request);
			return;
		}
	}
	control_server_reply(
		a->server, client,
		control_server_error("the agent has no command \"%s\"",
				     name ? name : ""));
}

/* ---- start and end ------------------------------------------------------- */

struct agent_control *agent_control_new(const struct agent_control_conf *conf,
					char *why, size_t cap)
{
	struct agent_control *a = calloc(1, sizeof *a);
	const struct control_server_conf server = {
		.loop = conf->loop->ev,
		.side = &control_agent,
		.path = conf->path,
		.spare = { conf->spare[0], conf->spare[1] },
		.timeout = CONTROL_AGENT_TIMEOUT,
		.asked = on_request,
		.ctx = a,
	};

	snprintf(why, cap, "%s", err_str(ERR_NOMEM));
	if (!a)
		return NULL;
	a->conf = *conf;
	list_init(&a->pending);
	a->server = control_server_new(&server, why, cap);
	if (a->server)
		return a;
	free(a);
	return NULL;
}

const char *agent_control_path(const struct agent_control *a)
{
	return control_server_path(a->server);
}

int agent_control_renew(struct agent_control *a, char *why, size_t cap)
{
	return control_server_renew(a->server, why, cap);
}

void agent_control_free(struct agent_control *a)
{
	if (!a)
		return;
	while (!list_is_empty(&a->pending))
		pending_free(list_first(&a->pending, struct pending, node));
	control_server_free(a->server);
	free(a);
}
