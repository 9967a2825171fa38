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

/* An agent that does nothing yet; agent_begin starts its first login on `loop`.
 * `conf` and `password` stay the caller's and must outlive the agent.  NULL: no
 * memory. */
struct agent *agent_new(struct loop *loop, const struct agent_conf *conf,
			const char *password);
/* The PIN of the token with the user's key; it stays the caller's. */
void agent_pin(struct agent *, const char *pin);
void agent_begin(struct agent *);
void agent_free(struct agent *);
/* The path of the log file, which `adit status` shows; kept by reference. */
void agent_log_file(struct agent *, const char *path);
enum agent_state agent_state(const struct agent *);

/* Called once, when `adit up` may return.  `err` 0: logged in and, where the
 * gateway has auto_start for this user, all listeners are there; `text` may
 * hold a hint.  Otherwise `text` says for people what went wrong; ERR_AGAIN:
 * the password was wrong and another one may be tried, ERR_DENIED: anything
 * else. */
typedef void agent_report_fn(void *ctx, int err, const char *text);
void agent_on_up(struct agent *, agent_report_fn *fn, void *ctx);
/* Called while the first login is still missing, each time that no gateway
 * could be reached and the agent will try again: `why`.  With
 * agent_conf.once the first round of failures ends the agent instead. */
void agent_on_wait(struct agent *, void (*fn)(void *ctx, const char *why),
		   void *ctx);
/* A gateway asks during a login what only the user knows: agent_answer follows,
 * maybe from inside this call.  False: nobody can be asked. */
struct prompt;
struct answer;
void agent_on_ask(struct agent *, bool (*fn)(void *ctx, const struct prompt *),
		  void *ctx);
/* The answers, which are wiped; NULL: there are none, and the login ends. */
void agent_answer(struct agent *, struct answer *);
/* Called after each change of state; `why` is a sentence, or "" for
 * connected. */
void agent_on_state(struct agent *,
		    void (*fn)(void *ctx, enum agent_state, const char *why),
		    void *ctx);
/* Called once, when the agent has logged out or given up: the loop may stop. */
void agent_on_down(struct agent *, void (*fn)(void *ctx), void *ctx);

/* The commands of `adit start` and `adit stop`.  Each calls `fn` once, maybe
 * from inside this call: with 0, or with an error and a text for people.
 * Start answers when connections are forwarded, or when that has failed. */
void agent_start(struct agent *, agent_report_fn *fn, void *ctx);
void agent_stop(struct agent *, agent_report_fn *fn, void *ctx);
/* Logs out; on_down follows within some seconds, whatever the gateway does. */
void agent_down(struct agent *);

/* Uses `next` from now on, which must outlive the agent then.  Keys that
 * cannot change while the agent runs are set back in it.  Returns
 * {changed [...], kept [...]}, the names of the keys that differ, as a new
 * reference; or NULL, and the agent goes on as before: why[cap] says why. */
json_t *agent_reload(struct agent *, struct agent_conf *next, char *why,
		     size_t cap);

/* What `adit status` and `adit resources` show, as new references; NULL: no
 * memory.  The status has state, gateway, user, resources [{name, listen
 * [...], state}], channels, rtt_ms, resumed, gap_ms, resent, and more. */
json_t *agent_status(struct agent *);
/* resources [{name, kind ("host", "any", "url"), ports, listen, detail,
 * state}], and more. */
json_t *agent_resources(struct agent *);
/* `adit env`: {proxy, pac, direct [...]}, a new reference: where the proxy port
 * is, the URL of the proxy auto-configuration file, and the hosts of gateways.
 * NULL: why[cap] says why there is none. */
json_t *agent_proxy_port(struct agent *, char *why, size_t cap);
/* Of adit passwd: {session, gateway, user}, the number of the session as text,
 * which goes on when the password is another one; a new reference.  NULL: there
 * is no session. */
json_t *agent_session(const struct agent *);
/* `adit map`: asks the gateway, where there is a connection to it, whether
 * it would connect to `host`, and then listens at a loopback address for it.
 * `fn` is called once, maybe from inside this call: `mapped` is {resource,
 * host, listen [...]}, a new reference; or NULL, and `why` says why not. */
typedef void agent_map_fn(void *ctx, json_t *mapped, const char *why);
struct agent_map_ask {
	const char *resource, *host; /* until agent_map returns */
	agent_map_fn *fn;
	void *ctx;
};
void agent_map(struct agent *, const struct agent_map_ask *);

/* `adit publish`: has the gateway offer the server at `to` under this name.
 * `fn` is called once, maybe from inside this call, when the gateway has
 * answered or the agent is not connected: `published` is {name, to, state, at,
 * reason}, a new reference, as `adit status` has it; or NULL, and `why` says
 * why not. */
typedef void agent_publish_fn(void *ctx, json_t *published, const char *why);
struct agent_publish_ask {
	const char *name, *to; /* until agent_publish returns */
	agent_publish_fn *fn;
	void *ctx;
};
void agent_publish(struct agent *, const struct agent_publish_ask *);
/* `adit unpublish`: connections that are there go on.  False: nothing is
 * published under this name. */
bool agent_unpublish(struct agent *, const char *name);

/* `adit confirm`: gives the gateway a one-time code.  `fn` is called once,
 * maybe from inside this call: `is` is {state ("right", "wrong", "later",
 * "no-secret"), wait_s, text}, a new reference; or NULL, and `why` says why
 * there is no answer. */
typedef void agent_confirm_fn(void *ctx, json_t *is, const char *why);
struct agent_confirm_ask {
	const char *code; /* until agent_confirm returns; secret */
	agent_confirm_fn *fn;
	void *ctx;
};
void agent_confirm(struct agent *, const struct agent_confirm_ask *);
/* {confirmed, wanted [{resource, wait_s}]}, as `adit status` has it, a new
 * reference; NULL: no memory. */
json_t *agent_codes(struct agent *);

/* `adit why`: what becomes of a connection to `host` (a name or the literal of
 * an address) at `port`.  `fn` is called once, maybe from inside this call:
 * `answer` is {host, port, resources [{name, by, pattern, has_port, listen
 * [...]}], policy, policy_text, socks, dns, run, last}, a new reference, as
 * adit(1) says; NULL: no memory. */
typedef void agent_why_fn(void *ctx, json_t *answer);
struct agent_why_ask {
	const char *host; /* until agent_why returns */
	uint16_t port;
	agent_why_fn *fn;
	void *ctx;
};
void agent_why(struct agent *, const struct agent_why_ask *);

#endif
