/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_call.c - asks a running agent, wherever its socket is.
 *
 * A desktop session, a login by ssh or su, and cron may each have another
 * folder for sockets (XDG_RUNTIME_DIR), and the folder may be removed while the
 * agent runs: by a logout, or by a program that cleans up. */
#include "adit/agent_call.h"

#include "adit/lock.h"
#include "agent/conf.h"
#include "base/err.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

enum { FIND_TRIES = 100, FIND_PAUSE_MS = 30 }; /* for a new socket to appear */

void agent_call_init(struct agent_call *c, int timeout)
{
	*c = (struct agent_call){
		.call = { .side = &control_agent, .timeout = timeout },
	};
}

int agent_call_wait_gone(const struct agent_call *c)
{
	struct pollfd p = { .events = POLLIN };
	int r;

	/* The number is not known where the agent runs in another container. */
	if (c->call.pid <= 0)
		return 0;
	p.fd = pidfd_open(c->call.pid, 0);
	if (p.fd < 0)
		return errno == ESRCH ? 0 : ERR_SYS;
	do {
		r = poll(&p, 1, CONTROL_ASK_AGENT_GONE * 1000);
	} while (r < 0 && errno == EINTR);
	close(p.fd);
	return r > 0 ? 0 : r ? ERR_SYS : ERR_TIMEOUT;
}

/* Whether this error only means that no agent runs. */
static bool agent_is_gone(const struct agent_call *c, int err)
{
	/* The agent was ending when it was asked. */
	if (err == ERR_CLOSED)
		return c->call.pid > 0 && !agent_call_wait_gone(c);
	/* Something else took the place of the folder that held the socket. */
	return !c->call.connected &&
	       (c->call.error == ENOTDIR || c->call.error == EACCES);
}

json_t *agent_call_ask(struct agent_call *c, json_t *request, int *err)
{
	json_t *whole = control_call_ask(&c->call, request, err);
	json_t *answer = json_incref(json_object_get(whole, "answer"));

	if (whole && !json_is_object(answer)) {
		json_decref(answer);
		answer = NULL;
		*err = ERR_PROTO;
		snprintf(
			c->call.why, sizeof c->call.why,
			"the agent at %s gave an answer that this version of "
			"adit does not understand; adit down and adit up start "
			"an agent of this version",
			c->call.path);
	}
	json_decref(whole);
	if (*err && agent_is_gone(c, *err))
		*err = ERR_NOTFOUND;
	if (*err == ERR_NOTFOUND)
		snprintf(c->call.why, sizeof c->call.why, "not running");
	return answer;
}

static json_t *ask_at(struct agent_call *c, const char *path, json_t *request,
		      int *err)
{
	c->call.path = path;
	return agent_call_ask(c, json_incref(request), err);
}

/* An agent without a socket can still be told to end: by a signal. */
static json_t *end_by_signal(const struct lock_holder *h,
			     const struct agent_place *at,
			     const json_t *request)
{
	const char *word = json_string_value(
		json_object_get(request, "command"));

	if (!word || strcmp(word, "down") ||
	    !lock_signal(h, at->state_dir, at->profile, SIGTERM))
		return NULL;
	return json_pack("{s:i}", "pid", (int)h->pid);
}

/* Asks the process that holds the lock.  It may be starting or ending at this
 * moment, or its socket was removed. */
static json_t *ask_holder(struct agent_call *c, const struct agent_place *at,
			  json_t *request, int *err)
{
	struct lock_holder h;
	json_t *answer = NULL;

	for (unsigned i = 0; i < FIND_TRIES; i++) {
		*err = ERR_NOTFOUND;
		if (!lock_find(&h, at->state_dir, at->profile))
			return NULL;
		snprintf(c->found, sizeof c->found, "%s", h.socket);
		if (h.socket[0])
			answer = ask_at(c, c->found, request, err);
		if (answer || *err != ERR_NOTFOUND)
			return answer;
		if (h.socket[0] && i % (FIND_TRIES / 4) == 0)
			lock_signal(&h, at->state_dir, at->profile, SIGUSR1);
		poll(NULL, 0, FIND_PAUSE_MS);
	}
	c->call.pid = h.pid;
	snprintf(c->call.why, sizeof c->call.why,
		 "an agent of this configuration is running (process %d), but "
		 "its control socket was removed, so that it cannot be asked: "
		 "see its log; adit down ends it",
		 (int)h.pid);
	answer = end_by_signal(&h, at, request);
	*err = answer ? 0 : ERR_CLOSED;
	return answer;
}

json_t *agent_call_find(struct agent_call *c, const struct agent_place *at,
			json_t *request, int *err)
{
	json_t *answer = ask_at(c, at->control, request, err);

	if (!answer && *err == ERR_NOTFOUND && at->state_dir)
		answer = ask_holder(c, at, request, err);
	json_decref(request);
	return answer;
}
