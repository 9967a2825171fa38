/* SPDX-License-Identifier: BSD-2-Clause */
/* sums.c - lines of the log that are alike. */
#include "gateway/sums.h"

#include "base/list.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_US UINT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)

struct sums_line {
	struct list node;
	uint64_t since_us;
	unsigned n; /* lines, written ones included */
	char text[];
};

struct sums {
	const struct sums_ops *ops;
	void *ctx;
	struct {
		struct list alike; /* struct sums_line.node */
		unsigned kinds;
		unsigned others;   /* lines of further kinds */
		uint64_t since_us; /* of these */
	} of[SUMS_ALL];
};

struct sums *sums_new(const struct sums_ops *ops, void *ctx)
{
	struct sums *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->ops = ops;
	s->ctx = ctx;
	for (unsigned i = 0; i < SUMS_ALL; i++)
		list_init(&s->of[i].alike);
	return s;
}

static void sums_drop(struct sums *s, enum sums_kind kind,
		      struct sums_line *sum)
{
	list_remove(&sum->node);
	free(sum);
	s->of[kind].kinds--;
}

void sums_free(struct sums *s)
{
	struct list *n, *t;

	if (!s)
		return;
	for (unsigned i = 0; i < SUMS_ALL; i++)
		list_each (n, t, &s->of[i].alike)
			sums_drop(s, i, list_entry(n, struct sums_line, node));
	free(s);
}

static struct sums_line *sums_line_new(struct sums *s, enum sums_kind kind,
				       const char *text, uint64_t now_us)
{
	size_t n = strnlen(text, SUMS_TEXT - 1);
	struct sums_line *sum;

	if (s->of[kind].kinds == SUMS_KINDS)
		return NULL;
	sum = calloc(1, sizeof *sum + n + 1);
	if (!sum)
		return NULL;
	memcpy(sum->text, text, n);
	sum->since_us = now_us;
	list_init(&sum->node);
	list_append(&s->of[kind].alike, &sum->node);
	s->of[kind].kinds++;
	return sum;
}

static struct sums_line *sums_find(struct sums *s, enum sums_kind kind,
				   const char *text)
{
	struct list *n, *t;

	list_each (n, t, &s->of[kind].alike) {
		struct sums_line *sum = list_entry(n, struct sums_line, node);

		if (!strncmp(sum->text, text, SUMS_TEXT - 1))
			return sum;
	}
	return NULL;
}

bool sums_lets(struct sums *s, enum sums_kind kind, const char *text,
	       uint64_t now_us)
{
	struct sums_line *sum = sums_find(s, kind, text);

	if (!sum)
		sum = sums_line_new(s, kind, text, now_us);
	if (sum)
		return ++sum->n <= SUMS_FIRST;
	if (!s->of[kind].others++)
		s->of[kind].since_us = now_us;
	return false;
}

static void sums_tell_line(struct sums *s, enum sums_kind kind,
			   struct sums_line *sum, uint64_t now_us)
{
	if (sum->n > SUMS_FIRST)
		s->ops->more(s->ctx, kind, sum->text, sum->n - SUMS_FIRST,
			     (unsigned)((now_us - sum->since_us) / SECOND_US));
	sums_drop(s, kind, sum);
}

static void sums_tell_kind(struct sums *s, enum sums_kind kind, uint64_t now_us,
			   bool all)
{
	struct list *n, *t;

	list_each (n, t, &s->of[kind].alike) {
		struct sums_line *sum = list_entry(n, struct sums_line, node);

		if (all || now_us - sum->since_us >= MINUTE_US)
			sums_tell_line(s, kind, sum, now_us);
	}
	if (!s->of[kind].others ||
	    (!all && now_us - s->of[kind].since_us < MINUTE_US))
		return;
	s->ops->more(s->ctx, kind, NULL, s->of[kind].others,
		     (unsigned)((now_us - s->of[kind].since_us) / SECOND_US));
	s->of[kind].others = 0;
}

void sums_tell(struct sums *s, uint64_t now_us, bool all)
{
	for (unsigned i = 0; i < SUMS_ALL; i++)
		sums_tell_kind(s, i, now_us, all);
}
