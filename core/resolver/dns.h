/* SPDX-License-Identifier: BSD-2-Clause */
/* dns.h - looks one name up, in /etc/hosts and at the name servers, and waits
 * for nothing. */
#ifndef ADIT_RESOLVER_DNS_H
#define ADIT_RESOLVER_DNS_H

#include "process/msg.h"

#include <ev.h>

struct dns;

/* Where the answer goes; ttl_s: how long it may be kept. */
struct dns_call {
	void (*done)(void *ctx, void *name, const struct msg_resolved *,
		     uint32_t ttl_s);
	void *ctx, *name;
};

/* Once in a process, before anything else here. */
MUST_CHECK int dns_init(void);
/* `done` is called once, never from inside this call, and it is freed then.
 * NULL: it cannot begin. */
MUST_CHECK struct dns *dns_ask(struct ev_loop *, const char *host,
			       const struct dns_call *);
/* It is not wanted any more: `done` is not called. */
void dns_free(struct dns *);

#endif
