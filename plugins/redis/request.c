/* SPDX-License-Identifier: BSD-2-Clause */
/* request.c - commands on their way to the server.
 *
 * A message is a run of commands that do not matter, as many as have arrived;
 * or the beginning of one that does.  Arguments of any size pass by adit_skip,
 * so nothing of them is kept. */
#include "inside.h"

#include <stdio.h>
#include <string.h>

/* In the place of a command that is refused: Redis answers it by an error, in
 * order, and so spoils a transaction. */
#define ERRONEOUS "*1\r\n$4\r\nECHO\r\n"

/* Commands and arguments from the start of a message on. */
struct request_run {
	size_t len;
	uint64_t commands; /* that begin in it */
	uint64_t args;     /* of the last one that are still to come */
	uint64_t skip;     /* bytes of an argument behind len */
	bool special;      /* a command that matters begins at len */
	bool bad;
};

/* Whether the command with this name matters; true also where the name is too
 * long to tell. */
static bool request_is_special(const struct redis_conf *conf,
			       const struct redis_arg *name)
{
	struct redis_command c = { .argc = 1, .n = 1, .arg = { *name } };

	if (redis_verb(name) != VERB_NONE)
		return true;
	return redis_is_limited(conf) &&
	       (redis_is_container(name) || redis_refused_by(conf, &c));
}

/* Passes over a whole command that does not matter, up to its arguments.
 * False: there is none, or it cannot be told yet. */
static bool request_begin(const struct redis_conf *conf, const uint8_t *p,
			  size_t n, struct request_run *run)
{
	struct resp list, name;
	int got;

	run->special = *p != '*';
	if (run->special)
		return false;
	got = resp_head(p, n, &list);
	run->bad = got == RESP_BAD;
	if (got <= 0)
		return false;
	run->len += list.head;
	if (list.n <= 0)
		return true; /* Redis does not answer it */
	p += list.head;
	n -= list.head;
	got = resp_head(p, n, &name);
	run->bad = got == RESP_BAD || (got > 0 && (*p != '$' || name.n < 0));
	if (got > 0 && !run->bad && name.n <= ARG_MAX)
		got = n - name.head < (size_t)name.n + 2 ? RESP_MORE : got;
	if (got > 0 && !run->bad)
		run->special = request_is_special(
			conf, &(struct redis_arg){
				      (const char *)p + name.head,
				      name.n > ARG_MAX ? 0 : (size_t)name.n });
	if (got <= 0 || run->bad || run->special) {
		run->len -= list.head;
		return false;
	}
	run->commands++;
	run->args = (uint64_t)list.n;
	return true;
}

/* Passes over an argument. */
static bool request_argument(const uint8_t *p, size_t n,
			     struct request_run *run)
{
	struct resp r;
	int got = resp_head(p, n, &r);

	run->bad = got == RESP_BAD || (got > 0 && (*p != '$' || r.n < 0));
	if (got <= 0 || run->bad)
		return false;
	run->args--;
	run->len += r.head;
	if (n - r.head >= (size_t)r.n + 2)
		run->len += (size_t)r.n + 2;
	else
		run->skip = (uint64_t)r.n + 2;
	return !run->skip;
}

static struct request_run request_run(struct adit_channel *ch, const uint8_t *p,
				      size_t n)
{
	const struct redis_state *st = adit_state(ch);
	struct request_run run = { .args = st->args };
	/* The rest of a command does not wait for what comes behind it, and a
	 * question that has to come first is not overtaken. */
	bool alone = st->args &&
		     (due_is_full(&st->due) || st->fence != DUE_NONE);

	while (run.len < n && (run.args || !alone))
		if (run.args ?
			    !request_argument(p + run.len, n - run.len, &run) :
			    !request_begin(adit_conf(ch), p + run.len,
					   n - run.len, &run))
			break;
	return run;
}

/* ---- cutting ------------------------------------------------------------- */

static int64_t request_cut_line(const uint8_t *p, size_t n)
{
	const uint8_t *lf = memchr(p, '\n', n < INLINE_MAX ? n : INLINE_MAX);

	if (lf)
		return memchr(p, 0, (size_t)(lf - p)) ? ADIT_BAD :
							ADIT_MSG(lf - p + 1);
	return n < INLINE_MAX ? ADIT_MORE : ADIT_BAD;
}

