/* SPDX-License-Identifier: BSD-2-Clause */
/* tun.c - a network device that carries routes and nothing else. */
#include "intercept/tun.h"

#include "base/err.h"
#include "intercept/inner.h"
#include "intercept/nl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	METRIC = 1000,
	/* What is sent there goes to this machine, and so in segments as large
	 * as those of "lo": others cost a third of the throughput. */
	MTU = 65535,
};

static int tun_name(int fd, struct ifreq *r)
{
	*r = (struct ifreq){ .ifr_flags = IFF_TUN | IFF_NO_PI };
	memcpy(r->ifr_name, "adit%d", sizeof "adit%d");
	return ioctl(fd, TUNSETIFF, r);
}

static int tun_index(const struct ifreq *named, uint32_t *index)
{
	struct ifreq r = *named;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int ret = fd < 0 ? -1 : ioctl(fd, SIOCGIFINDEX, &r);

	*index = (uint32_t)r.ifr_ifindex;
	if (fd >= 0)
		close(fd);
	return ret;
}

int tun_open(uint32_t *index)
{
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK), saved;
	struct ifreq r;

	if (fd < 0 || (!tun_name(fd, &r) && !tun_index(&r, index)))
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static void tun_put_up(struct nl_batch *b, uint32_t index)
{
	struct nlmsghdr *h = nl_batch_next(b, RTM_NEWLINK, NLM_F_ACK);
	struct ifinfomsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	*m = (struct ifinfomsg){
		.ifi_index = (int)index,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	mnl_attr_put_u32(h, IFLA_MTU, MTU);
	nl_batch_add(b, h);
}

struct tun_own {
	uint8_t ip[16];
	size_t len;
};

static struct tun_own tun_own(int family)
{
	struct tun_own own = { .len = family == AF_INET ? 4 : 16 };

	inet_pton(family, family == AF_INET ? INNER_IPV4 : INNER_IPV6, own.ip);
	return own;
}

static void tun_put_address(struct nl_batch *b, uint32_t index, int family)
{
	const struct tun_own own = tun_own(family);
	struct nlmsghdr *h = nl_batch_next(b, RTM_NEWADDR,
					   NLM_F_ACK | NLM_F_CREATE);
	struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	*m = (struct ifaddrmsg){
		.ifa_family = (uint8_t)family,
		.ifa_prefixlen = (uint8_t)(8 * own.len),
		.ifa_flags = IFA_F_NODAD,
		.ifa_index = index,
		.ifa_scope = RT_SCOPE_UNIVERSE,
	};
	mnl_attr_put(h, IFA_LOCAL, own.len, own.ip);
	mnl_attr_put(h, IFA_ADDRESS, own.len, own.ip);
	nl_batch_add(b, h);
}

int tun_up(int netlink, uint32_t index)
{
	struct nl_batch b;

	nl_batch_init(&b);
	tun_put_up(&b, index);
	tun_put_address(&b, index, AF_INET);
	if (nl_run(netlink, &b))
		return ERR_SYS;
	nl_batch_init(&b);
	tun_put_address(&b, index, AF_INET6);
	return nl_run(netlink, &b) && errno != EACCES && errno != EOPNOTSUPP ?
		       ERR_SYS :
		       0;
}

/* Routes of several agents to one network differ in their metric; when the
 * agent that has the best one ends, the next one is used. */
static void tun_fill_route(struct nl_batch *b, unsigned type, unsigned flags,
			   const struct tun_route *r)
{
	const struct tun_own own = tun_own(r->net.base.family);
	struct nlmsghdr *h;
	struct rtmsg *m;

	nl_batch_init(b);
	h = nl_batch_next(b, type, NLM_F_ACK | flags);
	m = mnl_nlmsg_put_extra_header(h, sizeof *m);
	*m = (struct rtmsg){
		.rtm_family = (uint8_t)r->net.base.family,
		.rtm_dst_len = (uint8_t)r->net.bits,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = own.len == 4 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNICAST,
	};
	mnl_attr_put(h, RTA_DST, own.len, r->net.base.ip);
	mnl_attr_put_u32(h, RTA_OIF, r->index);
	mnl_attr_put_u32(h, RTA_PRIORITY, METRIC + r->number);
	mnl_attr_put(h, RTA_PREFSRC, own.len, own.ip);
	nl_batch_add(b, h);
}

int tun_add(int netlink, const struct tun_route *r)
{
	struct nl_batch b;

	tun_fill_route(&b, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, r);
	return nl_run(netlink, &b);
}

void tun_remove(int netlink, const struct tun_route *r)
{
	struct nl_batch b;

	tun_fill_route(&b, RTM_DELROUTE, 0, r);
	if (nl_run(netlink, &b))
		return; /* the kernel had a way of its own */
}

bool tun_is_needed(int netlink, const struct net *n)
{
	struct nl_batch b;
	struct nlmsghdr *h;
	struct rtmsg *m;

	nl_batch_init(&b);
	h = nl_batch_next(&b, RTM_GETROUTE, NLM_F_ACK);
	m = mnl_nlmsg_put_extra_header(h, sizeof *m);
	*m = (struct rtmsg){ .rtm_family = (uint8_t)n->base.family,
			     .rtm_dst_len = n->base.family == AF_INET ? 32 :
									128 };
	mnl_attr_put(h, RTA_DST, n->base.family == AF_INET ? 4 : 16,
		     n->base.ip);
	nl_batch_add(&b, h);
	return nl_run(netlink, &b) && errno == ENETUNREACH;
}
