/* SPDX-License-Identifier: BSD-2-Clause */
/* form_test.c - forms, cookies, languages and origins of browsers. */
#include "web/form.h"

#include "base/err.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

/* Reads a copy in memory of just that size. */
static int form_of(struct web_form *f, char **text, const char *body)
{
	*text = strdup(body);
	ck_assert_ptr_nonnull(*text);
	return form_read(f, *text, strlen(body));
}

START_TEST(decodes_fields)
{
	struct web_form f;
	char *text;

	ck_assert_int_eq(form_of(&f, &text,
				 "user=alice&password=a%2Bb+c%26%3d&empty=&x"),
			 0);
	ck_assert_str_eq(form_get(&f, "user"), "alice");
	ck_assert_str_eq(form_get(&f, "password"), "a+b c&=");
	ck_assert_str_eq(form_get(&f, "empty"), "");
	ck_assert_str_eq(form_get(&f, "x"), "");
	ck_assert_str_eq(form_get(&f, "other"), "");
	ck_assert_uint_eq(f.n, 4);
	free(text);
}
END_TEST

/* Which of two would count is not to be a question. */
START_TEST(a_field_twice_is_none)
{
	struct web_form f;
	char *text;

	ck_assert_int_eq(form_of(&f, &text, "user=alice&user=root"), 0);
	ck_assert_str_eq(form_get(&f, "user"), "");
	free(text);
}
END_TEST

START_TEST(refuses_what_is_no_form)
{
	static const char *const bad[] = { "a=%", "a=%4", "a=%zz", "a=%00",
					   "%0=1" };
	struct web_form f;
	char *text, many[10 * FORM_FIELDS];
	int n = 0;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		ck_assert_int_eq(form_of(&f, &text, bad[i]), ERR_PROTO);
		free(text);
	}
	for (int i = 0; i < FORM_FIELDS; i++)
		n += snprintf(many + n, sizeof many - (size_t)n, "a=1&");
	ck_assert_int_eq(form_of(&f, &text, many), 0);
	free(text);
	snprintf(many + n, sizeof many - (size_t)n, "a=1");
	ck_assert_int_eq(form_of(&f, &text, many), ERR_PROTO);
	free(text);
	text = strdup("a=b");
	text[1] = 0;
	ck_assert_int_eq(form_read(&f, text, 3), ERR_PROTO);
	free(text);
}
END_TEST

START_TEST(finds_one_cookie)
{
	static const struct {
		const char *header, *value; /* NULL: none */
	} t[] = {
		{ "__Host-adit=abc", "abc" },
		{ "other=1; __Host-adit=abc; last=2", "abc" },
		{ "  __Host-adit=abc \t;x", "abc" },
		{ "__Host-adit=", "" },
		{ "__Host-adit=a; __Host-adit=b", NULL },
		{ "x__Host-adit=abc", NULL },
		{ "__Host-adit2=abc", NULL },
		{ "__host-adit=abc", NULL },
		{ "__Host-adit=toolong12", NULL },
		{ "", NULL },
		{ ";;;", NULL },
		{ "__Host-adit", NULL },
		{ NULL, NULL },
	};
	char value[8];

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		bool found = cookie_get(t[i].header, "__Host-adit", value,
					sizeof value);

		ck_assert_int_eq(found, t[i].value != NULL);
		if (found)
			ck_assert_str_eq(value, t[i].value);
	}
}
END_TEST

START_TEST(tokens_are_hexadecimals)
{
	uint8_t token[TOKEN_LEN], back[TOKEN_LEN];
	char text[TOKEN_TEXT];

	for (size_t i = 0; i < sizeof token; i++)
		token[i] = (uint8_t)(i * 37);
	for (size_t i = 0; i < sizeof token; i++)
		snprintf(text + 2 * i, 3, "%02x", token[i]);
	ck_assert(token_read(back, text));
	ck_assert_mem_eq(back, token, sizeof token);
	text[7] = 'g';
	ck_assert(!token_read(back, text));
	text[7] = 0;
	ck_assert(!token_read(back, text));
}
END_TEST

START_TEST(chooses_the_language)
{
	static const char *const code[] = { "en", "de", "fr" };
	static const struct {
		const char *header;
		unsigned n;
	} t[] = {
		{ NULL, 0 },
		{ "", 0 },
		{ "de", 1 },
		{ "de-AT,de;q=0.9", 1 },
		{ "en;q=0.5, fr;q=0.8, de;q=0.7", 2 },
		{ "es, de;q=0.1", 1 },
		{ "den", 0 },
		{ "de;q=0", 0 },
		{ "de;q=abc", 0 },
		{ ",,,;;=", 0 },
		{ "DE", 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		ck_assert_uint_eq(language_choose(t[i].header, code, 3),
				  t[i].n);
}
END_TEST

START_TEST(knows_where_a_form_comes_from)
{
	ck_assert(origin_is_ours("https://vpn.example", "same-origin",
				 "vpn.example"));
	ck_assert(origin_is_ours("https://VPN.example:8443", NULL,
				 "vpn.example:8443"));
	ck_assert(origin_is_ours(NULL, NULL, "vpn.example"));
	ck_assert(!origin_is_ours("https://evil.example", NULL, "vpn.example"));
	ck_assert(!origin_is_ours("http://vpn.example", NULL, "vpn.example"));
	ck_assert(!origin_is_ours("null", NULL, "vpn.example"));
	ck_assert(!origin_is_ours("https://vpn.example", NULL, NULL));
	ck_assert(!origin_is_ours("https://vpn.example", "cross-site",
				  "vpn.example"));
	ck_assert(!origin_is_ours(NULL, "same-site", "vpn.example"));
}
END_TEST

SUITE("form", decodes_fields, a_field_twice_is_none, refuses_what_is_no_form,
      finds_one_cookie, tokens_are_hexadecimals, chooses_the_language,
      knows_where_a_form_comes_from)
