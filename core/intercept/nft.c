/* SPDX-License-Identifier: BSD-2-Clause */
/* nft.c - the rules of a command's network.
 *
 * Everything that a command sends comes in again at lo, there being no other
 * device, and passes two chains:
 *
 *   catch    What is for the command itself goes on: to its own addresses, and
 *            to a loopback address where something inside listens.  Any other
 *            TCP goes to the agent's listener, which sees what address was
 *            dialled.  The first packet of a connection waits in a queue until
 *            the gateway has answered.
 *   answer   Turns the mark that the agent gave this packet into the error that
 *            the command gets.  What has not waited in the queue must not be
 *            refused here: connect(2) would hear of it a second later.
 */
#include "intercept/nft.h"

#include "intercept/inner.h"
#include "intercept/nft_expr.h"
#include "intercept/nl.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

static const struct nft_chain chain_catch = { "adit", "catch", "filter",
					      NF_INET_PRE_ROUTING, -150 };
static const struct nft_chain chain_answer = { "adit", "answer", "filter",
					       NF_INET_PRE_ROUTING, -140 };

/* What is different in the two families. */
struct nft_family {
	uint8_t nfproto, icmp;
	uint8_t echo;                        /* type of an ICMP question */
	unsigned reject, unreachable;        /* as answer to it */
	struct nft_at destination, loopback; /* bytes of the header */
	const char *own;                     /* address of the command */
	uint8_t loopback_is[16];
	int af;
};

static const struct nft_family ipv4 = {
	.nfproto = NFPROTO_IPV4,
	.icmp = IPPROTO_ICMP,
	.echo = ICMP_ECHO,
	.reject = NFT_REJECT_ICMP_UNREACH,
	.unreachable = ICMP_HOST_UNREACH,
	.destination = { NFT_PAYLOAD_NETWORK_HEADER, 16, 4 },
	.loopback = { NFT_PAYLOAD_NETWORK_HEADER, 16, 1 },
	.own = INNER_IPV4,
	.loopback_is = { 127 },
	.af = AF_INET,
};

static const struct nft_family ipv6 = {
	.nfproto = NFPROTO_IPV6,
	.icmp = IPPROTO_ICMPV6,
	.echo = ICMP6_ECHO_REQUEST,
	.reject = NFT_REJECT_ICMP_UNREACH,
	.unreachable = ICMP6_DST_UNREACH_ADDR,
	.destination = { NFT_PAYLOAD_NETWORK_HEADER, 24, 16 },
	.loopback = { NFT_PAYLOAD_NETWORK_HEADER, 24, 16 },
	.own = INNER_IPV6,
	.loopback_is = { [15] = 1 },
	.af = AF_INET6,
};

static void nft_if_meta(struct nft_rule *r, unsigned key, uint8_t value)
{
	nft_load_meta(r, key);
	nft_compare(r, NFT_CMP_EQ, &value, sizeof value);
}

static void nft_if_loopback(struct nft_rule *r, const struct nft_family *f,
			    unsigned how)
{
	nft_load_payload(r, &f->loopback);
	nft_compare(r, how, f->loopback_is, f->loopback.len);
}

static void nft_own_address(struct nl_batch *b, const struct nft_family *f)
{
	struct nft_rule r = nft_rule(b, &chain_catch);
	uint8_t ip[16];

	inet_pton(f->af, f->own, ip);
	nft_if_meta(&r, NFT_META_NFPROTO, f->nfproto);
	nft_load_payload(&r, &f->destination);
	nft_compare(&r, NFT_CMP_EQ, ip, f->destination.len);
	nft_verdict(&r, NF_ACCEPT);
	nft_rule_end(&r);
}

/* Else every address would answer a ping. */
static void nft_no_echo(struct nl_batch *b, const struct nft_family *f)
{
	const struct nft_at type = { NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1 };
	struct nft_rule r = nft_rule(b, &chain_catch);

	nft_if_meta(&r, NFT_META_NFPROTO, f->nfproto);
	nft_if_meta(&r, NFT_META_L4PROTO, f->icmp);
	nft_if_loopback(&r, f, NFT_CMP_NEQ);
	nft_load_payload(&r, &type);
	nft_compare(&r, NFT_CMP_EQ, &f->echo, sizeof f->echo);
	nft_reject(&r, f->reject, f->unreachable);
	nft_rule_end(&r);
}

static void nft_only_tcp(struct nl_batch *b)
{
	static const uint8_t tcp = IPPROTO_TCP;
	struct nft_rule r = nft_rule(b, &chain_catch);

	nft_load_meta(&r, NFT_META_L4PROTO);
	nft_compare(&r, NFT_CMP_NEQ, &tcp, sizeof tcp);
	nft_verdict(&r, NF_ACCEPT);
	nft_rule_end(&r);
}

