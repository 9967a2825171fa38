/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_upgrade.c - another aditd takes the place of this one, and nobody
 * notices.
 *
 *   aditctl upgrade
 *     1. the file that this program was started from is asked whether it can
 *        take over, and whether the configuration is fit for it (aditd -t)
 *     2. this process executes it: same number, same sockets, same worker
 *     3. the new monitor starts a new worker, which gets the sessions
 *
 * What must survive the second step stands in a memfd as JSON, ADITD_STATE in
 * the environment says which one. */
#include "monitor/monitor.h"

#include "base/err.h"
#include "base/log.h"
#include "process/child.h"
#include "net/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMEOUT 15. /* seconds for the test */
enum { OUTPUT_MAX = 65536 };

struct upgrade {
	struct monitor *monitor;
	uint32_t client;
	bool force; /* a worker that stays is ended */
	pid_t pid;  /* of the test */
	int output; /* memfd: what it said */
	ev_child on_child;
	ev_timer timeout;
	json_t *state; /* of an earlier life, until it is taken */
};

static void upgrade_free(struct monitor *m)
{
	struct upgrade *u = m->upgrade;

	if (!u)
		return;
	ev_child_stop(m->loop, &u->on_child);
	ev_timer_stop(m->loop, &u->timeout);
	if (u->output >= 0)
		close(u->output);
	json_decref(u->state);
	free(u);
	m->upgrade = NULL;
}

static void refuse(struct monitor *m, json_t *reply)
{
	log_msg(LOG_ERROR, "upgrade", "%s",
		json_string_value(json_object_get(reply, "error")));
	control_server_reply(m->control, m->upgrade->client, reply);
	upgrade_free(m);
}

/* ---- what goes over ------------------------------------------------------------------ */

/* The descriptor stays open; its number is what is written down. */
static json_t *kept(int fd)
{
	fcntl(fd, F_SETFD, 0);
	return json_integer(fd);
}

static void keep_not(const json_t *o)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)o, key, v)
	{
		if (json_is_object(v))
			keep_not(v);
		else if (json_is_integer(v) && strstr(key, "fd"))
			fcntl((int)json_integer_value(v), F_SETFD, FD_CLOEXEC);
	}
}

static json_t *listeners_state(const struct monitor_listeners *l)
{
	json_t *o = json_object();
	char at[ADDR_TEXT], key[ADDR_TEXT + 4];

	for (size_t i = 0; i < l->n; i++) {
		snprintf(key, sizeof key, "fd %s",
			 addr_str(&l->item[i].at, at));
		json_object_set_new(o, key, kept(l->item[i].fd));
	}
	return o;
}

static json_t *stamp_key_state(const struct monitor *m)
{
	json_t *a = json_array();

	for (size_t i = 0; i < sizeof m->stamp_key; i++)
		json_array_append_new(a, json_integer(m->stamp_key[i]));
	return a;
}

/* Without it every session would seem to be of somebody else. */
static void take_stamp_key(struct monitor *m, const json_t *a)
{
	for (size_t i = 0; i < sizeof m->stamp_key; i++)
		m->stamp_key[i] = (uint8_t)json_integer_value(
			json_array_get(a, i));
}

static json_t *state_of(struct monitor *m)
{
	const struct worker_side *w = m->worker;
	struct resolver_ends ends = resolver_side_ends(m->names);

	return json_pack(
		"{s:f, s:I, s:I, s:b, s:{s:i, s:f, s:o, s:o}, s:{s:o, s:o}, "
		"s:{s:o, s:o}, s:o, s:o}",
		"started", m->started, "starts", (json_int_t)m->starts,
		"last_id", (json_int_t)m->last_id, "force", m->upgrade->force,
		"worker", "pid", (int)w->pid, "started", w->started, "main_fd",
		kept(w->main), "sign_fd", kept(w->sign), "names", "worker_fd",
		kept(ends.worker), "resolver_fd", kept(ends.resolver),
		"control", "fd", kept(control_server_fd(m->control)),
		"client_fd",
		kept(control_server_client_fd(m->control, m->upgrade->client)),
		"listeners", listeners_state(&m->now.listeners), "stamp_key",
		stamp_key_state(m));
}

static int state_memfd(const json_t *state)
{
	char *text = state ? json_dumps(state, JSON_COMPACT) : NULL;
	int fd = text ? msg_memfd("adit-state", text, strlen(text)) : -1;

	free(text);
	return fd;
}

