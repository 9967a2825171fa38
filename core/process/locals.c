/* SPDX-License-Identifier: BSD-2-Clause */
/* locals.c - the addresses of this machine, by rtnetlink: getifaddrs would open
 * a socket for each question, which the sandbox refuses, and knows no
 * routes. */
#include "process/locals.h"

#include "base/err.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { ANSWER = 32768, TIMEOUT_S = 2, SEQUENCE = 7, TRIES = 4 };

/* Kinds of routes that deliver to this machine: for the addresses of an
 * interface; for what "ip route add local NET dev lo" has added; for the
 * anycast addresses of a router. */
static const struct dump {
	uint16_t type;
	uint8_t family, kind;
} dumps[] = {
	{ RTM_GETADDR, AF_UNSPEC, 0 },
	{ RTM_GETROUTE, AF_INET, RTN_LOCAL },
	{ RTM_GETROUTE, AF_INET6, RTN_LOCAL },
	{ RTM_GETROUTE, AF_INET6, RTN_ANYCAST },
};

/* A list that grows. */
struct locals_reading {
	struct net *item;
	size_t n, room;
	bool overtaken; /* addresses have changed while it was read */
};

int locals_open(void)
{
	struct sockaddr_nl at = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
			     RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE,
	};
	struct timeval timeout = { .tv_sec = TIMEOUT_S };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
	/* A router may have a million routes: the kernel picks ours out of
	 * them. */
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
	if (!bind(fd, (struct sockaddr *)&at, sizeof at))
		return fd;
	close(fd);
	return -1;
}

static int locals_ask(int sock, const struct dump *d)
{
	struct {
		struct nlmsghdr head;
		union {
			struct ifaddrmsg addr;
			struct rtmsg route;
		} body;
	} q = {
		.head = {
			.nlmsg_type = d->type,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			.nlmsg_seq = SEQUENCE,
		},
	};

	if (d->type == RTM_GETADDR) {
		q.head.nlmsg_len = NLMSG_LENGTH(sizeof q.body.addr);
		q.body.addr.ifa_family = d->family;
	} else {
		q.head.nlmsg_len = NLMSG_LENGTH(sizeof q.body.route);
		q.body.route.rtm_family = d->family;
		q.body.route.rtm_type = d->kind;
	}
	return send(sock, &q, q.head.nlmsg_len, 0) < 0 ? ERR_SYS : 0;
}

/* ---- what the kernel says ------------------------------------------------ */

struct attributes {
	uint8_t *p;
	size_t left;
};

static const struct rtattr *next_attribute(struct attributes *at)
{
	struct rtattr *a = (void *)at->p;
	size_t step;

	if (at->left < sizeof *a || a->rta_len < sizeof *a ||
	    a->rta_len > at->left)
		return NULL;
	step = MIN(RTA_ALIGN(a->rta_len), at->left);
	at->p += step;
	at->left -= step;
	return a;
}

static struct net address_of(const struct nlmsghdr *h)
{
	struct ifaddrmsg *m = NLMSG_DATA(h);
	size_t want = m->ifa_family == AF_INET ? 4 : 16;
	struct attributes at = { (uint8_t *)IFA_RTA(m), IFA_PAYLOAD(h) };
	struct net found = { .bits = (unsigned)want * 8 };
	const struct rtattr *a;

	while ((a = next_attribute(&at))) {
		bool local = a->rta_type == IFA_LOCAL;

		/* On a point-to-point link IFA_ADDRESS is the other end. */
		if ((!local &&
		     (a->rta_type != IFA_ADDRESS || found.base.family)) ||
		    RTA_PAYLOAD(a) != want)
			continue;
		found.base.family = m->ifa_family;
		memcpy(found.base.ip, RTA_DATA(a), want);
	}
	return found;
}

/* Of the tables that every packet goes through: another one may deliver all
 * there is to a transparent proxy, and no connection of ours gets there. */
static bool route_is_here(const struct rtmsg *m)
{
	return (m->rtm_type == RTN_LOCAL || m->rtm_type == RTN_ANYCAST) &&
	       (m->rtm_table == RT_TABLE_LOCAL ||
		m->rtm_table == RT_TABLE_MAIN ||
		m->rtm_table == RT_TABLE_DEFAULT) &&
	       (m->rtm_family == AF_INET || m->rtm_family == AF_INET6);
}

static struct net route_of(const struct nlmsghdr *h)
{
	struct rtmsg *m = NLMSG_DATA(h);
	size_t want = m->rtm_family == AF_INET ? 4 : 16;
	struct attributes at = { (uint8_t *)RTM_RTA(m), RTM_PAYLOAD(h) };
	struct net found = { .bits = m->rtm_dst_len };
	const struct rtattr *a;

