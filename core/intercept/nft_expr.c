/* SPDX-License-Identifier: BSD-2-Clause */
/* nft_expr.c - writes the requests of nftables. */
#include "intercept/nft_expr.h"

#include "intercept/nl.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/xt_NFQUEUE.h>
#include <string.h>

static void nft_put_u32(struct nlmsghdr *h, unsigned type, uint32_t value)
{
	mnl_attr_put_u32(h, (uint16_t)type, htonl(value));
}

static void nft_put_u16(struct nlmsghdr *h, unsigned type, uint16_t value)
{
	mnl_attr_put_u16(h, (uint16_t)type, htons(value));
}

static struct nlmsghdr *nft_begin(struct nl_batch *b, unsigned message,
				  unsigned flags)
{
	const struct nfnl_about about = {
		.subsystem = NFNL_SUBSYS_NFTABLES,
		.message = message,
		.family = NFPROTO_INET,
	};

	return nl_batch_next_nfnl(b, &about, NLM_F_ACK | NLM_F_CREATE | flags);
}

void nft_put_table(struct nl_batch *b, const char *table, unsigned flags)
{
	struct nlmsghdr *h = nft_begin(b, NFT_MSG_NEWTABLE, 0);

	mnl_attr_put_strz(h, NFTA_TABLE_NAME, table);
	nft_put_u32(h, NFTA_TABLE_FLAGS, flags);
	nl_batch_add(b, h);
}

void nft_put_chain(struct nl_batch *b, const struct nft_chain *c)
{
	struct nlmsghdr *h = nft_begin(b, NFT_MSG_NEWCHAIN, 0);
	struct nlattr *hook;

	mnl_attr_put_strz(h, NFTA_CHAIN_TABLE, c->table);
	mnl_attr_put_strz(h, NFTA_CHAIN_NAME, c->name);
	mnl_attr_put_strz(h, NFTA_CHAIN_TYPE, c->type);
	hook = mnl_attr_nest_start(h, NFTA_CHAIN_HOOK);
	nft_put_u32(h, NFTA_HOOK_HOOKNUM, c->hook);
	nft_put_u32(h, NFTA_HOOK_PRIORITY, (uint32_t)c->priority);
	mnl_attr_nest_end(h, hook);
	nl_batch_add(b, h);
}

void nft_flush_chain(struct nl_batch *b, const struct nft_chain *c)
{
	struct nlmsghdr *h = nft_begin(b, NFT_MSG_DELRULE, 0);

	h->nlmsg_flags &= (uint16_t)~NLM_F_CREATE;
	mnl_attr_put_strz(h, NFTA_RULE_TABLE, c->table);
	mnl_attr_put_strz(h, NFTA_RULE_CHAIN, c->name);
	nl_batch_add(b, h);
}

/* ---- sets ---------------------------------------------------------------- */

void nft_put_set(struct nl_batch *b, const struct nft_set *s)
{
	/* What nft(8) shows the elements as: ipv4_addr, ipv6_addr. */
	enum { IPV4 = 7, IPV6 = 8 };
	struct nlmsghdr *h = nft_begin(b, NFT_MSG_NEWSET, 0);

	mnl_attr_put_strz(h, NFTA_SET_TABLE, s->table);
	mnl_attr_put_strz(h, NFTA_SET_NAME, s->name);
	nft_put_u32(h, NFTA_SET_FLAGS, NFT_SET_INTERVAL);
	nft_put_u32(h, NFTA_SET_KEY_TYPE, s->len == 4 ? IPV4 : IPV6);
	nft_put_u32(h, NFTA_SET_KEY_LEN, s->len);
	nft_put_u32(h, NFTA_SET_ID, s->len);
	nl_batch_add(b, h);
}

void nft_flush_set(struct nl_batch *b, const struct nft_set *s)
{
	struct nlmsghdr *h = nft_begin(b, NFT_MSG_DELSETELEM, 0);

	h->nlmsg_flags &= (uint16_t)~NLM_F_CREATE;
	mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_TABLE, s->table);
	mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_SET, s->name);
	nl_batch_add(b, h);
}

