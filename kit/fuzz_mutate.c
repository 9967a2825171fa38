/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_mutate.c - makes new conversations from known ones. */
#include "kit/fuzz_inside.h"

#include "base/err.h"
#include "kit/random.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 512, WORDS_MAX = 256, CHANGES = 4 };

/* Texts that parsers often do wrong. */
static const char *const numbers[] = {
	"0",          "1",
	"-1",         "255",
	"256",        "1023",
	"1024",       "32767",
	"32768",      "65535",
	"65536",      "2147483648",
	"4294967296", "99999999999999999999",
	"0x10",       "%s%n",
	"\n",         "\r\n",
	" ",          ",",
	"..",         "::1",
	"127.0.0.1",  "10.0.0.5",
};

/* ---- words --------------------------------------------------------------- */

static bool is_inside(uint8_t c)
{
	return c > ' ' && c != ',' && c != '(' && c != ')' && c < 0x7f;
}

static int add_word(struct fuzz_words *w, const uint8_t *p, size_t n)
{
	struct buf *grown;

	for (size_t i = 0; i < w->n; i++)
		if (buf_len(&w->item[i]) == n &&
		    !memcmp(buf_ptr(&w->item[i]), p, n))
			return 0;
	if (w->n == WORDS_MAX)
		return 0;
	grown = realloc(w->item, (w->n + 1) * sizeof(*grown));
	if (!grown)
		return ERR_NOMEM;
	w->item = grown;
	grown[w->n] = (struct buf){ 0 };
	return buf_append(&grown[w->n++], p, n);
}

static int add_words_of(struct fuzz_words *w, const uint8_t *p, size_t n)
{
	size_t begin = 0;
	int r = 0;

	for (size_t i = 0; i <= n && !r; i++) {
		if (i < n && is_inside(p[i]))
			continue;
		if (i > begin && i - begin < 64)
			r = add_word(w, p + begin, i - begin);
		begin = i + 1;
	}
	return r;
}

int fuzz_words_add(struct fuzz_words *w, const struct transcript *t)
{
	int r = 0;

	for (size_t i = 0; i < t->nsteps && !r; i++)
		r = add_words_of(w, buf_ptr(&t->step[i].text),
				 buf_len(&t->step[i].text));
	return r;
}

void fuzz_words_fini(struct fuzz_words *w)
{
	for (size_t i = 0; i < w->n; i++)
		buf_fini(&w->item[i]);
	free(w->item);
	*w = (struct fuzz_words){ 0 };
}

/* ---- one text ------------------------------------------------------------ */

struct mutation {
	const struct fuzz_words *words;
	uint64_t *random;
	struct buf scratch[CHANGES]; /* changed texts; steps point to them */
	unsigned nscratch;
	struct fuzz_step step[STEPS_MAX];
	size_t n;
};

static size_t below(struct mutation *m, size_t n)
{
	return n ? random_below(m->random, n) : 0;
}

/* Appends a word of the protocol, or one of `numbers`. */
static int put_word(struct mutation *m, struct buf *to)
{
	size_t i = below(m, m->words->n + ARRAY_LEN(numbers));
	const char *number;

	if (i < m->words->n)
		return buf_append(to, buf_ptr(&m->words->item[i]),
				  buf_len(&m->words->item[i]));
	number = numbers[i - m->words->n];
	return buf_append(to, number, strlen(number));
}

/* Appends something in the place of the n bytes at p. */
static int put_change(struct mutation *m, struct buf *to, const uint8_t *p,
		      size_t n)
{
	uint8_t byte = (uint8_t)below(m, 256);
	int r = 0;

	switch (below(m, 6)) {
	case 0: /* nothing */
		return 0;
	case 1: /* one byte more */
		return buf_append(to, &byte, 1) || buf_append(to, p, n);
	case 2: /* the bytes twice, or 200 times */
		for (size_t k = below(m, 8) ? 2 : 200; k && !r; k--)
			r = buf_append(to, p, MIN(n, 8));
		return r;
	case 3: /* the bytes with one bit inverted */
		r = buf_append(to, p, n);
		if (!r && n)
			to->data[to->end - 1 - below(m, n)] ^=
				(uint8_t)(1u << below(m, 8));
		return r;
	default:
		return put_word(m, to);
	}
}

