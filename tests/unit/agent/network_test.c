/* SPDX-License-Identifier: BSD-2-Clause */
/* network_test.c - what messages of rtnetlink mean, and what the kernel says of
 * a way; changes themselves are tested end to end. */
#include "agent/network.h"

#include "net/sock.h"

#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static _Alignas(struct nlmsghdr) char buf[512];

static struct nlmsghdr *message(uint16_t type, const void *body, size_t n)
{
	struct nlmsghdr *h;

	memset(buf, 0, sizeof buf);
	h = mnl_nlmsg_put_header(buf);
	h->nlmsg_type = type;
	memcpy(mnl_nlmsg_put_extra_header(h, n), body, n);
	return h;
}

static enum network_news link_news(unsigned flags)
{
	struct ifinfomsg m = { .ifi_index = 2, .ifi_flags = flags };

	return network_news_of(message(RTM_NEWLINK, &m, sizeof m));
}

START_TEST(links)
{
	struct ifinfomsg up = { .ifi_flags = IFF_UP | IFF_RUNNING };
	struct nlmsghdr *h;

	ck_assert_int_eq(link_news(IFF_UP | IFF_RUNNING), NETWORK_CAME);
	ck_assert_int_eq(link_news(IFF_UP), NETWORK_NONE);
	ck_assert_int_eq(link_news(0), NETWORK_NONE);
	ck_assert_int_eq(link_news(IFF_UP | IFF_RUNNING | IFF_LOOPBACK),
			 NETWORK_NONE);
	h = message(RTM_NEWLINK, &up, sizeof up);
	mnl_attr_put_strz(h, IFLA_IFNAME, "wlan0");
	ck_assert_int_eq(network_news_of(h), NETWORK_CAME);
	mnl_attr_put_u32(h, IFLA_WIRELESS, 0);
	ck_assert_int_eq(network_news_of(h), NETWORK_NONE);
}
END_TEST

static enum network_news address_news(uint16_t type, unsigned char flags,
				      unsigned char scope)
{
	struct ifaddrmsg m = { .ifa_family = AF_INET6,
			       .ifa_flags = flags,
			       .ifa_scope = scope };

	return network_news_of(message(type, &m, sizeof m));
}

START_TEST(addresses)
{
	ck_assert_int_eq(address_news(RTM_NEWADDR, 0, 0), NETWORK_CAME);
	ck_assert_int_eq(address_news(RTM_NEWADDR, IFA_F_TENTATIVE, 0),
			 NETWORK_NONE);
	ck_assert_int_eq(address_news(RTM_DELADDR, 0, 0), NETWORK_CHANGE);
	ck_assert_int_eq(address_news(RTM_NEWADDR, 0, RT_SCOPE_HOST),
			 NETWORK_NONE);
	ck_assert_int_eq(address_news(RTM_DELADDR, 0, RT_SCOPE_HOST),
			 NETWORK_NONE);
}
END_TEST

static enum network_news route_news(uint16_t type, unsigned char table,
				    unsigned flags)
{
	struct rtmsg m = { .rtm_family = AF_INET,
			   .rtm_table = table,
			   .rtm_flags = flags };

	return network_news_of(message(type, &m, sizeof m));
}

START_TEST(routes)
{
	ck_assert_int_eq(route_news(RTM_NEWROUTE, RT_TABLE_MAIN, 0),
			 NETWORK_CAME);
	ck_assert_int_eq(route_news(RTM_DELROUTE, RT_TABLE_MAIN, 0),
			 NETWORK_CHANGE);
	ck_assert_int_eq(route_news(RTM_NEWROUTE, RT_TABLE_LOCAL, 0),
			 NETWORK_NONE);
	ck_assert_int_eq(route_news(RTM_NEWROUTE, RT_TABLE_MAIN, RTM_F_CLONED),
			 NETWORK_NONE);
}
END_TEST

START_TEST(others_and_torn_ones)
{
	static const uint16_t types[] = { RTM_NEWLINK, RTM_NEWADDR, RTM_DELADDR,
					  RTM_NEWROUTE, RTM_DELROUTE };
	char few[3] = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		ck_assert_int_eq(
			network_news_of(message(types[i], few, sizeof few)),
			NETWORK_NONE);
	ck_assert_int_eq(network_news_of(message(RTM_DELLINK, few, 0)),
			 NETWORK_NONE);
	ck_assert_int_eq(network_news_of(message(NLMSG_ERROR, few, 0)),
			 NETWORK_NONE);
}
END_TEST

static void on_changed(struct network *n, enum network_news news)
{
	(void)n;
	(void)news;
}

/* The kernel's own words, for a connection over the loopback device. */
static void ways(const char *host)
{
	struct loop loop;
	struct network n;
	struct addr at;
	struct network_way way, other;
	int l, fd;

	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(network_init(&n, &loop, on_changed), 0);
	ck_assert_int_eq(addr_parse(&at, host, 0), 0);
	l = tcp_listen(&at, 8, true);
	if (l >= 0) {
		at = addr_local(l);
		fd = tcp_connect(&at, NULL);
		way = network_way(&n, fd);
		ck_assert_uint_ne(way.device, 0);
		ck_assert(!network_is_cut(&n, &way));
		other = way;
		other.device++;
		ck_assert(network_is_cut(&n, &other));
		other = way;
		ck_assert_int_eq(addr_parse(&other.from,
					    at.family == AF_INET ?
						    "192.0.2.1" :
						    "2001:db8::1",
					    1),
				 0);
		ck_assert(network_is_cut(&n, &other));
		/* What was never known is never gone. */
		other.device = 0;
		ck_assert(!network_is_cut(&n, &other));
		close(fd);
		close(l);
	}
	network_fini(&n);
	loop_fini(&loop);
}

START_TEST(ways_of_ipv4)
{
	ways("127.0.0.1");
	ways("127.9.8.7");
}
END_TEST

START_TEST(ways_of_ipv6)
{
	ways("::1");
}
END_TEST

SUITE("network", links, addresses, routes, others_and_torn_ones, ways_of_ipv4,
      ways_of_ipv6)
