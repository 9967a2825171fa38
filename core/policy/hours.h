/* SPDX-License-Identifier: BSD-2-Clause */
/* hours.h - at which hours of the week something is open, in one time zone.
 *
 *   Mon-Fri 08:00-18:00, Sat 9-12 Europe/Berlin
 *
 * A span that ends before it begins goes over midnight and belongs to the day
 * on which it begins.  The zone's rule is the text behind the transitions of a
 * file of /usr/share/zoneinfo (RFC 9636): it holds for all years to come. */
#ifndef ADIT_POLICY_HOURS_H
#define ADIT_POLICY_HOURS_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

enum { HOURS_SPANS = 16, HOURS_ZONE_TEXT = 64, HOURS_RULE_TEXT = 96 };

struct hours_span {
	uint8_t days;      /* bit 0: Sunday */
	uint16_t from, to; /* minutes of the day; to may be 24:00 */
};

/* When summer time begins or ends: the day-th weekday (5: the last one) of a
 * month, or day 1 to 365 without February 29th, or day 0 to 365 with it. */
struct hours_change {
	char form; /* 'M', 'J' or 'N' */
	int month, week, day;
	int32_t at; /* seconds after local midnight */
};

struct hours_rule {
	int32_t offset, summer; /* seconds east of UTC */
	bool has_summer;
	struct hours_change begins, ends; /* of summer time */
};

struct hours {
	struct hours_span span[HOURS_SPANS];
	unsigned n;                 /* 0: always open */
	char zone[HOURS_ZONE_TEXT]; /* "": that of this machine */
	/* Of the zone, by zone.h; until then UTC. */
	char rule_text[HOURS_RULE_TEXT];
	struct hours_rule rule;
};

/* Reads the value of the key.  0 or ERR_INVAL. */
MUST_CHECK int hours_parse(struct hours *, const char *text);
/* Reads a rule such as "CET-1CEST,M3.5.0,M10.5.0/3" (POSIX, TZ).  0 or
 * ERR_INVAL. */
MUST_CHECK int hours_read_rule(struct hours_rule *, const char *text);
/* Seconds east of UTC at that time, in seconds since 1970. */
int32_t hours_offset(const struct hours_rule *, int64_t utc);
/* Whether it is open at that time, in seconds since 1970. */
bool hours_is_open(const struct hours *, int64_t utc);
/* Writes when something that is closed at that time opens next, by the clock
 * of its zone, to to[HOURS_OPENS_TEXT]: "Mon 08:00". */
enum { HOURS_OPENS_TEXT = 16 };
void hours_opens(const struct hours *, int64_t utc, char *to);

#endif
