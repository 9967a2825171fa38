/* SPDX-License-Identifier: BSD-2-Clause */
/* hours.c - at which hours of the week something is open. */
#include "policy/hours.h"

#include "base/err.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 86400, HOUR = 3600, MINUTES = 1440, CHANGE_AT = 2 * HOUR };

/* ---- the calendar -------------------------------------------------------- */

static bool hours_is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100) || year % 400 == 0;
}

/* Days from 1970-01-01 to the first of January. */
static int64_t hours_new_year(int64_t year)
{
	int64_t y = year - 1;

	return 365 * (year - 1970) + (y / 4 - 1969 / 4) -
	       (y / 100 - 1969 / 100) + (y / 400 - 1969 / 400);
}

static int hours_month_days(int month, bool leap)
{
	static const int n[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return n[month - 1] + (month == 2 && leap);
}

static int64_t hours_floor(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* 0: Sunday; 1970-01-01 was a Thursday. */
static int hours_weekday(int64_t day)
{
	return (int)(((day + 4) % 7 + 7) % 7);
}

static int64_t hours_year_of(int64_t day)
{
	int64_t year = 1970 + hours_floor(day, 366);

	while (hours_new_year(year + 1) <= day)
		year++;
	return year;
}

/* ---- the zone ------------------------------------------------------------ */

static int64_t hours_change_month(const struct hours_change *c, int64_t year)
{
	bool leap = hours_is_leap(year);
	int64_t day = hours_new_year(year);
	int length = hours_month_days(c->month, leap), first;

	for (int m = 1; m < c->month; m++)
		day += hours_month_days(m, leap);
	first = (c->day - hours_weekday(day) + 7) % 7 + 7 * (c->week - 1);
	while (first >= length)
		first -= 7;
	return day + first;
}

/* The day of a change, in days since 1970. */
static int64_t hours_change_day(const struct hours_change *c, int64_t year)
{
	int64_t day = hours_new_year(year);

	if (c->form == 'M')
		return hours_change_month(c, year);
	if (c->form == 'J')
		return day + c->day - 1 + (hours_is_leap(year) && c->day > 59);
	return day + c->day;
}

int32_t hours_offset(const struct hours_rule *r, int64_t utc)
{
	int64_t year, begins, ends;
	bool inside;

	if (!r->has_summer)
		return r->offset;
	year = hours_year_of(hours_floor(utc + r->offset, DAY));
	begins = hours_change_day(&r->begins, year) * DAY + r->begins.at -
		 r->offset;
	ends = hours_change_day(&r->ends, year) * DAY + r->ends.at - r->summer;
	/* South of the equator summer time goes over the new year. */
	inside = begins < ends ? utc >= begins && utc < ends :
				 utc >= begins || utc < ends;
	return inside ? r->summer : r->offset;
}

/* ---- reading a rule ------------------------------------------------------ */

static int hours_number(const char **p, int most, int *to)
{
	int n = 0;

	if (!isdigit((unsigned char)**p))
		return ERR_INVAL;
	while (isdigit((unsigned char)**p) && n <= most)
		n = 10 * n + *(*p)++ - '0';
	*to = n;
	return n > most ? ERR_INVAL : 0;
}

static int hours_name(const char **p)
{
	const char *from = *p;

	if (*from == '<') {
		*p = strchr(from, '>');
		return *p ? (*p)++, 0 : ERR_INVAL;
	}
	while (isalpha((unsigned char)**p))
		(*p)++;
	return *p - from >= 3 ? 0 : ERR_INVAL;
}

/* [+-]h[h][:mm[:ss]] */
static int hours_clock(const char **p, int32_t *to)
{
	int part[3] = { 0 }, sign = 1, ret = 0;

	if (**p == '-' || **p == '+')
		sign = *(*p)++ == '-' ? -1 : 1;
	for (int i = 0; !ret && i < 3; i++) {
		if (i && **p != ':')
			break;
		*p += i > 0;
		ret = hours_number(p, i ? 59 : 167, &part[i]);
	}
	*to = sign * (part[0] * HOUR + part[1] * 60 + part[2]);
	return ret;
}

static int hours_read_day(const char **p, struct hours_change *c)
{
	c->form = 'N';
	if (**p != 'M' && **p != 'J')
		return hours_number(p, 365, &c->day);
	c->form = *(*p)++;
	if (c->form == 'J')
		return hours_number(p, 365, &c->day) || !c->day ? ERR_INVAL : 0;
	if (hours_number(p, 12, &c->month) || !c->month || *(*p)++ != '.' ||
	    hours_number(p, 5, &c->week) || !c->week || *(*p)++ != '.' ||
	    hours_number(p, 6, &c->day))
		return ERR_INVAL;
	return 0;
}

static int hours_read_change(const char **p, struct hours_change *c)
{
	int ret = *(*p) == ',' ? 0 : ERR_INVAL;

	if (ret)
		return ret;
	(*p)++;
	ret = hours_read_day(p, c);
	c->at = CHANGE_AT;
	if (!ret && **p == '/') {
		(*p)++;
		ret = hours_clock(p, &c->at);
	}
	return ret;
}

int hours_read_rule(struct hours_rule *r, const char *text)
{
	const char *p = text;

	*r = (struct hours_rule){ 0 };
	if (hours_name(&p) || hours_clock(&p, &r->offset))
		return ERR_INVAL;
	r->offset = -r->offset;
	if (!*p)
		return 0;
	r->has_summer = true;
	r->summer = r->offset + HOUR;
	if (hours_name(&p))
		return ERR_INVAL;
	if (*p && *p != ',') {
		if (hours_clock(&p, &r->summer))
			return ERR_INVAL;
		r->summer = -r->summer;
	}
	if (hours_read_change(&p, &r->begins) ||
	    hours_read_change(&p, &r->ends))
		return ERR_INVAL;
	return *p ? ERR_INVAL : 0;
}

/* ---- reading hours ------------------------------------------------------- */

static const char hours_day_name[7][4] = { "Sun", "Mon", "Tue", "Wed",
					   "Thu", "Fri", "Sat" };

static int hours_day(const char **p)
{
	for (int i = 0; i < 7; i++)
		if (!strncasecmp(*p, hours_day_name[i], 3)) {
			*p += 3;
			return i;
		}
	return -1;
}

static int hours_days(const char **p, uint8_t *days)
{
	int from = hours_day(p), to = from;

	if (from >= 0 && **p == '-') {
		(*p)++;
		to = hours_day(p);
	}
	if (from < 0 || to < 0)
		return ERR_INVAL;
	*days = (uint8_t)(1 << from);
	while (from != to) {
		from = (from + 1) % 7;
		*days |= (uint8_t)(1 << from);
	}
	return 0;
}

static int hours_minute(const char **p, uint16_t *to)
{
	int h, m = 0;

	if (hours_number(p, 24, &h))
		return ERR_INVAL;
	if (**p == ':') {
		(*p)++;
		if (hours_number(p, 59, &m))
			return ERR_INVAL;
	}
	*to = (uint16_t)(60 * h + m);
	return *to > MINUTES ? ERR_INVAL : 0;
}

static int hours_read_span(const char **p, struct hours_span *s)
{
	if (hours_days(p, &s->days) || *(*p)++ != ' ')
		return ERR_INVAL;
	while (**p == ' ')
		(*p)++;
	if (hours_minute(p, &s->from) || *(*p)++ != '-' ||
	    hours_minute(p, &s->to) || s->from == MINUTES || s->from == s->to)
		return ERR_INVAL;
	return 0;
}

int hours_parse(struct hours *h, const char *text)
{
	const char *p = text;

	*h = (struct hours){ 0 };
	do {
		while (*p == ' ' || *p == ',')
			p++;
		if (h->n == HOURS_SPANS ||
		    hours_read_span(&p, &h->span[h->n++]))
			return ERR_INVAL;
	} while (*p == ',');
	if (!*p)
		return 0;
	while (*p == ' ')
		p++;
	/* The name of a file: nothing that leads out of its folder. */
	if (!isalpha((unsigned char)*p) || strlen(p) >= HOURS_ZONE_TEXT ||
	    strstr(p, "..") ||
	    p[strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			"0123456789_+-/")])
		return ERR_INVAL;
	snprintf(h->zone, sizeof h->zone, "%s", p);
	return 0;
}

/* ---- now ----------------------------------------------------------------- */

static bool hours_span_has(const struct hours_span *s, int weekday, int minute)
{
	int yesterday = (weekday + 6) % 7;

	if (s->from < s->to)
		return s->days >> weekday & 1 && minute >= s->from &&
		       minute < s->to;
	return (s->days >> weekday & 1 && minute >= s->from) ||
	       (s->days >> yesterday & 1 && minute < s->to);
}

bool hours_is_open(const struct hours *h, int64_t utc)
{
	int64_t local = utc + hours_offset(&h->rule, utc);
	int64_t day = hours_floor(local, DAY);
	int minute = (int)((local - day * DAY) / 60);

	for (unsigned i = 0; i < h->n; i++)
		if (hours_span_has(&h->span[i], hours_weekday(day), minute))
			return true;
	return !h->n;
}

/* The first time from `utc` on that is this minute of that local day, or right
 * behind it where clocks leave the minute out. */
static int64_t hours_utc(const struct hours *h, int64_t day, int minute)
{
	int64_t local = day * DAY + 60 * (int64_t)minute;
	int64_t utc = local - h->rule.offset;

	if (h->rule.has_summer &&
	    hours_offset(&h->rule, local - h->rule.summer) == h->rule.summer)
		utc = local - h->rule.summer;
	return utc;
}

void hours_opens(const struct hours *h, int64_t utc, char *to)
{
	int64_t today = hours_floor(utc + hours_offset(&h->rule, utc), DAY);
	int64_t first = INT64_MAX, local, day;
	int minute;

	for (day = today; day <= today + 7; day++)
		for (unsigned i = 0; i < h->n; i++) {
			const struct hours_span *s = &h->span[i];
			int64_t at = hours_utc(h, day, s->from);

			if (s->days >> hours_weekday(day) & 1 && at > utc)
				first = MIN(first, at);
		}
	if (first == INT64_MAX)
		first = utc;
	local = first + hours_offset(&h->rule, first);
	day = hours_floor(local, DAY);
	minute = (int)((local - day * DAY) / 60);
	snprintf(to, HOURS_OPENS_TEXT, "%s %02d:%02d",
		 hours_day_name[hours_weekday(day)], minute / 60 % 24,
		 minute % 60);
}