	if (!route_is_here(m))
		return found;
	found.base.family = m->rtm_family;
	while ((a = next_attribute(&at)))
		if (a->rta_type == RTA_DST && RTA_PAYLOAD(a) == want)
			memcpy(found.base.ip, RTA_DATA(a), want);
	return found;
}

static int locals_keep(struct locals_reading *r, const struct net *net)
{
	struct net *more = r->item;

	if (!net->base.family)
		return 0;
	if (r->n == r->room)
		more = reallocarray(r->item, r->room * 2 + 32, sizeof *more);
	if (!more)
		return ERR_NOMEM;
	r->room += r->n == r->room ? r->room + 32 : 0;
	r->item = more;
	r->item[r->n++] = *net;
	return 0;
}

/* Whether it is about an address of this machine. */
static bool concerns_us(const struct nlmsghdr *h)
{
	switch (h->nlmsg_type) {
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return true;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return route_is_here(NLMSG_DATA(h));
	default:
		return false;
	}
}

static int end_of(const struct nlmsghdr *h)
{
	const struct nlmsgerr *e = NLMSG_DATA(h);

	/* A kernel without IPv6. */
	return e->error == -EAFNOSUPPORT || e->error == -EOPNOTSUPP ? 0 :
								      ERR_SYS;
}

/* 1: more follows; 0: that was all; an error. */
static int locals_take(const struct nlmsghdr *h, struct locals_reading *r)
{
	struct net net = { .bits = 0 };

	if (h->nlmsg_seq != SEQUENCE) {
		r->overtaken |= concerns_us(h);
		return 1;
	}
	if (h->nlmsg_type == NLMSG_ERROR)
		return end_of(h);
	r->overtaken |= h->nlmsg_flags & NLM_F_DUMP_INTR;
	if (h->nlmsg_type == NLMSG_DONE)
		return 0;
	if (h->nlmsg_type == RTM_NEWADDR)
		net = address_of(h);
	else if (h->nlmsg_type == RTM_NEWROUTE)
		net = route_of(h);
	return locals_keep(r, &net) ? ERR_NOMEM : 1;
}

static int read_dump(int sock, const struct dump *d, struct locals_reading *r)
{
	_Alignas(struct nlmsghdr) char buf[ANSWER];
	int ret = locals_ask(sock, d) ? ERR_SYS : 1;

	while (ret > 0) {
		struct nlmsghdr *h = (void *)buf;
		ssize_t n = recv(sock, buf, sizeof buf, 0);

		if (n < 0 && errno == ENOBUFS)
			r->overtaken = true;
		if (n < 0 && (errno == EINTR || errno == ENOBUFS))
			continue;
		if (n <= 0)
			ret = ERR_SYS;
		for (; ret > 0 && NLMSG_OK(h, (size_t)n); h = NLMSG_NEXT(h, n))
			ret = locals_take(h, r);
	}
	return ret;
}

static int locals_read_all(int sock, struct locals_reading *r)
{
	int ret = 0;

	r->n = 0;
	r->overtaken = false;
	for (size_t i = 0; i < ARRAY_LEN(dumps) && !ret; i++)
		ret = read_dump(sock, &dumps[i], r);
	return ret;
}

struct locals *locals_read(int sock)
{
	struct locals_reading r = { .n = 0 };
	struct locals *l = NULL;
	int ret = 0;

	for (int i = 0; i < TRIES && !ret; i++) {
		ret = locals_read_all(sock, &r);
		if (!r.overtaken)
			break;
	}
	if (!ret)
		l = calloc(1, sizeof *l + r.n * sizeof *r.item);
	if (l) {
		l->refs = 1;
		l->list = (struct gw_locals){ l->item, r.n };
		if (r.n)
			memcpy(l->item, r.item, r.n * sizeof *r.item);
	}
	free(r.item);
	return l;
}

bool locals_changed(int sock)
{
	_Alignas(struct nlmsghdr) char buf[4096];
	bool any = false;
	ssize_t n;

	while ((n = recv(sock, buf, sizeof buf, MSG_DONTWAIT)) > 0 ||
	       errno == ENOBUFS) {
		struct nlmsghdr *h = (void *)buf;

		any |= n <= 0;
		for (; n > 0 && NLMSG_OK(h, (size_t)n); h = NLMSG_NEXT(h, n))
			any |= concerns_us(h);
	}
	return any;
}

struct locals *locals_ref(struct locals *l)
{
	atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
	return l;
}

void locals_unref(struct locals *l)
{
	if (l &&
	    atomic_fetch_sub_explicit(&l->refs, 1, memory_order_acq_rel) == 1)
		free(l);
}
