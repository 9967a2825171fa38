/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_test.c - what the gateway's processes say to each other, whole and
 * broken. */
#include "process/msg.h"

#include "base/err.h"
#include "base/wire.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

struct pair {
	int a, b;
};

static struct pair pair_new(void)
{
	int fd[2];

	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd), 0);
	return (struct pair){ fd[0], fd[1] };
}

static void pair_close(struct pair *p)
{
	close(p->a);
	close(p->b);
}

static unsigned open_fds(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

START_TEST(packet_with_descriptors)
{
	struct pair p = pair_new();
	struct msg out = { .type = MSG_CONF,
			   .id = 0xdeadbeef,
			   .len = 3,
			   .data = { 1, 2, 3 } },
		   in;
	unsigned before = open_fds();

	out.fds[out.nfds++] = p.a;
	out.fds[out.nfds++] = p.b;
	ck_assert_int_eq(msg_send(p.a, &out), 0);
	ck_assert_int_eq(msg_recv(p.b, &in), 0);
	ck_assert_uint_eq(in.type, MSG_CONF);
	ck_assert_uint_eq(in.id, 0xdeadbeef);
	ck_assert_uint_eq(in.len, 3);
	ck_assert_mem_eq(in.data, out.data, 3);
	ck_assert_uint_eq(in.nfds, 2);
	ck_assert_int_ne(fcntl(in.fds[0], F_GETFD) & FD_CLOEXEC, 0);
	msg_close_fds(&in);
	ck_assert_uint_eq(in.nfds, 0);
	ck_assert_uint_eq(open_fds(), before);
	pair_close(&p);
}
END_TEST

START_TEST(most_of_everything)
{
	struct pair p = pair_new();
	struct msg out = { .type = MSG_CONTROL, .len = MSG_MAX }, in;

	memset(out.data, 0x5a, sizeof out.data);
	for (unsigned i = 0; i < MSG_FDS; i++)
		out.fds[out.nfds++] = p.a;
	ck_assert_int_eq(msg_send(p.a, &out), 0);
	ck_assert_int_eq(msg_recv(p.b, &in), 0);
	ck_assert_uint_eq(in.len, MSG_MAX);
	ck_assert_uint_eq(in.nfds, MSG_FDS);
	ck_assert_mem_eq(in.data, out.data, MSG_MAX);
	msg_close_fds(&in);
	out.nfds = 0;
	out.len = MSG_MAX + 1;
	ck_assert_int_eq(msg_send(p.a, &out), ERR_SYS);
	pair_close(&p);
}
END_TEST

START_TEST(empty_closed_and_full)
{
	struct pair p = pair_new();
	struct msg m = { .type = MSG_DRAIN };
	int r = 0;

	ck_assert_int_eq(msg_recv(p.b, &m), ERR_AGAIN);
	m.type = MSG_DRAIN;
	m.len = MSG_MAX;
	for (int i = 0; i < 10000 && !r; i++)
		r = msg_send(p.a, &m);
	ck_assert_int_eq(r, ERR_AGAIN);
	close(p.a);
	while (!(r = msg_recv(p.b, &m)))
		;
	ck_assert_int_eq(r, ERR_CLOSED);
	ck_assert_int_eq(msg_send(p.b, &m), ERR_CLOSED);
	close(p.b);
}
END_TEST

/* A packet as a broken worker would make it. */
static void send_raw(int sock, const void *p, size_t n, int fd, unsigned nfds)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(200 * sizeof(int))];
	} space = { 0 };
	struct iovec iov = { (void *)(uintptr_t)p, n };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	int fds[200];

	for (unsigned i = 0; i < nfds; i++)
		fds[i] = fd;
	if (nfds) {
		h.msg_control = space.bytes;
		h.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(nfds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, nfds * sizeof(int));
	}
	ck_assert_int_eq(sendmsg(sock, &h, 0), (int)n);
}

START_TEST(malformed_packets)
{
	static const char big[MSG_MAX + 6];
	struct pair p = pair_new();
	unsigned before = open_fds();
	struct msg m;

	send_raw(p.a, "\1\0\0\0", 4, -1, 0);
	ck_assert_int_eq(msg_recv(p.b, &m), ERR_PROTO);
	send_raw(p.a, "\1", 1, p.a, 3);
	ck_assert_int_eq(msg_recv(p.b, &m), ERR_PROTO);
	send_raw(p.a, big, sizeof big, p.a, 1);
	ck_assert_int_eq(msg_recv(p.b, &m), ERR_PROTO);
	send_raw(p.a, big, 5, p.a, 200);
	ck_assert_int_eq(msg_recv(p.b, &m), ERR_PROTO);
	ck_assert_uint_eq(m.nfds, 0);
	ck_assert_uint_eq(open_fds(), before);
	send_raw(p.a, big, 5, -1, 0);
	ck_assert_int_eq(msg_recv(p.b, &m), 0);
	ck_assert_uint_eq(m.len, 0);
	pair_close(&p);
}
END_TEST

