/* SPDX-License-Identifier: BSD-2-Clause */
/* account.h - what the users file says of who tries to log in. */
#ifndef ADIT_MONITOR_ACCOUNT_H
#define ADIT_MONITOR_ACCOUNT_H

#include "process/msg.h"
#include "policy/users.h"

#include <stdbool.h>

/* A password is checked for everybody, also for a name that nobody has and for
 * a locked user, and takes as long for them as for a user: a stranger's is
 * compared with somebody's hash of which one letter is changed, so that no
 * password fits, and the same name always with that of the same user. */
struct account {
	bool is_real; /* ... or nobody gets in */
	bool locked;
	char hash[USER_HASH_MAX + 1]; /* secret; "": the file names nobody */
	char groups[sizeof((struct msg_auth_result *)0)->groups];
};

/* From e->file, as it is now.  0, or what users_read says; warnings in `e`. */
MUST_CHECK int account_read(struct account *, const char *name,
			    struct conf_errors *e);
bool account_same(const struct account *, const struct account *);

#endif
