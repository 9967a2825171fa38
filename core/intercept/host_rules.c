/* SPDX-License-Identifier: BSD-2-Clause */
/* host_rules.c - the nftables rules by which a user's agent gets connections of
 * that user's programs.
 *
 * All three chains see what programs of this machine send:
 *
 *   hold     The first packet of a connection of this user to a covered address
 *            gets the mark of a caught one, and waits in the queue until the
 *            gateway has answered.
 *   answer   Turns the mark that the agent gave this packet into the error that
 *            the program gets.  What goes to the tun device and was caught by no
 *            agent is refused: other users' connections, and all but TCP.
 *   catch    Sends the connection to the agent's listener.
 *
 * Only the first packet of a connection passes "catch"; the kernel's connection
 * tracking does the same with what follows. */
#include "intercept/host_rules.h"

#include "intercept/nft_expr.h"
#include "intercept/nl.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netinet/in.h>
#include <stdio.h>

enum { MARK = 0xad170000, MARK_OF_ANY = 0xffff0000 };

/* 198.18.0.0/15 */
static const uint8_t synthetic[] = { 198, 18 }, synthetic_mask[] = { 255, 254 };

struct host_chains {
	struct nft_chain hold, answer, catch;
};

void host_table(uint32_t uid, char name[HOST_TABLE])
{
	snprintf(name, HOST_TABLE, "adit-%u", uid);
}

uint32_t host_mark(uint16_t queue, enum inner_mark mark)
{
	return MARK | ((uint32_t)queue - HOST_QUEUE) << 8 |
	       ((uint32_t)mark + 1);
}

static void host_if_meta(struct nft_rule *r, unsigned key, unsigned how,
			 uint32_t value)
{
	nft_load_meta(r, key);
	nft_compare(r, how, &value, sizeof value);
}

static void host_if_byte(struct nft_rule *r, unsigned key, unsigned how,
			 uint8_t value)
{
	nft_load_meta(r, key);
	nft_compare(r, how, &value, sizeof value);
}

static void host_if_syn(struct nft_rule *r)
{
	const struct nft_at flags = { NFT_PAYLOAD_TRANSPORT_HEADER, 13, 1 };
	static const uint8_t syn = 2, of = 0x17; /* FIN, SYN, RST, ACK */

	host_if_byte(r, NFT_META_L4PROTO, NFT_CMP_EQ, IPPROTO_TCP);
	nft_load_payload(r, &flags);
	nft_mask(r, &of, sizeof of);
	nft_compare(r, NFT_CMP_EQ, &syn, sizeof syn);
}

/* ---- hold ---------------------------------------------------------------- */

static void host_hold_synthetic(struct nl_batch *b, const struct host_rules *h,
				const struct nft_chain *hold)
{
	const struct nft_at to = { NFT_PAYLOAD_NETWORK_HEADER, 16, 2 };
	struct nft_rule r = nft_rule(b, hold);

	host_if_byte(&r, NFT_META_NFPROTO, NFT_CMP_EQ, NFPROTO_IPV4);
	nft_load_payload(&r, &to);
	nft_mask(&r, synthetic_mask, sizeof synthetic_mask);
	nft_compare(&r, NFT_CMP_EQ, synthetic, sizeof synthetic);
	host_if_syn(&r);
	host_if_meta(&r, NFT_META_SKUID, NFT_CMP_EQ, h->uid);
	nft_set_mark(&r, host_mark(h->queue, INNER_CONNECTED));
	if (h->hold == NFT_HOLD_QUEUE)
		nft_queue(&r, h->queue);
	else if (h->hold == NFT_HOLD_TARGET)
		nft_queue_target(&r, h->queue);
	nft_rule_end(&r);
}

/* ---- answer -------------------------------------------------------------- */

static struct nft_rule host_if_mark(struct nl_batch *b,
				    const struct host_rules *h,
				    const struct nft_chain *c,
				    enum inner_mark mark)
{
	struct nft_rule r = nft_rule(b, c);

