/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_call.c - asks a running agent, wherever its socket is.
 *
 * Who logs in by ssh or su, and cron, may know another folder for sockets than
 * the desktop, and cleaners and logouts remove such folders. */
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

	/* Elsewhere its number may mean nothing: a container. */
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

/* What looks like another failure, and means that no agent is there. */
static bool agent_is_gone(const struct agent_call *c, int err)
{
	/* It was on its way out when it was asked. */
	if (err == ERR_CLOSED)
		return c->call.pid > 0 && !agent_call_wait_gone(c);
	/* What stands in the place of our folder holds no socket of ours. */
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
		snprintf(c->call.why, sizeof c->call.why,
			 "the agent at %s gave an answer that is none: is it "
			 "of another version?",
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

/* `down` is the one command that needs no socket. */
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

/* It may be on its way up or down, or its socket is gone. */
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
		 "an agent of this configuration is running (process %d) and "
		 "cannot be asked, since its socket is gone: see its log; adit "
		 "down ends it",
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
