/* SPDX-License-Identifier: BSD-2-Clause */
/* sandbox.c - the system calls that a process of the gateway gives up for
 * good. */
#include "process/sandbox.h"

#include "base/err.h"
#include "base/log.h"
#include "process/landlock.h"
#include "process/sanitized.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#ifdef HAVE_SECCOMP
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <seccomp.h>
#endif

#ifndef SANITIZED

#ifdef HAVE_SECCOMP

#define CALL(name) SCMP_SYS(name)

/* What every process needs to run and to end. */
static const int common[] = {
	CALL(read),           CALL(write),
	CALL(readv),          CALL(writev),
	CALL(close),          CALL(recvfrom),
	CALL(recvmsg),        CALL(sendto),
	CALL(sendmsg),        CALL(fstat),
	CALL(newfstatat),     CALL(poll),
	CALL(ppoll),          CALL(brk),
	CALL(munmap),         CALL(mremap),
	CALL(madvise),        CALL(mlock),
	CALL(munlock),        CALL(futex),
	CALL(sched_yield),    CALL(getrandom),
	CALL(getpid),         CALL(gettid),
	CALL(getppid),        CALL(getuid),
	CALL(geteuid),        CALL(getgid),
	CALL(getegid),        CALL(clock_gettime),
	CALL(clock_getres),   CALL(clock_nanosleep),
	CALL(nanosleep),      CALL(gettimeofday),
	CALL(time),           CALL(rt_sigaction),
	CALL(rt_sigprocmask), CALL(rt_sigreturn),
	CALL(sigaltstack),    CALL(restart_syscall),
	CALL(exit),           CALL(exit_group),
};

/* Reads memfds of the monitor: certificates. */
static const int checker_calls[] = { CALL(pread64) };

static const int worker_calls[] = {
	/* connections */
	CALL(accept4),
	CALL(connect),
	CALL(bind),
	CALL(listen),
	CALL(shutdown),
	CALL(getsockopt),
	CALL(setsockopt),
	CALL(getsockname),
	CALL(getpeername),
	CALL(sendmmsg),
	CALL(recvmmsg),
	/* loops */
	CALL(epoll_create),
	CALL(epoll_create1),
	CALL(epoll_ctl),
	CALL(epoll_wait),
	CALL(epoll_pwait),
	CALL(eventfd2),
	CALL(pipe2),
	CALL(timerfd_create),
	CALL(timerfd_settime),
	CALL(timerfd_gettime),
	CALL(dup),
	CALL(dup2),
	CALL(dup3),
	CALL(close_range),
	/* threads */
	CALL(set_robust_list),
	CALL(rseq),
	CALL(sched_getaffinity),
	CALL(membarrier),
	CALL(getcpu),
	/* memfds */
	CALL(memfd_create),
	CALL(pread64),
	CALL(pwrite64),
	CALL(ftruncate),
	CALL(lseek),
	/* statistics, and GnuTLS's random numbers */
	CALL(getrusage),
	CALL(uname),
	CALL(sysinfo),
	CALL(times),
};

/* Calls that would be the first step of an attack: they end the process. */
static const int deadly[] = {
	CALL(execve),           CALL(execveat),          CALL(ptrace),
	CALL(process_vm_readv), CALL(process_vm_writev),
};

/* Name servers, and the files that name them. */
static const int resolver_calls[] = {
	CALL(connect),      CALL(getsockopt),    CALL(setsockopt),
	CALL(getsockname),  CALL(getpeername),   CALL(bind),
	CALL(epoll_create), CALL(epoll_create1), CALL(epoll_ctl),
	CALL(epoll_wait),   CALL(epoll_pwait),   CALL(eventfd2),
	CALL(pipe2),        CALL(stat),          CALL(lstat),
	CALL(statx),        CALL(access),        CALL(readlink),
	CALL(lseek),        CALL(pread64),       CALL(uname),
	CALL(sysinfo),      CALL(rseq),          CALL(set_robust_list),
	CALL(getcpu),       CALL(membarrier),
};

