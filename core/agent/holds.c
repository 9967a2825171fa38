/* SPDX-License-Identifier: BSD-2-Clause */
/* holds.c - which process holds two sockets, from /proc/PID/fd.
 *
 * The kernel does not tell whose a socket is, so each process must be looked
 * at.  That takes long where there are many of them: the owner does it in
 * steps. */
#include "agent/holds.h"

#include "base/err.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

bool holds_both(pid_t pid, const uint32_t inodes[2])
{
	bool one = false, other = false;
	struct dirent *e;
	char path[32];
	uint32_t inode;
	DIR *d;

	if (!pid || !inodes[0] || !inodes[1])
		return false;
	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	d = opendir(path);
	if (!d)
		return false; /* gone, or another user's */
	while (!(one && other) && (e = readdir(d))) {
		inode = inode_of(dirfd(d), e->d_name);
		one |= inode == inodes[0];
		other |= inode == inodes[1];
	}
	closedir(d);
	return one && other;
}

static int hold_search_add(struct hold_search *s, unsigned *cap, pid_t pid)
{
	pid_t *more;

	if (s->left == *cap) {
		*cap = *cap ? 2 * *cap : 256;
		more = reallocarray(s->pids, *cap, sizeof *more);
		if (!more)
			return ERR_NOMEM;
		s->pids = more;
	}
	s->pids[s->left++] = pid;
	return 0;
}

int hold_search_init(struct hold_search *s, const uint32_t inodes[2])
{
	DIR *proc = opendir("/proc");
	struct dirent *e;
	unsigned cap = 0;
	int ret = proc ? 0 : ERR_SYS;

	*s = (struct hold_search){ .inodes = { inodes[0], inodes[1] } };
	while (!ret && (e = readdir(proc)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
			ret = hold_search_add(
				s, &cap, (pid_t)strtol(e->d_name, NULL, 10));
	if (proc)
		closedir(proc);
	if (ret)
		hold_search_fini(s);
	return ret;
}

void hold_search_fini(struct hold_search *s)
{
	free(s->pids);
	s->pids = NULL;
	s->left = 0;
}

/* The newest processes first: a program that waits for a server to connect
 * has mostly been started a moment ago. */
int hold_search_step(struct hold_search *s, unsigned n, pid_t *pid)
{
	while (n-- && s->left) {
		*pid = s->pids[--s->left];
		if (holds_both(*pid, s->inodes))
			return 0;
	}
	return s->left ? ERR_AGAIN : ERR_NOTFOUND;
}
