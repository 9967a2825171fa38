/* SPDX-License-Identifier: BSD-2-Clause */
/* netns_mounts.c - the files that look different in a network of its own. */
#include "intercept/netns_mounts.h"

#include "base/err.h"
#include "intercept/inner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static const char resolv_conf[] = "/etc/resolv.conf";
static const char resolved[] = "/run/systemd/resolve";
static const char nscd[] = "/run/nscd";
static const char ssh_folder[] = "/etc/ssh/ssh_config.d";

/* dst: `folder`/`name`; "" where that is too long, which nothing accepts. */
static const char *netns_path(char dst[PATH_MAX], const char *folder,
			      const char *name)
{
	if (snprintf(dst, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		dst[0] = 0;
	return dst;
}

static void netns_bind(const char *from, const char *over)
{
	if (mount(from, over, NULL, MS_BIND, NULL))
		return; /* there is nothing to cover */
}

/* ---- names --------------------------------------------------------------- */

static bool netns_is_kept(const char *line)
{
	return !strncmp(line, "search", 6) || !strncmp(line, "domain", 6) ||
	       !strncmp(line, "options", 7);
}

/* What the system says about names without dots stays. */
static void netns_write_resolv(const char *path)
{
	FILE *to = fopen(path, "we"), *from = fopen(resolv_conf, "re");
	char line[1024];

	if (to)
		fputs("nameserver " INNER_SERVER "\n", to);
	while (to && from && fgets(line, sizeof line, from))
		if (netns_is_kept(line))
			fputs(line, to);
	if (from)
		fclose(from);
	if (to)
		fclose(to);
}

/* /etc/resolv.conf may be a link into the folder of systemd-resolved, which is
 * covered: so the files that are looked for are in the new one. */
static void netns_cover_names(const char *folder)
{
	char mine[PATH_MAX], file[PATH_MAX], there[PATH_MAX];

	if (!mkdir(netns_path(mine, folder, "resolve"), 0755)) {
		netns_write_resolv(netns_path(file, mine, "resolv.conf"));
		netns_write_resolv(netns_path(file, mine, "stub-resolv.conf"));
	}
	if (realpath(resolv_conf, there))
		netns_bind(netns_path(file, mine, "resolv.conf"), there);
	netns_bind(mine, resolved);
	if (!mkdir(netns_path(mine, folder, "nscd"), 0755))
		netns_bind(mine, nscd);
}

/* ---- ssh ----------------------------------------------------------------- */

static void netns_copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	while (out >= 0 && sendfile(out, in, NULL, INT_MAX) > 0)
		;
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
}

static void netns_copy_ssh(const char *folder)
{
	char mine[PATH_MAX], from[PATH_MAX], to[PATH_MAX];
	DIR *dir = opendir(ssh_folder);
	const struct dirent *e;

	if (!dir)
		return;
	if (!mkdir(netns_path(mine, folder, "ssh"), 0755)) {
		while ((e = readdir(dir)))
			if (e->d_name[0] != '.')
				netns_copy(netns_path(from, ssh_folder,
						      e->d_name),
					   netns_path(to, mine, e->d_name));
		netns_bind(mine, ssh_folder);
	}
	closedir(dir);
}

int netns_mount_all(const char *folder, bool user)
{
	mode_t mask;

	if (mount("adit", folder, "tmpfs", MS_NOSUID | MS_NODEV,
		  "size=1m,mode=0755"))
		return ERR_SYS;
	mask = umask(022);
	netns_cover_names(folder);
	if (user)
		netns_copy_ssh(folder);
	umask(mask);
	return 0;
}
