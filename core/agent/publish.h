/* SPDX-License-Identifier: BSD-2-Clause */
/* publish.h - servers on this side that are reached at addresses of the
 * gateway: those of [publish NAME] in adit.ini, and of `adit publish`. */
#ifndef ADIT_AGENT_PUBLISH_H
#define ADIT_AGENT_PUBLISH_H

#include "base/addr.h"
#include "base/defs.h"
#include "frame/frame.h"

#include <jansson.h>

struct agent;
struct chan;
struct open;

/* Takes the publications of the configuration in use, and forgets those that
 * only an earlier one had.  Those of `adit publish` stay. */
void publish_configure(struct agent *);
/* The gateway has forgotten what was published: it is told again with the next
 * publish_listed. */
void publish_forgotten(struct agent *);
/* To be called when connections are forwarded: tells the gateway, where it does
 * not know yet. */
void publish_listed(struct agent *);
/* Forwarding stops: the gateway publishes nothing more until publish_listed. */
void publish_stop(struct agent *);
/* The gateway's PUBLISHED.  0 or an error, after which the session has
 * failed. */
MUST_CHECK int publish_frame(struct agent *, const struct frame *,
			     const uint8_t *p);
/* The gateway opens a channel for a publication: the server is connected, or
 * the channel is reset. */
void publish_open(struct agent *, struct chan *, const struct open *);
/* [{name, to, state, at, reason}], a new reference; NULL: no memory. */
json_t *publish_status(struct agent *);
void publish_free(struct agent *);

#endif
