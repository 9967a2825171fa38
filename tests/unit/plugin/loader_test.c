/* SPDX-License-Identifier: BSD-2-Clause */
/* loader_test.c - which files are opened, and which are refused unopened. */
#include "plugin/loader.h"

#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64], err[PLUGIN_ERROR];

/* From where libtool put it, or $PLUGDIR. */
static void copy(const char *sample, const char *name)
{
	const char *top = getenv("top_builddir"), *at = getenv("PLUGDIR");
	char path[512], data[4096];
	size_t n;
	FILE *in, *out;

	if (at)
		snprintf(path, sizeof(path), "%s/%s.so", at, sample);
	else
		snprintf(path, sizeof(path), "%s/tests/unit/plugin/.libs/%s.so",
			 top ? top : ".", sample);
	in = fopen(path, "rb");
	ck_assert_msg(in, "%s: %s", path, strerror(errno));
	snprintf(path, sizeof(path), "%s/%s.so", dir, name);
	out = fopen(path, "wb");
	ck_assert_ptr_nonnull(out);
	while ((n = fread(data, 1, sizeof(data), in)) > 0)
		ck_assert_uint_eq(fwrite(data, 1, n, out), n);
	fclose(in);
	ck_assert_int_eq(fclose(out), 0);
	ck_assert_int_eq(chmod(path, 0644), 0);
}

static void mode(const char *name, mode_t m)
{
	char path[128];

	snprintf(path, sizeof(path), "%s%s", dir, name);
	ck_assert_int_eq(chmod(path, m), 0);
}

