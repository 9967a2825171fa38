/* SPDX-License-Identifier: BSD-2-Clause */
/* form.h - what a browser sends, as bounded texts: forms, cookies, languages,
 * tokens. */
#ifndef ADIT_WEB_FORM_H
#define ADIT_WEB_FORM_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FORM_MAX = 16384, /* bytes of the body of a POST */
	FORM_FIELDS = 24,
	TOKEN_LEN = 32,                 /* bytes of a token ... */
	TOKEN_TEXT = 2 * TOKEN_LEN + 1, /* ... and of its hexadecimals */
	LANG_CODE = 9,                  /* "de", "pt-br", with the NUL */
};

struct form_field {
	const char *name, *value;
};
/* The fields of a form, which point into the text that was read. */
struct web_form {
	struct form_field field[FORM_FIELDS];
	unsigned n;
};

/* Reads application/x-www-form-urlencoded text, which is decoded in place and
 * must end with a NUL at text[n].  0, or ERR_PROTO: it has more fields than a
 * form may have, a NUL byte (also as %00), or half a %XX. */
MUST_CHECK int form_read(struct web_form *, char *text, size_t n);
/* The value of a field; "" where it is missing or stands there twice. */
const char *form_get(const struct web_form *, const char *name);

/* The value of a cookie of the header Cookie (RFC 6265, 4.2.1), in to[cap].
 * False: it is missing, stands there twice, or is longer. */
bool cookie_get(const char *header, const char *name, char *to, size_t cap);

/* Hexadecimals of lower case to bytes.  False: the text is not one of just that
 * length. */
bool token_read(uint8_t token[TOKEN_LEN], const char *text);

/* The one of the languages code[n] that the header Accept-Language (RFC 9110,
 * 12.5.4) prefers, by its number; where it has none, or the header is NULL or
 * wrong, 0. */
unsigned language_choose(const char *header, const char *const *code,
			 unsigned n);

/* Whether a request comes from a page of this site, as far as the browser
 * tells: its headers Origin (RFC 6454), Sec-Fetch-Site and Host, each of which
 * may be NULL. */
bool origin_is_ours(const char *origin, const char *fetch_site,
		    const char *host);

#endif
