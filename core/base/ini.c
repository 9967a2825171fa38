/* SPDX-License-Identifier: BSD-2-Clause */
/* ini.c - reads ini text strictly.
 *
 * ini_classify() looks at each line first.  inih gets only lines "key = value"
 * in the plain form that it splits without guessing.  Section lines are handled
 * here, because inih does not report empty sections, merges sections of the
 * same name, and cuts names at 50 bytes.
 *
 * inih also cuts lines at 200 bytes.  So it gets a long value in pieces, each
 * as if it were a line of its own.  Dots around a piece keep the blanks at its
 * ends:
 *
 *     port = 25, 110, 143     ->     port = .25, 11.     port = .0, 143. */
#include "base/ini.h"

#include "base/err.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SECTION_CAP = INI_SECTION_MAX + 1,
	FULL_CAP = 2 * SECTION_CAP,
	PIECE = 100, /* with the key and the dots below 199 */
};

struct seen {
	char *full; /* "resource mail" */
	uint32_t hash;
	unsigned line;
};

struct ini_reader {
	const char *text, *end;
	ini_item_fn *fn;
	void *ctx;
	struct conf_errors *e;
	unsigned line;
	char *copy;  /* of the line */
	size_t room; /* bytes of memory at `copy` */
	char key[INI_KEY_MAX + 1];
	const char *rest; /* of the value, still to go to inih; or NULL */
	struct buf value; /* pieces that came back from inih */
	char kind[SECTION_CAP], name[SECTION_CAP];
	bool in_section; /* some section line was there in this file */
	bool only_includes;
	bool skip; /* the keys of this section are not wanted */
	int err;   /* not 0: reading stops */
	struct seen *seen;
	size_t nseen, cap;
};

static bool ini_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool ini_is_comment(const char *p)
{
	return *p == ';' || *p == '#';
}

static const char *ini_skip_blanks(const char *p)
{
	return p + strspn(p, " \t");
}

static void ini_cut_blanks(char *s)
{
	size_t n = strlen(s);

	while (n && ini_is_blank(s[n - 1]))
		s[--n] = 0;
}

/* Cuts a comment off that follows a value: ; or # after a blank. */
static void ini_cut_comment(char *s)
{
	size_t i;

	for (i = 1; s[i - 1] && s[i]; i++) {
		if (ini_is_blank(s[i - 1]) && ini_is_comment(s + i)) {
			s[i] = 0;
			return;
		}
	}
}

static uint32_t ini_hash(const char *p)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	while (*p)
		h = (h ^ (uint8_t)*p++) * 16777619u;
	return h;
}

/* Notes a section.  *before is the line where it was before, or 0.  0,
 * ERR_LIMIT or ERR_NOMEM. */
static int ini_note_section(struct ini_reader *r, const char *full,
			    unsigned *before)
{
	uint32_t h = ini_hash(full);
	size_t i;

	*before = 0;
	for (i = 0; i < r->nseen; i++) {
		const struct seen *s = &r->seen[i];

		if (s->hash != h || strcmp(s->full, full))
			continue;
		*before = s->line;
		return 0;
	}
	if (r->nseen == INI_SECTIONS_MAX)
		return ERR_LIMIT;
	if (r->nseen == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 32;
		struct seen *s = reallocarray(r->seen, cap, sizeof *s);

		if (!s)
			return ERR_NOMEM;
		r->seen = s;
		r->cap = cap;
	}
	r->seen[r->nseen] = (struct seen){ strdup(full), h, r->line };
	return r->seen[r->nseen].full ? (r->nseen++, 0) : ERR_NOMEM;
}

/* Cuts "[kind name]" into r->kind and r->name, and writes "kind name" to
 * `full`, the form that sections are compared in. */
static int ini_split_section(struct ini_reader *r, const char *line, char *full)
{
	const char *close = strchr(line, ']'), *p = ini_skip_blanks(line + 1);
	const char *rest;
	size_t n;

	if (!close)
		return conf_error(r->e, r->line,
				  "the section line has no ]: write "
				  "[kind] or [kind name]");
	rest = ini_skip_blanks(close + 1);
	if (*rest && !ini_is_comment(rest))
		return conf_error(r->e, r->line,
				  "text after ]: put it on a "
				  "line of its own");
	n = strcspn(p, " \t]");
	if (!n)
		return conf_error(r->e, r->line,
				  "the section line is empty: "
				  "write [kind] or [kind name]");
	memcpy(r->kind, p, n);
	r->kind[n] = 0;
	p = ini_skip_blanks(p + n);
	n = (size_t)(close - p);
	memcpy(r->name, p, n);
	r->name[n] = 0;
	ini_cut_blanks(r->name);
	snprintf(full, FULL_CAP, "%s%s%s", r->kind, *r->name ? " " : "",
		 r->name);
	return 0;
}

