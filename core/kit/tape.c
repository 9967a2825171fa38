/* SPDX-License-Identifier: BSD-2-Clause */
/* tape.c - what a gateway has recorded of a channel, made into a transcript. */
#include "kit/tape.h"

#include "base/err.h"
#include "kit/transcript.h"

#include <stdlib.h>
#include <string.h>

/* What becomes of an expectation, beside its `expect` line. */
struct asked {
	uint32_t id;
	enum { WAITS, LISTENS, OVER } state;
	uint64_t since;
	bool armed;
};

struct tape {
	struct transcript *t;
	struct asked *asked;            /* as many as t->ask */
	uint64_t begin;                 /* milliseconds, of the gateway's clock */
	uint64_t clock;                 /* what `time` lines sum up to */
	bool timer;                     /* the plugin's clock runs */
	bool closed, full;
	char *title;
};

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

/* ---- members of events ---------------------------------------------------------- */

static const char *text_of(const json_t *e, const char *key)
{
	const char *text = json_string_value(json_object_get(e, key));

	return text ? text : "";
}

static uint64_t number_of(const json_t *e, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(e, key));
}

static enum adit_dir dir_of(const json_t *e)
{
	return number_of(e, "dir") ? ADIT_TO_CLIENT : ADIT_TO_SERVER;
}

static int addr_of(const char *text, struct adit_addr *to)
{
	char host[sizeof(to->host)];
	uint16_t port;

	if (addr_split(text, host, sizeof(host), &port)
	    || adit_addr_parse(to, host, port))
		return ERR_PROTO;
	return 0;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "data", from hexadecimal digits. */
static int data_of(const json_t *e, struct buf *to)
{
	const char *hex = text_of(e, "data");
	size_t n = strlen(hex) / 2;
	uint8_t *at = buf_reserve(to, n + 1);

	if (!at)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return ERR_PROTO;
		at[i] = (uint8_t)(high << 4 | low);
	}
	buf_commit(to, n);
	return 0;
}

/* ---- steps ---------------------------------------------------------------------- */

static struct step *last(struct tape *t)
{
	return &t->t->step[t->t->nsteps - 1];
}

/* A `time` line up to this event. */
static int pass_time(struct tape *t, const json_t *e)
{
	uint64_t now = number_of(e, "t") - t->begin;
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
	return d->neffects || d->status != INSPECT_RUN || d->out[0].nspans
		|| d->out[1].nspans || d->out[0].fin || d->out[1].fin;
}

/* Segments that nothing came of are one input with those behind them. */
static bool goes_on(struct tape *t, enum adit_dir d)
{
	const struct step *s = last(t);

	return s->kind == STEP_INPUT && s->dir == d && !s->urgent && !t->timer
		&& !has_deeds(&s->want);
}

static int on_input(struct tape *t, const json_t *e)
{
	bool timer = json_is_true(json_object_get(e, "timer"));
	struct step *s;
	int r = 0;

	if (!*text_of(e, "data"))
		return 0;
	if (t->timer || timer)
		r = pass_time(t, e);
	t->timer = timer;
	if (r)
		return r;
	s = goes_on(t, dir_of(e)) ? last(t) : transcript_step(t->t, STEP_INPUT);
	if (!s)
		return ERR_NOMEM;
	s->dir = dir_of(e);
	r = data_of(e, &s->text);
	s->urgent = number_of(e, "urgent") * 2 == strlen(text_of(e, "data"));
	return r;
}

static int on_fin(struct tape *t, const json_t *e)
{
	int r = t->timer ? pass_time(t, e) : 0;
	struct step *s = r ? NULL : transcript_step(t->t, STEP_FIN);

	if (!s)
		return ERR_NOMEM;
	s->dir = dir_of(e);
	return 0;
}

static int on_tick(struct tape *t, const json_t *e)
{
	return pass_time(t, e);
}

static int on_close(struct tape *t, const json_t *e)
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

/* ---- what came of it ------------------------------------------------------------- */

static int on_output(struct tape *t, const json_t *e)
{
	struct span from = { .urgent = number_of(e, "urgent") };
	struct buf bytes = { 0 };
	int r = data_of(e, &bytes);

	if (!r && output_add(&last(t)->want.out[dir_of(e)], buf_ptr(&bytes),
			     buf_len(&bytes), &from))
		r = ERR_NOMEM;
	buf_fini(&bytes);
	return r;
}

static int on_end(struct tape *t, const json_t *e)
{
	last(t)->want.out[dir_of(e)].fin = true;
	return 0;
}

