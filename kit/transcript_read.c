/* SPDX-License-Identifier: BSD-2-Clause */
/* transcript_read.c - reads a transcript from files: itself, those that it
 * includes, and its parent. */
#include "kit/reader.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 8 }; /* files that include each other, or are parents */

/* ---- files --------------------------------------------------------------- */

/* Reads a whole file.  NULL, or why that is not possible. */
static const char *read_whole(const char *path, struct buf *text)
{
	FILE *f = fopen(path, "rb");
	const char *why = NULL;
	uint8_t *to;
	size_t n = 1;

	while (f && n && buf_len(text) <= TRANSCRIPT_MAX &&
	       (to = buf_reserve(text, 65536))) {
		n = fread(to, 1, 65536, f);
		buf_commit(text, n);
	}
	if (!f || ferror(f))
		why = strerror(errno);
	else if (n)
		why = "the file is too large: 64 MiB at most";
	if (f)
		fclose(f);
	return why;
}

/* The path of a file that a line names: from the folder of the file that the
 * line stands in.  NULL: out of memory. */
static char *path_beside(const struct reader *r, const char *name)
{
	const char *slash = strrchr(r->file, '/');
	char *path;
	int n = *name != '/' && slash ? (int)(slash + 1 - r->file) : 0;

	return asprintf(&path, "%.*s%s", n, r->file, name) < 0 ? NULL : path;
}

/* ---- lines --------------------------------------------------------------- */

/* Reads all lines, also behind one with an error.  A NUL stands behind the n
 * bytes. */
static void read_lines(struct reader *r, char *text, size_t n)
{
	char *end = text + n, *lf;

	for (r->own = 1; text < end; text = lf + 1, r->own++) {
		lf = memchr(text, '\n', (size_t)(end - text));
		if (!lf)
			lf = end;
		r->line++;
		*lf = 0;
		if (strlen(text) < (size_t)(lf - text))
			complain(r, "the line has a NUL byte; write \\0");
		text += strspn(text, " \t");
		/* An error is in r->e. */
		if (*text && *text != '#')
			(void)!read_line(r, text);
	}
}

/* Reads the lines of another file, and goes on behind the line `include`. */
static int read_inside(struct reader *r, const char *path, struct buf *text)
{
	const char *file = r->file;
	unsigned own = r->own;
	int bad;

	if (buf_append(text, "", 1) ||
	    conf_files_add(&r->t->files, path, strlen(path), r->line))
		return complain(r, "out of memory");
	r->file = path;
	r->depth++;
	read_lines(r, (char *)buf_ptr(text), buf_len(text) - 1);
	r->depth--;
	r->file = file;
	r->own = own;
	r->text_open = false;
	bad = conf_files_resume(&r->t->files, file, strlen(file), r->line, own);
	return bad ? complain(r, "out of memory") : 0;
}

int line_include(struct reader *r, char *rest, unsigned arg)
{
	struct buf text = { 0 };
	const char *why;
	char *path;
	int bad;

	(void)arg;
	if (!*rest)
		return complain(r, "write include FILE");
	if (r->depth == DEPTH)
		return complain(r, "%d files include each other", DEPTH);
	path = path_beside(r, rest);
	why = path ? read_whole(path, &text) : "out of memory";
	bad = why ? complain(r, "%s: %s", path ? path : rest, why) :
		    read_inside(r, path, &text);
	buf_fini(&text);
	free(path);
	return bad;
}

/* ---- the parent ---------------------------------------------------------- */

static struct transcript *parse(char *text, size_t n, struct conf_errors *e,
				unsigned depth);

/* Reads the parent, whose errors go to those of its child. */
static struct transcript *read_parent(struct reader *r, const char *path)
{
	struct conf_errors *e = calloc(1, sizeof(*e));
	struct transcript *t = NULL;
	struct buf text = { 0 };
	const char *why;

	if (!e)
		return NULL;
	e->file = path;
	why = read_whole(path, &text);
	if (why)
		complain(r, "%s: %s", path, why);
	else if (buf_append(&text, "", 1))
		complain(r, "out of memory");
	else
		t = parse((char *)buf_ptr(&text), buf_len(&text) - 1, e,
			  r->depth + 1);
	conf_errors_join(r->e, e);
	buf_fini(&text);
	free(e);
	return t;
}

/* A channel has the options of its parent, which belong to their resource, and
 * its user. */
static int inherit(struct reader *r)
{
	struct transcript *t = r->t, *p = t->parent;

	memcpy(t->user, p->user, sizeof(t->user));
	for (size_t i = 0; i < p->conf.n; i++)
		if (transcript_conf(t, p->conf.item[i].key,
				    p->conf.item[i].value, r->line))
			return complain(r, "out of memory");
	return 0;
}

int line_parent(struct reader *r, char *rest, unsigned arg)
{
	struct transcript *t = r->t;

	(void)arg;
	if (!*rest || t->parent)
		return complain(r, "write parent FILE, and only once");
	if (r->depth == DEPTH)
		return complain(r, "%d files are each other's parents", DEPTH);
	t->parent_file = path_beside(r, rest);
	if (!t->parent_file)
		return complain(r, "out of memory");
	t->parent = read_parent(r, t->parent_file);
	return t->parent ? inherit(r) : ERR_CONF;
}

/* ---- the whole ----------------------------------------------------------- */

static void transcript_read_lines(struct reader *r, char *text, size_t n)
{
	/* For errors about step 0, which has no line of its own. */
	r->line = 1;
	if (!add_step(r, STEP_OPEN))
		return;
	r->line = 0;
	read_lines(r, text, n);
	if (last_step(r)->kind != STEP_CLOSE && !add_step(r, STEP_CLOSE))
		return;
	if (!r->begun)
		conf_error(r->e, 0,
			   "the transcript is empty: write what the client "
			   "sends, as in C HELLO\\n");
	(void)!check_asks(r);
}

static struct transcript *parse(char *text, size_t n, struct conf_errors *e,
				unsigned depth)
{
	struct reader r = { .t = transcript_new(e->file),
			    .e = e,
			    .file = e->file,
			    .depth = depth };
	unsigned before = e->count;

	if (!r.t) {
		conf_error(e, 0, "out of memory");
		return NULL;
	}
	e->files = &r.t->files;
	transcript_read_lines(&r, text, n);
	if (e->count == before)
		return r.t;
	e->files = NULL;
	transcript_free(r.t);
	return NULL;
}

struct transcript *transcript_parse(const char *text, size_t n,
				    struct conf_errors *e)
{
	struct transcript *t = NULL;
	char *copy = malloc(n + 1);

	if (!copy) {
		conf_error(e, 0, "out of memory");
		return NULL;
	}
	if (n)
		memcpy(copy, text, n);
	copy[n] = 0;
	t = parse(copy, n, e, 0);
	free(copy);
	return t;
}

struct transcript *transcript_read(struct conf_errors *e)
{
	struct transcript *t = NULL;
	struct buf text = { 0 };
	const char *why = read_whole(e->file, &text);

	if (why)
		conf_error(e, 0, "%s", why);
	else
		t = transcript_parse((char *)buf_ptr(&text), buf_len(&text), e);
	buf_fini(&text);
	return t;
}
