/* SPDX-License-Identifier: BSD-2-Clause */
/* users_test.c - the users file, read and changed. */
#include "base/err.h"
#include "policy/users.h"
#include "suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

static struct users users;
static struct conf_errors errs;

static void parse(const char *text)
{
	errs = (struct conf_errors){ .file = "users" };
	ck_assert_int_eq(users_parse(text, strlen(text), &users, &errs), 0);
}

START_TEST(reads)
{
	const struct user *u;

	parse("# comment\n; another\n\nbob:$y$j9T$a.b/c$d:staff, ops\r\n"
	      "al.ice@x_y-1:h:\ncarol:h");
	ck_assert_uint_eq(errs.count, 0);
	ck_assert_uint_eq(users.n, 3);
	u = users_find(&users, "bob");
	ck_assert_str_eq(u->hash, "$y$j9T$a.b/c$d");
	ck_assert_uint_eq(u->groups.n, 2);
	ck_assert(name_list_has(&u->groups, "ops"));
	ck_assert_uint_eq(u->line, 4);
	ck_assert_uint_eq(users_find(&users, "carol")->groups.n, 0);
	ck_assert_ptr_nonnull(users_find(&users, "al.ice@x_y-1"));
	ck_assert_ptr_null(users_find(&users, "Bob"));
	ck_assert_ptr_null(users_find(&users, ""));
	users_fini(&users);
	parse("");
	ck_assert_ptr_null(users_find(&users, "bob"));
}
END_TEST

/* A bad line lets nobody in, and does not affect the users of other lines. */
START_TEST(bad_lines)
{
	static const char *const row[][2] = {
		{ "word", "expected name:hash:group,group; aditctl passwd "
			  "writes such lines" },
		{ ":hash:",
		  " is not a valid user name: 1 to 64 letters, digits and "
		  ". _ @ -" },
		{ "-x:hash:",
		  "-x is not a valid user name: 1 to 64 letters, digits and "
		  ". _ @ -" },
		{ " x:hash:",
		  " x is not a valid user name: 1 to 64 letters, digits and "
		  ". _ @ -" },
		{ "x::", "x has no usable password hash: set a password "
			 "with aditctl passwd x" },
		{ "x:a b:", "x has no usable password hash: set a password "
			    "with aditctl passwd x" },
		{ "x:h:g,", "x: expected group,group after the second colon" },
		{ "x:h:g h", "x: expected group,group after the second colon" },
		{ "x:h:g:z", "x: expected group,group after the second colon" },
		{ "good:again:",
		  "duplicate user good, also in line 1: remove one of "
		  "them" },
		{ "x\033[1m:h:",
		  "x\\x1b[1m is not a valid user name: 1 to 64 letters, "
		  "digits and . _ @ -" },
	};
	char text[300];
	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++) {
		snprintf(text, sizeof text, "good:hash:g\n%s\nlast:h:\n",
			 row[i][0]);
		parse(text);
		ck_assert_uint_eq(errs.count, 1);
		ck_assert(!strncmp(errs.text[0], "users:2: ", 9));
		ck_assert_str_eq(errs.text[0] + 9, row[i][1]);
		ck_assert_uint_eq(users.n, 2);
		ck_assert_str_eq(users_find(&users, "good")->hash, "hash");
		ck_assert_ptr_nonnull(users_find(&users, "last"));
		users_fini(&users);
	}
}
END_TEST

START_TEST(odd_bytes)
{
	static const char nul[] = "a:h:\nb\0:h:\n";
	char text[3000];

	errs = (struct conf_errors){ .file = "users" };
	ck_assert_int_eq(users_parse(nul, sizeof nul - 1, &users, &errs), 0);
	ck_assert_uint_eq(users.n, 1);
	ck_assert(strstr(errs.text[0],
			 "users:2: the line is too long or has a NUL"));
	users_fini(&users);
	memset(text, 'a', sizeof text);
	text[sizeof text - 1] = 0;
	parse(text);
	ck_assert_uint_eq(users.n, 0);
	ck_assert_uint_eq(errs.count, 1);
	users_fini(&users);
}
END_TEST

