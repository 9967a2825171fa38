/* SPDX-License-Identifier: BSD-2-Clause */
/* sock_test.c - TCP as it is: FIN, RST, urgent bytes and last words, on real
 * loopback sockets. */
#include "net/sock.h"

#include "base/err.h"

#include <errno.h>
#include <poll.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "suite.h"

static struct loop loop;
static struct sock s;
static bool listener_options;
static int peer; /* the other end, blocking */
static char got[70000];
static size_t ngot;
static ssize_t last;
static uint64_t urgent_at;
static unsigned reads, writables;

static void on_readable(struct sock *k)
{
	struct iovec iov = { got + ngot, sizeof got - ngot };
	bool urgent;

	reads++;
	last = sock_read(k, &iov, 1, &urgent);
	if (last > 0)
		ngot += (size_t)last;
	if (urgent)
		urgent_at = ngot;
}

static void on_writable(struct sock *k)
{
	(void)k;
	writables++;
}

static const struct sock_ops ops = { on_readable, on_writable };

/* One turn of the loop, when something is there. */
static void turn(void)
{
	ev_run(loop.ev, EVRUN_ONCE);
}

static void start(void)
{
	struct addr at, from;
	int listener, fd;

	ngot = reads = writables = 0;
	last = 0;
	urgent_at = 0;
	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	listener = tcp_listen(&at, 0, true);
	ck_assert_int_ge(listener, 0);
	if (listener_options)
		tcp_hand_down(listener, 60);
	ck_assert_int_eq(listen(listener, 1), 0);
	at = addr_local(listener);
	peer = tcp_connect(&at, NULL);
	ck_assert_int_ge(peer, 0);
	ck_assert_int_eq(poll(&(struct pollfd){ listener, POLLIN, 0 }, 1, 5000),
			 1);
	fd = tcp_accept(listener, &from);
	ck_assert_int_ge(fd, 0);
	ck_assert_uint_eq(from.port, addr_local(peer).port);
	close(listener);
	ck_assert_int_eq(loop_init(&loop), 0);
	sock_init(&s, &ops);
	s.has_options = listener_options;
	sock_open(&s, &loop, fd);
}

static void stop(void)
{
	sock_close(&s, false);
	if (peer >= 0)
		close(peer);
	loop_fini(&loop);
}

static void say(const char *text, int flags)
{
	ck_assert_int_eq(send(peer, text, strlen(text), flags),
			 (ssize_t)strlen(text));
}

START_TEST(bytes_then_fin)
{
	start();
	say("hello", 0);
	turn();
	ck_assert_int_eq(last, 5);
	ck_assert_mem_eq(got, "hello", 5);
	shutdown(peer, SHUT_WR);
	turn();
	ck_assert_int_eq(last, 0);
	/* The end is told once; nothing watches for more. */
	ck_assert(!ev_is_active(&s.rd));
	stop();
}
END_TEST

START_TEST(reset_is_an_error)
{
	start();
	tcp_reset(peer);
	peer = -1;
	turn();
	ck_assert_int_eq(last, ERR_SYS);
	stop();
}
END_TEST

START_TEST(urgent_keeps_its_place)
{
	start();
	say("abc", 0);
	say("d", MSG_OOB);
	say("ef", 0);
	while (ngot < 6)
		turn();
	ck_assert_mem_eq(got, "abcdef", 6);
	ck_assert_uint_eq(urgent_at, 4);
	stop();
}
END_TEST

/* The pieces that fit go without the urgent byte, which is in the last one. */
START_TEST(urgent_behind_many_pieces)
{
	struct iovec iov[30];
	char in[64];

	start();
	for (size_t i = 0; i < ARRAY_LEN(iov); i++)
		iov[i] = (struct iovec){ (void *)"x", 1 };
	last = sock_write(&s, iov, (int)ARRAY_LEN(iov), true);
	ck_assert_int_gt(last, 0);
	ck_assert_int_lt(last, 30);
	ck_assert_int_eq(recv(peer, in, sizeof in, 0), last);
	ck_assert_int_eq(sock_write(&s, iov + last, 30 - (int)last, true),
			 30 - last);
	ck_assert_int_eq(poll(&(struct pollfd){ peer, POLLPRI, 0 }, 1, 5000),
			 1);
	stop();
}
END_TEST

