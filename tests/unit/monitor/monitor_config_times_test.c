/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_config_times_test.c - warnings before a certificate expires. */
#include "monitor/monitor_config.h"

#include "base/err.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAY = 24 * 60 * 60 };

static char file[64];
static struct monitor_config_gateway gateway;
static struct monitor_config config = { .gateways = &gateway };
static struct tls_times times;

static void put_file(const void *p, size_t n)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq((int)write(fd, p, n), (int)n);
	close(fd);
}

static void make(void)
{
	struct conf_errors e = { .file = "aditd.ini" };
	struct buf key = { 0 };
	char text[300];
	int fd;

	snprintf(file, sizeof file, "/tmp/adit-times-XXXXXX");
	fd = mkstemp(file);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(tls_make_certificate("gw.example", NULL, &gateway.cert,
					      &key),
			 0);
	put_file(buf_ptr(&gateway.cert), buf_len(&gateway.cert));
	ck_assert_int_eq(buf_append(&gateway.cert, "", 1), 0);
	ck_assert_int_eq(tls_certificate_times((char *)buf_ptr(&gateway.cert),
					       &times),
			 0);
	snprintf(text, sizeof text,
		 "[gateway corp]\nlisten = 127.0.0.1:443\n"
		 "certificate = %s\nprivate_key = /k\nusers = /u\n",
		 file);
	config.conf = gw_conf_parse(text, strlen(text), &e, NULL);
	ck_assert_msg(config.conf != NULL, "%s", e.text[0]);
	buf_fini(&key);
}

static void drop(void)
{
	gw_conf_unref(config.conf);
	buf_fini(&gateway.cert);
	unlink(file);
}

static void said(time_t now, const char *what, const char *cure)
{
	struct conf_errors warn = { .file = "aditd.ini" };

	monitor_config_warn_times(&config, now, &warn);
	ck_assert_uint_eq(warn.count, what ? 1 : 0);
	if (!what)
		return;
	ck_assert_msg(strstr(warn.text[0], "aditd.ini:3: [gateway corp]: its "
					   "certificate ") != NULL,
		      "%s", warn.text[0]);
	ck_assert_msg(strstr(warn.text[0], what) != NULL, "%s", warn.text[0]);
	ck_assert_msg(strstr(warn.text[0], cure) != NULL, "%s", warn.text[0]);
}

START_TEST(ahead_and_after)
{
	make();
	said(times.until - 30 * DAY, NULL, NULL);
	said(times.until - 9 * DAY, "(9 days left)", "put a new one");
	said(times.until + 2 * DAY,
	     "(2 days ago); agents that have no pin "
	     "refuse it",
	     "put a new one");
	said(times.from - DAY, "is not valid before", "clock");
	drop();
}
END_TEST

/* The certificate file is renewed, but aditd was not reloaded. */
START_TEST(renewed_and_not_reloaded)
{
	make();
	put_file("new", 3);
	said(times.until - 9 * DAY, "(9 days left)", "aditctl reload takes");
	said(times.until - 30 * DAY, NULL, NULL);
	unlink(file);
	said(times.until - 9 * DAY, "(9 days left)", "put a new one");
	drop();
}
END_TEST

/* aditctl init makes an Ed25519 key, which only agents know. */
START_TEST(browsers_know_less)
{
	struct conf_errors warn = { .file = "aditd.ini" };

	make();
	monitor_config_warn_browsers(&config, &warn);
	ck_assert_uint_eq(warn.count, 0);
	config.conf->gateways[0].web = true;
	monitor_config_warn_browsers(&config, &warn);
	ck_assert_uint_eq(warn.count, 1);
	ck_assert_msg(strstr(warn.text[0],
			     "aditd.ini:3: [gateway corp]: web = "
			     "yes, but browsers such as ") != NULL,
		      "%s", warn.text[0]);
	drop();
}
END_TEST

SUITE("monitor/config_times", ahead_and_after, renewed_and_not_reloaded,
      browsers_know_less)
