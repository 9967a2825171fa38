/* SPDX-License-Identifier: BSD-2-Clause */
/* log_side.c - keeps the process "aditd: log" running, and owns the pipe to
 * it. */
#include "monitor/log_side.h"

#include "base/log.h"
#include "process/child.h"
#include "process/log_relay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LOG_PAUSE .5 /* seconds before a process that died is replaced */

struct log_side {
	struct log_side_conf conf;
	struct log_ends ends;
	bool replaced; /* it is ended, for another one of this program */
	char variable[200];
	ev_child child;
	ev_timer again;
};

static void log_side_start(struct log_side *s);

/* ---- the process, from start to end -------------------------------------- */

static void log_side_on_again(struct ev_loop *loop, ev_timer *t, int events)
{
	(void)loop;
	(void)events;
	log_side_start(t->data);
}

static void log_side_on_child(struct ev_loop *loop, ev_child *c, int events)
{
	struct log_side *s = c->data;
	char text[64];

	(void)events;
	ev_child_stop(loop, c);
	s->ends.pid = 0;
	if (s->replaced) {
		s->replaced = false;
		log_side_start(s);
		return;
	}
	/* It waits in the pipe for the next one, as all lines do. */
	log_msg(LOG_ERROR, NULL,
		"the process that sends the log on ended: %s; starting another",
		child_status(c->rstatus, text, sizeof text));
	ev_timer_stop(loop, &s->again);
	ev_timer_set(&s->again, LOG_PAUSE, 0);
	ev_timer_start(loop, &s->again);
}

/* A child's standard error is that of this process; this one's must be the
 * gateway's own, or what it says would come back to it. */
static pid_t log_side_spawn(const struct log_side *s)
{
	struct child child = { .role = "aditd: log",
			       .user = s->conf.user,
			       .fd = { s->ends.pipe, -1, -1 },
			       .error = s->ends.error,
			       .variable = s->variable };

	return child_start(&child);
}

static void log_side_watch(struct log_side *s)
{
	ev_child_init(&s->child, log_side_on_child, s->ends.pid, 0);
	s->child.data = s;
	ev_child_start(s->conf.loop, &s->child);
}

static void log_side_start(struct log_side *s)
{
	pid_t pid = log_side_spawn(s);

	if (pid > 0) {
		s->ends.pid = pid;
		log_side_watch(s);
		return;
	}
	log_msg(LOG_ERROR, NULL,
		"the process that sends the log on cannot be started: %s",
		strerror(errno));
	ev_timer_stop(s->conf.loop, &s->again);
	ev_timer_set(&s->again, LOG_PAUSE, 0);
	ev_timer_start(s->conf.loop, &s->again);
}

/* ---- the pipe ------------------------------------------------------------ */

/* From now on this process logs into the pipe, and says so to its children. */
static int log_side_redirect(const struct log_side *s, int pipe)
{
	char name[LOG_STREAM_NAME];

	if (dup2(pipe, STDERR_FILENO) < 0 ||
	    !log_stream_name(STDERR_FILENO, name) ||
	    setenv(LOG_RELAY_STREAM, name, 1))
		return -1;
	log_start("aditd", s->conf.verbose ? LOG_DEBUG : LOG_INFO);
	log_never_waits();
	return 0;
}

static int log_side_open(struct log_side *s)
{
	int fd[2], r;

	if (pipe2(fd, O_CLOEXEC))
		return -1;
	s->ends.pipe = fd[0];
	s->ends.error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	r = s->ends.error < 0 ? -1 : log_side_redirect(s, fd[1]);
	close(fd[1]);
	return r;
}

static struct log_side *log_side_make(const struct log_side_conf *conf)
{
	struct log_side *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->conf = *conf;
	s->ends = (struct log_ends){ .pipe = -1, .error = -1 };
	snprintf(s->variable, sizeof s->variable, LOG_RELAY_TO "=%s", conf->to);
	ev_timer_init(&s->again, log_side_on_again, LOG_PAUSE, 0);
	s->again.data = s;
	return s;
}

struct log_side *log_side_new(const struct log_side_conf *conf)
{
	struct log_side *s = log_side_make(conf);

	if (s && !log_side_open(s)) {
		log_side_start(s);
		return s;
	}
	log_msg(LOG_ERROR, NULL, "the log cannot be sent to %s: %s", conf->to,
		strerror(errno));
	log_side_free(s);
	return NULL;
}

struct log_side *log_side_adopt(const struct log_side_conf *conf,
				const struct log_ends *left)
{
	struct log_side *s = log_side_make(conf);

	if (!s)
		return NULL;
	s->ends = *left;
	if (!left->pid) {
		log_side_start(s);
		return s;
	}
	/* A line that it has sent and not taken out of the pipe comes twice. */
	s->replaced = !kill(left->pid, SIGKILL);
	log_side_watch(s);
	return s;
}

void log_side_free(struct log_side *s)
{
	if (!s)
		return;
	ev_child_stop(s->conf.loop, &s->child);
	ev_timer_stop(s->conf.loop, &s->again);
	/* For the last lines. */
	if (!s->ends.pid && s->ends.pipe >= 0)
		(void)log_side_spawn(s);
	if (s->ends.pipe >= 0)
		close(s->ends.pipe);
	if (s->ends.error >= 0)
		close(s->ends.error);
	free(s);
}

/* ---- questions ----------------------------------------------------------- */

struct log_ends log_side_ends(const struct log_side *s)
{
	return s ? s->ends : (struct log_ends){ .pipe = -1, .error = -1 };
}

uint64_t log_side_waiting(const struct log_side *s)
{
	int unread = 0;

	if (!s || ioctl(s->ends.pipe, FIONREAD, &unread))
		return 0;
	return (uint64_t)MAX(unread, 0);
}

pid_t log_side_pid(const struct log_side *s)
{
	return s ? s->ends.pid : 0;
}