/* Comes back only if it cannot be. */
static void become(struct monitor *m)
{
	json_t *state = state_of(m);
	int fd = state_memfd(state), error = ENOMEM;
	char number[16];
	char *argv[] = { "aditd", "-c", (char *)(uintptr_t)m->file,
			 m->verbose ? "-v" : NULL, NULL };

	if (fd >= 0) {
		snprintf(number, sizeof number, "%d", fd);
		fcntl(fd, F_SETFD, 0);
		setenv("ADITD_STATE", number, 1);
		log_msg(LOG_INFO, "upgrade", "%s takes over", m->program);
		auth_keep(m->auth);
		/* They would end who does not listen to them yet. */
		monitor_hold_signals(SIG_BLOCK);
		execv(m->program, argv);
		error = errno;
		monitor_hold_signals(SIG_UNBLOCK);
		unsetenv("ADITD_STATE");
		close(fd);
	}
	keep_not(state);
	json_decref(state);
	refuse(m, control_server_error("cannot execute %s: %s", m->program,
				       strerror(error)));
}

/* ---- the test ---------------------------------------------------------------------------- */

static json_t *lines_of(char *text)
{
	json_t *a = json_array();
	char *rest = NULL, *line;

	for (line = strtok_r(text, "\n", &rest); a && line;
	     line = strtok_r(NULL, "\n", &rest))
		json_array_append_new(a, json_string(line));
	return a;
}

static json_t *test_failed(const struct upgrade *u, int status)
{
	char text[OUTPUT_MAX], how[64];
	ssize_t n = pread(u->output, text, sizeof text - 1, 0);

	text[MAX(n, 0)] = 0;
	if (!n)
		snprintf(text, sizeof text, "it ended: %s",
			 child_status(status, how, sizeof how));
	return json_pack(
		"{s:o, s:i, s:o}", "error",
		json_sprintf("%s cannot take over; the old one goes on",
			     u->monitor->program),
		"status", 1, "errors", lines_of(text));
}

/* Why it cannot be now, or NULL.  The old worker counts gateways as they stand in
 * the configuration that it has, and listeners cannot be tried without being
 * opened: so what is taken over is what runs. */
static const char *obstacle(struct monitor *m)
{
	const char *busy = monitor_busy(m);

	if (busy)
		return busy;
	if (m->draining)
		return "aditd is draining";
	if (!monitor_config_is_current(m->now.config))
		return "the configuration or a certificate has changed: "
		       "aditctl reload first";
	/* The socket stays where it is, and nobody would look there. */
	if (strcmp(m->first->server.control,
		   m->now.config->conf->server.control))
		return "control has changed: that needs a restart of aditd";
	return NULL;
}

static void on_tested(struct ev_loop *loop, ev_child *c, int events)
{
	struct upgrade *u = c->data;
	struct monitor *m = u->monitor;
	const char *why;

	(void)events;
	ev_child_stop(loop, c);
	ev_timer_stop(loop, &u->timeout);
	if (c->rstatus) {
		refuse(m, test_failed(u, c->rstatus));
		return;
	}
	why = obstacle(m);
	if (why)
		refuse(m, control_server_error("%s", why));
	else
		become(m);
}

static void on_timeout(struct ev_loop *loop, ev_timer *t, int events)
{
	struct upgrade *u = t->data;

	(void)loop;
	(void)events;
	kill(u->pid, SIGKILL);
}

/* In the child. */
static void run_test(const struct upgrade *u)
{
	const struct monitor *m = u->monitor;
	char version[16];
	char *argv[] = { "aditd", "--takes-over", version,
			 "-t",    "-c",           (char *)(uintptr_t)m->file,
			 NULL };
	sigset_t none;

	snprintf(version, sizeof version, "%d", HANDOVER_VERSION);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(u->output, STDOUT_FILENO);
	dup2(u->output, STDERR_FILENO);
	execv(m->program, argv);
	dprintf(STDERR_FILENO, "%s: %s\n", m->program, strerror(errno));
	_exit(127);
}

static int start_test(struct upgrade *u)
{
	struct ev_loop *loop = u->monitor->loop;

	u->output = memfd_create("adit-test", MFD_CLOEXEC);
	u->pid = u->output < 0 ? -1 : fork();
	if (u->pid == 0)
		run_test(u);
	if (u->pid < 0)
		return ERR_SYS;
	ev_child_init(&u->on_child, on_tested, u->pid, 0);
	ev_child_start(loop, &u->on_child);
	ev_timer_start(loop, &u->timeout);
	return 0;
}

static struct upgrade *upgrade_new(struct monitor *m)
{
	struct upgrade *u = calloc(1, sizeof *u);

	if (!u)
		return NULL;
	u->monitor = m;
	u->output = -1;
	ev_init(&u->on_child, on_tested);
	ev_timer_init(&u->timeout, on_timeout, TIMEOUT, 0);
	u->on_child.data = u->timeout.data = u;
	return m->upgrade = u;
}

void monitor_upgrade_start(struct monitor *m, uint32_t client, bool force)
{
	const char *busy = m->upgrade ? "another upgrade is under way" :
					monitor_busy(m);
	struct upgrade *u = busy ? NULL : upgrade_new(m);

	if (!u) {
		control_server_reply(
			m->control, client,
			control_server_error("%s",
					     busy ? busy : err_str(ERR_NOMEM)));
		return;
	}
	u->client = client;
	u->force = force;
	if (start_test(u))
		refuse(m, control_server_error("cannot start %s: %s",
					       m->program, strerror(errno)));
}

