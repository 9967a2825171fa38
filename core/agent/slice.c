/* SPDX-License-Identifier: BSD-2-Clause */
/* slice.c - whose slice of systemd's a cgroup is in. */
#include "agent/verdict.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Whether a process belongs neither to `uid` nor to root.  One that exists
 * and cannot be looked at counts as foreign (hidepid in proc(5)). */
static bool is_foreign(long pid, uid_t uid)
{
	char path[40];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%ld", pid);
	if (stat(path, &st))
		return kill((pid_t)pid, 0) && errno == EPERM;
	return st.st_uid != uid && st.st_uid != 0;
}

/* Whether all processes of a cgroup are of `uid` or root.  Another user who
 * came into the session, by su(1) for instance, stays in its cgroup. */
static bool is_alone(const char *cgroup, uid_t uid)
{
	char path[PATH_MAX], line[32];
	bool alone = true;
	FILE *f;

	snprintf(path, sizeof path, "%s/cgroup.procs", cgroup);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (alone && fgets(line, sizeof line, f))
		alone = !is_foreign(strtol(line, NULL, 10), uid);
	alone = alone && !ferror(f);
	fclose(f);
	return alone;
}

bool slice_has(const char *top, uid_t uid, uint64_t cgroup)
{
	char slice[PATH_MAX], *const roots[] = { slice, NULL };
	bool has = false;
	FTSENT *e;
	FTS *all;

	snprintf(slice, sizeof slice, "%s/user-%lu.slice", top,
		 (unsigned long)uid);
	all = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	while (all && !has && (e = fts_read(all)))
		has = e->fts_info == FTS_D && e->fts_statp->st_ino == cgroup &&
		      is_alone(e->fts_path, uid);
	if (all)
		fts_close(all);
	return has;
}