START_TEST(names)
{
	char name[66];

	memset(name, 'a', sizeof name);
	name[65] = 0;
	ck_assert(!user_name_ok(name));
	name[64] = 0;
	ck_assert(user_name_ok(name));
	ck_assert(user_name_ok("a.b_c@d-e") && user_name_ok(".x"));
	ck_assert(!user_name_ok("-a") && !user_name_ok(""));
	ck_assert(!user_name_ok("a b") && !user_name_ok("a:b"));
	ck_assert(!user_name_ok("\xc3\xa4") && !user_name_ok("a/b"));
}
END_TEST

START_TEST(many)
{
	size_t cap = 1 << 20, n = 0, i;
	char *text = malloc(cap), name[16];

	for (i = 0; i < 20000; i++)
		n += (size_t)snprintf(text + n, cap - n, "u%zu:hash:g\n",
				      (i * 7919) % 20000);
	errs = (struct conf_errors){ .file = "users" };
	ck_assert_int_eq(users_parse(text, n, &users, &errs), 0);
	ck_assert_uint_eq(users.n, 20000);
	for (i = 0; i < 20000; i += 997) {
		snprintf(name, sizeof name, "u%zu", i);
		ck_assert_ptr_nonnull(users_find(&users, name));
	}
	users_fini(&users);
	free(text);
}
END_TEST

/* ---- changes --------------------------------------------------------------- */

static char dir[64], path[96];

static void start(const char *text)
{
	FILE *f;

	snprintf(dir, sizeof dir, "/tmp/adit-users-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/users", dir);
	errs = (struct conf_errors){ .file = path };
	if (!text)
		return;
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
	chmod(path, 0600);
}

/* Nothing but the file itself may be left behind. */
static void finish(void)
{
	unlink(path);
	ck_assert_msg(!rmdir(dir), "%s is not empty", dir);
}

static int change(const char *name, const char *hash, const char *groups)
{
	struct users_edit e = { .name = name, .hash = hash, .groups = groups };

	errs.count = 0;
	return users_change(&e, &errs);
}

static int drop(const char *name)
{
	struct users_edit e = { .name = name, .remove = true };

	errs.count = 0;
	return users_change(&e, &errs);
}

static int lock(const char *name, enum users_lock how)
{
	struct users_edit e = { .name = name, .lock = how };

	errs.count = 0;
	return users_change(&e, &errs);
}

static const char *content(void)
{
	static char text[4096];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

	text[n] = 0;
	if (f)
		fclose(f);
	return text;
}

START_TEST(changes)
{
	start("# head\nalice:h1:staff\n\nbob:h2:ops\n");
	ck_assert_int_eq(change("alice", "h3", NULL), 0);
	ck_assert_str_eq(content(), "# head\nalice:h3:staff\n\nbob:h2:ops\n");
	ck_assert_int_eq(change("alice", NULL, "a,b"), 0);
	ck_assert_str_eq(content(), "# head\nalice:h3:a,b\n\nbob:h2:ops\n");
	ck_assert_int_eq(change("bob", "h4", ""), 0);
	ck_assert_str_eq(content(), "# head\nalice:h3:a,b\n\nbob:h4:\n");
	ck_assert_int_eq(change("carol", "h5", "x"), 0);
	ck_assert_str_eq(content(),
			 "# head\nalice:h3:a,b\n\nbob:h4:\ncarol:h5:x\n");
	ck_assert_int_eq(drop("bob"), 0);
	ck_assert_str_eq(content(), "# head\nalice:h3:a,b\n\ncarol:h5:x\n");
	finish();
}
END_TEST

/* The change affects the right line, although the reader skips a bad one. */
START_TEST(behind_a_bad_line)
{
	start("carol:h1::\nbob:h2:\ncarol:*\n");
	ck_assert_int_eq(change("carol", NULL, "ops"), 0);
	ck_assert_str_eq(content(), "bob:h2:\ncarol:*:ops\n");
	finish();
	start("carol:h1::\n");
	ck_assert_int_eq(change("carol", NULL, "ops"), ERR_NOTFOUND);
	ck_assert_str_eq(content(), "carol:h1::\n");
	ck_assert_int_eq(change("carol", "h3", NULL), 0);
	ck_assert_str_eq(content(), "carol:h3:\n");
	finish();
}
END_TEST

