/* SPDX-License-Identifier: BSD-2-Clause */
/* queue.c - packets that wait in a queue of the kernel for a verdict. */
#include "intercept/queue.h"

#include "base/err.h"
#include "intercept/nl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADERS = 128 }; /* bytes of a packet that are wanted */

static struct nlmsghdr *queue_message(struct nl_batch *b, uint16_t queue,
				      unsigned message, unsigned flags)
{
	const struct nfnl_about about = {
		.subsystem = NFNL_SUBSYS_QUEUE,
		.message = message,
		.family = NFPROTO_UNSPEC,
		.number = queue,
	};

	return nl_batch_next_nfnl(b, &about, flags);
}

static int queue_configure(int fd, uint16_t queue)
{
	const struct nfqnl_msg_config_cmd bind = {
		.command = NFQNL_CFG_CMD_BIND
	};
	const struct nfqnl_msg_config_params params = {
		.copy_range = htonl(HEADERS),
		.copy_mode = NFQNL_COPY_PACKET,
	};
	struct nl_batch b;
	struct nlmsghdr *h;

	nl_batch_init(&b);
	h = queue_message(&b, queue, NFQNL_MSG_CONFIG, NLM_F_ACK);
	mnl_attr_put(h, NFQA_CFG_CMD, sizeof bind, &bind);
	nl_batch_add(&b, h);
	h = queue_message(&b, queue, NFQNL_MSG_CONFIG, NLM_F_ACK);
	mnl_attr_put(h, NFQA_CFG_PARAMS, sizeof params, &params);
	mnl_attr_put_u32(h, NFQA_CFG_QUEUE_MAXLEN, htonl(QUEUE_LENGTH));
	mnl_attr_put_u32(h, NFQA_CFG_MASK, htonl(NFQA_CFG_F_FAIL_OPEN));
	mnl_attr_put_u32(h, NFQA_CFG_FLAGS, htonl(NFQA_CFG_F_FAIL_OPEN));
	nl_batch_add(&b, h);
	return nl_run(fd, &b);
}

int queue_open(uint16_t queue)
{
	int fd = nl_open(NETLINK_NETFILTER), saved;

	if (fd < 0 || !queue_configure(fd, queue))
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

struct queue_attrs {
	const struct nfqnl_msg_packet_hdr *header;
	const uint8_t *payload;
	size_t len;
	uint32_t mark;
};

static int queue_on_attr(const struct nlattr *a, void *ctx)
{
	struct queue_attrs *to = ctx;
	size_t n = mnl_attr_get_payload_len(a);

	switch (mnl_attr_get_type(a)) {
	case NFQA_PACKET_HDR:
		if (n < sizeof *to->header)
			return MNL_CB_ERROR;
		to->header = mnl_attr_get_payload(a);
		break;
	case NFQA_MARK:
		if (n < sizeof to->mark)
			return MNL_CB_ERROR;
		to->mark = ntohl(mnl_attr_get_u32(a));
		break;
	case NFQA_PAYLOAD:
		to->payload = mnl_attr_get_payload(a);
		to->len = n;
		break;
	}
	return MNL_CB_OK;
}

int queue_parse(struct queue_packet *q, const uint8_t *p, size_t n)
{
	const struct nlmsghdr *h = (const void *)p;
	struct queue_attrs found = { 0 };

	*q = (struct queue_packet){ 0 };
	/* libmnl compares lengths as int, so the length is looked at first. */
	if (n < sizeof *h || h->nlmsg_len > n || !mnl_nlmsg_ok(h, (int)n) ||
	    h->nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET) ||
	    mnl_nlmsg_get_payload_len(h) < sizeof(struct nfgenmsg) ||
	    mnl_attr_parse(h, sizeof(struct nfgenmsg), queue_on_attr, &found) <
		    0 ||
	    !found.header)
		return ERR_INVAL;
	q->id = ntohl(found.header->packet_id);
	q->mark = found.mark;
	q->is_syn = !packet_read_syn(&q->syn, found.payload, found.len);
	return 0;
}

int queue_next(int fd, struct queue_packet *q)
{
	union {
		uint8_t bytes[QUEUE_MESSAGE];
		uint32_t align;
	} message;
	ssize_t n;

	do {
		n = recv(fd, message.bytes, sizeof message.bytes, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return ERR_AGAIN;
		if (n <= 0)
			return ERR_SYS;
	} while (queue_parse(q, message.bytes, (size_t)n));
	return 0;
}

int queue_release(int fd, const struct queue_verdict *v)
{
	const struct nfqnl_msg_verdict_hdr verdict = {
		.verdict = htonl(NF_ACCEPT),
		.id = htonl(v->id),
	};
	struct nl_batch b;
	struct nlmsghdr *h;

	nl_batch_init(&b);
	h = queue_message(&b, v->queue, NFQNL_MSG_VERDICT, 0);
	mnl_attr_put(h, NFQA_VERDICT_HDR, sizeof verdict, &verdict);
	mnl_attr_put_u32(h, NFQA_MARK, htonl(v->mark));
	nl_batch_add(&b, h);
	return nl_run(fd, &b);
}
