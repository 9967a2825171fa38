/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_config_test.c - which configuration files are taken with the files that
 * they name, and which changes need more than a reload. */
#include "monitor_rig.h"

#include "base/err.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct monitor_config *config;
static struct conf_errors e, warn;

static int read_it(void)
{
	e = warn = (struct conf_errors){ .file = rig.file };
	return monitor_config_read(&config, &e, &warn);
}

/* The file is not taken: one error, which has this, at the line of this number. */
static void refuses(unsigned line, const char *has)
{
	char at[160];

	ck_assert_int_eq(read_it(), ERR_CONF);
	ck_assert_ptr_null(config);
	ck_assert_uint_eq(e.count, 1);
	snprintf(at, sizeof at, "%s:%u: ", rig.file, line);
	ck_assert_msg(!strncmp(e.text[0], at, strlen(at)), "%s", e.text[0]);
	ck_assert_msg(strstr(e.text[0], has), "%s", e.text[0]);
}

static void drop(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", rig.dir, name);
	ck_assert_int_eq(unlink(path), 0);
}

/* As of before, and something behind it. */
static void append(const char *name, const void *p, size_t n)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", rig.dir, name);
	f = fopen(path, "a");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(p, 1, n, f), n);
	ck_assert_int_eq(fclose(f), 0);
}

/* ---- reading ------------------------------------------------------------------------ */

START_TEST(taken)
{
	rig_init("");
	ck_assert_int_eq(read_it(), 0);
	ck_assert_uint_eq(e.count, 0);
	ck_assert_str_eq(config->conf->gateways[0].name, "one");
	ck_assert_ptr_nonnull(config->gateways[0].key);
	ck_assert_str_eq(config->conf->file, rig.file);
	monitor_config_free(config);
	rig_fini();
}
END_TEST

START_TEST(none)
{
	rig_init("");
	drop("aditd.ini");
	ck_assert_int_ne(read_it(), 0);
	ck_assert_ptr_null(config);
	ck_assert_msg(strstr(e.text[0], "No such file"), "%s", e.text[0]);
	rig_fini();
}
END_TEST

START_TEST(certificates)
{
	rig_init("");
	rig_write("cert.pem", "nothing\n");
	refuses(4, "certificate: ");
	drop("cert.pem");
	refuses(4, "certificate: ");
	rig_fini();
}
END_TEST

/* Text behind a NUL would be read by one parser and not by another. */
START_TEST(nul_bytes)
{
	rig_init("");
	append("cert.pem", "\0more", 5);
	refuses(4, "holds a NUL byte");
	rig_fini();
	rig_init("");
	append("key.pem", "\0more", 5);
	refuses(5, "holds a NUL byte");
	rig_fini();
}
END_TEST

START_TEST(keys)
{
	struct buf cert = { 0 }, key = { 0 };

	rig_init("");
	ck_assert_int_eq(tls_make_certificate("localhost", NULL, &cert, &key),
			 0);
	drop("key.pem");
	refuses(5, "private_key: ");
	/* That of another certificate. */
	rig_write("key.pem", "");
	append("key.pem", buf_ptr(&key), buf_len(&key));
	refuses(5, "cert.pem");
	buf_fini(&cert);
	buf_fini(&key);
	rig_fini();
}
END_TEST

/* All errors are reported at once, so that they can be mended together. */
START_TEST(all_errors)
{
	rig_init("");
	drop("cert.pem");
	drop("users");
	ck_assert_int_eq(read_it(), ERR_CONF);
	ck_assert_uint_eq(e.count, 2);
	ck_assert_ptr_null(config);
	rig_fini();
}
END_TEST

/* ---- changes ------------------------------------------------------------------------ */

