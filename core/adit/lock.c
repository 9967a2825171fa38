/* SPDX-License-Identifier: BSD-2-Clause */
/* lock.c - one agent for each configuration on a machine, and how it is found.
 *
 * The lock is a record lock (fcntl) on a file in the state folder: the kernel
 * releases it when the process ends, however that ends, and knows which process
 * holds it.  A home may be shared by machines, and containers share a kernel:
 * so the file's name has a part for the boot of the machine and the network
 * namespace. */
#include "adit/lock.h"

#include "agent/conf_parts.h"
#include "base/err.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY = 17 }; /* "-" and 16 hexadecimal digits */
static const char ending[] = ".lock";

static uint64_t machine(void)
{
	char boot[64] = "", net[64] = "";
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		if (read(fd, boot, sizeof boot - 1) < 0)
			boot[0] = 0;
		close(fd);
	}
	if (readlink("/proc/self/ns/net", net, sizeof net - 1) < 0)
		net[0] = 0;
	return conf_hash(conf_hash(CONF_HASH, boot), net);
}

static void lock_path_of(char path[PATH_MAX], const char *dir,
			 const char *profile)
{
	char key[CONF_KEY];

	snprintf(path, PATH_MAX, "%s/%s-%016" PRIx64 "%s", dir,
		 conf_key(profile, key), machine(), ending);
}

static int try_lock(int fd)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (!fcntl(fd, F_SETLK, &whole))
		return 0;
	return errno == EAGAIN || errno == EACCES ? ERR_LIMIT : ERR_SYS;
}

/* ---- what earlier boots left --------------------------------------------- */

/* Removes the file of another boot or machine, unless its agent still holds the
 * lock. */
static void clear_one(int dir, const char *name)
{
	int fd = openat(dir, name,
			O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && !try_lock(fd))
		unlinkat(dir, name, 0);
	if (fd >= 0)
		close(fd);
}

static void clear_others(const struct lock *l)
{
	const char *mine = strrchr(l->path, '/') + 1;
	size_t n = strlen(mine), stem = n - KEY - strlen(ending);
	char folder[PATH_MAX];
	struct dirent *e;
	DIR *dir;

	snprintf(folder, sizeof folder, "%.*s", (int)(mine - l->path), l->path);
	dir = opendir(folder);
	while (dir && (e = readdir(dir)))
		if (strlen(e->d_name) == n && strcmp(e->d_name, mine) &&
		    !strncmp(e->d_name, mine, stem + 1) &&
		    !strcmp(e->d_name + stem + KEY, ending))
			clear_one(dirfd(dir), e->d_name);
	if (dir)
		closedir(dir);
}

/* ---- the agent ----------------------------------------------------------- */

/* False: another process has removed the file since it was opened. */
static bool is_named(const struct lock *l)
{
	struct stat mine, named;

	return !fstat(l->fd, &mine) && !lstat(l->path, &named) &&
	       mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
}

int lock_take(struct lock *l, const char *dir, const char *profile)
{
	int ret;

	lock_path_of(l->path, dir, profile);
	do {
		l->fd = open(l->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
			     0600);
		if (l->fd < 0)
			return ERR_SYS;
		ret = try_lock(l->fd);
		if (!ret && is_named(l)) {
			clear_others(l);
			return 0;
		}
		close(l->fd);
		l->fd = -1;
	} while (!ret);
	return ret;
}

void lock_tell(const struct lock *l, const char *socket)
{
	char text[LOCK_SOCKET + 32];
	int n = snprintf(text, sizeof text, "%d %s\n", (int)getpid(), socket);

	/* On failure the file is empty, and commands ask at the usual paths. */
	if (l->fd >= 0 &&
	    (ftruncate(l->fd, 0) || pwrite(l->fd, text, (size_t)n, 0) != n))
		return;
}

void lock_drop(struct lock *l)
{
	if (l->fd < 0)
		return;
	if (is_named(l))
		unlink(l->path);
	close(l->fd);
	l->fd = -1;
}

/* ---- the others ---------------------------------------------------------- */

static void read_socket(int fd, char socket[LOCK_SOCKET])
{
	char text[LOCK_SOCKET + 32];
	ssize_t n = pread(fd, text, sizeof text - 1, 0);
	char *from, *end;

	socket[0] = 0;
	text[n > 0 ? n : 0] = 0;
	from = strchr(text, ' ');
	end = from ? strchr(from, '\n') : NULL;
	if (!end)
		return;
	*end = 0;
	snprintf(socket, LOCK_SOCKET, "%s", from + 1);
}

bool lock_find(struct lock_holder *h, const char *dir, const char *profile)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[PATH_MAX];
	struct stat st;
	bool held;
	int fd;

	lock_path_of(path, dir, profile);
	/* O_NONBLOCK: the open of a FIFO with this name would wait. */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	held = !fstat(fd, &st) && st.st_uid == geteuid() &&
	       !fcntl(fd, F_GETLK, &whole) && whole.l_type != F_UNLCK;
	h->pid = held ? whole.l_pid : 0;
	if (held)
		read_socket(fd, h->socket);
	close(fd);
	return held;
}

bool lock_signal(const struct lock_holder *h, const char *dir,
		 const char *profile, int sig)
{
	int fd = h->pid > 0 ? pidfd_open(h->pid, 0) : -1;
	struct lock_holder now;
	bool sent;

	if (fd < 0 && (h->pid <= 0 || errno != ENOSYS))
		return false;
	/* The number may belong to another process by now; the descriptor does
	 * not. */
	sent = lock_find(&now, dir, profile) && now.pid == h->pid &&
	       !(fd < 0 ? kill(h->pid, sig) :
			  pidfd_send_signal(fd, sig, NULL, 0));
	if (fd >= 0)
		close(fd);
	return sent;
}
