/* SPDX-License-Identifier: BSD-2-Clause */
/* http_pass.h - one HTTP request on its way to the server: a head that was made
 * anew, and of what the client sends only the body. */
#ifndef ADIT_AGENT_HTTP_PASS_H
#define ADIT_AGENT_HTTP_PASS_H

#include "proxy/http_body.h"
#include "base/buf.h"
#include "net/relay.h"

struct http_pass;

/* Takes what `head` holds.  NULL: no memory, and it is the caller's. */
struct http_pass *http_pass_new(struct loop *, struct buf *head,
				const struct http_body *);
/* Accepts NULL. */
void http_pass_free(struct http_pass *);
/* As relay_read, for the channel of the relay.  After relay_join, chan_readable
 * has the head sent. */
ssize_t http_pass_read(struct http_pass *, struct chan *,
		       const struct iovec *iov, int n, bool *urgent);

#endif
