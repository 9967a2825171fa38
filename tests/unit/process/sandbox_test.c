/* SPDX-License-Identifier: BSD-2-Clause */
/* sandbox_test.c - what is left to a process in its sandbox, and what is
 * not. */
#include "fence.h"

#include "process/landlock.h"
#include "process/sanitized.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MPTCP = 262 };

static int inside(enum sandbox_kind kind, int (*what)(void))
{
	return behind(sandbox_enter, kind, what);
}

static void *other_thread(void *arg)
{
	return arg;
}

static struct sockaddr_in loopback(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return in;
}

static int works_for_a_worker(void)
{
	struct sockaddr_in in = loopback();
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
	int pair[2];
	char *p = malloc(16 << 20);
	pthread_t t;

	HOLDS(p != NULL);
	memset(p, 1, 16 << 20);
	free(p);
	HOLDS(fd >= 0);
	HOLDS(bind(fd, (struct sockaddr *)&in, sizeof in) == 0);
	HOLDS(listen(fd, 1) == 0);
	HOLDS(accept4(fd, NULL, NULL, SOCK_CLOEXEC) < 0 && errno == EAGAIN);
	HOLDS(socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) >= 0 ||
	      errno != EPERM);
	HOLDS(epoll_create1(EPOLL_CLOEXEC) >= 0);
	HOLDS(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	HOLDS(tgkill(getpid(), gettid(), 0) == 0);
	HOLDS(memfd_create("x", MFD_ALLOW_SEALING) >= 0);
	HOLDS(pipe2(pair, O_CLOEXEC) == 0);
	HOLDS(pthread_create(&t, NULL, other_thread, NULL) == 0);
	HOLDS(pthread_join(t, NULL) == 0);
	return 0;
}

static int refused_to_a_worker(void)
{
	HOLDS(open("/etc/passwd", O_RDONLY) < 0);
	HOLDS(open("/tmp/adit-sandbox-test", O_CREAT | O_WRONLY, 0600) < 0);
	HOLDS(unlink("/tmp/adit-sandbox-test") < 0 && errno == EPERM);
	HOLDS(socket(AF_UNIX, SOCK_STREAM, 0) < 0);
	HOLDS(socket(AF_PACKET, SOCK_RAW, 0) < 0);
	HOLDS(socket(AF_NETLINK, SOCK_RAW, 0) < 0 && errno == EPERM);
	HOLDS(socket(AF_INET, SOCK_DGRAM, 0) < 0 && errno == EPERM);
	HOLDS(socket(AF_INET, SOCK_STREAM, MPTCP) < 0 && errno == EPERM);
	HOLDS(fork() < 0);
	return 0;
}

/* Whoever the process is. */
static int refused_to_all(void)
{
	int fd = memfd_create("x", 0);
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	HOLDS(fork() < 0);
	HOLDS(kill(getppid(), 0) < 0 && errno == EPERM);
	HOLDS(tgkill(getppid(), getppid(), 0) < 0 && errno == EPERM);
	HOLDS(fcntl(STDERR_FILENO, F_SETOWN, getppid()) < 0 && errno == EPERM);
	HOLDS(page != MAP_FAILED);
	HOLDS(mprotect(page, 4096, PROT_READ | PROT_EXEC) < 0);
	HOLDS(mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
	HOLDS(fd < 0 || mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd,
			     0) == MAP_FAILED);
	HOLDS(prctl(PR_SET_DUMPABLE, 1) < 0 && errno == EPERM);
	HOLDS(prctl(PR_SET_PDEATHSIG, 0) < 0 && errno == EPERM);
	HOLDS(syscall(SYS_personality, 0x0400000 /* READ_IMPLIES_EXEC */) < 0);
	return 0;
}

/* Only the worker has any. */
static int starts_no_thread(void)
{
	pthread_t t;

	HOLDS(pthread_create(&t, NULL, other_thread, NULL) != 0);
	return 0;
}

static int runs_a_program(void)
{
	char *argv[] = { (char *)(uintptr_t) "true", NULL };

	execv("/bin/true", argv);
	return 1;
}

static int works_for_a_resolver(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = 53 };
	int udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	HOLDS(open("/etc/passwd", O_RDONLY) >= 0);
	HOLDS(open("/dev/urandom", O_RDONLY) >= 0);
	HOLDS(udp >= 0);
	HOLDS(connect(udp, (struct sockaddr *)&in, sizeof in) == 0);
	HOLDS(socket(AF_INET, SOCK_STREAM, 0) >= 0);
	HOLDS(socket(AF_INET6, SOCK_DGRAM, 0) >= 0 || errno != EPERM);
	HOLDS(epoll_create1(EPOLL_CLOEXEC) >= 0);
	HOLDS(if_nametoindex("lo") > 0);
	return 0;
}