static int on_status(struct tape *t, const json_t *e)
{
	struct deeds *d = &last(t)->want;
	const char *status = text_of(e, "status"), *reason = text_of(e, "reason");

	d->status = !strcmp(status, "reset") ? INSPECT_RESET
		: !strcmp(status, "finish") ? INSPECT_FINISH
		: !strcmp(status, "detached") ? INSPECT_DETACHED : INSPECT_RUN;
	if (*reason && !d->reason && !(d->reason = strdup(reason)))
		return ERR_NOMEM;
	return 0;
}

static int add_effect(struct tape *t, enum effect_kind kind, const char *text)
{
	return deeds_add(&last(t)->want, kind, 0, text) ? 0 : ERR_NOMEM;
}

/* Which `expect` line; SIZE_MAX: none of them. */
static size_t find(const struct tape *t, const json_t *e)
{
	uint64_t id = number_of(e, "id");

	for (size_t i = 0; id && i < t->t->nasks; i++)
		if (t->asked[i].id == id)
			return i;
	return SIZE_MAX;
}

static int add_numbered(struct tape *t, enum effect_kind kind, size_t i)
{
	char text[24];

	snprintf(text, sizeof(text), "%zu", i + 1);
	return add_effect(t, kind, text);
}

static int on_audit(struct tape *t, const json_t *e)
{
	return add_effect(t, EFFECT_AUDIT, text_of(e, "text"));
}

static int on_event(struct tape *t, const json_t *e)
{
	size_t i = find(t, e);
	char *text = NULL;
	int r, n;

	n = i == SIZE_MAX ? asprintf(&text, "%s", text_of(e, "text"))
			  : asprintf(&text, "%zu %s", i + 1, text_of(e, "text"));
	if (n < 0)
		return ERR_NOMEM;
	r = add_effect(t, EFFECT_EVENT, text);
	free(text);
	return r;
}

/* ---- what it asks ------------------------------------------------------------------ */

static enum adit_result result_of(const json_t *e)
{
	const char *word = text_of(e, "result");

	return !strcmp(word, "ok") ? ADIT_OK : !strcmp(word, "wait") ? ADIT_WAIT
		: !strcmp(word, "denied") ? ADIT_DENIED : ADIT_FAILED;
}

static int take_answer(struct tape *t, size_t i, const json_t *e)
{
	struct ask *a = &t->t->ask[i];

	a->result = result_of(e);
	t->asked[i].state = a->result == ADIT_OK ? LISTENS : OVER;
	return a->result == ADIT_OK ? addr_of(text_of(e, "show"), &a->show) : 0;
}

static int read_targets(struct ask *a, const json_t *list)
{
	size_t n = json_array_size(list);

	a->target = calloc(n + 1, sizeof(*a->target));
	if (!a->target)
		return ERR_NOMEM;
	for (; a->ntargets < n; a->ntargets++) {
		const json_t *one = json_array_get(list, a->ntargets);

		if (!json_is_string(one)
		    || addr_of(json_string_value(one), &a->target[a->ntargets]))
			return ERR_PROTO;
	}
	return 0;
}

static struct ask *new_ask(struct tape *t)
{
	struct asked *grown = realloc(t->asked, (t->t->nasks + 1)
				      * sizeof(*grown));

	if (!grown)
		return NULL;
	t->asked = grown;
	grown[t->t->nasks] = (struct asked){ .state = WAITS };
	return transcript_ask(t->t);
}

static int on_expect(struct tape *t, const json_t *e)
{
	struct ask *a = new_ask(t);
	struct asked *as;
	int r;

	if (!a)
		return ERR_NOMEM;
	as = &t->asked[t->t->nasks - 1];
	as->id = (uint32_t)number_of(e, "id");
	as->since = number_of(e, "t");
	a->flags = (uint32_t)number_of(e, "flags");
	a->uses = (uint32_t)number_of(e, "uses");
	a->lifetime_ms = (uint32_t)number_of(e, "lifetime");
	a->tag = number_of(e, "tag");
	a->has_tag = a->tag;
	r = read_targets(a, json_object_get(e, "targets"));
	if (r || result_of(e) != ADIT_WAIT)
		return r ? r : take_answer(t, t->t->nasks - 1, e);
	a->when = ASK_NEVER;            /* until an answer comes */
	return 0;
}

