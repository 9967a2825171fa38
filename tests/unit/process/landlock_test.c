/* SPDX-License-Identifier: BSD-2-Clause */
/* landlock_test.c - what Landlock alone leaves to a process, without seccomp, which
 * refuses most of it before. */
#include "process/landlock.h"

#include "fence.h"
#include "suite.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int landlock_alone(enum sandbox_kind kind)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || landlock_enter(kind);
}

static struct sockaddr_in loopback(uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET };

	in.sin_port = htons(port);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return in;
}

/* A port that somebody who may could have now. */
static uint16_t free_port(void)
{
	struct sockaddr_in in = loopback(0);
	socklen_t len = sizeof in;
	int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

	if (fd < 0 || bind(fd, (struct sockaddr *)&in, sizeof in) ||
	    getsockname(fd, (struct sockaddr *)&in, &len))
		return 0;
	close(fd);
	return ntohs(in.sin_port);
}

/* Chosen before the fence is there. */
static uint16_t port;

/* 0 or the reason. */
static int try_port(int (*what)(int, const struct sockaddr *, socklen_t),
		    uint16_t number)
{
	struct sockaddr_in in = loopback(number);
	int fd = socket(AF_INET, SOCK_STREAM, 0), r;

	r = fd < 0 || what(fd, (struct sockaddr *)&in, sizeof in) ? errno : 0;
	close(fd);
	return r;
}

/* What the name servers are read from. */
static int reads_some_files(void)
{
	HOLDS(open("/etc/passwd", O_RDONLY) >= 0);
	HOLDS(open("/dev/urandom", O_RDONLY) >= 0);
	HOLDS(open("/etc/passwd", O_RDWR) < 0 && errno == EACCES);
	HOLDS(open("/proc/self/maps", O_RDONLY) < 0 && errno == EACCES);
	return 0;
}

static int opens_nothing(void)
{
	HOLDS(open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES);
	HOLDS(open("/tmp/adit-sandbox-test", O_CREAT | O_WRONLY, 0600) < 0 &&
	      errno == EACCES);
	return 0;
}

static int has_ports_of_a_worker(void)
{
	HOLDS(try_port(bind, 0) == 0);
	HOLDS(try_port(bind, port) == EACCES);
	HOLDS(try_port(connect, port) != EACCES);
	return 0;
}

static int has_ports_of_a_resolver(void)
{
	HOLDS(try_port(bind, 0) == EACCES);
	HOLDS(try_port(connect, 53) != EACCES);
	HOLDS(try_port(connect, port) == EACCES);
	return 0;
}

static int has_no_ports(void)
{
	HOLDS(try_port(bind, 0) == EACCES);
	HOLDS(try_port(connect, 53) == EACCES);
	HOLDS(try_port(connect, port) == EACCES);
	return 0;
}

static int signals_nobody(void)
{
	HOLDS(raise(0) == 0);
	HOLDS(kill(getppid(), 0) < 0 && errno == EPERM);
	return 0;
}

START_TEST(files)
{
	if (!landlock_version())
		return;
	ck_assert_int_eq(behind(landlock_alone, SANDBOX_WORKER, opens_nothing),
			 0);
	ck_assert_int_eq(behind(landlock_alone, SANDBOX_CHECKER, opens_nothing),
			 0);
	ck_assert_int_eq(
		behind(landlock_alone, SANDBOX_RESOLVER, reads_some_files), 0);
	ck_assert_int_eq(behind(landlock_alone, SANDBOX_LOG, opens_nothing), 0);
	ck_assert_int_eq(behind(landlock_alone, SANDBOX_WEB, opens_nothing), 0);
}
END_TEST

START_TEST(ports)
{
	if (landlock_version() < 4)
		return;
	port = free_port();
	ck_assert_int_ne(port, 0);
	ck_assert_int_eq(behind(landlock_alone, SANDBOX_WORKER,
				has_ports_of_a_worker),
			 0);
	ck_assert_int_eq(behind(landlock_alone, SANDBOX_RESOLVER,
				has_ports_of_a_resolver),
			 0);
	ck_assert_int_eq(behind(landlock_alone, SANDBOX_CHECKER, has_no_ports),
			 0);
	ck_assert_int_eq(behind(landlock_alone, SANDBOX_LOG, has_no_ports), 0);
	ck_assert_int_eq(behind(landlock_alone, SANDBOX_WEB, has_no_ports), 0);
}
END_TEST

START_TEST(signals)
{
	if (landlock_version() < 6)
		return;
	for (enum sandbox_kind k = SANDBOX_WORKER; k <= SANDBOX_CHECKER; k++)
		ck_assert_int_eq(behind(landlock_alone, k, signals_nobody), 0);
}
END_TEST

SUITE("process/landlock", files, ports, signals)
