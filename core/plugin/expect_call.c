/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_call.c - adit_expect: asks the gateway once, and remembers the answer
 * for the replays of a message. */
#include "plugin/inside.h"

#include <stdlib.h>
#include <string.h>

static bool same_addr(const struct adit_addr *a, const struct adit_addr *b)
{
	return a->port == b->port && a->family == b->family &&
	       strcmp(a->host, b->host) == 0;
}

static bool same_want(const struct adit_expect *a, const struct adit_expect *b)
{
	if (a->flags != b->flags || a->uses != b->uses ||
	    a->lifetime_ms != b->lifetime_ms || a->tag != b->tag ||
	    a->ntargets != b->ntargets)
		return false;
	for (size_t i = 0; i < a->ntargets; i++)
		if (!same_addr(&a->targets[i], &b->targets[i]))
			return false;
	return true;
}

/* Copies the request.  The plugin's struct may be longer than ours, if it was
 * compiled with a newer header. */
static bool read_want(struct adit_expect *to, const struct adit_expect *from)
{
	memset(to, 0, sizeof(*to));
	if (from->size < sizeof(*to))
		return false;
	memcpy(to, from, sizeof(*to));
	to->size = sizeof(*to);
	if (!to->uses)
		to->uses = 1;
	if (!to->lifetime_ms)
		to->lifetime_ms = EXPECT_LIFETIME_MS;
	to->uses = MIN(to->uses, EXPECT_USES_MAX);
	to->lifetime_ms = MIN(to->lifetime_ms, EXPECT_LIFETIME_MAX);
	return to->ntargets && to->ntargets <= EXPECT_TARGETS_MAX &&
	       to->targets;
}

static bool is_allowed(struct adit_channel *ch, const struct adit_expect *want)
{
	uint32_t can = ch->plugin->def.can;

	if (want->flags & ~EXPECT_FLAGS)
		return tx_broken(ch, "used an unknown expectation flag");
	if (want->flags & ADIT_REVERSE && !(can & ADIT_CAN_REVERSE))
		return tx_broken(ch, "asked for a reverse connection "
				     "without ADIT_CAN_REVERSE");
	if (!(want->flags & ADIT_REVERSE) && !(can & ADIT_CAN_FORWARD))
		return tx_broken(ch, "asked for a forward connection "
				     "without ADIT_CAN_FORWARD");
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

static struct expect_call *expect_call_new(struct adit_channel *ch,
					   struct side *s,
					   const struct adit_expect *want)
{
	size_t n = want->ntargets * sizeof(*want->targets);
	struct adit_addr *targets;
	struct expect_call *r;

	if (s->ncalls == INSPECT_EXPECTS) {
		ch->ops->log(ch->ctx, ADIT_WARN,
			     "too many expectations from one message");
		return NULL;
	}
	if (!s->calls)
		s->calls = calloc(INSPECT_EXPECTS, sizeof(*s->calls));
	targets = malloc(n);
	if (!s->calls || !targets) {
		free(targets);
		return NULL;
	}
	memcpy(targets, want->targets, n);
	r = &s->calls[s->ncalls++];
	s->cursor = s->ncalls;
	*r = (struct expect_call){ .want = *want, .repeated = true };
	r->want.targets = targets;
	r->deadline = inspect_now(ch) + INSPECT_HOLD_MS;
	r->result = ch->ops->expect(ch->ctx, &r->want, &r->id, &r->show);
	return r;
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
	if (ch->msg != m || !read_want(&w, want) || !is_allowed(ch, &w) ||
	    !read_targets(targets, &w))
		return ADIT_FAILED;
	w.targets = targets;
	r = expect_call_repeated(s, &w);
	if (!r)
		r = expect_call_new(ch, s, &w);
	if (!r)
		return ADIT_FAILED;
	if (r->result == ADIT_OK) {
		*show = r->show;
		*id = r->id;
	}
	return r->result;
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
	struct expect_call *calls = s->calls;
	unsigned n = s->ncalls;

	s->calls = NULL;
	s->ncalls = s->cursor = 0;
	for (unsigned i = 0; i < n; i++) {
		if (is_useless(&calls[i], all))
			ch->ops->withdraw(ch->ctx, calls[i].id);
		free((void *)calls[i].want.targets);
	}
	free(calls);
}

void expect_calls_expire(struct adit_channel *ch, struct side *s, uint64_t now)
{
	for (unsigned i = 0; i < s->ncalls; i++) {
		struct expect_call *r = &s->calls[i];

		if (r->result != ADIT_WAIT || r->deadline > now)
			continue;
		r->result = ADIT_FAILED;
		s->again = true;
		ch->ops->withdraw(ch->ctx, r->id);
	}
}

static bool answer_side(struct side *s, uint32_t id, enum adit_result result,
			const struct adit_addr *show)
{
	for (unsigned i = 0; i < s->ncalls; i++) {
		struct expect_call *r = &s->calls[i];

		if (r->result != ADIT_WAIT || r->id != id)
			continue;
		r->result = result == ADIT_WAIT ? ADIT_FAILED : result;
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
	if (!answer_side(&ch->side[ADIT_TO_SERVER], id, result, show) &&
	    !answer_side(&ch->side[ADIT_TO_CLIENT], id, result, show))
		return false;
	trace(ch, &(struct inspect_trace){ .what = TRACE_ANSWER,
					   .id = id,
					   .result = result,
					   .show = show });
	inspect_run(ch);
	return true;
}
