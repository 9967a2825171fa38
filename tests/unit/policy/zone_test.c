/* SPDX-License-Identifier: BSD-2-Clause */
/* zone_test.c - the rules of time zones: out of files, and to another
 * process. */
#include "policy/zone.h"

#include "base/err.h"
#include "made.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define R "[resource r]\nhost = x\nport = 1\nhours = "
#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"

static char dir[] = "/tmp/zone_test.XXXXXX";

static size_t zone_file(char *to, char version, const char *footer)
{
	memset(to, 0, 200);
	memcpy(to, "TZif", 4);
	to[4] = version;
	return 60 + (size_t)snprintf(to + 60, 140, "\n%s\n", footer);
}

static int rule_of(char version, const char *footer, char *rule)
{
	char file[200];
	size_t n = zone_file(file, version, footer);

	return zone_rule_of(file, n, rule);
}

START_TEST(the_last_line_is_the_rule)
{
	char rule[HOURS_RULE_TEXT], cut[200];
	size_t n = zone_file(cut, '2', BERLIN);

	ck_assert_int_eq(rule_of('2', BERLIN, rule), 0);
	ck_assert_str_eq(rule, BERLIN);
	ck_assert_int_eq(rule_of('4', "UTC0", rule), 0);
	ck_assert_int_eq(rule_of(0, BERLIN, rule), ERR_INVAL);
	ck_assert_int_eq(rule_of('2', "", rule), ERR_INVAL);
	ck_assert_int_eq(rule_of('2', "no rule", rule), ERR_INVAL);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(zone_rule_of(cut, i, rule), ERR_INVAL);
	memset(cut + 60, 'A', 139);
	cut[199] = '\n';
	ck_assert_int_eq(zone_rule_of(cut, 200, rule), ERR_INVAL);
}
END_TEST

static void write_zone(const char *name, const char *footer)
{
	char path[100], file[200];
	size_t n = zone_file(file, '2', footer);
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	ck_assert(f && fwrite(file, 1, n, f) == n && !fclose(f));
}

static void begin(void)
{
	memcpy(dir + strlen(dir) - 6, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	setenv("TZDIR", dir, 1);
	write_zone("Mine", BERLIN);
	write_zone("Other", "IST-5:30");
	write_zone("Odd", "what is this");
}

static void end(void)
{
	static const char *const all[] = { "Mine", "Other", "Odd", "" };
	char path[100];

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		snprintf(path, sizeof path, "%s/%s", dir, all[i]);
		remove(path);
	}
	unsetenv("TZDIR");
}

static void assert_said(const char *hours, const char *text)
{
	struct conf_errors e = { .file = "t.ini" };
	char conf[400];
	struct gw_conf *c;

	snprintf(conf, sizeof conf, GATEWAY R "%s\n", hours);
	c = made(conf);
	ck_assert_int_eq(zones_read(c, &e), ERR_CONF);
	ck_assert_msg(strstr(e.text[0], text), "%s", e.text[0]);
	gw_conf_unref(c);
}

START_TEST(what_is_no_zone_is_said)
{
	begin();
	assert_said("Mon 8-9 Mars", "t.ini:9: hours: the time zone Mars is "
				    "unknown here: ");
	assert_said("Mon 8-9 Mars", "No such file or directory; install "
				    "tzdata, or name another one");
	assert_said("Mon 8-9 Odd", "/Odd is no file of a time zone");
	end();
}
END_TEST

static const char two[] = GATEWAY R
	"Mon-Fri 8-18 Mine\n"
	"[resource s]\nhost = x\nport = 2\n"
	"[resource t]\nhost = x\nport = 3\nhours = Mon-Fri 8-18 Other\n"
	"[resource u]\nhost = x\nport = 4\nhours = Mon-Fri 8-18\n";

START_TEST(another_process_has_the_same)
{
	struct conf_errors e = { .file = "t.ini" };
	struct gw_conf *c = made(two), *d = made(two);
	struct buf b = { 0 };

	begin();
	ck_assert_int_eq(zones_read(c, &e), 0);
	ck_assert_int_eq(zones_pack(&b, c), 0);
	ck_assert_int_eq(zones_unpack(d, buf_ptr(&b), buf_len(&b)), 0);
	/* Monday 2026-12-28 at 03:00 UTC. */
	ck_assert(!hours_is_open(&d->resources[0].hours, 1798426800));
	ck_assert(hours_is_open(&d->resources[1].hours, 1798426800));
	ck_assert(hours_is_open(&d->resources[2].hours, 1798426800));
	/* And at 13:00. */
	ck_assert(hours_is_open(&d->resources[0].hours, 1798462800));
	ck_assert(!hours_is_open(&d->resources[2].hours, 1798462800));
	for (size_t n = 0; n < buf_len(&b); n++)
		ck_assert_int_eq(zones_unpack(d, buf_ptr(&b), n), ERR_PROTO);
	ck_assert_int_eq(buf_append(&b, "x\n", 2), 0);
	ck_assert_int_eq(zones_unpack(d, buf_ptr(&b), buf_len(&b)), ERR_PROTO);
	buf_fini(&b);
	gw_conf_unref(c);
	gw_conf_unref(d);
	end();
}
END_TEST

SUITE("zone", the_last_line_is_the_rule, what_is_no_zone_is_said,
      another_process_has_the_same)
