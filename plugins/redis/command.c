/* SPDX-License-Identifier: BSD-2-Clause */
/* command.c - reads commands, and knows those that matter. */
#include "inside.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool command_same(const struct redis_arg *a, const char *word)
{
	return strlen(word) == a->len && !strncasecmp(word, a->text, a->len);
}

bool redis_arg_is(const struct redis_command *c, size_t i, const char *word)
{
	return i < c->n && command_same(&c->arg[i], word);
}

enum verb redis_verb(const struct redis_arg *name)
{
	static const struct {
		const char *name;
		enum verb verb;
	} verbs[] = {
		{ "AUTH", VERB_AUTH },
		{ "CLIENT", VERB_CLIENT },
		{ "CLUSTER", VERB_CLUSTER },
		{ "DISCARD", VERB_DISCARD },
		{ "EXEC", VERB_EXEC },
		{ "HELLO", VERB_AUTH },
		{ "INFO", VERB_INFO },
		{ "MIGRATE", VERB_MIGRATE },
		{ "MONITOR", VERB_MONITOR },
		{ "MULTI", VERB_MULTI },
		{ "PSUBSCRIBE", VERB_SUBSCRIBE },
		{ "PSYNC", VERB_SYNC },
		{ "PUNSUBSCRIBE", VERB_UNSUBSCRIBE },
		{ "RESET", VERB_RESET },
		{ "ROLE", VERB_ROLE },
		{ "SENTINEL", VERB_SENTINEL },
		{ "SSUBSCRIBE", VERB_SUBSCRIBE },
		{ "SUBSCRIBE", VERB_SUBSCRIBE },
		{ "SUNSUBSCRIBE", VERB_UNSUBSCRIBE },
		{ "SYNC", VERB_SYNC },
		{ "UNSUBSCRIBE", VERB_UNSUBSCRIBE },
		{ "WATCH", VERB_WATCH },
	};
	int first;

	if (name->len < 4) /* none is shorter, and many data commands are */
		return VERB_NONE;
	first = toupper((unsigned char)*name->text);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (verbs[i].name[0] == first &&
		    command_same(name, verbs[i].name))
			return verbs[i].verb;
	return VERB_NONE;
}

enum due_kind redis_kind(enum verb verb, const struct redis_command *c)
{
	static const struct {
		enum verb verb;
		const char *word;
		enum due_kind kind;
	} kinds[] = {
		{ VERB_CLUSTER, "SLOTS", DUE_SLOTS },
		{ VERB_CLUSTER, "SHARDS", DUE_SHARDS },
		{ VERB_CLUSTER, "NODES", DUE_NODES },
		{ VERB_CLUSTER, "REPLICAS", DUE_REPLICAS },
		{ VERB_CLUSTER, "SLAVES", DUE_REPLICAS },
		{ VERB_SENTINEL, "MASTERS", DUE_INSTANCES },
		{ VERB_SENTINEL, "PRIMARIES", DUE_INSTANCES },
		{ VERB_SENTINEL, "MASTER", DUE_INSTANCE },
		{ VERB_SENTINEL, "PRIMARY", DUE_INSTANCE },
		{ VERB_SENTINEL, "REPLICAS", DUE_INSTANCES },
		{ VERB_SENTINEL, "SLAVES", DUE_INSTANCES },
		{ VERB_SENTINEL, "SENTINELS", DUE_INSTANCES },
		{ VERB_SENTINEL, "GET-MASTER-ADDR-BY-NAME", DUE_MASTER },
		{ VERB_SENTINEL, "GET-PRIMARY-ADDR-BY-NAME", DUE_MASTER },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].verb == verb && redis_arg_is(c, 1, kinds[i].word))
			return kinds[i].kind;
	return DUE_PLAIN;
}

int64_t redis_command(const uint8_t *p, size_t n, struct redis_command *c)
{
	struct resp r;
	int got = resp_head(p, n, &r);
	size_t at = r.head;

	*c = (struct redis_command){ .n = 0 };
	if (got <= 0)
		return got;
	c->len = at;
	c->argc = r.n > 0 ? (uint64_t)r.n : 0;
	while (c->n < c->argc && c->n < ARGS_MAX) {
		got = resp_head(p + at, n - at, &r);
		if (got <= 0)
			return got;
		if (r.type != '$' || r.n < 0)
			return RESP_BAD;
		if (r.n > ARG_MAX)
			break;
		if (n - at < r.head + (size_t)r.n + 2)
			return RESP_MORE;
		c->arg[c->n++] = (struct redis_arg){
			(const char *)p + at + r.head, (size_t)r.n
		};
		at += r.head + (size_t)r.n + 2;
		c->len = at;
	}
	return (int64_t)at;
}

/* ---- a line with arguments, as people type it ---------------------------- */

struct inline_reader {
	const char *at, *end;
	char *to;
};

static int inline_hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower(c) - 'a' + 10;
}

/* What a backslash stands for between double quotes. */
static char inline_escape(struct inline_reader *r)
{
	static const char from[] = "nrbta", to[] = "\n\r\b\t\a";
	const char *p = r->at + 1, *found;

	if (r->end - p >= 3 && *p == 'x' && isxdigit((unsigned char)p[1]) &&
	    isxdigit((unsigned char)p[2])) {
		r->at += 4;
		return (char)(inline_hex(p[1]) * 16 + inline_hex(p[2]));
	}
	r->at += 2;
	found = memchr(from, *p, sizeof from - 1);
	return found ? to[found - from] : *p;
}

/* Between quotes.  False: they do not end, or something follows at once. */
static bool inline_quoted(struct inline_reader *r)
{
	char quote = *r->at++;

	while (r->at < r->end && *r->at != quote) {
		bool more = *r->at == '\\' && r->end - r->at > 1;

		if (more && quote == '"')
			*r->to++ = inline_escape(r);
		else if (more && r->at[1] == '\'') {
			*r->to++ = '\'';
			r->at += 2;
		} else
			*r->to++ = *r->at++;
	}
	if (r->at == r->end)
		return false;
	r->at++;
	return r->at == r->end || isspace((unsigned char)*r->at);
}

static bool inline_word(struct inline_reader *r)
{
	while (r->at < r->end && !strchr(" \n\r\t", *r->at)) {
		if (*r->at == '"' || *r->at == '\'')
			return inline_quoted(r);
		*r->to++ = *r->at++;
	}
	return true;
}

bool redis_inline(const uint8_t *p, size_t n, char *to, struct redis_command *c)
{
	struct inline_reader r = { .at = (const char *)p, .to = to };

	n -= n > 0 && p[n - 1] == '\n';
	n -= n > 0 && p[n - 1] == '\r';
	r.end = (const char *)p + n;
	*c = (struct redis_command){ .n = 0 };
	for (;;) {
		char *start = r.to;

		while (r.at < r.end && isspace((unsigned char)*r.at))
			r.at++;
		if (r.at == r.end)
			return true;
		if (!inline_word(&r))
			return false;
		if (c->n < ARGS_MAX)
			c->arg[c->n++] = (struct redis_arg){
				start, (size_t)(r.to - start)
			};
		c->argc++;
	}
}