/* Connections that others have bound and listen for. */
static const int web_calls[] = {
	CALL(accept4),       CALL(shutdown),    CALL(getsockopt),
	CALL(setsockopt),    CALL(getsockname), CALL(getpeername),
	CALL(epoll_create1), CALL(epoll_ctl),   CALL(epoll_wait),
	CALL(epoll_pwait),   CALL(eventfd2),    CALL(pipe2),
	CALL(pread64),       CALL(rseq),        CALL(set_robust_list),
	CALL(getcpu),        CALL(lseek),
};

/* Datagrams to journald or a syslog daemon, which may start anew; memfds for
 * what is too long for one. */
static const int log_calls[] = {
	CALL(connect),
	CALL(tee),
	CALL(memfd_create),
	CALL(uname),
};

static const unsigned long worker_ioctls[] = {
	FIONBIO,
	SIOCATMARK,
	SIOCOUTQ,
	SIOCOUTQNSD,
};

/* Asks whether there is room in a log that is a pipe. */
static const unsigned long common_ioctls[] = { FIONREAD };

/* For "nameserver fe80::1%eth0". */
static const unsigned long resolver_ioctls[] = { SIOCGIFINDEX, SIOCGIFNAME };

/* F_SETOWN would have the kernel send signals to others. */
static const int fcntls[] = {
	F_GETFL, F_SETFL,         F_GETFD,     F_SETFD,
	F_DUPFD, F_DUPFD_CLOEXEC, F_ADD_SEALS, F_GET_SEALS,
};

static const int families[] = { AF_INET, AF_INET6 };

static const struct {
	int type, protocol;
} resolver_sockets[] = {
	{ SOCK_STREAM, 0 },
	{ SOCK_STREAM, IPPROTO_TCP },
	{ SOCK_DGRAM, 0 },
	{ SOCK_DGRAM, IPPROTO_UDP },
};

static int each(scmp_filter_ctx f, uint32_t action, const int *call, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && !r; i++)
		r = seccomp_rule_add(f, action, call[i], 0);
	return r;
}

/* Memory that can be executed is made before, by the loader. */
static int no_new_code(scmp_filter_ctx f)
{
	int r = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(mmap), 1,
				 SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

	if (!r)
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(mprotect), 1,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return r;
}

/* Threads, but no processes.  The filter cannot look into clone3's struct;
 * glibc goes back to clone where the kernel does not know clone3. */
static int threads_only(scmp_filter_ctx f)
{
	int r = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);

	if (!r)
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(clone), 1,
				     SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD,
					     CLONE_THREAD));
	return r;
}

static int each_ioctl(scmp_filter_ctx f, const unsigned long *what, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && !r; i++)
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(ioctl), 1,
				     SCMP_A1(SCMP_CMP_EQ, what[i], 0));
	return r;
}

static int each_fcntl(scmp_filter_ctx f)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(fcntls) && !r; i++)
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(fcntl), 1,
				     SCMP_A1(SCMP_CMP_EQ,
					     (scmp_datum_t)fcntls[i], 0));
	return r;
}

/* For abort() and raise(): only this process may get its signals. */
static int own_signals(scmp_filter_ctx f)
{
	return seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(tgkill), 1,
				SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(),
					0));
}

/* Not those of SCTP or MPTCP, which Landlock may not know. */
static int each_family(scmp_filter_ctx f, int type, int protocol)
{
	const int kind = ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(families) && !r; i++)
		r = seccomp_rule_add(
			f, SCMP_ACT_ALLOW, CALL(socket), 3,
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0),
			SCMP_A1(SCMP_CMP_MASKED_EQ, (uint32_t)kind,
				(scmp_datum_t)type),
			SCMP_A2(SCMP_CMP_EQ, (scmp_datum_t)protocol, 0));
	return r;
}

static int worker_rules(scmp_filter_ctx f)
{
	int r = each(f, SCMP_ACT_ALLOW, worker_calls, ARRAY_LEN(worker_calls));

	if (!r)
		r = threads_only(f);
	/* A pair of sockets leads to nobody but who gets its other end. */
	if (!r)
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(socketpair), 1,
				     SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0));
	if (!r)
		r = each_ioctl(f, worker_ioctls, ARRAY_LEN(worker_ioctls));
	return r ? r : each_family(f, SOCK_STREAM, IPPROTO_TCP);
}

