/* SPDX-License-Identifier: BSD-2-Clause */
/* dns.h - answers DNS queries for the names of resources with the loopback
 * addresses at which the agent listens for them (key `dns` in adit.ini). */
#ifndef ADIT_AGENT_DNS_H
#define ADIT_AGENT_DNS_H

#include "base/addr.h"

struct agent;
struct agent_dns;

/* Listens, over UDP, at the address of the configuration; does nothing where it
 * has none or the agent listens already.  Errors are logged. */
void dns_listen(struct agent *);
/* Stops to listen.  Queries that wait for the gateway get no answer. */
void dns_close(struct agent *);
/* Where it listens; family AF_UNSPEC: nowhere. */
struct addr dns_at(const struct agent *);

#endif
