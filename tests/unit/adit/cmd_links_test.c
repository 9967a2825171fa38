/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_links_test.c - the command that adit status shows for a Web-Link. */
#include "adit/cli.h"
#include "stage.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

/* What is printed for one Web-Link. */
static const char *print(const char *url)
{
	json_t *answer = json_pack("{s:s, s:[{s:s, s:s}]}", "socks",
				   "127.0.0.1:1080", "resources", "name",
				   "wiki", "url", url);

	stage_begin();
	cli_links(answer);
	stage_end();
	json_decref(answer);
	return stage_out;
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
	STAGE_HAS(stage_out, "http://127.0.0.1:1080/proxy.pac\n");
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

/* Without a SOCKS5 listener no command is shown that would use it. */
START_TEST(no_socks_listener)
{
	json_t *answer = json_pack("{s:[{s:s, s:s, s:s}, {s:s}]}", "resources",
				   "name", "wi\nki", "url", "http://x/",
				   "state", "stopped", "name", "db");

	stage_begin();
	cli_links(answer);
	stage_end();
	STAGE_HAS(stage_out, "Web-Links:\n  wi\\x0aki  http://x/\n");
	STAGE_HAS(stage_out, "while the agent forwards");
	STAGE_HAS_NOT(stage_out, "db");
	json_object_del(json_array_get(json_object_get(answer, "resources"), 0),
			"state");
	stage_begin();
	cli_links(answer);
	stage_end();
	STAGE_HAS(stage_out, "SOCKS5");
	STAGE_HAS_NOT(stage_out, "curl");
	json_decref(answer);
}
END_TEST

START_TEST(no_links)
{
	json_t *answer = json_pack("{s:[{s:s}]}", "resources", "name", "db");

	stage_begin();
	cli_links(answer);
	stage_end();
	ck_assert_str_eq(stage_out, "");
	json_decref(answer);
}
END_TEST

SUITE("adit/cmd_links", urls_are_words, commands_and_options_are_none,
      no_socks_listener, no_links)