/* Opens files for reading only. */
static int reading(scmp_filter_ctx f)
{
	int r = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(openat), 1,
				 SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE,
					 O_RDONLY));

	if (!r)
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(open), 1,
				     SCMP_A1(SCMP_CMP_MASKED_EQ, O_ACCMODE,
					     O_RDONLY));
	return r;
}

static int resolver_rules(scmp_filter_ctx f)
{
	int r = each(f, SCMP_ACT_ALLOW, resolver_calls,
		     ARRAY_LEN(resolver_calls));

	if (!r)
		r = reading(f);
	if (!r)
		r = each_ioctl(f, resolver_ioctls, ARRAY_LEN(resolver_ioctls));
	for (size_t i = 0; i < ARRAY_LEN(resolver_sockets) && !r; i++)
		r = each_family(f, resolver_sockets[i].type,
				resolver_sockets[i].protocol);
	return r;
}

static int log_rules(scmp_filter_ctx f)
{
	const int kind = ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	int r = each(f, SCMP_ACT_ALLOW, log_calls, ARRAY_LEN(log_calls));

	if (!r)
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(socket), 3,
				     SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0),
				     SCMP_A1(SCMP_CMP_MASKED_EQ, (uint32_t)kind,
					     SOCK_DGRAM),
				     SCMP_A2(SCMP_CMP_EQ, 0, 0));
	return r ? r : each_family(f, SOCK_DGRAM, 0);
}

static int rules_for(scmp_filter_ctx f, enum sandbox_kind kind)
{
	int r = each(f, SCMP_ACT_ALLOW, common, ARRAY_LEN(common));

	if (!r)
		r = each(f, SCMP_ACT_KILL_PROCESS, deadly, ARRAY_LEN(deadly));
	if (!r)
		r = no_new_code(f);
	if (!r)
		r = own_signals(f);
	if (!r)
		r = each_fcntl(f);
	if (!r)
		r = each_ioctl(f, common_ioctls, ARRAY_LEN(common_ioctls));
	if (!r && kind == SANDBOX_WORKER)
		r = worker_rules(f);
	if (!r && kind == SANDBOX_RESOLVER)
		r = resolver_rules(f);
	if (!r && kind == SANDBOX_WEB)
		r = each(f, SCMP_ACT_ALLOW, web_calls, ARRAY_LEN(web_calls));
	if (!r && kind == SANDBOX_LOG)
		r = log_rules(f);
	if (!r && kind == SANDBOX_CHECKER)
		r = each(f, SCMP_ACT_ALLOW, checker_calls,
			 ARRAY_LEN(checker_calls));
	return r;
}

static int filter_calls(enum sandbox_kind kind)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r;

	if (!f)
		return ERR_SYS;
	r = seccomp_attr_set(f, SCMP_FLTATR_CTL_TSYNC, 1);
	if (!r && log_is_on(LOG_DEBUG))
		/* Refusals go to the kernel's log (dmesg, auditd). */
		r = seccomp_attr_set(f, SCMP_FLTATR_CTL_LOG, 1);
	if (!r)
		r = rules_for(f, kind);
	if (!r)
		r = seccomp_load(f);
	seccomp_release(f);
	errno = -r;
	return r ? ERR_SYS : 0;
}

#else

static int filter_calls(enum sandbox_kind kind)
{
	(void)kind;
	return 0;
}

#endif

/* The kernel's own rule, since 6.3: memory that was written is never
 * executed. */
static void never_execute_data(void)
{
	enum { SET_MDWE = 65, REFUSE_EXEC_GAIN = 1 };

	prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0);
}

int sandbox_enter(enum sandbox_kind kind)
{
	never_execute_data();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || landlock_enter(kind) ||
	    filter_calls(kind)) {
		log_msg(LOG_ERROR, NULL, "the sandbox cannot be made: %s",
			strerror(errno));
		return ERR_SYS;
	}
	return 0;
}

#else

int sandbox_enter(enum sandbox_kind kind)
{
	(void)kind;
	return 0;
}

#endif
