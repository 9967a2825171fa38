/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor.c - start and end of the gateway: what the monitor holds is opened,
 * then the first worker is started. */
#include "monitor/monitor_codes.h"
#include "monitor/monitor_pages.h"

#include "base/err.h"
#include "base/log.h"
#include "monitor/change.h"
#include "control/control_limits.h"
#include "process/child.h"
#include "process/terminal.h"
#include "net/notify.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void monitor_on_signal(struct ev_loop *loop, ev_signal *w, int events)
{
	struct monitor *m = w->data;

	(void)loop;
	(void)events;
	if (w->signum == SIGHUP) {
		monitor_reload_start(m, 0);
		return;
	}
	log_msg(LOG_INFO, NULL, "aditd ends: %s", strsignal(w->signum));
	monitor_end(m, 0);
}

/* ---- start --------------------------------------------------------------- */

static void watch_signal(struct monitor *m, ev_signal *w, int number)
{
	ev_signal_init(w, monitor_on_signal, number);
	w->data = m;
	ev_signal_start(m->loop, w);
}

static void show_warnings(const struct conf_errors *warn)
{
	for (unsigned i = 0; i < conf_errors_kept(warn); i++)
		log_msg(LOG_WARN, NULL, "%s", warn->text[i]);
}

/* Exit status 2 for what stands in the configuration. */
static int read_config(struct monitor *m)
{
	struct conf_errors e = { .file = m->file };
	struct conf_errors warn = { .file = m->file };
	int r = monitor_config_read(&m->now.config, &e, &warn);

	show_warnings(&warn);
	if (r) {
		conf_errors_log(&e);
		return 2;
	}
	m->first = gw_conf_ref(m->now.config->conf);
	return 0;
}

static int open_control(struct monitor *m)
{
	struct control_server_conf conf = {
		.loop = m->loop,
		.path = m->now.config->conf->server.control,
		.asked = monitor_control_on,
		.ctx = m,
		.side = &control_aditd,
		.timeout = CONTROL_ADITD_TIMEOUT,
		.answer_timeout = CONTROL_ADITD_TIMEOUT,
		.fd = MAX(m->left.control, 0),
	};
	char why[512];

	m->control = control_server_new(&conf, why, sizeof why);
	if (m->control)
		return 0;
	log_msg(LOG_ERROR, NULL, "%s", why);
	return 1;
}

static int open_listeners(struct monitor *m)
{
	struct conf_errors e = { .file = m->file,
				 .files = m->now.config->conf->files };
	struct monitor_listeners left = m->now.listeners;
	int r = monitor_listeners_open(&m->now.listeners, &left,
				       m->now.config->conf, &e);

	monitor_listeners_close(&left);
	if (!r) {
		struct web_listeners web = m->now.web;

		r = web_listeners_open(&m->now.web, &web, m->now.config->conf,
				       &e);
		web_listeners_close(&web);
	}
	if (!r)
		return 0;
	conf_errors_log(&e);
	return 1;
}

/* To be called before processes are started, whose standard error is that of
 * this one. */
static int start_log(struct monitor *m)
{
	const struct gw_server *s = &m->now.config->conf->server;
	struct log_side_conf log = { .loop = m->loop,
				     .user = &m->log_user,
				     .to = s->log,
				     .verbose = m->verbose };

	if (terminal_guard(&m->user)) {
		log_msg(LOG_ERROR, NULL,
			"aditd cannot start: the process that writes its log "
			"to this terminal cannot be started: %s",
			strerror(errno));
		return 1;
	}
	if (s->log_to.kind == LOG_TO_STDERR)
		return 0;
	m->log = m->left.log.pipe < 0 ? log_side_new(&log) :
					log_side_adopt(&log, &m->left.log);
	return m->log ? 0 : 1;
}

static void on_new_resolver(void *ctx)
{
	monitor_why_ask_again(ctx);
}

static int make_parts(struct monitor *m)
{
	struct auth_conf auth = { .loop = m->loop,
				  .change = &change_ops,
				  .user = &m->checker_user,
				  .stamp_key = m->stamp_key,
				  .news = monitor_serve_news,
				  .changed = monitor_pages_changed,
				  .ctx = m,
				  .state_dir = m->first->server.state_dir };
	struct resolver_side_conf names = { .loop = m->loop,
					    .user = &m->resolver_user,
					    .found = monitor_why_found,
					    .again = on_new_resolver,
					    .ctx = m };
	struct web_side_conf web = { .loop = m->loop,
				     .user = &m->web_user,
				     .listeners = &m->now.web,
				     .asked = monitor_web_asked,
				     .has_pages = monitor_pages_are,
				     .started = monitor_pages_started,
				     .said = monitor_pages_said,
				     .ctx = m };

	if (start_log(m))
		return 1;
	monitor_serve_init(m);
	monitor_codes_init(m);
	m->auth = auth_new(&auth);
	m->names = resolver_side_new(&names);
	m->web = web_side_new(&web);
	m->pages = monitor_pages_new(m);
	if (m->auth && m->names && m->web && m->pages)
		return 0;
	log_msg(LOG_ERROR, NULL, "aditd cannot start: %s", err_str(ERR_NOMEM));
	return 1;
}

