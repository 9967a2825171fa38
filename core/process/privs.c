/* SPDX-License-Identifier: BSD-2-Clause */
/* privs.c - the user that a process runs as, and limits of its own. */
#include "process/privs.h"

#include "base/err.h"
#include "base/log.h"
#include "process/sanitized.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int privs_find(const char *name, struct privs_user *out, char *why,
	       size_t why_cap)
{
	const struct passwd *pw;

	*out = (struct privs_user){ false, geteuid(), getegid() };
	if (geteuid() != 0)
		return 0;
	pw = getpwnam(name);
	if (!pw) {
		snprintf(why, why_cap,
			 "there is no user %s: create it (" PRIVS_USERADD
			 " %s), or name another with user = in "
			 "[server]",
			 name, name);
		return ERR_NOTFOUND;
	}
	if (pw->pw_uid == 0) {
		snprintf(why, why_cap,
			 "user = %s: the worker must not run as "
			 "root; name another user in [server]",
			 name);
		return ERR_NOTFOUND;
	}
	*out = (struct privs_user){ true, pw->pw_uid, pw->pw_gid };
	return 0;
}

bool privs_find_part(const char *name, const char *part,
		     const struct privs_user *base, struct privs_user *out)
{
	const struct passwd *pw;
	char own[128];

	*out = *base;
	if (!base->change)
		return true;
	snprintf(own, sizeof own, "%s-%s", name, part);
	pw = getpwnam(own);
	if (!pw || pw->pw_uid == 0)
		return false;
	*out = (struct privs_user){ true, pw->pw_uid, pw->pw_gid };
	return true;
}

static int privs_become(const struct privs_user *user)
{
	if (setgroups(1, &user->gid) ||
	    setresgid(user->gid, user->gid, user->gid) ||
	    setresuid(user->uid, user->uid, user->uid))
		return ERR_SYS;
	/* It must not be possible to become root again. */
	return setuid(0) == 0 ? ERR_SYS : 0;
}

int privs_drop(const struct privs_user *user, pid_t parent)
{
	struct rlimit none = { 0, 0 };

	if (user->change && privs_become(user))
		return ERR_SYS;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_PDEATHSIG, SIGKILL))
		return ERR_SYS;
	/* The parent may have died before the line above. */
	return getppid() == parent ? 0 : ERR_SYS;
}

void privs_hide(void)
{
	struct rlimit none = { 0, 0 };

	/* Fails only where the limit is lower already. */
	setrlimit(RLIMIT_CORE, &none);
#ifndef SANITIZED
	/* The leak checker of ASan traces its own process. */
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

static bool has_capability(unsigned which)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { { 0 } };

	return !syscall(SYS_capget, &h, data) &&
	       data[which / 32].effective & 1u << which % 32;
}

/* With a limit, mlockall would make allocations fail one day. */
static bool may_lock_all(void)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	return !setrlimit(RLIMIT_MEMLOCK, &all) || has_capability(CAP_IPC_LOCK);
}

void privs_lock(void)
{
	if (!may_lock_all() || mlockall(MCL_CURRENT | MCL_FUTURE))
		log_msg(LOG_INFO, NULL,
			"private keys and hashes of passwords "
			"may be swapped out: memory cannot be locked: %s; see "
			"ulimit -l, or LimitMEMLOCK= of the service",
			strerror(errno));
}

void privs_more_fds(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) || l.rlim_cur == l.rlim_max)
		return;
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}
