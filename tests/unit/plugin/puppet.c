/* SPDX-License-Identifier: BSD-2-Clause */
/* puppet.c - a plugin that does what its messages say; for tests. */
#include "puppet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *arg(const struct adit_msg *m)
{
	const char *space = memchr(m->data, ' ', m->len);

	return space ? space + 1 : "";
}

static enum adit_dir other(enum adit_dir d)
{
	return d == ADIT_TO_SERVER ? ADIT_TO_CLIENT : ADIT_TO_SERVER;
}

static int64_t frame(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	int64_t len = 0;

	if (p[0] == '!')
		return ADIT_BAD;
	if (p[0] != '$')
		return adit_frame_line(ch, p, n);
	if (n < 4)
		return ADIT_MORE;
	for (int i = 1; i < 4; i++) {
		if (p[i] < '0' || p[i] > '9')
			return ADIT_BAD;
		len = 10 * len + p[i] - '0';
	}
	return ADIT_SKIP(4 + len);
}

static size_t targets(struct adit_addr *to, size_t most, const char *text)
{
	size_t n = 0;
	char host[256];
	unsigned long port;
	char *end;

	while (n < most && *text) {
		size_t len = strcspn(text, " \n");

		if (len >= sizeof(host))
			return 0;
		memcpy(host, text, len);
		host[len] = 0;
		port = strtoul(text + len, &end, 10);
		if (end == text + len || adit_addr_parse(&to[n], host, port))
			return n;
		n++;
		text = end + (*end == ' ' || *end == '\n');
	}
	return n;
}

static enum adit_verdict told(struct adit_msg *m, enum adit_result r,
			      const struct adit_addr *show)
{
	switch (r) {
	case ADIT_WAIT:
		return ADIT_HOLD;
	case ADIT_OK:
		return adit_rewritef(m, "at %s %u\n", show->host, show->port);
	case ADIT_DENIED:
		return adit_rewritef(m, "denied\n");
	default:
		return adit_rewritef(m, "failed\n");
	}
}

static enum adit_verdict ask(struct adit_msg *m, uint32_t flags)
{
	struct puppet_state *st = adit_state(m->ch);
	struct adit_addr to[4], show;
	struct adit_expect want = { .size = sizeof(want),
				    .flags = flags,
				    .targets = to };

	want.ntargets = targets(to, 4, arg(m));
	return told(m, adit_expect(m, &want, &show, &st->id), &show);
}

static enum adit_result ask_port(struct adit_msg *m, unsigned long port,
				 struct adit_addr *show)
{
	struct adit_addr to;
	struct adit_expect want = {
		.size = sizeof(want), .targets = &to, .ntargets = 1, .tag = port
	};
	uint32_t id;

	if (adit_addr_parse(&to, "10.0.0.1", port))
		return ADIT_FAILED;
	return adit_expect(m, &want, show, &id);
}

static enum adit_verdict two(struct adit_msg *m)
{
	struct adit_addr a = { .port = 0 }, b = a;
	char *q;
	unsigned long p = strtoul(arg(m), &q, 10);
	enum adit_result ra = ask_port(m, p, &a);
	enum adit_result rb = ask_port(m, strtoul(q, NULL, 10), &b);

	if (ra == ADIT_WAIT || rb == ADIT_WAIT)
		return ADIT_HOLD;
	return adit_rewritef(m, "both %u %u\n", a.port, b.port);
}

static enum adit_verdict flip(struct adit_msg *m)
{
	struct adit_addr show;
	unsigned long p = strtoul(arg(m), NULL, 10);

	return told(m, ask_port(m, p + (m->pass > 0), &show), &show);
}

/* Another port in each replay, until one fails. */
static enum adit_verdict more(struct adit_msg *m)
{
	struct adit_addr show;
	unsigned long p = strtoul(arg(m), NULL, 10) + m->pass;
	enum adit_result r = ask_port(m, p, &show);

	return r == ADIT_OK ? ADIT_HOLD : told(m, r, &show);
}

