/* SPDX-License-Identifier: BSD-2-Clause */
/* lookup.h - what an owner asks the resolver. */
#ifndef ADIT_GATEWAY_LOOKUP_H
#define ADIT_GATEWAY_LOOKUP_H

#include "gateway/gchan.h"

/* Calls dial_resolved later, unless gc->dialing is taken off its list. */
void lookup_ask(struct gchan *gc, const char *host);
void lookups_resolved(struct owner *, uint32_t id, const struct msg_resolved *);
/* When no channel is left. */
void lookups_drop(struct owner *);
void lookups_expire(struct owner *, uint64_t now);

#endif
