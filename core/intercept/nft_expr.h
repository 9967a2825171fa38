/* SPDX-License-Identifier: BSD-2-Clause */
/* nft_expr.h - writes the requests of nftables: a table, its chains, and
 * their rules, which are made of expressions. */
#ifndef ADIT_INTERCEPT_NFT_EXPR_H
#define ADIT_INTERCEPT_NFT_EXPR_H

#include <stddef.h>
#include <stdint.h>

struct nl_batch;
struct nlattr;
struct nlmsghdr;

/* A table of the family inet; flags: NFT_TABLE_F_*. */
void nft_put_table(struct nl_batch *, const char *table, unsigned flags);

struct nft_chain {
	const char *table, *name;
	const char *type; /* "filter" or "nat" */
	unsigned hook;    /* NF_INET_* */
	int priority;
};
/* What passes the hook passes it, and goes on behind its last rule. */
void nft_put_chain(struct nl_batch *, const struct nft_chain *);
/* From the next request on it has no rules. */
void nft_flush_chain(struct nl_batch *, const struct nft_chain *);

/* A set of address ranges; `len` is that of an address. */
struct nft_set {
	const char *table, *name;
	unsigned len;
};
void nft_put_set(struct nl_batch *, const struct nft_set *);
/* From the next request on it is empty again. */
void nft_flush_set(struct nl_batch *, const struct nft_set *);
/* Ranges for a set, from nft_elements to nft_elements_end. */
struct nft_elements {
	struct nl_batch *batch;
	struct nlmsghdr *message;
	struct nlattr *list;
	unsigned len;
};
struct nft_elements nft_elements(struct nl_batch *, const struct nft_set *);
/* From `first` up to and without `end`; NULL: to the last address. */
void nft_put_range(struct nft_elements *, const uint8_t *first,
		   const uint8_t *end);
void nft_elements_end(struct nft_elements *);

/* A rule at the end of a chain, from nft_rule to nft_rule_end.  Its
 * expressions are tried in order; a comparison that fails ends the rule. */
struct nft_rule {
	struct nl_batch *batch;
	struct nlmsghdr *message;
	struct nlattr *list;
};
struct nft_rule nft_rule(struct nl_batch *, const struct nft_chain *);
void nft_rule_end(struct nft_rule *);

/* ---- loading into register 1, and comparing it --------------------------- */

struct nft_at {
	unsigned base; /* NFT_PAYLOAD_* */
	unsigned offset, len;
};
void nft_load_payload(struct nft_rule *, const struct nft_at *);
void nft_load_meta(struct nft_rule *, unsigned key); /* NFT_META_* */
/* Ends the rule where this machine has no socket that would get the packet. */
void nft_need_socket(struct nft_rule *);
/* Of the n bytes in register 1, at most 16, only the bits of `mask` stay. */
void nft_mask(struct nft_rule *, const void *mask, size_t n);
/* Ends the rule where register 1 is not in the set. */
void nft_need_in_set(struct nft_rule *, const struct nft_set *);
/* NFT_CMP_EQ, NFT_CMP_NEQ: with register 1. */
void nft_compare(struct nft_rule *, unsigned how, const void *p, size_t n);

/* The packet has this mark from now on.  The rule goes on. */
void nft_set_mark(struct nft_rule *, uint32_t mark);

/* `at`, at most 16 bytes of the TCP header, is p from now on, and the checksum
 * is right again.  The rule goes on. */
void nft_set_bytes(struct nft_rule *, const struct nft_at *, const void *p);

/* ---- ends of a rule ------------------------------------------------------ */

void nft_verdict(struct nft_rule *, unsigned code); /* NF_ACCEPT, NF_DROP */
/* Address and port, both in network byte order. */
struct nft_target {
	unsigned family; /* NFPROTO_* */
	uint8_t ip[16];
	size_t iplen;
	uint16_t port;
};
/* To the listener at this address and port, without a change of the packet.
 * The rule goes on. */
void nft_tproxy(struct nft_rule *, const struct nft_target *);
/* The connection goes to this port (in network byte order) of the machine
 * itself instead, by NAT. */
void nft_redirect(struct nft_rule *, uint16_t port);
/* The connection comes from this address instead, by NAT; port 0: from its own
 * one, or another that is free. */
void nft_snat(struct nft_rule *, const struct nft_target *from);
void nft_reject(struct nft_rule *, unsigned type, unsigned code);
/* Waits in this queue; where nobody reads it, the rule does nothing. */
void nft_queue(struct nft_rule *, uint16_t number);
/* The same for kernels that only have what iptables uses. */
void nft_queue_target(struct nft_rule *, uint16_t number);

#endif
