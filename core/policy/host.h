/* SPDX-License-Identifier: BSD-2-Clause */
/* host.h - names of hosts, and URLs as far as a connection needs them. */
#ifndef ADIT_POLICY_HOST_H
#define ADIT_POLICY_HOST_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

enum { HOST_CAP = 256 }; /* 253, the last dot, NUL */

/* A name that may be looked up: labels of letters, digits, - and _, the last
 * one not a number (getaddrinfo reads "2130706433" as 127.0.0.1). */
bool host_ok(const char *host);
/* The same, or the literal of an address. */
bool host_or_address_ok(const char *host);
/* As DNS compares: any case, with or without the last dot. */
bool host_same(const char *a, const char *b);

/* A name, or "*.DOMAIN" for all names below a domain, at any depth. */
bool host_pattern_ok(const char *pattern);
/* Whether a pattern stands for this name: as host_same, or below its domain. */
bool host_matches(const char *pattern, const char *name);
/* Whether the name is a domain above what the pattern stands for. */
bool host_is_above(const char *pattern, const char *name);

/* "http://host[:port][/...]" and https; no user in it.  host[HOST_CAP] comes
 * without brackets and is a literal or host_ok.  0 or ERR_INVAL. */
MUST_CHECK int host_of_url(const char *url, char *host, uint16_t *port);

#endif