/* An argument that is dropped goes in pieces, as they arrive. */
static int64_t request_cut_dropped(const struct redis_state *st,
				   const uint8_t *p, size_t n)
{
	struct resp r;
	int got;

	if (st->body)
		return ADIT_MSG(n < st->body ? n : st->body);
	got = resp_head(p, n, &r);
	if (got > 0 && (*p != '$' || r.n < 0))
		return ADIT_BAD;
	return got;
}

int64_t redis_cut_request(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	const struct redis_state *st = adit_state(ch);
	struct redis_command c;
	struct request_run run;

	if (st->dropping)
		return request_cut_dropped(st, p, n);
	run = request_run(ch, p, n);
	if (run.len)
		return ADIT_MSG(run.len);
	if (run.bad)
		return ADIT_BAD;
	if (!run.special)
		return ADIT_MORE;
	if (*p == TLS_HANDSHAKE)
		return ADIT_MSG(1);
	return *p == '*' ? redis_command(p, n, &c) : request_cut_line(p, n);
}

/* ---- what becomes of a command ------------------------------------------- */

/* False: not yet, since an answer is still to come that the client must not
 * see. */
static bool request_lose(struct adit_channel *ch, const char *why)
{
	struct redis_state *st = adit_state(ch);

	if (st->lost)
		return true;
	if (due_has_own(&st->due))
		return false;
	st->lost = true;
	adit_log(ch, ADIT_WARN,
		 "%s: from here on only MOVED, ASK and REDIRECT are rewritten",
		 why);
	return true;
}

/* The server will send a reply of this kind for each of `count` commands,
 * unless the client wants none.  False: there is no room. */
static bool request_owe(struct redis_state *st, enum due_kind kind,
			uint64_t count)
{
	bool confirm = kind == DUE_CONFIRM || kind == DUE_CONFIRMS ||
		       due_leaves_all(kind);

	if (st->lost)
		return true;
	/* The last places are for EXEC and the plugin's own questions. */
	if (due_is_full(&st->due) && !due_merges(&st->due, kind))
		return false;
	if (st->in_multi)
		due_multi_add(&st->multi, kind,
			      kind == DUE_CONFIRMS ? 1 : count);
	if (st->mute >= SKIP_ALL)
		return true;
	if (st->mute == SKIP_NEXT) {
		st->mute = HEARD;
		/* Confirmations come nevertheless, an error does not. */
		if (confirm && !st->in_multi)
			st->fence = DUE_FENCE;
		count = confirm ? 0 : count - 1;
	}
	return due_add(&st->due, kind, count);
}

static enum adit_verdict request_refuse(struct adit_msg *m,
					const struct redis_command *c,
					const char *option)
{
	struct redis_state *st = adit_state(m->ch);
	bool both = c->n > 1 && redis_is_container(&c->arg[0]);
	char name[2 * ARG_MAX + 2];

	if (!request_owe(st, DUE_REFUSED, 1))
		return ADIT_HOLD;
	snprintf(name, sizeof name, "%.*s%s%.*s", c->n ? (int)c->arg[0].len : 0,
		 c->n ? c->arg[0].text : "", both ? " " : "",
		 both ? (int)c->arg[1].len : 0, both ? c->arg[1].text : "");
	adit_count(m->ch, COUNT_REFUSED, 1);
	adit_log(m->ch, ADIT_INFO, "refused: %s (%s)", name, option);
	adit_event(m->ch, 0,
		   (const char *const[]){ "command", name, "result", "refused",
					  "option", option, NULL });
	st->dropping = st->args;
	return adit_rewrite(m, ERRONEOUS, sizeof ERRONEOUS - 1);
}

/* ---- commands that matter ------------------------------------------------ */

static bool request_on_client(struct adit_channel *ch,
			      const struct redis_command *c)
{
	struct redis_state *st = adit_state(ch);
	bool off = redis_is_reply(c, "OFF"), skip = redis_is_reply(c, "SKIP");
	bool on = redis_is_reply(c, "ON");

	if (st->in_multi && (off || skip || (on && st->mute != HEARD)))
		return request_lose(ch, "CLIENT REPLY in a transaction");
	if (on && st->mute == SKIP_PERHAPS)
		return request_lose(ch, "CLIENT REPLY ON behind a subscription "
					"or a login without replies");
	if (on)
		st->mute = HEARD;
	if (off && st->mute < SKIP_ALL)
		st->mute = SKIP_ALL;
	if (skip && st->mute < SKIP_ALL)
		st->mute = SKIP_NEXT;
	return off || skip || request_owe(st, DUE_PLAIN, 1);
}

