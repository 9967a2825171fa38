/* SPDX-License-Identifier: BSD-2-Clause */
/* downloads.h - the files that the web pages offer: those of the folders
 * `web_downloads`, which are opened once, at the start and at each reload.
 *
 * What is offered is a plain file in the folder itself, which nobody but root
 * and this process's user can change, and everybody may read: a folder that is
 * not the one that was meant shows nobody a secret. */
#ifndef ADIT_MONITOR_DOWNLOADS_H
#define ADIT_MONITOR_DOWNLOADS_H

#include "policy/conf.h"

#include <ev.h>
#include <sys/stat.h>

enum {
	DOWNLOAD_NAME = 101, /* bytes, with the NUL */
	DOWNLOAD_FILES = 64, /* of one folder */
};

struct download {
	char name[DOWNLOAD_NAME];
	int fd;
	struct stat was;  /* when it was opened */
	uint64_t hashed;  /* so many of its bytes are */
	bool has_hash;    /* all of them are */
	bool is_broken;   /* they cannot be read */
	uint8_t hash[32]; /* SHA-256 */
};

/* Those of one folder. */
struct download_folder {
	char *path;
	struct download file[DOWNLOAD_FILES];
	size_t n;
	unsigned refused; /* that are not offered */
};

struct downloads;

/* NULL: out of memory. */
MUST_CHECK struct downloads *downloads_new(struct ev_loop *);
void downloads_free(struct downloads *);
/* Opens the folders of this configuration anew.  The hashes are computed in
 * small steps from then on, while the loop runs.  What cannot be offered is
 * logged. */
void downloads_read(struct downloads *, const struct gw_conf *);
/* The files of a gateway, without those that have changed since they were
 * opened; NULL: it has none. */
const struct download_folder *downloads_of(struct downloads *,
					   const struct gw_gateway *);
/* One of them; NULL: there is no such file. */
const struct download *
downloads_find(struct downloads *, const struct gw_gateway *, const char *name);

#endif
