/* SPDX-License-Identifier: BSD-2-Clause */
/* folders.c - makes a folder with all folders above it. */
#include "base/folders.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int folders_make(const char *path)
{
	char part[PATH_MAX];
	size_t n = strlen(path);

	if (n >= sizeof part) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i])
			continue;
		memcpy(part, path, i);
		part[i] = 0;
		/* On a file system that is read-only, or in a folder that is
		 * not writable, mkdir may say so instead of EEXIST. */
		if (mkdir(part, 0700) && errno != EEXIST && errno != EROFS &&
		    errno != EACCES)
			return -1;
	}
	return access(path, F_OK);
}