static int on_answer(struct tape *t, const json_t *e)
{
	size_t i = find(t, e);
	struct step *s;
	struct ask *a;

	if (i == SIZE_MAX || t->asked[i].state != WAITS)
		return 0;
	a = &t->t->ask[i];
	a->when = ASK_SOON;
	if (a->step + 1 == t->t->nsteps)
		return take_answer(t, i, e);
	/* Something else came before it. */
	a->when = ASK_LATE;
	a->answered = true;
	s = transcript_step(t->t, STEP_ANSWER);
	if (!s)
		return ERR_NOMEM;
	s->ask = i;
	return take_answer(t, i, e);
}

static int on_cancel(struct tape *t, const json_t *e)
{
	size_t i = find(t, e);
	struct asked *a = i == SIZE_MAX ? NULL : &t->asked[i];
	bool counts;

	if (!a)
		return 0;
	/* An answer that is overdue is given up by the channel itself. */
	counts = a->state == LISTENS || (a->state == WAITS
		&& number_of(e, "t") - a->since < INSPECT_HOLD_MS);
	a->state = OVER;
	return counts ? add_numbered(t, EFFECT_CANCEL, i) : 0;
}

static int on_arm(struct tape *t, const json_t *e)
{
	size_t i = find(t, e);

	if (i == SIZE_MAX || t->asked[i].armed || t->asked[i].state != LISTENS
	    || !(t->t->ask[i].flags & ADIT_UNARMED))
		return 0;
	t->asked[i].armed = true;
	return add_numbered(t, EFFECT_ARM, i);
}

/* ---- the beginning ----------------------------------------------------------------- */

static int read_conf(struct tape *t, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *pair = json_array_get(list, i);
		const char *key = json_string_value(json_array_get(pair, 0));
		const char *value = json_string_value(json_array_get(pair, 1));

		if (!key || !value)
			return ERR_PROTO;
		if (transcript_conf(t->t, key, value, 0))
			return ERR_NOMEM;
	}
	return 0;
}

static int make_title(struct tape *t, const json_t *e)
{
	const char *parent = json_is_true(json_object_get(e, "parent"))
		? "# It belongs to another channel, which is not in here.\n" : "";
	int n = asprintf(&t->title, "# A channel of %s through plugin %s %s; "
			 "passwords may be in it.\n%s", text_of(e, "resource"),
			 text_of(e, "plugin"), text_of(e, "version"), parent);

	if (n >= 0)
		return 0;
	t->title = NULL;
	return ERR_NOMEM;
}

static int on_open(struct tape *t, const json_t *e)
{
	struct inspect_info *i = &t->t->info;
	const char *user = text_of(e, "user");

	if (t->t->nsteps)
		return ERR_PROTO;
	t->begin = number_of(e, "t");
	/* One that is not known stays as it is preset. */
	(void)!addr_of(text_of(e, "server"), &i->server);
	(void)!addr_of(text_of(e, "local"), &i->local);
	(void)!addr_of(text_of(e, "app"), &i->app);
	(void)!addr_of(text_of(e, "shown"), &i->shown);
	i->tag = number_of(e, "tag");
	if (*user && !user[strcspn(user, " \t#")])
		snprintf(t->t->user, sizeof(t->t->user), "%s", user);
	if (make_title(t, e) || !transcript_step(t->t, STEP_OPEN))
		return ERR_NOMEM;
	return read_conf(t, json_object_get(e, "conf"));
}

/* ---- all of it ----------------------------------------------------------------------- */

int tape_add(struct tape *t, const json_t *event)
{
	static const struct {
		const char *what;
		int (*add)(struct tape *, const json_t *);
	} kinds[] = {
		{ "open", on_open }, { "input", on_input }, { "fin", on_fin },
		{ "output", on_output }, { "end", on_end },
		{ "expect", on_expect }, { "answer", on_answer },
		{ "cancel", on_cancel }, { "arm", on_arm },
		{ "audit", on_audit }, { "event", on_event },
		{ "tick", on_tick }, { "status", on_status },
		{ "close", on_close }, { "full", on_full },
	};
	const char *what = text_of(event, "what");

	if (!tape_has_begun(t) && strcmp(what, "open"))
		return ERR_PROTO;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!strcmp(kinds[i].what, what))
			return kinds[i].add(t, event);
	return 0;       /* of a newer gateway */
}

void tape_write(struct tape *t, FILE *to)
{
	if (t->title)
		fputs(t->title, to);
	if (tape_has_begun(t))
		transcript_write(t->t, to);
	if (t->full)
		fputs("# More than 1 MiB was said: the rest is missing.\n", to);
	else if (!t->closed)
		fputs("# It went on.\n", to);
}
