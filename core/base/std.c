/* SPDX-License-Identifier: BSD-2-Clause */
/* std.c - makes sure that descriptors 0, 1 and 2 are open. */
#include "base/std.h"

#include <fcntl.h>

void std_fill(void)
{
	int fd;

	for (fd = 0; fd >= 0 && fd <= 2;)
		if (fcntl(fd, F_GETFD) >= 0)
			fd++;
		else if (open("/dev/null", O_RDWR) < 0)
			fd = -1;
}
