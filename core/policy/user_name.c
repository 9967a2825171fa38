/* SPDX-License-Identifier: BSD-2-Clause */
/* user_name.c - what a user may be called. */
#include "policy/user_name.h"

#include <string.h>

bool user_name_ok(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"abcdefghijklmnopqrstuvwxyz0123456789._@-");

	return n >= 1 && n <= USER_NAME_MAX && !name[n] && name[0] != '-';
}