struct nft_elements nft_elements(struct nl_batch *b, const struct nft_set *s)
{
	struct nft_elements e = {
		.batch = b,
		.message = nft_begin(b, NFT_MSG_NEWSETELEM, 0),
		.len = s->len,
	};

	mnl_attr_put_strz(e.message, NFTA_SET_ELEM_LIST_TABLE, s->table);
	mnl_attr_put_strz(e.message, NFTA_SET_ELEM_LIST_SET, s->name);
	e.list = mnl_attr_nest_start(e.message, NFTA_SET_ELEM_LIST_ELEMENTS);
	return e;
}

static void nft_put_bound(struct nft_elements *e, const uint8_t *at,
			  unsigned flags)
{
	struct nlattr *element = mnl_attr_nest_start(e->message,
						     NFTA_LIST_ELEM);
	struct nlattr *key;

	if (flags)
		nft_put_u32(e->message, NFTA_SET_ELEM_FLAGS, flags);
	key = mnl_attr_nest_start(e->message, NFTA_SET_ELEM_KEY);
	mnl_attr_put(e->message, NFTA_DATA_VALUE, e->len, at);
	mnl_attr_nest_end(e->message, key);
	mnl_attr_nest_end(e->message, element);
}

void nft_put_range(struct nft_elements *e, const uint8_t *first,
		   const uint8_t *end)
{
	nft_put_bound(e, first, 0);
	if (end)
		nft_put_bound(e, end, NFT_SET_ELEM_INTERVAL_END);
}

void nft_elements_end(struct nft_elements *e)
{
	mnl_attr_nest_end(e->message, e->list);
	nl_batch_add(e->batch, e->message);
}

/* ---- rules --------------------------------------------------------------- */

struct nft_rule nft_rule(struct nl_batch *b, const struct nft_chain *c)
{
	struct nft_rule r = {
		.batch = b,
		.message = nft_begin(b, NFT_MSG_NEWRULE, NLM_F_APPEND),
	};

	mnl_attr_put_strz(r.message, NFTA_RULE_TABLE, c->table);
	mnl_attr_put_strz(r.message, NFTA_RULE_CHAIN, c->name);
	r.list = mnl_attr_nest_start(r.message, NFTA_RULE_EXPRESSIONS);
	return r;
}

void nft_rule_end(struct nft_rule *r)
{
	mnl_attr_nest_end(r->message, r->list);
	nl_batch_add(r->batch, r->message);
}

/* ---- expressions --------------------------------------------------------- */

/* An expression in the list of a rule, which is open until nft_close. */
struct nft_expr {
	struct nlmsghdr *message;
	struct nlattr *element, *data;
};

static struct nft_expr nft_open(struct nft_rule *r, const char *name)
{
	struct nft_expr e = { .message = r->message };

	e.element = mnl_attr_nest_start(e.message, NFTA_LIST_ELEM);
	mnl_attr_put_strz(e.message, NFTA_EXPR_NAME, name);
	e.data = mnl_attr_nest_start(e.message, NFTA_EXPR_DATA);
	return e;
}

static void nft_close(struct nft_expr *e)
{
	mnl_attr_nest_end(e->message, e->data);
	mnl_attr_nest_end(e->message, e->element);
}

static void nft_put_value(struct nft_expr *e, unsigned type, const void *p,
			  size_t n)
{
	struct nlattr *a = mnl_attr_nest_start(e->message, (uint16_t)type);

	mnl_attr_put(e->message, NFTA_DATA_VALUE, n, p);
	mnl_attr_nest_end(e->message, a);
}

void nft_load_payload(struct nft_rule *r, const struct nft_at *at)
{
	struct nft_expr e = nft_open(r, "payload");

	nft_put_u32(e.message, NFTA_PAYLOAD_DREG, NFT_REG_1);
	nft_put_u32(e.message, NFTA_PAYLOAD_BASE, at->base);
	nft_put_u32(e.message, NFTA_PAYLOAD_OFFSET, at->offset);
	nft_put_u32(e.message, NFTA_PAYLOAD_LEN, at->len);
	nft_close(&e);
}

