/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - adit-redirect: what an agent needs CAP_NET_ADMIN for (intercept =
 * nft).
 *
 * The agent starts it with one end of a socket pair as standard input, and it
 * ends when the agent does: with its last descriptor go the nftables table, the
 * tun device with its routes, and the queue.  So it never forks.  It trusts the
 * agent with nothing but that user's own connections: the rules it makes are
 * for the user who runs it, and lead to a listener that this user has.
 *
 * usage: adit-redirect LISTENER, the number of the listener's descriptor */
#include "base/err.h"
#include "intercept/back.h"
#include "intercept/host_rules.h"
#include "intercept/nl.h"
#include "intercept/queue.h"
#include "intercept/redirect_msg.h"
#include "intercept/synthetic.h"
#include "intercept/tun.h"
#include "redirect/fence.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AGENT = STDIN_FILENO, ROOM = 1 << 20 /* bytes in the socket pair */ };

struct helper {
	int listener;      /* the agent's, at 127.0.0.1 */
	int rules, routes; /* netlink; `rules` owns the table */
	int tun, queue;    /* queue -1: this kernel has none */
	bool started;
	struct host_rules host;
	struct net nets[RANGES_MAX]; /* the first: SYNTHETIC_NET */
	unsigned nnets;
	struct net next[RANGES_MAX]; /* come, and not yet in use */
	unsigned nnext;
	struct backs backs;
};

/* Says so, and the process ends. */
static int helper_fail(const char *what)
{
	struct redirect_msg m = { .kind = REDIRECT_FAILED, .error = errno };

	snprintf(m.what, sizeof m.what, "%s", what);
	return redirect_send(AGENT, &m) ? 2 : 1;
}

/* ---- what is opened before the fence ------------------------------------ */

static bool helper_option_is(int fd, int option, int want)
{
	int value = 0;
	socklen_t len = sizeof value;

	return !getsockopt(fd, SOL_SOCKET, option, &value, &len) &&
	       value == want;
}

/* The network of a socket; 0: the kernel does not say. */
static uint64_t helper_network(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof cookie;

	return getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len) ?
		       0 :
		       cookie;
}

/* Where the rules send connections.  Who could name a port that another user's
 * agent has would connect as that user: so this process must hold the socket
 * that listens there, which has the port in this network and for TCP, and keeps
 * others from it as long as there are rules.  0, or -1 with errno. */
static int helper_take_listener(struct helper *r)
{
	const struct addr at = addr_local(r->listener);
	struct addr want;

	if (helper_option_is(r->listener, SO_ACCEPTCONN, 1) &&
	    helper_option_is(r->listener, SO_PROTOCOL, IPPROTO_TCP) &&
	    helper_network(r->listener) &&
	    helper_network(r->listener) == helper_network(r->routes) &&
	    !addr_parse(&want, "127.0.0.1", at.port) && addr_same(&at, &want)) {
		r->host.port = at.port;
		return 0;
	}
	errno = EPERM;
	return -1;
}

/* The first queue that nobody reads.  Without one connections are caught, but
 * do not wait. */
static void helper_open_queue(struct helper *r)
{
	for (uint16_t i = 0; i < HOST_QUEUES; i++) {
		r->host.queue = (uint16_t)(HOST_QUEUE + i);
		r->queue = queue_open(r->host.queue);
		if (r->queue >= 0 || (errno != EBUSY && errno != EPERM))
			return;
	}
}