START_TEST(memfd_and_back)
{
	struct buf b = { 0 };
	int fd = msg_memfd("test", "hello", 5);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "x", 1), -1);
	ck_assert_int_eq(msg_memfd_read(fd, &b, 5), 0);
	ck_assert_uint_eq(buf_len(&b), 5);
	ck_assert_str_eq((char *)buf_ptr(&b), "hello");
	buf_fini(&b);
	ck_assert_int_eq(msg_memfd_read(fd, &b, 4), ERR_PROTO);
	close(fd);
	fd = msg_memfd("empty", "", 0);
	ck_assert_int_eq(msg_memfd_read(fd, &b, 4), 0);
	ck_assert_uint_eq(buf_len(&b), 0);
	buf_fini(&b);
	close(fd);
}
END_TEST

START_TEST(memfd_that_could_change)
{
	struct buf b = { 0 };
	int fd = memfd_create("open", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int null = open("/dev/null", O_RDONLY);

	ck_assert_int_eq(write(fd, "x", 1), 1);
	ck_assert_int_eq(msg_memfd_read(fd, &b, 10), ERR_PROTO);
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), 0);
	ck_assert_int_eq(msg_memfd_read(fd, &b, 10), ERR_PROTO);
	ck_assert_int_eq(msg_memfd_read(null, &b, 10), ERR_PROTO);
	ck_assert_uint_eq(buf_len(&b), 0);
	close(null);
	close(fd);
}
END_TEST

/* ---- fields -------------------------------------------------------------- */

static struct addr address(const char *text)
{
	struct addr a;

	ck_assert_int_eq(addr_parse_port(&a, text), 0);
	return a;
}

/* Everything shorter, and one byte more, must be refused.  Copies are of the
 * exact size, for ASan. */
#define CUT(type, fill)                                                        \
	do {                                                                   \
		struct msg_##type in_ = fill, out_;                            \
		uint8_t p_[MSG_MAX];                                           \
		size_t n_ = pack_msg_##type(p_, sizeof p_, &in_);              \
		ck_assert_uint_gt(n_, 0);                                      \
		for (size_t i_ = 0; i_ <= n_ + 1; i_++) {                      \
			uint8_t *copy_ = malloc(i_ + !i_);                     \
			memcpy(copy_, p_, i_);                                 \
			ck_assert_int_eq(unpack_msg_##type(&out_, copy_, i_),  \
					 i_ == n_ ? 0 : ERR_PROTO);            \
			ck_assert_uint_eq(pack_msg_##type(copy_, i_, &in_),    \
					  i_ < n_ ? 0 : n_);                   \
			free(copy_);                                           \
		}                                                              \
	} while (0)

static struct msg_auth some_auth(void)
{
	struct msg_auth a = { .gateway = 3,
			      .user = "alice",
			      .has_password = true,
			      .password = "correct horse",
			      .change = true };

	a.source = address("[2001:db8::1]:4711");
	return a;
}

static struct msg_sign some_sign(void)
{
	struct msg_sign s = { .gateway = 1, .algorithm = 0x0403, .len = 32 };

	memset(s.bytes, 0xaa, 32);
	return s;
}

static struct msg_resolved some_addresses(void)
{
	struct msg_resolved r = { .n = 2 };

	r.addrs[0] = address("192.0.2.1:1");
	r.addrs[1] = address("[2001:db8::1]:1");
	return r;
}

static struct msg_resolve some_question(void)
{
	return (struct msg_resolve){ .who = "home/alice",
				     .host = "www.example.org" };
}

static struct msg_auth_result some_result(void)
{
	return (struct msg_auth_result){ .verdict = AUTH_RIGHT,
					 .wait_ms = 17,
					 .groups = "staff,admins" };
}

START_TEST(cut_anywhere)
{
	CUT(auth, some_auth());
	CUT(auth_result, some_result());
	CUT(sign, some_sign());
	CUT(resolved, some_addresses());
	CUT(resolve, some_question());
}
END_TEST

START_TEST(fields_come_back)
{
	struct msg_auth a = some_auth(), b;
	struct msg_resolved r = some_addresses(), s;
	uint8_t p[MSG_MAX];
	size_t n = pack_msg_auth(p, sizeof p, &a);

	ck_assert_int_eq(unpack_msg_auth(&b, p, n), 0);
	ck_assert_uint_eq(b.gateway, 3);
	ck_assert_str_eq(b.user, "alice");
	ck_assert(b.has_password);
	ck_assert_str_eq(b.password, "correct horse");
	ck_assert(b.change);
	a.has_password = a.change = false;
	n = pack_msg_auth(p, sizeof p, &a);
	ck_assert_int_eq(unpack_msg_auth(&b, p, n), 0);
	ck_assert(!b.has_password && !b.change);
	ck_assert_str_eq(b.password, "");
	ck_assert(addr_same(&a.source, &b.source));
	n = pack_msg_resolved(p, sizeof p, &r);
	ck_assert_int_eq(unpack_msg_resolved(&s, p, n), 0);
	ck_assert_uint_eq(s.n, 2);
	ck_assert(addr_same(&s.addrs[1], &r.addrs[1]));
}
END_TEST

