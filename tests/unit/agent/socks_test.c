/* SPDX-License-Identifier: BSD-2-Clause */
/* socks_test.c - clients of the SOCKS5 listener, and what the gateway
 * answers. */
#include "rig.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static const uint8_t greeting[] = { 5, 1, 0 };
static const uint8_t request[] = { 5, 1, 0, 3, 4, 'h', 'o', 's', 't', 0, 80 };

/* A client that is connected to the listener. */
static int begin(void)
{
	int fd;

	rig_open();
	ck_assert_int_eq(addr_parse(&rig.conf.socks, "127.0.0.1", 0), 0);
	rig_up();
	ck_assert_ptr_nonnull(rig.agent->socks);
	fd = rig_connect(&rig.agent->socks->at);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static void end(int fd)
{
	close(fd);
	rig_close();
}

static void say(int fd, const uint8_t *p, size_t n)
{
	ck_assert_int_eq(send(fd, p, n, MSG_NOSIGNAL), (ssize_t)n);
}

/* Waits for an answer; 0: the listener has closed. */
static ssize_t hear(int fd, uint8_t *p, size_t n)
{
	UNTIL(poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 0));
	return recv(fd, p, n, 0);
}

static void greet(int fd)
{
	uint8_t p[16];

	say(fd, greeting, sizeof greeting);
	ck_assert_int_eq(hear(fd, p, sizeof p), 2);
	ck_assert_uint_eq(p[0], 5);
	ck_assert_uint_eq(p[1], 0);
}

static void ask(int fd)
{
	greet(fd);
	say(fd, request, sizeof request);
	UNTIL(rig.seen[FRAME_OPEN]);
}

START_TEST(the_gateway_connects)
{
	struct opened o = { .credit = 16384 };
	int fd = begin();
	uint8_t p[100];

	ask(fd);
	ck_assert_uint_eq(rig.last[FRAME_OPEN].flags & FLAG_REAL, FLAG_REAL);
	ck_assert_ptr_nonnull(memmem(rig.payload[FRAME_OPEN],
				     rig.last[FRAME_OPEN].len, "host", 4));
	rig_say(&(struct said){ FRAME_OPENED, 0, rig.last[FRAME_OPEN].client_id,
				1, p, pack_opened(p, sizeof p, &o) });
	ck_assert_int_eq(hear(fd, p, sizeof p), 10);
	ck_assert_uint_eq(p[1], 0);
	ck_assert(list_is_empty(&rig.agent->talks));
	end(fd);
}
END_TEST

/* The code of RFC 1928 for the gateway's reason. */
static unsigned refused_for(unsigned reason)
{
	struct reset r = { .reason = (uint16_t)reason };
	int fd = begin();
	uint8_t p[300];

	ask(fd);
	rig_say(&(struct said){ FRAME_CLOSE, FLAG_RESET,
				rig.last[FRAME_OPEN].client_id, 0, p,
				pack_reset(p, sizeof p, &r) });
	ck_assert_int_eq(hear(fd, p, sizeof p), 10);
	end(fd);
	return p[1];
}

START_TEST(the_gateway_refuses)
{
	ck_assert_uint_eq(refused_for(REASON_REFUSED), 5);
	ck_assert_uint_eq(refused_for(REASON_DENIED), 2);
}
END_TEST

START_TEST(byte_by_byte)
{
	int fd = begin();

	greet(fd);
	for (size_t i = 0; i < sizeof request; i++) {
		ck_assert_uint_eq(rig.seen[FRAME_OPEN], 0);
		say(fd, request + i, 1);
		ev_run(rig.loop.ev, EVRUN_ONCE);
	}
	UNTIL(rig.seen[FRAME_OPEN]);
	end(fd);
}
END_TEST

/* A client leaves: its OPEN is withdrawn, so that the gateway need not
 * connect. */
START_TEST(the_client_leaves)
{
	int fd = begin();

	ask(fd);
	close(fd);
	UNTIL(rig.seen[FRAME_CLOSE]);
	UNTIL(list_is_empty(&rig.agent->talks));
	rig_close();
}
END_TEST

START_TEST(no_protocol)
{
	static const uint8_t socks4[] = { 4, 1, 0, 80, 127, 0, 0, 1, 0 };
	int fd = begin();
	uint8_t p[16];

	say(fd, socks4, sizeof socks4);
	ck_assert_int_le(hear(fd, p, sizeof p), 0);
	ck_assert(list_is_empty(&rig.agent->talks));
	end(fd);
}
END_TEST

/* After `stop` a client is refused at once instead of waiting for a tunnel. */
START_TEST(stopped_meanwhile)
{
	int fd = begin();
	uint8_t p[16];

	ask(fd);
	agent_stop(rig.agent, told, &rig.stop);
	ck_assert_int_eq(hear(fd, p, sizeof p), 10);
	ck_assert_uint_ne(p[1], 0);
	ck_assert_ptr_null(rig.agent->socks);
	end(fd);
}
END_TEST

SUITE("socks", the_gateway_connects, the_gateway_refuses, byte_by_byte,
      the_client_leaves, no_protocol, stopped_meanwhile)