START_TEST(locks)
{
	start("alice:h1:staff\nbob:*:\n");
	ck_assert_int_eq(lock("alice", USERS_LOCK), 0);
	ck_assert_str_eq(content(), "alice:!h1:staff\nbob:*:\n");
	ck_assert_int_eq(lock("alice", USERS_LOCK), 0);
	ck_assert_int_eq(change("alice", NULL, "ops"), 0);
	ck_assert_str_eq(content(), "alice:!h1:ops\nbob:*:\n");
	/* A new password alone lets nobody in. */
	ck_assert_int_eq(change("alice", "h2", NULL), 0);
	ck_assert_str_eq(content(), "alice:!h2:ops\nbob:*:\n");
	ck_assert_int_eq(lock("alice", USERS_UNLOCK), 0);
	ck_assert_int_eq(lock("alice", USERS_UNLOCK), 0);
	ck_assert_int_eq(lock("bob", USERS_LOCK), 0);
	ck_assert_str_eq(content(), "alice:h2:ops\nbob:*:\n");
	ck_assert_int_eq(lock("bob", USERS_UNLOCK), ERR_CONF);
	ck_assert(strstr(errs.text[0], "set one with aditctl passwd bob"));
	ck_assert_int_eq(lock("carol", USERS_LOCK), ERR_NOTFOUND);
	ck_assert_int_eq(change("bob", "h3", NULL), 0);
	ck_assert_str_eq(content(), "alice:h2:ops\nbob:h3:\n");
	finish();
}
END_TEST

/* Marks that other programs put in front of a hash. */
START_TEST(odd_locks)
{
	char long_hash[USER_HASH_MAX + 1], text[USER_HASH_MAX + 16];
	struct users_edit both = { .name = "a",
				   .hash = "h",
				   .lock = USERS_LOCK };

	start("a:*:\n");
	ck_assert_int_eq(users_change(&both, &errs), 0);
	ck_assert_str_eq(content(), "a:!h:\n");
	finish();
	start("a:!!x:\nb:!:\nc:!*:\n");
	ck_assert_int_eq(lock("a", USERS_UNLOCK), 0);
	ck_assert_int_eq(lock("b", USERS_UNLOCK), ERR_CONF);
	ck_assert_int_eq(lock("c", USERS_UNLOCK), ERR_CONF);
	ck_assert_str_eq(content(), "a:x:\nb:!:\nc:!*:\n");
	finish();
	memset(long_hash, 'h', USER_HASH_MAX);
	long_hash[USER_HASH_MAX] = 0;
	snprintf(text, sizeof text, "a:%s:\n", long_hash);
	start(text);
	ck_assert_int_eq(lock("a", USERS_LOCK), 0);
	ck_assert(content()[2] == '!');
	ck_assert_int_eq(lock("a", USERS_UNLOCK), 0);
	ck_assert_str_eq(content(), text);
	finish();
	ck_assert(user_hash_is_locked("!x") && user_hash_is_locked("*"));
	ck_assert(!user_hash_is_locked("x") && !user_hash_is_locked(""));
}
END_TEST

START_TEST(new_file)
{
	struct stat st;

	start(NULL);
	umask(0);
	ck_assert_int_eq(change("alice", "h", NULL), 0);
	ck_assert_str_eq(content(), "alice:h:\n");
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	finish();
}
END_TEST

START_TEST(odd_files)
{
	start("alice:h");
	ck_assert_int_eq(change("bob", "h", NULL), 0);
	ck_assert_str_eq(content(), "alice:h\nbob:h:\n");
	ck_assert_int_eq(change("alice", NULL, "g"), 0);
	ck_assert_str_eq(content(), "alice:h:g\nbob:h:\n");
	finish();
	/* Lines that are not good stay for their author. */
	start("broken\nalice:1:\r\nalice:2:\nalicex:3:\n");
	ck_assert_int_eq(change("alice", "4", NULL), 0);
	ck_assert_str_eq(content(), "broken\nalice:4:\nalicex:3:\n");
	ck_assert_int_eq(drop("alice"), 0);
	ck_assert_str_eq(content(), "broken\nalicex:3:\n");
	finish();
}
END_TEST

