/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_status.c - the monitor's part of the answers to aditctl status and
 * aditctl stats. */
#include "monitor/monitor.h"

#include "base/log.h"
#include "net/notify.h"
#include "process/warnings.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DAY = 24 * 60 * 60 };

static void status_set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

void monitor_status_notify(const struct monitor *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->now.listeners.n; i++)
		n += m->now.listeners.item[i].gateway != NULL;
	notify_ready("listening on %zu address%s", n, n == 1 ? "" : "es");
}

const char *monitor_status_busy(const struct monitor *m)
{
	if (m->ending)
		return "aditd is ending";
	if (m->reload.state != RELOAD_NONE)
		return "a reload is under way: try again";
	if (m->handover.state != HANDOVER_NONE ||
	    !worker_side_is_ready(m->worker))
		return "aditd is starting a worker: try again";
	return NULL;
}

/* ---- statistics ---------------------------------------------------------- */

static json_t *listeners_json(const struct monitor_listeners *l)
{
	json_t *a = json_array();
	char at[ADDR_TEXT];

	for (size_t i = 0; a && i < l->n; i++)
		if (l->item[i].gateway)
			json_array_append_new(
				a, json_pack("{s:s, s:s}", "address",
					     addr_str(&l->item[i].real, at),
					     "gateway", l->item[i].gateway));
	return a;
}

static json_t *pid_json(pid_t pid)
{
	return pid ? json_integer(pid) : json_null();
}

void monitor_status_add_stats(struct monitor *m, json_t *to)
{
	struct auth_counters c;

	auth_count(m->auth, &c);
	status_set(to, "version", json_string(PACKAGE_VERSION));
	status_set(to, "uptime_s",
		   json_integer((json_int_t)(ev_now(m->loop) - m->started)));
	status_set(to, "monitor_pid", pid_json(getpid()));
	status_set(to, "worker_pid", pid_json(m->worker->pid));
	status_set(to, "resolver_pid", pid_json(resolver_side_pid(m->names)));
	status_set(to, "web_pid", pid_json(web_side_pid(m->web)));
	status_set(to, "log_pid", pid_json(log_side_pid(m->log)));
	status_set(to, "log_waiting",
		   json_integer((json_int_t)log_side_waiting(m->log)));
	/* Those of the worker are there. */
	status_set(to, "log_lost",
		   json_integer(
			   json_integer_value(json_object_get(to, "log_lost")) +
			   (json_int_t)log_lost()));
	status_set(to, "worker_starts", json_integer((json_int_t)m->starts));
	status_set(to, "listeners", listeners_json(&m->now.listeners));
	status_set(to, "logins",
		   json_pack("{s:I, s:I, s:I, s:I}", "accepted",
			     (json_int_t)c.result[LOGIN_ACCEPTED], "refused",
			     (json_int_t)c.result[LOGIN_REFUSED], "delayed",
			     (json_int_t)c.result[LOGIN_DELAYED], "waiting",
			     (json_int_t)c.waiting));
	status_set(to, "login_times", auth_times(m->auth));
}

/* ---- status -------------------------------------------------------------- */

static const char *status_word(const struct monitor *m)
{
	if (m->draining)
		return "draining";
	if (m->upgrade.state != UPGRADE_NONE)
		return "upgrading";
	if (m->reload.state != RELOAD_NONE)
		return "reloading";
	return worker_side_is_ready(m->worker) ? "running" : "starting";
}

static json_t *certificate_json(const struct gw_gateway *g, const char *pem)
{
	static const char *const word[] = {
		[TLS_VALID] = "valid",
		[TLS_ENDS_SOON] = "ends soon",
		[TLS_ENDED] = "ended",
		[TLS_NOT_YET] = "not yet valid",
	};
	char name[TLS_NAME_MAX], safe[TLS_NAME_MAX * 4 + 8];
	char text[TLS_VALIDITY_TEXT];
	time_t now = time(NULL);
	struct tls_times t;
	bool named;

	if (tls_certificate_times(pem, &t))
		return NULL;
	named = !tls_certificate_name(pem, name);
	log_escape(safe, sizeof safe, named ? name : "");
	return json_pack("{s:s, s:s, s:s?, s:I, s:I, s:I, s:s, s:s}", "gateway",
			 g->name, "file", g->certificate, "name",
			 named ? safe : NULL, "not_before", (json_int_t)t.from,
			 "not_after", (json_int_t)t.until, "days_left",
			 (json_int_t)(MAX(t.until - now, 0) / DAY), "state",
			 word[tls_validity(&t, now, text)], "text", text);
}

static json_t *certificates_json(const struct monitor_config *s)
{
	json_t *all = json_array();

	for (size_t i = 0; i < s->conf->ngateways; i++) {
		const char *pem = (char *)buf_ptr(&s->gateways[i].cert);

		json_array_append_new(
			all, certificate_json(&s->conf->gateways[i], pem));
	}
	return all;
}

/* As a browser is to be told it: by the gateway's name, if it has one. */
static json_t *page_json(const struct monitor *m, size_t gateway)
{
	const struct monitor_config *c = m->now.config;
	const struct gw_gateway *g = &c->conf->gateways[gateway];
	const char *pem = (char *)buf_ptr(&c->gateways[gateway].cert);
	const struct monitor_listeners *l = &m->now.listeners;
	char at[ADDR_TEXT] = "", host[ADDR_TEXT], name[TLS_NAME_MAX] = "";
	char safe[TLS_NAME_MAX * 4 + 8];
	const char *port;

	for (size_t i = 0; i < l->n && !*at; i++)
		if (l->item[i].gateway && !strcmp(l->item[i].gateway, g->name))
			addr_str(&l->item[i].real, at);
	port = strrchr(at, ':');
	if (!port)
		return NULL;
	if (g->server_name)
		snprintf(name, sizeof name, "%s", g->server_name);
	else if (tls_certificate_name(pem, name))
		snprintf(name, sizeof name, "%.*s", (int)(port - at), at);
	snprintf(host, sizeof host, "%s", strcmp(port, ":443") ? port : "");
	return json_pack("{s:s, s:o}", "gateway", g->name, "url",
			 json_sprintf("https://%s%s/",
				      log_escape(safe, sizeof safe, name),
				      host));
}

static json_t *pages_json(const struct monitor *m)
{
	const struct gw_conf *c = m->now.config->conf;
	json_t *all = json_array();

	for (size_t i = 0; i < c->ngateways; i++)
		if (c->gateways[i].web)
			json_array_append_new(all, page_json(m, i));
	return all;
}

void monitor_status_add_numbers(struct monitor *m, json_t *to)
{
	bool ready = worker_side_is_ready(m->worker);

	monitor_status_add_stats(m, to);
	status_set(to, "state", json_string(status_word(m)));
	status_set(to, "since", json_integer((json_int_t)m->started));
	status_set(to, "draining", json_boolean(m->draining));
	status_set(to, "ready", json_boolean(ready && !m->draining));
	status_set(to, "certificates", certificates_json(m->now.config));
}

void monitor_status_add(struct monitor *m, json_t *to)
{
	const json_t *theirs = json_object_get(to, "warnings");

	status_set(to, "warnings", warnings_join(warnings_json(), theirs));
	monitor_status_add_stats(m, to);
	status_set(to, "state", json_string(status_word(m)));
	status_set(to, "since", json_integer((json_int_t)m->started));
	status_set(to, "configuration",
		   json_pack("{s:s, s:b}", "file", m->file, "current",
			     monitor_config_is_current(m->now.config)));
	status_set(to, "certificates", certificates_json(m->now.config));
	status_set(to, "pages", pages_json(m));
}
