/* SPDX-License-Identifier: BSD-2-Clause */
/* compare.c - compares what happened with what a transcript says, and reports
 * the differences to people. */
#include "kit/player.h"

#include "kit/text.h"

#include <inttypes.h>
#include <string.h>

enum { SHOWN = 1000 }; /* bytes; of longer texts a part is shown */
static const char OUT[] = { [ADIT_TO_SERVER] = '>', [ADIT_TO_CLIENT] = '<' };

struct view {
	const struct transcript *t;
	const struct step *s;
	const struct deeds *got;
	FILE *to;
	bool good;
};

/* Begins a report about this line of the transcript; 0: that of the step. */
static FILE *compare_say(struct view *v, unsigned line)
{
	v->good = false;
	place_write(v->to, v->t, line ? line : v->s->line);
	return v->to;
}

/* ---- bytes --------------------------------------------------------------- */

static const char *receiver(enum adit_dir d)
{
	return d == ADIT_TO_SERVER ? "server" : "client";
}

/* Writes all bytes as lines of a transcript, to be copied into it. */
static void show(struct view *v, const char *label, const struct output *o,
		 enum adit_dir d)
{
	char indent[16];

	snprintf(indent, sizeof(indent), "  %s  ", label);
	if (buf_len(&o->bytes) <= SHOWN)
		output_write(o, OUT[d], v->to, indent);
	else
		text_window(v->to, label, &o->bytes, 0);
}

static void compare_urgent(struct view *v, const struct output *want,
			   const struct output *got, enum adit_dir d)
{
	size_t at = 0, w, g;

	do {
		w = output_urgent(want, at);
		g = output_urgent(got, at);
		at = w;
	} while (w == g && at != SIZE_MAX);
	if (w == g)
		return;
	at = MIN(w, g) - 1;
	fprintf(compare_say(v, output_line(want, at)),
		"byte %zu to the %s %s\n", at + 1, receiver(d),
		w < g ? "must be urgent, and is not" :
			"is urgent, and must not be");
	show(v, "came out", got, d);
}

static void compare_bytes(struct view *v, enum adit_dir d)
{
	const struct output *want = &v->s->want.out[d], *got = &v->got->out[d];
	size_t nwant = buf_len(&want->bytes), ngot = buf_len(&got->bytes);
	size_t at = text_difference(&want->bytes, &got->bytes);

	if (at == nwant && at == ngot) {
		compare_urgent(v, want, got, d);
	} else if (!nwant) {
		fprintf(compare_say(v, 0),
			"the %s gets this, and no line says so\n", receiver(d));
		show(v, "came out", got, d);
	} else if (!ngot) {
		fprintf(compare_say(v, output_line(want, 0)),
			"the %s gets nothing\n", receiver(d));
		show(v, "expected", want, d);
	} else {
		fprintf(compare_say(v, output_line(want, at)),
			"the %s gets %s\n", receiver(d),
			at == ngot  ? "less" :
			at == nwant ? "more" :
				      "something else");
		text_window(v->to, "expected", &want->bytes, at);
		text_window(v->to, "came out", &got->bytes, at);
		text_point(v->to, "came out", &got->bytes, at);
	}
}

static void compare_fin(struct view *v, enum adit_dir d)
{
	const struct output *want = &v->s->want.out[d];

	if (want->fin == v->got->out[d].fin)
		return;
	fprintf(compare_say(v, want->fin_line),
		"the connection to the %s %s%c|%s\n", receiver(d),
		want->fin ? "does not end: " : "ends, and no line says so: ",
		OUT[d], want->fin ? " must come out" : "");
}

/* ---- effects ------------------------------------------------------------- */

static const struct effect *nth(const struct deeds *d, enum effect_kind kind,
				size_t n)
{
	for (size_t i = 0; i < d->neffects; i++)
		if (d->effect[i].kind == kind && n-- == 0)
			return &d->effect[i];
	return NULL;
}

