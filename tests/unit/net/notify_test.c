/* SPDX-License-Identifier: BSD-2-Clause */
/* notify_test.c - messages to a service manager, at a path and at an abstract
 * socket. */
#include "net/notify.h"

#include "suite.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int manager = -1;
static char dir[32], heard[512];

/* Listens as `name`, where the first byte 0 means that there is no file. */
static void listens(const char *name, size_t n, const char *shown)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	memcpy(sun.sun_path, name, n);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(
		bind(manager, (struct sockaddr *)&sun,
		     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)),
		0);
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", shown, 1), 0);
}

static const char *hears(void)
{
	ssize_t n = recv(manager, heard, sizeof heard - 1, 0);

	heard[n > 0 ? n : 0] = 0;
	return heard;
}

static void start(void)
{
	char path[64];

	snprintf(dir, sizeof dir, "/tmp/adit-notify-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/notify", dir);
	listens(path, strlen(path), path);
}

static void stop(void)
{
	char path[64];

	close(manager);
	snprintf(path, sizeof path, "%s/notify", dir);
	unlink(path);
	ck_assert_int_eq(rmdir(dir), 0);
}

START_TEST(says_how_it_is)
{
	start();
	notify_ready("listening on %d addresses", 2);
	ck_assert_str_eq(hears(), "READY=1\nSTATUS=listening on 2 addresses");
	notify_reloading();
	ck_assert_ptr_eq(strstr(hears(), "RELOADING=1\nMONOTONIC_USEC="),
			 heard);
	ck_assert_uint_gt(strtoul(heard + 27, NULL, 10), 0);
	notify_status("waiting: %s", "a\nREADY=1");
	ck_assert_str_eq(hears(), "STATUS=waiting: a\\x0aREADY=1");
	notify_stopping("going");
	ck_assert_str_eq(hears(), "STOPPING=1\nSTATUS=going");
	ck_assert_str_eq(hears(), "");
	stop();
}
END_TEST

START_TEST(name_without_a_file)
{
	char name[64] = "", shown[64];
	int n = snprintf(name + 1, sizeof name - 1, "adit-notify-%d",
			 (int)getpid());

	snprintf(shown, sizeof shown, "@%s", name + 1);
	listens(name, (size_t)n + 1, shown);
	notify_ready("x");
	ck_assert_str_eq(hears(), "READY=1\nSTATUS=x");
	close(manager);
}
END_TEST

/* A service manager that is not there is no error. */
START_TEST(nobody_listens)
{
	char name[200];

	start();
	unsetenv("NOTIFY_SOCKET");
	notify_ready("x");
	setenv("NOTIFY_SOCKET", "vsock:2:1", 1);
	notify_ready("x");
	memset(name, 'x', sizeof name - 1);
	name[0] = '/';
	name[sizeof name - 1] = 0;
	setenv("NOTIFY_SOCKET", name, 1);
	notify_ready("x");
	ck_assert_str_eq(hears(), "");
	stop();
}
END_TEST

SUITE("notify", says_how_it_is, name_without_a_file, nobody_listens)