/* ---- in the next life --------------------------------------------------------------------- */

static json_t *read_state(const char *number)
{
	int fd = (int)strtol(number, NULL, 10);
	struct buf text = { 0 };
	json_t *state = NULL;

	if (fd > STDERR_FILENO && !msg_memfd_read(fd, &text, CONTROL_MAX))
		state = json_loadb((char *)buf_ptr(&text), buf_len(&text),
				   JSON_REJECT_DUPLICATES, NULL);
	buf_fini(&text);
	if (fd > STDERR_FILENO)
		close(fd);
	return state;
}

static void take_listener(struct monitor *m, const char *at, int fd)
{
	struct monitor_listeners *l = &m->now.listeners;
	struct monitor_listener *more = reallocarray(l->item, l->n + 1,
						     sizeof *more);
	struct addr a;

	if (!more || addr_parse_port(&a, at)) {
		close(fd);
		return;
	}
	l->item = more;
	l->item[l->n++] = (struct monitor_listener){ .at = a, .fd = fd };
}

/* Closed again by the next one to be executed. */
static int take_fd(json_t *state, const char *of, const char *key)
{
	json_t *o = json_object_get(state, of);
	json_t *v = json_object_get(o, key);
	int fd = v ? (int)json_integer_value(v) : -1;

	if (fd >= 0)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

static void take_worker(struct monitor *m, json_t *state)
{
	json_t *o = json_object_get(state, "worker");
	struct worker_side *w = m->worker;

	w->pid = (pid_t)json_integer_value(json_object_get(o, "pid"));
	w->started = json_number_value(json_object_get(o, "started"));
	w->main = take_fd(state, "worker", "main_fd");
	w->sign = take_fd(state, "worker", "sign_fd");
	w->ready = true;
}

int monitor_upgrade_take_state(struct monitor *m, bool *goes_on)
{
	const char *number = getenv("ADITD_STATE"), *key;
	struct upgrade *u = number ? upgrade_new(m) : NULL;
	json_t *v;

	*goes_on = number;
	if (!number)
		return 0;
	if (u)
		u->state = read_state(number);
	unsetenv("ADITD_STATE");
	if (!u || !u->state) {
		log_msg(LOG_ERROR, "upgrade",
			"what the aditd before has "
			"left cannot be read");
		return 1;
	}
	u->force = json_is_true(json_object_get(u->state, "force"));
	m->started = json_number_value(json_object_get(u->state, "started"));
	m->starts = (uint64_t)json_integer_value(
		json_object_get(u->state, "starts"));
	m->last_id = (uint32_t)json_integer_value(
		json_object_get(u->state, "last_id"));
	take_stamp_key(m, json_object_get(u->state, "stamp_key"));
	take_worker(m, u->state);
	json_object_foreach(json_object_get(u->state, "listeners"), key, v)
	{
		fcntl((int)json_integer_value(v), F_SETFD, FD_CLOEXEC);
		take_listener(m, key + 3, (int)json_integer_value(v));
	}
	m->left = (struct monitor_left){
		.control = take_fd(u->state, "control", "fd"),
		.client = take_fd(u->state, "control", "client_fd"),
		.names = { take_fd(u->state, "names", "worker_fd"),
			   take_fd(u->state, "names", "resolver_fd") },
	};
	return 0;
}

/* Another worker follows, as after every death. */
static void end_old_worker(struct monitor *m, const char *error)
{
	log_msg(LOG_WARN, "upgrade",
		"the worker did not hand its sessions "
		"over, and is ended with them: %s",
		error);
	worker_side_kill(m->worker, "it is not to go on after the upgrade");
}

static void on_handed_over(struct monitor *m, const char *error)
{
	struct upgrade *u = m->upgrade;

	notify_ready("listening on %zu address%s", m->now.listeners.n,
		     m->now.listeners.n == 1 ? "" : "es");
	if (error && !u->force) {
		refuse(m, control_server_error(
				  "aditd is new, but its worker is still "
				  "the old one: %s; aditctl upgrade "
				  "--force ends it and all sessions",
				  error));
		return;
	}
	if (error)
		end_old_worker(m, error);
	control_server_reply(m->control, u->client,
			     json_pack("{s:b, s:s, s:s*}", "upgraded", 1,
				       "version", PACKAGE_VERSION,
				       "sessions_lost", error));
	upgrade_free(m);
}

void monitor_upgrade_finish(struct monitor *m)
{
	char why[200];

	m->upgrade->client = control_server_adopt(m->control, m->left.client);
	m->announced = true;
	worker_side_adopt(m->worker);
	if (monitor_handover_start(m, &m->now, on_handed_over, why))
		on_handed_over(m, why);
}

void monitor_upgrade_drop(struct monitor *m)
{
	upgrade_free(m);
}