void nft_load_meta(struct nft_rule *r, unsigned key)
{
	struct nft_expr e = nft_open(r, "meta");

	nft_put_u32(e.message, NFTA_META_DREG, NFT_REG_1);
	nft_put_u32(e.message, NFTA_META_KEY, key);
	nft_close(&e);
}

void nft_need_socket(struct nft_rule *r)
{
	struct nft_expr e = nft_open(r, "socket");

	nft_put_u32(e.message, NFTA_SOCKET_KEY, NFT_SOCKET_WILDCARD);
	nft_put_u32(e.message, NFTA_SOCKET_DREG, NFT_REG_1);
	nft_close(&e);
}

void nft_mask(struct nft_rule *r, const void *mask, size_t n)
{
	static const uint8_t none[16];
	struct nft_expr e = nft_open(r, "bitwise");

	nft_put_u32(e.message, NFTA_BITWISE_SREG, NFT_REG_1);
	nft_put_u32(e.message, NFTA_BITWISE_DREG, NFT_REG_1);
	nft_put_u32(e.message, NFTA_BITWISE_LEN, (uint32_t)n);
	nft_put_value(&e, NFTA_BITWISE_MASK, mask, n);
	nft_put_value(&e, NFTA_BITWISE_XOR, none, n);
	nft_close(&e);
}

void nft_need_in_set(struct nft_rule *r, const struct nft_set *s)
{
	struct nft_expr e = nft_open(r, "lookup");

	mnl_attr_put_strz(e.message, NFTA_LOOKUP_SET, s->name);
	nft_put_u32(e.message, NFTA_LOOKUP_SREG, NFT_REG_1);
	nft_close(&e);
}

void nft_compare(struct nft_rule *r, unsigned how, const void *p, size_t n)
{
	struct nft_expr e = nft_open(r, "cmp");

	nft_put_u32(e.message, NFTA_CMP_SREG, NFT_REG_1);
	nft_put_u32(e.message, NFTA_CMP_OP, how);
	nft_put_value(&e, NFTA_CMP_DATA, p, n);
	nft_close(&e);
}

/* ---- ends of a rule ------------------------------------------------------ */

