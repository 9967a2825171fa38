/* SPDX-License-Identifier: BSD-2-Clause */
/* rtnl.c - the one network device of a command's network.
 *
 * The default route is of type "local" and not "unicast": packets to any
 * address arrive here, UDP is refused at once instead of vanishing, and IPv4
 * sockets may be bound to any address. */
#include "intercept/rtnl.h"

#include "intercept/inner.h"
#include "intercept/nl.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

struct own_address {
	uint8_t ip[16];
	size_t len;
};

static struct own_address own_address(int family)
{
	struct own_address a = { .len = family == AF_INET ? 4 : 16 };

	inet_pton(family, family == AF_INET ? INNER_IPV4 : INNER_IPV6, a.ip);
	return a;
}

static void rtnl_put_up(struct nl_batch *b)
{
	struct nlmsghdr *h = nl_batch_next(b, RTM_NEWLINK, NLM_F_ACK);
	struct ifinfomsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	*m = (struct ifinfomsg){
		.ifi_index = INNER_LOOPBACK,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	nl_batch_add(b, h);
}

static void rtnl_put_address(struct nl_batch *b, int family,
			     const struct own_address *own)
{
	struct nlmsghdr *h = nl_batch_next(
		b, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
	struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	*m = (struct ifaddrmsg){
		.ifa_family = (uint8_t)family,
		.ifa_prefixlen = (uint8_t)(8 * own->len),
		.ifa_flags = IFA_F_NODAD | IFA_F_PERMANENT,
		.ifa_index = INNER_LOOPBACK,
	};
	mnl_attr_put(h, IFA_LOCAL, own->len, own->ip);
	mnl_attr_put(h, IFA_ADDRESS, own->len, own->ip);
	nl_batch_add(b, h);
}

static void rtnl_put_route(struct nl_batch *b, int family,
			   const struct own_address *own)
{
	struct nlmsghdr *h = nl_batch_next(
		b, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	*m = (struct rtmsg){
		.rtm_family = (uint8_t)family,
		.rtm_table = RT_TABLE_LOCAL,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = RT_SCOPE_HOST,
		.rtm_type = RTN_LOCAL,
	};
	mnl_attr_put_u32(h, RTA_OIF, INNER_LOOPBACK);
	mnl_attr_put(h, RTA_PREFSRC, own->len, own->ip);
	nl_batch_add(b, h);
}

void rtnl_fill(struct nl_batch *b, int family)
{
	struct own_address own = own_address(family);

	nl_batch_init(b);
	rtnl_put_up(b);
	rtnl_put_address(b, family, &own);
	rtnl_put_route(b, family, &own);
}
