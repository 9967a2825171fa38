/* SPDX-License-Identifier: BSD-2-Clause */
/* password_test.c - which files a password is read from, and which are
 * refused. */
#include "adit/password.h"

#include "adit/cli.h"
#include "stage.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char got[PASSWORD_CAP];

/* The exit status of reading a file of the stage; what is said is in
 * stage_err. */
static int read_file(const char *name)
{
	int status;

	memset(got, 0, sizeof got);
	stage_begin();
	status = password_from_file(stage_path(name), got);
	stage_end();
	return status;
}

START_TEST(files)
{
	stage_open();
	stage_write("good", "secret word\nsecond line\n");
	ck_assert_int_eq(read_file("good"), CLI_OK);
	ck_assert_str_eq(got, "secret word");
	ck_assert_str_eq(stage_err, "");
	ck_assert_int_eq(read_file("missing"), CLI_USAGE);
	STAGE_HAS(stage_err, "password_file in adit.ini(5)");
	stage_write("empty", "\n");
	ck_assert_int_eq(read_file("empty"), CLI_FAILED);
	STAGE_HAS(stage_err, "the password is empty");
	stage_close();
}
END_TEST

START_TEST(files_that_others_may_read)
{
	stage_open();
	stage_write("file", "secret\n");
	ck_assert_int_eq(chmod(stage_path("file"), 0640), 0);
	ck_assert_int_eq(read_file("file"), CLI_USAGE);
	STAGE_HAS(stage_err, "(mode 0640): chmod 600 /tmp/");
	ck_assert_str_eq(got, "");
	ck_assert_int_eq(chmod(stage_path("file"), 0601), 0);
	ck_assert_int_eq(read_file("file"), CLI_USAGE);
	stage_close();
}
END_TEST

/* Only regular files are read; a FIFO does not make adit wait. */
START_TEST(no_regular_files)
{
	stage_open();
	ck_assert_int_eq(mkfifo(stage_path("fifo"), 0600), 0);
	ck_assert_int_eq(read_file("fifo"), CLI_USAGE);
	STAGE_HAS(stage_err, "not a regular file");
	ck_assert_int_eq(mkdir(stage_path("folder"), 0700), 0);
	ck_assert_int_eq(read_file("folder"), CLI_USAGE);
	stage_close();
}
END_TEST

enum { NOBODY = 65534 };

/* root reads only files of root: whoever owns it could change it. */
START_TEST(files_of_others)
{
	if (geteuid())
		return;
	stage_open();
	stage_write("file", "secret\n");
	ck_assert_int_eq(chown(stage_path("file"), NOBODY, NOBODY), 0);
	ck_assert_int_eq(read_file("file"), CLI_USAGE);
	STAGE_HAS(stage_err, "belongs to uid 65534");
	stage_close();
}
END_TEST

START_TEST(standard_input)
{
	stage_type("secret\nmore\n");
	ck_assert_int_eq(password_from_stdin(got), CLI_OK);
	ck_assert_str_eq(got, "secret");
	stage_type("");
	stage_begin();
	ck_assert_int_eq(password_from_stdin(got), CLI_FAILED);
	stage_end();
	STAGE_HAS(stage_err, "standard input: the password is empty");
}
END_TEST

/* systemd has made this file, so its mode is not checked. */
START_TEST(credentials)
{
	stage_open();
	unsetenv("CREDENTIALS_DIRECTORY");
	ck_assert(!password_is_credential());
	setenv("CREDENTIALS_DIRECTORY", stage_dir, 1);
	ck_assert(!password_is_credential());
	stage_write("adit-password", "from systemd\n");
	ck_assert_int_eq(chmod(stage_path("adit-password"), 0444), 0);
	ck_assert(password_is_credential());
	ck_assert_int_eq(password_from_credential(got), CLI_OK);
	ck_assert_str_eq(got, "from systemd");
	setenv("CREDENTIALS_DIRECTORY", "relative", 1);
	ck_assert(!password_is_credential());
	stage_begin();
	ck_assert_int_eq(password_from_credential(got), CLI_FAILED);
	stage_end();
	unsetenv("CREDENTIALS_DIRECTORY");
	stage_close();
}
END_TEST

SUITE("adit/password", files, files_that_others_may_read, no_regular_files,
      files_of_others, standard_input, credentials)
