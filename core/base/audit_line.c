/* SPDX-License-Identifier: BSD-2-Clause */
/* audit_line.c - reads audit lines (docs/audit.md), and turns them into
 * JSON. */
#include "base/audit_line.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define CUT "\"cut\":true}"

/* ---- pairs --------------------------------------------------------------- */

bool audit_line_next(struct audit_pair *p, const char **at)
{
	const char *s = *at + strspn(*at, " ");
	size_t n = strcspn(s, "= \"");

	if (!n || s[n] != '=')
		return false;
	*p = (struct audit_pair){ .key = s, .nkey = n };
	s += n + 1;
	p->quoted = *s == '"';
	s += p->quoted;
	p->value = s;
	p->n = strcspn(s, p->quoted ? "\"" : " ");
	s += p->n;
	p->cut = p->quoted && !*s;
	*at = s + (p->quoted && *s);
	return true;
}

static bool line_same_key(const struct audit_pair *a,
			  const struct audit_pair *b)
{
	return a->nkey == b->nkey && !memcmp(a->key, b->key, a->nkey);
}

/* ---- text of JSON -------------------------------------------------------- */

struct line_json {
	char *p;
	size_t n, cap;
	bool full;
};

static void line_put(struct line_json *j, const char *text, size_t n)
{
	if (j->full || n > j->cap - j->n) {
		j->full = true;
		return;
	}
	memcpy(j->p + j->n, text, n);
	j->n += n;
}

/* The byte that "\xNN" at `s` stands for; -1 if there is no such thing. */
static int line_escaped(const char *s, const char *end)
{
	static const char hex[] = "0123456789abcdef";
	const char *high, *low;

	if (end - s < 4 || s[0] != '\\' || s[1] != 'x')
		return -1;
	high = memchr(hex, s[2], 16);
	low = memchr(hex, s[3], 16);
	return high && low ? (int)(high - hex) << 4 | (int)(low - hex) : -1;
}

/* The character of which the escapes at `s` are the UTF-8, in *cp, and how many
 * there are; 0: the bytes are not UTF-8, or a character that no line has
 * escaped. */
static int line_char(const char *s, const char *end, unsigned *cp)
{
	int b = line_escaped(s, end), n = b >= 0xe0 ? 3 : b >= 0xc2 ? 2 : 1;

	if (b < 0 || (b >= 0x20 && b < 0x7f) || b >= 0xf0 ||
	    (b >= 0x80 && n == 1))
		return 0;
	*cp = n == 1 ? (unsigned)b : (unsigned)b & (n == 2 ? 0x1fU : 0x0fU);
	for (int i = 1; i < n; i++) {
		b = line_escaped(s + (ptrdiff_t)4 * i, end);
		if (b < 0x80 || b > 0xbf)
			return 0;
		*cp = *cp << 6 | ((unsigned)b & 0x3f);
	}
	if ((n == 3 && *cp < 0x800) || (*cp >= 0xd800 && *cp < 0xe000))
		return 0;
	return n;
}

static void line_put_string(struct line_json *j, const char *s, size_t n)
{
	const char *end = s + n;
	char code[8];
	unsigned cp = 0;

	line_put(j, "\"", 1);
	while (s < end) {
		int chars = line_char(s, end, &cp);

		if (chars) {
			snprintf(code, sizeof code, "\\u%04x", cp & 0xffff);
			line_put(j, code, 6);
			s += (ptrdiff_t)4 * chars;
			continue;
		}
		if (*s == '\\' || *s == '"')
			line_put(j, "\\", 1);
		line_put(j, s++, 1);
	}
	line_put(j, "\"", 1);
}

/* ---- values -------------------------------------------------------------- */

/* Names may consist of digits, so the key says what is a number. */
static bool line_counts(const struct audit_pair *p)
{
	static const char *const keys[] = {
		"session",   "channel",  "parent", "to_server",
		"to_client", "duration", "count",  "seconds",
	};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strlen(keys[i]) == p->nkey &&
		    !memcmp(keys[i], p->key, p->nkey))
			return true;
	return false;
}

static bool line_is_number(const char *s, size_t n)
{
	size_t whole = 0, rest;

	while (whole < n && isdigit((unsigned char)s[whole]))
		whole++;
	if (!whole || (whole > 1 && s[0] == '0'))
		return false;
	rest = whole;
	if (rest < n && s[rest] == '.')
		rest++;
	while (rest < n && isdigit((unsigned char)s[rest]))
		rest++;
	return rest == n && (rest == whole || rest > whole + 1);
}

static void line_put_value(struct line_json *j, const struct audit_pair *p)
{
	if (!p->quoted && line_counts(p) && line_is_number(p->value, p->n))
		line_put(j, p->value, p->n);
	else if (!p->quoted && p->n == 1 && *p->value == '-')
		line_put(j, "null", 4);
	else
		line_put_string(j, p->value, p->n);
}

/* All values of the key of `p`, which is the first with it; `rest` is what
 * follows.  Plugins may add a key more than once. */
static void line_put_values(struct line_json *j, const struct audit_pair *p,
			    const char *rest)
{
	size_t start = j->n;
	struct audit_pair q;
	bool many = false;

	line_put_value(j, p);
	while (audit_line_next(&q, &rest)) {
		if (!line_same_key(p, &q))
			continue;
		if (!many) {
			many = true;
			j->n = start;
			line_put(j, "[", 1);
			line_put_value(j, p);
		}
		line_put(j, ",", 1);
		line_put_value(j, &q);
	}
	if (many)
		line_put(j, "]", 1);
}

static bool line_is_first(const struct audit_pair *p, const char *line)
{
	struct audit_pair q;

	while (audit_line_next(&q, &line) && q.key < p->key)
		if (line_same_key(p, &q))
			return false;
	return true;
}

size_t audit_line_json(char *dst, size_t cap, const char *line)
{
	struct line_json j = { .p = dst, .cap = cap - sizeof CUT - 1 };
	const char *at = line;
	struct audit_pair p;
	bool cut = false;
	size_t whole = 1;

	line_put(&j, "{", 1);
	while (!j.full && audit_line_next(&p, &at)) {
		cut = cut || p.cut;
		if (!line_is_first(&p, line))
			continue;
		if (whole > 1)
			line_put(&j, ",", 1);
		line_put_string(&j, p.key, p.nkey);
		line_put(&j, ":", 1);
		line_put_values(&j, &p, at);
		if (!j.full)
			whole = j.n;
	}
	cut = cut || j.full || *at;
	return whole + (size_t)snprintf(dst + whole, cap - whole, "%s%s",
					cut && whole > 1 ? "," : "",
					cut ? CUT : "}");
}
