/* SPDX-License-Identifier: BSD-2-Clause */
/* line_bytes.c - reads the lines of transcripts with bytes that go in and come
 * out: C S > < + and their forms. */
#include "kit/reader.h"

#include "base/err.h"
#include "kit/text.h"

int check_over(struct reader *r)
{
	const struct deeds *d = &last_step(r)->want;
	char where[CONF_LINE_TEXT];

	if (d->status < INSPECT_FINISH)
		return 0;
	return complain(r,
			"the channel has ended in %s; only close may "
			"follow",
			conf_line(r->e, d->status_line, where));
}

int read_text(struct reader *r, struct buf *to, const char *text)
{
	size_t before = buf_len(to);
	const char *why = text_read(to, text);

	if (why)
		return complain(r, "%s", why);
	return buf_len(to) > before ? 0 : complain(r, "the line has no text");
}

int line_input(struct reader *r, char *rest, unsigned arg)
{
	struct step *s = check_over(r) ? NULL : add_step(r, STEP_INPUT);

	if (!s)
		return ERR_CONF;
	s->dir = arg & 1;
	s->urgent = arg & LINE_URGENT;
	r->text_open = !s->urgent;
	r->open = NULL;
	return read_text(r, &s->text, rest);
}

static int put_output(struct reader *r, struct output *o, const char *text,
		      bool urgent)
{
	struct span from = { .line = r->line, .urgent = urgent };
	struct buf bytes = { 0 };
	int bad = read_text(r, &bytes, text);

	if (!bad && output_add(o, buf_ptr(&bytes), buf_len(&bytes), &from))
		bad = complain(r, "out of memory");
	buf_fini(&bytes);
	r->text_open = !urgent;
	r->open = o;
	return bad;
}

int line_output(struct reader *r, char *rest, unsigned arg)
{
	struct output *o = &last_step(r)->want.out[arg & 1];

	if (o->fin)
		return complain(r, "no bytes can follow the end (FIN)");
	return put_output(r, o, rest, arg & LINE_URGENT);
}

int line_more(struct reader *r, char *rest, unsigned arg)
{
	struct step *s = last_step(r);

	if (!r->text_open)
		return complain(r, "a + line goes on with a C, S, > or < line "
				   "directly above that is not urgent");
	if (r->open)
		return put_output(r, r->open, rest, arg & LINE_URGENT);
	s->urgent = arg & LINE_URGENT;
	r->text_open = !s->urgent;
	return read_text(r, &s->text, rest);
}

static bool has_ended(const struct transcript *t, enum adit_dir d)
{
	for (size_t i = 0; i < t->nsteps; i++)
		if (t->step[i].kind == STEP_FIN && t->step[i].dir == d)
			return true;
	return false;
}

int line_fin(struct reader *r, char *rest, unsigned arg)
{
	struct step *s;

	if (*rest)
		return complain(r, "an end (FIN) has no text");
	if (has_ended(r->t, arg))
		return complain(r, "this side has ended above already");
	s = check_over(r) ? NULL : add_step(r, STEP_FIN);
	if (!s)
		return ERR_CONF;
	s->dir = arg;
	return 0;
}

int line_fin_out(struct reader *r, char *rest, unsigned arg)
{
	struct output *o = &last_step(r)->want.out[arg];

	if (*rest || o->fin)
		return complain(r, "an end (FIN) has no text, and comes once");
	o->fin = true;
	o->fin_line = r->line;
	return 0;
}