static int refused_to_a_resolver(void)
{
	HOLDS(open("/etc/passwd", O_RDWR) < 0 && errno == EPERM);
	HOLDS(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
	HOLDS(socket(AF_NETLINK, SOCK_RAW, 0) < 0 && errno == EPERM);
	HOLDS(listen(0, 1) < 0 && errno == EPERM);
	HOLDS(socket(AF_INET, SOCK_STREAM, MPTCP) < 0 && errno == EPERM);
	return 0;
}

/* By Landlock, which a kernel may lack. */
static int closed_to_a_resolver(void)
{
	HOLDS(open("/proc/self/maps", O_RDONLY) < 0);
	return 0;
}

static int refused_to_a_checker(void)
{
	HOLDS(open("/etc/passwd", O_RDONLY) < 0);
	HOLDS(socket(AF_INET, SOCK_STREAM, 0) < 0);
	return 0;
}

/* A receiver that it finds again, and a memfd for what is long. */
static int works_for_a_log(void)
{
	const struct sockaddr_un un = { AF_UNIX, "/adit-sandbox-test" };
	struct sockaddr_in in = loopback();
	int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int memfd = memfd_create("x", MFD_ALLOW_SEALING);

	HOLDS(sock >= 0);
	HOLDS(connect(sock, (const struct sockaddr *)&un, sizeof un) < 0 &&
	      errno == ENOENT);
	HOLDS(udp >= 0);
	in.sin_port = htons(514);
	HOLDS(connect(udp, (struct sockaddr *)&in, sizeof in) == 0);
	HOLDS(tee(-1, -1, 1, 0) < 0 && errno == EBADF);
	HOLDS(memfd >= 0 && write(memfd, "x", 1) == 1);
	HOLDS(fcntl(memfd, F_ADD_SEALS, F_SEAL_SEAL) == 0);
	return 0;
}

static int refused_to_a_log(void)
{
	HOLDS(open("/etc/passwd", O_RDONLY) < 0);
	HOLDS(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
	HOLDS(socket(AF_UNIX, SOCK_SEQPACKET, 0) < 0 && errno == EPERM);
	HOLDS(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM);
	HOLDS(socket(AF_NETLINK, SOCK_RAW, 0) < 0 && errno == EPERM);
	HOLDS(socket(AF_NETLINK, SOCK_DGRAM, 0) < 0 && errno == EPERM);
	return 0;
}

static int listener = -1; /* that the monitor has opened */

/* Who asks for metrics. */
static int works_for_a_web(void)
{
	HOLDS(accept4(listener, NULL, NULL, SOCK_NONBLOCK) < 0 &&
	      errno == EAGAIN);
	HOLDS(epoll_create1(EPOLL_CLOEXEC) >= 0);
	return 0;
}

/* It has no sockets but those that it gets. */
static int refused_to_a_web(void)
{
	struct sockaddr_in in = loopback();

	HOLDS(open("/etc/passwd", O_RDONLY) < 0);
	HOLDS(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM);
	HOLDS(socket(AF_INET6, SOCK_DGRAM, 0) < 0 && errno == EPERM);
	HOLDS(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
	HOLDS(socket(AF_NETLINK, SOCK_RAW, 0) < 0 && errno == EPERM);
	HOLDS(bind(listener, (struct sockaddr *)&in, sizeof in) < 0 &&
	      errno == EPERM);
	HOLDS(connect(listener, (struct sockaddr *)&in, sizeof in) < 0 &&
	      errno == EPERM);
	HOLDS(listen(listener, 1) < 0 && errno == EPERM);
	return 0;
}

static void listens(void)
{
	struct sockaddr_in in = loopback();

	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	ck_assert_int_ge(listener, 0);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&in, sizeof in), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
}

START_TEST(web)
{
	listens();
	ck_assert_int_eq(inside(SANDBOX_WEB, works_for_a_web), 0);
	close(listener);
}
END_TEST

START_TEST(log_relay)
{
	ck_assert_int_eq(inside(SANDBOX_LOG, works_for_a_log), 0);
}
END_TEST

START_TEST(worker)
{
	ck_assert_int_eq(inside(SANDBOX_WORKER, works_for_a_worker), 0);
}
END_TEST

START_TEST(resolver)
{
	ck_assert_int_eq(inside(SANDBOX_RESOLVER, works_for_a_resolver), 0);
}
END_TEST

START_TEST(refusals)
{
#if defined(HAVE_SECCOMP) && !defined(SANITIZED)
	for (enum sandbox_kind k = SANDBOX_WORKER; k <= SANDBOX_CHECKER; k++) {
		ck_assert_int_eq(inside(k, refused_to_all), 0);
		ck_assert_int_eq(inside(k, runs_a_program), -SIGSYS);
	}
	ck_assert_int_eq(inside(SANDBOX_WORKER, refused_to_a_worker), 0);
	ck_assert_int_eq(inside(SANDBOX_CHECKER, refused_to_a_checker), 0);
	ck_assert_int_eq(inside(SANDBOX_LOG, refused_to_a_log), 0);
	ck_assert_int_eq(inside(SANDBOX_LOG, starts_no_thread), 0);
	listens();
	ck_assert_int_eq(inside(SANDBOX_WEB, refused_to_a_web), 0);
	close(listener);
	ck_assert_int_eq(inside(SANDBOX_WEB, starts_no_thread), 0);
	ck_assert_int_eq(inside(SANDBOX_RESOLVER, refused_to_a_resolver), 0);
	ck_assert_int_eq(inside(SANDBOX_RESOLVER, starts_no_thread), 0);
	ck_assert_int_eq(inside(SANDBOX_CHECKER, starts_no_thread), 0);
	if (landlock_version())
		ck_assert_int_eq(inside(SANDBOX_RESOLVER, closed_to_a_resolver),
				 0);
#else
	(void)refused_to_all;
	(void)refused_to_a_worker;
	(void)refused_to_a_checker;
	(void)refused_to_a_log;
	(void)refused_to_a_web;
	(void)refused_to_a_resolver;
	(void)starts_no_thread;
	(void)closed_to_a_resolver;
	(void)runs_a_program;
#endif
}
END_TEST

SUITE("process/sandbox", worker, resolver, web, log_relay, refusals)