static enum adit_verdict inject(struct adit_msg *m, enum adit_dir d,
				enum adit_verdict v)
{
	const char *text = arg(m);

	adit_inject(m->ch, d, text, strlen(text));
	return v;
}

static enum adit_verdict urge(struct adit_msg *m)
{
	const char *text = arg(m);
	enum adit_verdict v = adit_rewrite(m, text, strlen(text));

	m->urgent = *text ? 1 : 0;
	return v;
}

static enum adit_verdict wait_for_wake(struct adit_msg *m)
{
	struct puppet_state *st = adit_state(m->ch);

	if (!st->woken)
		return ADIT_HOLD;
	st->woken = 0;
	return ADIT_PASS;
}

static enum adit_verdict outcome(struct adit_msg *m)
{
	const struct puppet_state *st = adit_state(m->ch);

	switch (adit_outcome(m->ch, st->id)) {
	case ADIT_WAIT:
		return ADIT_HOLD;
	case ADIT_OK:
		return adit_rewritef(m, "ok\n");
	case ADIT_DENIED:
		return adit_rewritef(m, "denied\n");
	default:
		return adit_rewritef(m, "failed\n");
	}
}

static enum adit_verdict skip(struct adit_msg *m)
{
	if (adit_skip(m, strtoul(arg(m), NULL, 10)))
		return ADIT_CLOSE;
	return adit_word(m, "gone") ? ADIT_DROP : ADIT_PASS;
}

static enum adit_verdict why(struct adit_msg *m)
{
	struct adit_addr to, show;
	struct adit_expect want = { .size = sizeof(want), .targets = &to };
	enum adit_result r;
	uint32_t id;

	want.ntargets = targets(&to, 1, arg(m));
	if (!want.ntargets) {
		memset(&to, 0, sizeof(to));
		want.ntargets = 1;
	}
	r = adit_expect(m, &want, &show, &id);
	if (r == ADIT_WAIT)
		return adit_why(m->ch)[0] ? ADIT_CLOSE : ADIT_HOLD;
	return adit_rewritef(m, "why %s\n", adit_why(m->ch));
}

static enum adit_verdict give(struct adit_msg *m)
{
	struct adit_addr to, show;
	struct adit_expect want = { .size = sizeof(want),
				    .flags = ADIT_INSPECT,
				    .targets = &to,
				    .ntargets = 1,
				    .data = arg(m) };
	uint32_t id;

	want.ndata = strlen(want.data) - 1;
	if (adit_addr_parse(&to, "10.0.0.1", 40))
		return ADIT_CLOSE;
	switch (adit_expect(m, &want, &show, &id)) {
	case ADIT_WAIT:
		return ADIT_HOLD;
	case ADIT_OK:
		return adit_rewritef(m, "ok\n");
	default:
		return adit_rewritef(m, "failed\n");
	}
}

static enum adit_verdict given(struct adit_msg *m)
{
	size_t n;
	const char *text = adit_given(m->ch, &n);

	return adit_rewritef(m, "given %.*s\n", (int)n, text ? text : "");
}

static enum adit_verdict call(struct adit_msg *m)
{
	struct puppet_state *st = adit_state(m->ch);

	if (adit_word(m, "wake")) {
		st->woken = 1;
		adit_wake(m->ch, other(m->dir));
	} else if (adit_word(m, "ignore")) {
		adit_ignore(m->ch, m->dir);
	} else if (adit_word(m, "count")) {
		adit_count(m->ch, (unsigned)strtoul(arg(m), NULL, 10), 1);
	} else if (adit_word(m, "audit")) {
		adit_audit(m->ch, "said", arg(m));
		adit_event(m->ch, 0,
			   (const char *const[]){ "event", arg(m), "and",
						  "more", NULL });
	} else if (adit_word(m, "timer")) {
		adit_timer(m->ch, (unsigned)strtoul(arg(m), NULL, 10));
	} else if (adit_word(m, "arm")) {
		adit_arm(m->ch, st->id);
	} else if (adit_word(m, "cancel")) {
		adit_cancel(m->ch, st->id);
	}
	return ADIT_PASS;
}

