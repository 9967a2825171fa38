/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_steps.c - reads and writes conversations as bytes (fuzz_inside.h). */
#include "kit/fuzz_inside.h"

#include "base/err.h"

#include <string.h>

enum { SHORT = 24 }; /* longest input whose length is in the step's byte */

static size_t input_len(unsigned arg, const uint8_t **p, size_t *n)
{
	size_t len = arg + 1;

	if (arg < SHORT)
		return len;
	len = SHORT + 1 + (size_t)(arg - SHORT) * 256;
	if (*n) {
		len += **p;
		++*p;
		--*n;
	}
	return len;
}

bool fuzz_step_take(const uint8_t **p, size_t *n, struct fuzz_step *s)
{
	size_t want;

	if (!*n)
		return false;
	*s = (struct fuzz_step){ .op = **p & 7, .arg = **p >> 3 };
	++*p;
	--*n;
	if (s->op > FUZZ_SERVER)
		return true;
	want = input_len(s->arg, p, n);
	s->n = MIN(want, *n);
	s->data = *p;
	*p += s->n;
	*n -= s->n;
	return true;
}

static int put_input(struct buf *to, const struct fuzz_step *s, size_t n,
		     const uint8_t *data)
{
	uint8_t head[2] = { (uint8_t)((n - 1) << 3 | s->op) };
	size_t more = n > SHORT ? n - SHORT - 1 : 0;

	if (n > SHORT) {
		head[0] = (uint8_t)((SHORT + more / 256) << 3 | s->op);
		head[1] = (uint8_t)(more % 256);
	}
	return buf_append(to, head, n > SHORT ? 2 : 1) ||
			       buf_append(to, data, n) ?
		       ERR_NOMEM :
		       0;
}

int fuzz_step_put(struct buf *to, const struct fuzz_step *s)
{
	uint8_t code = (uint8_t)(s->arg << 3 | s->op);
	int r = 0;

	if (s->op > FUZZ_SERVER)
		return buf_append(to, &code, 1);
	for (size_t at = 0, n; at < s->n && !r; at += n) {
		n = MIN(s->n - at, FUZZ_INPUT_MAX);
		r = put_input(to, s, n, s->data + at);
	}
	return r;
}

static int steps_put(struct buf *to, enum fuzz_op op, size_t arg)
{
	struct fuzz_step s = { .op = op, .arg = (unsigned)MIN(arg, 31) };

	return fuzz_step_put(to, &s);
}

/* Appends a step for the answers that requests of step i get, if these
 * change. */
static int put_mode(struct buf *to, const struct transcript *t, size_t i,
		    bool late, unsigned *mode)
{
	unsigned was = *mode;

	for (size_t k = 0; k < t->nasks; k++) {
		const struct expect_line *a = &t->ask[k];

		if (a->step == i)
			*mode = late || a->when != ASK_SOON ? 1 :
				a->result == ADIT_OK        ? 0 :
				a->result == ADIT_DENIED    ? 2 :
							      3;
	}
	return *mode == was ? 0 : steps_put(to, FUZZ_MODE, *mode);
}

static int put_answers(struct buf *to, const struct transcript *t, size_t i)
{
	int r = 0;

	for (size_t k = 0; k < t->nasks && !r; k++)
		if (t->ask[k].step == i && t->ask[k].when == ASK_SOON)
			r = steps_put(to, FUZZ_ANSWER,
				      t->ask[k].result == ADIT_OK     ? 0 :
				      t->ask[k].result == ADIT_DENIED ? 2 :
									3);
	return r;
}

static int put_step(struct buf *to, const struct step *s)
{
	struct fuzz_step in = {
		.op = s->dir == ADIT_TO_SERVER ? FUZZ_CLIENT : FUZZ_SERVER,
		.data = buf_ptr(&s->text),
		.n = buf_len(&s->text),
	};

	switch (s->kind) {
	case STEP_INPUT:
		if (s->urgent && steps_put(to, FUZZ_URGENT, 0))
			return ERR_NOMEM;
		return fuzz_step_put(to, &in);
	case STEP_FIN:
		return steps_put(to, FUZZ_FIN, s->dir);
	case STEP_TIME:
		return steps_put(to, FUZZ_TIME, s->ms / 500);
	case STEP_ANSWER:
		return steps_put(to, FUZZ_ANSWER, 0);
	default:
		return 0;
	}
}

int fuzz_from_transcript(struct buf *to, const struct transcript *t, bool late)
{
	unsigned mode = 0;
	int r = 0;

	for (size_t i = 0; i < t->nsteps && !r; i++) {
		r = put_mode(to, t, i, late, &mode);
		if (!r)
			r = put_step(to, &t->step[i]);
		if (!r && late)
			r = put_answers(to, t, i);
	}
	return r;
}

static void write_other(FILE *to, const struct fuzz_step *s)
{
	static const char *const mode[] = { "OK at once", "wait", "denied",
					    "failed" };
	static const char *const answer[] = { "OK", "OK", "denied", "failed" };

	switch (s->op) {
	case FUZZ_FIN:
		fprintf(to, "%c|\n", s->arg & 1 ? 'S' : 'C');
		break;
	case FUZZ_ANSWER:
		fprintf(to, "# the oldest request hears: %s\n",
			answer[s->arg % 4]);
		break;
	case FUZZ_TIME:
		fprintf(to, "time %ums\n", s->arg ? s->arg * 500 : 100);
		break;
	case FUZZ_MODE:
		fprintf(to, "# requests from now on: %s\n", mode[s->arg % 4]);
		break;
	case FUZZ_URGENT:
		fprintf(to, "# the next input's last byte is urgent\n");
		break;
	default:
		fprintf(to, s->arg & 1 ?
				    "# the session is detached, or attached "
				    "again\n" :
				    "# the output is not taken for one step\n");
		break;
	}
}

void fuzz_write(FILE *to, const uint8_t *p, size_t n)
{
	struct fuzz_step s;

	while (fuzz_step_take(&p, &n, &s)) {
		struct step in = { .kind = STEP_INPUT, .dir = s.op & 1 };

		if (s.op > FUZZ_SERVER) {
			write_other(to, &s);
			continue;
		}
		if (!s.n || buf_append(&in.text, s.data, s.n))
			continue;
		step_write(&in, to, "");
		buf_fini(&in.text);
	}
}
