/* SPDX-License-Identifier: BSD-2-Clause */
/* nl_test.c - requests to the real kernel, and its answers. */
#include "intercept/nl.h"

#include "base/err.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <unistd.h>

#include "suite.h"

enum { NOBODY = 0x7ffffff0 };

static void add_nothing(struct nl_batch *b)
{
	nl_batch_add(b, nl_batch_next(b, NLMSG_NOOP, NLM_F_ACK));
}

/* Of a device that there is not; or, for a user, that is not his. */
static void add_wrong(struct nl_batch *b)
{
	struct nlmsghdr *h = nl_batch_next(b, RTM_NEWLINK, NLM_F_ACK);
	struct ifinfomsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	*m = (struct ifinfomsg){ .ifi_index = NOBODY,
				 .ifi_flags = IFF_UP,
				 .ifi_change = IFF_UP };
	nl_batch_add(b, h);
}

START_TEST(answers)
{
	struct nl_batch b;
	int fd = nl_open(NETLINK_ROUTE);

	ck_assert_int_ge(fd, 0);
	nl_batch_init(&b);
	for (unsigned i = 0; i < 100; i++)
		add_nothing(&b);
	ck_assert_uint_eq(b.requests, 100);
	ck_assert_uint_eq(b.seq, 100);
	ck_assert_int_eq(nl_run(fd, &b), 0);
	nl_batch_init(&b);
	add_nothing(&b);
	add_wrong(&b);
	errno = 0;
	ck_assert_int_eq(nl_run(fd, &b), ERR_SYS);
	ck_assert(errno == ENODEV || errno == EPERM);
	close(fd);
}
END_TEST

START_TEST(no_such_family)
{
	ck_assert_int_eq(nl_open(NOBODY), -1);
	ck_assert_int_eq(errno, EPROTONOSUPPORT);
}
END_TEST

SUITE("nl", answers, no_such_family)
