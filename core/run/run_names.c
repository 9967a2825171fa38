/* SPDX-License-Identifier: BSD-2-Clause */
/* run_names.c - answers the name lookups of a command.
 *
 * A name that leads to a resource has an address inside, which stands for it:
 * what dials this address goes to the gateway by name, as through SOCKS5.
 * Other names do not exist; or, where the agent is to reach the rest by itself,
 * they are what this machine's name servers say. */
#include "run/run_parts.h"

#include "base/log.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum { QUERIES = 64 /* in one turn of the loop */ };

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
	struct covered covered = {
		.agent = r->agent,
		.rest = r->syns.direct ? REST_ELSEWHERE : REST_NOWHERE,
	};
	const struct stub_names names = covered_stub(&covered);

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
		if (verdict == STUB_ELSEWHERE && r->syns.direct)
			run_forward(r, fd, &q);
		else if (verdict != STUB_DROP)
			run_names_send(fd, &q, q.reply, len);
	}
}
