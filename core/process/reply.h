/* SPDX-License-Identifier: BSD-2-Clause */
/* reply.h - how much JSON the monitor accepts from a worker. */
#ifndef ADIT_PROCESS_REPLY_H
#define ADIT_PROCESS_REPLY_H

#include <stdbool.h>
#include <stddef.h>

/* Limits beside that of CONTROL_MAX bytes.  An empty object takes eighty times
 * its bytes when it is parsed, so that an attacker who has taken a worker over
 * could have the process of root use gigabytes of memory.  A listing of
 * CONTROL_MAX bytes has 40,000 objects of 20 values each. */
enum {
	REPLY_DEPTH = 16,       /* objects and arrays in each other */
	REPLY_NODES = 1 << 17,  /* objects and arrays */
	REPLY_VALUES = 1 << 20, /* of all kinds */
};

/* Whether this text is within the limits.  The worker asks too, before it
 * sends. */
bool reply_fits(const char *text, size_t n);

#endif
