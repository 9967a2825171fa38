/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_upgrade.c - the program file of aditd has been replaced, and the new
 * one takes over without an interruption (aditctl upgrade).
 *
 *   state      event                                            next
 *   -          monitor_upgrade_start: the new program is asked
 *              whether it can take over, and whether the
 *              configuration is fit for it (aditd -t)           TESTING
 *   TESTING    it says no, or does not end in time              -, refused
 *   TESTING    it says yes: this process executes it and keeps
 *              its number, its sockets and its worker           EXECUTING
 *   EXECUTING  it cannot be executed                            -, refused
 *   EXECUTING  the new program starts a new worker, which gets
 *              the sessions of the old one                      HANDOVER
 *   HANDOVER   done, or failed                                  -
 *
 * What the new program must know stands in a memfd as JSON; ADITD_STATE in the
 * environment is the number of its descriptor. */
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

#define TEST_LIMIT 15. /* seconds */
enum { OUTPUT_MAX = 65536 };

static void upgrade_become(struct monitor *m, enum upgrade_state next)
{
	static const char *const name[] = {
		[UPGRADE_NONE] = "none",
		[UPGRADE_TESTING] = "testing",
		[UPGRADE_EXECUTING] = "executing",
		[UPGRADE_HANDOVER] = "handover",
	};

	log_msg(LOG_DEBUG, "upgrade", "%s -> %s", name[m->upgrade.state],
		name[next]);
	m->upgrade.state = next;
}

void monitor_upgrade_drop(struct monitor *m)
{
	struct upgrade *u = &m->upgrade;

	if (u->state == UPGRADE_NONE)
		return;
	ev_child_stop(m->loop, &u->on_child);
	ev_timer_stop(m->loop, &u->limit);
	if (u->output >= 0)
		close(u->output);
	upgrade_become(m, UPGRADE_NONE);
}

static void upgrade_refuse(struct monitor *m, json_t *reply)
{
	log_msg(LOG_ERROR, "upgrade", "%s",
		json_string_value(json_object_get(reply, "error")));
	control_server_reply(m->control, m->upgrade.client, reply);
	monitor_upgrade_drop(m);
}

void monitor_upgrade_hold_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(how, &set, NULL);
}

/* ---- the new program takes over ------------------------------------------ */

/* Returns only if the program cannot be executed. */
static void upgrade_execute(struct monitor *m)
{
	const struct upgrade *u = &m->upgrade;
	int fd = monitor_upgrade_state_write(m, u->client, u->force);
	int error = ENOMEM;
	char number[16];
	char *argv[] = { "aditd", "-c", (char *)(uintptr_t)m->file,
			 m->verbose ? "-v" : NULL, NULL };

	if (fd >= 0) {
		snprintf(number, sizeof number, "%d", fd);
		setenv("ADITD_STATE", number, 1);
		log_msg(LOG_INFO, "upgrade", "%s takes over", m->program);
		auth_keep(m->auth);
		/* The new program would be ended by those for which it has no
		 * handler yet. */
		monitor_upgrade_hold_signals(SIG_BLOCK);
		execv(m->program, argv);
		error = errno;
		monitor_upgrade_hold_signals(SIG_UNBLOCK);
		unsetenv("ADITD_STATE");
		monitor_upgrade_state_undo(fd);
	}
	upgrade_refuse(m, control_server_error("cannot execute %s: %s",
					       m->program, strerror(error)));
}

/* ---- the test ------------------------------------------------------------ */

static json_t *upgrade_lines(char *text)
{
	json_t *a = json_array();
	char *rest = NULL, *line;

	for (line = strtok_r(text, "\n", &rest); a && line;
	     line = strtok_r(NULL, "\n", &rest))
		json_array_append_new(a, json_string(line));
	return a;
}

static json_t *test_failed(const struct monitor *m, int status)
{
	char text[OUTPUT_MAX], how[64];
	ssize_t n = pread(m->upgrade.output, text, sizeof text - 1, 0);

	text[MAX(n, 0)] = 0;
	if (!n)
		snprintf(text, sizeof text, "it ended: %s",
			 child_status(status, how, sizeof how));
	return json_pack(
		"{s:o, s:i, s:o}", "error",
		json_sprintf("%s cannot take over: the aditd that runs goes on",
			     m->program),
		"status", 1, "errors", upgrade_lines(text));
}

/* Why no upgrade is possible now, or NULL.  The new program reads the
 * configuration anew, while the old worker numbers gateways as they stand in
 * the one in force: so the two must be the same. */
static const char *upgrade_obstacle(struct monitor *m)
{
	const struct gw_server *first = &m->first->server;
	const struct gw_server *now = &m->now.config->conf->server;
	const char *busy = monitor_status_busy(m);

	if (busy)
		return busy;
	if (m->draining)
		return "aditd is draining";
	if (!monitor_config_is_current(m->now.config))
		return "the configuration or a certificate has changed: "
		       "call aditctl reload first";
	/* The new program takes the socket where it is, and aditctl would look
	 * for it elsewhere. */
	if (strcmp(first->control, now->control))
		return "control has changed in the configuration: that "
		       "needs a restart of aditd";
	/* It takes over the pipe of its log, too, or has none. */
	if (strcmp(first->log, now->log))
		return "log has changed in the configuration: that needs a "
		       "restart of aditd";
	return NULL;
}

