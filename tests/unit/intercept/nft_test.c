/* SPDX-License-Identifier: BSD-2-Clause */
/* nft_test.c - the requests that make a command's network, read back. */
#include "intercept/nft.h"

#include "intercept/inner.h"
#include "intercept/nl.h"
#include "intercept/rtnl.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "suite.h"

static unsigned types[8]; /* of NFT_MSG_NEW*, how many */
static unsigned queues, targets;
static char last[32]; /* expression of the rule read last */

static int on_expression(const struct nlattr *a, void *ctx)
{
	(void)ctx;
	if (mnl_attr_get_type(a) != NFTA_EXPR_NAME)
		return MNL_CB_OK;
	strncpy(last, mnl_attr_get_str(a), sizeof last - 1);
	queues += !strcmp(last, "queue");
	targets += !strcmp(last, "target");
	return MNL_CB_OK;
}

static int on_list(const struct nlattr *a, void *ctx)
{
	return mnl_attr_parse_nested(a, on_expression, ctx);
}

static int on_rule(const struct nlattr *a, void *ctx)
{
	return mnl_attr_get_type(a) == NFTA_RULE_EXPRESSIONS ?
		       mnl_attr_parse_nested(a, on_list, ctx) :
		       MNL_CB_OK;
}

/* One message after the other, to the last byte; all are numbered. */
static void read_back(const struct nl_batch *b)
{
	const struct nlmsghdr *h = (const void *)b->data.bytes;
	int left = (int)b->len;
	uint32_t seq = 0;

	memset(types, 0, sizeof types);
	queues = targets = 0;
	for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
		ck_assert_uint_eq(h->nlmsg_seq, ++seq);
		if (h->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES)
			continue;
		types[h->nlmsg_type & 7]++;
		if ((h->nlmsg_type & 255) == NFT_MSG_NEWRULE)
			ck_assert_int_gt(mnl_attr_parse(h,
							sizeof(struct nfgenmsg),
							on_rule, NULL),
					 MNL_CB_ERROR);
	}
	ck_assert_int_eq(left, 0);
	ck_assert_uint_eq(seq, b->seq);
	ck_assert_uint_lt(b->len, NL_BATCH_BYTES);
}

static unsigned rules_made(const struct nft_rules *rules)
{
	struct nl_batch b;

	nft_fill(&b, rules);
	read_back(&b);
	ck_assert_uint_eq(types[NFT_MSG_NEWTABLE], 1);
	ck_assert_uint_eq(types[NFT_MSG_NEWCHAIN], 2);
	return types[NFT_MSG_NEWRULE];
}

static unsigned rules_of(enum nft_hold hold, bool ipv6)
{
	const struct nft_rules rules = { .hold = hold, .ipv6 = ipv6 };

	return rules_made(&rules);
}

START_TEST(what_holds)
{
	unsigned none = rules_of(NFT_HOLD_NONE, true);

	ck_assert_uint_eq(queues + targets, 0);
	ck_assert_uint_eq(rules_of(NFT_HOLD_QUEUE, true), none + 1);
	ck_assert_uint_eq(queues, 1);
	ck_assert_uint_eq(targets, 0);
	ck_assert_uint_eq(rules_of(NFT_HOLD_TARGET, true), none + 1);
	ck_assert_uint_eq(queues, 0);
	ck_assert_uint_eq(targets, 1);
}
END_TEST

/* Connections to the machine itself wait for its answer in any case. */
START_TEST(what_holds_early)
{
	struct nft_rules rules = { .early = true, .ipv6 = true };
	unsigned none = rules_of(NFT_HOLD_NONE, true);

	ck_assert_uint_eq(rules_made(&rules), none + 2);
	ck_assert_uint_eq(queues, 2);
	rules.hold = NFT_HOLD_NONE;
	ck_assert_uint_eq(rules_made(&rules), none);
}
END_TEST

/* Own address, echo, inner listener, agent: of IPv6 too. */
START_TEST(families)
{
	ck_assert_uint_eq(rules_of(NFT_HOLD_QUEUE, true),
			  rules_of(NFT_HOLD_QUEUE, false) + 4);
}
END_TEST

/* The device is up, and has an address, before the route needs it. */
START_TEST(network)
{
	static const int of[] = { AF_INET, AF_INET6 };
	static const uint16_t want[] = { RTM_NEWLINK, RTM_NEWADDR,
					 RTM_NEWROUTE };
	struct nl_batch b;

	for (size_t i = 0; i < 2; i++) {
		const struct nlmsghdr *h;
		const struct rtmsg *m;
		int left;

		rtnl_fill(&b, of[i]);
		ck_assert_uint_eq(b.requests, 3);
		h = (const void *)b.data.bytes;
		left = (int)b.len;
		for (size_t n = 0; n < 3; n++) {
			ck_assert(mnl_nlmsg_ok(h, left));
			ck_assert_uint_eq(h->nlmsg_type, want[n]);
			m = mnl_nlmsg_get_payload(h);
			h = mnl_nlmsg_next(h, &left);
		}
		ck_assert_int_eq(m->rtm_family, of[i]);
		ck_assert_int_eq(m->rtm_type, RTN_LOCAL);
		ck_assert_int_eq(m->rtm_dst_len, 0);
	}
}
END_TEST

SUITE("nft", what_holds, what_holds_early, families, network)