START_TEST(is_current)
{
	struct buf cert = { 0 }, key = { 0 };

	rig_init("");
	ck_assert_int_eq(read_it(), 0);
	ck_assert(monitor_config_is_current(config));
	/* Read at each login. */
	rig_write("users", "alice:!:staff\nbob:!:staff\n");
	ck_assert(monitor_config_is_current(config));
	append("aditd.ini", "#", 1);
	ck_assert(!monitor_config_is_current(config));
	rig_configure("");
	ck_assert(monitor_config_is_current(config));
	/* Another certificate of the same name, and its key. */
	ck_assert_int_eq(tls_make_certificate("localhost", NULL, &cert, &key),
			 0);
	rig_write("cert.pem", "");
	append("cert.pem", buf_ptr(&cert), buf_len(&cert));
	/* A configuration that cannot be read is another one. */
	ck_assert(!monitor_config_is_current(config));
	rig_write("key.pem", "");
	append("key.pem", buf_ptr(&key), buf_len(&key));
	ck_assert(!monitor_config_is_current(config));
	monitor_config_free(config);
	buf_fini(&cert);
	buf_fini(&key);
	rig_fini();
}
END_TEST

/* As the file would be read with these lines in [server]. */
static struct gw_conf *conf_with(const char *server)
{
	char text[1024];
	struct conf_errors errors = { .file = "aditd.ini" };
	struct gw_conf *c;

	snprintf(text, sizeof text,
		 "[gateway one]\nlisten = 127.0.0.1:443\nusers = /u\n"
		 "certificate = /c\nprivate_key = /k\n[server]\n%s",
		 server);
	c = gw_conf_parse(text, strlen(text), &errors, NULL);
	ck_assert_msg(c, "%s", errors.text[0]);
	return c;
}

static bool needs_worker(const char *before, const char *after)
{
	struct gw_conf *a = conf_with(before), *b = conf_with(after);
	bool needs = monitor_config_needs_worker(a, b);

	gw_conf_unref(a);
	gw_conf_unref(b);
	return needs;
}

START_TEST(needs_a_worker)
{
	ck_assert(!needs_worker("", ""));
	ck_assert(!needs_worker("", "login_timeout = 70s\n"));
	ck_assert(needs_worker("threads = 1\n", "threads = 2\n"));
	ck_assert(needs_worker("memory = 100M\n", "memory = 200M\n"));
	ck_assert(needs_worker("plugin_dir = /a\n", "plugin_dir = /b\n"));
	ck_assert(needs_worker("", "[plugin p]\n"));
	ck_assert(needs_worker("[plugin p]\n", "[plugin q]\n"));
	/* One that nobody uses any more stays loaded. */
	ck_assert(!needs_worker("[plugin p]\n", ""));
	ck_assert(!needs_worker("[plugin p]\n", "[plugin p]\nx = 1\n"));
}
END_TEST

static void compared(const char *before, const char *after, const char *says)
{
	struct gw_conf *a = conf_with(before), *b = conf_with(after);

	warn = (struct conf_errors){ .file = "aditd.ini" };
	monitor_config_compare(a, b, &warn);
	ck_assert_uint_eq(warn.count, says ? 1 : 0);
	if (says)
		ck_assert_msg(!strncmp(warn.text[0], says, strlen(says)), "%s",
			      warn.text[0]);
	gw_conf_unref(a);
	gw_conf_unref(b);
}

START_TEST(needs_a_restart)
{
	compared("user = a\n", "user = a\nthreads = 2\n", NULL);
	compared("user = a\n", "threads = 2\nuser = b\n",
		 "aditd.ini:8: user has changed: that needs a restart");
	compared("control = /a\n", "control = /b\n",
		 "aditd.ini:7: control has changed");
	compared("", "log = journal\n", "aditd.ini:7: log has changed");
	compared("", "state_dir = /b\n", "aditd.ini:7: state_dir has changed");
}
END_TEST

SUITE("monitor/config", taken, none, certificates, nul_bytes, keys, all_errors,
      is_current, needs_a_worker, needs_a_restart)
