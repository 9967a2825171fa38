/* SPDX-License-Identifier: BSD-2-Clause */
/* forbidden.h - system calls that a process of the gateway must not get through.
 *
 * Each would do no harm if it did: its arguments are wrong, or change nothing. */
#ifndef ADIT_TEST_FORBIDDEN_H
#define ADIT_TEST_FORBIDDEN_H

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	BY_WORKER = 1,
	BY_RESOLVER = 2,
	BY_CHECKER = 4,
	BY_WEB = 8,
	BY_LOG = 16,
	BY_ALL = BY_WORKER | BY_RESOLVER | BY_CHECKER | BY_WEB | BY_LOG,
};

static const struct forbidden {
	const char *name;
	int by; /* whom it is forbidden to */
	long call, arg[4];
} forbidden[] = {
	/* files */
	{ "openat, to write",
	  BY_ALL,
	  SYS_openat,
	  { AT_FDCWD, (long)"/dev/null", O_WRONLY } },
	{ "openat, to read",
	  BY_ALL & ~BY_RESOLVER,
	  SYS_openat,
	  { AT_FDCWD, (long)"/etc/passwd", O_RDONLY } },
	{ "openat2", BY_ALL, SYS_openat2, { AT_FDCWD, (long)"/", 0, 0 } },
	{ "open_by_handle_at", BY_ALL, SYS_open_by_handle_at, { -1 } },
	{ "unlinkat", BY_ALL, SYS_unlinkat, { -1, (long)"none" } },
	{ "renameat2", BY_ALL, SYS_renameat2, { -1, (long)"none", -1 } },
	{ "linkat", BY_ALL, SYS_linkat, { -1, (long)"none", -1 } },
	{ "symlinkat", BY_ALL, SYS_symlinkat, { (long)"none", -1 } },
	{ "mkdirat", BY_ALL, SYS_mkdirat, { -1, (long)"none" } },
	{ "mknodat", BY_ALL, SYS_mknodat, { -1, (long)"none" } },
	{ "fchmodat", BY_ALL, SYS_fchmodat, { -1, (long)"none" } },
	{ "fchownat", BY_ALL, SYS_fchownat, { -1, (long)"none" } },
	{ "truncate", BY_ALL, SYS_truncate, { 0 } },
	{ "getdents64", BY_ALL, SYS_getdents64, { -1 } },
	{ "inotify_init1", BY_ALL, SYS_inotify_init1, { -1 } },
	{ "chdir", BY_ALL, SYS_chdir, { (long)"/" } },
	{ "chroot", BY_ALL, SYS_chroot, { (long)"/" } },
	{ "mount", BY_ALL, SYS_mount, { 0 } },
	{ "umount2", BY_ALL, SYS_umount2, { 0 } },
	/* other processes */
	{ "kill", BY_ALL, SYS_kill, { 1, 0 } },
	{ "tkill", BY_ALL, SYS_tkill, { 1, 0 } },
	{ "tgkill", BY_ALL, SYS_tgkill, { 1, 1, 0 } },
	{ "fcntl, F_SETOWN", BY_ALL, SYS_fcntl, { -1, F_SETOWN } },
	{ "sched_setaffinity", BY_ALL, SYS_sched_setaffinity, { 1 } },
	{ "rt_sigqueueinfo", BY_ALL, SYS_rt_sigqueueinfo, { 0 } },
	{ "pidfd_open", BY_ALL, SYS_pidfd_open, { 1, -1 } },
	{ "pidfd_getfd", BY_ALL, SYS_pidfd_getfd, { -1 } },
	{ "pidfd_send_signal", BY_ALL, SYS_pidfd_send_signal, { -1 } },
	{ "process_madvise", BY_ALL, SYS_process_madvise, { -1 } },
	{ "kcmp", BY_ALL, SYS_kcmp, { 0 } },
	{ "setpriority", BY_ALL, SYS_setpriority, { -1 } },
	{ "prlimit64", BY_ALL, SYS_prlimit64, { 1, -1 } },
	{ "clone", BY_ALL, SYS_clone, { SIGCHLD } },
	{ "clone3", BY_ALL, SYS_clone3, { 0 } },
	/* who it is */
	{ "setresuid", BY_ALL, SYS_setresuid, { -1, -1, -1 } },
	{ "setresgid", BY_ALL, SYS_setresgid, { -1, -1, -1 } },
	{ "setgroups", BY_ALL, SYS_setgroups, { -1 } },
	{ "capset", BY_ALL, SYS_capset, { 0 } },
	{ "unshare", BY_ALL, SYS_unshare, { 0 } },
	{ "setns", BY_ALL, SYS_setns, { -1 } },
	{ "prctl, dumpable", BY_ALL, SYS_prctl, { PR_SET_DUMPABLE, -1 } },
	{ "prctl, other", BY_ALL, SYS_prctl, { -1 } },
	{ "keyctl", BY_ALL, SYS_keyctl, { -1 } },
	{ "add_key", BY_ALL, SYS_add_key, { 0 } },
	/* code that was not there */
	{ "mmap, to execute",
	  BY_ALL,
	  SYS_mmap,
	  { 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS } },
	{ "mprotect, to execute",
	  BY_ALL,
	  SYS_mprotect,
	  { 0, 0, PROT_READ | PROT_EXEC } },
	{ "pkey_mprotect", BY_ALL, SYS_pkey_mprotect, { 0 } },
	{ "personality", BY_ALL, SYS_personality, { 0xffffffff } },
	/* doors to the kernel that nobody here needs */
	{ "bpf", BY_ALL, SYS_bpf, { -1 } },
	{ "perf_event_open", BY_ALL, SYS_perf_event_open, { 0 } },
	{ "io_uring_setup", BY_ALL, SYS_io_uring_setup, { 0 } },
	{ "userfaultfd", BY_ALL, SYS_userfaultfd, { -1 } },
	{ "init_module", BY_ALL, SYS_init_module, { 0 } },
	{ "seccomp", BY_ALL, SYS_seccomp, { -1 } },
	{ "shmget", BY_ALL, SYS_shmget, { 0 } },
	{ "msgget", BY_ALL, SYS_msgget, { -1 } },
	/* sockets */
	{ "socket, UNIX", BY_ALL, SYS_socket, { AF_UNIX, SOCK_STREAM } },
	{ "socket, UNIX, datagrams",
	  BY_ALL & ~BY_LOG,
	  SYS_socket,
	  { AF_UNIX, SOCK_DGRAM } },
	{ "socket, packet", BY_ALL, SYS_socket, { AF_PACKET, SOCK_RAW } },
	/* The worker makes pairs for the web process. */
	{ "socketpair",
	  BY_ALL & ~BY_WORKER,
	  SYS_socketpair,
	  { AF_UNIX, SOCK_STREAM } },
	{ "socketpair, INET", BY_ALL, SYS_socketpair, { AF_INET, SOCK_STREAM } },
	{ "socket, netlink", BY_ALL, SYS_socket, { AF_NETLINK, SOCK_RAW } },
	{ "socket, netlink, datagrams",
	  BY_ALL,
	  SYS_socket,
	  { AF_NETLINK, SOCK_DGRAM } },
	{ "socket, MPTCP",
	  BY_ALL,
	  SYS_socket,
	  { AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP */ } },
	{ "socket, TCP",
	  BY_CHECKER | BY_WEB | BY_LOG,
	  SYS_socket,
	  { AF_INET, SOCK_STREAM } },
	{ "socket, UDP",
	  BY_WORKER | BY_CHECKER | BY_WEB,
	  SYS_socket,
	  { AF_INET6, SOCK_DGRAM } },
	{ "connect", BY_CHECKER | BY_WEB, SYS_connect, { -1 } },
	{ "bind", BY_CHECKER | BY_WEB | BY_LOG, SYS_bind, { -1 } },
	{ "listen", BY_ALL & ~BY_WORKER, SYS_listen, { -1 } },
	{ "accept4", BY_RESOLVER | BY_CHECKER | BY_LOG, SYS_accept4, { -1 } },
};

