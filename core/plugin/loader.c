/* SPDX-License-Identifier: BSD-2-Clause */
/* loader.c - loads plugins from files that only root, or who started the
 * daemon, can have written. */
#include "plugin/loader.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADERS_MAX = 64 }; /* program headers; a real file has about ten */

static bool loader_trusts(const struct stat *st, uid_t owner)
{
	return (st->st_uid == 0 || st->st_uid == owner) &&
	       !(st->st_mode & (S_IWGRP | S_IWOTH));
}

/* In a folder with the sticky bit, like /tmp, nobody can rename what belongs to
 * another user. */
static bool is_safe_above(const struct stat *st, uid_t owner)
{
	return loader_trusts(st, owner) ||
	       (st->st_uid == 0 && st->st_mode & S_ISVTX);
}

/* Says who else could change the file or folder, and the cure. */
static void say_untrusted(const char *path, const struct stat *st,
			  const char *what, char *err, size_t errlen)
{
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		snprintf(err, errlen, "%s: others could %s: chmod go-w %s",
			 path, what, path);
	else
		snprintf(err, errlen,
			 "%s: its owner, uid %u, could %s: copy the plugins "
			 "to a folder that belongs to root, and set "
			 "plugin_dir",
			 path, (unsigned)st->st_uid, what);
}

/* Checks the folder and all folders above it. */
static bool check_folders(const char *dir, uid_t owner, char *err,
			  size_t errlen)
{
	char path[PATH_MAX];
	struct stat st;
	size_t n = strlen(dir);
	bool last = true;

	snprintf(path, sizeof(path), "%s", dir);
	while (n) {
		path[n] = 0;
		if (lstat(path, &st) || !S_ISDIR(st.st_mode)) {
			snprintf(err, errlen, "%s: is not a directory", path);
			return false;
		}
		if (last ? !loader_trusts(&st, owner) :
			   !is_safe_above(&st, owner)) {
			say_untrusted(path, &st, "put plugins there", err,
				      errlen);
			return false;
		}
		last = false;
		while (n && path[n - 1] != '/')
			n--;
		if (n > 1)
			n--; /* the slash, but for "/" */
		else if (path[1] == 0)
			break;
	}
	return true;
}