/* By the password and by the user, and not without the key. */
START_TEST(stamps)
{
	static const uint8_t key[STAMP_KEY] = { 1 }, other[STAMP_KEY] = { 2 };
	uint8_t a[STAMP_LEN], b[STAMP_LEN];

	stamp_make(a, key, "alice", "$y$one");
	stamp_make(b, key, "alice", "$y$one");
	ck_assert_mem_eq(a, b, sizeof a);
	stamp_make(b, key, "alice", "!$y$one");
	ck_assert_mem_ne(a, b, sizeof a);
	stamp_make(b, key, "alice$", "y$one");
	ck_assert_mem_ne(a, b, sizeof a);
	stamp_make(b, other, "alice", "$y$one");
	ck_assert_mem_ne(a, b, sizeof a);
}
END_TEST

START_TEST(values_out_of_range)
{
	static const uint8_t verdict_6[9 + STAMP_LEN] = { AUTH_VERDICTS };
	static const uint8_t kind_5[] = { 0, 1, 5, 0, 0, 0, 0, 0, 0 };
	static const uint8_t kind_0[] = { 0, 1, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t many[] = { 0, RESOLVE_MAX + 1 };
	static const uint8_t nothing[] = { FOUND_ADDRESS, 0 };
	static const uint8_t unknown[] = { FOUND_CROWD + 1, 0 };
	static const uint8_t long_sign[] = { 0, 0, 0, 0, 0, 0, 0, 0, 4, 1 };
	static const uint8_t nul[] = { 0, 0, 0, 0, 1, 0, 0, 0,
				       0, 0, 0, 0, 0, 0, 0 };
	struct msg_resolved r = { .n = RESOLVE_MAX + 1 };
	struct msg_sign s = { .len = 1025 };
	struct msg_auth_result a;
	struct msg_auth auth;
	uint8_t p[MSG_MAX];

	ck_assert_int_eq(unpack_msg_auth_result(&a, verdict_6,
						sizeof verdict_6),
			 ERR_PROTO);
	ck_assert_int_eq(unpack_msg_auth(&auth, nul, sizeof nul), ERR_PROTO);
	ck_assert_uint_eq(pack_msg_resolved(p, sizeof p, &r), 0);
	ck_assert_uint_eq(pack_msg_sign(p, sizeof p, &s), 0);
	ck_assert_int_eq(unpack_msg_sign(&s, long_sign, sizeof long_sign),
			 ERR_PROTO);
	ck_assert_uint_eq(s.len, 0);
	ck_assert_int_eq(unpack_msg_resolved(&r, kind_5, sizeof kind_5),
			 ERR_PROTO);
	ck_assert_int_eq(unpack_msg_resolved(&r, kind_0, sizeof kind_0),
			 ERR_PROTO);
	ck_assert_uint_eq(r.n, 0);
	ck_assert_int_eq(unpack_msg_resolved(&r, many, sizeof many), ERR_PROTO);
	ck_assert_int_eq(unpack_msg_resolved(&r, nothing, sizeof nothing),
			 ERR_PROTO);
	ck_assert_int_eq(unpack_msg_resolved(&r, unknown, sizeof unknown),
			 ERR_PROTO);
}
END_TEST

static struct msg message_of(const char *text)
{
	struct msg m = { .type = MSG_READY };
	struct wr w = wr_of(m.data, sizeof m.data);

	wr_str16(&w, text);
	ck_assert(!w.bad);
	m.len = (size_t)(w.p - m.data);
	return m;
}

/* From a process that may have been taken over. */
START_TEST(text_is_harmless)
{
	static const char *const said[][2] = {
		{ "", "" },
		{ "a.ini:3: what\nb.ini:4: else",
		  "a.ini:3: what\nb.ini:4: else" },
		{ "\x1b[2Jclean\r\n\xff\n", "\\x1b[2Jclean\\x0d\n\\xff\n" },
		{ "\n\n", "\n\n" },
	};
	char text[MSG_TEXT];

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		struct msg m = message_of(said[i][0]);

		ck_assert_int_eq(msg_text(&m, text), 0);
		ck_assert_str_eq(text, said[i][1]);
		m.len++;
		ck_assert_int_eq(msg_text(&m, text), ERR_PROTO);
	}
}
END_TEST

/* It takes more room than it had, and is cut. */
START_TEST(text_that_grows)
{
	char long_one[MSG_MAX - 2], text[MSG_TEXT];
	struct msg m;

	for (size_t i = 0; i < sizeof long_one - 1; i++)
		long_one[i] = i % 50 == 49 ? '\n' : '\x1b';
	long_one[sizeof long_one - 1] = 0;
	m = message_of(long_one);
	ck_assert_int_eq(msg_text(&m, text), 0);
	ck_assert_uint_lt(strlen(text), sizeof text);
	ck_assert_ptr_null(strchr(text, '\x1b'));
}
END_TEST

SUITE("process/msg", packet_with_descriptors, most_of_everything,
      empty_closed_and_full, malformed_packets, memfd_and_back,
      memfd_that_could_change, cut_anywhere, fields_come_back, stamps,
      values_out_of_range, text_is_harmless, text_that_grows)
