/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_call.c - adit_expect: asks the gateway once, and remembers the answer
 * for the replays of a message. */
#include "plugin/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every plugin has the members in front of these. */
#define SIZE_LEAST offsetof(struct adit_expect, ndata)

static bool same_addr(const struct adit_addr *a, const struct adit_addr *b)
{
	return a->port == b->port && a->family == b->family &&
	       strcmp(a->host, b->host) == 0;
}

static bool same_want(const struct adit_expect *a, const struct adit_expect *b)
{
	if (a->flags != b->flags || a->uses != b->uses ||
	    a->lifetime_ms != b->lifetime_ms || a->tag != b->tag ||
	    a->ntargets != b->ntargets || a->ndata != b->ndata ||
	    (a->ndata && memcmp(a->data, b->data, a->ndata)))
		return false;
	for (size_t i = 0; i < a->ntargets; i++)
		if (!same_addr(&a->targets[i], &b->targets[i]))
			return false;
	return true;
}

static void want_limit(struct adit_expect *to)
{
	if (!to->lifetime_ms)
		to->lifetime_ms = EXPECT_LIFETIME_MS;
	if (to->flags & ADIT_SHARED) {
		to->flags &= ~ADIT_OUTLIVES;
		return;
	}
	if (!to->uses)
		to->uses = 1;
	to->uses = MIN(to->uses, EXPECT_USES_MAX);
	to->lifetime_ms = MIN(to->lifetime_ms, EXPECT_LIFETIME_MAX);
}

/* Copies the request.  The plugin's struct may be shorter than ours or longer,
 * if it was compiled with another header. */
static bool read_want(struct adit_expect *to, const struct adit_expect *from)
{
	memset(to, 0, sizeof(*to));
	if (from->size < SIZE_LEAST)
		return false;
	memcpy(to, from, MIN(from->size, sizeof(*to)));
	to->size = sizeof(*to);
	want_limit(to);
	return to->ntargets && to->ntargets <= EXPECT_TARGETS_MAX &&
	       to->targets;
}

static bool is_allowed(struct adit_channel *ch, const struct adit_expect *want)
{
	uint32_t can = ch->plugin->def.can;

	if (want->flags & ~EXPECT_FLAGS)
		return tx_broken(ch, "used an unknown expectation flag");
	if (want->flags & ADIT_SHARED && !(can & ADIT_CAN_SHARED))
		return tx_broken(ch, "used ADIT_SHARED without "
				     "ADIT_CAN_SHARED");
	if (want->flags & ADIT_KEEP_PORT && !(want->flags & ADIT_SHARED))
		return tx_broken(ch, "used ADIT_KEEP_PORT without ADIT_SHARED");
	if (want->flags & ADIT_SHARED && want->flags & ~EXPECT_SHARED_FLAGS)
		return tx_broken(ch, "used ADIT_SHARED together with "
				     "ADIT_REVERSE or ADIT_UNARMED");
	if (want->flags & ADIT_REVERSE && !(can & ADIT_CAN_REVERSE))
		return tx_broken(ch, "asked for a reverse connection "
				     "without ADIT_CAN_REVERSE");
	if (!(want->flags & ADIT_REVERSE) && !(can & ADIT_CAN_FORWARD))
		return tx_broken(ch, "asked for a forward connection "
				     "without ADIT_CAN_FORWARD");
	if (want->ndata > EXPECT_DATA_MAX || (want->ndata && !want->data))
		return tx_broken(ch, "gave adit_expect more than 4,096 bytes "
				     "of data");
	return true;
}

/* Checks the targets, which come from a peer, and writes them in one form, so
 * that the request of a replay compares equal. */
static bool read_targets(struct adit_addr *to, const struct adit_expect *want)
{
	for (size_t i = 0; i < want->ntargets; i++) {
		const struct adit_addr *t = &want->targets[i];

		if (!memchr(t->host, 0, sizeof(t->host)) ||
		    adit_addr_parse(&to[i], t->host, t->port))
			return false;
	}
	return true;
}

