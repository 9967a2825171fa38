/* SPDX-License-Identifier: BSD-2-Clause */
/* locals.c - the addresses of this machine, by rtnetlink: getifaddrs would open
 * a socket for each question, which the sandbox refuses. */
#include "gateway/locals.h"

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

enum { LOCALS_MAX = 4096, ANSWER = 32768, PATIENCE_S = 2, SEQUENCE = 7 };

int locals_open(void)
{
	struct sockaddr_nl at = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
	};
	struct timeval patience = { .tv_sec = PATIENCE_S };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (!bind(fd, (struct sockaddr *)&at, sizeof at))
		return fd;
	close(fd);
	return -1;
}

static int ask(int sock)
{
	struct {
		struct nlmsghdr head;
		struct ifaddrmsg body;
	} q = {
		.head = {
			.nlmsg_len = sizeof q, .nlmsg_type = RTM_GETADDR,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			.nlmsg_seq = SEQUENCE,
		},
	};

	return send(sock, &q, sizeof q, 0) < 0 ? ERR_SYS : 0;
}

static struct addr address_of(const struct nlmsghdr *h)
{
	struct ifaddrmsg *m = NLMSG_DATA(h);
	size_t want = m->ifa_family == AF_INET ? 4 : 16;
	uint8_t *p = (uint8_t *)IFA_RTA(m);
	size_t left = IFA_PAYLOAD(h), step;
	struct addr found = { 0 };

	for (; left >= sizeof(struct rtattr); p += step, left -= step) {
		struct rtattr *a = (void *)p;
		bool local = a->rta_type == IFA_LOCAL;

		step = RTA_ALIGN(a->rta_len);
		if (a->rta_len < sizeof *a || step > left)
			break;
		/* On a point-to-point link IFA_ADDRESS is the other end. */
		if ((!local && (a->rta_type != IFA_ADDRESS || found.family)) ||
		    RTA_PAYLOAD(a) != want)
			continue;
		found.family = m->ifa_family;
		memcpy(found.ip, RTA_DATA(a), want);
	}
	return found;
}

/* 1: more follows; 0: that was all; an error. */
static int take(const struct nlmsghdr *h, struct locals *l)
{
	struct addr a;

	if (h->nlmsg_type == NLMSG_ERROR)
		return ERR_SYS;
	if (h->nlmsg_seq != SEQUENCE)
		return 1;
	if (h->nlmsg_type == NLMSG_DONE)
		return 0;
	if (h->nlmsg_type != RTM_NEWADDR)
		return 1;
	a = address_of(h);
	if (a.family && l->list.n < LOCALS_MAX)
		l->item[l->list.n++] = a;
	return 1;
}

struct locals *locals_read(int sock)
{
	struct locals *l = calloc(1, sizeof *l +
				  LOCALS_MAX * sizeof(struct addr)), *fit;
	_Alignas(struct nlmsghdr) char buf[ANSWER];
	int ret = l ? ask(sock) : ERR_NOMEM;

	if (!ret)
		ret = 1;
	while (ret > 0) {
		struct nlmsghdr *h = (void *)buf;
		ssize_t n = recv(sock, buf, sizeof buf, 0);

		if (n < 0 && (errno == EINTR || errno == ENOBUFS))
			continue;
		if (n <= 0)
			ret = ERR_SYS;
		for (; ret > 0 && NLMSG_OK(h, (size_t)n); h = NLMSG_NEXT(h, n))
			ret = take(h, l);
	}
	if (ret) {
		free(l);
		return NULL;
	}
	fit = realloc(l, sizeof *l + l->list.n * sizeof(struct addr));
	l = fit ? fit : l;
	l->refs = 1;
	l->list.item = l->item;
	return l;
}

bool locals_changed(int sock)
{
	char buf[4096];
	bool any = false;

	while (recv(sock, buf, sizeof buf, MSG_DONTWAIT) > 0 ||
	       errno == ENOBUFS)
		any = true;
	return any;
}

struct locals *locals_ref(struct locals *l)
{
	atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
	return l;
}

void locals_unref(struct locals *l)
{
	if (l && atomic_fetch_sub_explicit(&l->refs, 1,
					   memory_order_acq_rel) == 1)
		free(l);
}