static int ini_section(struct ini_reader *r, const char *line)
{
	struct ini_item item = { r->kind, r->name, NULL, NULL, r->line };
	char full[FULL_CAP];
	char where[CONF_LINE_TEXT];
	unsigned before;
	int ret;

	if (r->only_includes) {
		r->text = r->end;
		return 0;
	}
	/* If the line turns out to be wrong, its keys must not go to the
	 * section before it. */
	r->in_section = r->skip = true;
	if (strlen(line) > INI_SECTION_MAX) {
		conf_error(r->e, r->line,
			   "the section line has %zu bytes: at most %d are "
			   "allowed",
			   strlen(line), INI_SECTION_MAX);
		return 0;
	}
	if (ini_split_section(r, line, full))
		return 0;
	ret = ini_note_section(r, full, &before);
	if (ret == ERR_LIMIT)
		conf_error(r->e, r->line, "more than %d sections",
			   INI_SECTIONS_MAX);
	if (ret)
		return ret;
	if (before) {
		conf_error(r->e, r->line,
			   "duplicate section [%s], also in %s: merge the two",
			   full, conf_line(r->e, before, where));
		return 0;
	}
	r->skip = r->fn(r->ctx, &item) != 0;
	return 0;
}

/* An include line.  In a joined text ini_gather has followed it already. */
static void ini_on_include(struct ini_reader *r, const char *value)
{
	struct ini_item item = { "", "", "include", value, r->line };

	if (r->only_includes)
		r->fn(r->ctx, &item);
	else if (!r->e->files->n)
		conf_error(r->e, r->line,
			   "include lines are followed in files only");
}

/* Checks that a line is "key = value" and nothing that inih would read in
 * another way, and cuts it into r->key and r->rest. */
static void ini_split_key(struct ini_reader *r, const char *line)
{
	size_t n = strcspn(line, "=:"
				 " \t;#");
	const char *p = ini_skip_blanks(line + n);

	if (!n || *p != '=') {
		conf_error(r->e, r->line,
			   "expected [section], key = value or ; comment");
		return;
	}
	if (n > INI_KEY_MAX) {
		conf_error(r->e, r->line,
			   "the key has %zu bytes: at most %d are allowed", n,
			   INI_KEY_MAX);
		return;
	}
	if (!r->in_section && n == strlen("include") &&
	    !memcmp(line, "include", n)) {
		ini_on_include(r, ini_skip_blanks(p + 1));
		return;
	}
	if (!r->in_section) {
		conf_error(
			r->e, r->line,
			"%.*s is above the first [section]: move it into one",
			(int)n, line);
		return;
	}
	if (r->skip)
		return;
	memcpy(r->key, line, n);
	r->key[n] = 0;
	r->rest = ini_skip_blanks(p + 1);
}

static int ini_classify(struct ini_reader *r, char *line)
{
	const char *p = ini_skip_blanks(line);

	if (!*p || ini_is_comment(p))
		return 0;
	if (p != line) {
		conf_error(r->e, r->line,
			   "the line is indented: start it in the first "
			   "column (a line cannot be continued)");
		return 0;
	}
	if (*line == '[')
		return ini_section(r, line);
	ini_cut_comment(line);
	ini_cut_blanks(line);
	ini_split_key(r, line);
	return 0;
}

static bool ini_has_control(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (((uint8_t)p[i] < 0x20 && p[i] != '\t') || p[i] == 0x7f)
			return true;
	return false;
}

static void ini_drop_bom(struct ini_reader *r)
{
	if (r->end - r->text >= 3 && !memcmp(r->text, "\xef\xbb\xbf", 3))
		r->text += 3;
}

/* Begins another file of the joined text. */
static int ini_begin_file(struct ini_reader *r, const char *name, size_t n)
{
	struct conf_files *files = r->e->files;
	int ret = conf_files_add(files, name, n, r->line);

	if (!ret)
		r->e->file = files->item[files->n - 1].name;
	r->in_section = r->skip = false;
	ini_drop_bom(r);
	return ret;
}

static int ini_copy_line(struct ini_reader *r, const char *from, size_t n)
{
	if (n >= r->room) {
		char *more = realloc(r->copy, n + 1);

		if (!more)
			return ERR_NOMEM;
		r->copy = more;
		r->room = n + 1;
	}
	memcpy(r->copy, from, n);
	r->copy[n] = 0;
	return 0;
}

/* Copies the next line to r->copy; an empty line instead of a wrong one.  False
 * at the end of the text, or with r->err. */
