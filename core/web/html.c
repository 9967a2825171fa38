/* SPDX-License-Identifier: BSD-2-Clause */
/* html.c - writes HTML and SVG, in which every value is escaped. */
#include "web/html.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void html_bytes(struct html *h, const char *p, size_t n)
{
	if (!h->failed && n && buf_append(&h->out, p, n))
		h->failed = true;
}

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* The bytes of the UTF-8 character (RFC 3629) that begins here; 0: none does,
 * or it is a control character (C1, too). */
static size_t utf8_length(const unsigned char *p)
{
	size_t n = p[0] < 0x80 ? 1 :
		   p[0] < 0xc2 ? 0 :
		   p[0] < 0xe0 ? 2 :
		   p[0] < 0xf0 ? 3 :
		   p[0] < 0xf5 ? 4 :
				 0;

	if (n == 1)
		return (p[0] >= 0x20 && p[0] != 0x7f) || p[0] == '\n';
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xc2 && p[1] < 0xa0) || (p[0] == 0xe0 && p[1] < 0xa0) ||
	    (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
	    (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

void html_text(struct html *h, const char *text)
{
	while (*text) {
		const char *entity = entity_of(*text);
		size_t n = utf8_length((const unsigned char *)text);

		if (entity)
			html_bytes(h, entity, strlen(entity));
		else if (n)
			html_bytes(h, text, n);
		else
			html_bytes(h, "\xef\xbf\xbd", 3);
		text += n ? n : 1;
	}
}

/* What a %... stands for, of which *format is behind the percent sign. */
static void html_value(struct html *h, const char **format, va_list *values)
{
	char number[24] = "%";
	const char *f = *format;

	if (*f == 's') {
		html_text(h, va_arg(*values, const char *));
	} else if (*f == 'u') {
		snprintf(number, sizeof number, "%u",
			 va_arg(*values, unsigned));
	} else if (*f == 'd') {
		snprintf(number, sizeof number, "%d", va_arg(*values, int));
	} else if (!strncmp(f, "llu", 3)) {
		snprintf(number, sizeof number, "%llu",
			 va_arg(*values, unsigned long long));
		f += 2;
	} else if (*f != '%') { /* a mistake of this program */
		h->failed = true;
		f--;
	}
	if (*f != 's')
		html_bytes(h, number, strlen(number));
	*format = f + 1;
}

void html_format(struct html *h, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	while (*format && !h->failed) {
		size_t n = strcspn(format, "%");

		html_bytes(h, format, n);
		format += n;
		if (*format++ != '%')
			break;
		html_value(h, &format, &values);
	}
	va_end(values);
}

void html_fini(struct html *h)
{
	buf_fini(&h->out);
}
