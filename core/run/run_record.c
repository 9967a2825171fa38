/* SPDX-License-Identifier: BSD-2-Clause */
/* run_record.c - what an agent that is started again must know of the commands
 * that run: a file for each, and one with the names that have addresses.
 *
 * They lie in the folder "runs" of the agent's state, where the commands do not
 * see them: inside, another file system is mounted over it. */
#include "run/run_parts.h"

#include "agent/conf_parts.h"
#include "base/folders.h"
#include "base/log.h"
#include "intercept/stub.h"
#include "intercept/synthetic.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_MOST = 131072 /* written until the next start of the agent */ };

static void run_record_warn(const char *path, const char *what)
{
	log_msg(LOG_WARN, "run",
		"cannot write %s: %s: when the agent is "
		"started again, %s",
		path, strerror(errno), what);
}

/* Whether all that was written is in the file. */
static bool run_record_close(FILE *f)
{
	bool whole = !ferror(f);

	return !fclose(f) && whole;
}

/* `suffix`: the number of a network, or "names". */
static void run_record_path(const struct runs *all, const char *suffix,
			    char path[PATH_MAX])
{
	char key[CONF_KEY];

	if (snprintf(path, PATH_MAX, "%s/runs/%s-%s", all->state_dir,
		     conf_key(all->profile, key), suffix) >= PATH_MAX)
		path[0] = 0;
}

static void run_record_own_path(const struct run *r, char path[PATH_MAX])
{
	char number[32];

	snprintf(number, sizeof number, "%ju", (uintmax_t)r->network);
	run_record_path(r->runs, number, path);
}

/* A NUL ends each string of a record: names and folders may have any other
 * byte, so also one that ends a line. */
void run_record(struct run *r, const char *folder)
{
	char path[PATH_MAX];
	struct stat st;
	FILE *f;

	if (fstat(r->entry.net, &st))
		return;
	r->network = st.st_ino;
	run_record_own_path(r, path);
	f = fopen(path, "we");
	if (f)
		fprintf(f, "%s%c%s%c%d", folder, 0, r->name, 0, r->syns.direct);
	for (unsigned i = 0; f && i < r->nports; i++)
		fprintf(f, " %u", (unsigned)r->ports[i].port);
	if (f && run_record_close(f))
		return;
	run_record_warn(path, "it cannot serve this command");
	unlink(path);
}

void run_forget(const struct run *r)
{
	char path[PATH_MAX];

	run_record_own_path(r, path);
	unlink(path);
}

/* ---- names --------------------------------------------------------------- */

static void run_names_load(struct runs *all, FILE *f)
{
	char line[ADDR_TEXT + STUB_NAME], *name;
	struct addr a;

	while (fgets(line, sizeof line, f)) {
		if (!strchr(line, '\n'))
			continue;
		line[strcspn(line, "\n")] = 0;
		name = strchr(line, ' ');
		if (!name)
			continue;
		*name++ = 0;
		if (!addr_parse(&a, line, 0) &&
		    !synthetic_put(all->agent->synthetic, name, &a))
			all->nnames++;
	}
}

void run_names_keep(void *ctx, const char *name, const struct addr *a)
{
	struct runs *all = ctx;
	char path[PATH_MAX], host[ADDR_TEXT];
	struct stat st = { 0 };
	FILE *f;

	if (all->nnames++ >= NAMES_MOST)
		return;
	run_record_path(all, "names", path);
	f = fopen(path, "ae");
	if (!f)
		return; /* the network's own record has warned already */
	(void)fstat(fileno(f), &st);
	fprintf(f, "%s %s\n", addr_host(a, host), name);
	if (run_record_close(f))
		return;
	run_record_warn(path, "names that are new will have other addresses");
	all->nnames = NAMES_MOST;
	/* No half line, which the next agent would append to. */
	if (truncate(path, st.st_size))
		unlink(path);
}

static void run_names_recall(struct runs *all)
{
	char path[PATH_MAX];
	FILE *f;

	run_record_path(all, "names", path);
	f = fopen(path, "re");
	if (!f)
		return;
	run_names_load(all, f);
	fclose(f);
}

/* ---- adoption ------------------------------------------------------------ */

static bool run_is_in(const char *pid, const char *network)
{
	char path[64], link[64] = "", want[64];

	if (snprintf(path, sizeof path, "/proc/%.20s/ns/net", pid) < 0 ||
	    readlink(path, link, sizeof link - 1) < 0)
		return false;
	snprintf(want, sizeof want, "net:[%.20s]", network);
	return !strcmp(link, want);
}

/* A process in this network; 0: there is none.  The first one may have left
 * others behind. */
static pid_t run_find_process(const char *network)
{
	DIR *dir = opendir("/proc");
	const struct dirent *e;
	pid_t found = 0;

	while (dir && !found && (e = readdir(dir)))
		if (isdigit((unsigned char)e->d_name[0]) &&
		    run_is_in(e->d_name, network))
			found = (pid_t)strtol(e->d_name, NULL, 10);
	if (dir)
		closedir(dir);
	return found;
}

static void run_record_ports(char *text, struct run_ask *ask)
{
	while (ask->nports < RUN_PORTS && *text == ' ')
		ask->ports[ask->nports++] = (uint16_t)strtol(text, &text, 10);
}

bool run_record_read(const char *path, char text[static RUN_RECORD],
		     struct run_ask *ask)
{
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(text, 1, RUN_RECORD - 1, f) : 0;
	char *name, *rest;

	if (f)
		fclose(f);
	text[n] = 0;
	name = text + strlen(text) + 1;
	rest = name < text + n ? name + strlen(name) + 1 : name;
	if (rest >= text + n)
		return false;
	ask->folder = text;
	ask->name = name;
	ask->direct = strtol(rest, &rest, 10);
	run_record_ports(rest, ask);
	return true;
}

/* A port may be somebody else's by now: the command is served without it. */
static int run_begin_again(struct runs *all, struct run_ask *ask)
{
	char why[300];
	int ret = runs_begin(all, ask, why, sizeof why);

	if (!ret || !ask->nports)
		return ret;
	log_msg(LOG_WARN, "run", "%s: %s", ask->name, why);
	ask->nports = 0;
	return runs_begin(all, ask, why, sizeof why);
}

static void run_adopt(struct runs *all, const char *network)
{
	char path[PATH_MAX], text[RUN_RECORD];
	struct run_ask ask = { .pid = run_find_process(network) };

	run_record_path(all, network, path);
	if (ask.pid && run_record_read(path, text, &ask) &&
	    !run_begin_again(all, &ask))
		return;
	unlink(path);
}

void runs_adopt(struct runs *all)
{
	char path[PATH_MAX], prefix[CONF_KEY + 1], key[CONF_KEY];
	const struct dirent *e;
	size_t n;
	DIR *dir;

	snprintf(path, sizeof path, "%s/runs", all->state_dir);
	dir = folders_make(path) ? NULL : opendir(path);
	if (!dir)
		return;
	n = (size_t)snprintf(prefix, sizeof prefix, "%s-",
			     conf_key(all->profile, key));
	run_names_recall(all);
	while ((e = readdir(dir)))
		if (!strncmp(e->d_name, prefix, n) &&
		    isdigit((unsigned char)e->d_name[n]))
			run_adopt(all, e->d_name + n);
	closedir(dir);
}

void runs_forget_names(const struct runs *all)
{
	char path[PATH_MAX];

	run_record_path(all, "names", path);
	unlink(path);
}