START_TEST(lone_urgent_byte)
{
	start();
	say("!", MSG_OOB);
	turn();
	ck_assert_uint_eq(ngot, 1);
	ck_assert_uint_eq(urgent_at, 1);
	stop();
}
END_TEST

START_TEST(urgent_goes_out)
{
	struct iovec iov[2] = { { (void *)"ab", 2 }, { (void *)"cd", 2 } };
	char in[8];
	int on = 1, mark = 0;

	start();
	setsockopt(peer, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
	ck_assert_int_eq(sock_write(&s, iov, 2, true), 4);
	ck_assert_int_eq(poll(&(struct pollfd){ peer, POLLPRI, 0 }, 1, 5000),
			 1);
	ck_assert_int_eq(recv(peer, in, 8, 0), 3);
	ck_assert_int_eq(ioctl(peer, SIOCATMARK, &mark), 0);
	ck_assert_int_eq(mark, 1);
	ck_assert_int_eq(recv(peer, in, 8, 0), 1);
	ck_assert_int_eq(in[0], 'd');
	stop();
}
END_TEST

START_TEST(finish_is_half)
{
	char in[8];

	start();
	sock_finish(&s);
	ck_assert_int_eq(poll(&(struct pollfd){ peer, POLLIN, 0 }, 1, 5000), 1);
	ck_assert_int_eq(recv(peer, in, 8, 0), 0);
	say("still", 0);
	turn();
	ck_assert_uint_eq(ngot, 5);
	stop();
}
END_TEST

START_TEST(close_with_reset)
{
	char in[8];

	start();
	sock_close(&s, true);
	ck_assert_int_eq(poll(&(struct pollfd){ peer, POLLIN, 0 }, 1, 5000), 1);
	ck_assert_int_eq(recv(peer, in, 8, 0), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	stop();
}
END_TEST

/* close() without tcp_close(), as when the process dies, is a reset and no
 * orderly end. */
START_TEST(death_is_a_reset)
{
	char in[8];

	start();
	ev_io_stop(loop.ev, &s.rd);
	close(s.fd);
	s.fd = -1;
	ck_assert_int_eq(poll(&(struct pollfd){ peer, POLLIN, 0 }, 1, 5000), 1);
	ck_assert_int_eq(recv(peer, in, 8, 0), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	stop();
}
END_TEST

START_TEST(close_is_a_fin)
{
	char in[8];

	start();
	sock_close(&s, false);
	ck_assert_int_eq(poll(&(struct pollfd){ peer, POLLIN, 0 }, 1, 5000), 1);
	ck_assert_int_eq(recv(peer, in, 8, 0), 0);
	stop();
}
END_TEST

/* The peer has answered and reset; writing finds out first, and what the peer
 * said is still read before the end. */
START_TEST(last_words)
{
	struct iovec iov = { (void *)"x", 1 };
	int n = 0;

	start();
	say("too large", 0);
	ck_assert_int_eq(poll(&(struct pollfd){ s.fd, POLLIN, 0 }, 1, 5000), 1);
	/* Unread bytes at the peer make its close a reset. */
	ck_assert_int_eq(sock_write(&s, &iov, 1, false), 1);
	ck_assert_int_eq(poll(&(struct pollfd){ peer, POLLIN, 0 }, 1, 5000), 1);
	close(peer);
	peer = -1;
	while (!s.broken && n++ < 10000)
		ck_assert_int_eq(sock_write(&s, &iov, 1, false), 1);
	ck_assert(s.broken);
	while (last != ERR_SYS)
		turn();
	ck_assert_uint_eq(ngot, 9);
	ck_assert_mem_eq(got, "too large", 9);
	stop();
}
END_TEST

/* Events without a read in between: the watcher is silent after the second,
 * and comes back with the read. */
static void on_ignored(struct sock *k)
{
	(void)k;
	reads++;
}

START_TEST(unread_events_stop)
{
	static const struct sock_ops deaf = { on_ignored, on_writable };
	struct iovec iov = { got, 1 };
	bool urgent;

	start();
	s.ops = &deaf;
	say("abc", 0);
	turn();
	turn();
	ck_assert_uint_eq(reads, 1);
	ck_assert(!ev_is_active(&s.rd));
	ck_assert_int_eq(sock_read(&s, &iov, 1, &urgent), 1);
	ck_assert(ev_is_active(&s.rd));
	/* Only the end is asked for: bytes are no end. */
	ck_assert_int_eq(sock_read(&s, NULL, 0, &urgent), ERR_AGAIN);
	stop();
}
END_TEST

/* A socket that waits for its turn is read on without being watched, as long as
 * there is as much again to read; an urgent byte keeps its place. */
START_TEST(read_on_in_a_queue)
{
	static const struct sock_ops deaf = { on_ignored, on_writable };
	struct iovec iov = { got, 2 };
	bool urgent;

	start();
	s.ops = &deaf;
	say("abcdefg", 0);
	turn();
	ck_assert_int_eq(sock_read(&s, &iov, 1, &urgent), 2);
	/* It was watched when it was read. */
	ck_assert(!sock_has_more(&s, 2, &iov, 1));
	turn();
	turn();
	ck_assert(!ev_is_active(&s.rd));
	ck_assert_int_eq(sock_read(&s, &iov, 1, &urgent), 2);
	ck_assert(sock_has_more(&s, 2, &iov, 1));
	ck_assert(!ev_is_active(&s.rd));
	say("!", MSG_OOB);
	ck_assert_int_eq(sock_read(&s, &iov, 1, &urgent), 2);
	ck_assert(!urgent);
	ck_assert_int_eq(got[0], 'e');
	ck_assert(sock_has_more(&s, 2, &iov, 1));
	/* A short read. */
	ck_assert_int_eq(sock_read(&s, &iov, 1, &urgent), 1);
	ck_assert(!sock_has_more(&s, 1, &iov, 1));
	ck_assert(ev_is_active(&s.rd));
	ck_assert_int_eq(sock_read(&s, &iov, 1, &urgent), 1);
	ck_assert(urgent);
	ck_assert_int_eq(got[0], '!');
	stop();
}
END_TEST

/* A read that finds nothing does not end the watching. */
START_TEST(nothing_there_after_all)
{
	static const struct sock_ops deaf = { on_ignored, on_writable };
	struct iovec iov = { got, 9 };
	bool urgent;

	start();
	s.ops = &deaf;
	say("abc", 0);
	turn();
	turn();
	ck_assert(!ev_is_active(&s.rd));
	ck_assert_int_eq(sock_read(&s, &iov, 1, &urgent), 3);
	s.announced = true;
	ev_io_stop(loop.ev, &s.rd);
	ck_assert_int_eq(sock_read(&s, &iov, 1, &urgent), ERR_AGAIN);
	ck_assert(ev_is_active(&s.rd));
	stop();
}
END_TEST

START_TEST(a_full_socket_says_when)
{
	static char much[4 << 20];
	struct iovec iov = { much, sizeof much };
	ssize_t n, total = 0;

	start();
	n = sock_write(&s, &iov, 1, false);
	ck_assert_int_gt(n, 0);
	ck_assert_int_lt(n, (ssize_t)sizeof much);
	ck_assert(ev_is_active(&s.wr));
	while (total < n) {
		ck_assert_int_eq(
			poll(&(struct pollfd){ peer, POLLIN, 0 }, 1, 5000), 1);
		total += recv(peer, much, sizeof much, 0);
	}
	while (!writables)
		turn();
	ck_assert(!ev_is_active(&s.wr));
	stop();
}
END_TEST

START_TEST(listening_where_somebody_is)
{
	struct addr at;
	int a, b;

	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	a = tcp_listen(&at, 1, true);
	at = addr_local(a);
	b = tcp_listen(&at, 1, true);
	ck_assert_int_eq(b, -1);
	ck_assert_int_eq(errno, EADDRINUSE);
	close(a);
}
END_TEST

static int tcp_option(int name)
{
	int value = -1;
	socklen_t len = sizeof value;

	ck_assert_int_eq(getsockopt(s.fd, IPPROTO_TCP, name, &value, &len), 0);
	return value;
}

/* Keep-alive is for connections that last for a second. */
static void grow_up(void)
{
	ck_assert(ev_is_active(&loop.grown));
	ev_timer_stop(loop.ev, &loop.grown);
	ev_invoke(loop.ev, &loop.grown, EV_TIMER);
}

/* TCP asks the server each minute, and gives up after two hours as before. */
START_TEST(firewalls_do_not_forget)
{
	static const struct {
		unsigned idle;
		int probes;
	} of[] = { { 60, 120 }, { 120, 60 }, { 1, 127 }, { 7200, 3 } };
	socklen_t len = sizeof(int);
	int on = 0;

	start();
	grow_up();
	ck_assert_int_eq(getsockopt(s.fd, SOL_SOCKET, SO_KEEPALIVE, &on, &len),
			 0);
	ck_assert_int_ne(on, 0);
	for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
		sock_keep_alive(&s, of[i].idle);
		ck_assert_int_eq(tcp_option(TCP_KEEPIDLE), (int)of[i].idle);
		ck_assert_int_eq(tcp_option(TCP_KEEPINTVL), (int)of[i].idle);
		ck_assert_int_eq(tcp_option(TCP_KEEPCNT), of[i].probes);
	}
	/* What moves to another process is opened there once more. */
	ck_assert_uint_eq(s.keep_alive_s, 7200);
	ev_io_stop(loop.ev, &s.rd);
	s.keep_alive_s = 90;
	sock_open(&s, &loop, s.fd);
	grow_up();
	ck_assert_int_eq(tcp_option(TCP_KEEPIDLE), 90);
	stop();
}
END_TEST

static int peer_state(void)
{
	struct tcp_info ti;
	socklen_t len = sizeof ti;

	ck_assert_int_eq(getsockopt(peer, IPPROTO_TCP, TCP_INFO, &ti, &len), 0);
	return ti.tcpi_state;
}

/* A peer with SO_LINGER waits in close() until its FIN is acknowledged. */
START_TEST(an_end_that_is_acknowledged)
{
	start();
	sock_ends_soon(&s);
	shutdown(peer, SHUT_WR);
	turn();
	ck_assert_int_eq(last, 0);
	ck_assert_int_eq(peer_state(), TCP_FIN_WAIT2);
	stop();
}
END_TEST

/* The end behind the last bytes is found without another event, once. */
START_TEST(an_end_behind_the_last_bytes)
{
	struct iovec iov = { got, 100 };
	bool urgent;

	start();
	sock_ends_soon(&s);
	ck_assert(!sock_seeks_end(&s, 100, &iov, 1));
	ck_assert(!sock_seeks_end(&s, 0, &iov, 1));
	say("hello", 0);
	turn();
	ck_assert(sock_seeks_end(&s, last, &iov, 1));
	say("more", 0);
	ck_assert_int_eq(sock_read(&s, &iov, 1, &urgent), ERR_AGAIN);
	ck_assert(!sock_seeks_end(&s, 5, &iov, 1));
	turn();
	ck_assert_int_eq(last, 4);
	sock_ends_soon(&s);
	shutdown(peer, SHUT_WR);
	ck_assert_int_eq(sock_read(&s, &iov, 1, &urgent), 0);
	ck_assert(!ev_is_active(&s.rd));
	stop();
}
END_TEST

/* After its own FIN a socket looks for the peer's end first. */
START_TEST(ends_after_ours)
{
	start();
	sock_finish(&s);
	shutdown(peer, SHUT_WR);
	turn();
	ck_assert_int_eq(last, 0);
	ck_assert(s.ended);
	stop();
	start();
	sock_finish(&s);
	tcp_reset(peer);
	peer = -1;
	turn();
	ck_assert_int_eq(last, ERR_SYS);
	stop();
}
END_TEST

static bool socket_option(int name)
{
	struct linger l = { 0 };
	socklen_t len = name == SO_LINGER ? sizeof l : sizeof l.l_onoff;

	ck_assert_int_eq(getsockopt(s.fd, SOL_SOCKET, name, &l, &len), 0);
	return l.l_onoff;
}

/* The first write waits for nothing, so the second one sets it. */
START_TEST(no_delay_from_the_second_write_on)
{
	struct iovec iov = { (void *)"x", 1 };

	start();
	ck_assert_int_eq(sock_write(&s, &iov, 1, false), 1);
	ck_assert(!tcp_option(TCP_NODELAY));
	ck_assert_int_eq(sock_write(&s, &iov, 1, false), 1);
	ck_assert(tcp_option(TCP_NODELAY));
	stop();
}
END_TEST

/* After accept(2) no call for options is needed; the end is still a FIN. */
START_TEST(a_listener_hands_options_down)
{
	char in[8];

	listener_options = true;
	start();
	listener_options = false;
	ck_assert(socket_option(SO_LINGER));
	ck_assert(socket_option(SO_OOBINLINE));
	ck_assert(socket_option(SO_KEEPALIVE));
	ck_assert(tcp_option(TCP_NODELAY));
	ck_assert_int_eq(tcp_option(TCP_KEEPIDLE), 60);
	ck_assert_int_eq(tcp_option(TCP_KEEPINTVL), 60);
	ck_assert_int_eq(tcp_option(TCP_KEEPCNT), 120);
	ck_assert(list_is_empty(&loop.young));
	sock_close(&s, false);
	ck_assert_int_eq(poll(&(struct pollfd){ peer, POLLIN, 0 }, 1, 5000), 1);
	ck_assert_int_eq(recv(peer, in, 8, 0), 0);
	stop();
}
END_TEST

static bool ended_first(unsigned parts, bool after_ours)
{
	bool first;

	start();
	while (parts--) {
		say("part", 0);
		turn();
	}
	if (after_ours)
		sock_finish(&s);
	shutdown(peer, SHUT_WR);
	while (!s.ended)
		turn();
	first = s.ended_first;
	stop();
	return first;
}

/* A server that answers and ends: the next one may do so, too. */
START_TEST(who_answers_and_ends)
{
	ck_assert(ended_first(1, false));
	ck_assert(!ended_first(0, false));
	ck_assert(!ended_first(2, false));
	ck_assert(!ended_first(1, true));
}
END_TEST

SUITE("sock", who_answers_and_ends, ends_after_ours,
      no_delay_from_the_second_write_on, a_listener_hands_options_down,
      an_end_behind_the_last_bytes, an_end_that_is_acknowledged,
      urgent_behind_many_pieces, bytes_then_fin, reset_is_an_error,
      urgent_keeps_its_place, firewalls_do_not_forget, lone_urgent_byte,
      urgent_goes_out, finish_is_half, close_with_reset, death_is_a_reset,
      close_is_a_fin, last_words, unread_events_stop, nothing_there_after_all,
      read_on_in_a_queue, a_full_socket_says_when, listening_where_somebody_is)
