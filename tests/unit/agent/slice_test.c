/* SPDX-License-Identifier: BSD-2-Clause */
/* slice_test.c - whose slice a cgroup is in, in folders that look like
 * cgroups. */
#include "agent/verdict.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

enum { PATH_CAP = 200, NOBODY = 65534 };

static char top[32];

static void make_top(void)
{
	snprintf(top, sizeof top, "/tmp/slice.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(top));
}

static void drop_top(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", top);
	ck_assert_int_eq(system(command), 0);
}

/* The number of a new cgroup `scope` in the slice `slice`, with one process. */
static uint64_t make(const char *slice, const char *scope, pid_t pid)
{
	char path[PATH_CAP];
	struct stat st;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", top, slice);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/%s/%s", top, slice, scope);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	snprintf(path, sizeof path, "%s/%s/%s/cgroup.procs", top, slice, scope);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	if (pid)
		fprintf(f, "%ld\n", (long)pid);
	fclose(f);
	return st.st_ino;
}

static const char *slice_name(uid_t uid)
{
	static char name[40];

	snprintf(name, sizeof name, "user-%lu.slice", (unsigned long)uid);
	return name;
}

START_TEST(a_slice_of_this_user)
{
	uid_t me = geteuid();
	uint64_t mine, empty, other, sub;

	make_top();
	mine = make(slice_name(me), "session-1.scope", getpid());
	empty = make(slice_name(me), "session-2.scope", 0);
	sub = make(slice_name(me), "session-1.scope/app.slice", getpid());
	other = make(slice_name(4000000), "session-3.scope", 0);
	ck_assert(slice_has(top, me, mine));
	ck_assert(slice_has(top, me, empty));
	ck_assert(slice_has(top, me, sub));
	ck_assert(!slice_has(top, me, other));
	ck_assert(slice_has(top, 4000000, other));
	ck_assert(!slice_has(top, 400, other));
	ck_assert(!slice_has(top, me, UINT64_MAX));
	ck_assert(!slice_has("/nowhere", me, mine));
	drop_top();
}
END_TEST

/* A process of another user, until the pipe is closed. */
static pid_t stranger(int hold[2])
{
	pid_t pid;
	char c;

	ck_assert_int_eq(pipe(hold), 0);
	pid = fork();
	if (pid)
		return pid;
	close(hold[1]);
	_exit(setuid(NOBODY) || read(hold[0], &c, 1) != 0);
}

/* su(1) leaves the shell of one user in the session of another. */
START_TEST(a_slice_with_a_guest)
{
	uid_t me = geteuid();
	int hold[2], status;
	uint64_t shared;
	pid_t pid;

	make_top();
	if (me) {
		/* This very process is the guest, in the slice of another. */
		shared = make(slice_name(me + 1), "session-1.scope", getpid());
		ck_assert(!slice_has(top, me + 1, shared));
		drop_top();
		return;
	}
	pid = stranger(hold);
	shared = make(slice_name(me), "session-1.scope", pid);
	while (slice_has(top, me, shared))
		; /* it is still becoming another user */
	close(hold[1]);
	close(hold[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(slice_has(top, me, shared));
	drop_top();
}
END_TEST

START_TEST(processes_that_cannot_be_listed)
{
	uint64_t id;
	char path[PATH_CAP];

	make_top();
	id = make(slice_name(geteuid()), "session-1.scope", 0);
	snprintf(path, sizeof path, "%s/%s/session-1.scope/cgroup.procs", top,
		 slice_name(geteuid()));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert(!slice_has(top, geteuid(), id));
	drop_top();
}
END_TEST

SUITE("slice", a_slice_of_this_user, a_slice_with_a_guest,
      processes_that_cannot_be_listed)