static void nft_inner_listener(struct nl_batch *b, const struct nft_family *f)
{
	struct nft_rule r = nft_rule(b, &chain_catch);

	nft_if_meta(&r, NFT_META_NFPROTO, f->nfproto);
	nft_if_loopback(&r, f, NFT_CMP_EQ);
	nft_need_socket(&r);
	nft_verdict(&r, NF_ACCEPT);
	nft_rule_end(&r);
}

static void nft_to_agent(struct nl_batch *b, const struct nft_family *f)
{
	struct nft_rule r = nft_rule(b, &chain_catch);
	struct nft_target to = {
		.family = f->nfproto,
		.iplen = f->destination.len,
		.port = htons(INNER_PORT),
	};

	inet_pton(f->af, f->own, to.ip);
	nft_if_meta(&r, NFT_META_NFPROTO, f->nfproto);
	nft_if_meta(&r, NFT_META_L4PROTO, IPPROTO_TCP);
	nft_tproxy(&r, &to);
	nft_rule_end(&r);
}

/* `f` NULL: wherever it goes; else only to loopback of this family. */
static void nft_hold_first(struct nl_batch *b, enum nft_hold how,
			   const struct nft_family *f)
{
	const struct nft_at flags = { NFT_PAYLOAD_TRANSPORT_HEADER, 13, 1 };
	static const uint8_t syn = 2, of = 0x17; /* FIN, SYN, RST, ACK */
	struct nft_rule r = nft_rule(b, &chain_catch);

	nft_if_meta(&r, NFT_META_L4PROTO, IPPROTO_TCP);
	nft_load_payload(&r, &flags);
	nft_mask(&r, &of, sizeof of);
	nft_compare(&r, NFT_CMP_EQ, &syn, sizeof syn);
	if (f) {
		nft_if_meta(&r, NFT_META_NFPROTO, f->nfproto);
		nft_if_loopback(&r, f, NFT_CMP_EQ);
	}
	if (how == NFT_HOLD_QUEUE)
		nft_queue(&r, INNER_QUEUE);
	else
		nft_queue_target(&r, INNER_QUEUE);
	nft_rule_end(&r);
}

/* Only TCP gets marks. */
static struct nft_rule nft_if_mark(struct nl_batch *b, uint32_t mark)
{
	struct nft_rule r = nft_rule(b, &chain_answer);

	nft_if_meta(&r, NFT_META_L4PROTO, IPPROTO_TCP);
	nft_load_meta(&r, NFT_META_MARK);
	nft_compare(&r, NFT_CMP_EQ, &mark, sizeof mark);
	return r;
}

static void nft_answer(struct nl_batch *b, uint32_t mark, unsigned type,
		       unsigned code)
{
	struct nft_rule r = nft_if_mark(b, mark);

	nft_reject(&r, type, code);
	nft_rule_end(&r);
}

static void nft_fill_answer(struct nl_batch *b)
{
	struct nft_rule r;

	nft_put_chain(b, &chain_answer);
	nft_answer(b, INNER_REFUSED, NFT_REJECT_TCP_RST, 0);
	nft_answer(b, INNER_UNREACHABLE, NFT_REJECT_ICMPX_UNREACH,
		   NFT_REJECT_ICMPX_HOST_UNREACH);
	nft_answer(b, INNER_NO_ROUTE, NFT_REJECT_ICMPX_UNREACH,
		   NFT_REJECT_ICMPX_NO_ROUTE);
	r = nft_if_mark(b, INNER_DROPPED);
	nft_verdict(&r, NF_DROP);
	nft_rule_end(&r);
}

static void nft_fill_catch(struct nl_batch *b, const struct nft_rules *rules)
{
	const struct nft_family *const families[] = { &ipv4, &ipv6 };
	unsigned n = rules->ipv6 ? 2 : 1;

	nft_put_chain(b, &chain_catch);
	for (unsigned i = 0; i < n; i++)
		nft_own_address(b, families[i]);
	for (unsigned i = 0; i < n; i++)
		nft_no_echo(b, families[i]);
	nft_only_tcp(b);
	for (unsigned i = 0; i < n; i++)
		nft_inner_listener(b, families[i]);
	for (unsigned i = 0; i < n; i++)
		nft_to_agent(b, families[i]);
	if (rules->hold == NFT_HOLD_NONE)
		return;
	if (!rules->early)
		nft_hold_first(b, rules->hold, NULL);
	for (unsigned i = 0; rules->early && i < n; i++)
		nft_hold_first(b, rules->hold, families[i]);
}

void nft_fill(struct nl_batch *b, const struct nft_rules *rules)
{
	nl_batch_init(b);
	nl_batch_begin_all(b, NFNL_SUBSYS_NFTABLES);
	nft_put_table(b, chain_catch.table, 0);
	nft_fill_catch(b, rules);
	nft_fill_answer(b);
	nl_batch_end_all(b, NFNL_SUBSYS_NFTABLES);
}
