/* SPDX-License-Identifier: BSD-2-Clause */
/* nss.h - which sources of host names nsswitch.conf has that nobody asks here. */
#ifndef ADIT_RESOLVER_NSS_H
#define ADIT_RESOLVER_NSS_H

#include <stddef.h>
#include <stdio.h>

/* "ldap, wins", or "" in dst[cap]; returns dst. */
const char *nss_unasked(FILE *nsswitch, char *dst, size_t cap);

#endif
