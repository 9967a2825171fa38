/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_users.h - what the commands of aditctl about users share. */
#ifndef ADIT_ADITCTL_CTL_USERS_H
#define ADIT_ADITCTL_CTL_USERS_H

#include "aditctl/ctl.h"
#include "policy/policy.h"
#include "policy/users.h"

enum { CTL_JOINED = 1024 }; /* as long as a line of the users file */

/* Writes "a,b,c" into dst[cap], cut if it is too long; returns dst. */
const char *ctl_join(const struct name_list *l, char *dst, size_t cap);
/* The names as an array, which is the caller's. */
json_t *ctl_names(const struct name_list *l);

#endif
