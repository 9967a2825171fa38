/* SPDX-License-Identifier: BSD-2-Clause */
/* folders.h - makes a folder with all folders above it, as mkdir -p does. */
#ifndef ADIT_BASE_FOLDERS_H
#define ADIT_BASE_FOLDERS_H

#include "base/defs.h"

/* Makes `path` and those folders above it that are missing, with mode 0700.  0
 * if `path` exists in the end, or -1 with errno. */
MUST_CHECK int folders_make(const char *path);

#endif