	host_if_meta(&r, NFT_META_MARK, NFT_CMP_EQ, host_mark(h->queue, mark));
	host_if_byte(&r, NFT_META_L4PROTO, NFT_CMP_EQ, IPPROTO_TCP);
	return r;
}

struct host_error {
	enum inner_mark mark;
	unsigned type, code;
};

static void host_answer_errors(struct nl_batch *b, const struct host_rules *h,
			       const struct nft_chain *answer)
{
	static const struct host_error errors[] = {
		{ INNER_REFUSED, NFT_REJECT_TCP_RST, 0 },
		{ INNER_UNREACHABLE, NFT_REJECT_ICMPX_UNREACH,
		  NFT_REJECT_ICMPX_HOST_UNREACH },
		{ INNER_NO_ROUTE, NFT_REJECT_ICMPX_UNREACH,
		  NFT_REJECT_ICMPX_NO_ROUTE },
	};
	struct nft_rule r;

	for (unsigned i = 0; i < ARRAY_LEN(errors); i++) {
		r = host_if_mark(b, h, answer, errors[i].mark);
		nft_reject(&r, errors[i].type, errors[i].code);
		nft_rule_end(&r);
	}
	r = host_if_mark(b, h, answer, INNER_DROPPED);
	nft_verdict(&r, NF_DROP);
	nft_rule_end(&r);
}

/* Of what goes to the tun device only that is let on which some agent has
 * caught.  Later packets of a connection are no first ones. */
static void host_answer_strays(struct nl_batch *b, const struct host_rules *h,
			       const struct nft_chain *answer)
{
	static const uint32_t of_any = MARK_OF_ANY, mark = MARK;
	struct nft_rule r = nft_rule(b, answer);

	host_if_meta(&r, NFT_META_OIF, NFT_CMP_EQ, h->device);
	nft_load_meta(&r, NFT_META_MARK);
	nft_mask(&r, &of_any, sizeof of_any);
	nft_compare(&r, NFT_CMP_NEQ, &mark, sizeof mark);
	host_if_syn(&r);
	nft_reject(&r, NFT_REJECT_TCP_RST, 0);
	nft_rule_end(&r);

	r = nft_rule(b, answer);
	host_if_meta(&r, NFT_META_OIF, NFT_CMP_EQ, h->device);
	host_if_byte(&r, NFT_META_L4PROTO, NFT_CMP_NEQ, IPPROTO_TCP);
	nft_reject(&r, NFT_REJECT_ICMPX_UNREACH,
		   NFT_REJECT_ICMPX_PORT_UNREACH);
	nft_rule_end(&r);
}

/* ---- catch --------------------------------------------------------------- */

static void host_catch(struct nl_batch *b, const struct host_rules *h,
		       const struct nft_chain *catch)
{
	struct nft_rule r = host_if_mark(b, h, catch, INNER_CONNECTED);

	nft_set_mark(&r, 0);
	nft_redirect(&r, htons(h->port));
	nft_rule_end(&r);
}

void host_rules_fill(struct nl_batch *b, const struct host_rules *h)
{
	char table[HOST_TABLE];
	const unsigned out = NF_INET_LOCAL_OUT;
	const struct host_chains c = {
		.hold = { table, "hold", "filter", out, -150 },
		.answer = { table, "answer", "filter", out, -140 },
		.catch = { table, "catch", "nat", out, -100 },
	};

	host_table(h->uid, table);
	nl_batch_init(b);
	nl_batch_begin_all(b, NFNL_SUBSYS_NFTABLES);
	nft_put_table(b, table, NFT_TABLE_F_OWNER);
	nft_put_chain(b, &c.hold);
	host_hold_synthetic(b, h, &c.hold);
	nft_put_chain(b, &c.answer);
	host_answer_errors(b, h, &c.answer);
	host_answer_strays(b, h, &c.answer);
	nft_put_chain(b, &c.catch);
	host_catch(b, h, &c.catch);
	nl_batch_end_all(b, NFNL_SUBSYS_NFTABLES);
}
