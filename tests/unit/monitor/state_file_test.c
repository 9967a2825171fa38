/* SPDX-License-Identifier: BSD-2-Clause */
/* state_file_test.c - a file of state_dir is there as a whole or as it was
 * before, and what somebody else may have written is not read. */
#include "monitor/state_file.h"

#include "base/err.h"
#include "suite.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 100 };

static char folder[64], state[80], file[96], beside[112], victim[80];

static void begin(void)
{
	snprintf(folder, sizeof folder, "/tmp/adit-state-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(state, sizeof state, "%s/state", folder);
	snprintf(file, sizeof file, "%s/it.json", state);
	snprintf(beside, sizeof beside, "%s.new", file);
	snprintf(victim, sizeof victim, "%s/victim", folder);
}

/* A file that was begun never stays. */
static void end(void)
{
	ck_assert_int_ne(access(beside, F_OK), 0);
	unlink(file);
	unlink(victim);
	rmdir(state);
	ck_assert_int_eq(rmdir(folder), 0);
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void holds(const char *path, const char *text)
{
	char got[200] = "";
	FILE *f = fopen(path, "r");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fread(got, 1, sizeof got - 1, f), strlen(text));
	fclose(f);
	ck_assert_str_eq(got, text);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	ck_assert_int_eq(lstat(path, &st), 0);
	return st.st_mode;
}

static void written(const char *text)
{
	ck_assert_int_eq(state_file_write(file, text), 0);
}

static void fails(int error)
{
	errno = 0;
	ck_assert_int_eq(state_file_write(file, "{\"n\": 1}"), ERR_SYS);
	ck_assert_int_eq(errno, error);
}

static void is_read(const char *text, int n)
{
	char why[STATE_WHY];
	json_t *o;

	put(file, text);
	o = state_file_read(file, MOST, why);
	ck_assert_msg(o != NULL, "%s", why);
	ck_assert_str_eq(why, "");
	ck_assert_int_eq(json_integer_value(json_object_get(o, "n")), n);
	json_decref(o);
}

static void is_not_read(const char *word)
{
	char why[STATE_WHY];

	ck_assert_ptr_null(state_file_read(file, MOST, why));
	ck_assert_msg(*word ? strstr(why, word) != NULL : !why[0],
		      "%s is not in: %s", word, why);
	ck_assert(!*word || strstr(why, file));
}

/* ---- writing ------------------------------------------------------------- */

START_TEST(only_the_owner_reads_it)
{
	mode_t was = umask(0);

	begin();
	written("{}");
	umask(was);
	ck_assert_uint_eq(mode_of(file), S_IFREG | 0600);
	ck_assert_uint_eq(mode_of(state), S_IFDIR | 0700);
	holds(file, "{}");
	written("{\"n\": 1}");
	holds(file, "{\"n\": 1}");
	end();
}
END_TEST

/* Only the last folder of the path is made: where more is missing, state_dir
 * itself is not what was meant. */
START_TEST(one_folder_is_made)
{
	char deep[128];

	begin();
	snprintf(deep, sizeof deep, "%s/deeper/it.json", state);
	ck_assert_int_eq(state_file_write(deep, "{}"), ERR_SYS);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_ne(access(state, F_OK), 0);
	end();
}
END_TEST

/* What a crash has left beside it is taken away; where it leads elsewhere,
 * nothing is written there. */
START_TEST(what_a_crash_has_left)
{
	begin();
	written("{}");
	put(beside, "half of");
	written("{\"n\": 1}");
	holds(file, "{\"n\": 1}");
	put(victim, "precious");
	ck_assert_int_eq(symlink(victim, beside), 0);
	written("{\"n\": 2}");
	holds(file, "{\"n\": 2}");
	holds(victim, "precious");
	end();
}
END_TEST

/* The file itself may be such a link: it is replaced, not followed. */
START_TEST(a_link_is_replaced)
{
	begin();
	written("{}");
	put(victim, "precious");
	unlink(file);
	ck_assert_int_eq(symlink(victim, file), 0);
	written("{\"n\": 1}");
	ck_assert(S_ISREG(mode_of(file)));
	holds(victim, "precious");
	end();
}
END_TEST

/* Whichever step fails, the file of before is still there. */
START_TEST(a_full_disk)
{
	struct rlimit was, few;
	int ret, error;

	begin();
	written("{}");
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
	few = (struct rlimit){ 5, was.rlim_max };
	/* Meanwhile Check itself could not write, either. */
	setrlimit(RLIMIT_FSIZE, &few);
	ret = state_file_write(file, "{\"n\": 1}");
	error = errno;
	setrlimit(RLIMIT_FSIZE, &was);
	ck_assert_int_eq(ret, ERR_SYS);
	ck_assert_int_eq(error, EFBIG);
	holds(file, "{}");
	end();
}
END_TEST

START_TEST(something_is_in_the_way)
{
	char inside[128];

	begin();
	written("{}");
	/* Of what is to be made ... */
	ck_assert_int_eq(mkdir(beside, 0700), 0);
	fails(EEXIST);
	ck_assert_int_eq(rmdir(beside), 0);
	holds(file, "{}");
	/* ... and of what it is to become. */
	unlink(file);
	ck_assert_int_eq(mkdir(file, 0700), 0);
	snprintf(inside, sizeof inside, "%s/a", file);
	put(inside, "");
	fails(EISDIR);
	unlink(inside);
	ck_assert_int_ne(access(beside, F_OK), 0);
	ck_assert_int_eq(rmdir(file), 0);
	end();
}
END_TEST

START_TEST(a_path_that_is_too_long)
{
	static char path[PATH_MAX];

	memset(path, 'x', sizeof path - 3);
	errno = 0;
	ck_assert_int_eq(state_file_write(path, "{}"), ERR_SYS);
	ck_assert_int_eq(errno, ENAMETOOLONG);
}
END_TEST

/* ---- reading ------------------------------------------------------------- */

START_TEST(what_was_written_is_read)
{
	char text[MOST + 2], why[STATE_WHY];

	begin();
	is_not_read("");
	written("{\"n\": 7}");
	is_read("{\"n\": 7}", 7);
	/* As many bytes as may be, and one more. */
	memset(text, ' ', sizeof text);
	memcpy(text, "{\"n\": 8}", 8);
	text[MOST] = 0;
	is_read(text, 8);
	text[MOST] = ' ';
	text[MOST + 1] = 0;
	put(file, text);
	is_not_read("at most 100 bytes");
	ck_assert_ptr_null(state_file_read(state, MOST, why));
	ck_assert_ptr_nonnull(strstr(why, "no regular file"));
	end();
}
END_TEST

START_TEST(what_is_no_json)
{
	begin();
	written("{\"n\": 1,\n \"n\": 2}");
	is_not_read(":2: duplicate object key");
	put(file, "{\n\n");
	is_not_read("it.json:3: ");
	put(file, "");
	is_not_read("it.json:1: ");
	end();
}
END_TEST

START_TEST(what_others_may_have_written)
{
	begin();
	written("{\"n\": 1}");
	ck_assert_int_eq(chmod(file, 0620), 0);
	is_not_read("nobody else may write");
	ck_assert_int_eq(chmod(file, 0602), 0);
	is_not_read("nobody else may write");
	ck_assert_int_eq(chmod(file, 0644), 0);
	is_read("{\"n\": 1}", 1);
	/* Only root can give it away. */
	if (!geteuid()) {
		ck_assert_int_eq(chown(file, 1, 0), 0);
		is_not_read("nobody else may write");
	}
	end();
}
END_TEST

/* Neither what a link leads to, nor what never ends. */
START_TEST(what_is_no_file)
{
	begin();
	written("{}");
	put(victim, "{}");
	unlink(file);
	ck_assert_int_eq(symlink(victim, file), 0);
	is_not_read(strerror(ELOOP));
	unlink(file);
	ck_assert_int_eq(mkfifo(file, 0600), 0);
	is_not_read("no regular file");
	end();
}
END_TEST

SUITE("state_file", only_the_owner_reads_it, one_folder_is_made,
      what_a_crash_has_left, a_link_is_replaced, a_full_disk,
      something_is_in_the_way, a_path_that_is_too_long,
      what_was_written_is_read, what_is_no_json, what_others_may_have_written,
      what_is_no_file)
