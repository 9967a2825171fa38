/* SPDX-License-Identifier: BSD-2-Clause */
/* holds.c - which process holds two sockets, from /proc/PID/fd.
 *
 * The kernel does not tell whose a socket is, so each process must be looked
 * at.  That takes long where there are many of them: the owner does it in
 * steps. */
#include "agent/holds.h"

#include "base/err.h"

#include <dirent.h>
#include <fcntl.h>
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

/* Looks at all descriptors of the process. */
static bool holder_search(struct holder *h, const uint32_t inodes[2])
{
	bool found[2] = { false, false };
	struct dirent *e;
	char path[32];
	uint32_t inode;
	DIR *d;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)h->pid);
	d = opendir(path);
	if (!d)
		return false; /* gone, or another user's */
	while (!(found[0] && found[1]) && (e = readdir(d))) {
		inode = inode_of(dirfd(d), e->d_name);
		for (int i = 0; i < 2; i++) {
			if (inode != inodes[i])
				continue;
			found[i] = true;
			h->fd[i] = (int)strtol(e->d_name, NULL, 10);
		}
	}
	closedir(d);
	return found[0] && found[1];
}

static bool holder_has(const struct holder *h, int i, uint32_t inode)
{
	char path[48];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)h->pid, h->fd[i]);
	return inode_of(AT_FDCWD, path) == inode;
}

bool holds_both(struct holder *h, const uint32_t inodes[2])
{
	if (!h->pid || !inodes[0] || !inodes[1])
		return false;
	if (holder_has(h, 0, inodes[0]) && holder_has(h, 1, inodes[1]))
		return true;
	return holder_search(h, inodes);
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
int hold_search_step(struct hold_search *s, unsigned n, struct holder *h)
{
	while (n-- && s->left) {
		h->pid = s->pids[--s->left];
		if (holder_search(h, s->inodes))
			return 0;
	}
	return s->left ? ERR_AGAIN : ERR_NOTFOUND;
}