/* What ends the process, if it is tried. */
static const struct forbidden deadly[] = {
	{ "execve", BY_ALL, SYS_execve, { 0 } },
	{ "execveat", BY_ALL, SYS_execveat, { -1 } },
	{ "ptrace", BY_ALL, SYS_ptrace, { -1 } },
	{ "process_vm_readv", BY_ALL, SYS_process_vm_readv, { -1 } },
	{ "process_vm_writev", BY_ALL, SYS_process_vm_writev, { -1 } },
};

/* Its errno, or 0 where it went well. */
static int forbidden_try(const struct forbidden *f)
{
	long r = syscall(f->call, f->arg[0], f->arg[1], f->arg[2], f->arg[3],
			 -1L, 0L);

	if (f->call == SYS_clone && r == 0)
		_exit(0); /* the child that must not be */
	return r < 0 ? errno : 0;
}

/* The C library falls back from clone3 to clone, which the filter can look into,
 * where it hears that there is none. */
static int is_refusal(const struct forbidden *f, int error)
{
	return error == EPERM || (error == ENOSYS && f->call == SYS_clone3);
}

/* The first call that is forbidden to `whom` and was not refused, or NULL. */
static const char *forbidden_passed(int whom)
{
	for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
		const struct forbidden *f = &forbidden[i];

		if (f->by & whom && !is_refusal(f, forbidden_try(f)))
			return f->name;
	}
	return NULL;
}

#endif