START_TEST(keeps_mode_and_owner)
{
	struct stat st;

	start("alice:h:\n");
	chmod(path, 0640);
	if (!geteuid())
		ck_assert_int_eq(chown(path, 0, 12345), 0);
	ck_assert_int_eq(change("alice", "i", NULL), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0640);
	if (!geteuid())
		ck_assert_uint_eq(st.st_gid, 12345);
	finish();
}
END_TEST

START_TEST(refusals)
{
	const char *text = "alice:h:\n";

	start(text);
	ck_assert_int_eq(drop("bob"), ERR_NOTFOUND);
	ck_assert(strstr(errs.text[0], "/users: there is no user bob"));
	ck_assert_int_eq(change("bob", NULL, "g"), ERR_NOTFOUND);
	ck_assert_int_eq(change("b:b", "h", NULL), ERR_CONF);
	ck_assert_int_eq(change("-b", "h", NULL), ERR_CONF);
	ck_assert_int_eq(change("bob", "", NULL), ERR_CONF);
	ck_assert_int_eq(change("bob", "h:x", NULL), ERR_CONF);
	ck_assert_int_eq(change("bob", "h\nroot:h", NULL), ERR_CONF);
	ck_assert_int_eq(change("bob", "h", "a b"), ERR_CONF);
	ck_assert_int_eq(change("bob", "h", "a\neve:h:"), ERR_CONF);
	ck_assert_str_eq(content(), text);
	chmod(path, 0666);
	ck_assert_int_eq(change("bob", "h", NULL), ERR_CONF);
	ck_assert(strstr(errs.text[0], "other users may write to it"));
	chmod(path, 0604);
	ck_assert_int_eq(change("bob", "h", NULL), ERR_CONF);
	ck_assert(strstr(errs.text[0], "other users may read it"));
	ck_assert_str_eq(content(), text);
	finish();
}
END_TEST

START_TEST(symbolic_links)
{
	char real[128];

	start("alice:h:\n");
	snprintf(real, sizeof real, "%s/real", dir);
	ck_assert_int_eq(rename(path, real), 0);
	ck_assert_int_eq(symlink(real, path), 0);
	ck_assert_int_eq(change("alice", "i", NULL), ERR_CONF);
	ck_assert(strstr(errs.text[0], "symbolic link"));
	unlink(real);
	ck_assert_int_eq(change("alice", "i", NULL), ERR_CONF);
	finish();
}
END_TEST

START_TEST(no_folder)
{
	start(NULL);
	rmdir(dir);
	ck_assert_int_eq(change("alice", "h", NULL), ERR_CONF);
	ck_assert(strstr(errs.text[0],
			 "/users: cannot lock its folder: No such file"));
}
END_TEST

/* A file size limit stands for a full disk. */
START_TEST(cannot_write)
{
	struct rlimit old, none = { 4, 4 };

	start("alice:h:\n");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	none.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_FSIZE, &none);
	ck_assert_int_eq(change("bob", "h", NULL), ERR_CONF);
	setrlimit(RLIMIT_FSIZE, &old);
	ck_assert(strstr(errs.text[0], "cannot be rewritten: File too large"));
	ck_assert_str_eq(content(), "alice:h:\n");
	finish();
}
END_TEST