static void upgrade_on_tested(struct ev_loop *loop, ev_child *c, int events)
{
	struct monitor *m = c->data;
	const char *why;

	(void)events;
	ev_child_stop(loop, c);
	ev_timer_stop(loop, &m->upgrade.limit);
	if (c->rstatus) {
		upgrade_refuse(m, test_failed(m, c->rstatus));
		return;
	}
	why = upgrade_obstacle(m);
	if (why) {
		upgrade_refuse(m, control_server_error("%s", why));
		return;
	}
	upgrade_become(m, UPGRADE_EXECUTING);
	upgrade_execute(m);
}

static void upgrade_on_limit(struct ev_loop *loop, ev_timer *t, int events)
{
	const struct monitor *m = t->data;

	(void)loop;
	(void)events;
	kill(m->upgrade.pid, SIGKILL);
}

/* In the child: executes the new program as aditd -t. */
static void run_test(const struct monitor *m)
{
	char version[16];
	char *argv[] = { "aditd", "--takes-over", version,
			 "-t",    "-c",           (char *)(uintptr_t)m->file,
			 NULL };
	sigset_t none;

	snprintf(version, sizeof version, "%d", HANDOVER_VERSION);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(m->upgrade.output, STDOUT_FILENO);
	dup2(m->upgrade.output, STDERR_FILENO);
	execv(m->program, argv);
	dprintf(STDERR_FILENO, "%s: %s\n", m->program, strerror(errno));
	_exit(127);
}

static int start_test(struct monitor *m)
{
	struct upgrade *u = &m->upgrade;

	u->output = memfd_create("adit-test", MFD_CLOEXEC);
	u->pid = u->output < 0 ? -1 : fork();
	if (u->pid == 0)
		run_test(m);
	if (u->pid < 0)
		return ERR_SYS;
	ev_child_set(&u->on_child, u->pid, 0);
	ev_child_start(m->loop, &u->on_child);
	ev_timer_start(m->loop, &u->limit);
	return 0;
}

static void upgrade_begin(struct monitor *m, enum upgrade_state first)
{
	struct upgrade *u = &m->upgrade;

	*u = (struct upgrade){ .output = -1 };
	ev_init(&u->on_child, upgrade_on_tested);
	ev_timer_init(&u->limit, upgrade_on_limit, TEST_LIMIT, 0);
	u->on_child.data = u->limit.data = m;
	upgrade_become(m, first);
}

void monitor_upgrade_start(struct monitor *m, uint32_t client, bool force)
{
	const char *busy = m->upgrade.state != UPGRADE_NONE ?
				   "another upgrade is under way" :
				   monitor_status_busy(m);

	if (busy) {
		control_server_reply(m->control, client,
				     control_server_error("%s", busy));
		return;
	}
	upgrade_begin(m, UPGRADE_TESTING);
	m->upgrade.client = client;
	m->upgrade.force = force;
	if (start_test(m))
		upgrade_refuse(m, control_server_error("cannot start %s: %s",
						       m->program,
						       strerror(errno)));
}

/* ---- in the new program -------------------------------------------------- */

int monitor_upgrade_take_state(struct monitor *m, bool *goes_on)
{
	const char *number = getenv("ADITD_STATE");
	int r;

	*goes_on = number;
	if (!number)
		return 0;
	r = monitor_upgrade_state_read(m, (int)strtol(number, NULL, 10));
	unsetenv("ADITD_STATE");
	if (!r) {
		upgrade_begin(m, UPGRADE_EXECUTING);
		m->upgrade.force = m->left.force;
		return 0;
	}
	log_msg(LOG_ERROR, "upgrade",
		"aditd ends: it cannot read what the aditd before the upgrade "
		"has left to it; start it anew");
	return 1;
}

/* Another worker is started after it, as after each one that ends. */
static void end_old_worker(struct monitor *m, const char *error)
{
	log_msg(LOG_WARN, "upgrade",
		"the worker did not hand its sessions over, and is ended with "
		"them: %s",
		error);
	worker_side_kill(m->worker, "it is not to go on after the upgrade");
}

static void upgrade_on_handover(struct monitor *m, const char *error)
{
	monitor_status_notify(m);
	if (error && !m->upgrade.force) {
		upgrade_refuse(m, control_server_error(
					  "aditd is new, but its worker is "
					  "still the old one: %s; aditctl "
					  "upgrade --force ends it and all "
					  "sessions",
					  error));
		return;
	}
	if (error)
		end_old_worker(m, error);
	control_server_reply(m->control, m->upgrade.client,
			     json_pack("{s:b, s:s, s:s*}", "upgraded", 1,
				       "version", PACKAGE_VERSION,
				       "sessions_lost", error));
	monitor_upgrade_drop(m);
}

void monitor_upgrade_finish(struct monitor *m)
{
	char why[200];

	m->upgrade.client = control_server_adopt(m->control, m->left.client);
	m->announced = true;
	upgrade_become(m, UPGRADE_HANDOVER);
	resolver_side_adopt(m->names, m->left.names);
	worker_side_adopt(m->worker, &m->left.worker);
	if (monitor_handover_start(m, &m->now, upgrade_on_handover, why))
		upgrade_on_handover(m, why);
}
