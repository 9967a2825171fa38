/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_link.h - follows symbolic links that nobody else can point elsewhere. */
#ifndef ADIT_BASE_CONF_LINK_H
#define ADIT_BASE_CONF_LINK_H

#include "base/conf_text.h"

/* Opens e->file for reading, through whatever links there are.  Every folder on
 * the way, of the links and of the file, must be one that only root and this
 * process's user can change.  0, or ERR_CONF with the reason in `e`. */
MUST_CHECK int conf_link_open(int *fd, struct conf_errors *e);

#endif
