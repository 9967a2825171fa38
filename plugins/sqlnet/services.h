/* SPDX-License-Identifier: BSD-2-Clause */
/* services.h - whether the text of a CONNECT asks for an allowed service, and
 * for nothing else. */
#ifndef ADIT_SQLNET_SERVICES_H
#define ADIT_SQLNET_SERVICES_H

#include <stdbool.h>
#include <stddef.h>

/* One tree with one CONNECT_DATA, in which one SERVICE_NAME or SID is listed in
 * `allowed`.  What is not known to be harmless is a no: a COMMAND for the
 * listener, a second of anything that leads somewhere; an instance too, but
 * behind a redirect, where the listener of a cluster has named it. */
bool services_allow(const char *text, size_t n, const char *const *allowed,
		    bool redirected);

#endif
