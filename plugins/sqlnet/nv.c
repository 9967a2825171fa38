/* SPDX-License-Identifier: BSD-2-Clause */
/* nv.c - reads Oracle's nested name-value pairs, without allocating memory. */
#include "nv.h"

#include <string.h>
#include <strings.h>

struct nv_walk {
	const char *text;
	size_t at, n;
	struct nv_name path[NV_DEPTH];
	unsigned depth;
	bool (*fn)(void *ctx, const struct nv_atom *);
	void *ctx;
};

/* The next byte, or 0 at the end; the text itself has no NUL. */
static char peek(const struct nv_walk *w)
{
	return w->at < w->n ? w->text[w->at] : 0;
}

static char past_blanks(struct nv_walk *w)
{
	while (peek(w) && strchr(" \t\r\n", peek(w)))
		w->at++;
	return peek(w);
}

static bool nv_take(struct nv_walk *w, char c)
{
	if (past_blanks(w) != c)
		return false;
	w->at++;
	return true;
}

static bool take_name(struct nv_walk *w)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_.$#-"
				      "abcdefghijklmnopqrstuvwxyz0123456789";
	struct nv_name *name = &w->path[w->depth++];

	past_blanks(w);
	*name = (struct nv_name){ .at = w->text + w->at };
	while (peek(w) && strchr(letters, peek(w)))
		w->at++;
	name->len = (size_t)(w->text + w->at - name->at);
	return name->len;
}

/* Reads an atom, between quotes or up to a bracket.  A backslash makes the next
 * byte part of it. */
static bool take_atom(struct nv_walk *w)
{
	char quote = past_blanks(w) == '"' || peek(w) == '\'' ? peek(w) : 0;
	struct nv_atom a = { .path = w->path, .depth = w->depth };

	w->at += quote != 0;
	for (a.from = w->at; peek(w); w->at++) {
		if (quote ? peek(w) == quote : peek(w) == '(' || peek(w) == ')')
			break;
		w->at += peek(w) == '\\' && w->at + 1 < w->n;
	}
	a.to = w->at;
	while (!quote && a.to > a.from && strchr(" \t\r\n", w->text[a.to - 1]))
		a.to--;
	if (quote && (peek(w) != quote || !++w->at))
		return false;
	return past_blanks(w) == ')' && w->fn(w->ctx, &a);
}

/* Reads (NAME = value), and pairs inside of it, up to a depth of NV_DEPTH. */
static bool take_pair(struct nv_walk *w)
{
	bool ok;

	if (w->depth == NV_DEPTH || !nv_take(w, '(') || !take_name(w) ||
	    !nv_take(w, '='))
		return false;
	if (past_blanks(w) != '(')
		ok = take_atom(w);
	else
		do
			ok = take_pair(w);
		while (ok && past_blanks(w) == '(');
	w->depth--;
	return ok && nv_take(w, ')');
}

bool nv_walk(const char *text, size_t n,
	     bool (*fn)(void *ctx, const struct nv_atom *), void *ctx)
{
	struct nv_walk w = { .text = text, .n = n, .fn = fn, .ctx = ctx };

	if (memchr(text, 0, n))
		return false;
	do {
		if (!take_pair(&w))
			return false;
	} while (past_blanks(&w) == '(');
	/* Clients and servers ignore text behind the last bracket. */
	return !memchr(text + w.at, '(', n - w.at);
}

bool nv_is(const struct nv_name *name, const char *word)
{
	return strlen(word) == name->len &&
	       !strncasecmp(word, name->at, name->len);
}
