/* SPDX-License-Identifier: BSD-2-Clause */
/* nft.h - the rules of a command's network: which connections the agent
 * gets, and what becomes of them. */
#ifndef ADIT_INTERCEPT_NFT_H
#define ADIT_INTERCEPT_NFT_H

#include <stdbool.h>

struct nl_batch;

/* How the first packet of a connection waits for the gateway's answer: by the
 * kernel's own expression, by its older form, or not at all. */
enum nft_hold { NFT_HOLD_QUEUE, NFT_HOLD_TARGET, NFT_HOLD_NONE };

struct nft_rules {
	enum nft_hold hold;
	bool early; /* only what is dialled at a loopback address waits */
	bool ipv6;
};

/* Fills a batch for NETLINK_NETFILTER that makes the table "adit". */
void nft_fill(struct nl_batch *, const struct nft_rules *);

#endif
