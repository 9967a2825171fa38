/* SPDX-License-Identifier: BSD-2-Clause */
/* run_names.c - answers the name lookups of a command.
 *
 * A name that leads to a resource has an address inside, which stands for it:
 * what dials this address goes to the gateway by name, as through SOCKS5.
 * Other names do not exist; or, where the agent is to reach the rest by itself,
 * they are what this machine's name servers say. */
#include "run/run_parts.h"

#include "base/log.h"
#include "intercept/synthetic.h"
#include "policy/host.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum {
	TTL_S = 60,
	QUERIES = 64, /* in one turn of the loop */
};

static bool run_names_is_here(const char *name)
{
	size_t n = strlen(name), tail = strlen(".localhost");

	return !strcmp(name, "localhost") ||
	       (n > tail && !strcmp(name + n - tail, ".localhost"));
}

enum run_cover { COVER_NONE, COVER_ABOVE, COVER_ALL };

/* Of an any-IP resource without names the gateway does not say which lead to
 * it: any may.  Where there is another way, such names go that way, and the
 * resource is reached by address. */
static enum run_cover run_names_of(const struct resource *r, const char *name,
				   bool direct)
{
	enum run_cover found = COVER_NONE;
	char host[HOST_CAP];
	uint16_t port;

	if (r->entry.service == SERVICE_WEBLINK &&
	    !host_of_url(r->entry.detail, host, &port) && host_same(host, name))
		return COVER_ALL;
	if (r->entry.flags & RESOURCE_ANY && !r->names.n)
		return direct ? COVER_NONE : COVER_ALL;
	for (size_t i = 0; i < r->names.n; i++) {
		if (host_matches(r->names.item[i], name))
			return COVER_ALL;
		if (host_is_above(r->names.item[i], name))
			found = COVER_ABOVE;
	}
	return found;
}

/* Before the first list of resources nothing is known to lead nowhere. */
static enum run_cover run_names_cover(const struct run *run, const char *name)
{
	const struct agent *a = run->agent;
	enum run_cover found = a->listed ? COVER_NONE : COVER_ALL;
	struct list *n, *t;

	list_each (n, t, &a->resources) {
		const struct resource *r = list_entry(n, struct resource, node);

		found = MAX(found, run_names_of(r, name, run->direct));
	}
	return found;
}

static int run_names_addresses(void *ctx, const char *name,
			       struct addr out[static STUB_ADDRS])
{
	const struct run *r = ctx;
	struct runs *all = r->runs;
	enum run_cover cover = run_names_cover(r, name);
	bool is_new;

	if (run_names_is_here(name))
		return addr_parse(&out[0], "127.0.0.1", 0) ? -1 : 1;
	if (cover != COVER_ALL)
		return cover == COVER_ABOVE && !r->direct ? 0 : -1;
	if (synthetic_get(all->names, name, &out[0], &is_new))
		return 0;
	if (is_new)
		run_names_keep(all, name, &out[0]);
	return 1;
}

static bool run_names_name(void *ctx, const struct addr *a,
			   char out[static STUB_NAME])
{
	const struct run *r = ctx;
	const char *name = synthetic_name(r->runs->names, a);

	if (name)
		snprintf(out, STUB_NAME, "%s", name);
	return name;
}

static ssize_t run_names_receive(int fd, struct run_query *q)
{
	q->iov = (struct iovec){ q->bytes, sizeof q->bytes };
	q->message = (struct msghdr){
		.msg_name = &q->from,
		.msg_namelen = sizeof q->from,
		.msg_iov = &q->iov,
		.msg_iovlen = 1,
		.msg_control = q->control,
		.msg_controllen = sizeof q->control,
	};
	return recvmsg(fd, &q->message, MSG_DONTWAIT);
}

/* Of what came with the query the kernel takes the address as the source; the
 * device is for it to find. */
static void run_names_from_there(struct run_query *q)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(&q->message);

	if (c && c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
		struct in_pktinfo p;

		memcpy(&p, CMSG_DATA(c), sizeof p);
		p.ipi_ifindex = 0;
		p.ipi_spec_dst = p.ipi_addr;
		memcpy(CMSG_DATA(c), &p, sizeof p);
	}
}

enum stub_verdict run_names_reply(struct run *r, const uint8_t *query, size_t n,
				  uint8_t reply[static STUB_REPLY], size_t *len)
{
	const struct stub_names names = {
		.addresses = run_names_addresses,
		.name = run_names_name,
		.ctx = r,
		.ttl_s = TTL_S,
	};

	return stub_reply(&names, query, n, reply, len);
}

void run_names_send(int fd, struct run_query *q, uint8_t *reply, size_t n)
{
	q->iov = (struct iovec){ reply, n };
	run_names_from_there(q);
	if (sendmsg(fd, &q->message, MSG_DONTWAIT) < 0)
		log_msg(LOG_DEBUG, "run", "a name: %s", strerror(errno));
}

void run_names_read(struct run *r, int fd)
{
	enum stub_verdict verdict;
	struct run_query q;
	ssize_t n;
	size_t len;

	for (unsigned i = 0; i < QUERIES; i++) {
		n = run_names_receive(fd, &q);
		if (n < 0)
			return;
		q.n = (size_t)n;
		verdict = run_names_reply(r, q.bytes, q.n, q.reply, &len);
		if (verdict == STUB_ELSEWHERE && r->direct)
			run_forward(r, fd, &q);
		else if (verdict != STUB_DROP)
			run_names_send(fd, &q, q.reply, len);
	}
}
