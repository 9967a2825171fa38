/* SPDX-License-Identifier: BSD-2-Clause */
/* run_queue_test.c - packets of a command that wait in the kernel's queue. */
#include "run/run_rig.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "suite.h"

static unsigned released;

static int release(struct syns *syns, uint32_t id, enum inner_mark mark)
{
	(void)syns;
	ck_assert_uint_eq(id, released++);
	ck_assert_int_eq(mark, INNER_CONNECTED);
	return 0;
}

/* A packet that is no first one of a connection: it is let go at once. */
static void say(int fd, uint32_t id)
{
	const struct {
		struct nlmsghdr header;
		struct nfgenmsg about;
		struct nlattr attr;
		struct nfqnl_msg_packet_hdr packet;
	} m = {
		.header = { .nlmsg_len = sizeof m,
			    .nlmsg_type = NFNL_SUBSYS_QUEUE << 8 |
					  NFQNL_MSG_PACKET },
		.attr = { .nla_len = sizeof m.attr + sizeof m.packet,
			  .nla_type = NFQA_PACKET_HDR },
		.packet = { .packet_id = htonl(id) },
	};

	ck_assert_int_eq(send(fd, &m, sizeof m, 0), sizeof m);
}

START_TEST(no_end_of_packets_does_not_hold_the_loop)
{
	enum { MOST = 64, SENT = MOST + 10 };
	int fd[2];

	rig_open();
	rig_up();
	run_rig_open();
	run.syns.release = release;
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
	for (uint32_t i = 0; i < SENT; i++)
		say(fd[0], i);
	run_queue_read(&run, fd[1]);
	ck_assert_uint_eq(released, MOST);
	run_queue_read(&run, fd[1]);
	ck_assert_uint_eq(released, SENT);
	close(fd[0]);
	close(fd[1]);
	run_rig_close();
	rig_close();
}
END_TEST

SUITE("run_queue", no_end_of_packets_does_not_hold_the_loop)
