/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_users.h - what aditctl's commands about users share. */
#ifndef ADIT_ADITCTL_CTL_USERS_H
#define ADIT_ADITCTL_CTL_USERS_H

#include "aditctl/ctl.h"
#include "policy/policy.h"
#include "policy/users.h"

enum { CTL_JOINED = 1024 }; /* as long as a line of the users file */

/* "a,b,c" in dst[cap]; returns dst. */
const char *ctl_join(const struct name_list *l, char *dst, size_t cap);
/* The same as an array. */
json_t *ctl_names(const struct name_list *l);

#endif
