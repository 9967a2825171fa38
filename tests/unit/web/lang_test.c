/* SPDX-License-Identifier: BSD-2-Clause */
/* lang_test.c - the texts of the pages, and the languages of etc/lang. */
#include "policy/password_rule.h"
#include "web/lang.h"

#include "base/err.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static int add(struct langs *l, const char *code, const char *text,
	       struct conf_errors *e)
{
	return langs_add(l, code, text, strlen(text), e);
}

START_TEST(english_is_there)
{
	struct langs l;

	langs_init(&l);
	ck_assert_uint_eq(l.n, 1);
	for (unsigned t = 0; t < TEXTS; t++)
		ck_assert_uint_gt(strlen(lang_text(&l.lang[0], t)), 0);
	langs_fini(&l);
}
END_TEST

START_TEST(what_is_missing_is_english)
{
	struct conf_errors e = { .file = "xx.ini" };
	struct langs l;

	langs_init(&l);
	ck_assert_int_eq(add(&l, "xx", "[text]\nuser = Usuario\n", &e), 0);
	ck_assert_str_eq(lang_text(&l.lang[1], TEXT_USER), "Usuario");
	ck_assert_str_eq(lang_text(&l.lang[1], TEXT_LOG_IN), "Log in");
	langs_fini(&l);
}
END_TEST

START_TEST(wrong_files_say_so)
{
	static const char *const bad[] = {
		"[text]\nno_such_text = x\n",
		"[other]\nuser = x\n",
		"user = x\n",
		"[text]\nuser\n",
	};
	struct langs l;

	langs_init(&l);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct conf_errors e = { .file = "xx.ini" };

		ck_assert_int_eq(add(&l, "xx", bad[i], &e), ERR_CONF);
		ck_assert_uint_gt(e.count, 0);
	}
	langs_fini(&l);
}
END_TEST

START_TEST(only_so_many)
{
	struct conf_errors e = { .file = "xx.ini" };
	struct langs l;
	char code[8];

	langs_init(&l);
	for (int i = 1; i < LANGS_MAX; i++) {
		snprintf(code, sizeof code, "x%d", i);
		ck_assert_int_eq(add(&l, code, "[text]\n", &e), 0);
	}
	ck_assert_int_eq(add(&l, "yy", "[text]\n", &e), ERR_LIMIT);
	ck_assert_int_eq(add(&l, "x1", "[text]\nuser = y\n", &e), 0);
	ck_assert_int_eq(add(&l, "muchtoolong", "[text]\n", &e), ERR_LIMIT);
	langs_fini(&l);
}
END_TEST

/* Every text of the program is in the file, in the same order. */
START_TEST(german_is_whole)
{
	const char *src = getenv("top_srcdir");
	char path[4096], text[32768];
	struct conf_errors e = { .file = "de.ini" };
	struct langs l;
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/etc/lang/de.ini", src ? src : ".");
	f = fopen(path, "re");
	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof text, f);
	fclose(f);
	langs_init(&l);
	ck_assert_int_eq(langs_add(&l, "de", text, n, &e), 0);
	for (unsigned t = 0; t < TEXTS; t++)
		ck_assert_msg(l.lang[1].text[t], "de.ini has no \"%s\"",
			      lang_text(&l.lang[0], t));
	langs_fini(&l);
}
END_TEST

/* What the gateway says of a new password is in the languages' files, too. */
START_TEST(what_the_gateway_says)
{
	static const char *const fresh[] = { "a\nb", "short",
					     "present password",
					     "alice-and-bob", "xxxxxxxx" };
	struct langs l;
	const char *why;

	langs_init(&l);
	for (size_t i = 0; i < ARRAY_LEN(fresh); i++) {
		why = password_fault(fresh[i], "present password",
				     "alice-and-bob");
		ck_assert_ptr_nonnull(why);
		ck_assert_msg(lang_translate(&l.lang[0], why), "%s", why);
	}
	ck_assert_str_eq(lang_translate(&l.lang[0], "New password: "),
			 "New password:");
	ck_assert_ptr_null(lang_translate(&l.lang[0], "New password"));
	ck_assert_ptr_null(lang_translate(&l.lang[0], "Something else"));
	ck_assert_ptr_null(lang_translate(&l.lang[0], ""));
	langs_fini(&l);
}
END_TEST

SUITE("lang", what_the_gateway_says, english_is_there,
      what_is_missing_is_english, wrong_files_say_so, only_so_many,
      german_is_whole)
