/* SPDX-License-Identifier: BSD-2-Clause */
/* netns.c - a process gives itself a network of its own. */
#include "intercept/netns.h"

#include "base/err.h"
#include "intercept/netns_mounts.h"
#include "intercept/nl.h"
#include "intercept/rtnl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

/* Into why[], unless the cause is known better.  ERR_SYS. */
static int netns_fail(struct netns *n, const char *what)
{
	snprintf(n->why, sizeof n->why,
		 "cannot make a network for the command: %s: %s", what,
		 strerror(errno));
	return ERR_SYS;
}

static int netns_refused(struct netns *n, bool made)
{
	const struct netns_refusal r = {
		.error = errno,
		.made = made,
		.root = "",
	};

	netns_cure(&r, n->why, sizeof n->why);
	return ERR_SYS;
}

/* 0, or -1 with errno. */
static int netns_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
	return n < 0 ? -1 : 0;
}

/* ---- users --------------------------------------------------------------- */

static int netns_map(const char *path, unsigned id)
{
	char text[64];

	snprintf(text, sizeof text, "%u %u 1", id, id);
	return netns_write(path, text);
}

/* Root needs no user namespace, and without one sudo and su work.  Where
 * root may not do it, in some containers, it is a user like others. */
static int netns_unshare(struct netns *n)
{
	unsigned uid = geteuid(), gid = getegid();

	n->user = uid || unshare(CLONE_NEWNET | CLONE_NEWNS);
	if (!n->user)
		return 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS))
		return netns_refused(n, false);
	if (netns_write("/proc/self/setgroups", "deny") ||
	    netns_map("/proc/self/uid_map", uid) ||
	    netns_map("/proc/self/gid_map", gid))
		return netns_refused(n, true);
	return 0;
}

/* ---- mounts -------------------------------------------------------------- */

/* What is mounted from now on stays here; what the system mounts comes in.
 * The folder ends with the last process, of which the agent hears. */
static int netns_mount(struct netns *n)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		return netns_refused(n, true);
	if (netns_mount_all(n->folder, n->user))
		return netns_fail(n, n->folder);
	return 0;
}

/* ---- the network --------------------------------------------------------- */

static int netns_route(struct netns *n)
{
	struct nl_batch b;
	int fd = nl_open(NETLINK_ROUTE), ret;

	if (fd < 0)
		return netns_fail(n, "netlink");
	rtnl_fill(&b, AF_INET);
	ret = nl_run(fd, &b);
	if (ret)
		netns_refused(n, true);
	rtnl_fill(&b, AF_INET6);
	n->ipv6 = !ret && !nl_run(fd, &b);
	close(fd);
	return ret;
}

/* Kernels differ in how a packet gets into a queue. */
static int netns_rules(struct netns *n)
{
	struct nft_rules rules = { .ipv6 = n->ipv6,
				   .hold = n->hold,
				   .early = n->early };
	enum nft_hold next = NFT_HOLD_QUEUE;
	struct nl_batch b;
	int fd = nl_open(NETLINK_NETFILTER), ret;

	if (fd < 0)
		return netns_fail(n, "nftables");
	nft_fill(&b, &rules);
	ret = nl_run(fd, &b);
	for (; ret && next <= NFT_HOLD_NONE; next++) {
		if (next == n->hold)
			continue;
		rules.hold = next;
		nft_fill(&b, &rules);
		ret = nl_run(fd, &b);
	}
	n->hold = rules.hold;
	if (ret)
		netns_fail(n, "nftables (does the kernel have nft_tproxy and "
			      "nft_socket?)");
	close(fd);
	return ret;
}

/* What would need a right that the command has not.  Where /proc/sys cannot be
 * written, it does without. */
static void netns_settings(void)
{
	char groups[64];

	snprintf(groups, sizeof groups, "%u %u", getegid(), getegid());
	if (netns_write("/proc/sys/net/ipv4/ping_group_range", groups) ||
	    netns_write("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0") ||
	    netns_write("/proc/sys/net/ipv6/ip_nonlocal_bind", "1"))
		return;
}

int netns_enter(struct netns *n)
{
	int ret = netns_unshare(n);

	if (!ret)
		ret = netns_mount(n);
	if (!ret)
		ret = netns_route(n);
	if (!ret)
		ret = netns_rules(n);
	if (!ret)
		netns_settings();
	return ret;
}
