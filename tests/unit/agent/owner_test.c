/* SPDX-License-Identifier: BSD-2-Clause */
/* owner_test.c - whose socket is it: real sockets, the real kernel. */
#include "agent/verdict.h"

#include "base/err.h"
#include "net/sock.h"

#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

enum { NOBODY = 65534 };

static struct owner_check o;

struct joined {
	int listener, app, agent;
	struct addr peer, local; /* as the agent sees them */
};

static int listen_at(const char *host)
{
	struct addr at;

	ck_assert_int_eq(addr_parse(&at, host, 0), 0);
	return tcp_listen(&at, 8, true);
}

static void take(struct joined *j)
{
	ck_assert_int_eq(
		poll(&(struct pollfd){ j->listener, POLLIN, 0 }, 1, 5000), 1);
	j->agent = tcp_accept(j->listener, &j->peer);
	ck_assert_int_ge(j->agent, 0);
	j->local = addr_local(j->agent);
}

/* False where this machine has no such address. */
static bool join(struct joined *j, const char *host)
{
	struct addr at;

	j->listener = listen_at(host);
	if (j->listener < 0)
		return false;
	at = addr_local(j->listener);
	j->app = tcp_connect(&at, NULL);
	ck_assert_int_ge(j->app, 0);
	take(j);
	return true;
}

static void part(struct joined *j)
{
	close(j->agent);
	close(j->listener);
	if (j->app >= 0)
		close(j->app);
}

static uint32_t inode_of(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	return (uint32_t)st.st_ino;
}

static enum owner_verdict verdict(const struct joined *j)
{
	return verdict_ask(&o, &j->peer, &j->local);
}

static void check_own(const char *host)
{
	struct joined j;
	struct owner who;

	if (!join(&j, host))
		return;
	ck_assert_int_eq(owner_of(&o, &j.peer, &j.local, &who), 0);
	ck_assert_uint_eq(who.uid, geteuid());
	ck_assert_uint_eq(who.inode, inode_of(j.app));
	ck_assert_int_eq(owner_of(&o, &j.local, &j.peer, &who), 0);
	ck_assert_uint_eq(who.inode, inode_of(j.agent));
	ck_assert_int_eq(verdict(&j), OWNER_MINE);
	part(&j);
}

START_TEST(own_sockets)
{
	ck_assert_int_eq(owner_init(&o), 0);
	check_own("127.0.0.1");
	check_own("127.77.8.9");
	check_own("::1");
	owner_fini(&o);
}
END_TEST

/* The program of another user, which holds its end until told. */
static pid_t other_user(const struct addr *to, const int hold[2])
{
	pid_t pid = fork();
	char c;

	if (pid)
		return pid;
	close(hold[1]);
	if (setgid(NOBODY) || setuid(NOBODY) || tcp_connect(to, NULL) < 0)
		_exit(1);
	_exit(read(hold[0], &c, 1) != 0);
}

START_TEST(another_user)
{
	struct joined j = { .app = -1 };
	struct addr at;
	struct owner who;
	int hold[2], status;
	pid_t pid;

	if (geteuid())
		return;
	ck_assert_int_eq(owner_init(&o), 0);
	ck_assert_int_eq(pipe(hold), 0);
	j.listener = listen_at("127.0.0.1");
	at = addr_local(j.listener);
	pid = other_user(&at, hold);
	take(&j);
	ck_assert_int_eq(owner_of(&o, &j.peer, &j.local, &who), 0);
	ck_assert_uint_eq(who.uid, NOBODY);
	ck_assert_int_eq(verdict(&j), OWNER_OTHER);
	close(hold[0]);
	close(hold[1]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	/* It has gone, and its socket may seem to be root's. */
	ck_assert_int_ne(verdict(&j), OWNER_MINE);
	part(&j);
	owner_fini(&o);
}
END_TEST

/* Where there is no connection, the kernel answers with the listener. */
START_TEST(a_listener_is_no_connection)
{
	struct addr at, peer;
	struct owner who;
	int l = listen_at("127.0.0.1"), spare = listen_at("127.0.0.1");

	ck_assert_int_eq(owner_init(&o), 0);
	at = addr_local(l);
	peer = addr_local(spare);
	ck_assert_int_eq(owner_of(&o, &at, &peer, &who), ERR_NOTFOUND);
	ck_assert_int_eq(owner_of(&o, &peer, &at, &who), ERR_NOTFOUND);
	close(l);
	close(spare);
	ck_assert_int_eq(owner_of(&o, &at, &peer, &who), ERR_NOTFOUND);
	owner_fini(&o);
}
END_TEST

static enum owner_verdict closed_verdict(void)
{
	struct joined j;
	struct owner who;
	enum owner_verdict v;

	ck_assert(join(&j, "127.0.0.1"));
	/* Its byte is on its way: an orphan of the kernel. */
	ck_assert_int_eq(send(j.app, "x", 1, 0), 1);
	close(j.app);
	j.app = -1;
	ck_assert_int_eq(owner_of(&o, &j.peer, &j.local, &who), 0);
	ck_assert_uint_eq(who.inode, 0);
	v = verdict(&j);
	part(&j);
	ck_assert_int_eq(verdict(&j), OWNER_UNTOLD);
	return v;
}

static bool is_new_kernel(void)
{
	struct utsname u;
	char *end;
	long major;

	ck_assert_int_eq(uname(&u), 0);
	major = strtol(u.release, &end, 10);
	return major > 6 || (major == 6 && strtol(end + 1, NULL, 10) >= 16);
}

/* The kernel tells for 40 ms at most; a machine under load may take longer. */
START_TEST(a_closed_socket)
{
	enum owner_verdict v = OWNER_UNTOLD;

	ck_assert_int_eq(owner_init(&o), 0);
	for (int i = 0; i < 20 && v != OWNER_MINE; i++) {
		v = closed_verdict();
		ck_assert(v == OWNER_MINE || v == OWNER_UNTOLD);
	}
	if (is_new_kernel()) {
		ck_assert(o.probed && o.keeps);
		ck_assert_int_eq(v, OWNER_MINE);
	}
	owner_fini(&o);
}
END_TEST

/* The program of another user has sent its bytes, closed and ended. */
START_TEST(closed_by_another_user)
{
	struct joined j = { .app = -1 };
	struct addr at;
	int status;
	pid_t pid;

	if (geteuid())
		return;
	ck_assert_int_eq(owner_init(&o), 0);
	j.listener = listen_at("127.0.0.1");
	at = addr_local(j.listener);
	pid = fork();
	if (!pid) {
		int fd = setuid(NOBODY) ? -1 : tcp_connect(&at, NULL);

		_exit(fd < 0 || send(fd, "x", 1, 0) != 1 || close(fd));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	take(&j);
	ck_assert_int_ne(verdict(&j), OWNER_MINE);
	part(&j);
	owner_fini(&o);
}
END_TEST

START_TEST(a_kernel_that_does_not_answer)
{
	struct joined j;
	int null = open("/dev/null", O_RDWR);

	ck_assert_int_eq(owner_init(&o), 0);
	ck_assert(join(&j, "127.0.0.1"));
	ck_assert_int_ge(null, 0);
	ck_assert_int_ge(dup2(null, mnl_socket_get_fd(o.nl)), 0);
	ck_assert_int_eq(verdict(&j), OWNER_UNASKED);
	close(null);
	part(&j);
	owner_fini(&o);
}
END_TEST

static int listen_six(const char *ip, bool only)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6 };
	int fd = socket(AF_INET6, SOCK_STREAM, 0), on = only;
	struct addr mapped;

	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (ip) {
		ck_assert_int_eq(addr_parse(&mapped, ip, 0), 0);
		at.sin6_addr.s6_addr[10] = at.sin6_addr.s6_addr[11] = 0xff;
		memcpy(at.sin6_addr.s6_addr + 12, mapped.ip, 4);
	}
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) ||
	    listen(fd, 8)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The inode of who listens at that host, with the port of fd; 0: nobody. */