/* NULL; or what failed, with errno. */
static const char *helper_open(struct helper *r)
{
	const int room = ROOM;

	r->host.uid = getuid();
	setsockopt(AGENT, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
	r->rules = nl_open(NETLINK_NETFILTER);
	r->routes = nl_open(NETLINK_ROUTE);
	if (r->rules < 0 || r->routes < 0 || backs_init(&r->backs))
		return "netlink";
	if (helper_take_listener(r))
		return "the listener";
	helper_open_queue(r);
	r->tun = tun_open(&r->host.device);
	return r->tun < 0 ? "/dev/net/tun" : NULL;
}

/* ---- what the agent asks for -------------------------------------------- */

static int helper_make_rules(struct helper *r)
{
	struct nl_batch b;
	struct ranges ranges;
	int ret;

	ranges_of(&ranges, r->nets, r->nnets);
	r->host.hold = r->queue < 0 ? NFT_HOLD_NONE : NFT_HOLD_QUEUE;
	host_rules_fill(&b, &r->host, &ranges);
	ret = nl_run(r->rules, &b);
	while (ret && errno != EPERM && r->host.hold != NFT_HOLD_NONE) {
		r->host.hold++;
		host_rules_fill(&b, &r->host, &ranges);
		ret = nl_run(r->rules, &b);
	}
	return ret;
}

static struct tun_route helper_route(const struct helper *r,
				     const struct net *n)
{
	return (struct tun_route){
		.index = r->host.device,
		.number = (unsigned)r->host.queue - HOST_QUEUE,
		.net = *n,
	};
}

static int helper_start(struct helper *r, bool early)
{
	struct redirect_msg ready = { .kind = REDIRECT_READY };
	struct tun_route route;

	r->started = true;
	r->host.early = early;
	if (helper_make_rules(r))
		return helper_fail("nftables");
	if (tun_up(r->routes, r->host.device))
		return helper_fail("the tun device");
	route = helper_route(r, &r->nets[0]);
	if (tun_add(r->routes, &route))
		return helper_fail(SYNTHETIC_NET);
	ready.hold = r->host.hold != NFT_HOLD_NONE;
	ready.device = r->host.device;
	return redirect_send(AGENT, &ready);
}

static bool helper_has(const struct net *nets, unsigned n,
		       const struct net *one)
{
	for (unsigned i = 0; i < n; i++)
		if (net_covers(&nets[i], one) && nets[i].bits == one->bits)
			return true;
	return false;
}

/* Routes are there before packets are caught, and as long as they are. */
static int helper_cover(struct helper *r)
{
	struct ranges ranges;
	struct tun_route route;
	struct nl_batch b;

	for (unsigned i = 0; i < r->nnext; i++) {
		route = helper_route(r, &r->next[i]);
		if (!helper_has(r->nets, r->nnets, &r->next[i]) &&
		    tun_is_needed(r->routes, &r->next[i]) &&
		    tun_add(r->routes, &route))
			return helper_fail("a route");
	}
	ranges_of(&ranges, r->next, r->nnext);
	host_cover_fill(&b, &r->host, &ranges);
	if (nl_run(r->rules, &b))
		return helper_fail("addresses");
	for (unsigned i = 0; i < r->nnets; i++) {
		route = helper_route(r, &r->nets[i]);
		if (!helper_has(r->next, r->nnext, &r->nets[i]))
			tun_remove(r->routes, &route);
	}
	memcpy(r->nets, r->next, sizeof r->nets);
	r->nnets = r->nnext;
	r->nnext = 1;
	return 0;
}

/* The agent warns where there are too many. */
static int helper_collect(struct helper *r, const struct redirect_msg *m)
{
	for (unsigned i = 0; i < m->nnets; i++) {
		if (r->nnext < RANGES_MAX &&
		    !helper_has(r->next, r->nnext, &m->nets[i]))
			r->next[r->nnext++] = m->nets[i];
	}
	return m->last ? helper_cover(r) : 0;
}

static int helper_release(const struct helper *r, uint32_t id,
			  enum inner_mark mark)
{
	const struct queue_verdict v = {
		.queue = r->host.queue,
		.id = id,
		.mark = host_mark(r->host.queue, mark),
	};

	return queue_release(r->queue, &v);
}

static void helper_announce(struct helper *r, const struct redirect_msg *m)
{
	const struct back one = {
		.from = m->syn.from,
		.to = m->syn.to,
		.as = m->as,
	};

	backs_announce(&r->backs, &one);
}

/* 0; ERR_AGAIN: there is nothing to be done; else the process ends. */
static int helper_obey(struct helper *r)
{
	struct redirect_msg m;
	int ret = redirect_receive(AGENT, &m);

	if (ret)
		return ret;
	if (m.kind == REDIRECT_START && !r->started)
		return helper_start(r, m.early);
	if (m.kind == REDIRECT_COVER && r->started &&
	    r->host.hold != NFT_HOLD_NONE)
		return helper_collect(r, &m);
	if (m.kind == REDIRECT_BACK) {
		helper_announce(r, &m);
		return 0;
	}
	if (m.kind != REDIRECT_VERDICT || r->queue < 0)
		return ERR_INVAL;
	/* The packet may have gone with its program's network. */
	return helper_release(r, m.id, m.mark) && errno != ENOENT ? ERR_SYS : 0;
}

/* ---- packets ------------------------------------------------------------ */

/* The packet goes on before queue_release returns, so that the rule is needed
 * for this one only.  The kernel's connection tracking knows what follows. */
static int helper_send_back(struct helper *r, uint32_t id,
			    const struct addr *as)
{
	struct queue_verdict v = { .queue = r->host.queue, .id = id };
	struct nl_batch b;
	int ret;

	host_back_fill(&b, &r->host, as);
	if (!nl_run(r->rules, &b))
		v.mark = host_mark(r->host.queue, INNER_BACK);
	ret = queue_release(r->queue, &v);
	host_back_fill(&b, &r->host, NULL);
	return nl_run(r->rules, &b) ? ERR_SYS : ret;
}

/* A packet of this user from the tun device's address to this machine. */
static int helper_back(struct helper *r, const struct queue_packet *q)
{
	const struct queue_verdict as_it_is = {
		.queue = r->host.queue,
		.id = q->id,
		.mark = q->mark,
	};
	struct addr as;

	switch (backs_take(&r->backs, &q->syn, &as)) {
	case BACK_GOOD:
		return helper_send_back(r, q->id, &as);
	case BACK_DENIED:
		return helper_release(r, q->id, INNER_REFUSED);
	default:
		return queue_release(r->queue, &as_it_is);
	}
}

/* Where the agent does not read, connections are accepted without waiting. */
static int helper_tell(struct helper *r)
{
	struct queue_packet q;
	struct redirect_msg m = { .kind = REDIRECT_SYN };
	int ret = queue_next(r->queue, &q);

	if (ret)
		return ret == ERR_AGAIN || errno == ENOBUFS ? 0 : ret;
	if (q.is_syn && q.mark != host_mark(r->host.queue, INNER_CONNECTED))
		return helper_back(r, &q);
	m.id = q.id;
	m.syn = q.syn;
	if (q.is_syn && !redirect_send(AGENT, &m))
		return 0;
	return helper_release(r, q.id, INNER_CONNECTED);
}

/* What the agent says comes first: it announces a packet before it sends it. */
static int helper_serve(struct helper *r)
{
	struct pollfd p[] = {
		{ .fd = AGENT, .events = POLLIN },
		{ .fd = r->queue, .events = POLLIN },
	};
	int ret = 0;

	while (!ret) {
		if (poll(p, ARRAY_LEN(p), -1) < 0 && errno != EINTR)
			return ERR_SYS;
		while (p[0].revents && !ret)
			ret = helper_obey(r);
		if (ret == ERR_AGAIN)
			ret = 0;
		if (!ret && p[1].revents)
			ret = helper_tell(r);
	}
	return ret;
}

static int helper_run(struct helper *r)
{
	const char *what;

	if (fence_capabilities())
		return helper_fail("CAP_NET_ADMIN");
	what = helper_open(r);
	if (what)
		return helper_fail(what);
	if (fence_calls())
		return helper_fail("seccomp");
	return helper_serve(r) == ERR_CLOSED ? 0 : 1;
}

int main(int argc, char **argv)
{
	static struct helper r = {
		.rules = -1, .routes = -1, .queue = -1, .nnets = 1, .nnext = 1
	};

	if (net_parse(&r.nets[0], SYNTHETIC_NET))
		return 1;
	r.next[0] = r.nets[0];
	if (argc == 2 && helper_option_is(AGENT, SO_TYPE, SOCK_SEQPACKET)) {
		r.listener = (int)strtol(argv[1], NULL, 10);
		return helper_run(&r);
	}
	fputs("adit-redirect: the agent (adit up) starts this program; "
	      "see intercept in adit.ini(5)\n",
	      stderr);
	return 2;
}