/* Compares all effects of a kind, in their order. */
static void compare_kind(struct view *v, enum effect_kind kind)
{
	const struct effect *w, *g;

	for (size_t n = 0;; n++) {
		w = nth(&v->s->want, kind, n);
		g = nth(v->got, kind, n);
		if (!w || !g || strcmp(w->text, g->text))
			break;
	}
	if (!w && !g)
		return;
	compare_say(v, w ? w->line : 0);
	if (!w)
		fprintf(v->to, "the plugin does this, and no line says so\n");
	else
		fprintf(v->to, "the plugin %s\n",
			g ? "does something else" : "does not do this");
	if (w)
		fprintf(v->to, "  expected  %s %s\n", effect_word(kind),
			w->text);
	if (g)
		fprintf(v->to, "  happened  %s %s\n", effect_word(kind),
			g->text);
}

static void check_asked_for(struct view *v)
{
	const struct effect *g;

	for (size_t n = 0; (g = nth(v->got, EFFECT_EXPECT, n)); n++)
		if (!g->foreseen)
			fprintf(compare_say(v, 0),
				"the plugin asks for this, and no "
				"line here says so\n  happened  expect %s\n",
				g->text);
}

static void check_log(struct view *v, const struct effect *w)
{
	const struct effect *g;
	size_t n = 0;

	while ((g = nth(v->got, EFFECT_LOG, n)) && !strstr(g->text, w->text))
		n++;
	if (g)
		return;
	fprintf(compare_say(v, w->line),
		"this is not logged\n  expected  log %s\n", w->text);
	for (n = 0; (g = nth(v->got, EFFECT_LOG, n)); n++)
		fprintf(v->to, "  happened  log %s\n", g->text);
}

static void check_count(struct view *v, const struct effect *w)
{
	const struct effect *g;
	size_t n = 0;
	int64_t amount;

	while ((g = nth(v->got, EFFECT_COUNT, n)) && strcmp(g->text, w->text))
		n++;
	amount = g ? g->amount : 0;
	if (amount != w->amount)
		fprintf(compare_say(v, w->line),
			"the counter %s changes by %" PRId64 ", not by %" PRId64
			"\n",
			w->text, amount, w->amount);
}

/* ---- all of it ----------------------------------------------------------- */

static const char *const outcomes[] = {
	[INSPECT_RUN] = "the channel goes on",
	[INSPECT_DETACHED] = "the plugin detaches",
	[INSPECT_FINISH] = "the plugin finishes the channel",
	[INSPECT_RESET] = "the channel is reset",
};

static void compare_status(struct view *v)
{
	const struct deeds *want = &v->s->want, *got = v->got;
	bool same = want->status == got->status;

	if (same && (!want->reason || strstr(got->reason, want->reason)))
		return;
	fprintf(compare_say(v, want->status_line), "%s%s%s",
		outcomes[got->status], got->reason ? ": " : "",
		got->reason ? got->reason : "");
	if (same)
		fprintf(v->to, "\n  expected  reset %s\n", want->reason);
	else
		fprintf(v->to, "%s\n",
			want->status == INSPECT_RUN ? ", and no line says so" :
						      ", and must not");
}

bool deeds_compare(const struct transcript *t, const struct step *s,
		   const struct deeds *got, FILE *report)
{
	struct view v = {
		.t = t, .s = s, .got = got, .to = report, .good = true
	};

	compare_status(&v);
	check_asked_for(&v);
	for (unsigned d = 0; d < 2; d++) {
		compare_bytes(&v, d);
		compare_fin(&v, d);
	}
	for (unsigned kind = EFFECT_ARM; kind <= EFFECT_EVENT; kind++)
		compare_kind(&v, kind);
	for (size_t i = 0; i < s->want.neffects; i++) {
		const struct effect *w = &s->want.effect[i];

		if (w->kind == EFFECT_LOG)
			check_log(&v, w);
		if (w->kind == EFFECT_COUNT)
			check_count(&v, w);
	}
	return v.good;
}
