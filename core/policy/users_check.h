/* SPDX-License-Identifier: BSD-2-Clause */
/* users_check.h - whether users files and [group] sections know each other. */
#ifndef ADIT_POLICY_USERS_CHECK_H
#define ADIT_POLICY_USERS_CHECK_H

#include "policy/conf.h"
#include "policy/users.h"

/* Users whose groups the configuration does not have; warn->file is the users
 * file.  ERR_NOMEM: nothing was checked. */
MUST_CHECK int users_check_groups(const struct users *u,
				  const struct gw_conf *c,
				  struct conf_errors *warn);
/* Passwords that are kept in an old or cheap form: one complaint for each. */
void users_check_hashes(const struct users *u, struct conf_errors *warn);
/* Names in the [group] sections that no users file has.  `users` are those of
 * the gateways, in their order; NULL in it: could not be read, may hold
 * anybody. */
void users_check_names(const struct gw_conf *c,
		       const struct users *const *users,
		       struct conf_errors *warn);

#endif