void nft_verdict(struct nft_rule *r, unsigned code)
{
	struct nft_expr e = nft_open(r, "immediate");
	struct nlattr *data, *verdict;

	nft_put_u32(e.message, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = mnl_attr_nest_start(e.message, NFTA_IMMEDIATE_DATA);
	verdict = mnl_attr_nest_start(e.message, NFTA_DATA_VERDICT);
	nft_put_u32(e.message, NFTA_VERDICT_CODE, code);
	mnl_attr_nest_end(e.message, verdict);
	mnl_attr_nest_end(e.message, data);
	nft_close(&e);
}

static void nft_load(struct nft_rule *r, unsigned reg, const void *p, size_t n)
{
	struct nft_expr e = nft_open(r, "immediate");

	nft_put_u32(e.message, NFTA_IMMEDIATE_DREG, reg);
	nft_put_value(&e, NFTA_IMMEDIATE_DATA, p, n);
	nft_close(&e);
}

void nft_set_mark(struct nft_rule *r, uint32_t mark)
{
	struct nft_expr e;

	nft_load(r, NFT_REG_1, &mark, sizeof mark);
	e = nft_open(r, "meta");
	nft_put_u32(e.message, NFTA_META_KEY, NFT_META_MARK);
	nft_put_u32(e.message, NFTA_META_SREG, NFT_REG_1);
	nft_close(&e);
}

void nft_set_bytes(struct nft_rule *r, const struct nft_at *at, const void *p)
{
	enum { TCP_CHECKSUM = 16 }; /* where it is in the header */
	struct nft_expr e;

	nft_load(r, NFT_REG_1, p, at->len);
	e = nft_open(r, "payload");
	nft_put_u32(e.message, NFTA_PAYLOAD_SREG, NFT_REG_1);
	nft_put_u32(e.message, NFTA_PAYLOAD_BASE, at->base);
	nft_put_u32(e.message, NFTA_PAYLOAD_OFFSET, at->offset);
	nft_put_u32(e.message, NFTA_PAYLOAD_LEN, at->len);
	nft_put_u32(e.message, NFTA_PAYLOAD_CSUM_TYPE, NFT_PAYLOAD_CSUM_INET);
	nft_put_u32(e.message, NFTA_PAYLOAD_CSUM_OFFSET, TCP_CHECKSUM);
	nft_close(&e);
}

void nft_redirect(struct nft_rule *r, uint16_t port)
{
	struct nft_expr e;

	nft_load(r, NFT_REG_1, &port, sizeof port);
	e = nft_open(r, "redir");
	nft_put_u32(e.message, NFTA_REDIR_REG_PROTO_MIN, NFT_REG_1);
	nft_close(&e);
}

void nft_snat(struct nft_rule *r, const struct nft_target *from)
{
	struct nft_expr e;

	nft_load(r, NFT_REG_1, from->ip, from->iplen);
	if (from->port)
		nft_load(r, NFT_REG_2, &from->port, sizeof from->port);
	e = nft_open(r, "nat");
	nft_put_u32(e.message, NFTA_NAT_TYPE, NFT_NAT_SNAT);
	nft_put_u32(e.message, NFTA_NAT_FAMILY, from->family);
	nft_put_u32(e.message, NFTA_NAT_REG_ADDR_MIN, NFT_REG_1);
	if (from->port)
		nft_put_u32(e.message, NFTA_NAT_REG_PROTO_MIN, NFT_REG_2);
	nft_close(&e);
}

void nft_tproxy(struct nft_rule *r, const struct nft_target *to)
{
	struct nft_expr e;

	nft_load(r, NFT_REG_1, to->ip, to->iplen);
	nft_load(r, NFT_REG_2, &to->port, sizeof to->port);
	e = nft_open(r, "tproxy");
	nft_put_u32(e.message, NFTA_TPROXY_FAMILY, to->family);
	nft_put_u32(e.message, NFTA_TPROXY_REG_ADDR, NFT_REG_1);
	nft_put_u32(e.message, NFTA_TPROXY_REG_PORT, NFT_REG_2);
	nft_close(&e);
}

void nft_reject(struct nft_rule *r, unsigned type, unsigned code)
{
	struct nft_expr e = nft_open(r, "reject");

	nft_put_u32(e.message, NFTA_REJECT_TYPE, type);
	mnl_attr_put_u8(e.message, NFTA_REJECT_ICMP_CODE, (uint8_t)code);
	nft_close(&e);
}

void nft_queue(struct nft_rule *r, uint16_t number)
{
	struct nft_expr e = nft_open(r, "queue");

	nft_put_u16(e.message, NFTA_QUEUE_NUM, number);
	nft_put_u16(e.message, NFTA_QUEUE_TOTAL, 1);
	nft_put_u16(e.message, NFTA_QUEUE_FLAGS, NFT_QUEUE_FLAG_BYPASS);
	nft_close(&e);
}

void nft_queue_target(struct nft_rule *r, uint16_t number)
{
	enum { REVISION = 3 };
	/* As long as the kernel aligns it. */
	union {
		struct xt_NFQ_info_v3 info;
		uint64_t align;
	} target = { .info = { .queuenum = number,
			       .queues_total = 1,
			       .flags = NFQ_FLAG_BYPASS } };
	struct nft_expr e = nft_open(r, "target");

	mnl_attr_put_strz(e.message, NFTA_TARGET_NAME, "NFQUEUE");
	nft_put_u32(e.message, NFTA_TARGET_REV, REVISION);
	mnl_attr_put(e.message, NFTA_TARGET_INFO, sizeof target, &target);
	nft_close(&e);
}
