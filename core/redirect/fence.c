/* SPDX-License-Identifier: BSD-2-Clause */
/* fence.c - what the helper adit-redirect gives up before it reads a byte. */
#include "redirect/fence.h"

#include "base/err.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef HAVE_SECCOMP
#include <fcntl.h>
#include <sys/mman.h>
#include <seccomp.h>
#endif

/* GCC, clang */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FENCE_NONE
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FENCE_NONE
#endif
#endif

int fence_capabilities(void)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	const uint32_t net_admin = 1u << CAP_NET_ADMIN;
	const struct __user_cap_data_struct data[2] = {
		{ .effective = net_admin, .permitted = net_admin },
	};
	const struct rlimit none = { 0, 0 };

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) ||
	    syscall(SYS_capset, &h, data) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    setrlimit(RLIMIT_CORE, &none))
		return ERR_SYS;
	return 0;
}

#if defined(HAVE_SECCOMP) && !defined(FENCE_NONE)

static const int fence_calls_left[] = {
	SCMP_SYS(recvfrom),     SCMP_SYS(recvmsg),
	SCMP_SYS(sendto),       SCMP_SYS(sendmsg),
	SCMP_SYS(poll),         SCMP_SYS(ppoll),
	SCMP_SYS(close),        SCMP_SYS(restart_syscall),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

int fence_calls(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int r = f ? 0 : -ENOMEM;

	for (size_t i = 0; i < ARRAY_LEN(fence_calls_left) && !r; i++)
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, fence_calls_left[i], 0);
	if (!r)
		r = seccomp_load(f);
	seccomp_release(f);
	errno = -r;
	return r ? ERR_SYS : 0;
}

#else

int fence_calls(void)
{
	return 0;
}

#endif
