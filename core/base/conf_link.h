/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_link.h - follows symbolic links that nobody else can point elsewhere. */
#ifndef ADIT_BASE_CONF_LINK_H
#define ADIT_BASE_CONF_LINK_H

#include "base/conf_text.h"

/* Opens e->file for reading and follows symbolic links.  Only root and the user
 * of this process may be able to change the folders on the way, those of the
 * links and those of the file.  0 and *fd, which the caller closes; or ERR_CONF
 * with the reason in `e`. */
MUST_CHECK int conf_link_open(int *fd, struct conf_errors *e);

#endif
