/* SPDX-License-Identifier: BSD-2-Clause */
/* background.c - `adit up` forks: the child becomes the agent, the parent waits
 * for its report. */
#include "adit/background.h"

#include "adit/cli.h"
#include "adit/daemon.h"
#include "adit/password.h"
#include "base/buf.h"
#include "base/folders.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	LOG_BYTES_MAX = 1 << 20, /* then the log starts anew */
	GULP = 4096,
	PARENT = STDERR_FILENO + 1, /* descriptor: the socket to the parent */
};

/* ---- the log ------------------------------------------------------------- */

static void log_path(const struct agent_conf *c, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s.log", c->state_dir,
		 c->name ? c->name : "agent");
}

/* A log that has become large is renamed, so that it does not grow for ever.
 * One old log is kept. */
static void put_aside(const char *path)
{
	char old[PATH_MAX + 4];
	struct stat st;

	snprintf(old, sizeof old, "%s.old", path);
	if (!lstat(path, &st) && st.st_size > LOG_BYTES_MAX &&
	    rename(path, old))
		cli_fail(CLI_FAILED, "the log %s cannot be renamed: %s", path,
			 strerror(errno));
}

static int open_log(const struct agent_conf *c)
{
	char path[PATH_MAX];
	int fd;

	log_path(c, path);
	put_aside(path);
	fd = folders_make(c->state_dir) ?
		     -1 :
		     open(path,
			  O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW |
				  O_CLOEXEC | O_NOCTTY,
			  0600);
	if (fd < 0)
		cli_fail(CLI_FAILED,
			 "cannot open the log %s: %s; set XDG_STATE_HOME to a "
			 "folder where you may write",
			 path, strerror(errno));
	return fd;
}

/* ---- the child, which becomes the agent ---------------------------------- */

/* Writes a line to the parent.  The last report closes the pipe. */
static void write_report(void *ctx, const json_t *report)
{
	const int *fd = ctx;
	char *text = json_dumps(report, JSON_COMPACT), *p = text;
	size_t left = text ? strlen(text) : 0;

	if (text)
		text[left++] = '\n'; /* in the place of its NUL */
	while (left) {
		ssize_t n = write(*fd, p, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		p += n;
		left -= (size_t)n;
	}
	free(text);
	if (!json_object_get(report, "waiting") &&
	    !json_object_get(report, "prompt"))
		close(*fd);
}

/* Leaves the terminal, the folder and the descriptors that adit up was started
 * with. */
static int detach(int log, int pipe)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	if (null < 0 || setsid() < 0 || chdir("/"))
		return -1;
	if (dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(log, STDERR_FILENO) < 0 || dup2(pipe, PARENT) < 0)
		return -1;
	close_range(PARENT + 1, UINT_MAX, 0);
	umask(077);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	log_start("adit", LOG_INFO);
	log_show_times();
	log_never_waits();
	return 0;
}

static int become_agent(const struct daemon_conf *conf, int log, int pipe)
{
	int parent = PARENT;
	char path[PATH_MAX];
	struct daemon_conf mine = {
		.conf = conf->conf,
		.flags = conf->flags,
		.password = conf->password,
		.pin = conf->pin,
		.report = write_report,
		.ctx = &parent,
		.log_file = path,
	};

	log_path(conf->conf, path);
	if (detach(log, pipe))
		return CLI_FAILED;
	password_lock(conf->password);
	password_lock(conf->pin);
	return daemon_serve(&mine, PARENT);
}

/* ---- the parent, which waits --------------------------------------------- */

/* The next report of the child; NULL: there are no more. */
static json_t *next_report(int fd, struct buf *in)
{
	json_t *report;
	uint8_t *end;
	ssize_t n;

	for (;;) {
		end = buf_len(in) ? memchr(buf_ptr(in), '\n', buf_len(in)) :
				    NULL;
		if (end)
			break;
		if (!buf_reserve(in, GULP))
			return NULL;
		n = read(fd, buf_reserve(in, GULP), GULP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return NULL;
		buf_commit(in, (size_t)n);
	}
	n = end - buf_ptr(in);
	report = json_loadb((const char *)buf_ptr(in), (size_t)n, 0, NULL);
	buf_take(in, (size_t)n + 1);
	return report;
}

/* The last report.  Those before it say what the agent waits for, and are
 * handed on, or are questions of the gateway, and are answered. */
static json_t *read_reports(const struct daemon_conf *conf, int fd)
{
	struct buf in = { 0 };
	json_t *report;

	while ((report = next_report(fd, &in)) != NULL) {
		const json_t *prompt = json_object_get(report, "prompt");

		if (prompt)
			background_answer(conf, fd, prompt);
		else if (json_object_get(report, "waiting"))
			conf->report(conf->ctx, report);
		else
			break;
		json_decref(report);
	}
	buf_fini(&in);
	return report;
}

static int wait_for(const struct daemon_conf *conf, pid_t agent, int pipe)
{
	json_t *report = read_reports(conf, pipe);
	bool up = report && !json_object_get(report, "error");
	char path[PATH_MAX];

	close(pipe);
	/* After a failure no process may be left when this command returns. */
	while (!up && waitpid(agent, NULL, 0) < 0 && errno == EINTR)
		;
	log_path(conf->conf, path);
	if (report)
		conf->report(conf->ctx, report);
	else
		cli_fail(CLI_FAILED,
			 "the agent ended without saying why; its log is %s",
			 path);
	json_decref(report);
	return up ? CLI_OK : CLI_FAILED;
}

int daemon_background(const struct daemon_conf *conf)
{
	int log = open_log(conf->conf), ends[2];
	pid_t agent;

	if (log < 0)
		return CLI_FAILED;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
		close(log);
		return cli_fail(CLI_FAILED, "cannot make a socket: %s",
				strerror(errno));
	}
	/* Else both processes would write what is buffered now. */
	fflush(NULL);
	agent = fork();
	if (!agent)
		return become_agent(conf, log, ends[1]);
	close(log);
	close(ends[1]);
	if (agent > 0)
		return wait_for(conf, agent, ends[0]);
	close(ends[0]);
	return cli_fail(CLI_FAILED, "cannot make a process for the agent: %s",
			strerror(errno));
}
