/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_text.c - reads configuration files and collects their errors. */
#include "base/conf_text.h"

#include "base/conf_link.h"
#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	WORD_MAX = 72,
	READ_SIZE = 4096,
	WHAT_MAX = CONF_VALUE_MAX + 1000, /* of an error before it is cut */
};

/* Cuts an error in the middle, where a long value may be: the key stands at its
 * beginning and the cure at its end. */
static void conf_put_shortened(char *raw, size_t at, const char *what)
{
	size_t n = strlen(what), room;

	at = MIN(at, (size_t)CONF_ERROR_LEN / 2);
	room = CONF_ERROR_LEN - 1 - at;
	if (n <= room)
		memcpy(raw + at, what, n + 1);
	else
		snprintf(raw + at, room + 1, "%.*s...%s", (int)room / 2, what,
			 what + n - room / 3);
}

int conf_error(struct conf_errors *e, unsigned line, const char *fmt, ...)
{
	char raw[CONF_ERROR_LEN];
	const char *file = e->file;
	char what[WHAT_MAX];
	int k;
	va_list ap;

	if (e->count++ >= CONF_ERRORS_MAX)
		return ERR_CONF;
	if (line && e->files)
		line = conf_files_line(e->files, line, &file);
	if (line)
		k = snprintf(raw, sizeof raw, "%s:%u: ", file, line);
	else
		k = snprintf(raw, sizeof raw, "%s: ", e->file);
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	conf_put_shortened(raw, (size_t)MAX(k, 0), what);
	/* The text repeats values of the file, which could send commands to
	 * the reader's terminal. */
	log_escape(e->text[e->count - 1], CONF_ERROR_LEN, raw);
	return ERR_CONF;
}

const char *conf_line(const struct conf_errors *e, unsigned line,
		      char text[CONF_LINE_TEXT])
{
	const char *file = NULL;

	if (e->files)
		line = conf_files_line(e->files, line, &file);
	snprintf(text, CONF_LINE_TEXT, "line %u%s%s", line, file ? " of " : "",
		 file ? file : "");
	return text;
}

void conf_errors_log(const struct conf_errors *e)
{
	unsigned i;

	for (i = 0; i < conf_errors_kept(e); i++)
		log_msg(LOG_ERROR, NULL, "%s", e->text[i]);
	if (e->count > CONF_ERRORS_MAX)
		log_msg(LOG_ERROR, NULL, "%s: and %u more", e->file,
			e->count - CONF_ERRORS_MAX);
}

void conf_errors_join(struct conf_errors *to, const struct conf_errors *from)
{
	for (unsigned i = 0; i < conf_errors_kept(from); i++) {
		unsigned at = to->count++;

		if (at < CONF_ERRORS_MAX)
			memcpy(to->text[at], from->text[i], CONF_ERROR_LEN);
	}
	if (from->count > CONF_ERRORS_MAX)
		to->count += from->count - CONF_ERRORS_MAX;
}

/* Whoever may change the file decides what this program does, so that must be
 * root or the program's own user. */
