/* SPDX-License-Identifier: BSD-2-Clause */
/* network.c - what happens to this machine's network: rtnetlink. */
#include "agent/network.h"

#include "base/err.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

static const double SETTLE_S = 0.05; /* changes come in groups */
enum {
	APART_US = 500000,
	READ_MAX = 32768,
	READS = 16, /* then others have their turn */
	GROUPS = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
		 RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE,
};

/* ---- what has happened ----------------------------------------------- */

static int on_link_attr(const struct nlattr *a, void *ctx)
{
	bool *is_scan = ctx;

	*is_scan |= mnl_attr_get_type(a) == IFLA_WIRELESS;
	return MNL_CB_OK;
}

/* An interface that has lost its carrier is no news: it may be back before
 * anybody misses it. */
static enum network_news news_of_link(const struct nlmsghdr *h)
{
	const struct ifinfomsg *m = mnl_nlmsg_get_payload(h);
	bool is_scan = false;

	if (!(m->ifi_flags & IFF_UP) || !(m->ifi_flags & IFF_RUNNING) ||
	    m->ifi_flags & IFF_LOOPBACK)
		return NETWORK_NONE;
	if (mnl_attr_parse(h, sizeof *m, on_link_attr, &is_scan) < 0)
		return NETWORK_NONE;
	return is_scan ? NETWORK_NONE : NETWORK_CAME;
}

static enum network_news news_of_address(const struct nlmsghdr *h)
{
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);

	if (m->ifa_scope == RT_SCOPE_HOST)
		return NETWORK_NONE;
	if (h->nlmsg_type == RTM_DELADDR)
		return NETWORK_CHANGE;
	/* A tentative address cannot be used yet; the kernel sends another
	 * message when it can. */
	return m->ifa_flags & IFA_F_TENTATIVE ? NETWORK_NONE : NETWORK_CAME;
}

static enum network_news news_of_route(const struct nlmsghdr *h)
{
	const struct rtmsg *m = mnl_nlmsg_get_payload(h);

	if (m->rtm_flags & RTM_F_CLONED || m->rtm_table == RT_TABLE_LOCAL)
		return NETWORK_NONE;
	return h->nlmsg_type == RTM_NEWROUTE ? NETWORK_CAME : NETWORK_CHANGE;
}

enum network_news network_news_of(const struct nlmsghdr *h)
{
	size_t n = mnl_nlmsg_get_payload_len(h);

	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
		return n < sizeof(struct ifinfomsg) ? NETWORK_NONE :
						      news_of_link(h);
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return n < sizeof(struct ifaddrmsg) ? NETWORK_NONE :
						      news_of_address(h);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return n < sizeof(struct rtmsg) ? NETWORK_NONE :
						  news_of_route(h);
	default:
		return NETWORK_NONE;
	}
}

static int network_on_message(const struct nlmsghdr *h, void *ctx)
{
	struct network *n = ctx;

	n->news = MAX(n->news, network_news_of(h));
	return MNL_CB_OK;
}

static void network_on_settled(struct ev_loop *ev, ev_timer *w, int events)
{
	struct network *n = w->data;
	enum network_news news = n->news;

	(void)ev;
	(void)events;
	n->news = NETWORK_NONE;
	n->told_us = loop_now_us(n->loop);
	n->changed(n, news);
}

static void network_settle(struct network *n)
{
	uint64_t next = n->told_us + APART_US, now = loop_now_us(n->loop);
	double wait = next > now ? (double)(next - now) / 1e6 : 0.;

	if (n->news == NETWORK_NONE || ev_is_active(&n->settle))
		return;
	ev_timer_set(&n->settle, MAX(wait, SETTLE_S), 0.);
	ev_timer_start(n->loop->ev, &n->settle);
}

static void network_on_event(struct ev_loop *ev, ev_io *w, int events)
{
	struct network *n = w->data;
	_Alignas(struct nlmsghdr) char buf[READ_MAX];
	ssize_t len = 1;

	(void)ev;
	(void)events;
	for (int i = 0; i < READS && len > 0; i++) {
		len = mnl_socket_recvfrom(n->events, buf, sizeof buf);
		if (len > 0)
			mnl_cb_run(buf, (size_t)len, 0, 0, network_on_message,
				   n);
		else if (len < 0 && errno == ENOBUFS)
			n->news = NETWORK_CAME; /* messages were lost */
	}
	network_settle(n);
}

/* ---- how it is now --------------------------------------------------- */

struct route {
	unsigned type, device;
};

