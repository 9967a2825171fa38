/* SPDX-License-Identifier: BSD-2-Clause */
/* link_test.c - which symbolic links to a private key are followed. */
#include "base/conf_text.h"

#include "base/err.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];
static char path[5][160]; /* given out in turn */
static unsigned turn;

/* dir/name */
static const char *at(const char *name)
{
	char *p = path[turn++ % ARRAY_LEN(path)];

	snprintf(p, sizeof path[0], "%s/%s", dir, name);
	return p;
}

static void put(const char *name, const char *text)
{
	int fd = open(at(name), O_WRONLY | O_CREAT | O_EXCL, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq((int)write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
}

/* As certbot lays them out:
 *
 *     live/site/key.pem -> ../../archive/site/key1.pem */
static void lay_out(void)
{
	static const char *const folders[] = {
		"", "live", "live/site", "archive", "archive/site",
	};

	snprintf(dir, sizeof dir, "/tmp/adit-link-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	for (size_t i = 1; i < ARRAY_LEN(folders); i++)
		ck_assert_int_eq(mkdir(at(folders[i]), 0700), 0);
	put("archive/site/key1.pem", "one");
	put("archive/site/key2.pem", "two");
	ck_assert_int_eq(symlink("../../archive/site/key1.pem",
				 at("live/site/key.pem")),
			 0);
}

static void remove_all(void)
{
	static const char *const names[] = {
		"archive/site/key1.pem",
		"archive/site/key2.pem",
		"archive/site",
		"archive",
		"live/site/key.pem",
		"live/site",
		"live",
		"x",
		"y",
		"",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		remove(at(names[i]));
}

/* The text, or the first complaint behind an exclamation mark. */
static const char *read_key(const char *file)
{
	static char got[CONF_ERROR_LEN + 2];
	struct conf_errors e = { .file = file };
	struct buf b;
	int r = conf_key_read(&b, &e);

	if (r)
		snprintf(got, sizeof got, "!%s", e.text[0]);
	else
		snprintf(got, sizeof got, "%.*s", (int)buf_len(&b),
			 (const char *)buf_ptr(&b));
	buf_fini(&b);
	return got;
}

static void refused(const char *file, const char *what)
{
	const char *got = read_key(file);

	ck_assert_msg(got[0] == '!' && strstr(got, what), "\"%s\" lacks \"%s\"",
		      got, what);
}

START_TEST(as_certbot_has_it)
{
	char here[512];

	lay_out();
	ck_assert_str_eq(read_key(at("live/site/key.pem")), "one");
	/* What a renewal does. */
	ck_assert_int_eq(symlink("../../archive/site/key2.pem", at("x")), 0);
	ck_assert_int_eq(rename(at("x"), at("live/site/key.pem")), 0);
	ck_assert_str_eq(read_key(at("live/site/key.pem")), "two");
	ck_assert_str_eq(read_key(at("live/../live//./site/key.pem")), "two");
	ck_assert_ptr_nonnull(getcwd(here, sizeof here));
	ck_assert_int_eq(chdir(at("live")), 0);
	ck_assert_str_eq(read_key("site/key.pem"), "two");
	ck_assert_int_eq(chdir(here), 0);
	remove_all();
}
END_TEST

START_TEST(over_several_links)
{
	lay_out();
	ck_assert_int_eq(symlink(at("live/site"), at("x")), 0);
	ck_assert_int_eq(symlink("x/key.pem", at("y")), 0);
	ck_assert_str_eq(read_key(at("y")), "one");
	remove_all();
}
END_TEST

/* Each folder on the way of the link, and of its target, is checked. */
START_TEST(folders_of_others)
{
	static const char *const folders[] = {
		"", "live", "live/site", "archive", "archive/site",
	};
	char whole[160], cure[200];

	lay_out();
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		/* Without the slash behind the uppermost one. */
		snprintf(whole, sizeof whole, "%s%s%s", dir,
			 folders[i][0] ? "/" : "", folders[i]);
		snprintf(cure, sizeof cure, "chmod go-w %s", whole);
		ck_assert_int_eq(chmod(whole, 0720), 0);
		refused(at("live/site/key.pem"), cure);
		ck_assert_int_eq(chmod(whole, 0702), 0);
		refused(at("live/site/key.pem"), cure);
		ck_assert_int_eq(chmod(whole, 01777), 0);
		ck_assert_str_eq(read_key(at("live/site/key.pem")), "one");
		ck_assert_int_eq(chmod(whole, 0700), 0);
	}
	remove_all();
}
END_TEST

START_TEST(owners)
{
	if (geteuid())
		return; /* only root can give files away */
	lay_out();
	ck_assert_int_eq(chown(at("archive"), 65534, 65534), 0);
	refused(at("live/site/key.pem"), "uid 65534");
	ck_assert_int_eq(chown(at("archive"), 0, 0), 0);
	ck_assert_int_eq(lchown(at("live/site/key.pem"), 65534, 65534), 0);
	refused(at("live/site/key.pem"), "uid 65534");
	ck_assert_int_eq(lchown(at("live/site/key.pem"), 0, 0), 0);
	ck_assert_int_eq(chown(at("archive/site/key1.pem"), 65534, 65534), 0);
	refused(at("live/site/key.pem"), "uid 65534");
	remove_all();
}
END_TEST

/* The target is checked as if it had been named directly. */
START_TEST(the_file)
{
	lay_out();
	ck_assert_int_eq(chmod(at("archive/site/key1.pem"), 0640), 0);
	ck_assert_str_eq(read_key(at("live/site/key.pem")), "one");
	ck_assert_int_eq(chmod(at("archive/site/key1.pem"), 0644), 0);
	refused(at("live/site/key.pem"), "other users may read it");
	ck_assert_int_eq(chmod(at("archive/site/key1.pem"), 0660), 0);
	refused(at("live/site/key.pem"), "other users may write to it");
	remove_all();
}
END_TEST

START_TEST(nowhere)
{
	char name[300];

	lay_out();
	ck_assert_int_eq(symlink("y", at("x")), 0);
	refused(at("x"), "No such file");
	ck_assert_int_eq(symlink("x", at("y")), 0);
	refused(at("x"), "Too many levels");
	unlink(at("x"));
	ck_assert_int_eq(symlink("archive/site", at("x")), 0);
	refused(at("x"), "Is a directory");
	unlink(at("x"));
	ck_assert_int_eq(symlink("archive/site/key1.pem/z", at("x")), 0);
	refused(at("x"), "Not a directory");
	unlink(at("x"));
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = 0;
	ck_assert_int_eq(symlink(name, at("x")), 0);
	refused(at("x"), "too long");
	remove_all();
}
END_TEST

SUITE("base/link", as_certbot_has_it, over_several_links, folders_of_others,
      owners, the_file, nowhere)
