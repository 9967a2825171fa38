/* SPDX-License-Identifier: BSD-2-Clause */
/* downloads.c - the files that the web pages offer. */
#include "monitor/downloads.h"

#include "base/err.h"
#include "base/log.h"
#include "tls/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STEP = 512 * 1024 }; /* bytes that are hashed at once ... */
enum { REFUSED_SAID = 8 };  /* lines of the log about one folder */
#define STEP_S .01          /* ... and a pause, in which others have a turn */

struct downloads {
	struct ev_loop *loop;
	ev_timer step;
	struct tls_hash *hash; /* of the file that is hashed now */
	struct download *now;  /* NULL: none is */
	struct download_folder *folder;
	size_t n;
};

/* ---- what may be offered ------------------------------------------------- */

/* So that a name needs no quotes in a header, a URL, or a command. */
static bool download_name_ok(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"abcdefghijklmnopqrstuvwxyz"
				"0123456789._+~-");

	return n && n < DOWNLOAD_NAME && !name[n] && name[0] != '.' &&
	       name[0] != '-';
}

static bool download_is_own(const struct stat *st)
{
	return (st->st_uid == 0 || st->st_uid == geteuid()) &&
	       !(st->st_mode & 022);
}

/* NULL, or why it is not offered. */
static const char *download_wrong(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "it is no plain file";
	if (!download_is_own(st))
		return "others than root may change it: chown root, chmod go-w";
	if (!(st->st_mode & S_IROTH))
		return "not everybody may read it: chmod a+r";
	return NULL;
}

static bool download_is_same(const struct download *d)
{
	struct stat now;

	return !d->is_broken && !fstat(d->fd, &now) && now.st_nlink &&
	       now.st_size == d->was.st_size &&
	       now.st_mtim.tv_sec == d->was.st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == d->was.st_mtim.tv_nsec &&
	       !download_wrong(&now);
}

/* ---- folders ------------------------------------------------------------- */

static void download_say(const struct download_folder *f, const char *name,
			 const char *why)
{
	log_msg(LOG_WARN, "web", "%s/%s is not offered for download: %s",
		f->path, name, why);
}

/* Of a folder full of other things some are named. */
static void folder_refuse(struct download_folder *f, const char *name,
			  const char *why)
{
	if (f->refused++ < REFUSED_SAID)
		download_say(f, name, why);
}

/* A symbolic link is not followed, and nothing is waited for. */
static void folder_add(struct download_folder *f, int dir, const char *name)
{
	struct download *d = &f->file[f->n];
	const char *why = NULL;

	*d = (struct download){ .fd = -1 };
	if (!download_name_ok(name))
		why = "its name may have letters, digits and . _ + ~ - only, "
		      "and begins with a letter or digit";
	else if (f->n + 1 >= DOWNLOAD_FILES)
		why = "there are too many files";
	else
		d->fd = openat(dir, name,
			       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
				       O_CLOEXEC);
	if (!why && d->fd < 0)
		why = errno == ELOOP ? "it is a symbolic link" :
				       strerror(errno);
	else if (!why)
		why = fstat(d->fd, &d->was) ? strerror(errno) :
					      download_wrong(&d->was);
	if (!why) {
		snprintf(d->name, sizeof d->name, "%.*s", DOWNLOAD_NAME - 1,
			 name);
		f->n++;
		return;
	}
	folder_refuse(f, name, why);
	if (d->fd >= 0)
		close(d->fd);
}