/* Picks a part of a text: a few bytes, or the rest of a word. */
static void pick_part(struct mutation *m, const struct fuzz_step *s,
		      size_t *from, size_t *end)
{
	*from = *end = below(m, s->n + 1);
	if (below(m, 2))
		*end += below(m, MIN(s->n - *from, 8) + 1);
	else
		while (*end < s->n && is_inside(s->data[*end]))
			++*end;
}

static int change_text(struct mutation *m, struct fuzz_step *s)
{
	struct buf *to = &m->scratch[m->nscratch++];
	size_t from, end;

	pick_part(m, s, &from, &end);
	if (buf_append(to, s->data, from) ||
	    put_change(m, to, s->data + from, end - from) ||
	    buf_append(to, s->data + end, s->n - end))
		return ERR_NOMEM;
	s->data = buf_ptr(to);
	s->n = buf_len(to);
	return 0;
}

/* ---- the steps ----------------------------------------------------------- */

static void insert(struct mutation *m, size_t at, struct fuzz_step s)
{
	if (m->n == STEPS_MAX)
		return;
	memmove(m->step + at + 1, m->step + at, (m->n - at) * sizeof(*m->step));
	m->step[at] = s;
	m->n++;
}

static void mutate_drop(struct mutation *m, size_t at)
{
	m->n--;
	memmove(m->step + at, m->step + at + 1, (m->n - at) * sizeof(*m->step));
}

static void split(struct mutation *m, size_t at)
{
	struct fuzz_step rest = m->step[at];
	size_t cut = below(m, rest.n + 1);

	if (rest.op > FUZZ_SERVER)
		return;
	m->step[at].n = cut;
	rest.data += cut;
	rest.n -= cut;
	insert(m, at + 1, rest);
}

static void swap(struct mutation *m, size_t a, size_t b)
{
	struct fuzz_step s = m->step[a];

	m->step[a] = m->step[b];
	m->step[b] = s;
}

static int change(struct mutation *m)
{
	size_t at = below(m, m->n);
	struct fuzz_step event = {
		.op = (enum fuzz_op)(FUZZ_FIN + below(m, 6)),
		.arg = (unsigned)below(m, 32),
	};

	switch (m->n ? below(m, 10) : 0) {
	case 0:
		insert(m, at, event);
		return 0;
	case 1:
		mutate_drop(m, at);
		return 0;
	case 2:
		insert(m, below(m, m->n + 1), m->step[at]);
		return 0;
	case 3:
		swap(m, at, below(m, m->n));
		return 0;
	case 4:
		split(m, at);
		return 0;
	default:
		if (m->step[at].op > FUZZ_SERVER)
			m->step[at].arg = (unsigned)below(m, 32);
		else
			return change_text(m, &m->step[at]);
		return 0;
	}
}

static void read_steps(struct mutation *m, const struct buf *from)
{
	const uint8_t *p = buf_ptr(from);
	size_t n = buf_len(from);

	while (m->n < STEPS_MAX && fuzz_step_take(&p, &n, &m->step[m->n]))
		m->n++;
}

/* Appends the end of another conversation to the beginning of this one. */
static void splice(struct mutation *m, const struct buf *other)
{
	const uint8_t *p = buf_ptr(other);
	size_t n = buf_len(other), skip = below(m, 8);
	struct fuzz_step s;

	m->n = below(m, m->n + 1);
	while (m->n < STEPS_MAX && fuzz_step_take(&p, &n, &s))
		if (skip)
			skip--;
		else
			m->step[m->n++] = s;
}

int fuzz_mutate(struct buf *to, const struct buf *from, const struct buf *other,
		const struct fuzz_words *w, uint64_t *random)
{
	struct mutation *m = calloc(1, sizeof(*m));
	int r = m ? 0 : ERR_NOMEM;

	if (!m)
		return r;
	m->words = w;
	m->random = random;
	read_steps(m, from);
	if (below(m, 8) == 0)
		splice(m, other);
	for (size_t k = 1 + below(m, CHANGES); k && !r; k--)
		r = change(m);
	for (size_t i = 0; i < m->n && !r && buf_len(to) < FUZZ_SIZE_MAX; i++)
		r = fuzz_step_put(to, &m->step[i]);
	for (unsigned i = 0; i < CHANGES; i++)
		buf_fini(&m->scratch[i]);
	free(m);
	return r;
}
