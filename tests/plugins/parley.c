/* SPDX-License-Identifier: BSD-2-Clause */
/* parley.c - a plugin for a made-up protocol, as an example and for tests.
 *
 * Lines both ways; each command gets one reply, in order.
 *
 *   OPEN             -> DATA host port ...  the application connects to one of
 *                                           these; it is told of one only
 *   CALL host port   -> OK | NO             the server connects there
 *   SECRET           -> OK | NO             after OK nobody can read any more
 *   anything else    -> OK ... | NO ...
 *                       GO | STOP           what DATA announced last may be
 *                                           used from now on, or never */
#include <adit/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OWED_MAX = 32, TARGETS_MAX = 8 };

enum kind { OTHER, OPEN, CALL, SECRET };

struct state {
	uint8_t owed[OWED_MAX]; /* kinds of commands without a reply */
	uint32_t nowed;
	uint32_t call; /* expectation of the CALL among them */
	uint32_t data; /* and of the last DATA */
};

struct conf {
	bool same_host, secret, outlives, inspect, unarmed;
	uint32_t lifetime, uses;
	struct adit_ports ports;
	const char *const *refuse;         /* verbs */
	const char *const *redirect_allow; /* the gateway looks at it */
};

enum counter { DATA_SEEN, CALL_SEEN, REFUSED };

/* ---- lines ------------------------------------------------------------------- */

/* Takes "host port" off the front of *text. */
static bool parse_one(const char **text, struct adit_addr *at)
{
	char host[256], *end;
	unsigned long port;
	size_t n;

	*text += strspn(*text, " ");
	n = strcspn(*text, " \r\n");
	if (n == 0 || n >= sizeof host)
		return false;
	memcpy(host, *text, n);
	host[n] = 0;
	*text += n;
	port = strtoul(*text, &end, 10);
	if (end == *text)
		return false;
	*text = end;
	return adit_addr_parse(at, host, port) == 0;
}

/* "VERB host port ..." is a whole line; how many there are, 0: it is none. */
static size_t parse(const struct adit_msg *m, const char *verb,
		    struct adit_addr *at, size_t max)
{
	const char *text = (const char *)m->data + strlen(verb);
	size_t n = 0;

	do {
		if (n == max || !parse_one(&text, &at[n++]))
			return 0;
	} while (*text == ' ');
	return text[strspn(text, "\r\n")] == 0 ? n : 0;
}

static void owe(struct state *st, enum kind kind)
{
	if (st->nowed < OWED_MAX)
		st->owed[st->nowed++] = (uint8_t)kind;
}

static enum kind paid(struct state *st)
{
	enum kind first = st->nowed ? (enum kind)st->owed[0] : OTHER;

	if (st->nowed) {
		st->nowed--;
		memmove(st->owed, st->owed + 1, st->nowed);
	}
	return first;
}

/* ---- commands ------------------------------------------------------------------ */

/* Our own reply must not overtake those that the server still owes. */
static enum adit_verdict refuse(struct adit_msg *m, const char *why)
{
	const struct state *st = adit_state(m->ch);

	if (st->nowed)
		return ADIT_HOLD;
	adit_count(m->ch, REFUSED, 1);
	adit_audit(m->ch, "refused", why);
	if (adit_inject(m->ch, ADIT_TO_CLIENT, "NO refused\n", 11))
		return ADIT_CLOSE;
	return ADIT_DROP;
}

static enum adit_verdict on_call(struct adit_msg *m)
{
	struct state *st = adit_state(m->ch);
	struct adit_addr at, show;
	struct adit_expect want = { .size = sizeof want,
				    .targets = &at,
				    .ntargets = 1,
				    .flags = ADIT_REVERSE | ADIT_UNARMED };

	if (!parse(m, "CALL", &at, 1) ||
	    !adit_addr_same_host(&at, adit_app(m->ch)))
		return refuse(m, "call to a third party");
	switch (adit_expect(m, &want, &show, &st->call)) {
	case ADIT_WAIT:
		return ADIT_HOLD;
	case ADIT_OK:
		owe(st, CALL);
		adit_count(m->ch, CALL_SEEN, 1);
		return adit_rewritef(m, "CALL %s %u\n", show.host,
				     (unsigned)show.port);
	default:
		return refuse(m, "call");
	}
}

static enum adit_verdict on_command(struct adit_msg *m)
{
	const struct conf *conf = adit_conf(m->ch);
	struct state *st = adit_state(m->ch);
	const char *const *verb;

	if (st->nowed == OWED_MAX)
		return ADIT_HOLD;
	for (verb = conf->refuse; verb && *verb; verb++)
		if (adit_word(m, *verb))
			return refuse(m, *verb);
	if (adit_word(m, "CALL"))
		return on_call(m);
	if (adit_word(m, "SECRET") && !conf->secret)
		return refuse(m, "SECRET");
	owe(st, adit_word(m, "OPEN")   ? OPEN :
		adit_word(m, "SECRET") ? SECRET :
					 OTHER);
	return ADIT_PASS;
}

/* ---- replies ------------------------------------------------------------------- */

static bool may_name(const struct adit_msg *m, const struct adit_addr *at)
{
	const struct conf *conf = adit_conf(m->ch);

	return adit_ports_has(&conf->ports, at->port) &&
	       (!conf->same_host ||
		adit_addr_same_host(at, adit_server(m->ch)));
}

