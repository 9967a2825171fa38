/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_paths.c - where the agent's files are when nobody says so. */
#include "agent/conf_parts.h"

#include "base/err.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef ADIT_SYSCONFDIR
#define ADIT_SYSCONFDIR "/etc/adit"
#endif

static char *conf_text(const char *fmt, ...) PRINTF(1, 2);

static char *conf_text(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return n < 0 ? NULL : s;
}

/* The XDG rules: a relative path in one of these variables does not count. */
static const char *absolute_env(const char *name)
{
	const char *v = getenv(name);

	return v && v[0] == '/' ? v : NULL;
}

static const char *home(void)
{
	const char *dir = absolute_env("HOME");
	const struct passwd *pw = dir ? NULL : getpwuid(geteuid());

	return dir ? dir : pw ? pw->pw_dir : NULL;
}

/* $VARIABLE/adit/..., or ~/DEFAULT/adit/... */
static char *below(const char *variable, const char *standard)
{
	const char *dir = absolute_env(variable), *h;

	if (dir)
		return conf_text("%s/adit", dir);
	h = home();
	return h ? conf_text("%s/%s/adit", h, standard) : NULL;
}

char *conf_user_file(const char *name)
{
	char *dir = below("XDG_CONFIG_HOME", ".config");
	char *file = dir ? conf_text("%s/%s.ini", dir, name ? name : "adit") :
			   NULL;

	free(dir);
	return file;
}

char *conf_system_file(const char *name)
{
	return conf_text("%s/%s.ini", ADIT_SYSCONFDIR, name ? name : "adit");
}

uint64_t conf_hash(uint64_t h, const char *text)
{
	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * 1099511628211u;
	return h;
}

const char *conf_key(const char *profile, char key[CONF_KEY])
{
	if (profile[0] == '/')
		snprintf(key, CONF_KEY, "file-%016" PRIx64,
			 conf_hash(CONF_HASH, profile));
	else
		snprintf(key, CONF_KEY, "%s", profile);
	return key;
}

/* After su(1), $XDG_RUNTIME_DIR may still be the folder of another user. */
static bool is_of_another(const char *dir)
{
	struct stat st;

	return !stat(dir, &st) && st.st_uid != geteuid();
}

static bool is_mine(const char *dir)
{
	struct stat st;

	return !lstat(dir, &st) && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid();
}

char *conf_spare_control(const char *profile, unsigned n)
{
	char key[CONF_KEY], dir[64];

	conf_key(profile, key);
	if (n)
		return conf_text("/tmp/adit-%u/%s.sock", (unsigned)geteuid(),
				 key);
	snprintf(dir, sizeof dir, "/run/user/%u", (unsigned)geteuid());
	return is_mine(dir) ? conf_text("%s/adit/%s.sock", dir, key) : NULL;
}

char *conf_default_control(const char *profile)
{
	const char *dir = absolute_env("XDG_RUNTIME_DIR");
	char key[CONF_KEY], *found;

	if (dir && !is_of_another(dir))
		return conf_text("%s/adit/%s.sock", dir,
				 conf_key(profile, key));
	found = conf_spare_control(profile, 0);
	return found ? found : conf_spare_control(profile, 1);
}

char *conf_default_state_dir(void)
{
	return below("XDG_STATE_HOME", ".local/state");
}

bool conf_is_shut(const char *file)
{
	return access(file, F_OK) && errno == EACCES;
}

static bool conf_is_gone(const char *file)
{
	return file && access(file, F_OK) &&
	       (errno == ENOENT || errno == ENOTDIR);
}

bool conf_is_there(const char *profile)
{
	char *user, *sys;
	bool gone;

	if (profile[0] == '/')
		return !conf_is_gone(profile);
	if (!strcmp(profile, CONF_AGENT))
		return true;
	user = conf_user_file(profile);
	sys = conf_system_file(profile);
	gone = conf_is_gone(user) && conf_is_gone(sys);
	free(user);
	free(sys);
	return !gone;
}

/* The folder may hold ini files of other programs.  A file that cannot be read
 * counts as an agent's, so that users see it and find out why. */
static bool is_of_agent(const char *file)
{
	FILE *f = fopen(file, "re");
	char line[256];
	bool found = !f;

	while (f && !found && fgets(line, sizeof line, f))
		found = !strncmp(line, "[agent]", 7);
	if (f)
		fclose(f);
	return found;
}

/* Writes the NAME of "NAME.ini" to name[cap].  False: the file is no
 * configuration with a name; nor are aditd.ini and adit.ini. */
static bool profile_of(const char *entry, char *name, size_t cap)
{
	size_t n = strlen(entry);

	if (n < 5 || n - 4 >= cap || strcmp(entry + n - 4, ".ini") ||
	    entry[0] == '.')
		return false;
	memcpy(name, entry, n - 4);
	name[n - 4] = 0;
	return ini_is_name(name) && strcmp(name, "adit") &&
	       strcmp(name, "aditd") && strcmp(name, CONF_AGENT);
}

/* Adds the names of all configurations in the folder of `file`, and frees
 * `file`. */
static int add_profiles(char *file, struct name_list *out)
{
	char *slash = file ? strrchr(file, '/') : NULL, name[80], *path;
	struct dirent *e;
	DIR *dir = NULL;
	int ret = 0;

	if (slash) {
		*slash = 0;
		dir = opendir(file);
	}
	while (dir && !ret && (e = readdir(dir))) {
		if (!profile_of(e->d_name, name, sizeof name) ||
		    name_list_has(out, name))
			continue;
		path = conf_text("%s/%s", file, e->d_name);
		if (!path)
			ret = ERR_NOMEM;
		else if (is_of_agent(path))
			ret = name_list_add(out, name);
		free(path);
	}
	if (dir)
		closedir(dir);
	free(file);
	return ret;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int conf_profiles(struct name_list *out)
{
	int ret = add_profiles(conf_system_file(NULL), out);

	if (!ret)
		ret = add_profiles(conf_user_file(NULL), out);
	if (out->n)
		qsort(out->item, out->n, sizeof out->item[0], by_name);
	return ret;
}

int conf_absolute(char **path)
{
	char *here, *whole;

	if (!*path || **path == '/' || !strncmp(*path, "pkcs11:", 7))
		return 0;
	here = getcwd(NULL, 0);
	if (!here)
		return ERR_SYS;
	whole = conf_text("%s/%s", here, *path);
	free(here);
	if (!whole)
		return ERR_NOMEM;
	free(*path);
	*path = whole;
	return 0;
}

int conf_absolute_all(struct agent_conf *c)
{
	char **const path[] = { &c->control,       &c->ca,
				&c->certificate,   &c->key,
				&c->password_file, &c->proxy_password_file };
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(path) && !r; i++)
		r = conf_absolute(path[i]);
	return r;
}