static bool check_file(const char *path, uid_t owner, char *err, size_t errlen)
{
	struct stat st;

	if (lstat(path, &st))
		snprintf(err, errlen,
			 "%s: %s; install the plugin there, or set "
			 "plugin_dir in aditd.ini",
			 path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		snprintf(err, errlen, "%s: is not a regular file", path);
	else if (!loader_trusts(&st, owner))
		say_untrusted(path, &st, "change it", err, errlen);
	else
		return true;
	return false;
}

struct headers {
	unsigned n; /* 0: this is not an ELF file */
	ElfW(Phdr) part[HEADERS_MAX];
};

/* False: the file ends within the headers. */
static bool read_headers(int fd, struct headers *h)
{
	ElfW(Ehdr) e;
	ssize_t n = pread(fd, &e, sizeof(e), 0);

	h->n = 0;
	/* dlopen has the better error message for a file that is not ELF. */
	if (n < (ssize_t)SELFMAG || memcmp(e.e_ident, ELFMAG, SELFMAG))
		return true;
	if (n < (ssize_t)sizeof(e) || e.e_phentsize != sizeof(h->part[0]) ||
	    e.e_phnum > HEADERS_MAX)
		return false;
	h->n = e.e_phnum;
	n = (ssize_t)(h->n * sizeof(h->part[0]));
	return pread(fd, h->part, (size_t)n, (off_t)e.e_phoff) == n;
}

static bool has_all(const struct headers *h, off_t size)
{
	for (unsigned i = 0; i < h->n; i++)
		if (h->part[i].p_offset > (uint64_t)size ||
		    h->part[i].p_filesz > (uint64_t)size - h->part[i].p_offset)
			return false;
	return true;
}

/* Whether a segment, or the stack, would be both writable and executable, which
 * helps attackers to run code of their own. */
static bool is_both(const struct headers *h)
{
	for (unsigned i = 0; i < h->n; i++) {
		const ElfW(Phdr) *p = &h->part[i];

		if ((p->p_type == PT_LOAD || p->p_type == PT_GNU_STACK) &&
		    p->p_flags & PF_W && p->p_flags & PF_X)
			return true;
	}
	return false;
}

/* A file that is cut short, perhaps half copied, would end the process by
 * SIGBUS inside dlopen. */
static int open_whole(const char *path, char *err, size_t errlen)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct headers h;
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		snprintf(err, errlen, "%s: %s", path, strerror(errno));
	} else if (!read_headers(fd, &h) || !has_all(&h, st.st_size)) {
		snprintf(err, errlen,
			 "%s: the file is truncated or damaged; install it "
			 "again",
			 path);
	} else if (is_both(&h)) {
		snprintf(err, errlen,
			 "%s: needs memory, or a stack, that is both writable "
			 "and executable: link it with -Wl,-z,noexecstack",
			 path);
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* errno says why the folder cannot be opened. */
static void say_unreachable(const char *dir, char *err, size_t errlen)
{
	const char *cure =
		errno == ENOENT ? "create it, or set plugin_dir" :
		errno == EACCES ? "the user who starts aditd must be able to "
				  "enter all folders above it: chmod a+x them, "
				  "or set plugin_dir" :
				  "set plugin_dir to another folder";

	snprintf(err, errlen, "%s: %s; %s", dir, strerror(errno), cure);
}

/* Opens the file, if it and all folders on the path to it may be trusted. */
static int open_trusted(const struct plugin_source *from, char *err,
			size_t errlen)
{
	char *dir, *path = NULL;
	int fd = -1;

	if (from->dir[0] != '/') {
		snprintf(err, errlen, "%s: plugin_dir is not an absolute path",
			 from->dir);
		return -1;
	}
	dir = realpath(from->dir, NULL);
	if (!dir)
		say_unreachable(from->dir, err, errlen);
	else if (check_folders(dir, from->owner, err, errlen) &&
		 asprintf(&path, "%s/%s.so", dir, from->name) < 0)
		path = NULL;
	free(dir);
	if (path && check_file(path, from->owner, err, errlen))
		fd = open_whole(path, err, errlen);
	free(path);
	return fd;
}

/* The name for dlopen: the path, because debuggers understand it.  If the path
 * cannot be read by this user, or leads to another file by now, the name of the
 * descriptor. */
static const char *reach(const char *path, int fd, char name[32])
{
	struct stat there, held;

	snprintf(name, 32, "/proc/self/fd/%d", fd);
	if (access(path, R_OK) || stat(path, &there) || fstat(fd, &held) ||
	    there.st_dev != held.st_dev || there.st_ino != held.st_ino)
		return name;
	return path;
}

static void *open_library(const char *path, int fd, char *err, size_t errlen)
{
	char name[32];
	const char *file = reach(path, fd, name);
	void *handle = NULL;

	if (access(file, R_OK))
		snprintf(err, errlen,
			 "%s: the user that the worker runs as cannot read it "
			 "(%s): chmod a+r %s",
			 path, strerror(errno), path);
	else if (!(handle = dlopen(file, RTLD_NOW | RTLD_LOCAL)))
		snprintf(err, errlen, "%s%s%s", file == path ? "" : path,
			 file == path ? "" : ": ", dlerror());
	return handle;
}

static struct plugin *open_at(const char *path, int fd, const char *name,
			      char *err, size_t errlen)
{
	void *handle = open_library(path, fd, err, errlen);
	const struct adit_plugin *def = handle ? dlsym(handle, "adit_plugin") :
						 NULL;
	struct plugin *p = NULL;
	char why[PLUGIN_ERROR];

	if (handle && !def)
		snprintf(err, errlen,
			 "%s: is not a plugin of adit: it has no "
			 "ADIT_PLUGIN(...)",
			 path);
	else if (handle && (p = plugin_adopt(def, name, why, sizeof(why))))
		p->handle = handle;
	else if (handle)
		snprintf(err, errlen, "%s: %s", path, why);
	if (handle && !p)
		dlclose(handle);
	return p;
}

/* `path` belongs to the plugin from now on, or is freed. */
static struct plugin *load_at(char *path, int fd, const char *name, char *err,
			      size_t errlen)
{
	struct plugin *p = open_at(path, fd, name, err, errlen);

	if (p)
		p->path = path;
	else
		free(path);
	return p;
}

static bool is_name(const char *name, char *err, size_t errlen)
{
	if (name[0] && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") ==
			       strlen(name))
		return true;
	snprintf(err, errlen,
		 "\"%s\" is not a valid name of a plugin: use a-z 0-9 _ -",
		 name);
	return false;
}

int plugin_open(const struct plugin_source *from, char *err, size_t errlen)
{
	snprintf(err, errlen, "out of memory");
	/* This also refuses a name with slashes, which would lead to another
	 * folder. */
	if (!is_name(from->name, err, errlen))
		return -1;
	return open_trusted(from, err, errlen);
}

struct plugin *plugin_load_from(const struct plugin_source *from, int fd,
				char *err, size_t errlen)
{
	char *path;

	snprintf(err, errlen, "out of memory");
	if (asprintf(&path, "%s/%s.so", from->dir, from->name) < 0)
		return NULL;
	return load_at(path, fd, from->name, err, errlen);
}

struct plugin *plugin_load_file(const char *path, char *err, size_t errlen)
{
	/* An absolute path, because dlopen searches for a name without a
	 * slash. */
	char *full = realpath(path, NULL), *name, *dot;
	struct plugin *p = NULL;
	int fd = -1;

	if (!full) {
		snprintf(err, errlen, "%s: %s", path, strerror(errno));
		return NULL;
	}
	snprintf(err, errlen, "out of memory");
	name = strdup(strrchr(full, '/') + 1);
	dot = name ? strrchr(name, '.') : NULL;
	if (dot && !strcmp(dot, ".so"))
		*dot = 0;
	if (name && is_name(name, err, errlen))
		fd = open_whole(full, err, errlen);
	if (fd >= 0) {
		p = load_at(full, fd, name, err, errlen);
		full = NULL;
		close(fd);
	}
	free(name);
	free(full);
	return p;
}

void plugin_unload(struct plugin *p)
{
	if (!p)
		return;
	if (p->handle)
		dlclose(p->handle);
	free(p->option);
	free(p->total);
	free(p->path);
	free(p);
}