static uint32_t flags_of(const struct conf *conf)
{
	return (conf->outlives ? ADIT_OUTLIVES : 0) |
	       (conf->inspect ? ADIT_INSPECT : 0) |
	       (conf->unarmed ? ADIT_UNARMED : 0);
}

static enum adit_verdict on_data(struct adit_msg *m)
{
	const struct conf *conf = adit_conf(m->ch);
	struct state *st = adit_state(m->ch);
	struct adit_addr at[TARGETS_MAX], show;
	struct adit_expect want = { .size = sizeof want,
				    .targets = at,
				    .flags = flags_of(conf),
				    .uses = conf->uses,
				    .lifetime_ms = conf->lifetime,
				    .tag = adit_tag(m->ch) + 1 };

	want.ntargets = parse(m, "DATA", at, TARGETS_MAX);
	if (want.ntargets == 0)
		return adit_rewritef(m, "NO bad address\n");
	for (size_t i = 0; i < want.ntargets; i++)
		if (!may_name(m, &at[i]))
			return adit_rewritef(m, "NO bad address\n");
	switch (adit_expect(m, &want, &show, &st->data)) {
	case ADIT_WAIT:
		return ADIT_HOLD;
	case ADIT_OK:
		adit_count(m->ch, DATA_SEEN, 1);
		return adit_rewritef(m, "DATA %s %u\n", show.host,
				     (unsigned)show.port);
	default:
		return adit_rewritef(m, "NO denied\n");
	}
}

static enum adit_verdict on_reply(struct adit_msg *m)
{
	struct state *st = adit_state(m->ch);
	enum kind kind = paid(st);
	bool good = adit_word(m, "OK");

	adit_wake(m->ch, ADIT_TO_SERVER);
	switch (kind) {
	case OPEN:
		return adit_word(m, "DATA") ? on_data(m) : ADIT_PASS;
	case CALL:
		if (good)
			adit_arm(m->ch, st->call);
		else
			adit_cancel(m->ch, st->call);
		return ADIT_PASS;
	case SECRET:
		return good ? ADIT_DETACH : ADIT_PASS;
	default:
		if (adit_word(m, "GO"))
			adit_arm(m->ch, st->data);
		if (adit_word(m, "STOP"))
			adit_cancel(m->ch, st->data);
		return ADIT_PASS;
	}
}

static enum adit_verdict message(struct adit_msg *m)
{
	/* Half a line at the end is nothing that anybody could act on. */
	if (m->flags & ADIT_PARTIAL)
		return ADIT_DROP;
	if (memchr(m->data, 0, m->len))
		return ADIT_CLOSE;
	return m->dir == ADIT_TO_SERVER ? on_command(m) : on_reply(m);
}

/* ---- channels that DATA announced, where they are read too -------------------- */

static enum adit_verdict on_open(struct adit_channel *ch)
{
	char depth[24];

	if (adit_tag(ch) == 0)
		return ADIT_PASS;
	snprintf(depth, sizeof depth, "%llu", (unsigned long long)adit_tag(ch));
	adit_audit(ch, "depth", depth);
	adit_audit(ch, "orphan", adit_parent(ch) ? "no" : "yes");
	return ADIT_PASS;
}

/* ---- what it is ------------------------------------------------------------------ */

static int check(const void *conf, char *err, size_t errlen)
{
	const struct conf *c = conf;

	if (c->ports.count)
		return 0;
	snprintf(err, errlen, "ports is empty");
	return -1;
}

static const struct adit_option options[] = {
	ADIT_OPT("same_host", ADIT_BOOL, struct conf, same_host, "yes",
		 "DATA must name the server itself"),
	ADIT_OPT("secret", ADIT_BOOL, struct conf, secret, "yes",
		 "whether SECRET is allowed"),
	ADIT_OPT("ports", ADIT_PORTS, struct conf, ports, "1024-65535",
		 "ports that DATA may name"),
	ADIT_OPT("outlives", ADIT_BOOL, struct conf, outlives, "no",
		 "what DATA announced is good after the end of the channel"),
	ADIT_OPT("inspect", ADIT_BOOL, struct conf, inspect, "no",
		 "what DATA announced speaks the same protocol"),
	ADIT_OPT("unarmed", ADIT_BOOL, struct conf, unarmed, "no",
		 "what DATA announced waits for GO"),
	ADIT_OPT("lifetime", ADIT_MSEC, struct conf, lifetime, "60s",
		 "how long an announcement is good"),
	ADIT_OPT("uses", ADIT_UINT, struct conf, uses, "1",
		 "for how many connections"),
	ADIT_OPT("redirect_allow", ADIT_LIST, struct conf, redirect_allow, NULL,
		 "networks that DATA may lead to, besides the server's host"),
	ADIT_OPT("refuse", ADIT_LIST, struct conf, refuse, NULL,
		 "commands that are refused"),
	{ 0 }
};

static const char *const counters[] = { "data", "call", "refused", NULL };

ADIT_PLUGIN(.name = "parley", .version = "1",
	    .summary = "an example with connections in both directions",
	    .can = ADIT_CAN_REWRITE | ADIT_CAN_INJECT | ADIT_CAN_FORWARD |
		   ADIT_CAN_REVERSE,
	    .state_version = 1, .state_size = sizeof(struct state),
	    .conf_size = sizeof(struct conf), .options = options,
	    .counters = counters, .max_message = 1024,
	    .frame = { adit_frame_line, adit_frame_line }, .message = message,
	    .check = check, .open = on_open);
