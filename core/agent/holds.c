/* SPDX-License-Identifier: BSD-2-Clause */
/* holds.c - which process holds a socket, from /proc/PID/fd. */
#include "agent/owner.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct pair {
	uint32_t inode;
	const uint32_t *others;
	unsigned n;
};

/* The socket that /proc/PID/fd/NAME is; 0: another kind of file. */
static uint32_t inode_of(int dir, const char *name)
{
	static const char prefix[] = "socket:[";
	char text[64];
	ssize_t n = readlinkat(dir, name, text, sizeof text - 1);

	if (n < 0)
		return 0;
	text[n] = 0;
	if (strncmp(text, prefix, sizeof prefix - 1))
		return 0;
	return (uint32_t)strtoul(text + sizeof prefix - 1, NULL, 10);
}

static bool is_among(const struct pair *p, uint32_t inode)
{
	for (unsigned i = 0; i < p->n; i++)
		if (p->others[i] == inode)
			return true;
	return false;
}

static bool process_holds(const char *pid, const struct pair *p)
{
	bool one = false, other = false;
	char path[300];
	struct dirent *e;
	uint32_t inode;
	DIR *d;

	snprintf(path, sizeof path, "/proc/%s/fd", pid);
	d = opendir(path);
	if (!d)
		return false;           /* another user's */
	while (!(one && other) && (e = readdir(d))) {
		inode = inode_of(dirfd(d), e->d_name);
		one |= inode && inode == p->inode;
		other |= inode && is_among(p, inode);
	}
	closedir(d);
	return one && other;
}

bool owner_holds_both(uint32_t inode, const uint32_t *others, unsigned n)
{
	struct pair p = { inode, others, n };
	DIR *proc = opendir("/proc");
	struct dirent *e;
	bool found = false;

	if (!proc)
		return false;
	while (!found && (e = readdir(proc)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
			found = process_holds(e->d_name, &p);
	closedir(proc);
	return found;
}