/* Asks the server by a command of the plugin's own, whose reply the client does
 * not see. */
static bool request_ask(struct adit_channel *ch, enum due_kind kind,
			const char *command)
{
	struct redis_state *st = adit_state(ch);

	return !st->in_multi && st->mute == HEARD && !st->lost &&
	       !st->subscriptions[0] && !st->subscriptions[1] &&
	       !due_is_full(&st->due) && due_add(&st->due, kind, 1) &&
	       !adit_injectf(ch, ADIT_TO_SERVER, "%s", command);
}

/* The channels of Sentinel begin with + or -; on another server they are
 * somebody's data, so the plugin has to know what the server is. */
static bool request_on_subscribe(struct adit_channel *ch,
				 const struct redis_command *c)
{
	struct redis_state *st = adit_state(ch);
	uint64_t channels = c->argc - 1;
	bool events = c->n > 1 && c->arg[1].len &&
		      strchr("+-*?[\\", *c->arg[1].text);

	if (events && st->server == SERVER_UNKNOWN)
		(void)request_ask(ch, DUE_PROBE, "*1\r\n$4\r\nROLE\r\n");
	if (channels > UINT16_MAX)
		return request_lose(ch, "a SUBSCRIBE to very many channels");
	return channels > 1 ? request_owe(st, DUE_CONFIRMS, channels) :
			      request_owe(st, DUE_CONFIRM, 1);
}

/* Without channels.  SUBSCRIBE to nothing is an error. */
static enum due_kind request_leaves(enum verb verb,
				    const struct redis_command *c)
{
	if (verb == VERB_SUBSCRIBE)
		return DUE_PLAIN;
	switch (*c->arg[0].text) {
	case 'p':
	case 'P':
		return DUE_PUNSUBSCRIBE;
	case 's':
	case 'S':
		return DUE_SUNSUBSCRIBE;
	default:
		return DUE_UNSUBSCRIBE;
	}
}

/* Redis does not answer a second one.  Whether it is one is known when those
 * before it have been answered: it may have been refused, and RESET ends it. */
static bool request_on_monitor(struct adit_channel *ch)
{
	struct redis_state *st = adit_state(ch);

	if (st->in_multi) /* there it is an error */
		return request_owe(st, DUE_PLAIN, 1);
	if (!st->lost &&
	    (due_has(&st->due, DUE_MONITOR) || due_has(&st->due, DUE_RESET) ||
	     due_has(&st->due, DUE_FENCED_RESET)))
		return false;
	if (st->lost || st->mute != HEARD) {
		st->mute = st->mute == SKIP_NEXT ? HEARD : st->mute;
		st->monitor = MONITOR_PERHAPS;
		return true;
	}
	if (st->monitor == MONITOR_PERHAPS)
		return request_lose(ch, "a second MONITOR, which the server "
					"may refuse");
	return st->monitor != MONITOR_OFF || request_owe(st, DUE_MONITOR, 1);
}

static bool request_on_exec(struct adit_channel *ch, enum verb verb)
{
	struct redis_state *st = adit_state(ch);
	bool in_multi = st->in_multi;

	/* What is confirmed within the transaction is heard. */
	if (verb == VERB_EXEC && in_multi && st->mute == SKIP_NEXT)
		st->fence = DUE_FENCE;
	st->in_multi = false;
	if (verb != VERB_EXEC || !in_multi || st->mute != HEARD || st->lost)
		return request_owe(st, DUE_PLAIN, 1);
	if (st->multi.plain && st->multi.confirms)
		return request_lose(ch, "a long transaction with "
					"subscriptions");
	return !due_is_full(&st->due) && due_exec(&st->due, &st->multi);
}

/* MULTI and WATCH.  In a transaction they are answered by an error, and are no
 * part of it. */
static bool request_on_multi(struct redis_state *st, enum verb verb)
{
	bool in_multi = st->in_multi;

	st->in_multi = false;
	if (!request_owe(st, DUE_PLAIN, 1)) {
		st->in_multi = in_multi;
		return false;
	}
	st->in_multi = in_multi || verb == VERB_MULTI;
	if (!in_multi)
		st->multi = (struct due_multi){ .n = 0 };
	return true;
}