static int on_route_attr(const struct nlattr *a, void *ctx)
{
	struct route *r = ctx;

	if (mnl_attr_get_type(a) == RTA_OIF &&
	    mnl_attr_validate(a, MNL_TYPE_U32) >= 0)
		r->device = mnl_attr_get_u32(a);
	return MNL_CB_OK;
}

static int on_route(const struct nlmsghdr *h, void *ctx)
{
	const struct rtmsg *m = mnl_nlmsg_get_payload(h);
	struct route *r = ctx;

	if (h->nlmsg_type != RTM_NEWROUTE)
		return MNL_CB_OK;
	r->type = m->rtm_type;
	return mnl_attr_parse(h, sizeof *m, on_route_attr, r) < 0 ?
		       MNL_CB_ERROR :
		       MNL_CB_STOP;
}

static struct nlmsghdr *network_question(struct network *n, char *buf,
					 const struct addr *from,
					 const struct addr *to)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
	size_t len = to->family == AF_INET6 ? 16 : 4;

	h->nlmsg_type = RTM_GETROUTE;
	h->nlmsg_flags = NLM_F_REQUEST;
	h->nlmsg_seq = ++n->seq;
	m->rtm_family = (unsigned char)to->family;
	m->rtm_dst_len = (unsigned char)(len * 8);
	mnl_attr_put(h, RTA_DST, len, to->ip);
	if (from) {
		m->rtm_src_len = m->rtm_dst_len;
		mnl_attr_put(h, RTA_SRC, len, from->ip);
	}
	if (to->scope)
		mnl_attr_put_u32(h, RTA_OIF, to->scope);
	return h;
}

/* Asks the kernel for the route.  Type RTN_UNSPEC: there is none. */
static struct route network_ask(struct network *n, const struct addr *from,
				const struct addr *to)
{
	_Alignas(struct nlmsghdr) char buf[READ_MAX];
	struct nlmsghdr *h = network_question(n, buf, from, to);
	struct route r = { 0 };
	ssize_t len = mnl_socket_sendto(n->questions, h, h->nlmsg_len);

	/* The kernel answers before sendto(2) returns. */
	if (len > 0)
		len = mnl_socket_recvfrom(n->questions, buf, sizeof buf);
	if (len > 0 &&
	    mnl_cb_run(buf, (size_t)len, n->seq,
		       mnl_socket_get_portid(n->questions), on_route, &r) < 0)
		r = (struct route){ 0 };
	return r;
}

static unsigned device_of(struct network *n, const struct addr *from,
			  const struct addr *to)
{
	struct route r;

	/* For IPv6 the kernel does not check whether `from` is its own. */
	if (network_ask(n, NULL, from).type != RTN_LOCAL)
		return 0;
	r = network_ask(n, from, to);
	return r.type == RTN_UNICAST || r.type == RTN_LOCAL ? r.device : 0;
}

struct network_way network_way(struct network *n, int fd)
{
	struct network_way w = { .from = addr_local(fd), .to = addr_peer(fd) };

	if (n->questions && w.from.family && w.to.family)
		w.device = device_of(n, &w.from, &w.to);
	return w;
}

bool network_is_cut(struct network *n, const struct network_way *before)
{
	return before->device &&
	       device_of(n, &before->from, &before->to) != before->device;
}

/* ---- made and freed -------------------------------------------------- */

static struct mnl_socket *open_socket(unsigned groups)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE,
						 SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (nl && mnl_socket_bind(nl, groups, MNL_SOCKET_AUTOPID)) {
		mnl_socket_close(nl);
		nl = NULL;
	}
	return nl;
}

int network_init(struct network *n, struct loop *loop,
		 void (*changed)(struct network *, enum network_news))
{
	*n = (struct network){ .loop = loop, .changed = changed };
	ev_init(&n->settle, network_on_settled);
	n->settle.data = n;
	n->questions = open_socket(0);
	n->events = n->questions ? open_socket(GROUPS) : NULL;
	if (!n->events) {
		network_fini(n);
		return ERR_SYS;
	}
	ev_io_init(&n->io, network_on_event, mnl_socket_get_fd(n->events),
		   EV_READ);
	n->io.data = n;
	ev_io_start(loop->ev, &n->io);
	return 0;
}

void network_fini(struct network *n)
{
	if (!n->loop)
		return;
	ev_timer_stop(n->loop->ev, &n->settle);
	if (n->events) {
		ev_io_stop(n->loop->ev, &n->io);
		mnl_socket_close(n->events);
	}
	if (n->questions)
		mnl_socket_close(n->questions);
	n->events = n->questions = NULL;
}
