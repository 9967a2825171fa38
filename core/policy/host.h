/* SPDX-License-Identifier: BSD-2-Clause */
/* host.h - checks and compares host names, and finds the host in a URL. */
#ifndef ADIT_POLICY_HOST_H
#define ADIT_POLICY_HOST_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

enum { HOST_CAP = 256 }; /* 253 bytes (RFC 1035), a dot at the end, NUL */

/* Whether the text is a name that may be looked up: labels of letters, digits,
 * - and _, of which the last is not a number (getaddrinfo would read
 * "2130706433" as 127.0.0.1). */
bool host_ok(const char *host);
/* The same, or the literal of an address. */
bool host_or_address_ok(const char *host);
/* Compares as DNS does: in any case, with or without a dot at the end. */
bool host_same(const char *a, const char *b);

/* Whether the text is a name, or "*.DOMAIN", which stands for all names below
 * that domain, at any depth. */
bool host_pattern_ok(const char *pattern);
/* Whether a pattern stands for this name: it is the same name (host_same), or
 * the name is below the domain of the pattern. */
bool host_matches(const char *pattern, const char *name);
/* Whether the name is a domain above what the pattern stands for. */
bool host_is_above(const char *pattern, const char *name);

/* Finds host and port in a URL "http://host[:port][/...]" or https; a user in
 * it is an error.  host[HOST_CAP] gets a literal without brackets, or a name
 * that is host_ok.  0 or ERR_INVAL. */
MUST_CHECK int host_of_url(const char *url, char *host, uint16_t *port);

#endif
