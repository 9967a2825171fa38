/* SPDX-License-Identifier: BSD-2-Clause */
/* tape_ask.c - events about expectations: requests, answers, cancel and arm. */
#include "kit/tape_inside.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

static int add_numbered(struct tape *t, enum effect_kind kind, size_t i)
{
	char text[24];

	snprintf(text, sizeof(text), "%zu", i + 1);
	return deeds_add(&tape_last(t)->want, kind, 0, text) ? 0 : ERR_NOMEM;
}

static enum adit_result result_of(const json_t *e)
{
	const char *word = tape_text_of(e, "result");

	return !strcmp(word, "ok")     ? ADIT_OK :
	       !strcmp(word, "wait")   ? ADIT_WAIT :
	       !strcmp(word, "denied") ? ADIT_DENIED :
					 ADIT_FAILED;
}

static int take_answer(struct tape *t, size_t i, const json_t *e)
{
	struct expect_line *a = &t->t->ask[i];

	a->result = result_of(e);
	t->asked[i].state = a->result == ADIT_OK ? LISTENS : OVER;
	return a->result != ADIT_OK ?
		       0 :
		       tape_addr_of(tape_text_of(e, "show"), &a->show);
}

static int read_targets(struct expect_line *a, const json_t *list)
{
	size_t n = json_array_size(list);

	a->target = calloc(n + 1, sizeof(*a->target));
	if (!a->target)
		return ERR_NOMEM;
	for (; a->ntargets < n; a->ntargets++) {
		const json_t *one = json_array_get(list, a->ntargets);

		if (!json_is_string(one) ||
		    tape_addr_of(json_string_value(one),
				 &a->target[a->ntargets]))
			return ERR_PROTO;
	}
	return 0;
}

static struct expect_line *new_ask(struct tape *t)
{
	struct tape_asked *grown = realloc(t->asked,
					   (t->t->nasks + 1) * sizeof(*grown));

	if (!grown)
		return NULL;
	t->asked = grown;
	grown[t->t->nasks] = (struct tape_asked){ .state = WAITS };
	return transcript_ask(t->t);
}

int tape_on_expect(struct tape *t, const json_t *e)
{
	struct expect_line *a = new_ask(t);
	struct tape_asked *as;
	int r;

	if (!a)
		return ERR_NOMEM;
	as = &t->asked[t->t->nasks - 1];
	as->id = (uint32_t)tape_number_of(e, "id");
	as->since = tape_number_of(e, "t");
	a->flags = (uint32_t)tape_number_of(e, "flags");
	a->uses = (uint32_t)tape_number_of(e, "uses");
	a->lifetime_ms = (uint32_t)tape_number_of(e, "lifetime");
	a->tag = tape_number_of(e, "tag");
	a->has_tag = a->tag;
	r = tape_bytes_of(e, "data", &a->data);
	a->has_data = buf_len(&a->data);
	if (!r)
		r = read_targets(a, json_object_get(e, "targets"));
	if (r || result_of(e) != ADIT_WAIT)
		return r ? r : take_answer(t, t->t->nasks - 1, e);
	a->when = ASK_NEVER; /* unless an answer follows */
	return 0;
}

int tape_on_answer(struct tape *t, const json_t *e)
{
	size_t i = tape_find(t, e);
	struct step *s;
	struct expect_line *a;

	if (i == SIZE_MAX || t->asked[i].state != WAITS)
		return 0;
	a = &t->t->ask[i];
	a->when = ASK_SOON;
	if (a->step + 1 == t->t->nsteps)
		return take_answer(t, i, e);
	/* Other steps came before the answer. */
	a->when = ASK_LATE;
	a->answered = true;
	s = transcript_step(t->t, STEP_ANSWER);
	if (!s)
		return ERR_NOMEM;
	s->ask = i;
	return take_answer(t, i, e);
}

int tape_on_cancel(struct tape *t, const json_t *e)
{
	size_t i = tape_find(t, e);
	struct tape_asked *a = i == SIZE_MAX ? NULL : &t->asked[i];
	bool counts;

	if (!a)
		return 0;
	/* A request that was not answered in time is withdrawn by the channel,
	 * and not by the plugin. */
	counts = a->state == LISTENS ||
		 (a->state == WAITS &&
		  tape_number_of(e, "t") - a->since < INSPECT_HOLD_MS);
	a->state = OVER;
	return counts ? add_numbered(t, EFFECT_CANCEL, i) : 0;
}

int tape_on_arm(struct tape *t, const json_t *e)
{
	size_t i = tape_find(t, e);

	if (i == SIZE_MAX || t->asked[i].armed ||
	    t->asked[i].state != LISTENS ||
	    !(t->t->ask[i].flags & ADIT_UNARMED))
		return 0;
	t->asked[i].armed = true;
	return add_numbered(t, EFFECT_ARM, i);
}
