/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_reload.c - takes a new configuration over, whole or not at all. */
#include "monitor/monitor.h"

#include "base/err.h"
#include "base/log.h"
#include "net/notify.h"

#include <stdlib.h>
#include <string.h>

#define TIMEOUT 15. /* seconds for the worker's word */

static json_t *lines_of(const struct conf_errors *e)
{
	json_t *a = json_array();

	for (unsigned i = 0; a && i < conf_errors_kept(e); i++)
		json_array_append_new(a, json_string(e->text[i]));
	return a;
}

/* What aditctl prints line by line. */
static json_t *failure(const struct conf_errors *e)
{
	return json_pack("{s:s, s:i, s:o}", "error",
			 "the old configuration stays in force", "status", 2,
			 "errors", lines_of(e));
}

static void log_all(enum log_level level, const struct conf_errors *e)
{
	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		log_msg(level, NULL, "%s", e->text[i]);
}

static void say(struct monitor *m, json_t *reply)
{
	if (m->reload.client)
		control_server_reply(m->control, m->reload.client, reply);
	else
		json_decref(reply);
}

static void finish(struct monitor *m)
{
	struct reload *r = &m->reload;

	r->on = false;
	ev_timer_stop(m->loop, &r->timeout);
	running_fini(&r->next);
	free(r->warn);
	r->warn = NULL;
	notify_ready("listening on %zu address%s", m->now.listeners.n,
		     m->now.listeners.n == 1 ? "" : "es");
}

static void refuse(struct monitor *m, const struct conf_errors *e)
{
	log_all(LOG_ERROR, e);
	log_msg(LOG_ERROR, "reload",
		"the old configuration stays in "
		"force");
	say(m, failure(e));
	finish(m);
}

static void accept_next(struct monitor *m)
{
	struct reload *r = &m->reload;
	struct running old = m->now;

	m->now = r->next;
	r->next = old;
	resolver_side_afresh(m->names);
	log_all(LOG_WARN, r->warn);
	log_msg(LOG_INFO, "reload", "the new configuration is in force");
	say(m, json_pack("{s:b, s:o}", "reloaded", 1, "warnings",
			 lines_of(r->warn)));
	finish(m);
}

static void on_timeout(struct ev_loop *loop, ev_timer *w, int events)
{
	struct monitor *m = w->data;

	(void)loop;
	(void)events;
	/* Whether it has taken the new one is not known: a fresh worker gets
	 * the old one. */
	worker_side_kill(m->worker, "it did not answer to a new configuration");
}

/* Lines of the worker's error, "file:line: what", may be several. */
static void refuse_text(struct monitor *m, const char *text)
{
	struct conf_errors *e = calloc(1, sizeof *e);

	if (!e)
		return;
	e->file = m->file;
	while (*text && e->count < CONF_ERRORS_MAX) {
		size_t n = strcspn(text, "\n");

		memcpy(e->text[e->count++], text, MIN(n, CONF_ERROR_LEN - 1u));
		text += n + (text[n] == '\n');
	}
	refuse(m, e);
	free(e);
}

void monitor_reload_answer(struct monitor *m, const char *error)
{
	if (!error)
		refuse_text(m, "the worker ended while it read the new "
			       "configuration");
	else if (error[0])
		refuse_text(m, error);
	else
		accept_next(m);
}

static void on_handed_over(struct monitor *m, const char *error)
{
	if (error)
		refuse_text(m, error);
	else
		accept_next(m);
}

/* The worker that is there takes it, or a new one that gets its sessions. */
static int hand_out(struct monitor *m, struct conf_errors *e)
{
	struct reload *r = &m->reload;
	char why[200];

	r->id = 0;
	if (monitor_config_needs_worker(m->now.config->conf,
					r->next.config->conf))
		return monitor_handover_start(m, &r->next, on_handed_over,
					      why) ?
			       conf_error(e, 0, "%s", why) :
			       0;
	ev_timer_start(m->loop, &r->timeout);
	r->id = worker_side_conf(m->worker, &r->next);
	return r->id ? 0 :
		       conf_error(e, 0,
				  "the worker is just being replaced: "
				  "reload again");
}

const char *monitor_busy(const struct monitor *m)
{
	if (m->ending)
		return "aditd is ending";
	if (m->reload.on)
		return "a reload is under way: try again";
	if (m->handover.on || !m->worker->ready)
		return "a new start of the worker is under way: try again";
	return NULL;
}

static int prepare(struct monitor *m, struct conf_errors *e)
{
	struct reload *r = &m->reload;
	int ret = monitor_config_read(&r->next.config, e, r->warn);

	if (ret)
		return ret;
	monitor_config_compare(m->first, r->next.config->conf, r->warn);
	ret = monitor_listeners_open(&r->next.listeners, &m->now.listeners,
				     r->next.config->conf, e);
	return ret ? ret : hand_out(m, e);
}

void monitor_reload_start(struct monitor *m, uint32_t client)
{
	struct reload *r = &m->reload;
	const char *busy = monitor_busy(m);
	struct conf_errors *e;

	if (busy || m->upgrade) {
		busy = busy ? busy : "an upgrade is under way: try again";
		log_msg(LOG_WARN, "reload", "%s", busy);
		if (client)
			control_server_reply(m->control, client,
					     control_server_error("%s", busy));
		return;
	}
	e = calloc(2, sizeof *e);
	if (!e)
		return;
	notify_reloading();
	r->on = true;
	r->client = client;
	r->warn = calloc(1, sizeof *r->warn);
	e->file = m->file;
	if (r->warn)
		r->warn->file = m->file;
	if (!r->warn || prepare(m, e))
		refuse(m, e);
	free(e);
}

void monitor_reload_init(struct monitor *m)
{
	ev_timer_init(&m->reload.timeout, on_timeout, TIMEOUT, 0);
	m->reload.timeout.data = m;
}
