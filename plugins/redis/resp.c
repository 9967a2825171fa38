/* SPDX-License-Identifier: BSD-2-Clause */
/* resp.c - reads RESP, versions 2 and 3, in which Redis writes commands and
 * replies. */
#include "resp.h"

#include <string.h>
#include <strings.h>

enum {
	HEAD_MAX = 24,        /* bytes of a first line with a number */
	COUNT_MAX = INT32_MAX /* most bytes or elements that it announces */
};

enum resp_shape resp_shape(uint8_t type)
{
	switch (type) {
	case '+':
	case '-':
	case ':':
	case '_':
	case ',':
	case '#':
	case '(':
		return RESP_LINE;
	case '$':
	case '=':
	case '!':
		return RESP_BULK;
	case '*':
	case '~':
	case '>':
	case '%':
	case '|':
		return RESP_LIST;
	default:
		return RESP_NONE;
	}
}

int64_t resp_number(const char *text, size_t n)
{
	int64_t v = 0;

	if (!n || n > 18 || (*text == '0' && n > 1))
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		v = v * 10 + (text[i] - '0');
	}
	return v;
}

/* Reads the number in a first line, and its CRLF.  Redis takes no other form
 * of a number either, so both agree on where an element ends. */
static int resp_count(const uint8_t *p, size_t n, struct resp *r)
{
	size_t look = n < HEAD_MAX ? n : HEAD_MAX;
	const uint8_t *cr = memchr(p, '\r', look);

	if (!cr || cr + 1 == p + n)
		return !cr && n >= HEAD_MAX ? RESP_BAD : RESP_MORE;
	r->head = (size_t)(cr - p) + 2;
	r->n = -1;
	if (cr[1] != '\n')
		return RESP_BAD;
	if (cr - p == 3 && !memcmp(p + 1, "-1", 2))
		return (int)r->head;
	r->n = resp_number((const char *)p + 1, (size_t)(cr - p) - 1);
	if (r->n < 0 || r->n > COUNT_MAX)
		return RESP_BAD;
	if (r->type == '%' || r->type == '|')
		r->n *= 2;
	return (int)r->head;
}

int resp_head(const uint8_t *p, size_t n, struct resp *r)
{
	if (!n)
		return RESP_MORE;
	r->type = *p;
	r->shape = resp_shape(*p);
	r->head = 1;
	r->n = -1;
	if (r->shape == RESP_NONE)
		return RESP_BAD;
	return r->shape == RESP_LINE ? 1 : resp_count(p, n, r);
}

bool resp_next(const uint8_t *p, size_t n, size_t *at, struct resp_item *item)
{
	const uint8_t *lf;

	*item = (struct resp_item){ .start = *at };
	if (*at >= n || resp_head(p + *at, n - *at, &item->r) <= 0)
		return false;
	item->end = *at + item->r.head;
	if (item->r.shape == RESP_LINE) {
		lf = memchr(p + item->end, '\n', n - item->end);
		if (!lf)
			return false;
		item->text = (const char *)p + item->end;
		item->len = (size_t)(lf - p) - item->end;
		if (item->len && lf[-1] == '\r')
			item->len--;
		item->end = (size_t)(lf - p) + 1;
	} else if (item->r.shape == RESP_BULK && item->r.n >= 0) {
		if (n - item->end < (size_t)item->r.n + 2)
			return false;
		item->text = (const char *)p + item->end;
		item->len = (size_t)item->r.n;
		item->end += item->len + 2;
	}
	*at = item->end;
	return true;
}

int64_t resp_whole(const uint8_t *p, size_t n)
{
	uint64_t rest = 1;
	size_t at = 0;
	struct resp_item item;

	while (rest) {
		if (!resp_next(p, n, &at, &item))
			return at < n && resp_head(p + at, n - at, &item.r) <
						       0 ?
				       RESP_BAD :
				       RESP_MORE;
		rest -= item.r.type != '|'; /* it stands before an element */
		if (item.r.shape == RESP_LIST && item.r.n > 0)
			rest += (uint64_t)item.r.n;
	}
	return (int64_t)at;
}

bool resp_is(const struct resp_item *item, const char *word)
{
	return item->text && strlen(word) == item->len &&
	       !strncasecmp(word, item->text, item->len);
}

unsigned resp_port(const struct resp_item *item)
{
	int64_t port = item->text ? resp_number(item->text, item->len) : -1;

	return port > 0 && port <= UINT16_MAX ? (unsigned)port : 0;
}
