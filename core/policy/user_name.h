/* SPDX-License-Identifier: BSD-2-Clause */
/* user_name.h - what a user may be called. */
#ifndef ADIT_POLICY_USER_NAME_H
#define ADIT_POLICY_USER_NAME_H

#include <stdbool.h>

enum { USER_NAME_MAX = 64 };

/* Whether the text may name a user: 1 to 64 characters of A-Z a-z 0-9 . _ @ -,
 * the first of which is not - */
bool user_name_ok(const char *name);

#endif