static void start(void)
{
	umask(022);
	snprintf(dir, sizeof(dir), "/tmp/adit-loader-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	copy("sample_good", "sample_good");
}

static void stop(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

static struct plugin *load(const char *in, const char *name)
{
	struct plugin_source from = { in, name, geteuid() };
	int fd = plugin_open(&from, err, sizeof(err));
	struct plugin *p;

	if (fd < 0)
		return NULL;
	p = plugin_load_from(&from, fd, err, sizeof(err));
	close(fd);
	return p;
}

static void refused(const char *name, const char *part)
{
	ck_assert_ptr_null(load(dir, name));
	ck_assert_msg(strstr(err, part), "\"%s\" lacks \"%s\"", err, part);
}

START_TEST(loads)
{
	struct plugin *p;

	start();
	p = load(dir, "sample_good");
	ck_assert_msg(p, "%s", err);
	ck_assert_str_eq(p->def.summary, "passes everything");
	ck_assert_ptr_eq((void *)p->def.frame[0], (void *)adit_frame_line);
	ck_assert_ptr_nonnull(strstr(p->path, "/sample_good.so"));
	plugin_unload(p);
	stop();
}
END_TEST

START_TEST(no_plugin)
{
	char path[128];
	FILE *f;

	start();
	refused("missing", "No such file");
	copy("sample_none", "sample_none");
	refused("sample_none", "it has no ADIT_PLUGIN");
	copy("sample_api", "sample_api");
	refused("sample_api", "another version of the plugin interface");
	copy("sample_good", "renamed");
	refused("renamed", ".name that is not its file's name");
	snprintf(path, sizeof(path), "%s/text.so", dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs("this is no shared object\n", f);
	fclose(f);
	refused("text", "text.so");
	stop();
}
END_TEST

START_TEST(names_and_paths)
{
	start();
	refused("../x", "is not a valid name of a plugin");
	refused("", "is not a valid name of a plugin");
	refused("a/b", "is not a valid name of a plugin");
	refused("A", "is not a valid name of a plugin");
	ck_assert_ptr_null(load("plugins", "sample_good"));
	ck_assert_ptr_nonnull(strstr(err, "not an absolute path"));
	ck_assert_ptr_null(load("/nonexistent/dir", "sample_good"));
	ck_assert_ptr_nonnull(strstr(err, "No such file or directory; create"));
	/* What exists cannot be created. */
	ck_assert_ptr_null(load("/dev/null/dir", "sample_good"));
	ck_assert_ptr_nonnull(strstr(err, "Not a directory; set plugin_dir"));
	stop();
}
END_TEST

START_TEST(others_may_write)
{
	start();
	mode("/sample_good.so", 0664);
	refused("sample_good", "others could change it");
	mode("/sample_good.so", 0646);
	refused("sample_good", "others could change it");
	mode("/sample_good.so", 0600);
	mode("", 0777);
	refused("sample_good", "others could put plugins there");
	/* Sticky is enough above, not for the folder itself. */
	mode("", 01777);
	refused("sample_good", "others could put plugins there");
	mode("", 0755);
	plugin_unload(load(dir, "sample_good"));
	stop();
}
END_TEST

START_TEST(folder_above)
{
	char sub[128], file[160], to[192];
	struct plugin *p;

	start();
	snprintf(sub, sizeof(sub), "%s/sub", dir);
	snprintf(file, sizeof(file), "%s/sample_good.so", dir);
	snprintf(to, sizeof(to), "%s/sample_good.so", sub);
	ck_assert_int_eq(mkdir(sub, 0755), 0);
	ck_assert_int_eq(rename(file, to), 0);
	p = load(sub, "sample_good");
	ck_assert_msg(p, "%s", err);
	plugin_unload(p);
	mode("", 0775);
	ck_assert_ptr_null(load(sub, "sample_good"));
	ck_assert_ptr_nonnull(strstr(err, "others could put plugins there"));
	stop();
}
END_TEST

START_TEST(no_regular_file)
{
	char path[128];

	start();
	snprintf(path, sizeof(path), "%s/link.so", dir);
	ck_assert_int_eq(symlink("sample_good.so", path), 0);
	refused("link", "is not a regular file");
	snprintf(path, sizeof(path), "%s/pipe.so", dir);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	refused("pipe", "is not a regular file");
	stop();
}
END_TEST

START_TEST(somebody_elses)
{
	start();
	if (geteuid() == 0) {
		char path[128];

		snprintf(path, sizeof(path), "%s/sample_good.so", dir);
		ck_assert_int_eq(chown(path, 65534, 65534), 0);
		refused("sample_good", "its owner, uid 65534, could "
				       "change it");
	}
	stop();
}
END_TEST

START_TEST(one_file)
{
	struct plugin *p;
	char path[128];

	start();
	snprintf(path, sizeof(path), "%s/sample_good.so", dir);
	ck_assert_int_eq(chmod(path, 0666), 0);
	p = plugin_load_file(path, err, sizeof(err));
	ck_assert_msg(p, "%s", err);
	ck_assert_str_eq(p->def.name, "sample_good");
	plugin_unload(p);
	copy("sample_good", "Bad Name");
	snprintf(path, sizeof(path), "%s/Bad Name.so", dir);
	ck_assert_ptr_null(plugin_load_file(path, err, sizeof(err)));
	ck_assert_ptr_nonnull(strstr(err, "not a valid name of a plugin"));
	ck_assert_ptr_null(plugin_load_file("missing.so", err, sizeof(err)));
	ck_assert_ptr_nonnull(strstr(err, "No such file"));
	stop();
}
END_TEST

/* The file may be gone from its path when it is loaded from a descriptor. */
START_TEST(from_a_descriptor)
{
	const struct plugin_source from = { dir, "sample_good", geteuid() };
	char path[128], other[128];
	struct plugin *p;
	int fd;

	start();
	fd = plugin_open(&from, err, sizeof(err));
	ck_assert_msg(fd >= 0, "%s", err);
	snprintf(path, sizeof(path), "%s/sample_good.so", dir);
	snprintf(other, sizeof(other), "%s/other.so", dir);
	ck_assert_int_eq(rename(path, other), 0);
	copy("sample_none", "sample_good");
	p = plugin_load_from(&from, fd, err, sizeof(err));
	ck_assert_msg(p, "%s", err);
	ck_assert_str_eq(p->path, path);
	ck_assert_str_eq(p->def.summary, "passes everything");
	plugin_unload(p);
	close(fd);
	ck_assert_int_eq(
		plugin_open(&(struct plugin_source){ dir, "x", geteuid() }, err,
			    sizeof(err)),
		-1);
	stop();
}
END_TEST

/* sample_good, whose first part of this type has these flags. */
static void make_odd(uint32_t type, uint32_t flags)
{
	char path[128];
	ElfW(Ehdr) e;
	ElfW(Phdr) part;
	off_t at;
	int fd;

	snprintf(path, sizeof(path), "%s/sample_good.so", dir);
	fd = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pread(fd, &e, sizeof(e), 0), sizeof(e));
	at = (off_t)e.e_phoff;
	do {
		ck_assert_int_eq(pread(fd, &part, sizeof(part), at),
				 sizeof(part));
		at += (off_t)sizeof(part);
	} while (part.p_type != type);
	part.p_flags = flags;
	at -= (off_t)sizeof(part);
	ck_assert_int_eq(pwrite(fd, &part, sizeof(part), at), sizeof(part));
	close(fd);
}

/* It would make all stacks of the worker so, or bring a place for foreign code. */
START_TEST(written_and_executed)
{
	const struct plugin_source from = { dir, "sample_good", geteuid() };

	start();
	make_odd(PT_GNU_STACK, PF_R | PF_W | PF_X);
	ck_assert_int_eq(plugin_open(&from, err, sizeof(err)), -1);
	ck_assert_ptr_nonnull(strstr(err, "noexecstack"));
	copy("sample_good", "sample_good");
	make_odd(PT_LOAD, PF_R | PF_W | PF_X);
	ck_assert_int_eq(plugin_open(&from, err, sizeof(err)), -1);
	ck_assert_ptr_nonnull(strstr(err, "both writable and executable"));
	stop();
}
END_TEST

SUITE("plugin/loader", loads, from_a_descriptor, written_and_executed,
      no_plugin, names_and_paths, others_may_write, folder_above,
      no_regular_file, somebody_elses, one_file)
