/* SPDX-License-Identifier: BSD-2-Clause */
/* landlock.c - Landlock: files, ports and signals that a process cannot use.
 *
 *              files             TCP connections to  listens on TCP ports
 *   worker     none              all                 the kernel chooses them
 *   resolver   some, to be read  port 53             none
 *   web        none              none                none
 *   log        none              none                none
 *   checker    none              none                none
 *
 * None of them sends signals, or data to abstract sockets, to processes
 * outside. */
#include "process/landlock.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The headers of Debian 12 know the first rights only, so all have names of
 * ours. */
enum {
	FS_FIRST = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
	FS_REFER = 1 << 13,
	FS_TRUNCATE = 1 << 14,
	FS_IOCTL_DEV = 1 << 15,
	NET_BIND_TCP = 1 << 0,
	NET_CONNECT_TCP = 1 << 1,
	SCOPE_ABSTRACT_SOCKET = 1 << 0,
	SCOPE_SIGNAL = 1 << 1,
	RULE_NET_PORT = 2,
	NAME_SERVERS = 53,
};

/* As the kernel reads them; older ones, the beginning. */
struct handled {
	uint64_t fs, net, scoped;
};

struct net_port {
	uint64_t allowed, port;
};

struct allowed {
	const char *const *reads; /* ends with NULL; or NULL */
	uint64_t net;             /* ports that it may do this with: */
	uint16_t port;
	bool connects; /* to every port */
};

/* What says where names are looked up, which may be linked to in /run; and
 * random numbers for c-ares. */
static const char *const resolver_reads[] = {
	"/etc",
	"/run",
	"/dev/urandom",
	NULL,
};

static const struct allowed allowed[] = {
	/* Port 0: where a server connects to, in the name of an application. */
	[SANDBOX_WORKER] = { .net = NET_BIND_TCP, .port = 0, .connects = true },
	[SANDBOX_RESOLVER] = { .reads = resolver_reads,
			       .net = NET_CONNECT_TCP,
			       .port = NAME_SERVERS },
	[SANDBOX_WEB] = { .net = 0 },
	[SANDBOX_LOG] = { .net = 0 },
	[SANDBOX_CHECKER] = { .net = 0 },
};

int landlock_version(void)
{
	long v = syscall(SYS_landlock_create_ruleset, NULL, 0,
			 LANDLOCK_CREATE_RULESET_VERSION);

	return v > 0 ? (int)v : 0;
}

static int create(const struct allowed *a, int version)
{
	struct handled h = { .fs = FS_FIRST };
	size_t size = sizeof h.fs;

	if (version >= 2)
		h.fs |= FS_REFER;
	if (version >= 3)
		h.fs |= FS_TRUNCATE;
	if (version >= 4) {
		h.net = NET_BIND_TCP | (a->connects ? 0 : NET_CONNECT_TCP);
		size = offsetof(struct handled, scoped);
	}
	if (version >= 5)
		h.fs |= FS_IOCTL_DEV;
	if (version >= 6) {
		h.scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
		size = sizeof h;
	}
	return (int)syscall(SYS_landlock_create_ruleset, &h, size, 0);
}

static int allow_reading(int rules, const char *path)
{
	struct landlock_path_beneath_attr at = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
	};
	int r;

	at.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (at.parent_fd < 0)
		return errno == ENOENT ? 0 : ERR_SYS;
	r = (int)syscall(SYS_landlock_add_rule, rules,
			 LANDLOCK_RULE_PATH_BENEATH, &at, 0);
	close(at.parent_fd);
	return r ? ERR_SYS : 0;
}

static int allow(int rules, const struct allowed *a, int version)
{
	struct net_port port = { a->net, a->port };
	int r = 0;

	for (const char *const *path = a->reads; path && *path && !r; path++)
		r = allow_reading(rules, *path);
	if (!r && version >= 4 && a->net &&
	    syscall(SYS_landlock_add_rule, rules, RULE_NET_PORT, &port, 0))
		r = ERR_SYS;
	return r;
}

/* What chroot to an empty folder would do, and more, without needing root. */
int landlock_enter(enum sandbox_kind kind)
{
	const struct allowed *a = &allowed[kind];
	int version = landlock_version(), rules, r;

	if (!version) {
		log_msg(LOG_DEBUG, NULL, "this kernel has no Landlock: %s",
			strerror(errno));
		return 0;
	}
	rules = create(a, version);
	if (rules < 0)
		return ERR_SYS;
	r = allow(rules, a, version);
	if (!r && syscall(SYS_landlock_restrict_self, rules, 0))
		r = ERR_SYS;
	close(rules);
	return r;
}
