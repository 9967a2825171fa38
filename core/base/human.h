/* SPDX-License-Identifier: BSD-2-Clause */
/* human.h - numbers, times and long texts as people read them. */
#ifndef ADIT_BASE_HUMAN_H
#define ADIT_BASE_HUMAN_H

enum {
	HUMAN_TEXT = 40,   /* bytes for one of the texts below */
	HUMAN_SCREEN = 80, /* columns of the narrowest screen */
};

/* "59 s", "12 min", "3 h 5 min", "40 d 2 h" */
const char *human_span(long long seconds, char dst[HUMAN_TEXT]);
/* "12 bytes", "1.5 KiB", "20.0 GiB" */
const char *human_bytes(long long n, char dst[HUMAN_TEXT]);
/* "14:05:59" today, else "2026-11-23 14:05:59", of here. */
const char *human_time(long long since_1970, char dst[HUMAN_TEXT]);

/* Columns that a text takes: bytes that go on with a UTF-8 character take
 * none. */
int human_width(const char *text);
/* Prints `text`, which is harmless, in lines that fit the screen; the first one
 * begins with `lead`, the others with as many blanks. */
void human_wrap(const char *lead, const char *text);

#endif
