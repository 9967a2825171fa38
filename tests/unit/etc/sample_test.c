/* SPDX-License-Identifier: BSD-2-Clause */
/* sample_test.c - the sample aditd.ini is right as it is installed, and with
 * each default that it shows in a comment. */
#include "base/conf_text.h"
#include "policy/conf.h"
#include "suite.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char text[32768];
static size_t len;

static void read_sample(void)
{
	const char *build = getenv("top_builddir");
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/etc/aditd.ini", build ? build : ".");
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "no %s", path);
	len = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	ck_assert_uint_gt(len, 1000);
}

static void parses(void)
{
	struct conf_errors e = { .file = "aditd.ini" };
	struct conf_errors warn = { .file = "aditd.ini" };
	struct gw_conf *c = gw_conf_parse(text, len, &e, &warn);

	ck_assert_msg(c != NULL, "%s", e.text[0]);
	ck_assert_msg(!warn.count, "%s", warn.text[0]);
	gw_conf_unref(c);
}

START_TEST(as_installed)
{
	read_sample();
	parses();
}
END_TEST

/* "; key = value" becomes a key; prose stays a comment. */
START_TEST(with_each_default)
{
	unsigned found = 0;

	read_sample();
	for (char *at = text, *p; at; at = strchr(at + 1, '\n')) {
		char *line = *at == '\n' ? at + 1 : at;

		if (strncmp(line, "; ", 2))
			continue;
		for (p = line + 2; islower((unsigned char)*p) || *p == '_'; p++)
			;
		if (strncmp(p, " = ", 3))
			continue;
		found++;
		memmove(line, line + 2, strlen(line + 2) + 1);
		len -= 2;
	}
	ck_assert_uint_ge(found, 10);
	parses();
}
END_TEST

SUITE("sample", as_installed, with_each_default)
