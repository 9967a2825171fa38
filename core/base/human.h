/* SPDX-License-Identifier: BSD-2-Clause */
/* human.h - writes numbers, times and long texts for people. */
#ifndef ADIT_BASE_HUMAN_H
#define ADIT_BASE_HUMAN_H

enum {
	HUMAN_TEXT = 40,   /* bytes for one of the texts below */
	HUMAN_SCREEN = 80, /* columns of the narrowest screen */
};

/* Each of these three writes one text and returns dst. */
/* "59 s", "12 min", "3 h 5 min", "40 d 2 h" */
const char *human_span(long long seconds, char dst[HUMAN_TEXT]);
/* "12 bytes", "1.5 KiB", "20.0 GiB" */
const char *human_bytes(long long n, char dst[HUMAN_TEXT]);
/* In local time: "14:05:59" for a time of today, else "2026-11-23 14:05:59".
 * `since_1970` is in seconds. */
const char *human_time(long long since_1970, char dst[HUMAN_TEXT]);

/* The columns that a text takes on a screen: one for each UTF-8 character. */
int human_width(const char *text);
/* Prints `text`, which must have no control characters, to standard output in
 * lines of at most HUMAN_SCREEN columns.  The first line begins with `lead`,
 * the others with as many blanks. */
void human_wrap(const char *lead, const char *text);

#endif
