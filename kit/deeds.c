/* SPDX-License-Identifier: BSD-2-Clause */
/* deeds.c - collects what happened in a step of a transcript, and writes it as
 * lines of a transcript. */
#include "kit/transcript.h"

#include "base/err.h"
#include "kit/text.h"
#include "plugin/host.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[EFFECT_KINDS] = {
	[EFFECT_ARM] = "arm",       [EFFECT_CANCEL] = "cancel",
	[EFFECT_AUDIT] = "audit",   [EFFECT_EVENT] = "event",
	[EFFECT_COUNT] = "count",   [EFFECT_LOG] = "log",
	[EFFECT_EXPECT] = "expect",
};

const char *effect_word(enum effect_kind kind)
{
	return words[kind];
}

void deeds_fini(struct deeds *d)
{
	for (unsigned i = 0; i < 2; i++) {
		buf_fini(&d->out[i].bytes);
		free(d->out[i].span);
	}
	for (size_t i = 0; i < d->neffects; i++)
		free(d->effect[i].text);
	free(d->effect);
	free(d->reason);
	*d = (struct deeds){ 0 };
}

struct effect *deeds_add(struct deeds *d, enum effect_kind kind, unsigned line,
			 const char *text)
{
	char *copy = strdup(text);
	struct effect *grown = realloc(d->effect,
				       (d->neffects + 1) * sizeof(*grown));

	if (grown)
		d->effect = grown;
	if (!copy || !grown) {
		free(copy);
		return NULL;
	}
	grown[d->neffects] =
		(struct effect){ .kind = kind, .line = line, .text = copy };
	return &grown[d->neffects++];
}

/* ---- output -------------------------------------------------------------- */

int output_add(struct output *o, const void *p, size_t n,
	       const struct span *from)
{
	struct span *last = o->nspans ? &o->span[o->nspans - 1] : NULL, *grown;

	if (buf_append(&o->bytes, p, n))
		return ERR_NOMEM;
	if (last && !last->urgent && last->line == from->line) {
		last->end += n;
		last->urgent = from->urgent;
		return 0;
	}
	grown = realloc(o->span, (o->nspans + 1) * sizeof(*grown));
	if (!grown)
		return ERR_NOMEM;
	o->span = grown;
	grown[o->nspans++] = (struct span){ buf_len(&o->bytes), from->line,
					    from->urgent };
	return 0;
}

size_t output_urgent(const struct output *o, size_t at)
{
	for (size_t i = 0; i < o->nspans; i++)
		if (o->span[i].urgent && o->span[i].end > at)
			return o->span[i].end;
	return SIZE_MAX;
}

unsigned output_line(const struct output *o, size_t at)
{
	for (size_t i = 0; i < o->nspans; i++)
		if (o->span[i].end > at)
			return o->span[i].line;
	return o->nspans ? o->span[o->nspans - 1].line : o->fin_line;
}

/* ---- as text ------------------------------------------------------------- */

/* The length of one line of a transcript: up to an urgent byte or an LF. */
static size_t piece_of(const struct output *o, size_t at, bool *urgent)
{
	const uint8_t *p = buf_ptr(&o->bytes) + at, *lf;
	size_t n = buf_len(&o->bytes) - at, mark = output_urgent(o, at) - at;

	lf = memchr(p, '\n', n);
	if (lf)
		n = (size_t)(lf - p) + 1;
	*urgent = mark <= n;
	return MIN(mark, n);
}

void output_write(const struct output *o, char which, FILE *to,
		  const char *indent)
{
	size_t at = 0, n;
	bool urgent;

	for (; at < buf_len(&o->bytes); at += n) {
		n = piece_of(o, at, &urgent);
		fprintf(to, "%s%c%s ", indent, which, urgent ? "!" : "");
		text_write(to, buf_ptr(&o->bytes) + at, n);
		putc('\n', to);
		/* A second line with C or S would be another input. */
		if (which == 'C' || which == 'S')
			which = '+';
	}
	if (o->fin)
		fprintf(to, "%s%c|\n", indent, which);
}

static void effect_write(const struct effect *e, FILE *to, const char *indent)
{
	fprintf(to, "%s%s ", indent, words[e->kind]);
	if (e->kind == EFFECT_LOG)
		text_write(to, e->text, strlen(e->text));
	else
		fputs(e->text, to);
	if (e->kind == EFFECT_COUNT)
		fprintf(to, " %lld", (long long)e->amount);
	putc('\n', to);
}

