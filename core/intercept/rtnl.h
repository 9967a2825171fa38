/* SPDX-License-Identifier: BSD-2-Clause */
/* rtnl.h - the one network device of a command's network: addresses and
 * routes. */
#ifndef ADIT_INTERCEPT_RTNL_H
#define ADIT_INTERCEPT_RTNL_H

struct nl_batch;

/* Fills a batch for NETLINK_ROUTE. `family` (AF_INET, AF_INET6): lo goes up
 * and has the own address of inner.h, and every other address is local too. */
void rtnl_fill(struct nl_batch *, int family);

#endif