/* Changes that several processes make at once are all kept. */
START_TEST(at_the_same_time)
{
	enum { WRITERS = 8, ROUNDS = 5 };
	char name[16];
	int i, k, status;

	start("");
	for (i = 0; i < WRITERS; i++) {
		pid_t pid = fork();

		if (pid)
			continue;
		for (k = 0; k < ROUNDS; k++) {
			snprintf(name, sizeof name, "u%d-%d", i, k);
			if (change(name, "h", NULL))
				_exit(1);
		}
		_exit(0);
	}
	for (i = 0; i < WRITERS; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	errs.count = 0;
	ck_assert_int_eq(users_read(&users, &errs), 0);
	ck_assert_uint_eq(users.n, WRITERS * ROUNDS);
	users_fini(&users);
	finish();
}
END_TEST

/* The file need not be read again if it has not changed. */
START_TEST(the_same_file)
{
	char here[] = "/tmp/adit-users-XXXXXX", other[sizeof here + 4];
	int fd = mkstemp(here);
	struct users_file seen;
	time_t later = time(NULL) + 60;

	ck_assert_int_eq(write(fd, "a:h\n", 4), 4);
	snprintf(other, sizeof other, "%s.new", here);
	users_look(&seen, here, later);
	ck_assert(users_same(&seen, here));
	/* A second change in the same moment might not show. */
	users_look(&seen, here, time(NULL));
	ck_assert(!users_same(&seen, here));
	users_look(&seen, here, later);
	ck_assert_int_eq(write(fd, "b:h\n", 4), 4);
	ck_assert(!users_same(&seen, here));
	/* One of the same size in its place. */
	users_look(&seen, here, later);
	ck_assert_int_eq(rename(here, other), 0);
	ck_assert(!users_same(&seen, here));
	close(fd);
	fd = open(here, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_eq(write(fd, "a:h\nb:x\n", 8), 8);
	ck_assert(!users_same(&seen, here));
	users_look(&seen, here, later);
	ck_assert_int_eq(fchmod(fd, 0640), 0);
	ck_assert(!users_same(&seen, here));
	close(fd);
	unlink(here);
	unlink(other);
	users_look(&seen, here, later);
	ck_assert(!users_same(&seen, here));
}
END_TEST

/* Only if the user still has that hash; and nobody is added who was removed. */
START_TEST(only_as_it_was)
{
	struct users_edit e = { .name = "alice", .hash = "h3", .was = "h1" };

	start("alice:h1:staff\nbob:h2:\n");
	ck_assert_int_eq(users_change(&e, &errs), 0);
	ck_assert_str_eq(content(), "alice:h3:staff\nbob:h2:\n");
	ck_assert_int_eq(users_change(&e, &errs), ERR_DENIED);
	e.was = "h";
	ck_assert_int_eq(users_change(&e, &errs), ERR_DENIED);
	e.was = "h33";
	ck_assert_int_eq(users_change(&e, &errs), ERR_DENIED);
	ck_assert_int_eq(lock("alice", USERS_LOCK), 0);
	e.was = "h3";
	ck_assert_int_eq(users_change(&e, &errs), ERR_DENIED);
	ck_assert_int_eq(drop("alice"), 0);
	ck_assert_int_eq(users_change(&e, &errs), ERR_NOTFOUND);
	ck_assert_str_eq(content(), "bob:h2:\n");
	e = (struct users_edit){ .name = "bob", .hash = "h4", .was = "h2" };
	ck_assert_int_eq(users_change(&e, &errs), 0);
	ck_assert_str_eq(content(), "bob:h4:\n");
	finish();
	/* A line without groups. */
	start("bob:h2");
	ck_assert_int_eq(users_change(&e, &errs), 0);
	ck_assert_str_eq(content(), "bob:h4:\n");
	finish();
}
END_TEST

/* Who must not wait hears that another one changes the file. */
START_TEST(who_hurries)
{
	struct users_edit e = { .name = "alice",
				.hash = "h3",
				.hurries = true };
	int fd;

	start("alice:h1:\n");
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	ck_assert_int_eq(users_change(&e, &errs), ERR_AGAIN);
	ck_assert_str_eq(content(), "alice:h1:\n");
	ck_assert_int_eq(flock(fd, LOCK_UN), 0);
	ck_assert_int_eq(users_change(&e, &errs), 0);
	ck_assert_str_eq(content(), "alice:h3:\n");
	close(fd);
	finish();
}
END_TEST

SUITE("users", the_same_file, reads, bad_lines, odd_bytes, names, many, changes,
      behind_a_bad_line, locks, odd_locks, new_file, odd_files,
      keeps_mode_and_owner, refusals, symbolic_links, no_folder, cannot_write,
      at_the_same_time, only_as_it_was, who_hurries)
