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

enum { METRIC = 1000 };

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
	nl_batch_add(b, h);
}

static void tun_put_address(struct nl_batch *b, uint32_t index,
			    const struct in_addr *own)
{
	struct nlmsghdr *h =
		nl_batch_next(b, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE);
	struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	*m = (struct ifaddrmsg){
		.ifa_family = AF_INET,
		.ifa_prefixlen = 32,
		.ifa_index = index,
		.ifa_scope = RT_SCOPE_UNIVERSE,
	};
	mnl_attr_put(h, IFA_LOCAL, sizeof *own, own);
	mnl_attr_put(h, IFA_ADDRESS, sizeof *own, own);
	nl_batch_add(b, h);
}

/* Routes to one network differ in their metric; when the agent that has the
 * best one ends, the next one is used. */
static void tun_put_route(struct nl_batch *b, uint32_t index, unsigned number,
			  const struct in_addr *own)
{
	static const uint8_t net[4] = { 198, 18 };
	struct nlmsghdr *h = nl_batch_next(
		b, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	*m = (struct rtmsg){
		.rtm_family = AF_INET,
		.rtm_dst_len = 15,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = RT_SCOPE_LINK,
		.rtm_type = RTN_UNICAST,
	};
	mnl_attr_put(h, RTA_DST, sizeof net, net);
	mnl_attr_put_u32(h, RTA_OIF, index);
	mnl_attr_put_u32(h, RTA_PRIORITY, METRIC + number);
	mnl_attr_put(h, RTA_PREFSRC, sizeof *own, own);
	nl_batch_add(b, h);
}

int tun_up(int netlink, uint32_t index, unsigned number)
{
	struct in_addr own;
	struct nl_batch b;

	inet_pton(AF_INET, INNER_IPV4, &own);
	nl_batch_init(&b);
	tun_put_up(&b, index);
	tun_put_address(&b, index, &own);
	tun_put_route(&b, index, number, &own);
	return nl_run(netlink, &b);
}
