/* SPDX-License-Identifier: BSD-2-Clause */
/* attach.h - the proof that the agent at the other end of a new tunnel is the
 * one that logged in (section 5 of docs/protocol.md). */
#ifndef ADIT_NET_ATTACH_H
#define ADIT_NET_ATTACH_H

#include "base/defs.h"
#include "frame/payload.h"

#include <stdbool.h>

struct tls;

/* What both ends of a session know since its login. */
struct attach_secret {
	const char *gateway;   /* its name, shorter than LABEL_MAX */
	const uint8_t *secret; /* SECRET_LEN bytes */
};

/* Fills at->proof from its other members, the secret and this TLS connection.
 * Returns 0, ERR_TLS, or ERR_INVAL if the name is too long. */
MUST_CHECK int attach_prove(struct tls *, const struct attach_secret *,
			    struct attach *at);
/* Whether at->proof was made by attach_prove with the same secret at the other
 * end of this connection. */
MUST_CHECK bool attach_is_proven(struct tls *, const struct attach_secret *,
				 const struct attach *at);

#endif
