/* SPDX-License-Identifier: BSD-2-Clause */
/* downloads_test.c - which files of a folder are offered, with which hash, and
 * what becomes of one that changes. */
#include "monitor/downloads.h"

#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* SHA-256 of "hello". */
static const uint8_t hello[] = {
	0x2c, 0xf2, 0x4d, 0xba, 0x5f, 0xb0, 0xa3, 0x0e, 0x26, 0xe8, 0x3b,
	0x2a, 0xc5, 0xb9, 0xe2, 0x9e, 0x1b, 0x16, 0x1e, 0x5c, 0x1f, 0xa7,
	0x42, 0x5e, 0x73, 0x04, 0x33, 0x62, 0x93, 0x8b, 0x98, 0x24,
};

static char folder[] = "/tmp/adit-downloads-XXXXXX", path[300];
static struct gw_gateway gateway = { .web = true, .web_downloads = folder };
static struct gw_conf conf = { .gateways = &gateway, .ngateways = 1 };
static struct ev_loop *loop;
static struct downloads *all;

static const char *at(const char *name)
{
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void put(const char *name, const char *text, mode_t mode)
{
	int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

static void begin(void)
{
	snprintf(folder, sizeof folder, "/tmp/adit-downloads-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chmod(folder, 0755), 0);
	loop = ev_loop_new(EVFLAG_AUTO);
	all = downloads_new(loop);
	ck_assert_ptr_nonnull(all);
}

static void end(void)
{
	static const char *const names[] = { "a.deb",   "b.deb", "secret",
					     "loose",   "link",  ".dot",
					     "a b.deb", "-x",    "pipe" };

	downloads_free(all);
	ev_loop_destroy(loop);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unlink(at(names[i]));
	ck_assert_int_eq(rmdir(folder), 0);
}

static const struct download *find(const char *name)
{
	return downloads_find(all, &gateway, name);
}

START_TEST(what_is_offered)
{
	static const char *const not [] = { "secret", "loose",   "link",
					    ".dot",   "a b.deb", "-x",
					    "pipe",   "",        ".",
					    "..",     "../a.deb" };
	const struct download_folder *f;

	begin();
	put("b.deb", "hello", 0644);
	put("a.deb", "", 0444);
	put("secret", "x", 0640);
	put("loose", "x", 0664);
	put(".dot", "x", 0644);
	put("a b.deb", "x", 0644);
	put("-x", "x", 0644);
	ck_assert_int_eq(mkfifo(at("pipe"), 0644), 0);
	ck_assert_int_eq(symlink("b.deb", at("link")), 0);
	downloads_read(all, &conf);
	f = downloads_of(all, &gateway);
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->n, 2);
	ck_assert_str_eq(f->file[0].name, "a.deb");
	ck_assert_str_eq(f->file[1].name, "b.deb");
	for (size_t i = 0; i < ARRAY_LEN(not ); i++)
		ck_assert_ptr_null(find(not [i]));
	ck_assert_int_eq(chmod(folder, 0777), 0);
	downloads_read(all, &conf);
	ck_assert_ptr_null(find("a.deb"));
	end();
}
END_TEST

START_TEST(hashes)
{
	begin();
	put("a.deb", "", 0644);
	put("b.deb", "hello", 0644);
	downloads_read(all, &conf);
	ck_assert(!find("b.deb")->has_hash);
	ev_run(loop, 0); /* until nothing is left to be done */
	ck_assert(find("a.deb")->has_hash);
	ck_assert(find("b.deb")->has_hash);
	ck_assert_mem_eq(find("b.deb")->hash, hello, sizeof hello);
	end();
}
END_TEST

START_TEST(what_has_changed)
{
	begin();
	put("a.deb", "hello", 0644);
	put("b.deb", "hello", 0644);
	downloads_read(all, &conf);
	/* Others move while one is hashed. */
	put("a.deb", "hello, world", 0644);
	ck_assert_ptr_null(find("a.deb"));
	ev_run(loop, 0);
	ck_assert_mem_eq(find("b.deb")->hash, hello, sizeof hello);
	put("b.deb", "hallo", 0600);
	ck_assert_ptr_null(find("b.deb"));
	put("b.deb", "hallo", 0644);
	ck_assert_ptr_null(find("b.deb"));
	downloads_read(all, &conf);
	ck_assert_ptr_nonnull(find("b.deb"));
	ck_assert_int_eq(unlink(at("b.deb")), 0);
	ck_assert_ptr_null(find("b.deb"));
	gateway.web = false;
	downloads_read(all, &conf);
	ck_assert_ptr_null(find("a.deb"));
	gateway.web = true;
	end();
}
END_TEST

SUITE("monitor/downloads", what_is_offered, hashes, what_has_changed)
