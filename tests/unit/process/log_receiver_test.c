/* SPDX-License-Identifier: BSD-2-Clause */
/* log_receiver_test.c - a receiver that comes, reads nothing, goes, and comes
 * back. */
#include "process/log_receiver.h"

#include "base/err.h"
#include "process/msg.h"
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[64];
static struct log_receiver r;

static void begin(enum log_kind kind)
{
	snprintf(dir, sizeof dir, "/tmp/adit-log-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	r = (struct log_receiver){ .fd = -1, .to.kind = kind };
	snprintf(r.to.path, sizeof r.to.path, "%s/socket", dir);
}

static void end(void)
{
	log_receiver_close(&r);
	unlink(r.to.path);
	ck_assert_int_eq(rmdir(dir), 0);
}

/* The daemon's end. */
static int comes(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(un.sun_path, sizeof un.sun_path, "%s", r.to.path);
	unlink(un.sun_path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&un, sizeof un), 0);
	return fd;
}

static void hears(int fd, const char *want)
{
	char got[64] = "";

	ck_assert_int_eq(recv(fd, got, sizeof got - 1, 0),
			 (ssize_t)strlen(want));
	ck_assert_str_eq(got, want);
}

static int sends(const char *text)
{
	return log_receiver_send(&r, text, strlen(text));
}

START_TEST(comes_and_goes)
{
	int fd;

	begin(LOG_TO_SYSLOG);
	ck_assert_int_eq(sends("none"), ERR_CLOSED);
	ck_assert_int_eq(errno, ENOENT);
	fd = comes();
	ck_assert_int_eq(sends("one"), 0);
	hears(fd, "one");
	close(fd);
	ck_assert_int_eq(sends("gone"), ERR_CLOSED);
	ck_assert_int_eq(errno, ECONNREFUSED);
	ck_assert_int_eq(r.fd, -1);
	/* It is there again, under the same name. */
	fd = comes();
	ck_assert_int_eq(sends("two"), 0);
	hears(fd, "two");
	close(fd);
	end();
}
END_TEST

START_TEST(reads_nothing)
{
	unsigned n = 0;
	int fd, e;

	begin(LOG_TO_SYSLOG);
	fd = comes();
	while (!(e = sends("line")))
		n++;
	ck_assert_int_eq(e, ERR_AGAIN);
	ck_assert_int_ge(r.fd, 0);
	/* What was not taken was not sent in part; and there is room again. */
	while (n--)
		hears(fd, "line");
	ck_assert_int_eq(recv(fd, &e, sizeof e, 0), -1);
	ck_assert_int_eq(sends("more"), 0);
	hears(fd, "more");
	close(fd);
	end();
}
END_TEST

static void shrink(void)
{
	int least = 1;

	ck_assert_int_eq(log_receiver_open(&r), 0);
	ck_assert_int_eq(setsockopt(r.fd, SOL_SOCKET, SO_SNDBUF, &least,
				    sizeof least),
			 0);
}

static char text[32000];

/* The journal's protocol: a sealed memfd, and an empty packet with it. */
START_TEST(long_to_the_journal)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} space;
	struct msghdr h = { .msg_control = space.bytes,
			    .msg_controllen = sizeof space };
	struct buf got = { 0 };
	int fd, memfd;

	begin(LOG_TO_JOURNAL);
	fd = comes();
	shrink();
	memset(text, 'x', sizeof text);
	ck_assert_int_eq(log_receiver_send(&r, text, sizeof text), 0);
	ck_assert_int_eq(recvmsg(fd, &h, 0), 0);
	ck_assert_ptr_nonnull(CMSG_FIRSTHDR(&h));
	memcpy(&memfd, CMSG_DATA(CMSG_FIRSTHDR(&h)), sizeof memfd);
	ck_assert_int_eq(msg_memfd_read(memfd, &got, sizeof text), 0);
	ck_assert_uint_eq(buf_len(&got), sizeof text);
	ck_assert_int_eq(memcmp(buf_ptr(&got), text, sizeof text), 0);
	buf_fini(&got);
	close(memfd);
	close(fd);
	end();
}
END_TEST

/* Syslog has no such thing: its beginning has to do. */
START_TEST(long_to_syslog)
{
	static char got[32000];
	int fd;

	begin(LOG_TO_SYSLOG);
	fd = comes();
	shrink();
	memset(text, 'y', sizeof text);
	ck_assert_int_eq(log_receiver_send(&r, text, sizeof text), 0);
	ck_assert_int_eq(recv(fd, got, sizeof got, 0), 2048);
	ck_assert_int_eq(memcmp(got, text, 2048), 0);
	close(fd);
	end();
}
END_TEST

START_TEST(by_udp)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	r = (struct log_receiver){ .fd = -1, .to.kind = LOG_TO_SYSLOG };
	ck_assert_int_eq(addr_parse(&r.to.at, "127.0.0.1", 0), 0);
	{
		struct sockaddr_storage ss;
		socklen_t len = addr_to_sa(&r.to.at, &ss);

		ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, len), 0);
	}
	r.to.at = addr_local(fd);
	ck_assert_int_eq(sends("by UDP"), 0);
	hears(fd, "by UDP");
	log_receiver_close(&r);
	close(fd);
}
END_TEST

START_TEST(names)
{
	char name[LOG_RECEIVER_NAME];
	struct log_to to;

	ck_assert_int_eq(log_to_parse(&to, "journal"), 0);
	ck_assert_str_eq(log_receiver_name(&to, name), "journald");
	ck_assert_int_eq(log_to_parse(&to, "syslog"), 0);
	ck_assert_str_eq(log_receiver_name(&to, name), "syslog at /dev/log");
	ck_assert_int_eq(log_to_parse(&to, "syslog:192.0.2.1:514"), 0);
	ck_assert_str_eq(log_receiver_name(&to, name),
			 "syslog at 192.0.2.1:514");
}
END_TEST

SUITE("process/log_receiver", comes_and_goes, reads_nothing,
      long_to_the_journal, long_to_syslog, by_udp, names)
