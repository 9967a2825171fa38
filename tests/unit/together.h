/* SPDX-License-Identifier: BSD-2-Clause */
/* together.h - the list of test programs that together.py writes. */
#ifndef ADIT_TEST_TOGETHER_H
#define ADIT_TEST_TOGETHER_H

struct together {
	const char *name; /* NULL behind the last one */
	int (*main)(void);
};

extern const struct together together[];

#endif
