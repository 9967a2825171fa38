/* SPDX-License-Identifier: BSD-2-Clause */
/* std.h - standard input, output and error exist. */
#ifndef ADIT_BASE_STD_H
#define ADIT_BASE_STD_H

/* Opens /dev/null for those that are closed, so that no file that is opened
 * later gets the number of one of these.  The first thing in main. */
void std_fill(void);

#endif