static uint32_t listening(const char *host, int fd)
{
	struct addr at, own = addr_local(fd);
	struct owner who;

	ck_assert_int_eq(addr_parse(&at, host, own.port), 0);
	if (owner_of_listener(&o, &at, &who))
		return 0;
	ck_assert_uint_eq(who.uid, geteuid());
	return who.inode;
}

START_TEST(who_listens)
{
	int fd = listen_at("127.0.0.1"), any = listen_at("0.0.0.0");
	struct addr at = addr_local(fd), own;
	int app = tcp_connect(&at, NULL);

	ck_assert_int_eq(owner_init(&o), 0);
	ck_assert_uint_eq(listening("127.0.0.1", fd), inode_of(fd));
	ck_assert_uint_eq(listening("127.0.0.2", fd), 0);
	ck_assert_uint_eq(listening("::1", fd), 0);
	ck_assert_uint_eq(listening("127.0.0.2", any), inode_of(any));
	/* A connection is no listener, whoever has it. */
	own = addr_local(app);
	ck_assert_uint_ne(own.port, at.port);
	ck_assert_uint_eq(listening("127.0.0.1", app), 0);
	close(app);
	close(fd);
	close(any);
	owner_fini(&o);
}
END_TEST

START_TEST(six_that_takes_four)
{
	int any = listen_six(NULL, false), one = listen_six("127.0.0.1", false);

	if (any < 0)
		return;
	ck_assert_int_eq(owner_init(&o), 0);
	ck_assert_uint_eq(listening("127.0.0.1", any), inode_of(any));
	/* As Java binds. */
	ck_assert_uint_eq(listening("127.0.0.1", one), inode_of(one));
	close(any);
	close(one);
	owner_fini(&o);
}
END_TEST

/* A program that listens at [::] only must not lend its name to what listens
 * with the same port at 127.0.0.1. */
START_TEST(six_beside_four)
{
	int six = listen_six(NULL, true), four;
	struct addr at;

	if (six < 0)
		return;
	ck_assert_int_eq(owner_init(&o), 0);
	ck_assert_uint_eq(listening("127.0.0.1", six), 0);
	at = addr_local(six);
	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", at.port), 0);
	four = tcp_listen(&at, 8, true);
	if (four >= 0) {
		ck_assert_uint_eq(listening("127.0.0.1", six), inode_of(four));
		close(four);
	}
	close(six);
	owner_fini(&o);
}
END_TEST

/* An answer that nobody fetched must not be taken for the next one's. */
START_TEST(a_stray_answer)
{
	char buf[512];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct inet_diag_req_v2 *req;

	ck_assert_int_eq(owner_init(&o), 0);
	h->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	h->nlmsg_seq = 77777;
	req = mnl_nlmsg_put_extra_header(h, sizeof *req);
	memset(req, 0, sizeof *req);
	req->sdiag_family = AF_INET;
	req->sdiag_protocol = IPPROTO_TCP;
	req->idiag_states = 1U << 10;
	ck_assert_int_gt(mnl_socket_sendto(o.nl, h, h->nlmsg_len), 0);
	check_own("127.0.0.1");
	check_own("127.0.0.1");
	owner_fini(&o);
}
END_TEST

SUITE("owner", own_sockets, another_user, a_listener_is_no_connection,
      a_closed_socket, closed_by_another_user, a_kernel_that_does_not_answer,
      who_listens, six_that_takes_four, six_beside_four, a_stray_answer)