static int download_compare(const void *a, const void *b)
{
	const struct download *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static const char *folder_scan(struct download_folder *f, int fd)
{
	struct stat st;
	struct dirent *e;
	DIR *dir;

	if (fstat(fd, &st) || !(dir = fdopendir(fd))) {
		close(fd);
		return strerror(errno);
	}
	if (!download_is_own(&st)) {
		closedir(dir);
		return "others than root may change it: chown root, chmod go-w";
	}
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.')
			folder_add(f, dirfd(dir), e->d_name);
	closedir(dir);
	qsort(f->file, f->n, sizeof f->file[0], download_compare);
	return NULL;
}

static void folder_open(struct download_folder *f)
{
	int fd = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *why = fd < 0 ? strerror(errno) : folder_scan(f, fd);

	if (why)
		log_msg(LOG_WARN, "web",
			"web_downloads = %s: nothing of it is offered: %s",
			f->path, why);
}

static void folder_close(struct download_folder *f)
{
	while (f->n)
		close(f->file[--f->n].fd);
	free(f->path);
}

/* ---- hashes -------------------------------------------------------------- */

static struct download *downloads_next(struct downloads *d)
{
	for (size_t i = 0; i < d->n; i++)
		for (size_t k = 0; k < d->folder[i].n; k++)
			if (!d->folder[i].file[k].has_hash)
				return &d->folder[i].file[k];
	return NULL;
}

static void downloads_forget_hash(struct downloads *d)
{
	tls_hash_free(d->hash);
	d->hash = NULL;
	d->now = NULL;
}

/* Fewer or more bytes than there were: folder_look finds out why. */
static void hash_end(struct downloads *d, bool failed)
{
	struct download *f = d->now;

	tls_hash_end(d->hash, f->hash);
	f->has_hash = true;
	f->is_broken = failed || f->hashed != (uint64_t)f->was.st_size;
	d->hash = NULL;
	d->now = NULL;
}

/* One piece of the file of now, so that nobody waits for a large one. */
static void downloads_step(struct downloads *d)
{
	static uint8_t piece[STEP];
	struct download *f = d->now ? d->now : downloads_next(d);
	ssize_t n;

	if (f && !d->hash) {
		f->hashed = 0;
		d->hash = tls_hash_new();
	}
	d->now = f;
	if (!f || !d->hash)
		return;
	n = pread(f->fd, piece, sizeof piece, (off_t)f->hashed);
	if (n > 0 && !tls_hash_add(d->hash, piece, (size_t)n)) {
		f->hashed += (uint64_t)n;
		return;
	}
	hash_end(d, n != 0);
}

static void downloads_on_step(struct ev_loop *loop, ev_timer *w, int events)
{
	struct downloads *d = w->data;

	(void)events;
	downloads_step(d);
	if (!d->now && !downloads_next(d))
		ev_timer_stop(loop, w);
}

/* ---- from outside -------------------------------------------------------- */

static void downloads_close(struct downloads *d)
{
	ev_timer_stop(d->loop, &d->step);
	downloads_forget_hash(d);
	while (d->n)
		folder_close(&d->folder[--d->n]);
	free(d->folder);
	d->folder = NULL;
}

static struct download_folder *downloads_folder(struct downloads *d,
						const char *path)
{
	for (size_t i = 0; i < d->n; i++)
		if (!strcmp(d->folder[i].path, path))
			return &d->folder[i];
	return NULL;
}

static void downloads_add(struct downloads *d, const char *path)
{
	struct download_folder *f = &d->folder[d->n];

	f->path = strdup(path);
	if (!f->path)
		return;
	d->n++;
	folder_open(f);
}

void downloads_read(struct downloads *d, const struct gw_conf *c)
{
	downloads_close(d);
	d->folder = calloc(c->ngateways, sizeof *d->folder);
	for (size_t i = 0; d->folder && i < c->ngateways; i++) {
		const struct gw_gateway *g = &c->gateways[i];

		if (g->web && g->web_downloads &&
		    !downloads_folder(d, g->web_downloads))
			downloads_add(d, g->web_downloads);
	}
	if (downloads_next(d))
		ev_timer_again(d->loop, &d->step);
}

/* Takes out what is not any more what it was. */
static void folder_look(struct downloads *d, struct download_folder *f)
{
	for (size_t i = 0; i < f->n;) {
		struct download *file = &f->file[i];

		if (download_is_same(file)) {
			i++;
			continue;
		}
		download_say(f, file->name,
			     "it has changed since it was opened, or cannot "
			     "be read: aditctl reload");
		close(file->fd);
		memmove(file, file + 1, (--f->n - i) * sizeof *file);
		/* Others have another place now. */
		downloads_forget_hash(d);
	}
}

const struct download_folder *downloads_of(struct downloads *d,
					   const struct gw_gateway *g)
{
	struct download_folder *f =
		g->web_downloads ? downloads_folder(d, g->web_downloads) : NULL;

	if (f)
		folder_look(d, f);
	return f;
}

const struct download *downloads_find(struct downloads *d,
				      const struct gw_gateway *g,
				      const char *name)
{
	const struct download_folder *f = downloads_of(d, g);

	for (size_t i = 0; f && i < f->n; i++)
		if (!strcmp(f->file[i].name, name))
			return &f->file[i];
	return NULL;
}

struct downloads *downloads_new(struct ev_loop *loop)
{
	struct downloads *d = calloc(1, sizeof *d);

	if (!d)
		return NULL;
	d->loop = loop;
	ev_init(&d->step, downloads_on_step);
	d->step.repeat = STEP_S;
	d->step.data = d;
	return d;
}

void downloads_free(struct downloads *d)
{
	if (!d)
		return;
	downloads_close(d);
	free(d);
}
