/* SPDX-License-Identifier: BSD-2-Clause */
/* ini_gather.c - joins a file and all files that it includes to one text.
 *
 * Each file is there once and whole, after the file that includes it.  A line
 * with INI_FILE_MARK and its name stands above it; only this program writes
 * such lines. */
#include "base/ini.h"

#include "base/err.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	DEPTH_MAX = 8,
	FILES_MAX = 1000,
	ALL_MAX = 8 << 20, /* bytes */
};

struct gather {
	struct buf *out;
	struct conf_errors *e;
	char **seen; /* real paths of the files so far */
	size_t nseen;
	unsigned depth;
	int err; /* ERR_NOMEM: stop */
};

/* Where the name of the file to be read was found. */
struct gather_place {
	struct gather *g;
	const char *file; /* with the include line */
	unsigned line;
};

static void gather_path(const struct gather_place *at, const char *path);

/* Adds an error at the include line. */
static void gather_complain(const struct gather_place *at, const char *what)
{
	struct conf_errors *e = at->g->e;
	const char *file = e->file;

	e->file = at->file;
	conf_error(e, at->line, "include: %s", what);
	e->file = file;
}

static void gather_error(const struct gather_place *at, const char *path,
			 const char *what)
{
	struct conf_errors other = { .file = path };

	conf_error(&other, 0, "%s", what);
	gather_complain(at, other.text[0]);
}

static void gather_no_memory(struct gather *g)
{
	g->err = ERR_NOMEM;
}

/* ---- one file ------------------------------------------------------------ */

/* Reads one file and refuses it if it has INI_FILE_MARK in it, which would
 * begin another file.  (Other control characters are errors of the reader.) */
static int gather_read(struct buf *text, struct conf_errors *e)
{
	int r = conf_text_read(text, false, e);
	const char *p = (const char *)buf_ptr(text), *mark;
	unsigned line = 1;

	mark = r || !buf_len(text) ? NULL :
				     memchr(p, INI_FILE_MARK, buf_len(text));
	if (!mark)
		return r;
	while (p < mark)
		line += *p++ == '\n';
	buf_fini(text);
	return conf_error(e, line, INI_CONTROL_TEXT);
}

static int gather_append(struct gather *g, const char *name,
			 const struct buf *text)
{
	const char *p = (const char *)buf_ptr(text);
	size_t n = buf_len(text);
	int r = buf_append(g->out, (char[]){ INI_FILE_MARK }, 1);

	if (!r)
		r = buf_append(g->out, name, strlen(name));
	if (!r)
		r = buf_append(g->out, "\n", 1);
	if (!r && n)
		r = buf_append(g->out, p, n);
	if (!r && n && p[n - 1] != '\n')
		r = buf_append(g->out, "\n", 1);
	return r;
}

/* Notes a file.  False if it was read before, under whatever path: files that
 * include each other would be read for ever. */
