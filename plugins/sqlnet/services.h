/* SPDX-License-Identifier: BSD-2-Clause */
/* services.h - checks that the text of a CONNECT asks for an allowed service,
 * and for nothing else. */
#ifndef ADIT_SQLNET_SERVICES_H
#define ADIT_SQLNET_SERVICES_H

#include <stdbool.h>
#include <stddef.h>

/* True if the text has one CONNECT_DATA, and in it one SERVICE_NAME or SID,
 * which is listed in `allowed`.  False for anything that is not known to be
 * harmless, such as a COMMAND for the listener or a second service.
 * INSTANCE_NAME is allowed only behind a redirect, because listeners of
 * clusters name one there. */
bool services_allow(const char *text, size_t n, const char *const *allowed,
		    bool redirected);

#endif
