/* SPDX-License-Identifier: BSD-2-Clause */
/* links_test.c - the command that a Web-Link is shown with. */
#include "adit/cli.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

/* What is printed for one Web-Link, in static memory. */
static const char *print(const char *url)
{
	static char text[4096];
	json_t *answer = json_pack("{s:s, s:[{s:s, s:s}]}", "socks",
				   "127.0.0.1:1080", "resources", "name",
				   "wiki", "url", url);
	FILE *before = stdout;
	size_t n;

	stdout = fmemopen(text, sizeof text, "w");
	ck_assert_ptr_nonnull(stdout);
	cli_links(answer);
	fflush(stdout);
	n = (size_t)ftell(stdout);
	fclose(stdout);
	stdout = before;
	text[n] = 0;
	json_decref(answer);
	return text;
}

static bool is_typed(const char *url)
{
	char want[200];

	snprintf(want, sizeof want,
		 "curl --socks5-hostname 127.0.0.1:1080 %s\n", url);
	return strstr(print(url), want) != NULL;
}

START_TEST(urls_are_words)
{
	ck_assert(!is_typed("https://wiki.example/?a"));
	ck_assert(is_typed("https://wiki.example:8443/a-b_c,d=%20"));
	ck_assert(is_typed("http://10.1.1.1/"));
}
END_TEST

START_TEST(commands_and_options_are_none)
{
	ck_assert(!is_typed("http://x/;id"));
	ck_assert(!is_typed("http://x/$(id)"));
	ck_assert(!is_typed("--output=/tmp/x"));
	ck_assert(!is_typed("-K/tmp/x"));
	ck_assert(strstr(print("-K/tmp/x"), "127.0.0.1:1080 URL\n") != NULL);
}
END_TEST

SUITE("links", urls_are_words, commands_and_options_are_none)
