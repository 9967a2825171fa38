/* SPDX-License-Identifier: BSD-2-Clause */
/* daemon.c - the agent's loop: signals, the control socket, the first
 * report. */
#include "adit/daemon.h"

#include "agent/agent.h"
#include "adit/background.h"
#include "adit/cli.h"
#include "agent/conf_parts.h"
#include "adit/agent_control.h"
#include "adit/lock.h"
#include "adit/password.h"
#include "base/err.h"
#include "base/folders.h"
#include "base/log.h"
#include "frame/payload.h"
#include "net/loop.h"
#include "net/notify.h"
#include "run/redirect.h"
#include "run/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define FAREWELL 10.0 /* seconds for the logout */

struct daemon {
	const struct daemon_conf *conf;
	struct loop loop;
	struct agent *agent;
	struct runs runs;
	struct redirect redirect;
	struct agent_control *control;
	struct lock lock;
	char *spare[2]; /* for the control socket */
	/* Configurations that reload has read.  All are kept, since connections
	 * may still use an earlier one. */
	struct agent_conf **newer;
	size_t nnewer;
	struct task end;
	ev_signal term, intr, renew;
	ev_timer farewell;
	ev_io parent; /* `adit up` waits at the other end */
	bool told, failed;
	char waited[800]; /* the reason for waiting that was reported last */
};

/* Takes `report`. */
static void daemon_tell(struct daemon *d, json_t *report)
{
	if (!d->told)
		d->conf->report(d->conf->ctx, report);
	d->told = true;
	ev_io_stop(d->loop.ev, &d->parent);
	json_decref(report);
}

static void tell_error(struct daemon *d, const char *text, bool again)
{
	char safe[1024];

	d->failed = true;
	daemon_tell(d, json_pack("{s:s, s:b}", "error",
				 log_escape(safe, sizeof safe, text), "again",
				 again));
}

/* Whether systemd runs it: the agent that `adit up` put into the background has
 * a log file, and no service manager to notify. */
static bool is_service(const struct daemon *d)
{
	return !d->conf->log_file;
}

/* Reports each reason once. */
static void daemon_on_wait(void *ctx, const char *why)
{
	struct daemon *d = ctx;
	char safe[1024];
	json_t *report;

	if (d->told || !strcmp(d->waited, why))
		return;
	snprintf(d->waited, sizeof d->waited, "%s", why);
	if (is_service(d))
		notify_status("not logged in yet: %s", why);
	report = json_pack("{s:s}", "waiting",
			   log_escape(safe, sizeof safe, why));
	if (report)
		d->conf->report(d->conf->ctx, report);
	json_decref(report);
}

/* For systemctl status. */
static void on_state(void *ctx, enum agent_state state, const char *why)
{
	const struct daemon *d = ctx;

	if (is_service(d) && state != AGENT_DOWN)
		notify_status("%s%s%s", agent_state_str(state),
			      *why ? ": " : "", why);
}

/* ---- the end ------------------------------------------------------------- */

static void on_agent_down(void *ctx)
{
	struct daemon *d = ctx;

	loop_stop(&d->loop);
}

static void on_farewell(struct ev_loop *loop, ev_timer *w, int events)
{
	struct daemon *d = w->data;

	(void)loop;
	(void)events;
	log_msg(LOG_WARN, NULL,
		"the gateway did not confirm the logout in time; the agent "
		"ends without it");
	loop_stop(&d->loop);
}

static void daemon_run_end(struct task *t)
{
	struct daemon *d = container_of(t, struct daemon, end);

	if (ev_is_active(&d->farewell))
		return;
	ev_timer_start(d->loop.ev, &d->farewell);
	if (is_service(d))
		notify_stopping("logging out");
	agent_down(d->agent);
}

/* May be called from callbacks of the agent: it is ended later in this turn. */
static void daemon_end(void *ctx)
{
	struct daemon *d = ctx;

	task_defer(&d->loop, &d->end);
}

static void daemon_on_signal(struct ev_loop *loop, ev_signal *w, int events)
{
	(void)loop;
	(void)events;
	log_msg(LOG_INFO, NULL, "a signal asked the agent to end; it logs out");
	daemon_end(w->data);
}

/* A command has found this agent by its lock, but not its socket, which may
 * have been removed by a program that cleans up or by the end of a login
 * session. */
static void on_renew(struct ev_loop *loop, ev_signal *w, int events)
{
	struct daemon *d = w->data;
	char why[600];

	(void)loop;
	(void)events;
	if (!d->control)
		return;
	if (agent_control_renew(d->control, why, sizeof why)) {
		log_msg(LOG_WARN, NULL,
			"the control socket is gone, and no new "
			"one can be made: %s",
			why);
		return;
	}
	log_msg(LOG_INFO, NULL, "the control socket is %s",
		agent_control_path(d->control));
	lock_tell(&d->lock, agent_control_path(d->control));
}

/* ---- questions of a gateway ---------------------------------------------- */