static enum adit_verdict obey(struct adit_msg *m)
{
	const struct puppet_state *st = adit_state(m->ch);

	if (adit_word(m, "say"))
		return adit_rewrite(m, arg(m), strlen(arg(m)));
	if (adit_word(m, "urge"))
		return urge(m);
	if (adit_word(m, "inj"))
		return inject(m, m->dir, ADIT_PASS);
	if (adit_word(m, "inx"))
		return inject(m, other(m->dir), ADIT_PASS);
	if (adit_word(m, "no"))
		return inject(m, ADIT_TO_CLIENT, ADIT_DROP);
	if (adit_word(m, "bye"))
		return inject(m, ADIT_TO_CLIENT, ADIT_FINISH);
	if (adit_word(m, "exp"))
		return ask(m, 0);
	if (adit_word(m, "rev"))
		return ask(m, ADIT_REVERSE | ADIT_UNARMED);
	if (adit_word(m, "shr"))
		return ask(m, ADIT_SHARED | ADIT_OUTLIVES);
	if (adit_word(m, "kee"))
		return ask(m, ADIT_KEEP_PORT);
	if (adit_word(m, "odr"))
		return ask(m, ADIT_SHARED | ADIT_REVERSE);
	if (adit_word(m, "two"))
		return two(m);
	if (adit_word(m, "flip"))
		return flip(m);
	if (adit_word(m, "more"))
		return more(m);
	if (adit_word(m, "wait"))
		return wait_for_wake(m);
	if (adit_word(m, "outcome"))
		return outcome(m);
	if (adit_word(m, "skip") || adit_word(m, "gone"))
		return skip(m);
	if (adit_word(m, "why"))
		return why(m);
	if (adit_word(m, "give"))
		return give(m);
	if (adit_word(m, "given"))
		return given(m);
	if (adit_word(m, "now"))
		return adit_rewritef(m, "now %llu\n",
				     (unsigned long long)adit_now(m->ch));
	if (adit_word(m, "times"))
		return adit_rewritef(m, "times %llu\n",
				     (unsigned long long)st->finals);
	return call(m);
}

static enum adit_verdict message(struct adit_msg *m)
{
	static const struct {
		const char *word;
		enum adit_verdict v;
	} plain[] = {
		{ "drop", ADIT_DROP },     { "hold", ADIT_HOLD },
		{ "detach", ADIT_DETACH }, { "finish", ADIT_FINISH },
		{ "close", ADIT_CLOSE },   { "odd", (enum adit_verdict)99 },
	};
	struct puppet_state *st = adit_state(m->ch);

	st->finals++;
	if (m->data[m->len])
		return ADIT_CLOSE;
	if (m->flags & ADIT_PARTIAL)
		return adit_rewritef(m, "partial\n");
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (adit_word(m, plain[i].word))
			return plain[i].v;
	return obey(m);
}

static void on_timer(struct adit_channel *ch)
{
	struct puppet_state *st = adit_state(ch);

	st->woken = 1;
	adit_wake(ch, ADIT_TO_SERVER);
	adit_wake(ch, ADIT_TO_CLIENT);
}

static const char *const counters[] = { "lines", "others", NULL };

const struct adit_plugin puppet = {
	.api = ADIT_PLUGIN_API,
	.size = sizeof(struct adit_plugin),
	.name = "puppet",
	.version = "1",
	.summary = "does what it is told",
	.can = ADIT_CAN_REWRITE | ADIT_CAN_INJECT | ADIT_CAN_FORWARD |
	       ADIT_CAN_REVERSE | ADIT_CAN_SHARED,
	.state_size = sizeof(struct puppet_state),
	.counters = counters,
	.max_message = 200,
	.frame = { frame, frame },
	.message = message,
	.timer = on_timer,
};
