/* SPDX-License-Identifier: BSD-2-Clause */
/* privs.h - who a process is, and what it may use. */
#ifndef ADIT_PROCESS_PRIVS_H
#define ADIT_PROCESS_PRIVS_H

#include "base/defs.h"

#include <stdbool.h>
#include <sys/types.h>

struct privs_user {
	bool change; /* false: not root, everything stays as it is */
	uid_t uid;
	gid_t gid;
};

/* What makes such a user; its name follows. */
#define PRIVS_USERADD                                                          \
	"useradd --system --no-create-home --shell /usr/sbin/nologin"

/* Who the children run as.  0, or ERR_NOTFOUND with the reason in why. */
MUST_CHECK int privs_find(const char *name, struct privs_user *out, char *why,
			  size_t why_cap);

/* Who a part runs as: the user NAME-PART, where `base` is found for NAME and there
 * is one, else `base`; then false. */
bool privs_find_part(const char *name, const char *part,
		     const struct privs_user *base, struct privs_user *out);

/* In a child, before it executes: becomes that user, can gain nothing any more,
 * and dies with `parent`.  0 or ERR_SYS. */
MUST_CHECK int privs_drop(const struct privs_user *user, pid_t parent);

/* In every process, after it was executed: no core dump, no debugger. */
void privs_hide(void);
/* What this process has, and will have, is never swapped out: it holds secrets. */
void privs_lock(void);
/* As many descriptors as the hard limit allows. */
void privs_more_fds(void);

#endif