/* In the foreground the loop waits with it: nothing else goes on yet. */
static bool ask_here(struct daemon *d, const struct prompt *q)
{
	struct answer *a = calloc(1, sizeof *a);
	bool given = a && d->conf->ask && d->conf->ask(q, a);

	if (given)
		agent_answer(d->agent, a);
	else if (a)
		explicit_bzero(a, sizeof *a); /* some may have been typed */
	free(a);
	return given;
}

static bool daemon_on_ask(void *ctx, const struct prompt *q)
{
	struct daemon *d = ctx;
	json_t *report;

	if (d->told)
		return false; /* nobody waits any more */
	if (!ev_is_active(&d->parent))
		return ask_here(d, q);
	report = background_prompt(q);
	if (report)
		d->conf->report(d->conf->ctx, report);
	json_decref(report);
	return report;
}

/* `adit up` has answered, or it was interrupted: then the agent that it started
 * ends too. */
static void on_parent(struct ev_loop *loop, ev_io *w, int events)
{
	struct daemon *d = w->data;
	struct answer *a = calloc(1, sizeof *a);
	int r = a ? background_read_answer(w->fd, a) : ERR_NOMEM;

	(void)events;
	if (!r || r == ERR_NOTFOUND)
		agent_answer(d->agent, r ? NULL : a);
	if (a)
		explicit_bzero(a, sizeof *a);
	free(a);
	if (!r || r == ERR_NOTFOUND)
		return;
	ev_io_stop(loop, w);
	d->told = d->failed = true;
	log_msg(LOG_INFO, NULL,
		"adit up was interrupted before the login was done; the agent "
		"ends");
	daemon_end(d);
}

/* ---- the beginning ------------------------------------------------------- */

static void daemon_on_up(void *ctx, int err, const char *text)
{
	struct daemon *d = ctx;
	char safe[1024] = "";

	if (err) {
		tell_error(d, text && *text ? text : err_str(err),
			   err == ERR_AGAIN);
		daemon_end(d);
		return;
	}
	if (is_service(d))
		notify_ready("%s", agent_state_str(agent_state(d->agent)));
	if (text)
		log_escape(safe, sizeof safe, text);
	daemon_tell(d, json_pack("{s:s, s:o}", "text", safe, "status",
				 agent_status(d->agent)));
}

static void start_watchers(struct daemon *d, int parent)
{
	task_init(&d->end, daemon_run_end);
	ev_signal_init(&d->term, daemon_on_signal, SIGTERM);
	ev_signal_init(&d->intr, daemon_on_signal, SIGINT);
	ev_signal_init(&d->renew, on_renew, SIGUSR1);
	ev_timer_init(&d->farewell, on_farewell, FAREWELL, 0);
	d->term.data = d->intr.data = d->renew.data = d;
	d->farewell.data = d->parent.data = d;
	ev_signal_start(d->loop.ev, &d->term);
	ev_signal_start(d->loop.ev, &d->intr);
	ev_signal_start(d->loop.ev, &d->renew);
	if (parent < 0)
		return;
	ev_io_set(&d->parent, parent, EV_READ);
	ev_io_start(d->loop.ev, &d->parent);
}

static void stop_watchers(struct daemon *d)
{
	task_cancel(&d->end);
	ev_signal_stop(d->loop.ev, &d->term);
	ev_signal_stop(d->loop.ev, &d->intr);
	ev_signal_stop(d->loop.ev, &d->renew);
	ev_timer_stop(d->loop.ev, &d->farewell);
	ev_io_stop(d->loop.ev, &d->parent);
}

/* ---- another configuration ----------------------------------------------- */

static void join(const struct conf_errors *e, char *why, size_t cap)
{
	size_t n = 0;

	why[0] = 0;
	for (unsigned i = 0; i < conf_errors_kept(e) && n < cap; i++)
		n += (size_t)snprintf(why + n, cap - n, "%s%s", i ? "; " : "",
				      e->text[i]);
}

static json_t *daemon_on_reload(void *ctx, char *why, size_t cap)
{
	struct daemon *d = ctx;
	struct conf_errors e = { .file = "adit" };
	struct agent_conf *next = agent_conf_load(&d->conf->flags, &e), **more;
	json_t *report = NULL;

	if (!next) {
		join(&e, why, cap);
		return NULL;
	}
	snprintf(why, cap, "%s", err_str(ERR_NOMEM));
	more = reallocarray(d->newer, d->nnewer + 1, sizeof(*more));
	if (more)
		d->newer = more;
	if (!next->gateways.n)
		snprintf(why, cap, "no gateway in the configuration");
	else if (cli_proxy_password(next))
		snprintf(why, cap,
			 "cannot read the password of the proxy: see "
			 "the log");
	else if (more)
		report = agent_reload(d->agent, next, why, cap);
	if (report) {
		d->newer[d->nnewer++] = next;
		redirect_configure(&d->redirect);
	} else
		agent_conf_free(next);
	return report;
}