static struct expect_call *expect_call_repeated(struct side *s,
						const struct adit_expect *want)
{
	for (; s->cursor < s->ncalls; s->cursor++) {
		struct expect_call *r = &s->calls[s->cursor];

		if (same_want(&r->want, want)) {
			s->cursor++;
			r->repeated = true;
			return r;
		}
	}
	return NULL;
}

/* ---- why not ------------------------------------------------------------- */

void inspect_why(struct adit_channel *ch, const char *text)
{
	snprintf(ch->saying, sizeof(ch->saying), "%s", text);
}

/* For the log, and for adit_why. */
static enum adit_result expect_call_refuse(struct adit_channel *ch,
					   const struct adit_expect *want,
					   const char *why)
{
	snprintf(ch->why, sizeof(ch->why), "%s", why);
	if (ch->ops->refused)
		ch->ops->refused(ch->ctx, want, ch->why);
	return ADIT_FAILED;
}

/* Notes the result of a call; if it is a refusal, then with what inspect_why
 * has said. */
static void expect_call_ends(struct adit_channel *ch, struct expect_call *r,
			     enum adit_result result)
{
	r->result = result;
	if (result == ADIT_OK || result == ADIT_WAIT)
		return;
	if (!ch->saying[0])
		inspect_why(ch, result == ADIT_DENIED ?
					"policy allows none of the targets" :
					"no listener could be had");
	free(r->why);
	r->why = strdup(ch->saying);
	if (ch->ops->refused)
		ch->ops->refused(ch->ctx, &r->want, ch->saying);
	ch->saying[0] = 0;
}

/* ---- a call -------------------------------------------------------------- */

struct expect_call *expect_call_add(struct side *s)
{
	size_t n = s->ncalls;
	struct expect_call *grown = s->calls;

	/* There is room for a power of two of them. */
	if (!n || (n >= INSPECT_EXPECTS && !(n & (n - 1))))
		grown = realloc(s->calls,
				MAX(2 * n, INSPECT_EXPECTS) * sizeof(*grown));
	if (!grown)
		return NULL;
	s->calls = grown;
	s->ncalls++;
	grown[n] = (struct expect_call){ 0 };
	return &grown[n];
}

static bool expect_call_copy(struct adit_expect *to,
			     const struct adit_expect *from)
{
	size_t n = from->ntargets * sizeof(*from->targets);
	struct adit_addr *targets = malloc(n);
	void *data = malloc(from->ndata + 1);

	if (!targets || !data) {
		free(targets);
		free(data);
		return false;
	}
	memcpy(targets, from->targets, n);
	if (from->ndata)
		memcpy(data, from->data, from->ndata);
	*to = *from;
	to->targets = targets;
	to->data = data;
	return true;
}

static struct expect_call *expect_call_new(struct adit_channel *ch,
					   struct side *s,
					   const struct adit_expect *want)
{
	struct expect_call *r = expect_call_add(s);

	if (!r)
		return NULL;
	if (!expect_call_copy(&r->want, want)) {
		s->ncalls--;
		return NULL;
	}
	s->cursor = s->ncalls;
	r->repeated = true;
	r->deadline = inspect_now(ch) + INSPECT_HOLD_MS;
	ch->saying[0] = 0;
	expect_call_ends(ch, r,
			 ch->ops->expect(ch->ctx, &r->want, &r->id, &r->show));
	return r;
}

static enum adit_result expect_call_too_many(struct adit_channel *ch,
					     const struct adit_expect *want)
{
	char text[EXPECT_WHY];

	snprintf(text, sizeof(text),
		 "too many expectations from one message: .max_expect is %zu",
		 ch->plugin->def.max_expect);
	ch->ops->log(ch->ctx, ADIT_WARN, text);
	return expect_call_refuse(ch, want, text);
}

/* What an earlier pass was told, or an answer of now. */
static enum adit_result expect_call_result(struct adit_channel *ch,
					   const struct expect_call *r,
					   struct adit_addr *show, uint32_t *id)
{
	if (r->result == ADIT_OK) {
		*show = r->show;
		*id = r->id;
	}
	snprintf(ch->why, sizeof(ch->why), "%s", r->why ? r->why : "");
	return r->result;
}

