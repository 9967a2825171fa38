/* SPDX-License-Identifier: BSD-2-Clause */
/* nl.c - requests to the kernel over netlink. */
#include "intercept/nl.h"

#include "base/err.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

void nl_batch_init(struct nl_batch *b)
{
	b->len = 0;
	b->seq = 0;
	b->requests = 0;
}

struct nlmsghdr *nl_batch_next(struct nl_batch *b, unsigned type,
			       unsigned flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(b->data.bytes + b->len);

	h->nlmsg_type = (uint16_t)type;
	h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	h->nlmsg_seq = ++b->seq;
	return h;
}

void nl_batch_add(struct nl_batch *b, const struct nlmsghdr *h)
{
	b->len += (h->nlmsg_len + 3u) & ~3u; /* NLMSG_ALIGN without its sign */
	if (h->nlmsg_flags & NLM_F_ACK)
		b->requests++;
}

struct nlmsghdr *nl_batch_next_nfnl(struct nl_batch *b,
				    const struct nfnl_about *about,
				    unsigned flags)
{
	struct nlmsghdr *h = nl_batch_next(
		b, about->subsystem << 8 | about->message, flags);
	struct nfgenmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->nfgen_family = (uint8_t)about->family;
	m->version = NFNETLINK_V0;
	m->res_id = htons((uint16_t)about->number);
	return h;
}

static void nl_batch_mark(struct nl_batch *b, unsigned type, unsigned subsystem)
{
	struct nlmsghdr *h = nl_batch_next(b, type, 0);
	struct nfgenmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	*m = (struct nfgenmsg){ .res_id = htons((uint16_t)subsystem) };
	nl_batch_add(b, h);
}

void nl_batch_begin_all(struct nl_batch *b, unsigned subsystem)
{
	nl_batch_mark(b, NFNL_MSG_BATCH_BEGIN, subsystem);
}

void nl_batch_end_all(struct nl_batch *b, unsigned subsystem)
{
	nl_batch_mark(b, NFNL_MSG_BATCH_END, subsystem);
}

int nl_open(int family)
{
	struct sockaddr_nl own = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family);
	int saved;

	if (fd < 0 || !bind(fd, (struct sockaddr *)&own, sizeof own))
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* The answers of one read.  How many requests were done; or ERR_SYS. */
static int nl_count_done(uint8_t *answers, int left)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)answers;
	int done = 0;

	for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
		const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);

		if (h->nlmsg_type != NLMSG_ERROR ||
		    mnl_nlmsg_get_payload_len(h) < sizeof *e)
			continue;
		if (e->error) {
			errno = -e->error;
			return ERR_SYS;
		}
		done++;
	}
	return done;
}

/* What else was wrong with the batch must not be taken for an answer to the
 * next one. */
static int nl_drop_answers(int fd)
{
	int error = errno;
	uint8_t byte;

	while (recv(fd, &byte, sizeof byte, MSG_DONTWAIT) >= 0)
		;
	errno = error;
	return ERR_SYS;
}

/* The kernel has done its work when sending returns: all answers are there. */
static int nl_read_answers(int fd, unsigned want)
{
	union {
		uint8_t bytes[NL_BATCH_BYTES];
		uint32_t align;
	} answers;
	unsigned done = 0;

	while (done < want) {
		ssize_t n = recv(fd, answers.bytes, sizeof answers.bytes,
				 MSG_DONTWAIT);
		int more = n <= 0 ? ERR_SYS :
				    nl_count_done(answers.bytes, (int)n);

		if (more < 0)
			return nl_drop_answers(fd);
		done += (unsigned)more;
	}
	return 0;
}

int nl_run(int fd, const struct nl_batch *b)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t n = sendto(fd, b->data.bytes, b->len, 0,
			   (struct sockaddr *)&kernel, sizeof kernel);

	return n < 0 ? ERR_SYS : nl_read_answers(fd, b->requests);
}