static int text_check_stat(int fd, bool secret, struct conf_errors *e)
{
	struct stat st;
	unsigned mode;

	if (fstat(fd, &st))
		return conf_error(e, 0, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return conf_error(e, 0, "is not a regular file");
	if (st.st_uid && st.st_uid != geteuid())
		return conf_error(e, 0,
				  "belongs to uid %u: chown it to root or "
				  "to the user that runs this program",
				  (unsigned)st.st_uid);
	mode = st.st_mode & 0777;
	if (mode & 022)
		return conf_error(e, 0,
				  "other users may write to it (mode %04o): "
				  "chmod go-w %s",
				  mode, e->file);
	if (secret && mode & 007)
		return conf_error(e, 0,
				  "other users may read it (mode %04o): "
				  "chmod 600 %s",
				  mode, e->file);
	if (st.st_size > CONF_TEXT_MAX)
		return conf_error(e, 0, "is larger than %d bytes",
				  CONF_TEXT_MAX);
	return 0;
}

static int text_read_all(int fd, struct buf *out, struct conf_errors *e)
{
	for (;;) {
		uint8_t *to = buf_reserve(out, READ_SIZE);
		ssize_t n;

		if (!to) {
			conf_error(e, 0, "%s", err_str(ERR_NOMEM));
			return ERR_NOMEM;
		}
		n = read(fd, to, READ_SIZE);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return conf_error(e, 0, "%s", strerror(errno));
		if (n == 0)
			return 0;
		buf_commit(out, (size_t)n);
		if (buf_len(out) > CONF_TEXT_MAX)
			return conf_error(e, 0, "is larger than %d bytes",
					  CONF_TEXT_MAX);
	}
}

/* Reserves memory for the whole file at once.  A buffer that grows would leave
 * copies of a secret in memory that nobody wipes. */
static int text_make_room(int fd, struct buf *out, struct conf_errors *e)
{
	struct stat st;

	if (!fstat(fd, &st) &&
	    buf_reserve(out, (size_t)st.st_size + 2 * READ_SIZE))
		return 0;
	conf_error(e, 0, "%s", err_str(ERR_NOMEM));
	return ERR_NOMEM;
}

static int text_read_fd(int fd, bool secret, struct buf *out,
			struct conf_errors *e)
{
	int r = text_check_stat(fd, secret, e);

	if (!r)
		r = text_make_room(fd, out, e);
	if (!r)
		r = text_read_all(fd, out, e);
	close(fd);
	if (r)
		buf_fini(out);
	return r;
}

/* Whether root owns the file or, if it cannot be seen, the lowest folder above
 * it that can.  Cuts `path` to that. */
static bool text_is_of_root(char *path)
{
	struct stat st;
	char *slash;

	while (stat(path, &st)) {
		slash = strrchr(path, '/');
		if (!slash || slash == path)
			return false;
		*slash = 0;
	}
	return !st.st_uid;
}

/* Tells a user when the program would have to run as root. */
static int text_cannot_open(struct conf_errors *e)
{
	int error = errno, r;
	char *path = strdup(e->file);

	if (error == EACCES && geteuid() && path && text_is_of_root(path))
		r = conf_error(e, 0,
			       "%s: %s belongs to root, and this program "
			       "does not run as root",
			       strerror(error), path);
	else
		r = conf_error(e, 0, "%s", strerror(error));
	free(path);
	return r;
}

int conf_text_read(struct buf *out, bool secret, struct conf_errors *e)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int fd = open(e->file, flags | (secret ? O_NOFOLLOW : 0));

	*out = (struct buf){ 0 };
	if (fd < 0 && errno == ELOOP && secret)
		return conf_error(e, 0,
				  "is a symbolic link: give the path of "
				  "the file itself");
	if (fd < 0)
		return text_cannot_open(e);
	return text_read_fd(fd, secret, out, e);
}

int conf_key_read(struct buf *out, struct conf_errors *e)
{
	int fd = open(e->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
				       O_NOFOLLOW);
	int r = 0;

	*out = (struct buf){ 0 };
	if (fd < 0 && errno == ELOOP)
		r = conf_link_open(&fd, e);
	else if (fd < 0)
		r = text_cannot_open(e);
	return r ? r : text_read_fd(fd, true, out, e);
}

/* The optimal string alignment distance of two words: the number of letters
 * that are added, missing, wrong, or swapped with their neighbour. */
static unsigned guess_distance(const char *a, const char *b)
{
	unsigned row[3][WORD_MAX + 1];
	size_t na = strlen(a), nb = strlen(b), i, j;

	if (na > WORD_MAX || nb > WORD_MAX)
		return WORD_MAX;
	for (j = 0; j <= nb; j++)
		row[0][j] = (unsigned)j;
	for (i = 1; i <= na; i++) {
		unsigned *now = row[i % 3], *up = row[(i + 2) % 3];
		unsigned *upup = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (j = 1; j <= nb; j++) {
			unsigned d = up[j - 1] + (a[i - 1] != b[j - 1]);

			d = MIN(d, MIN(up[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d = MIN(d, upup[j - 2] + 1);
			now[j] = d;
		}
	}
	return row[na % 3][nb];
}

void conf_guess_offer(struct conf_guess *g, const char *candidate)
{
	unsigned d = guess_distance(g->word, candidate);
	size_t len = strlen(g->word);

	/* With more differences it is another word rather than a typing
	 * error. */
	if (d > 3 || d * 2 > MAX(len, (size_t)2))
		return;
	if (g->best && d >= g->distance)
		return;
	g->best = candidate;
	g->distance = d;
}

const char *conf_guess_text(const struct conf_guess *g, char *buf, size_t cap)
{
	if (g->best)
		snprintf(buf, cap, ", did you mean \"%s\"?", g->best);
	else
		snprintf(buf, cap, "%s", "");
	return buf;
}
