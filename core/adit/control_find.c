/* SPDX-License-Identifier: BSD-2-Clause */
/* control_find.c - asks the agent of a configuration, wherever its socket is.
 *
 * Who logs in by ssh or su, and cron, may know another folder for sockets than
 * the desktop, and cleaners and logouts remove such folders. */
#include "adit/control_find.h"

#include "agent/conf.h"
#include "adit/lock.h"
#include "base/err.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { TURNS = 100, TURN_MS = 30 }; /* for the agent to make a new socket */

static json_t *ask_at(struct control_call *call, const char *path,
		      json_t *request, int *err)
{
	call->path = path;
	return control_ask(call, json_incref(request), err);
}

/* The one command that needs no socket. */
static json_t *end_it(const struct lock_holder *h, const struct agent_place *at,
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
static json_t *insist(struct control_call *call, const struct agent_place *at,
		      json_t *request, int *err)
{
	struct lock_holder h;
	json_t *answer = NULL;

	for (unsigned i = 0; i < TURNS; i++) {
		*err = ERR_NOTFOUND;
		if (!lock_find(&h, at->state_dir, at->profile))
			return NULL;
		snprintf(call->found, sizeof call->found, "%s", h.socket);
		if (h.socket[0])
			answer = ask_at(call, call->found, request, err);
		if (answer || *err != ERR_NOTFOUND)
			return answer;
		if (h.socket[0] && i % (TURNS / 4) == 0)
			lock_signal(&h, at->state_dir, at->profile, SIGUSR1);
		poll(NULL, 0, TURN_MS);
	}
	call->pid = h.pid;
	snprintf(
		call->why, sizeof call->why,
		"an agent of this configuration is "
		"running (process %d) and cannot be asked, since its socket is "
		"gone: see its log; adit down ends it",
		(int)h.pid);
	answer = end_it(&h, at, request);
	*err = answer ? 0 : ERR_CLOSED;
	return answer;
}

json_t *control_find(struct control_call *call, const struct agent_place *at,
		     json_t *request, int *err)
{
	json_t *answer = ask_at(call, at->control, request, err);

	if (!answer && *err == ERR_NOTFOUND && at->state_dir)
		answer = insist(call, at, request, err);
	json_decref(request);
	return answer;
}
