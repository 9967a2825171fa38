/* SPDX-License-Identifier: BSD-2-Clause */
/* defs.h - the macros that every file of adit may use. */
#ifndef ADIT_BASE_DEFS_H
#define ADIT_BASE_DEFS_H

#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
/* These two evaluate an argument twice. */
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* The object that embeds `member` at `ptr`. */
#define container_of(ptr, type, member)                                        \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
