/* SPDX-License-Identifier: BSD-2-Clause */
/* domains.h - the domains whose names a resolver of this machine should ask the
 * agent for. */
#ifndef ADIT_AGENT_DOMAINS_H
#define ADIT_AGENT_DOMAINS_H

#include "base/opt.h"

#include <stddef.h>

struct agent;

/* At most `max` domains, none of them below another one, that hold all names
 * that lead to resources and all addresses that stand for names.  A whole
 * top-level domain is not among them, unless nobody but companies uses it: no
 * gateway is to get all lookups of a machine.  *left becomes the number of
 * those for which there was no room.  0 or ERR_NOMEM; either way the caller
 * must call name_list_fini. */
MUST_CHECK int domains_of(const struct agent *, struct name_list *out,
			  size_t max, size_t *left);

#endif
