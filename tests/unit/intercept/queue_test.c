/* SPDX-License-Identifier: BSD-2-Clause */
/* queue_test.c - messages of the kernel about packets that wait. */
#include "intercept/queue.h"

#include "base/err.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "suite.h"

static const uint8_t syn[] = {
	0x45, 0, 0, 60, 0x12, 0x34, 0x40, 0, 64,   6,    0, 0,
	192,  0, 0, 8,  10,   9,    0,    2, 0x9c, 0x40, 0, 21,
	1,    2, 3, 4,  0,    0,    0,    0, 0xa0, 0x02,
};

union message {
	uint8_t bytes[QUEUE_MESSAGE];
	struct nlmsghdr header;
};

static void begin(union message *m, unsigned type)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(m->bytes);

	h->nlmsg_type = (uint16_t)(NFNL_SUBSYS_QUEUE << 8 | type);
	mnl_nlmsg_put_extra_header(h, sizeof(struct nfgenmsg));
}

static void put_id(union message *m, uint32_t id)
{
	const struct nfqnl_msg_packet_hdr packet = { .packet_id = htonl(id) };

	mnl_attr_put(&m->header, NFQA_PACKET_HDR, sizeof packet, &packet);
}

static int parse(const union message *m, struct queue_packet *q)
{
	return queue_parse(q, m->bytes, m->header.nlmsg_len);
}

START_TEST(a_connection)
{
	union message m;
	struct queue_packet q;
	char text[ADDR_TEXT];

	begin(&m, NFQNL_MSG_PACKET);
	put_id(&m, 7);
	mnl_attr_put(&m.header, NFQA_PAYLOAD, sizeof syn, syn);
	ck_assert_int_eq(parse(&m, &q), 0);
	ck_assert_uint_eq(q.mark, 0);
	mnl_attr_put_u32(&m.header, NFQA_MARK, htonl(0xad170001));
	ck_assert_int_eq(parse(&m, &q), 0);
	ck_assert_uint_eq(q.mark, 0xad170001);
	ck_assert_uint_eq(q.id, 7);
	ck_assert(q.is_syn);
	ck_assert_str_eq(addr_str(&q.syn.to, text), "10.9.0.2:21");
}
END_TEST

/* A packet that is no SYN has to be let go. */
START_TEST(another_packet)
{
	union message m;
	struct queue_packet q;

	begin(&m, NFQNL_MSG_PACKET);
	put_id(&m, 8);
	ck_assert_int_eq(parse(&m, &q), 0);
	ck_assert_uint_eq(q.id, 8);
	ck_assert(!q.is_syn);
	mnl_attr_put(&m.header, NFQA_PAYLOAD, sizeof syn - 1, syn);
	ck_assert_int_eq(parse(&m, &q), 0);
	ck_assert(!q.is_syn);
}
END_TEST

START_TEST(not_a_packet)
{
	union message m;
	struct queue_packet q;

	begin(&m, NFQNL_MSG_PACKET);
	ck_assert_int_eq(parse(&m, &q), ERR_INVAL);
	begin(&m, NFQNL_MSG_CONFIG);
	put_id(&m, 1);
	ck_assert_int_eq(parse(&m, &q), ERR_INVAL);
	begin(&m, NFQNL_MSG_PACKET);
	mnl_attr_put(&m.header, NFQA_PACKET_HDR, 1, "");
	ck_assert_int_eq(parse(&m, &q), ERR_INVAL);
}
END_TEST

START_TEST(cut_anywhere)
{
	union message m;
	struct queue_packet q;

	begin(&m, NFQNL_MSG_PACKET);
	put_id(&m, 7);
	mnl_attr_put(&m.header, NFQA_PAYLOAD, sizeof syn, syn);
	for (size_t n = 0; n < m.header.nlmsg_len; n++)
		ck_assert_int_eq(queue_parse(&q, m.bytes, n), ERR_INVAL);
}
END_TEST

/* One datagram each, like the kernel's. */
START_TEST(next_passes_by_what_is_none)
{
	union message m = { .bytes = { 0 } };
	struct queue_packet q;
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	ck_assert_int_eq(queue_next(pair[0], &q), ERR_AGAIN);
	begin(&m, NFQNL_MSG_CONFIG);
	ck_assert_int_gt(write(pair[1], &m, m.header.nlmsg_len), 0);
	begin(&m, NFQNL_MSG_PACKET);
	put_id(&m, 9);
	ck_assert_int_gt(write(pair[1], &m, m.header.nlmsg_len), 0);
	ck_assert_int_eq(queue_next(pair[0], &q), 0);
	ck_assert_uint_eq(q.id, 9);
	ck_assert_int_eq(queue_next(pair[0], &q), ERR_AGAIN);
	close(pair[0]);
	close(pair[1]);
}
END_TEST

SUITE("queue", a_connection, another_packet, not_a_packet, cut_anywhere,
      next_passes_by_what_is_none)
