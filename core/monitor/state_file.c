/* SPDX-License-Identifier: BSD-2-Clause */
/* state_file.c - writes and reads a file of state_dir. */
#include "monitor/state_file.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int state_write(int fd, const char *text, size_t n)
{
	while (n) {
		ssize_t k = write(fd, text, n);

		if (k < 0 && errno != EINTR)
			return ERR_SYS;
		text += MAX(k, 0);
		n -= (size_t)MAX(k, 0);
	}
	return 0;
}

/* The folder is made where only that is missing. */
static int state_open_beside(const char *file, const char *beside)
{
	char folder[PATH_MAX];
	char *end;

	snprintf(folder, sizeof folder, "%s", file);
	end = strrchr(folder, '/');
	if (end) {
		*end = 0;
		mkdir(folder, 0700);
	}
	/* A crash may have left such a file. */
	unlink(beside);
	return open(beside,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

int state_file_write(const char *file, const char *text)
{
	char beside[PATH_MAX];
	int n = snprintf(beside, sizeof beside, "%s.new", file), fd, r;

	if (n < 0 || (size_t)n >= sizeof beside) {
		errno = ENAMETOOLONG;
		return ERR_SYS;
	}
	fd = state_open_beside(file, beside);
	if (fd < 0)
		return ERR_SYS;
	r = state_write(fd, text, strlen(text));
	/* A full disk may say so only now. */
	if (close(fd))
		r = ERR_SYS;
	if (!r && rename(beside, file))
		r = ERR_SYS;
	if (r) {
		int error = errno;

		unlink(beside);
		errno = error;
	}
	return r;
}

/* An open file, which this closes.  Not by json_loadfd, which reads one byte
 * with each system call. */
static json_t *state_parse(int fd, json_error_t *e)
{
	FILE *f = fdopen(fd, "r");
	json_t *o = f ? json_loadf(f, JSON_REJECT_DUPLICATES, e) : NULL;

	if (f)
		fclose(f);
	else
		close(fd);
	return o;
}

json_t *state_file_read(const char *file, int most, char why[STATE_WHY])
{
	int fd = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	json_error_t e = { .text = "out of memory" };
	struct stat st;
	json_t *o = NULL;

	why[0] = 0;
	if (fd < 0 && errno == ENOENT)
		return NULL;
	if (fd < 0 || fstat(fd, &st)) {
		snprintf(why, STATE_WHY, "%.300s: %s", file, strerror(errno));
	} else if (!S_ISREG(st.st_mode) || st.st_size > most ||
		   (st.st_mode & (S_IWGRP | S_IWOTH)) ||
		   (st.st_uid && st.st_uid != geteuid())) {
		snprintf(why, STATE_WHY,
			 "%.300s: it is no regular file of at "
			 "most %d bytes that nobody else may write",
			 file, most);
	} else {
		o = state_parse(fd, &e);
		fd = -1;
		if (!o)
			snprintf(why, STATE_WHY, "%.200s:%d: %.100s", file,
				 e.line, e.text);
	}
	if (fd >= 0)
		close(fd);
	return o;
}
