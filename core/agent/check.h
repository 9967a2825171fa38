/* SPDX-License-Identifier: BSD-2-Clause */
/* check.h - a question to the gateway: whether it would connect. */
#ifndef ADIT_AGENT_CHECK_H
#define ADIT_AGENT_CHECK_H

#include "base/defs.h"
#include "frame/payload.h"

struct agent;

/* `reason` is REASON_GRANTED where the gateway would connect now, or why not;
 * `text` is the gateway's, or NULL. */
typedef void check_fn(void *ctx, unsigned reason, const char *text);

/* Asks about what `open` describes; no connection is made, and nothing is noted
 * as refused.  0, and fn is called once, later; or a negative error, ERR_AGAIN
 * where there is no tunnel. */
MUST_CHECK int check_ask(struct agent *, uint8_t service,
			 const struct open *open, check_fn *fn, void *ctx);
/* The answer as a sentence for people. */
const char *check_text(unsigned reason, const char *text);

#endif
