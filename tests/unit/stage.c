/* SPDX-License-Identifier: BSD-2-Clause */
/* stage.c - what the test of a command needs. */
#include "stage.h"

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char stage_dir[40], stage_out[1 << 15], stage_err[1 << 13];

static FILE *real_out, *real_err;

/* ---- the folder ---------------------------------------------------------- */

void stage_open(void)
{
	snprintf(stage_dir, sizeof stage_dir, "/tmp/adit-stage-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(stage_dir));
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void stage_close(void)
{
	ck_assert_int_eq(nftw(stage_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS),
			 0);
}

const char *stage_path(const char *name)
{
	static char paths[8][200];
	static unsigned n;
	char *path = paths[n++ % 8];

	snprintf(path, sizeof paths[0], "%s/%s", stage_dir, name);
	return path;
}

void stage_write(const char *name, const char *text)
{
	const char *path = stage_path(name);
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);

	ck_assert_msg(fd >= 0, "%s", path);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

const char *stage_read(const char *name)
{
	static char text[1 << 13];
	int fd = open(stage_path(name), O_RDONLY);
	ssize_t n;

	ck_assert_msg(fd >= 0, "%s", stage_path(name));
	n = read(fd, text, sizeof text - 1);
	ck_assert_int_ge(n, 0);
	text[n] = 0;
	close(fd);
	return text;
}

/* ---- what is printed ----------------------------------------------------- */

void stage_begin(void)
{
	real_out = stdout;
	real_err = stderr;
	memset(stage_out, 0, sizeof stage_out);
	memset(stage_err, 0, sizeof stage_err);
	stdout = fmemopen(stage_out, sizeof stage_out - 1, "w");
	stderr = fmemopen(stage_err, sizeof stage_err - 1, "w");
	if (!stdout || !stderr)
		abort();
}

void stage_end(void)
{
	fclose(stdout);
	fclose(stderr);
	stdout = real_out;
	stderr = real_err;
}

void stage_type(const char *text)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], text, strlen(text)),
			 (ssize_t)strlen(text));
	close(ends[1]);
	ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
}
