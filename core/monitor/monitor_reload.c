/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_reload.c - puts a new configuration in force, whole or not at all.
 *
 *   state     event                                        next
 *   NONE      monitor_reload_start                         READING
 *   READING   the files are wrong, or nobody takes them    NONE, refused
 *   READING   the worker that serves gets it               ASKED
 *   READING   it needs a new worker, which is started      HANDOVER
 *   ASKED     the worker says yes, says no, or ends        NONE
 *   ASKED     the worker says nothing in time: it is
 *             killed, and its end follows                  same
 *   HANDOVER  the new worker serves, or the handover fails NONE
 */
#include "monitor/monitor_pages.h"

#include "base/err.h"
#include "base/log.h"
#include "net/notify.h"

#include <stdlib.h>
#include <string.h>

#define ANSWER_LIMIT 15. /* seconds for the worker's answer */

static void reload_become(struct monitor *m, enum reload_state next)
{
	static const char *const name[] = {
		[RELOAD_NONE] = "none",
		[RELOAD_READING] = "reading",
		[RELOAD_ASKED] = "asked",
		[RELOAD_HANDOVER] = "handover",
	};

	log_msg(LOG_DEBUG, "reload", "%s -> %s", name[m->reload.state],
		name[next]);
	m->reload.state = next;
	ev_timer_stop(m->loop, &m->reload.limit);
	if (next == RELOAD_ASKED)
		ev_timer_start(m->loop, &m->reload.limit);
}

/* ---- its end ------------------------------------------------------------- */

static json_t *reload_lines(const struct conf_errors *e)
{
	json_t *a = json_array();

	for (unsigned i = 0; a && i < conf_errors_kept(e); i++)
		json_array_append_new(a, json_string(e->text[i]));
	return a;
}

static void reload_log(enum log_level level, const struct conf_errors *e)
{
	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		log_msg(level, NULL, "%s", e->text[i]);
}

/* Takes `reply`, for whoever asked. */
static void reload_finish(struct monitor *m, json_t *reply)
{
	struct reload *r = &m->reload;

	if (r->client)
		control_server_reply(m->control, r->client, reply);
	else
		json_decref(reply);
	reload_become(m, RELOAD_NONE);
	running_fini(&r->next);
	free(r->warn);
	r->warn = NULL;
	monitor_status_notify(m);
}

static void reload_refuse(struct monitor *m, const struct conf_errors *e)
{
	reload_log(LOG_ERROR, e);
	log_msg(LOG_ERROR, "reload",
		"the old configuration stays in force: correct what the lines "
		"above name, then call aditctl reload");
	reload_finish(m, json_pack("{s:s, s:i, s:o}", "error",
				   "the old configuration stays in force",
				   "status", 2, "errors", reload_lines(e)));
}

/* Lines of the worker's error, "file:line: what", may be several. */
static void reload_refuse_text(struct monitor *m, const char *text)
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
	reload_refuse(m, e);
	free(e);
}

static void reload_accept(struct monitor *m)
{
	struct reload *r = &m->reload;
	struct running old = m->now;

	m->now = r->next;
	r->next = old;
	resolver_side_afresh(m->names);
	web_side_renew(m->web);
	monitor_pages_renew(m);
	reload_log(LOG_WARN, r->warn);
	log_msg(LOG_INFO, "reload", "the new configuration is in force");
	reload_finish(m, json_pack("{s:b, s:o}", "reloaded", 1, "warnings",
				   reload_lines(r->warn)));
}

void monitor_reload_answer(struct monitor *m, const char *error)
{
	if (!error)
		reload_refuse_text(m, "the worker ended while it read the new "
				      "configuration");
	else if (error[0])
		reload_refuse_text(m, error);
	else
		reload_accept(m);
}

static void reload_on_handover(struct monitor *m, const char *error)
{
	if (error)
		reload_refuse_text(m, error);
	else
		reload_accept(m);
}

static void reload_on_limit(struct ev_loop *loop, ev_timer *w, int events)
{
	struct monitor *m = w->data;

	(void)loop;
	(void)events;
	/* Perhaps it has put the new configuration in force: a fresh worker
	 * gets the old one. */
	worker_side_kill(m->worker, "it did not answer to a new configuration");
}

/* ---- its beginning ------------------------------------------------------- */

/* The worker that serves takes it, or a new one that gets its sessions. */
static int reload_hand_out(struct monitor *m, struct conf_errors *e)
{
	struct reload *r = &m->reload;
	char why[200];

	auth_age(m->auth);
	if (monitor_config_needs_worker(m->now.config->conf,
					r->next.config->conf)) {
		if (monitor_handover_start(m, &r->next, reload_on_handover,
					   why))
			return conf_error(e, 0, "%s", why);
		reload_become(m, RELOAD_HANDOVER);
		return 0;
	}
	r->id = monitor_next_id(m);
	if (running_send_conf(&r->next, m->worker, r->id))
		return conf_error(e, 0,
				  "the worker of aditd is being replaced: "
				  "call aditctl reload again");
	reload_become(m, RELOAD_ASKED);
	return 0;
}

static int reload_prepare(struct monitor *m, struct conf_errors *e)
{
	struct reload *r = &m->reload;
	int ret = monitor_config_read(&r->next.config, e, r->warn);

	if (ret)
		return ret;
	monitor_config_compare(m->first, r->next.config->conf, r->warn);
	ret = monitor_listeners_open(&r->next.listeners, &m->now.listeners,
				     r->next.config->conf, e);
	if (!ret)
		ret = web_listeners_open(&r->next.web, &m->now.web,
					 r->next.config->conf, e);
	return ret ? ret : reload_hand_out(m, e);
}

void monitor_reload_start(struct monitor *m, uint32_t client)
{
	struct reload *r = &m->reload;
	const char *busy = monitor_status_busy(m);
	struct conf_errors *e;

	if (!busy && m->upgrade.state != UPGRADE_NONE)
		busy = "an upgrade is under way: try again";
	if (busy) {
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
	reload_become(m, RELOAD_READING);
	r->client = client;
	r->warn = calloc(1, sizeof *r->warn);
	e->file = m->file;
	if (r->warn)
		r->warn->file = m->file;
	if (!r->warn || reload_prepare(m, e))
		reload_refuse(m, e);
	free(e);
}

void monitor_reload_init(struct monitor *m)
{
	ev_timer_init(&m->reload.limit, reload_on_limit, ANSWER_LIMIT, 0);
	m->reload.limit.data = m;
}
