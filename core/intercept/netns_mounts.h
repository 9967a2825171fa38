/* SPDX-License-Identifier: BSD-2-Clause */
/* netns_mounts.h - the files that look different in a network of its own. */
#ifndef ADIT_INTERCEPT_NETNS_MOUNTS_H
#define ADIT_INTERCEPT_NETNS_MOUNTS_H

#include "base/defs.h"

#include <stdbool.h>

/* In a mount namespace of the caller's own: mounts an empty file system at
 * `folder`, and from it, where there is something to cover: a resolv.conf that
 * names INNER_SERVER; folders without the sockets of nscd and systemd-resolved,
 * which would answer from outside; and, for `user`, copies of the files of
 * /etc/ssh/ssh_config.d that belong to this user, since ssh refuses those whose
 * owner, root, is nobody inside.  0, or ERR_SYS with errno: no file system. */
MUST_CHECK int netns_mount_all(const char *folder, bool user);

#endif
