/* SPDX-License-Identifier: BSD-2-Clause */
/* html_test.c - values in pages stay values. */
#include "web/html.h"

#include "suite.h"

#include <string.h>

static const char *made(struct html *h)
{
	if (buf_append(&h->out, "", 1))
		ck_abort();
	return (char *)buf_ptr(&h->out);
}

START_TEST(escapes_values)
{
	struct html h = { 0 };

	html(&h, "<a href=\"%s\">%s</a> %u %d %llu 100%%", "\"><script>",
	     "a & b 'c'", 7u, -7, 1ull << 40);
	ck_assert(!h.failed);
	ck_assert_str_eq(made(&h),
			 "<a href=\"&quot;&gt;&lt;script&gt;\">a &amp; b "
			 "&#39;c&#39;</a> 7 -7 1099511627776 100%");
	html_fini(&h);
}
END_TEST

START_TEST(keeps_utf8_only)
{
	static const struct {
		const char *in, *out;
	} t[] = {
		{ "Grüße", "Grüße" },
		{ "a\nb", "a\nb" },
		{ "a\x1b[31m", "a\xef\xbf\xbd[31m" },
		{ "\xc0\xbc", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xf4\x90\x80\x80",
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xf0\x9f\x94\x92", "\xf0\x9f\x94\x92" },
		{ "cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xc2\x9b", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\x7f", "\xef\xbf\xbd" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct html h = { 0 };

		html_text(&h, t[i].in);
		ck_assert_str_eq(made(&h), t[i].out);
		html_fini(&h);
	}
}
END_TEST

/* A format that this writer does not know makes no page at all. */
START_TEST(refuses_other_formats)
{
	struct html h = { 0 };

	html(&h, "%x", 1u);
	ck_assert(h.failed);
	html(&h, "more");
	ck_assert(h.failed);
	html_fini(&h);
}
END_TEST

SUITE("html", escapes_values, keeps_utf8_only, refuses_other_formats)
