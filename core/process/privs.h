/* SPDX-License-Identifier: BSD-2-Clause */
/* privs.h - the user that a process runs as, and limits of its own. */
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

/* The command that makes a system user, for messages; its name follows. */
#define PRIVS_USERADD                                                          \
	"useradd --system --no-create-home --shell /usr/sbin/nologin"

/* The user `name`, for the children of a process of root; otherwise they run as
 * who this process is.  0, or ERR_NOTFOUND with reason and cure in why. */
MUST_CHECK int privs_find(const char *name, struct privs_user *out, char *why,
			  size_t why_cap);

/* The user NAME-PART (adit-resolver), for one kind of child; true.  Where there
 * is no such user it is `base`, that privs_find has found for NAME; then
 * false. */
bool privs_find_part(const char *name, const char *part,
		     const struct privs_user *base, struct privs_user *out);

/* In a child, before it executes: becomes that user, cannot gain privileges any
 * more, and is killed when `parent` ends.  0 or ERR_SYS. */
MUST_CHECK int privs_drop(const struct privs_user *user, pid_t parent);

/* In every process, after it was executed: no core dump, no debugger. */
void privs_hide(void);
/* No memory of this process, now or later, is swapped out: it holds secrets. */
void privs_lock(void);
/* As many descriptors as the hard limit allows. */
void privs_more_fds(void);

#endif