/* The memory is that of the first password, see password.h. */
static bool daemon_on_password(void *ctx, const char *password)
{
	const struct daemon *d = ctx;
	size_t n = strlen(password);

	if (!n || n >= PASSWORD_CAP)
		return false;
	memcpy(d->conf->password, password, n + 1);
	log_msg(LOG_INFO, NULL,
		"adit passwd has changed the password; the next login uses the "
		"new one");
	return true;
}

/* Makes sure that this configuration has no other agent.  0, or the report is
 * sent. */
static int daemon_take_lock(struct daemon *d)
{
	const struct agent_conf *c = d->conf->conf;
	struct lock_holder h = { .pid = 0 };
	char text[100];
	int ret = lock_take(&d->lock, c->state_dir, c->profile);

	if (ret == ERR_SYS) {
		log_msg(LOG_WARN, NULL,
			"cannot lock %s: %s; a second agent of this "
			"configuration would not be noticed",
			d->lock.path, strerror(errno));
		return 0;
	}
	if (!ret)
		return 0;
	if (!lock_find(&h, c->state_dir, c->profile))
		h.pid = 0;
	snprintf(text, sizeof text,
		 "an agent of this configuration is already "
		 "running (process %d): see adit status",
		 (int)h.pid);
	d->failed = true;
	daemon_tell(d, json_pack("{s:s, s:b}", "error", text, "taken", true));
	return ret;
}

/* 0, or the report is sent. */
static int daemon_make_parts(struct daemon *d)
{
	const struct agent_conf *conf = d->conf->conf;
	struct agent_control_conf control = {
		.loop = &d->loop,
		.path = conf->control,
		.on_down = daemon_end,
		.on_reload = daemon_on_reload,
		.on_password = daemon_on_password,
		.ctx = d,
	};
	char why[600];

	d->agent = agent_new(&d->loop, conf, d->conf->password);
	if (d->agent)
		agent_pin(d->agent, d->conf->pin);
	d->runs = (struct runs){
		.agent = d->agent,
		.state_dir = conf->state_dir,
		.profile = conf->profile,
	};
	if (!d->agent) {
		tell_error(d, err_str(ERR_NOMEM), false);
		return ERR_NOMEM;
	}
	runs_init(&d->runs);
	d->redirect.agent = d->agent;
	redirect_init(&d->redirect);
	agent_log_file(d->agent, d->conf->log_file);
	control.agent = d->agent;
	control.runs = &d->runs;
	control.redirect = &d->redirect;
	for (unsigned i = 0; i < 2 && !conf->control_given; i++)
		control.spare[i] = d->spare[i] = conf_spare_control(
			conf->profile, i);
	d->control = agent_control_new(&control, why, sizeof why);
	if (d->control) {
		lock_tell(&d->lock, agent_control_path(d->control));
		return 0;
	}
	tell_error(d, why, false);
	return ERR_SYS;
}

/* In the background the log has made it; in the foreground it may be
 * missing. */
static void make_state_folder(const struct agent_conf *conf)
{
	if (folders_make(conf->state_dir))
		log_msg(LOG_WARN, NULL,
			"cannot make the folder %s: %s; addresses of "
			"resources are not remembered; set XDG_STATE_HOME to a "
			"folder where you may write",
			conf->state_dir, strerror(errno));
}

/* Each channel needs a descriptor. */
static void raise_limits(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files))
		log_msg(LOG_WARN, NULL,
			"cannot raise the limit of open files: %s; this limits "
			"the number of connections",
			strerror(errno));
}

int daemon_serve(const struct daemon_conf *conf, int parent)
{
	struct daemon d = { .conf = conf, .lock.fd = -1 };
	int r;

	raise_limits();
	make_state_folder(conf->conf);
	ev_init(&d.parent, on_parent);
	r = loop_init(&d.loop);
	if (r)
		return cli_fail(CLI_FAILED, "cannot make an event loop: %s",
				err_str(r));
	start_watchers(&d, parent);
	if (!daemon_take_lock(&d) && !daemon_make_parts(&d)) {
		agent_on_up(d.agent, daemon_on_up, &d);
		agent_on_wait(d.agent, daemon_on_wait, &d);
		agent_on_ask(d.agent, daemon_on_ask, &d);
		agent_on_state(d.agent, on_state, &d);
		agent_on_down(d.agent, on_agent_down, &d);
		runs_adopt(&d.runs);
		redirect_configure(&d.redirect);
		agent_begin(d.agent);
		loop_run(&d.loop);
	}
	if (!d.told)
		tell_error(&d, "the agent ended before it was logged in",
			   false);
	stop_watchers(&d);
	if (d.agent) {
		redirect_fini(&d.redirect);
		runs_fini(&d.runs);
	}
	agent_free(d.agent);
	agent_control_free(d.control);
	lock_drop(&d.lock);
	free(d.spare[0]);
	free(d.spare[1]);
	while (d.nnewer)
		agent_conf_free(d.newer[--d.nnewer]);
	free(d.newer);
	loop_fini(&d.loop);
	return d.failed ? CLI_FAILED : CLI_OK;
}

int daemon_foreground(const struct daemon_conf *conf)
{
	return daemon_serve(conf, -1);
}