enum adit_result adit_expect(struct adit_msg *m, const struct adit_expect *want,
			     struct adit_addr *show, uint32_t *id)
{
	struct adit_channel *ch = m->ch;
	struct side *s = &ch->side[m->dir];
	struct adit_addr targets[EXPECT_TARGETS_MAX];
	struct adit_expect w;
	struct expect_call *r;

	*id = 0;
	memset(show, 0, sizeof(*show));
	if (ch->msg != m || !read_want(&w, want) || !is_allowed(ch, &w))
		return ADIT_FAILED;
	if (!read_targets(targets, &w))
		return expect_call_refuse(ch, NULL,
					  "a target is no valid address");
	w.targets = targets;
	r = expect_call_repeated(s, &w);
	if (!r && s->ncalls >= ch->plugin->def.max_expect)
		return expect_call_too_many(ch, &w);
	if (!r)
		r = expect_call_new(ch, s, &w);
	if (!r)
		return expect_call_refuse(ch, &w, "out of memory");
	return expect_call_result(ch, r, show, id);
}

bool inspect_waits_for(const struct adit_channel *ch, uint32_t id)
{
	for (int d = 0; d < 2; d++)
		for (unsigned i = 0; i < ch->side[d].ncalls; i++)
			if (ch->side[d].calls[i].id == id &&
			    ch->side[d].calls[i].result == ADIT_WAIT)
				return true;
	return false;
}

bool side_is_waiting(const struct side *s)
{
	for (unsigned i = 0; i < s->ncalls; i++)
		if (s->calls[i].result == ADIT_WAIT)
			return true;
	return false;
}

/* Whether nobody can use the expectation any more: the message was passed
 * before the answer came, so the address was not shown to anybody; or the
 * replay has not asked again. */
static bool is_useless(const struct expect_call *r, bool all)
{
	return r->result == ADIT_WAIT ||
	       (r->result == ADIT_OK && (all || !r->repeated));
}

void expect_calls_drop(struct adit_channel *ch, struct side *s, bool all)
{
	struct side gone = { .calls = s->calls, .ncalls = s->ncalls };

	s->calls = NULL;
	s->ncalls = s->cursor = 0;
	for (unsigned i = 0; i < gone.ncalls; i++)
		if (is_useless(&gone.calls[i], all))
			ch->ops->withdraw(ch->ctx, gone.calls[i].id);
	expect_calls_free(&gone);
}

void expect_calls_free(struct side *s)
{
	for (unsigned i = 0; i < s->ncalls; i++) {
		free((void *)s->calls[i].want.targets);
		free((void *)s->calls[i].want.data);
		free(s->calls[i].why);
	}
	free(s->calls);
	s->calls = NULL;
	s->ncalls = 0;
}

void expect_calls_expire(struct adit_channel *ch, struct side *s, uint64_t now)
{
	for (unsigned i = 0; i < s->ncalls; i++) {
		struct expect_call *r = &s->calls[i];

		if (r->result != ADIT_WAIT || r->deadline > now)
			continue;
		inspect_why(ch, "no answer for 10 seconds");
		expect_call_ends(ch, r, ADIT_FAILED);
		s->again = true;
		ch->ops->withdraw(ch->ctx, r->id);
	}
}

static bool answer_side(struct adit_channel *ch, struct side *s, uint32_t id,
			enum adit_result result, const struct adit_addr *show)
{
	for (unsigned i = 0; i < s->ncalls; i++) {
		struct expect_call *r = &s->calls[i];

		if (r->result != ADIT_WAIT || r->id != id)
			continue;
		expect_call_ends(ch, r,
				 result == ADIT_WAIT ? ADIT_FAILED : result);
		if (result == ADIT_OK)
			r->show = *show;
		s->again = true;
		return true;
	}
	return false;
}

bool inspect_answer(struct adit_channel *ch, uint32_t id,
		    enum adit_result result, const struct adit_addr *show)
{
	bool known = answer_side(ch, &ch->side[0], id, result, show) ||
		     answer_side(ch, &ch->side[1], id, result, show);

	ch->saying[0] = 0;
	if (!known)
		return false;
	trace(ch, &(struct inspect_trace){ .what = TRACE_ANSWER,
					   .id = id,
					   .result = result,
					   .show = show });
	inspect_run(ch);
	return true;
}
