/* SPDX-License-Identifier: BSD-2-Clause */
/* waiting_balancer_test.c - connections that a load balancer brings, which says
 * by the PROXY protocol where they come from. */
#include "crowd.h"
#include "suite.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* By the balancer, which sends this line first. */
static int comes_by_balancer(const char *line)
{
	int fd = comes_with("192.0.2.1", true, true);

	if (fd >= 0)
		ck_assert_int_eq(send(fd, line, strlen(line), MSG_NOSIGNAL),
				 (ssize_t)strlen(line));
	return fd;
}

/* Turns of the loop until so many wait, and so many went inside: on a busy
 * machine loopback may deliver later than send() returns. */
static void turn_until(unsigned waiting, unsigned entered)
{
	struct pollfd p = { .fd = w.set, .events = POLLIN };

	for (unsigned n = 0; n < 500; n++) {
		if (w.n == waiting && ninside == entered)
			return;
		(void)!poll(&p, 1, 10);
		turn();
	}
	ck_abort_msg("%u wait, %u went inside", w.n, ninside);
}

/* Who went inside as number i, from 0 on. */
static const char *inside_as(unsigned i)
{
	static char at[ADDR_TEXT];

	turn_until(0, i + 1);
	ck_assert_uint_gt(ninside, i);
	return addr_str(&inside[i], at);
}

START_TEST(a_balancer_tells_the_source)
{
	static const char *const said[][2] = {
		{ "PROXY TCP4 198.51.100.7 192.0.2.1 5 443\r\n",
		  "198.51.100.7:5" },
		{ "PROXY UNKNOWN\r\n", "192.0.2.1:1" }, /* for itself */
	};
	const char *line = said[0][0];
	int fd, one = 1;

	begin();
	for (unsigned i = 0; i < ARRAY_LEN(said); i++) {
		fd = comes_by_balancer(said[i][0]);
		says(fd, HELLO);
		ck_assert_str_eq(inside_as(i), said[i][1]);
		close(fd);
	}
	fd = comes_by_balancer("");
	ck_assert(!setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
	for (; *line; line++) {
		ck_assert_int_eq(send(fd, line, 1, 0), 1);
		turn();
	}
	turn_until(1, 2);
	says(fd, HELLO);
	ck_assert_str_eq(inside_as(2), "198.51.100.7:5");
	close(fd);
	end();
}
END_TEST

START_TEST(a_balancer_without_its_header_is_refused)
{
	int fd;

	begin();
	fd = comes_with("192.0.2.1", true, true);
	says(fd, HELLO);
	turn_until(0, 0);
	ck_assert_ptr_nonnull(strstr(last_gone, "does not begin with"));
	close(fd);
	fd = comes_by_balancer("PROXY TCP4 198.51.100.7 ");
	shutdown(fd, SHUT_WR);
	turn_until(0, 0);
	ck_assert_ptr_nonnull(strstr(last_gone, "ended within the header"));
	close(fd);
	end();
}
END_TEST

/* Limits hold for the source that the header has told, not for the balancer,
 * and for who is silent there is the same timeout. */
START_TEST(limits_behind_a_balancer)
{
	static const char one[] = "PROXY TCP4 198.51.100.7 192.0.2.1 5 443\r\n",
			  office[] =
				  "PROXY TCP4 203.0.113.1 192.0.2.1 5 443\r\n";
	unsigned n;

	begin();
	for (n = 0; n < WAIT_HOST + 3; n++) {
		ck_assert_int_ge(comes_by_balancer(one), 0);
		turn();
	}
	turn_until(WAIT_HOST, 0);
	ck_assert_uint_eq(ngone, 3);
	ck_assert_str_eq(last_gone, "too many from there wait");
	for (n = 0; n < 5; n++) {
		ck_assert_int_ge(comes_by_balancer(office), 0);
		turn();
	}
	turn_until(WAIT_HOST + 5, 0);
	time_passes(w.timeout_us + 1);
	ck_assert_uint_eq(w.n, 0);
	/* Nothing is left of them in the tables. */
	ck_assert_int_ge(comes_by_balancer(one), 0);
	turn_until(1, 0);
	turn();
	ck_assert_uint_eq(w.n, 1);
	end();
}
END_TEST

SUITE("front/waiting_balancer", a_balancer_tells_the_source,
      a_balancer_without_its_header_is_refused, limits_behind_a_balancer)
