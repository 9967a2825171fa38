/* SPDX-License-Identifier: BSD-2-Clause */
/* gather_test.c - which files a configuration includes, and which it refuses. */
#include "base/err.h"
#include "base/ini.h"
#include "suite.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];
static char main_file[80];

/* dir/name, with this text */
static void put(const char *name, const char *text)
{
	char path[160];
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq((int)write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
}

static void mode(const char *name, mode_t bits)
{
	char path[160];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	ck_assert_int_eq(chmod(path, bits), 0);
}

static void begin(const char *text)
{
	char path[160];

	snprintf(dir, sizeof dir, "/tmp/adit-gather-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(main_file, sizeof main_file, "%s/main.ini", dir);
	snprintf(path, sizeof path, "%s/d", dir);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	put("main.ini", text);
}

static int drop(const char *path, const struct stat *st, int kind,
		struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static void end(void)
{
	nftw(dir, drop, 16, FTW_DEPTH | FTW_PHYS);
}

/* Names of sections in their order, "a b c"; what is wrong behind them, without
 * the folder's name: "!main.ini:1: ...". */
static char got[8192];

static void say(const char *fmt, ...) PRINTF(1, 2);

static void say(const char *fmt, ...)
{
	size_t n = strlen(got);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(got + n, sizeof got - n, fmt, ap);
	va_end(ap);
}

static int on_item(void *ctx, const struct ini_item *item)
{
	(void)ctx;
	if (!item->key)
		say("%s ", item->kind);
	return 0;
}

static const char *read_all(void)
{
	struct conf_errors e = { .file = main_file };
	size_t cut = strlen(dir) + 1;
	int r;

	got[0] = 0;
	r = ini_read_file(on_item, NULL, &e);
	ck_assert_int_eq(r, e.count ? ERR_CONF : 0);
	for (unsigned i = 0; i < conf_errors_kept(&e); i++) {
		ck_assert(!strncmp(e.text[i], dir, cut - 1));
		say("!%s", e.text[i] + cut);
	}
	ck_assert_str_eq(e.file, main_file);
	return got;
}

static void ck_said(const char *what)
{
	ck_assert_msg(strstr(read_all(), what) != NULL, "\"%s\" lacks \"%s\"",
		      got, what);
}

START_TEST(files_and_folders)
{
	begin("; of several\ninclude = d\ninclude = "
	      "z*.ini\ninclude = one.conf\n[main]\n");
	put("d/b.ini", "[b]");
	put("d/a.ini", "[a]\nk = v");
	put("d/c.txt", "[c]\n");
	put("d/.#a.ini", "[hidden]\n");
	put("z2.ini", "[z2]\n");
	put("z1.ini", "[z1]\n");
	put("one.conf", "[one]\n");
	ck_assert_str_eq(read_all(), "main a b z1 z2 one ");
	end();
}
END_TEST

START_TEST(nested)
{
	begin("include = d/a.ini\n[main]\n");
	put("d/a.ini", "include = b.ini\n[a]\n");
	put("d/b.ini", "[b]\ninclude = not above\n");
	ck_assert_str_eq(read_all(), "main a b ");
	put("d/b.ini", "[b]\nwrong\n");
	ck_said("!d/b.ini:2: expected [section]");
	put("d/b.ini", "\xef\xbb\xbf[b\n");
	ck_said("!d/b.ini:1: the section line has no ]");
	put("d/b.ini", "\n[main]\n");
	ck_said("!d/b.ini:2: duplicate section [main], also in line 2 of ");
	ck_said("/main.ini: merge the two");
	end();
}
END_TEST

/* Text in the name of a file is not read as configuration. */
START_TEST(names_of_lines)
{
	begin("include = d\n[main]\n");
	put("d/a\n[evil]\n;.ini", "[a]\n");
	put("d/b.ini", "[b]\n");
	ck_said("main b !main.ini:1: include: ");
	ck_said("/d/a\\x0a[evil]\\x0a;.ini: the file name has a "
		"line break in it");
	end();
}
END_TEST

START_TEST(nothing_there)
{
	begin("include = d\ninclude = d/*.conf\n[main]\n");
	ck_assert_str_eq(read_all(), "main ");
	put("main.ini", "include = d/x.ini\n\ninclude = e/*.ini\ninclude =\n");
	ck_said("!main.ini:1: include: ");
	ck_said("/d/x.ini: No such file");
	ck_said("!main.ini:3: include: ");
	ck_said("/e: No such file");
	ck_said("!main.ini:4: include: no value: expected a file");
	end();
}
END_TEST

START_TEST(loops)
{
	char name[32], text[64];

	begin("include = d/a.ini\n[main]\n");
	put("d/a.ini", "include = ../d/b.ini\n[a]\n");
	put("d/b.ini", "\ninclude = ../main.ini\n[b]\n");
	ck_said("!d/../d/b.ini:2: include: ");
	ck_said("../main.ini: is included twice");
	put("d/b.ini", "include = .\n[b]\n");
	ck_said("/d/./a.ini: is included twice");
	for (int i = 1; i < 12; i++) {
		snprintf(name, sizeof name, "d/n%d", i);
		snprintf(text, sizeof text, "include = n%d\n[n%d]\n", i + 1, i);
		put(name, text);
	}
	put("main.ini", "include = d/n1\n");
	put("d/n8", "[n8]\n");
	ck_assert_str_eq(read_all(), "n1 n2 n3 n4 n5 n6 n7 n8 ");
	put("d/n8", "include = n9\n");
	ck_said("!d/n8:1: include: ");
	ck_said("/d/n9: is included more than 8 levels deep");
	end();
}
END_TEST

/* As for the main file. */
START_TEST(modes)
{
	begin("include = d\n[main]\n");
	put("d/a.ini", "[a]\n");
	mode("d/a.ini", 0664);
	ck_said("!main.ini:1: include: ");
	ck_said("/d/a.ini: other users may write to it (mode "
		"0664): chmod go-w");
	ck_said("main !"); /* the rest is read all the same */
	mode("d/a.ini", 0644);
	ck_assert_str_eq(read_all(), "main a ");
	mode("d", 0770);
	ck_said("/d: other users may write to the folder");
	mode("d", 0755);
	ck_assert_str_eq(read_all(), "main a ");
	if (!geteuid()) {
		char path[160];

		snprintf(path, sizeof path, "%s/d", dir);
		ck_assert_int_eq(chown(path, 65534, 65534), 0);
		ck_said("/d: the folder belongs to another user");
	}
	end();
}
END_TEST

/* Nobody but the gatherer writes its marks. */
START_TEST(marks_in_files)
{
	begin("[main]\n\x1c/etc/x.ini\n[x]\n");
	ck_said("!main.ini:2: the line has a control character or a NUL byte");
	put("main.ini", "include = d\n[main]\n");
	put("d/a.ini", "\n\n[a]\n\x1c/etc/x.ini\n[x]\n");
	ck_said("!main.ini:1: include: ");
	ck_said("/d/a.ini:4: the line has a control character or a NUL byte");
	end();
}
END_TEST

START_TEST(where_include_stands)
{
	begin("[main]\ninclude = d\n");
	put("d/a.ini", "[a]\n");
	/* An ordinary key, for whoever reads the section. */
	ck_assert_str_eq(read_all(), "main ");
	put("main.ini", "includes = d\n[main]\n");
	ck_said("!main.ini:1: includes is above the first "
		"[section]: move it into one");
	put("main.ini", "include = d ; and more\nwrong\n[main]\n");
	ck_assert_str_eq(read_all(),
			 "main a !main.ini:2: expected [section], key = "
			 "value or ; comment");
	end();
}
END_TEST

SUITE("base/gather", files_and_folders, nested, names_of_lines, nothing_there,
      loops, modes, marks_in_files, where_include_stands)
