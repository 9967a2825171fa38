/* SPDX-License-Identifier: BSD-2-Clause */
/* synthetic.h - addresses that stand for names: programs that look up a covered
 * name get one of them, and a connection to it goes to the gateway by name.
 * They lie in 198.18.0.0/15, which no network uses (RFC 2544, RFC 6890). */
#ifndef ADIT_INTERCEPT_SYNTHETIC_H
#define ADIT_INTERCEPT_SYNTHETIC_H

#include "base/addr.h"
#include "base/defs.h"

#include <stdbool.h>

#define SYNTHETIC_NET "198.18.0.0/15"

struct synthetic;

/* An empty table.  NULL: no memory, or no random bytes. */
struct synthetic *synthetic_new(void);
void synthetic_free(struct synthetic *);
/* The address (port 0) of a name, which is in lower case: the one that it
 * has, or a new one.  When all 131,070 are in use, the new name gets the one
 * that was given out first, of those whose name nobody has asked for since the
 * last time that all were in use.  *is_new (or NULL): it was not there before.
 * 0 or ERR_NOMEM. */
MUST_CHECK int synthetic_get(struct synthetic *, const char *name,
			     struct addr *out, bool *is_new);
/* Whether this name would get the address of another one. */
bool synthetic_would_replace(struct synthetic *, const char *name);
/* Gives a name the address that it had before a restart; the address after it
 * is given out next.  0; ERR_INVAL: no address of the network, or one that
 * has a name; ERR_NOMEM. */
MUST_CHECK int synthetic_put(struct synthetic *, const char *name,
			     const struct addr *);
/* Whether the address can stand for a name. */
bool synthetic_has(const struct addr *);
/* The name of an address; it stays valid until the next call of get or put.
 * NULL: it has none. */
const char *synthetic_name(struct synthetic *, const struct addr *);

#endif
