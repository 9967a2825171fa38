/* SPDX-License-Identifier: BSD-2-Clause */
/* hours_test.c - what is open when, in zones with and without summer time. */
#include "policy/hours.h"

#include "suite.h"

#include <stdlib.h>
#include <time.h>

static const char *const zones[] = {
	"UTC0",
	"CET-1CEST,M3.5.0,M10.5.0/3",      /* Berlin */
	"AEST-10AEDT,M10.1.0,M4.1.0/3",    /* Sydney: over the new year */
	"EST5EDT,M3.2.0,M11.1.0",          /* New York */
	"IST-5:30",                        /* Kolkata */
	"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", /* Nuuk: the evening before */
	"IST-1GMT0,M10.5.0,M3.5.0/1", /* Dublin: winter is the other time */
	"<+01>-1",
};

/* As the C library has it, every three and a half hours of 70 years. */
START_TEST(offsets_are_those_of_the_system)
{
	const time_t step = suite_brief() ? 126130 : 12613;
	struct hours_rule r;
	struct tm tm;
	time_t wrong = 0;

	for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
		ck_assert_int_eq(hours_read_rule(&r, zones[i]), 0);
		setenv("TZ", zones[i], 1);
		tzset();
		/* An assertion for each takes longer than to compute it. */
		for (time_t t = 1700000000; t < 3900000000; t += step) {
			localtime_r(&t, &tm);
			if (hours_offset(&r, t) != tm.tm_gmtoff)
				wrong = t;
		}
		ck_assert_int_eq(wrong, 0);
	}
}
END_TEST

static struct hours h;

static bool open_at(int64_t utc)
{
	return hours_is_open(&h, utc);
}

START_TEST(working_hours)
{
	ck_assert(!hours_parse(&h,
			       "Mon-Fri 08:00-18:00, Sat 9-12 Europe/Berlin"));
	ck_assert_str_eq(h.zone, "Europe/Berlin");
	ck_assert(!hours_read_rule(&h.rule, zones[1]));
	ck_assert(open_at(1798441200)); /* Mon 2026-12-28 08:00 +1 */
	ck_assert(!open_at(1798441199));
	ck_assert(!open_at(1798477200)); /* 18:00 */
	ck_assert(open_at(1782712800));  /* Mon 2026-06-29 08:00 +2 */
	ck_assert(!open_at(1782712799));
}
END_TEST

/* Friday's night ends on Saturday. */
START_TEST(over_midnight)
{
	ck_assert(!hours_parse(&h, "Fri 22-6"));
	ck_assert(open_at(1798236000)); /* Fri 2026-12-25 22:00 */
	ck_assert(open_at(1798264799)); /* Sat 05:59:59 */
	ck_assert(!open_at(1798264800));
	ck_assert(!open_at(1798178399)); /* Fri 05:59:59 */
	ck_assert(!hours_parse(&h, "Tue 0-24"));
	ck_assert(open_at(1835395200)); /* 2028-02-29 is a Tuesday */
}
END_TEST

static const char *opens(int64_t utc)
{
	static char text[HOURS_OPENS_TEXT];

	hours_opens(&h, utc, text);
	return text;
}

START_TEST(when_it_opens)
{
	ck_assert(!hours_parse(&h, "Mon-Fri 08:30-18, Sat 9-12 Europe/Berlin"));
	ck_assert(!hours_read_rule(&h.rule, zones[1]));
	ck_assert_str_eq(opens(1798441200), "Mon 08:30"); /* Mon 08:00 */
	ck_assert_str_eq(opens(1798477200), "Tue 08:30"); /* Mon 18:00 */
	ck_assert_str_eq(opens(1798822800), "Sat 09:00"); /* Fri 18:00 */
	ck_assert_str_eq(opens(1798887600), "Mon 08:30"); /* Sat 12:00 */
	/* The night in which summer time begins: 02:30 is left out. */
	ck_assert(!hours_parse(&h, "Sun 02:30-5"));
	ck_assert(!hours_read_rule(&h.rule, zones[1]));
	ck_assert_str_eq(opens(1806193800), "Sun 03:30");
	/* A week later. */
	ck_assert(!hours_parse(&h, "Tue 10-11"));
	ck_assert_str_eq(opens(1835434800), "Tue 10:00"); /* Tue 11:00 */
}
END_TEST

START_TEST(what_is_no_hours)
{
	static const char *const bad[] = {
		"",         "Mon",      "Mon 8",        "Mon 8-",
		"Mon 8-25", "Foo 8-9",  "Mon 8-9 ../x", "Mon 8-9 /etc/x",
		"Mon 8-8",  "Mon 24-3", "Mon 8-9,",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(hours_parse(&h, bad[i]), "%s", bad[i]);
}
END_TEST

SUITE("hours", offsets_are_those_of_the_system, working_hours, over_midnight,
      when_it_opens, what_is_no_hours)
