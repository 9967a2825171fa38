/* SPDX-License-Identifier: BSD-2-Clause */
/* privs_test.c - who the children of a process run as, and what it may use. */
#include "process/privs.h"

#include "base/err.h"
#include "suite.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Without root the user stays the same, whatever the configuration says. */
START_TEST(without_root)
{
	struct privs_user user, part;
	char why[256] = "";

	if (!geteuid())
		return;
	ck_assert_int_eq(
		privs_find("nobody-of-that-name", &user, why, sizeof why), 0);
	ck_assert(!user.change);
	ck_assert_uint_eq(user.uid, geteuid());
	ck_assert_uint_eq(user.gid, getegid());
	ck_assert(privs_find_part("nobody-of-that-name", "part", &user, &part));
	ck_assert(!part.change);
}
END_TEST

START_TEST(as_root)
{
	struct privs_user user, part;
	char why[512] = "";

	if (geteuid())
		return;
	ck_assert_int_eq(privs_find("nobody", &user, why, sizeof why), 0);
	ck_assert(user.change && user.uid && user.gid);
	/* There is no nobody-part: it runs as nobody. */
	ck_assert(!privs_find_part("nobody", "part", &user, &part));
	ck_assert(part.change);
	ck_assert_uint_eq(part.uid, user.uid);
	ck_assert_int_eq(privs_find("nobody-of-that-name", &user, why,
				    sizeof why),
			 ERR_NOTFOUND);
	ck_assert_ptr_nonnull(strstr(why, "useradd"));
	ck_assert_int_eq(privs_find("root", &user, why, sizeof why),
			 ERR_NOTFOUND);
	ck_assert_ptr_nonnull(strstr(why, "must not run as root"));
}
END_TEST

/* 0, or the number of the line that did not hold; it is the exit status. */
static int dropped(pid_t parent)
{
	const struct privs_user same = { false, geteuid(), getegid() };
	struct rlimit core;
	int signal = 0;

	if (privs_drop(&same, parent))
		return __LINE__;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return __LINE__;
	if (getrlimit(RLIMIT_CORE, &core) || core.rlim_max)
		return __LINE__;
	if (prctl(PR_GET_PDEATHSIG, &signal) || signal != SIGKILL)
		return __LINE__;
	/* A parent that has died before is noticed. */
	return privs_drop(&same, parent + 1) ? 0 : __LINE__;
}

START_TEST(a_child_gains_nothing_any_more)
{
	pid_t parent = getpid(), pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (!pid)
		_exit(dropped(parent));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(all_descriptors_that_may_be)
{
	struct rlimit before, after;

	ck_assert(!getrlimit(RLIMIT_NOFILE, &before));
	after = before;
	after.rlim_cur = before.rlim_max / 2;
	ck_assert(!setrlimit(RLIMIT_NOFILE, &after));
	privs_more_fds();
	ck_assert(!getrlimit(RLIMIT_NOFILE, &after));
	ck_assert_uint_eq(after.rlim_cur, before.rlim_max);
	ck_assert(!setrlimit(RLIMIT_NOFILE, &before));
}
END_TEST

SUITE("process/privs", without_root, as_root, a_child_gains_nothing_any_more,
      all_descriptors_that_may_be)
