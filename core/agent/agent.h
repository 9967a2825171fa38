/* SPDX-License-Identifier: BSD-2-Clause */
/* agent.h - the agent as its control socket and its main program see it. */
#ifndef ADIT_AGENT_AGENT_H
#define ADIT_AGENT_AGENT_H

#include "agent/conf.h"

#include <jansson.h>
#include <stdbool.h>

struct agent;
struct loop;

enum agent_state {
	AGENT_LOGGING_IN, /* the first time */
	AGENT_CONNECTED,
	AGENT_RECONNECTING,
	AGENT_STOPPED, /* logged in, not forwarding */
	AGENT_LOGIN,   /* a new login by hand is needed */
	AGENT_DOWN,    /* ending */
};
const char *agent_state_str(enum agent_state);

/* `conf` and `password` stay the caller's and must outlive the agent.  NULL: no
 * memory.  agent_begin starts the first login on `loop`. */
struct agent *agent_new(struct loop *loop, const struct agent_conf *conf,
			const char *password);
void agent_begin(struct agent *);
void agent_free(struct agent *);
/* Where its log goes, for status; kept by reference. */
void agent_log_file(struct agent *, const char *path);
enum agent_state agent_state(const struct agent *);

/* Called once, when `adit up` may return: 0 after login and, with auto_start,
 * when all listeners are there; else what went wrong, for people.  ERR_AGAIN: it
 * was the password.  `text` may say something on success too ("not forwarding
 * yet: adit start"). */
typedef void agent_report_fn(void *ctx, int err, const char *text);
void agent_on_up(struct agent *, agent_report_fn *fn, void *ctx);
/* Called, before agent_on_up's, when no gateway is there yet and the agent tries
 * again: why.  With agent_conf.once that is a failure instead. */
void agent_on_wait(struct agent *, void (*fn)(void *ctx, const char *why),
		   void *ctx);
/* Called when it is in another state: why, or "". */
void agent_on_state(struct agent *,
		    void (*fn)(void *ctx, enum agent_state, const char *why),
		    void *ctx);
/* Called when the agent is down and the loop may stop. */
void agent_on_down(struct agent *, void (*fn)(void *ctx), void *ctx);

/* The commands.  Each answers once, maybe later, with 0 or an error and a text
 * for people; start answers when forwarding (or failed). */
void agent_start(struct agent *, agent_report_fn *fn, void *ctx);
void agent_stop(struct agent *, agent_report_fn *fn, void *ctx);
/* Logs out; on_down follows within some seconds, whatever the gateway does. */
void agent_down(struct agent *);

/* Takes over `next`, which must outlive the agent then; some keys of it are set
 * back to what cannot change.  {changed [...], kept [...]}, the names of keys; or
 * NULL, and nothing has changed: why[cap] says why. */
json_t *agent_reload(struct agent *, struct agent_conf *next, char *why,
		     size_t cap);

/* New references; NULL: no memory.  status: state, gateway, user, resources
 * [{name, listen [...], state}], channels, rtt_ms, resumed, gap_ms, resent,
 * and more. */
json_t *agent_status(struct agent *);
/* resources [{name, kind ("host", "any", "url"), ports, listen, detail, state}] */
json_t *agent_resources(struct agent *);
/* Asks the gateway whether it would connect to `host`, if there is a connection to
 * ask, and makes an address for it.  Answers once, maybe later: `mapped` is
 * {resource, host, listen [...]}, a new reference, or NULL: `why` says why not. */
typedef void agent_map_fn(void *ctx, json_t *mapped, const char *why);
struct agent_map_ask {
	const char *resource, *host; /* until agent_map returns */
	agent_map_fn *fn;
	void *ctx;
};
void agent_map(struct agent *, const struct agent_map_ask *);

#endif
