/* SPDX-License-Identifier: BSD-2-Clause */
/* expected.h - connections that plugins have announced (expect/expect.h): what
 * the gateway does for them, and the channels that come through them. */
#ifndef ADIT_GATEWAY_EXPECTED_H
#define ADIT_GATEWAY_EXPECTED_H

#include "expect/expect.h"
#include "gateway/dial.h"
#include "gateway/gchan.h"
#include "gateway/inspection.h"

void expected_init(struct gsession *);
/* Ends all expectations of the session. */
void expected_fini(struct gsession *);

/* inspect_ops.expect and .arm */
enum adit_result expected_ask(struct inspection *, const struct adit_expect *,
			      uint32_t *id, struct adit_addr *show);
void expected_arm(struct gsession *, uint32_t id);
/* The agent's EXPECTED. */
int expected_on_answer(struct gsession *, const struct frame *,
		       const uint8_t *p);
/* An OPEN through an expectation; false: it is not one. */
bool expected_on_open(struct gchan *, const struct open *);
/* Uses up one use of gc's expectation and connects gc; or lets gc wait until
 * the expectation is armed. */
void expected_take(struct gchan *);

/* Whether the user still has its resource: an expectation may outlive the
 * channel that announced it, and a reload. */
bool expected_is_granted(const struct expectation *);
/* Whether the plugin of this channel may lead to this address, which is called
 * `name`, or ""; says so in the log if not. */
bool expected_may(const struct gchan *, const struct addr *, const char *name,
		  const struct adit_addr *parent_server);
/* The channel is one that came through this expectation, which is still
 * there. */
void expected_lead(const struct expectation *, struct gchan *);
/* The channel whose plugin has announced this; NULL: the channel has ended. */
struct gchan *expected_channel(const struct expectation *);

/* ---- expected_reverse.c: the gateway listens, the server connects ---- */
/* For struct expect_ops, which says what they do. */
int expected_listen(struct expectation *, struct adit_addr *at);
void expected_accept(struct expect_socket *);
void expected_close(struct expect_socket *);
int expected_socket_fd(const struct expect_socket *);
int expected_adopt(struct expectation *, int fd);
/* Accepts the connections that have come by now, if the expectation is a
 * reverse one. */
void expected_look(struct gsession *, uint32_t id);

#endif
