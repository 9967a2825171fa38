/* SPDX-License-Identifier: BSD-2-Clause */
/* users_check.h - warns about users files and [group] sections that do not fit
 * together. */
#ifndef ADIT_POLICY_USERS_CHECK_H
#define ADIT_POLICY_USERS_CHECK_H

#include "policy/conf.h"
#include "policy/users.h"

/* Warns of users in groups that have no [group] section; warn->file is the
 * users file.  0, or ERR_NOMEM: nothing was checked. */
MUST_CHECK int users_check_groups(const struct users *u,
				  const struct gw_conf *c,
				  struct conf_errors *warn);
/* Warns of weak hashes of passwords, once for each kind of hash. */
void users_check_hashes(const struct users *u, struct conf_errors *warn);
/* Warns of names in the [group] sections that no users file has.  users[i] is
 * the users file of gateway i; NULL if it could not be read, so that it may
 * have anybody. */
void users_check_names(const struct gw_conf *c,
		       const struct users *const *users,
		       struct conf_errors *warn);

#endif
