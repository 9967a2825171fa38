/* SPDX-License-Identifier: BSD-2-Clause */
/* form.c - what a browser sends, as bounded texts. */
#include "web/form.h"

#include "base/err.h"

#include <string.h>
#include <strings.h>

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* ---- forms --------------------------------------------------------------- */

/* Decodes a text in place.  0 or ERR_PROTO. */
static int form_decode(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (*text == '%') {
			int high = digit_of(text[1]);
			int low = high < 0 ? -1 : digit_of(text[2]);

			if (low < 0 || !(high << 4 | low))
				return ERR_PROTO;
			*to++ = (char)(high << 4 | low);
			text += 2;
		} else {
			*to++ = *text == '+' ? ' ' : *text;
		}
	}
	*to = 0;
	return 0;
}

static int form_add(struct web_form *f, char *pair)
{
	char *value = strchr(pair, '=');

	if (f->n == FORM_FIELDS)
		return ERR_PROTO;
	if (value)
		*value++ = 0;
	else
		value = pair + strlen(pair);
	f->field[f->n++] = (struct form_field){ pair, value };
	return form_decode(pair) || form_decode(value) ? ERR_PROTO : 0;
}

int form_read(struct web_form *f, char *text, size_t n)
{
	char *end = text + n;
	int ret = memchr(text, 0, n) ? ERR_PROTO : 0;

	f->n = 0;
	while (!ret && text < end) {
		char *next = memchr(text, '&', (size_t)(end - text));

		if (!next)
			next = end;
		*next = 0;
		if (next > text)
			ret = form_add(f, text);
		text = next + 1;
	}
	return ret;
}

const char *form_get(const struct web_form *f, const char *name)
{
	const char *found = NULL;

	for (unsigned i = 0; i < f->n; i++) {
		if (strcmp(f->field[i].name, name))
			continue;
		if (found)
			return "";
		found = f->field[i].value;
	}
	return found ? found : "";
}

/* ---- cookies and tokens -------------------------------------------------- */

/* Whether the pair p[n] of a Cookie header is of this name; then *value and
 * *len say what it has. */
static bool is_cookie(const char *p, size_t n, const char *name,
		      const char **value, size_t *len)
{
	size_t k = strlen(name);

	while (n && (*p == ' ' || *p == '\t')) {
		p++;
		n--;
	}
	while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	if (n <= k || strncmp(p, name, k) || p[k] != '=')
		return false;
	*value = p + k + 1;
	*len = n - k - 1;
	return true;
}

bool cookie_get(const char *header, const char *name, char *to, size_t cap)
{
	const char *value = NULL;
	size_t len = 0;

	while (header && *header) {
		size_t n = strcspn(header, ";");
		const char *was = value;

		if (is_cookie(header, n, name, &value, &len) && was)
			return false;
		header += n + (header[n] == ';');
	}
	if (!value || len >= cap)
		return false;
	memcpy(to, value, len);
	to[len] = 0;
	return true;
}

bool token_read(uint8_t token[TOKEN_LEN], const char *text)
{
	if (strlen(text) != TOKEN_TEXT - 1)
		return false;
	for (size_t i = 0; i < TOKEN_LEN; i++) {
		int high = digit_of(text[2 * i]);
		int low = digit_of(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		token[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* ---- languages ----------------------------------------------------------- */

/* The weight of an entry in thousandths, from behind its name: ";q=0.5". */
static unsigned weight_of(const char *p, size_t n)
{
	unsigned q = 0, unit = 1000;
	const char *end = p + n;

	while (p < end && *p != '=')
		p++;
	if (p == end)
		return 1000;
	for (p++; p < end && unit; p++) {
		if (*p >= '0' && *p <= '9') {
			q += (unsigned)(*p - '0') * unit;
			unit /= 10;
		} else if (*p != '.' && *p != ' ') {
			return 0;
		}
	}
	return q > 1000 ? 1000 : q;
}

/* "de-AT" is served by "de". */
static bool is_language(const char *p, size_t n, const char *code)
{
	size_t k = strlen(code);

	return n >= k && !strncasecmp(p, code, k) && (n == k || p[k] == '-');
}

unsigned language_choose(const char *header, const char *const *code,
			 unsigned n)
{
	unsigned best = 0, weight = 0;

	while (header && *header) {
		size_t whole, name;

		header += strspn(header, ", \t");
		whole = strcspn(header, ",");
		name = strcspn(header, ";, \t");
		for (unsigned i = 0; i < n; i++) {
			unsigned q = weight_of(header + name, whole - name);

			if (q > weight && is_language(header, name, code[i])) {
				best = i;
				weight = q;
			}
		}
		header += whole;
	}
	return best;
}

/* ---- where a request comes from ------------------------------------------ */

bool origin_is_ours(const char *origin, const char *fetch_site,
		    const char *host)
{
	if (fetch_site && strcmp(fetch_site, "same-origin"))
		return false;
	if (!origin)
		return true;
	return host && !strncmp(origin, "https://", 8) &&
	       !strcasecmp(origin + 8, host);
}
