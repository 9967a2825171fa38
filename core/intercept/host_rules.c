/* SPDX-License-Identifier: BSD-2-Clause */
/* host_rules.c - the nftables rules by which a user's agent gets connections of
 * that user's programs.
 *
 * All chains see what programs of this machine send:
 *
 *   hold     The first packet of a connection of this user to a covered address
 *            gets the mark of a caught one, and waits in the queue until the
 *            gateway has answered (accept = early: if it goes to a real
 *            address, whose port may be nobody's).
 *   answer   Turns the mark that the agent gave this packet into the error that
 *            the program gets.  What goes to the tun device and was caught by
 *            no agent is refused: other users' connections, and all but TCP.
 *   catch    Sends the connection to the agent's listener.
 *   back     Gives the agent's connection to a program the address of the
 *            server that connects back.
 *
 * Only the first packet of a connection passes "catch" and "back"; the kernel's
 * connection tracking does the same with what follows. */
#include "intercept/host_rules.h"

#include "intercept/nft_expr.h"
#include "intercept/nl.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum {
	MARK = 0xad170000,
	MARK_OF_ANY = 0xffff0000,
	MSS = 65483, /* what Linux itself says over "lo" */
};

struct host_chains {
	struct nft_chain hold, answer, catch, back;
	struct nft_set covered4, covered6;
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

/* All ports of a covered address are held: the agent lets go what no resource
 * has.  What goes to an address of this machine stays here, also where the
 * gateway has such an address, too. */
static void host_hold(struct nl_batch *b, const struct host_rules *h,
		      const struct nft_chain *hold, const struct nft_set *set)
{
	const bool four = set->len == 4;
	const struct nft_at to = { NFT_PAYLOAD_NETWORK_HEADER, four ? 16 : 24,
				   set->len };
	struct nft_rule r = nft_rule(b, hold);

	host_if_byte(&r, NFT_META_NFPROTO, NFT_CMP_EQ,
		     four ? NFPROTO_IPV4 : NFPROTO_IPV6);
	host_if_syn(&r);
	host_if_meta(&r, NFT_META_SKUID, NFT_CMP_EQ, h->uid);
	host_if_meta(&r, NFT_META_OIF, NFT_CMP_NEQ, INNER_LOOPBACK);
	nft_load_payload(&r, &to);
	nft_need_in_set(&r, set);
	nft_set_mark(&r, host_mark(h->queue, INNER_CONNECTED));
	if (h->hold == NFT_HOLD_QUEUE)
		nft_queue(&r, h->queue);
	else if (h->hold == NFT_HOLD_TARGET)
		nft_queue_target(&r, h->queue);
	nft_rule_end(&r);
}

/* Where nobody waits for the gateway, what goes to an address that stands for a
 * name need not pass the queue: all of its ports are the agent's. */
static void host_hold_not(struct nl_batch *b, const struct host_rules *h,
			  const struct nft_chain *hold)
{
	static const uint8_t net[4] = { 198, 18 }, mask[4] = { 255, 254 };
	const struct nft_at to = { NFT_PAYLOAD_NETWORK_HEADER, 16, 4 };
	struct nft_rule r = nft_rule(b, hold);

	host_if_byte(&r, NFT_META_NFPROTO, NFT_CMP_EQ, NFPROTO_IPV4);
	host_if_syn(&r);
	host_if_meta(&r, NFT_META_SKUID, NFT_CMP_EQ, h->uid);
	nft_load_payload(&r, &to);
	nft_mask(&r, mask, sizeof mask);
	nft_compare(&r, NFT_CMP_EQ, net, sizeof net);
	nft_set_mark(&r, host_mark(h->queue, INNER_CONNECTED));
	nft_verdict(&r, NF_ACCEPT);
	nft_rule_end(&r);
}

/* The agent's connections to programs of this user come from an address that
 * nobody else uses towards this machine: the helper has a look at them.  Others
 * from there go on as they are. */
static void host_hold_back(struct nl_batch *b, const struct host_rules *h,
			   const struct nft_chain *hold, int family)
{
	const bool four = family == AF_INET;
	const struct nft_at from = { NFT_PAYLOAD_NETWORK_HEADER, four ? 12 : 8,
				     four ? 4 : 16 };
	struct nft_rule r = nft_rule(b, hold);
	uint8_t own[16];

	inet_pton(family, four ? INNER_IPV4 : INNER_IPV6, own);
	host_if_byte(&r, NFT_META_NFPROTO, NFT_CMP_EQ,
		     four ? NFPROTO_IPV4 : NFPROTO_IPV6);
	host_if_syn(&r);
	host_if_meta(&r, NFT_META_SKUID, NFT_CMP_EQ, h->uid);
	host_if_meta(&r, NFT_META_OIF, NFT_CMP_EQ, INNER_LOOPBACK);
	nft_load_payload(&r, &from);
	nft_compare(&r, NFT_CMP_EQ, own, from.len);
	if (h->hold == NFT_HOLD_QUEUE)
		nft_queue(&r, h->queue);
	else
		nft_queue_target(&r, h->queue);
	nft_rule_end(&r);
}

static void host_put_ranges(struct nl_batch *b, const struct nft_set *set,
			    const struct ranges *ranges)
{
	const int family = set->len == 4 ? AF_INET : AF_INET6;
	struct nft_elements e;
	unsigned n = 0;

	for (unsigned i = 0; i < ranges->n; i++)
		n += ranges->item[i].family == family;
	if (!n)
		return;
	e = nft_elements(b, set);
	for (unsigned i = 0; i < ranges->n; i++) {
		const struct range *r = &ranges->item[i];

		if (r->family == family)
			nft_put_range(&e, r->first, r->is_last ? NULL : r->end);
	}
	nft_elements_end(&e);
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

/* What the agent does not want goes on, unless only the tun device leads
 * there. */
static void host_answer_passed(struct nl_batch *b, const struct host_rules *h,
			       const struct nft_chain *answer)
{
	struct nft_rule r = host_if_mark(b, h, answer, INNER_PASSED);

	host_if_meta(&r, NFT_META_OIF, NFT_CMP_EQ, h->device);
	nft_reject(&r, NFT_REJECT_ICMPX_UNREACH, NFT_REJECT_ICMPX_NO_ROUTE);
	nft_rule_end(&r);
	r = host_if_mark(b, h, answer, INNER_PASSED);
	nft_set_mark(&r, 0);
	nft_verdict(&r, NF_ACCEPT);
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
	nft_reject(&r, NFT_REJECT_ICMPX_UNREACH, NFT_REJECT_ICMPX_PORT_UNREACH);
	nft_rule_end(&r);
}

/* ---- catch --------------------------------------------------------------- */

/* A program takes the largest segment that the way to the server allows.  The
 * way is another one now, through "lo": the agent may send larger ones.  This
 * option is the first one in what Linux sends. */
static void host_allow_large(struct nl_batch *b, const struct host_rules *h,
			     const struct nft_chain *catch)
{
	const struct nft_at option = { NFT_PAYLOAD_TRANSPORT_HEADER, 20, 2 };
	const struct nft_at value = { NFT_PAYLOAD_TRANSPORT_HEADER, 22, 2 };
	static const uint8_t kind_and_length[] = { 2, 4 };
	const uint16_t large = htons(MSS);
	struct nft_rule r = host_if_mark(b, h, catch, INNER_CONNECTED);

	host_if_meta(&r, NFT_META_SKUID, NFT_CMP_EQ, h->uid);
	nft_load_payload(&r, &option);
	nft_compare(&r, NFT_CMP_EQ, kind_and_length, sizeof kind_and_length);
	nft_set_bytes(&r, &value, &large);
	nft_rule_end(&r);
}

/* Where there are more agents than queues, some have the same mark. */
static void host_catch(struct nl_batch *b, const struct host_rules *h,
		       const struct nft_chain *catch)
{
	struct nft_rule r = host_if_mark(b, h, catch, INNER_CONNECTED);

	host_if_meta(&r, NFT_META_SKUID, NFT_CMP_EQ, h->uid);
	nft_set_mark(&r, 0);
	nft_redirect(&r, htons(h->port));
	nft_rule_end(&r);
}

static struct host_chains host_chains(const char *table)
{
	const unsigned out = NF_INET_LOCAL_OUT;

	return (struct host_chains){
		.hold = { table, "hold", "filter", out, -150 },
		.answer = { table, "answer", "filter", out, -140 },
		.catch = { table, "catch", "nat", out, -100 },
		.back = { table, "back", "nat", NF_INET_POST_ROUTING, 100 },
		.covered4 = { table, "covered4", 4 },
		.covered6 = { table, "covered6", 16 },
	};
}

void host_rules_fill(struct nl_batch *b, const struct host_rules *h,
		     const struct ranges *ranges)
{
	char table[HOST_TABLE];
	struct host_chains c = host_chains(table);

	host_table(h->uid, table);
	nl_batch_init(b);
	nl_batch_begin_all(b, NFNL_SUBSYS_NFTABLES);
	nft_put_table(b, table, NFT_TABLE_F_OWNER);
	nft_put_set(b, &c.covered4);
	nft_put_set(b, &c.covered6);
	host_put_ranges(b, &c.covered4, ranges);
	host_put_ranges(b, &c.covered6, ranges);
	nft_put_chain(b, &c.hold);
	if (h->early)
		host_hold_not(b, h, &c.hold);
	host_hold(b, h, &c.hold, &c.covered4);
	host_hold(b, h, &c.hold, &c.covered6);
	if (h->hold != NFT_HOLD_NONE) {
		host_hold_back(b, h, &c.hold, AF_INET);
		host_hold_back(b, h, &c.hold, AF_INET6);
	}
	nft_put_chain(b, &c.answer);
	host_answer_errors(b, h, &c.answer);
	host_answer_passed(b, h, &c.answer);
	host_answer_strays(b, h, &c.answer);
	nft_put_chain(b, &c.catch);
	host_allow_large(b, h, &c.catch);
	host_catch(b, h, &c.catch);
	nft_put_chain(b, &c.back);
	nl_batch_end_all(b, NFNL_SUBSYS_NFTABLES);
}

void host_back_fill(struct nl_batch *b, const struct host_rules *h,
		    const struct addr *as)
{
	char table[HOST_TABLE];
	struct host_chains c = host_chains(table);
	struct nft_target from;
	struct nft_rule r;

	host_table(h->uid, table);
	nl_batch_init(b);
	nl_batch_begin_all(b, NFNL_SUBSYS_NFTABLES);
	nft_flush_chain(b, &c.back);
	if (as) {
		from = (struct nft_target){
			.family = as->family == AF_INET ? NFPROTO_IPV4 :
							  NFPROTO_IPV6,
			.iplen = as->family == AF_INET ? 4 : 16,
			.port = htons(as->port),
		};
		memcpy(from.ip, as->ip, sizeof from.ip);
		r = host_if_mark(b, h, &c.back, INNER_BACK);
		nft_snat(&r, &from);
		nft_rule_end(&r);
	}
	nl_batch_end_all(b, NFNL_SUBSYS_NFTABLES);
}

void host_cover_fill(struct nl_batch *b, const struct host_rules *h,
		     const struct ranges *ranges)
{
	char table[HOST_TABLE];
	struct host_chains c = host_chains(table);

	host_table(h->uid, table);
	nl_batch_init(b);
	nl_batch_begin_all(b, NFNL_SUBSYS_NFTABLES);
	nft_flush_set(b, &c.covered4);
	nft_flush_set(b, &c.covered6);
	host_put_ranges(b, &c.covered4, ranges);
	host_put_ranges(b, &c.covered6, ranges);
	nl_batch_end_all(b, NFNL_SUBSYS_NFTABLES);
}
