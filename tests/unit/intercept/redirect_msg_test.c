/* SPDX-License-Identifier: BSD-2-Clause */
/* redirect_msg_test.c - messages between an agent and adit-redirect. */
#include "intercept/redirect_msg.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "suite.h"

static uint8_t bytes[REDIRECT_BYTES];

/* What comes of a message by way of its bytes; no shorter ones are good. */
static struct redirect_msg there(const struct redirect_msg *m)
{
	size_t n = redirect_pack(bytes, m);
	struct redirect_msg got;

	ck_assert_uint_gt(n, 0);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(redirect_unpack(&got, bytes, i), ERR_INVAL);
	ck_assert_int_eq(redirect_unpack(&got, bytes, n + 1), ERR_INVAL);
	ck_assert_int_eq(redirect_unpack(&got, bytes, n), 0);
	ck_assert_int_eq(got.kind, m->kind);
	return got;
}

START_TEST(each_kind_arrives)
{
	struct redirect_msg m = { .kind = REDIRECT_START };
	struct redirect_msg got = there(&m);

	m = (struct redirect_msg){ .kind = REDIRECT_VERDICT,
				   .id = 0x01020304,
				   .mark = INNER_PASSED };
	got = there(&m);
	ck_assert_uint_eq(got.id, m.id);
	ck_assert_int_eq(got.mark, INNER_PASSED);
	bytes[5] = INNER_PASSED + 1;
	ck_assert_int_eq(redirect_unpack(&got, bytes, 6), ERR_INVAL);
	m = (struct redirect_msg){ .kind = REDIRECT_START, .early = true };
	ck_assert(there(&m).early);
	m = (struct redirect_msg){ .kind = REDIRECT_READY,
				   .hold = true,
				   .device = 7 };
	ck_assert(there(&m).hold);
	ck_assert_uint_eq(there(&m).device, 7);
	m = (struct redirect_msg){ .kind = REDIRECT_FAILED, .error = 13 };
	snprintf(m.what, sizeof m.what, "nftables");
	got = there(&m);
	ck_assert_int_eq(got.error, 13);
	ck_assert_str_eq(got.what, "nftables");
}
END_TEST

START_TEST(a_packet_arrives)
{
	struct redirect_msg m = { .kind = REDIRECT_SYN, .id = 7 }, got;

	m.syn.seq = 99;
	ck_assert(!addr_parse(&m.syn.from, "fd09::1", 40000));
	ck_assert(!addr_parse(&m.syn.to, "fd09::2", 21));
	got = there(&m);
	ck_assert(addr_same(&got.syn.from, &m.syn.from));
	ck_assert(addr_same(&got.syn.to, &m.syn.to));
	ck_assert_uint_eq(got.syn.seq, 99);
	bytes[5] = 5; /* no version of IP */
	ck_assert_int_eq(redirect_unpack(&got, bytes, 47), ERR_INVAL);
}
END_TEST

START_TEST(a_connection_back_arrives)
{
	struct redirect_msg m = { .kind = REDIRECT_BACK }, got;

	ck_assert(!addr_parse(&m.syn.from, "192.0.0.8", 40000));
	ck_assert(!addr_parse(&m.syn.to, "10.9.0.1", 40001));
	ck_assert(!addr_parse(&m.as, "198.18.0.7", 20));
	got = there(&m);
	ck_assert(addr_same(&got.syn.from, &m.syn.from));
	ck_assert(addr_same(&got.syn.to, &m.syn.to));
	ck_assert(addr_same(&got.as, &m.as));
	ck_assert(!addr_parse(&m.as, "fd09::1", 20)); /* as no such packet */
	ck_assert_int_eq(redirect_unpack(&got, bytes, redirect_pack(bytes, &m)),
			 ERR_INVAL);
}
END_TEST

START_TEST(as_many_networks_as_fit_arrive)
{
	struct redirect_msg m = { .kind = REDIRECT_COVER,
				  .last = true,
				  .nnets = REDIRECT_NETS };
	struct redirect_msg got;

	for (unsigned i = 0; i < m.nnets; i++)
		ck_assert(!net_parse(&m.nets[i],
				     i % 2 ? "fd09::/64" : "10.9.0.0/24"));
	got = there(&m);
	ck_assert(got.last);
	ck_assert_uint_eq(got.nnets, REDIRECT_NETS);
	ck_assert_mem_eq(got.nets, m.nets, sizeof m.nets);
	bytes[2] = REDIRECT_NETS + 1;
	ck_assert_int_eq(redirect_unpack(&got, bytes, sizeof bytes), ERR_INVAL);
	bytes[2] = 1;
	bytes[3] = 33;
	ck_assert_int_eq(redirect_unpack(&got, bytes, 11), ERR_INVAL);
}
END_TEST

/* The kernel tells first that the other one has ended without reading all. */
START_TEST(the_last_words_arrive)
{
	struct redirect_msg m = { .kind = REDIRECT_START };
	int fd[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
	ck_assert_int_eq(redirect_send(fd[0], &m), 0);
	m = (struct redirect_msg){ .kind = REDIRECT_FAILED, .error = 1 };
	ck_assert_int_eq(redirect_send(fd[1], &m), 0);
	close(fd[1]);
	ck_assert_int_eq(redirect_receive(fd[0], &m), 0);
	ck_assert_int_eq(m.kind, REDIRECT_FAILED);
	ck_assert_int_eq(redirect_receive(fd[0], &m), ERR_CLOSED);
	close(fd[0]);
}
END_TEST

START_TEST(the_end_of_the_other_one_is_told)
{
	struct redirect_msg m = { .kind = REDIRECT_READY }, got;
	int pair[2];

	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	ck_assert_int_eq(redirect_receive(pair[0], &got), ERR_AGAIN);
	ck_assert_int_eq(redirect_send(pair[1], &m), 0);
	ck_assert_int_eq(redirect_receive(pair[0], &got), 0);
	ck_assert_int_eq(send(pair[1], "?", 1, 0), 1);
	ck_assert_int_eq(redirect_receive(pair[0], &got), ERR_INVAL);
	close(pair[1]);
	ck_assert_int_eq(redirect_receive(pair[0], &got), ERR_CLOSED);
	ck_assert_int_eq(redirect_send(pair[0], &m), ERR_SYS);
	close(pair[0]);
}
END_TEST

SUITE("intercept/redirect_msg", each_kind_arrives, a_packet_arrives,
      a_connection_back_arrives, as_many_networks_as_fit_arrive,
      the_last_words_arrive, the_end_of_the_other_one_is_told)
