/* SPDX-License-Identifier: BSD-2-Clause */
/* dns.h - looks one host name up, in /etc/hosts and at the name servers,
 * without blocking. */
#ifndef ADIT_RESOLVER_DNS_H
#define ADIT_RESOLVER_DNS_H

#include "process/msg.h"

#include <ev.h>

struct dns;

/* Who gets the answer, which may be kept for ttl_s seconds. */
struct dns_call {
	void (*done)(void *ctx, void *name, const struct msg_resolved *,
		     uint32_t ttl_s);
	void *ctx, *name;
};

/* Once in a process, before anything else here.  0 or ERR_NOMEM. */
MUST_CHECK int dns_init(void);
/* Begins.  `done` is called once, never from inside this call, and struct dns
 * is freed then.  NULL: it cannot begin. */
MUST_CHECK struct dns *dns_ask(struct ev_loop *, const char *host,
			       const struct dns_call *);
/* The answer is not wanted any more: `done` is not called. */
void dns_free(struct dns *);

#endif
