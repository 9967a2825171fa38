/* SPDX-License-Identifier: BSD-2-Clause */
/* front_listeners_test.c - listening sockets that come with a configuration:
 * which stay, which are closed, and what happens without descriptors. */
#include "front/rig.h"

#include "suite.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct front_rig r;
static struct addr listen_at[3];

/* A socket that the kernel has given a port. */
static int listening(struct addr *at)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof in;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert(!bind(fd, (struct sockaddr *)&in, sizeof in));
	ck_assert(!listen(fd, 8));
	ck_assert(!getsockname(fd, (struct sockaddr *)&in, &len));
	ck_assert(!addr_parse(at, "127.0.0.1", ntohs(in.sin_port)));
	return fd;
}

static int call(const struct addr *at)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(at->port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&in, sizeof in) &&
	    errno != EINPROGRESS) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The message of a configuration with these listeners. */
static void take(const int *fds, unsigned n)
{
	struct worker_config s = { .listen = listen_at, .nlisten = n };
	struct msg m = { .type = MSG_CONF, .nfds = n + 1 };

	m.fds[0] = open("/dev/null", O_RDONLY);
	for (unsigned i = 0; i < n; i++)
		m.fds[i + 1] = fds[i];
	front_listeners_take(&r.front, &m, &s);
	ck_assert_uint_eq(m.nfds, 0);
	ck_assert_uint_eq(r.front.nlisteners, n);
}

START_TEST(a_listener_keeps_its_number)
{
	int fds[2], again;

	front_rig_begin(&r);
	fds[0] = listening(&listen_at[0]);
	fds[1] = listening(&listen_at[1]);
	take(fds, 2);
	ck_assert_int_eq(r.front.listeners[0]->io.fd, fds[0]);
	/* The monitor sends the same socket under another number. */
	again = dup(fds[0]);
	take(&again, 1);
	ck_assert_int_eq(r.front.listeners[0]->io.fd, fds[0]);
	ck_assert_int_eq(fcntl(again, F_GETFD), -1);
	ck_assert_int_eq(fcntl(fds[1], F_GETFD), -1);
	take(NULL, 0);
	ck_assert_int_eq(fcntl(fds[0], F_GETFD), -1);
	front_rig_end(&r);
}
END_TEST

START_TEST(a_pause)
{
	int fd, caller;

	front_rig_begin(&r);
	fd = listening(&listen_at[0]);
	take(&fd, 1);
	front_listeners_pause(&r.front);
	caller = call(&listen_at[0]);
	front_rig_turn(&r);
	ck_assert_uint_eq(r.front.waiting.n, 0);
	front_listeners_resume(&r.front);
	front_rig_turn(&r);
	ck_assert_uint_eq(r.front.waiting.n, 1);
	close(caller);
	front_rig_end(&r);
}
END_TEST

/* One connection is closed rather than left to wait, then accepting rests. */
START_TEST(no_descriptors)
{
	struct rlimit before, none;
	int fd, first, second;
	char byte;

	front_rig_begin(&r);
	fd = listening(&listen_at[0]);
	take(&fd, 1);
	first = call(&listen_at[0]);
	second = call(&listen_at[0]);
	ck_assert(!getrlimit(RLIMIT_NOFILE, &before));
	none = before;
	/* The reserve's number is the only one left under the limit. */
	none.rlim_cur = (rlim_t)r.front.reserve + 1;
	for (int i = 0; i < r.front.reserve; i++)
		if (fcntl(i, F_GETFD) < 0)
			ck_assert_int_eq(fcntl(fd, F_DUPFD, i), i);
	ck_assert(!setrlimit(RLIMIT_NOFILE, &none));
	front_rig_turn(&r);
	ck_assert(!setrlimit(RLIMIT_NOFILE, &before));
	ck_assert_uint_eq(r.front.waiting.n, 0);
	ck_assert(ev_is_active(&r.front.pause));
	ck_assert(!ev_is_active(&r.front.listeners[0]->io));
	ck_assert_int_eq(recv(first, &byte, 1, MSG_DONTWAIT), 0);
	front_rig_fire(&r, &r.front.pause);
	ck_assert_uint_eq(r.front.waiting.n, 1);
	close(first);
	close(second);
	front_rig_end(&r);
}
END_TEST

SUITE("front/front_listeners", a_listener_keeps_its_number, a_pause,
      no_descriptors)
