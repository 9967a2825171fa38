/* SPDX-License-Identifier: BSD-2-Clause */
/* human.c - writes numbers, times and long texts for people. */
#include "base/human.h"

#include "base/defs.h"

#include <stdio.h>
#include <time.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

const char *human_span(long long s, char dst[HUMAN_TEXT])
{
	if (s < MINUTE)
		snprintf(dst, HUMAN_TEXT, "%lld s", s);
	else if (s < HOUR)
		snprintf(dst, HUMAN_TEXT, "%lld min", s / MINUTE);
	else if (s < DAY)
		snprintf(dst, HUMAN_TEXT, "%lld h %lld min", s / HOUR,
			 s % HOUR / MINUTE);
	else
		snprintf(dst, HUMAN_TEXT, "%lld d %lld h", s / DAY,
			 s % DAY / HOUR);
	return dst;
}

const char *human_bytes(long long n, char dst[HUMAN_TEXT])
{
	static const char *const unit[] = { "KiB", "MiB", "GiB", "TiB" };
	double d = (double)n / 1024;
	size_t i;

	if (n < 1024) {
		snprintf(dst, HUMAN_TEXT, "%lld byte%s", n, n == 1 ? "" : "s");
		return dst;
	}
	for (i = 0; d >= 1024 && i < ARRAY_LEN(unit) - 1; i++)
		d /= 1024;
	snprintf(dst, HUMAN_TEXT, "%.1f %s", d, unit[i]);
	return dst;
}

const char *human_time(long long since_1970, char dst[HUMAN_TEXT])
{
	time_t now = time(NULL), then = (time_t)since_1970;
	struct tm tm, today;

	dst[0] = 0;
	if (!localtime_r(&then, &tm) || !localtime_r(&now, &today))
		return dst;
	if (tm.tm_year == today.tm_year && tm.tm_yday == today.tm_yday)
		strftime(dst, HUMAN_TEXT, "%H:%M:%S", &tm);
	else
		strftime(dst, HUMAN_TEXT, "%Y-%m-%d %H:%M:%S", &tm);
	return dst;
}

int human_width(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

/* How many bytes of `text` go into a line of so many columns: all of them, or
 * as many whole words as fit. */
static size_t human_fitting(const char *text, int columns)
{
	size_t n = 0, last = 0;
	int used = 0;

	for (; text[n]; n++) {
		if (text[n] == ' ' && (used <= columns || !last))
			last = n;
		used += (text[n] & 0xc0) != 0x80;
		if (used > columns && last)
			return last;
	}
	return used > columns && last ? last : n;
}

void human_wrap(const char *lead, const char *text)
{
	int indent = human_width(lead);
	size_t n;

	printf("%s", lead);
	while (*text) {
		n = human_fitting(text, HUMAN_SCREEN - indent);
		printf("%.*s\n", (int)n, text);
		text += n + (text[n] == ' ');
		if (*text)
			printf("%*s", indent, "");
	}
}
