/* SPDX-License-Identifier: BSD-2-Clause */
/* fence.h - what the helper adit-redirect gives up before it reads a byte. */
#ifndef ADIT_REDIRECT_FENCE_H
#define ADIT_REDIRECT_FENCE_H

#include "base/defs.h"

/* Every capability but CAP_NET_ADMIN, for good.  0; or ERR_SYS with errno,
 * EPERM where this process does not have that one. */
MUST_CHECK int fence_capabilities(void);
/* Every system call but those that use the sockets it has (and end it).  0, or
 * ERR_SYS with errno. */
MUST_CHECK int fence_calls(void);

#endif
