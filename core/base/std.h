/* SPDX-License-Identifier: BSD-2-Clause */
/* std.h - makes sure that descriptors 0, 1 and 2 are open. */
#ifndef ADIT_BASE_STD_H
#define ADIT_BASE_STD_H

/* Opens /dev/null in place of standard input, output or error where they are
 * closed.  Otherwise a file or socket that is opened later would get such a
 * number, and log lines would be written into it.  To be called first in
 * main. */
void std_fill(void);

#endif
