/* SPDX-License-Identifier: BSD-2-Clause */
/* table_cell.c - one value of a table as a short text for people. */
#include "control/table.h"

#include "base/addr.h"
#include "base/defs.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LINES_MAX = 16 }; /* of one row */
enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

const char *table_text(const json_t *value, char *dst, size_t cap)
{
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_STRING:
		log_escape(dst, cap, json_string_value(value));
		break;
	case JSON_INTEGER:
		snprintf(dst, cap, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
		break;
	case JSON_REAL:
		snprintf(dst, cap, "%.3f", json_real_value(value));
		break;
	case JSON_TRUE:
		snprintf(dst, cap, "yes");
		break;
	case JSON_FALSE:
		snprintf(dst, cap, "no");
		break;
	default:
		snprintf(dst, cap, "-");
	}
	return dst;
}

/* 59s, 12m, 3h, 40d */
static void put_span(json_int_t s, char *dst, size_t cap)
{
	if (s < MINUTE)
		snprintf(dst, cap, "%ds", (int)MAX(s, 0));
	else if (s < HOUR)
		snprintf(dst, cap, "%dm", (int)(s / MINUTE));
	else if (s < DAY)
		snprintf(dst, cap, "%dh", (int)(s / HOUR));
	else
		snprintf(dst, cap, "%" JSON_INTEGER_FORMAT "d", s / DAY);
}

/* 14:05 today, "Nov 23" this year, else 2025-11-23. */
static void put_date(time_t then, char *dst, size_t cap)
{
	time_t now = time(NULL);
	struct tm t, today;

	dst[0] = 0;
	if (!localtime_r(&then, &t) || !localtime_r(&now, &today))
		return;
	if (t.tm_year != today.tm_year)
		strftime(dst, cap, "%Y-%m-%d", &t);
	else if (t.tm_yday != today.tm_yday)
		strftime(dst, cap, "%b %d", &t);
	else
		strftime(dst, cap, "%H:%M", &t);
}

/* A client's port is arbitrary, and is left out. */
static void put_host(const json_t *value, char *dst, size_t cap)
{
	const char *text = json_string_value(value);
	char host[ADDR_TEXT];
	struct addr a;

	if (text && !addr_parse_port(&a, text))
		snprintf(dst, cap, "%s", addr_host(&a, host));
	else
		table_text(value, dst, cap);
}

/* As in the log: 12/3 is channel 3 of session 12. */
static void put_channel(const json_t *row, char *dst, size_t cap)
{
	snprintf(dst, cap, "%" JSON_INTEGER_FORMAT "/%" JSON_INTEGER_FORMAT,
		 json_integer_value(json_object_get(row, "session_number")),
		 json_integer_value(json_object_get(row, "channel")));
}

static void put_value(const struct table_column *col, const json_t *row,
		      const json_t *value, char dst[TABLE_CELL])
{
	json_int_t n = json_integer_value(value);

	if (col->form == TABLE_CHANNEL)
		put_channel(row, dst, TABLE_CELL);
	else if (col->form == TABLE_HOST)
		put_host(value, dst, TABLE_CELL);
	else if (!json_is_integer(value))
		table_text(value, dst, TABLE_CELL);
	else if (col->form == TABLE_KIB)
		snprintf(dst, TABLE_CELL, "%" JSON_INTEGER_FORMAT,
			 n / 1024 + (n % 1024 > 0));
	else if (col->form == TABLE_SPAN)
		put_span(n, dst, TABLE_CELL);
	else if (col->form == TABLE_DATE)
		put_date((time_t)n, dst, TABLE_CELL);
	else
		table_text(value, dst, TABLE_CELL);
}

size_t table_cell_lines(const struct table_column *col, const json_t *row)
{
	size_t n = json_array_size(json_object_get(row, col->key));

	return MIN(MAX(n, (size_t)1), (size_t)LINES_MAX);
}

const char *table_cell(const struct table_column *col, const json_t *row,
		       size_t line, char dst[TABLE_CELL])
{
	const json_t *value = json_object_get(row, col->key);
	size_t n = json_array_size(value);

	dst[0] = 0;
	if (!n && !line)
		put_value(col, row, value, dst);
	else if (line + 1 == LINES_MAX && n > LINES_MAX)
		snprintf(dst, TABLE_CELL, "and %zu more", n - line);
	else if (line < n)
		put_value(col, row, json_array_get(value, line), dst);
	return dst;
}
