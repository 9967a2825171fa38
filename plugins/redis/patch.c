/* SPDX-License-Identifier: BSD-2-Clause */
/* patch.c - a copy of a message in which parts are replaced. */
#include "inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROWTH_MAX = 1 << 15 }; /* the engine takes twice as much */

void patch_init(struct patch *p, const void *from, size_t n)
{
	*p = (struct patch){ .from = from, .n = n };
}

static bool patch_room(struct patch *p, size_t n)
{
	size_t cap = p->len + n + p->n + 256;
	char *to;

	if (p->failed || p->len + n <= p->cap)
		return !p->failed;
	to = realloc(p->to, cap);
	if (!to) {
		p->failed = true;
		return false;
	}
	p->to = to;
	p->cap = cap;
	return true;
}

static void patch_put(struct patch *p, const void *bytes, size_t n)
{
	if (!n || !patch_room(p, n))
		return;
	memcpy(p->to + p->len, bytes, n);
	p->len += n;
}

void patch_replace(struct patch *p, size_t start, size_t end, const char *fmt,
		   ...)
{
	char with[400];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(with, sizeof with, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof with || start < p->at) {
		p->failed = true;
		return;
	}
	if (end - start == (size_t)n &&
	    !memcmp(p->from + start, with, (size_t)n))
		return;
	p->changed = true;
	patch_put(p, p->from + p->at, start - p->at);
	patch_put(p, with, (size_t)n);
	p->at = end;
}

void patch_bulk(struct patch *p, const struct resp_item *item, const char *text)
{
	patch_replace(p, item->start, item->end, "$%zu\r\n%s\r\n", strlen(text),
		      text);
}

void patch_port(struct patch *p, const struct resp_item *item, unsigned port)
{
	char text[8];

	snprintf(text, sizeof text, "%u", port);
	if (item->r.shape == RESP_BULK)
		patch_bulk(p, item, text);
	else
		patch_replace(p, item->start, item->end, "%c%s\r\n",
			      item->r.type, text);
}

void patch_fini(struct patch *p)
{
	free(p->to);
	p->to = NULL;
}

/* Puts what is around the body of a bulk around the copy. */
static void patch_wrap(struct patch *p, const struct adit_msg *m,
		       const struct resp_item *bulk)
{
	struct patch all;

	patch_init(&all, m->data, m->len);
	patch_replace(&all, bulk->start, bulk->end, "%c%zu\r\n", bulk->r.type,
		      p->len);
	patch_put(&all, p->to, p->len);
	patch_put(&all, "\r\n", 2);
	patch_put(&all, m->data + bulk->end, m->len - bulk->end);
	all.changed = true;
	all.failed |= p->failed;
	patch_fini(p);
	*p = all;
}

enum adit_verdict patch_done(struct patch *p, struct adit_msg *m,
			     const struct resp_item *bulk)
{
	enum adit_verdict v = ADIT_PASS;

	if (p->changed) {
		patch_put(p, p->from + p->at, p->n - p->at);
		if (bulk)
			patch_wrap(p, m, bulk);
	}
	if (p->failed || p->len > m->len + GROWTH_MAX)
		adit_log(m->ch, ADIT_WARN,
			 "a reply that names nodes is too long to be "
			 "rewritten; it passes with the servers' own "
			 "addresses");
	else if (p->changed)
		v = adit_rewrite(m, p->to, p->len);
	patch_fini(p);
	return v;
}
