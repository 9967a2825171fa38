/* SPDX-License-Identifier: BSD-2-Clause */
/* nss.h - which sources of host names in nsswitch.conf the resolver does not
 * ask. */
#ifndef ADIT_RESOLVER_NSS_H
#define ADIT_RESOLVER_NSS_H

#include <stddef.h>
#include <stdio.h>

/* The names of these sources, "ldap, wins", or "" in dst[cap]; returns dst. */
const char *nss_unasked(FILE *nsswitch, char *dst, size_t cap);

#endif