/* It is answered even behind CLIENT REPLY OFF, but not behind SKIP. */
static bool request_on_reset(struct redis_state *st)
{
	st->in_multi = false;
	if (st->permit == PERMIT_GIVEN)
		st->permit = PERMIT_UNKNOWN;
	if (st->mute >= SKIP_ALL)
		st->mute = HEARD;
	if (st->mute == SKIP_NEXT)
		st->fence = DUE_FENCED_RESET;
	return request_owe(st, DUE_RESET, 1);
}

/* Notes the reply to a command.  False: there is no room for it. */
static bool request_note(struct adit_channel *ch, enum verb verb,
			 const struct redis_command *c)
{
	struct redis_state *st = adit_state(ch);

	switch (verb) {
	case VERB_CLIENT:
		return request_on_client(ch, c);
	case VERB_AUTH:
		return redis_unsettle(st) && request_owe(st, DUE_PLAIN, 1);
	case VERB_CLUSTER:
	case VERB_SENTINEL:
		return request_owe(st, redis_kind(verb, c), 1);
	case VERB_ROLE:
		return request_owe(st, DUE_ROLE, 1);
	case VERB_INFO:
		return request_owe(st, DUE_INFO, 1);
	case VERB_SUBSCRIBE:
	case VERB_UNSUBSCRIBE:
		if (!redis_unsettle(st))
			return false;
		return c->argc > 1 ?
			       request_on_subscribe(ch, c) :
			       request_owe(st, request_leaves(verb, c), 1);
	case VERB_MULTI:
	case VERB_WATCH:
		return request_on_multi(st, verb);
	case VERB_EXEC:
	case VERB_DISCARD:
		return request_on_exec(ch, verb);
	case VERB_RESET:
		return request_on_reset(st);
	case VERB_MONITOR:
		return request_on_monitor(ch);
	default:
		return request_owe(st, DUE_PLAIN, 1);
	}
}

/* ---- MIGRATE ------------------------------------------------------------- */

/* Keeps the beginning of a MIGRATE, and asks the server for its nodes.  False:
 * the command passes as it is. */
static bool request_look_up(struct adit_channel *ch,
			    const struct redis_command *c)
{
	struct redis_state *st = adit_state(ch);
	struct redis_lookup *l = &st->lookup;
	int64_t port;

	if (c->argc < 6 || c->argc > UINT32_MAX || c->n != 3 ||
	    c->arg[1].len >= sizeof l->shown)
		return false;
	port = resp_number(c->arg[2].text, c->arg[2].len);
	if (port <= 0 || port > UINT16_MAX ||
	    !request_ask(ch, DUE_LOOKUP,
			 "*2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n"))
		return false;
	*l = (struct redis_lookup){ .phase = LOOKUP_ASKED,
				    .argc = (uint32_t)c->argc,
				    .shown_port = (uint16_t)port };
	memcpy(l->shown, c->arg[1].text, c->arg[1].len);
	return true;
}

/* Sends the beginning that was kept. */
static enum adit_verdict request_go_on(struct adit_msg *m)
{
	struct redis_state *st = adit_state(m->ch);
	struct redis_lookup *l = &st->lookup;
	const char *host = l->found ? l->host : l->shown;
	char port[8];

	if (l->phase == LOOKUP_ASKED && !(m->flags & ADIT_ENDED))
		return ADIT_HOLD;
	snprintf(port, sizeof port, "%u",
		 (unsigned)(l->found ? l->port : l->shown_port));
	l->phase = LOOKUP_NONE;
	return adit_injectf(m->ch, ADIT_TO_SERVER,
			    "*%u\r\n$7\r\nMIGRATE\r\n$%zu\r\n%s\r\n$%zu\r\n"
			    "%s\r\n",
			    (unsigned)l->argc, strlen(host), host, strlen(port),
			    port) ?
		       ADIT_CLOSE :
		       ADIT_PASS;
}

/* ---- messages ------------------------------------------------------------ */

/* A command that matters.  `c` has its first arguments, and the message nothing
 * else. */
