/* SPDX-License-Identifier: BSD-2-Clause */
/* expected.h - connections that plugins announce: listening points at the agent
 * and here, and the channels that come through them. */
#ifndef ADIT_GATEWAY_EXPECTED_H
#define ADIT_GATEWAY_EXPECTED_H

#include "gateway/gchan.h"

void expected_init(struct gsession *);
void expected_fini(struct gsession *);
/* All of them: the agent's listening points went with its tunnel. */
void expected_drop_all(struct gsession *);
void expected_expire(struct gsession *, uint64_t now_us);
/* EXPECTED */
int expected_on_answer(struct gsession *, const struct frame *,
		       const uint8_t *p);
/* An OPEN through an expectation; false: it is not one. */
bool expected_on_open(struct gchan *, const struct open *);
/* Addresses of the target that gc->dial stands at: those allowed go into it. */
void expected_resolved(struct gchan *, const struct addr *addrs, unsigned n);
/* The agent has connected to the application, in reverse. */
void expected_on_opened(struct chan *, const struct opened *);
void expected_channel_gone(struct gchan *);

#endif
