/* SPDX-License-Identifier: BSD-2-Clause */
/* trial.c - aditd -t: what a start would meet, without starting. */
#include "monitor/trial.h"

#include "base/err.h"
#include "control/control_socket.h"
#include "process/child.h"
#include "monitor/monitor_config.h"
#include "monitor/web_listeners.h"
#include "policy/conf_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void print_errors(const struct conf_errors *e)
{
	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		fprintf(stderr, "%s\n", e->text[i]);
	if (e->count > CONF_ERRORS_MAX)
		fprintf(stderr, "%s: and %u more\n", e->file,
			e->count - CONF_ERRORS_MAX);
}

static unsigned server_line(const struct gw_conf *c, const char *key)
{
	struct gw_server *server = (struct gw_server *)(uintptr_t)&c->server;
	struct opt_target t = { gw_server_opts, server, &server->lines };

	return opt_line(&t, key);
}

/* ---- as the user of the worker ------------------------------------------- */

static int be_worker(const struct monitor_config *s,
		     const struct privs_user *user, pid_t parent,
		     struct conf_errors *e)
{
	char why[4400];

	if (privs_drop(user, parent))
		return conf_error(e, server_line(s->conf, "user"),
				  "cannot change "
				  "to user %s: %s",
				  s->conf->server.user, strerror(errno));
	if (child_may_run(why, sizeof why))
		return conf_error(e, 0, "%s", why);
	return monitor_config_try_plugins(s, e);
}

/* Tries the plugins in a process of its own, which becomes the user of the
 * worker, and which a broken plugin may end.  False: it has printed what is
 * wrong. */
static bool try_worker(const struct monitor_config *s,
		       const struct privs_user *user, struct conf_errors *e)
{
	struct conf_errors own = { .file = e->file, .files = e->files };
	pid_t parent = getpid(), pid;
	char how[64];
	int status = 0;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		status = be_worker(s, user, parent, &own) ? 2 : 0;
		print_errors(&own);
		_exit(status);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		conf_error(e, 0, "cannot try the plugins: %s", strerror(errno));
	else if (WIFSIGNALED(status))
		conf_error(e, 0, "the check of the plugins was %s",
			   child_status(status, how, sizeof how));
	else
		return !status;
	return true;
}

/* ---- the rest ------------------------------------------------------------ */

/* The folder of this file that the unit of the service does not let it see
 * (ProtectHome=, PrivateTmp=), or NULL. */
static const char *hidden_folder(const char *path)
{
	static const char *const all[] = {
		"/root/", "/home/", "/run/user/", "/tmp/", "/var/tmp/",
	};
	char *real = realpath(path, NULL);
	const char *found = NULL;

	for (size_t i = 0; real && i < ARRAY_LEN(all) && !found; i++)
		if (!strncmp(real, all[i], strlen(all[i])))
			found = all[i];
	free(real);
	return found;
}

static void warn_of_hidden(const char *key, unsigned line, const char *path,
			   struct conf_errors *warn)
{
	const char *folder = hidden_folder(path);

	if (folder)
		conf_error(warn, line,
			   "%s = %s: the service aditd cannot see %s: move the "
			   "file if systemd starts aditd, to %s for example",
			   key, path, folder, ADIT_SYSCONFDIR);
}

static void warn_of_files(const struct gw_gateway *g, struct conf_errors *warn)
{
	struct gw_gateway *base = (struct gw_gateway *)(uintptr_t)g;
	struct opt_target t = { gw_gateway_opts, base, &base->lines };
	const struct {
		const char *key, *path;
	} all[] = {
		{ "certificate", g->certificate },
		{ "private_key", g->private_key },
		{ "users", g->users },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		warn_of_hidden(all[i].key, opt_line(&t, all[i].key),
			       all[i].path, warn);
}

static bool is_of_service(const char *file)
{
	char *system = realpath(ADIT_SYSCONFDIR "/aditd.ini", NULL);
	bool is = system && !strcmp(file, system);

	free(system);
	return is;
}

/* The folders that aditd.service lets aditd write to. */
static bool service_writes(const char *path)
{
	static const char *const folders[] = { ADIT_RUNDIR, ADIT_SYSCONFDIR };

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		size_t n = strlen(folders[i]);

		if (!strncmp(path, folders[i], n) && path[n] == '/')
			return true;
	}
	return false;
}

void trial_warn_of_service(const struct gw_conf *c, struct conf_errors *warn)
{
	if (!service_writes(c->server.control))
		conf_error(warn, server_line(c, "control"),
			   "control = %s: the service aditd can write to %s "
			   "and %s only: leave control out if systemd starts "
			   "aditd",
			   c->server.control, ADIT_RUNDIR, ADIT_SYSCONFDIR);
	warn_of_hidden("plugin_dir", server_line(c, "plugin_dir"),
		       c->server.plugin_dir, warn);
	for (size_t i = 0; i < c->ngateways; i++)
		warn_of_files(&c->gateways[i], warn);
}

static void try_control(const struct gw_conf *c, struct conf_errors *e)
{
	char why[600];

	if (control_socket_try(&control_aditd, c->server.control, why,
			       sizeof why))
		conf_error(e, server_line(c, "control"), "%s", why);
}

/* Whether a gateway runs with this control socket: then it may be what has the
 * addresses that are in use. */
static bool is_running(const struct gw_conf *c)
{
	int fd = control_socket_dial(c->server.control);
	bool running = fd >= 0 || errno == EAGAIN || errno == EACCES;

	if (fd >= 0)
		close(fd);
	return running;
}

/* False: something is wrong that is printed already; the rest stands in `e`. */
static bool try_all(const struct monitor_config *s, bool running,
		    struct conf_errors *e)
{
	const struct gw_conf *c = s->conf;
	struct privs_user user;
	char why[400];

	try_control(c, e);
	running = running || is_running(c);
	monitor_listeners_try(c, running, e);
	web_listeners_try(c, running, e);
	if (privs_find(c->server.user, &user, why, sizeof why))
		conf_error(e, server_line(c, "user"), "%s", why);
	else
		return try_worker(s, &user, e);
	return true;
}

int trial_main(const char *file, bool running)
{
	struct conf_errors e = { .file = file }, warn = { .file = file };
	struct monitor_config *s;
	bool good = true;

	if (!monitor_config_read(&s, &e, &warn)) {
		good = try_all(s, running, &e);
		if (is_of_service(s->conf->file))
			trial_warn_of_service(s->conf, &warn);
	}
	monitor_config_free(s);
	print_errors(&e);
	print_errors(&warn);
	if (e.count || !good)
		return 2;
	printf("%s: ok\n", file);
	return 0;
}
