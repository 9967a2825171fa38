/* SPDX-License-Identifier: BSD-2-Clause */
/* address_key.c - the key by which targets of plugins are named to agents, in
 * a file. */
#include "monitor/address_key.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int address_key_read(struct sip_key *k, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return ERR_SYS;
	n = read(fd, k, sizeof *k);
	close(fd);
	errno = EIO; /* it is too short */
	return n == (ssize_t)sizeof *k ? 0 : ERR_SYS;
}

/* Under its name only when it is whole: an aditd that starts at the same time
 * must not read half of it. */
static int address_key_make(struct sip_key *k, const char *path)
{
	char temp[PATH_MAX];
	int n = snprintf(temp, sizeof temp, "%s.%ld", path, (long)getpid());
	int fd, ret = ERR_SYS;

	if (n >= PATH_MAX || sip_key_new(k))
		return ERR_SYS;
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_SYS;
	if (write(fd, k, sizeof *k) == (ssize_t)sizeof *k && !fsync(fd) &&
	    !rename(temp, path))
		ret = address_key_read(k, path);
	else
		unlink(temp);
	close(fd);
	return ret;
}

void address_key_get(struct sip_key *k, const char *state_dir)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/address.key",
			 state_dir ? state_dir : "");

	if (state_dir && n < PATH_MAX) {
		if (!address_key_read(k, path))
			return;
		/* The folder is made where only that is missing. */
		if (errno == ENOENT) {
			mkdir(state_dir, 0700);
			if (!address_key_make(k, path))
				return;
		}
		log_msg(LOG_WARN, NULL,
			"%s: %s; addresses of servers that plugins announce "
			"will change at a restart; see state_dir in "
			"aditd.ini(5)",
			path, strerror(errno));
	}
	if (sip_key_new(k))
		*k = (struct sip_key){ 0 };
}