void deeds_write(const struct deeds *d, FILE *to, const char *indent)
{
	static const char *const status[] = {
		[INSPECT_DETACHED] = "detached",
		[INSPECT_FINISH] = "finish",
		[INSPECT_RESET] = "reset",
	};

	for (size_t i = 0; i < d->neffects; i++)
		effect_write(&d->effect[i], to, indent);
	output_write(&d->out[ADIT_TO_SERVER], '>', to, indent);
	output_write(&d->out[ADIT_TO_CLIENT], '<', to, indent);
	if (d->status != INSPECT_RUN)
		fprintf(to, "%s%s%s%s\n", indent, status[d->status],
			d->reason ? " " : "", d->reason ? d->reason : "");
}

void addr_write(FILE *to, const struct adit_addr *a)
{
	bool v6 = strchr(a->host, ':');

	fprintf(to, "%s%s%s:%u", v6 ? "[" : "", a->host, v6 ? "]" : "",
		(unsigned)a->port);
}

static void answer_write(const struct expect_line *a, FILE *to)
{
	fputs(a->when == ASK_NEVER ? " = never" :
	      a->when == ASK_LATE  ? " = late " :
				     " = ",
	      to);
	if (a->when == ASK_NEVER)
		return;
	if (a->result == ADIT_OK)
		addr_write(to, &a->show);
	else
		fputs(a->result == ADIT_DENIED ? "denied" : "failed", to);
}

static void conditions_write(const struct adit_expect *want, FILE *to)
{
	if (want->flags & ADIT_INSPECT)
		fputs(" inspect", to);
	if (want->flags & ADIT_OUTLIVES)
		fputs(" outlives", to);
	if (want->flags & ADIT_UNARMED)
		fputs(" unarmed", to);
	if (want->flags & ADIT_SHARED)
		fputs(" shared", to);
	if (want->uses != !(want->flags & ADIT_SHARED))
		fprintf(to, " uses=%u", (unsigned)want->uses);
	if (want->lifetime_ms != EXPECT_LIFETIME_MS)
		fprintf(to, " lifetime=%ums", (unsigned)want->lifetime_ms);
	if (want->tag)
		fprintf(to, " tag=%llu", (unsigned long long)want->tag);
	if (want->ndata)
		fputs(" data=", to);
	/* Byte by byte, so that blanks are escaped. */
	for (size_t i = 0; i < want->ndata; i++)
		text_write(to, (const uint8_t *)want->data + i, 1);
}

char *expect_text(const struct adit_expect *want, const struct expect_line *a)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	if (!to)
		return NULL;
	fputs(want->flags & ADIT_REVERSE ? "reverse" : "forward", to);
	for (size_t i = 0; i < want->ntargets; i++) {
		putc(' ', to);
		addr_write(to, &want->targets[i]);
	}
	conditions_write(want, to);
	if (a)
		answer_write(a, to);
	return fclose(to) ? free(text), NULL : text;
}

static const char *const results[] = {
	[ADIT_OK] = "ok",
	[ADIT_WAIT] = "wait",
	[ADIT_DENIED] = "denied",
	[ADIT_FAILED] = "failed",
};

const char *result_word(enum adit_result result)
{
	return results[result];
}

void step_write(const struct step *s, FILE *to, const char *indent)
{
	char which = s->dir == ADIT_TO_SERVER ? 'C' : 'S';
	struct span span = { .end = buf_len(&s->text), .urgent = s->urgent };
	struct output in = { .bytes = s->text,
			     .span = &span,
			     .nspans = 1,
			     .fin = s->kind == STEP_FIN };

	switch (s->kind) {
	case STEP_OPEN:
		fprintf(to, "%s# the channel opens\n", indent);
		break;
	case STEP_INPUT:
	case STEP_FIN:
		output_write(&in, which, to, indent);
		break;
	case STEP_TIME:
		fprintf(to, "%stime %ums\n", indent, (unsigned)s->ms);
		break;
	case STEP_ANSWER:
		fprintf(to, "%sanswer %zu\n", indent, s->ask + 1);
		break;
	case STEP_OUTCOME:
		fprintf(to, "%soutcome %s %zu\n", indent,
			result_word(s->result), s->ask + 1);
		break;
	case STEP_USED:
		fprintf(to, "%sused %zu\n", indent, s->ask + 1);
		break;
	case STEP_PARENT_CLOSE:
		fprintf(to, "%sclose parent\n", indent);
		break;
	case STEP_CLOSE:
		fprintf(to, "%sclose\n", indent);
		break;
	}
}