static enum adit_verdict request_special(struct adit_msg *m,
					 const struct redis_command *c)
{
	struct redis_state *st = adit_state(m->ch);
	const struct redis_conf *conf = adit_conf(m->ch);
	enum verb verb = redis_verb(&c->arg[0]);
	const char *option = NULL;

	if (redis_is_limited(conf))
		option = verb == VERB_SYNC ? "replication" :
					     redis_refused_by(conf, c);
	if (option)
		return request_refuse(m, c, option);
	if (verb == VERB_SYNC) {
		adit_audit(m->ch, "replication", "yes");
		return ADIT_DETACH;
	}
	if (redis_may_ask_mute(st, c))
		return redis_ask_mute(m, c);
	if (verb == VERB_MIGRATE && st->args && request_look_up(m->ch, c))
		return request_owe(st, DUE_PLAIN, 1) ? ADIT_DROP : ADIT_HOLD;
	return request_note(m->ch, verb, c) ? ADIT_PASS : ADIT_HOLD;
}

static enum adit_verdict request_list(struct adit_msg *m)
{
	struct redis_state *st = adit_state(m->ch);
	struct redis_command c;

	/* RESP_MORE where it ends before an argument that is too long. */
	if (redis_command(m->data, m->len, &c) < 0 || c.len != m->len)
		return ADIT_CLOSE;
	st->args = c.argc - c.n;
	return request_special(m, &c);
}

static enum adit_verdict request_line(struct adit_msg *m)
{
	char words[INLINE_MAX];
	struct redis_command c;

	if (!redis_inline(m->data, m->len, words, &c))
		return request_owe(adit_state(m->ch), DUE_PLAIN, 1) ?
			       ADIT_PASS :
			       ADIT_HOLD;
	/* Redis does not answer an empty line. */
	return c.argc ? request_special(m, &c) : ADIT_PASS;
}

/* TLS, which the plugin cannot read. */
static enum adit_verdict request_tls(struct adit_msg *m)
{
	const struct redis_conf *conf = adit_conf(m->ch);

	if (redis_is_limited(conf)) {
		adit_log(m->ch, ADIT_WARN,
			 "refused: the client uses TLS, so its commands cannot "
			 "be compared with read_only and deny_commands");
		return ADIT_CLOSE;
	}
	adit_log(m->ch, ADIT_INFO,
		 "the client uses TLS, so the addresses of a cluster's nodes "
		 "cannot be rewritten: it will dial the servers' own");
	adit_audit(m->ch, "tls", "yes");
	return ADIT_DETACH;
}

static enum adit_verdict request_drop(struct adit_msg *m)
{
	struct redis_state *st = adit_state(m->ch);
	struct resp r;

	if (st->body) {
		st->body -= m->len;
	} else {
		if (resp_head(m->data, m->len, &r) <= 0)
			return ADIT_CLOSE;
		st->args--;
		st->body = (uint64_t)r.n + 2;
	}
	st->dropping = st->args || st->body;
	return ADIT_DROP;
}

static enum adit_verdict request_plain(struct adit_msg *m,
				       const struct request_run *run)
{
	struct redis_state *st = adit_state(m->ch);

	if (run->commands && !request_owe(st, DUE_PLAIN, run->commands))
		return ADIT_HOLD;
	st->args = run->args;
	if (run->skip && adit_skip(m, run->skip))
		return ADIT_CLOSE;
	return ADIT_PASS;
}

static bool request_is_asking(const struct redis_state *st)
{
	return !st->lost && (st->permit == PERMIT_ASKED_OFF ||
			     st->permit == PERMIT_ASKED_SKIP);
}

enum adit_verdict redis_request(struct adit_msg *m)
{
	struct redis_state *st = adit_state(m->ch);
	enum adit_verdict v = ADIT_PASS;
	struct request_run run;

	/* Half a command has no effect. */
	if (m->flags & ADIT_PARTIAL)
		return ADIT_DROP;
	/* A server that has ended will not answer any more. */
	if (m->flags & ADIT_ENDED)
		st->lost = true;
	if (st->dropping)
		return request_drop(m);
	if (st->lookup.phase != LOOKUP_NONE)
		v = request_go_on(m);
	else if (!st->args)
		v = request_is_asking(st) ? ADIT_HOLD : redis_fence(m);
	if (v != ADIT_PASS)
		return v;
	run = request_run(m->ch, m->data, m->len);
	if (run.len == m->len)
		return request_plain(m, &run);
	if (*m->data == '*')
		return request_list(m);
	return *m->data == TLS_HANDSHAKE ? request_tls(m) : request_line(m);
}
