/* SPDX-License-Identifier: BSD-2-Clause */
/* tape.c - makes a transcript of the events that a gateway has recorded. */
#include "kit/tape_inside.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

struct tape *tape_new(void)
{
	struct tape *t = calloc(1, sizeof(*t));

	if (t)
		t->t = transcript_new("");
	if (t && t->t)
		return t;
	free(t);
	return NULL;
}

void tape_free(struct tape *t)
{
	if (!t)
		return;
	transcript_free(t->t);
	free(t->asked);
	free(t->title);
	free(t);
}

bool tape_has_begun(const struct tape *t)
{
	return t->t->nsteps;
}

/* ---- steps --------------------------------------------------------------- */

struct step *tape_last(struct tape *t)
{
	return &t->t->step[t->t->nsteps - 1];
}

/* Adds a `time` line up to this event. */
static int tape_pass_time(struct tape *t, const json_t *e)
{
	uint64_t now = tape_number_of(e, "t") - t->begin;
	struct step *s;

	if (now <= t->clock)
		return 0;
	s = transcript_step(t->t, STEP_TIME);
	if (!s)
		return ERR_NOMEM;
	s->ms = (uint32_t)MIN(now - t->clock, UINT32_MAX);
	t->clock = now;
	return 0;
}

static bool has_deeds(const struct deeds *d)
{
	return d->neffects || d->status != INSPECT_RUN || d->out[0].nspans ||
	       d->out[1].nspans || d->out[0].fin || d->out[1].fin;
}

/* Whether this input goes on with the last one: bytes that had no effect are
 * put together with the next ones. */
static bool goes_on(struct tape *t, enum adit_dir d)
{
	const struct step *s = tape_last(t);

	return s->kind == STEP_INPUT && s->dir == d && !s->urgent &&
	       !t->timer && !has_deeds(&s->want);
}

static int tape_input(struct tape *t, const json_t *e)
{
	bool timer = json_is_true(json_object_get(e, "timer"));
	struct step *s;
	int r = 0;

	if (!*tape_text_of(e, "data"))
		return 0;
	if (t->timer || timer)
		r = tape_pass_time(t, e);
	t->timer = timer;
	if (r)
		return r;
	s = goes_on(t, tape_dir_of(e)) ? tape_last(t) :
					 transcript_step(t->t, STEP_INPUT);
	if (!s)
		return ERR_NOMEM;
	s->dir = tape_dir_of(e);
	r = tape_bytes_of(e, "data", &s->text);
	s->urgent = tape_number_of(e, "urgent") * 2 ==
		    strlen(tape_text_of(e, "data"));
	return r;
}

static int on_fin(struct tape *t, const json_t *e)
{
	int r = t->timer ? tape_pass_time(t, e) : 0;
	struct step *s = r ? NULL : transcript_step(t->t, STEP_FIN);

	if (!s)
		return ERR_NOMEM;
	s->dir = tape_dir_of(e);
	return 0;
}

static int on_tick(struct tape *t, const json_t *e)
{
	return tape_pass_time(t, e);
}

static int tape_close(struct tape *t, const json_t *e)
{
	(void)e;
	t->closed = true;
	return transcript_step(t->t, STEP_CLOSE) ? 0 : ERR_NOMEM;
}

static int on_full(struct tape *t, const json_t *e)
{
	(void)e;
	t->full = true;
	return 0;
}

/* ---- what came of it ----------------------------------------------------- */

static int on_output(struct tape *t, const json_t *e)
{
	struct span from = { .urgent = tape_number_of(e, "urgent") };
	struct buf bytes = { 0 };
	int r = tape_bytes_of(e, "data", &bytes);

	if (!r && output_add(&tape_last(t)->want.out[tape_dir_of(e)],
			     buf_ptr(&bytes), buf_len(&bytes), &from))
		r = ERR_NOMEM;
	buf_fini(&bytes);
	return r;
}

static int on_end(struct tape *t, const json_t *e)
{
	tape_last(t)->want.out[tape_dir_of(e)].fin = true;
	return 0;
}

static int on_status(struct tape *t, const json_t *e)
{
	struct deeds *d = &tape_last(t)->want;
	const char *status = tape_text_of(e, "status");
	const char *reason = tape_text_of(e, "reason");

	d->status = !strcmp(status, "reset")    ? INSPECT_RESET :
		    !strcmp(status, "finish")   ? INSPECT_FINISH :
		    !strcmp(status, "detached") ? INSPECT_DETACHED :
						  INSPECT_RUN;
	if (*reason && !d->reason && !(d->reason = strdup(reason)))
		return ERR_NOMEM;
	return 0;
}

static int add_effect(struct tape *t, enum effect_kind kind, const char *text)
{
	return deeds_add(&tape_last(t)->want, kind, 0, text) ? 0 : ERR_NOMEM;
}

size_t tape_find(const struct tape *t, const json_t *e)
{
	uint64_t id = tape_number_of(e, "id");

	for (size_t i = 0; id && i < t->t->nasks; i++)
		if (t->asked[i].id == id)
			return i;
	return SIZE_MAX;
}

static int tape_audit(struct tape *t, const json_t *e)
{
	return add_effect(t, EFFECT_AUDIT, tape_text_of(e, "text"));
}

static int tape_event(struct tape *t, const json_t *e)
{
	const char *what = tape_text_of(e, "text");
	size_t i = tape_find(t, e);
	char *text = NULL;
	int r, n;

	n = i == SIZE_MAX ? asprintf(&text, "%s", what) :
			    asprintf(&text, "%zu %s", i + 1, what);
	if (n < 0)
		return ERR_NOMEM;
	r = add_effect(t, EFFECT_EVENT, text);
	free(text);
	return r;
}

/* ---- all of it ----------------------------------------------------------- */

int tape_add(struct tape *t, const json_t *event)
{
	static const struct {
		const char *what;
		int (*add)(struct tape *, const json_t *);
	} kinds[] = {
		{ "open", tape_on_open },
		{ "input", tape_input },
		{ "fin", on_fin },
		{ "output", on_output },
		{ "end", on_end },
		{ "expect", tape_on_expect },
		{ "answer", tape_on_answer },
		{ "cancel", tape_on_cancel },
		{ "arm", tape_on_arm },
		{ "audit", tape_audit },
		{ "event", tape_event },
		{ "tick", on_tick },
		{ "status", on_status },
		{ "close", tape_close },
		{ "full", on_full },
	};
	const char *what = tape_text_of(event, "what");

	if (!tape_has_begun(t) && strcmp(what, "open"))
		return ERR_PROTO;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!strcmp(kinds[i].what, what))
			return kinds[i].add(t, event);
	return 0; /* an event of a newer gateway */
}

void tape_write(struct tape *t, FILE *to)
{
	if (t->title)
		fputs(t->title, to);
	if (tape_has_begun(t))
		transcript_write(t->t, to);
	if (t->full)
		fputs("# There were more than 1 MiB: the rest is missing.\n",
		      to);
	else if (!t->closed)
		fputs("# The channel went on.\n", to);
}
