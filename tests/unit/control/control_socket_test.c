/* SPDX-License-Identifier: BSD-2-Clause */
/* control_socket_test.c - the names of control sockets, and their folders. */
#include "control/control_socket.h"

#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static char dir[64], path[96];

static void open_dir(void)
{
	snprintf(dir, sizeof dir, "/tmp/adit-control-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/sock", dir);
}

/* It does not open, and says why. */
static void fails(const struct control_side *side, const char *where,
		  const char *part)
{
	struct control_socket s;
	char why[600] = "";

	ck_assert_int_lt(control_socket_open(&s, side, where, why, sizeof why),
			 0);
	ck_assert_int_eq(s.fd, -1);
	ck_assert_ptr_null(s.path);
	ck_assert_msg(strstr(why, part), "\"%s\" lacks \"%s\"", why, part);
	ck_assert_msg(strstr(why, side->setting), "\"%s\" lacks the cure", why);
}

static void opens(struct control_socket *s, const struct control_side *side,
		  const char *where)
{
	char why[600] = "";

	ck_assert_msg(!control_socket_open(s, side, where, why, sizeof why),
		      "%s", why);
}

static void make_file(const char *name)
{
	int fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0600);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void names_of(const struct control_side *side)
{
	struct control_socket s, again;
	char longer[300];
	struct stat st;

	open_dir();
	opens(&s, side, path);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	fails(side, path, "already running");
	/* What a killed daemon leaves behind. */
	close(s.fd);
	opens(&again, side, path);
	s.fd = -1;
	control_socket_close(&s);
	control_socket_close(&again);
	ck_assert_int_ne(access(path, F_OK), 0);
	make_file(path);
	fails(side, path, "no socket");
	unlink(path);
	snprintf(longer, sizeof longer, "%s/%0200d", dir, 0);
	fails(side, longer, "too long");
	ck_assert_int_eq(rmdir(dir), 0);
}

START_TEST(names)
{
	names_of(&control_aditd);
	names_of(&control_agent);
}
END_TEST

/* The mode of the socket does not depend on the umask. */
START_TEST(nobody_else_may_connect)
{
	mode_t before = umask(0);
	struct control_socket s;
	struct stat st;

	open_dir();
	opens(&s, &control_agent, path);
	ck_assert_int_eq(umask(before), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 077, 0);
	control_socket_close(&s);
	rmdir(dir);
}
END_TEST

START_TEST(folders)
{
	char deep[160], above[120];
	struct control_socket s;

	open_dir();
	snprintf(above, sizeof above, "%s/a", dir);
	snprintf(deep, sizeof deep, "%s/b/sock", above);
	fails(&control_aditd, deep, "No such file");
	opens(&s, &control_agent, deep);
	control_socket_close(&s);
	snprintf(deep, sizeof deep, "%s/b", above);
	ck_assert_int_eq(rmdir(deep), 0);
	/* Of aditd only the last folder is made. */
	snprintf(deep, sizeof deep, "%s/c/sock", above);
	opens(&s, &control_aditd, deep);
	control_socket_close(&s);
	snprintf(deep, sizeof deep, "%s/c", above);
	ck_assert_int_eq(rmdir(deep), 0);
	ck_assert_int_eq(rmdir(above), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* Somebody who may write into the folder could replace the socket by another
 * one. */
START_TEST(folders_of_others)
{
	open_dir();
	ck_assert_int_eq(chmod(dir, 0777), 0);
	fails(&control_agent, path, "others may write there");
	ck_assert_int_eq(chmod(dir, 0700), 0);
	if (!geteuid())
		ck_assert_int_eq(chown(dir, NOBODY, NOBODY), 0);
	fails(&control_agent, geteuid() ? "/adit.sock" : path, "not to you");
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* Another file that took the place of the socket is not removed. */
START_TEST(not_its_own)
{
	struct control_socket s;

	open_dir();
	opens(&s, &control_aditd, path);
	ck_assert(control_socket_is_named(&s));
	ck_assert_int_eq(unlink(path), 0);
	make_file(path);
	ck_assert(!control_socket_is_named(&s));
	control_socket_close(&s);
	ck_assert(!control_socket_is_named(&s));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(connections)
{
	struct control_socket s;
	int fd, at;

	open_dir();
	ck_assert_int_eq(control_socket_dial(path), -1);
	ck_assert_int_eq(errno, ENOENT);
	opens(&s, &control_aditd, path);
	fd = control_socket_dial(path);
	ck_assert_int_ge(fd, 0);
	at = accept(s.fd, NULL, NULL);
	ck_assert_int_ge(at, 0);
	ck_assert(control_socket_may(at));
	ck_assert(!control_socket_may(-1));
	close(at);
	close(fd);
	control_socket_close(&s);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

static int tries(const char *where, const char *part)
{
	char why[400] = "";
	int r = control_socket_try(&control_aditd, where, why, sizeof why);

	ck_assert_msg(strstr(why, part), "\"%s\" lacks \"%s\"", why, part);
	return r;
}

/* The checks of aditd -t, which change nothing. */
START_TEST(without_opening)
{
	struct control_socket s;
	char longer[200], folder[100];
	struct stat st;

	open_dir();
	opens(&s, &control_aditd, path);
	ck_assert_int_eq(tries(path, ""), 0);
	snprintf(folder, sizeof folder, "%s/new", dir);
	snprintf(longer, sizeof longer, "%s/sock", folder);
	ck_assert_int_eq(tries(longer, ""), 0);
	ck_assert_int_ne(stat(folder, &st), 0);
	ck_assert_int_lt(tries(dir, "no socket"), 0);
	if (geteuid()) {
		ck_assert_int_eq(chmod(dir, 0500), 0);
		ck_assert_int_lt(tries(longer, "start aditd as root"), 0);
		ck_assert_int_eq(chmod(dir, 0700), 0);
	}
	snprintf(longer, sizeof longer, "%s/no/new/sock", dir);
	ck_assert_int_lt(tries(longer, "No such file"), 0);
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = 0;
	ck_assert_int_lt(tries(longer, "too long"), 0);
	control_socket_close(&s);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

SUITE("control/control_socket", names, nobody_else_may_connect, folders,
      folders_of_others, not_its_own, connections, without_opening)
