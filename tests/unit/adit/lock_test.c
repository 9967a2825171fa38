/* SPDX-License-Identifier: BSD-2-Clause */
/* lock_test.c - the lock of a configuration: who holds it, and locks that are
 * stale. */
#include "adit/lock.h"

#include "base/err.h"

#include "suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[40];

static void folder(void)
{
	snprintf(dir, sizeof dir, "/tmp/adit-lock-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void put(const char *name)
{
	char path[400];
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

/* How many files there are, and removes them. */
static unsigned files(bool removes)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	unsigned n = 0;

	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		n++;
		if (removes)
			ck_assert_int_eq(unlinkat(dirfd(d), e->d_name, 0), 0);
	}
	closedir(d);
	return n;
}

/* Another process, which holds the lock until it is ended. */
static pid_t holder(const char *profile)
{
	struct lock l;
	int ends[2];
	pid_t pid;
	char byte;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (!pid) {
		signal(SIGTERM, SIG_DFL); /* Check has its own */
		byte = lock_take(&l, dir, profile) ? 'n' : 'y';
		lock_tell(&l, "/run/x/adit.sock");
		if (write(ends[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	ck_assert_int_eq(read(ends[0], &byte, 1), 1);
	ck_assert_int_eq(byte, 'y');
	close(ends[0]);
	close(ends[1]);
	return pid;
}

static void end(pid_t pid, int sig)
{
	int state;

	if (sig)
		kill(pid, sig);
	ck_assert_int_eq(waitpid(pid, &state, 0), pid);
}

START_TEST(held)
{
	struct lock_holder h;
	struct lock l;
	pid_t pid;

	folder();
	ck_assert(!lock_find(&h, dir, "agent"));
	pid = holder("agent");
	ck_assert(lock_find(&h, dir, "agent"));
	ck_assert_int_eq(h.pid, pid);
	ck_assert_str_eq(h.socket, "/run/x/adit.sock");
	ck_assert_int_eq(lock_take(&l, dir, "agent"), ERR_LIMIT);
	ck_assert_int_eq(l.fd, -1);
	lock_drop(&l);
	/* Others are other agents. */
	ck_assert(!lock_find(&h, dir, "work"));
	ck_assert_int_eq(lock_take(&l, dir, "/etc/x.ini"), 0);
	lock_drop(&l);
	ck_assert_int_eq(lock_take(&l, dir, "work"), 0);
	lock_drop(&l);
	ck_assert_uint_eq(files(false), 1);
	ck_assert(lock_find(&h, dir, "agent"));
	ck_assert(lock_signal(&h, dir, "agent", SIGTERM));
	end(pid, 0);
	ck_assert(!lock_signal(&h, dir, "agent", SIGTERM));
	files(true);
	rmdir(dir);
}
END_TEST

/* Lock files that do not count: left by a crash or an earlier boot, or with a
 * process number that another process has now. */
START_TEST(stale)
{
	struct lock_holder h;
	struct lock l;
	pid_t pid;

	folder();
	pid = holder("agent");
	end(pid, SIGKILL);
	ck_assert_uint_eq(files(false), 1);
	ck_assert(!lock_find(&h, dir, "agent"));
	put("agent-0000000000000001.lock");
	put("agent-0000000000000001.lock.old");
	put("agent-work-0000000000000001.lock");
	ck_assert_int_eq(lock_take(&l, dir, "agent"), 0);
	/* Its own, and two that are no locks of this profile. */
	ck_assert_uint_eq(files(false), 3);
	lock_drop(&l);
	ck_assert_uint_eq(files(true), 2);
	rmdir(dir);
}
END_TEST

/* A home on two machines: the lock of the other machine's agent stays. */
START_TEST(another_machine)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct lock l;
	char path[100];
	int ends[2], fd;
	pid_t pid;

	folder();
	put("agent-0000000000000001.lock");
	snprintf(path, sizeof path, "%s/agent-0000000000000001.lock", dir);
	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (!pid) {
		fd = open(path, O_RDWR);
		if (fcntl(fd, F_SETLK, &whole) || write(ends[1], "y", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	ck_assert_int_eq(read(ends[0], path, 1), 1);
	ck_assert_int_eq(lock_take(&l, dir, "agent"), 0);
	ck_assert_uint_eq(files(false), 2);
	lock_drop(&l);
	end(pid, SIGKILL);
	ck_assert_uint_eq(files(true), 1);
	close(ends[0]);
	close(ends[1]);
	rmdir(dir);
}
END_TEST

START_TEST(folder_that_is_not_there)
{
	struct lock_holder h;
	struct lock l;

	ck_assert_int_eq(lock_take(&l, "/nowhere/at/all", "agent"), ERR_SYS);
	ck_assert(!lock_find(&h, "/nowhere/at/all", "agent"));
	lock_tell(&l, "/x");
	lock_drop(&l);
}
END_TEST

START_TEST(fifo_in_its_place)
{
	struct lock_holder h;
	struct lock l;

	folder();
	ck_assert_int_eq(lock_take(&l, dir, "agent"), 0);
	lock_drop(&l);
	ck_assert_int_eq(mkfifo(l.path, 0600), 0);
	ck_assert(!lock_find(&h, dir, "agent"));
	ck_assert_int_eq(unlink(l.path), 0);
	rmdir(dir);
}
END_TEST

SUITE("adit/lock", held, stale, another_machine, folder_that_is_not_there,
      fifo_in_its_place)