/* `told`: whether the log says that it has no user of its own. */
static void find_part(struct monitor *m, const char *part,
		      struct privs_user *user, bool told)
{
	const char *name = m->now.config->conf->server.user;

	if (!privs_find_part(name, part, &m->user, user) && told)
		log_msg(LOG_INFO, NULL,
			"the process aditd: %s runs as %s, as the worker does: "
			"to give it a user of its own, call " PRIVS_USERADD
			" %s-%s and start aditd anew",
			part, name, name, part);
}

static int find_user(struct monitor *m)
{
	char why[400];

	if (!privs_find(m->now.config->conf->server.user, &m->user, why,
			sizeof why)) {
		find_part(m, "resolver", &m->resolver_user, true);
		find_part(m, "checker", &m->checker_user, true);
		find_part(m, "web", &m->web_user,
			  m->now.config->conf->server.metrics.n ||
				  monitor_pages_are(m));
		find_part(m, "log", &m->log_user,
			  m->now.config->conf->server.log_to.kind !=
				  LOG_TO_STDERR);
		return 0;
	}
	log_msg(LOG_ERROR, NULL, "%s: %s", m->file, why);
	return 2;
}

/* What the processes that it starts inherit. */
static int prepare_environment(bool verbose)
{
	if (verbose ? setenv("ADITD_VERBOSE", "1", 1) :
		      unsetenv("ADITD_VERBOSE"))
		return 1;
	privs_more_fds();
	privs_lock();
	return 0;
}

static int monitor_start(struct monitor *m)
{
	bool goes_on;
	int status = monitor_upgrade_take_state(m, &goes_on);

	if (!goes_on)
		tls_random(m->stamp_key, sizeof m->stamp_key);
	if (!status)
		status = read_config(m);
	if (!status)
		status = find_user(m);
	if (!status)
		status = open_control(m);
	if (!status)
		status = open_listeners(m);
	if (!status)
		status = make_parts(m);
	if (status)
		return status;
	monitor_reload_init(m);
	watch_signal(m, &m->hup, SIGHUP);
	watch_signal(m, &m->term, SIGTERM);
	watch_signal(m, &m->intr, SIGINT);
	monitor_upgrade_hold_signals(SIG_UNBLOCK);
	monitor_daily_start(m);
	web_side_renew(m->web);
	monitor_pages_renew(m);
	if (goes_on)
		monitor_upgrade_finish(m);
	else
		monitor_worker_start(m);
	return 0;
}

static void unwatch(struct monitor *m)
{
	/* What ends a gateway that is ending anyway must not kill it. */
	monitor_upgrade_hold_signals(SIG_BLOCK);
	ev_signal_stop(m->loop, &m->hup);
	ev_signal_stop(m->loop, &m->term);
	ev_signal_stop(m->loop, &m->intr);
	ev_timer_stop(m->loop, &m->daily);
	ev_timer_stop(m->loop, &m->end_limit);
	ev_timer_stop(m->loop, &m->reload.limit);
}

static void fini(struct monitor *m)
{
	if (m->loop)
		unwatch(m);
	monitor_upgrade_drop(m);
	control_server_free(m->control);
	if (m->auth)
		auth_keep(m->auth);
	auth_free(m->auth);
	resolver_side_free(m->names);
	web_side_free(m->web);
	monitor_pages_free(m->pages);
	running_fini(&m->reload.next);
	free(m->reload.warn);
	running_fini(&m->now);
	gw_conf_unref(m->first);
	log_side_free(m->log);
}

/* Read at the start: once the file is replaced, the kernel calls it deleted. */
static const char *program_file(char *path, size_t cap)
{
	ssize_t n = readlink("/proc/self/exe", path, cap - 1);

	path[MAX(n, 0)] = 0;
	return path;
}

int monitor_main(const char *file, bool verbose)
{
	struct monitor *m = calloc(1, sizeof *m);
	static char path[4096];
	int status;

	if (!m)
		return 1;
	m->file = file;
	m->verbose = verbose;
	m->program = program_file(path, sizeof path);
	m->left = (struct monitor_left){ .control = -1,
					 .client = -1,
					 .log = { .pipe = -1, .error = -1 } };
	m->handover.sock = -1;
	m->loop = ev_default_loop(EVBACKEND_EPOLL | EVFLAG_NOENV);
	status = m->loop ? prepare_environment(verbose) : 1;
	if (!status) {
		m->started = ev_now(m->loop);
		monitor_worker_init(m);
		status = monitor_start(m);
	}
	if (!status) {
		ev_run(m->loop, 0);
		status = m->status;
		log_msg(LOG_INFO, NULL, "aditd has ended");
	}
	fini(m);
	free(m);
	return status;
}
