/* SPDX-License-Identifier: BSD-2-Clause */
/* attach.h - the proof that a session's own agent is at the other end of a tunnel. */
#ifndef ADIT_NET_ATTACH_H
#define ADIT_NET_ATTACH_H

#include "base/defs.h"
#include "frame/payload.h"

#include <stdbool.h>

struct tls;

/* What both ends know of a session since its login. */
struct attach_secret {
	const char *gateway;   /* its name, shorter than LABEL_MAX */
	const uint8_t *secret; /* SECRET_LEN bytes */
};

/* Fills at->proof from the other members and this TLS connection, as section 5 of
 * docs/protocol.md has it.  0, ERR_TLS or ERR_INVAL: the name is too long. */
MUST_CHECK int attach_prove(struct tls *, const struct attach_secret *,
			    struct attach *at);
/* Whether at->proof is what attach_prove makes at the other end of this connection. */
MUST_CHECK bool attach_is_proven(struct tls *, const struct attach_secret *,
				 const struct attach *at);

#endif