static bool gather_is_new(const struct gather_place *at, const char *path)
{
	struct gather *g = at->g;
	char *real = realpath(path, NULL);
	char **more = reallocarray(g->seen, g->nseen + 1, sizeof *more);

	if (more)
		g->seen = more;
	if (!real) {
		gather_error(at, path, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < g->nseen; i++) {
		if (strcmp(g->seen[i], real))
			continue;
		gather_error(at, path,
			     "is included twice: remove one of the includes");
		free(real);
		return false;
	}
	if (!more) {
		gather_no_memory(g);
		free(real);
		return false;
	}
	g->seen[g->nseen++] = real;
	return true;
}

static int gather_on_include(void *ctx, const struct ini_item *item)
{
	const struct gather_place *from = ctx;
	struct gather_place at = { from->g, from->file, item->line };
	const char *slash = strrchr(at.file, '/');
	char *path = NULL;

	if (!*item->value) {
		gather_error(&at, "no value",
			     "expected a file, a folder, or files "
			     "such as conf.d/*.ini");
		return 0;
	}
	if (*item->value == '/' || !slash)
		path = strdup(item->value);
	else if (asprintf(&path, "%.*s%s", (int)(slash + 1 - at.file), at.file,
			  item->value) < 0)
		path = NULL;
	if (path && !at.g->err)
		gather_path(&at, path);
	else
		gather_no_memory(at.g);
	free(path);
	return 0;
}

/* Reads what a file includes.  Errors in its other lines are found again, and
 * reported, when the joined text is read. */
static void gather_follow(struct gather *g, const char *path,
			  const struct buf *text)
{
	struct conf_errors *unsaid = calloc(1, sizeof *unsaid);
	struct gather_place from = { g, path, 0 };

	if (!unsaid) {
		gather_no_memory(g);
		return;
	}
	unsaid->file = path;
	g->depth++;
	if (ini_read_includes((char *)buf_ptr(text), buf_len(text),
			      gather_on_include, &from, unsaid) == ERR_NOMEM)
		gather_no_memory(g);
	g->depth--;
	free(unsaid);
}

static void gather_text(const struct gather_place *at, const char *path,
			const struct buf *text)
{
	struct gather *g = at->g;

	if (buf_len(g->out) + buf_len(text) > ALL_MAX)
		gather_error(at, path,
			     "the included files are too large: at most 8 "
			     "MiB in all");
	else if (gather_append(g, path, text))
		gather_no_memory(g);
	else
		gather_follow(g, path, text);
}

static void gather_file(const struct gather_place *at, const char *path)
{
	struct conf_errors other = { .file = path };
	struct buf text;

	if (at->g->depth > DEPTH_MAX) {
		gather_error(at, path, "is included more than 8 levels deep");
		return;
	}
	if (at->g->nseen > FILES_MAX) {
		gather_error(
			at, path,
			"is one file too many: at most 1000 may be included");
		return;
	}
	if (!gather_is_new(at, path))
		return;
	if (gather_read(&text, &other)) {
		gather_complain(at, other.text[0]);
		return;
	}
	gather_text(at, path, &text);
	buf_fini(&text);
}

/* ---- a folder ------------------------------------------------------------ */

/* Whoever may add files to the folder decides on the configuration. */
static bool gather_folder_is_safe(const struct gather_place *at,
				  const char *path)
{
	struct stat st;

	if (stat(path, &st))
		gather_error(at, path, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		gather_error(at, path, "is not a folder");
	else if (st.st_uid && st.st_uid != geteuid())
		gather_error(at, path,
			     "the folder belongs to another user: chown "
			     "it to root");
	else if (st.st_mode & 022)
		gather_error(at, path,
			     "other users may write to the folder: "
			     "chmod go-w it");
	else
		return true;
	return false;
}

static int gather_by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void gather_entry(const struct gather_place *at, const char *folder,
			 const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		gather_no_memory(at->g);
		return;
	}
	/* The path becomes one line of the joined text. */
	if (strpbrk(name, "\r\n"))
		gather_error(at, path,
			     "the file name has a line break in it: rename "
			     "the file");
	else
		gather_file(at, path);
	free(path);
}

/* Reads the files of a folder that match, in the order of their bytes.  Hidden
 * files, which some editors leave, do not match *. */
static void gather_matching(const struct gather_place *at, const char *folder,
			    const char *pattern)
{
	struct dirent **list = NULL;
	int n;

	if (!gather_folder_is_safe(at, folder))
		return;
	n = scandir(folder, &list, NULL, gather_by_bytes);
	if (n < 0)
		gather_error(at, folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (!at->g->err &&
		    !fnmatch(pattern, list[i]->d_name, FNM_PERIOD))
			gather_entry(at, folder, list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

static void gather_path(const struct gather_place *at, const char *path)
{
	char *slash = strrchr(path, '/'), *folder;
	const char *last = slash ? slash + 1 : path;
	struct stat st;

	if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
		gather_matching(at, path, "*.ini");
		return;
	}
	if (!strpbrk(last, "*?[")) {
		gather_file(at, path);
		return;
	}
	folder = slash ? strndup(path, (size_t)(slash - path)) : strdup(".");
	if (folder)
		gather_matching(at, *folder ? folder : "/", last);
	else
		gather_no_memory(at->g);
	free(folder);
}

/* ---- all ----------------------------------------------------------------- */

static int gather_count(void *ctx, const struct ini_item *item)
{
	(void)item;
	++*(unsigned *)ctx;
	return 0;
}

static bool gather_has_includes(const char *file, const struct buf *text)
{
	struct conf_errors *unsaid = calloc(1, sizeof *unsaid);
	unsigned n = 0;
	int r = ERR_NOMEM;

	if (unsaid) {
		unsaid->file = file;
		r = ini_read_includes((char *)buf_ptr(text), buf_len(text),
				      gather_count, &n, unsaid);
	}
	free(unsaid);
	return n || r == ERR_NOMEM;
}

int ini_gather(struct buf *out, struct conf_errors *e)
{
	struct gather g = { .out = out, .e = e };
	struct gather_place at = { &g, e->file, 0 };
	unsigned before = e->count;
	struct buf text;
	int r = gather_read(&text, e);

	*out = (struct buf){ 0 };
	if (r)
		return r;
	if (!gather_has_includes(e->file, &text)) {
		*out = text;
		return 0;
	}
	if (gather_is_new(&at, e->file))
		gather_text(&at, e->file, &text);
	buf_fini(&text);
	while (g.nseen)
		free(g.seen[--g.nseen]);
	free(g.seen);
	if (g.err)
		conf_error(e, 0, "%s", err_str(g.err));
	return g.err ? g.err : e->count == before ? 0 : ERR_CONF;
}