static bool ini_next_line(struct ini_reader *r)
{
	const char *nl, *from = r->text;
	size_t n;

	if (r->text == r->end)
		return false;
	nl = memchr(from, '\n', (size_t)(r->end - from));
	n = (size_t)((nl ? nl : r->end) - from);
	r->text = nl ? nl + 1 : r->end;
	if (n && *from == INI_FILE_MARK) {
		r->err = ini_begin_file(r, from + 1, n - 1);
		n = 0;
	} else {
		r->line++;
	}
	if (n && from[n - 1] == '\r')
		n--;
	if (ini_has_control(from, n)) {
		conf_error(r->e, r->line, INI_CONTROL_TEXT);
		n = 0;
	}
	if (!r->err)
		r->err = ini_copy_line(r, from, n);
	return !r->err;
}

/* inih asks for a line.  It gets a piece of a value; all other lines are
 * handled here. */
static char *on_inih_wants(char *str, int cap, void *stream)
{
	struct ini_reader *r = stream;
	int n;

	while (!r->rest && !r->err && ini_next_line(r))
		r->err = ini_classify(r, r->copy);
	if (r->err || !r->rest)
		return NULL;
	n = (int)MIN(strlen(r->rest), (size_t)PIECE);
	snprintf(str, (size_t)cap, "%s = .%.*s.", r->key, n, r->rest);
	r->rest += n;
	return str;
}

/* inih gives a piece back.  `section` means nothing, since inih has seen no
 * section lines.  Returning 0 makes inih count an error. */
static int on_inih_key(void *ctx, const char *section, const char *key,
		       const char *value)
{
	struct ini_reader *r = ctx;
	struct ini_item item = { r->kind, r->name, r->key, NULL, r->line };
	size_t n = strlen(value);

	(void)section;
	(void)key;
	if (n < 2)
		return 0;
	r->err = buf_append(&r->value, value + 1, n - 2);
	if (r->err || *r->rest)
		return !r->err;
	r->rest = NULL;
	r->err = buf_append(&r->value, "", 1);
	if (r->err)
		return 0;
	item.value = (const char *)buf_ptr(&r->value);
	r->fn(r->ctx, &item);
	buf_take(&r->value, buf_len(&r->value));
	return 1;
}

static int ini_run(struct ini_reader *r)
{
	struct conf_errors *e = r->e;
	unsigned before = e->count;
	int bad;

	ini_drop_bom(r);
	bad = ini_parse_stream(on_inih_wants, r, on_inih_key, r);
	while (r->nseen)
		free(r->seen[--r->nseen].full);
	free(r->seen);
	free(r->copy);
	buf_fini(&r->value);
	if (r->err == ERR_NOMEM) {
		conf_error(e, 0, "%s", err_str(ERR_NOMEM));
		return ERR_NOMEM;
	}
	if (bad && e->count == before)
		conf_error(e, 0, "the parser inih stopped with error %d", bad);
	return e->count == before ? 0 : ERR_CONF;
}

/* Errors need the names of files while the text is read.  If the caller does
 * not keep them in e->files, they live here. */
static int ini_run_files(struct ini_reader *r, const char *text, size_t len)
{
	struct conf_files own = { 0 }, *files = r->e->files;
	const char *file = r->e->file;
	int ret;

	r->text = text;
	r->end = len ? text + len : text;
	if (!files)
		r->e->files = &own;
	ret = ini_run(r);
	r->e->file = file;
	r->e->files = files;
	conf_files_fini(&own);
	return ret;
}

int ini_read_text(const char *text, size_t len, ini_item_fn *fn, void *ctx,
		  struct conf_errors *e)
{
	struct ini_reader r = { .fn = fn, .ctx = ctx, .e = e };

	return ini_run_files(&r, text, len);
}

int ini_read_includes(const char *text, size_t len, ini_item_fn *fn, void *ctx,
		      struct conf_errors *e)
{
	struct ini_reader r = {
		.fn = fn, .ctx = ctx, .e = e, .only_includes = true
	};

	return ini_run_files(&r, text, len);
}

int ini_read_file(ini_item_fn *fn, void *ctx, struct conf_errors *e)
{
	struct buf text;
	int missing = ini_gather(&text, e), r = missing;

	if (buf_len(&text) && missing != ERR_NOMEM)
		r = ini_read_text((const char *)buf_ptr(&text), buf_len(&text),
				  fn, ctx, e);
	buf_fini(&text);
	return r ? r : missing;
}

int ini_unknown_section(const struct ini_item *item, const char *const *kinds,
			struct conf_errors *e)
{
	struct conf_guess g = { .word = item->kind };
	char hint[128];

	for (; *kinds; kinds++)
		conf_guess_offer(&g, *kinds);
	return conf_error(e, item->line, "unknown section [%s%s%s]%s",
			  item->kind, *item->name ? " " : "", item->name,
			  conf_guess_text(&g, hint, sizeof hint));
}

bool ini_is_name(const char *text)
{
	size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"abcdefghijklmnopqrstuvwxyz0123456789._-");

	return n >= 1 && n <= 64 && !text[n];
}
