/* SPDX-License-Identifier: BSD-2-Clause */
/* web_listeners_test.c - the sockets of `metrics`: opened, kept over a reload,
 * adopted, tried, and gone. */
#include "monitor/web_listeners.h"

#include "base/err.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64], first[96], second[96];

static struct gw_conf *conf_of(const char *metrics)
{
	struct conf_errors e = { .file = "aditd.ini" };
	char text[900];
	struct gw_conf *c;

	snprintf(text, sizeof text,
		 "[server]\nmetrics = %s\n"
		 "[gateway one]\nlisten = 127.0.0.1:1\ncertificate = /c\n"
		 "private_key = /k\nusers = /u\n",
		 metrics);
	c = gw_conf_parse(text, strlen(text), &e, NULL);
	ck_assert_msg(c != NULL, "%s", e.text[0]);
	return c;
}

static void begin(void)
{
	snprintf(dir, sizeof dir, "/tmp/adit-web-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(first, sizeof first, "%s/a.sock", dir);
	snprintf(second, sizeof second, "%s/b.sock", dir);
}

static void end(void)
{
	ck_assert_int_eq(rmdir(dir), 0); /* no name is left in it */
}

static int opens(struct web_listeners *l, const struct web_listeners *have,
		 const char *metrics, struct conf_errors *e)
{
	struct gw_conf *c = conf_of(metrics);
	int r = web_listeners_open(l, have, c, e);

	gw_conf_unref(c);
	return r;
}

START_TEST(a_socket_has_its_mode)
{
	struct web_listeners none = { 0 }, l;
	struct conf_errors e = { .file = "aditd.ini" };
	struct stat st;

	begin();
	ck_assert_int_eq(opens(&l, &none, first, &e), 0);
	ck_assert_uint_eq(l.n, 1);
	ck_assert_int_eq(stat(first, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0660);
	web_listeners_close(&l);
	ck_assert_int_ne(access(first, F_OK), 0);
	end();
}
END_TEST

/* What the next configuration has too goes on, whichever is closed first. */
START_TEST(a_reload_keeps_what_stays)
{
	char both[200];
	struct web_listeners none = { 0 }, now, next;
	struct conf_errors e = { .file = "aditd.ini" };
	struct stat before, after;

	begin();
	snprintf(both, sizeof both, "%s, %s", first, second);
	ck_assert_int_eq(opens(&now, &none, first, &e), 0);
	ck_assert_int_eq(stat(first, &before), 0);
	ck_assert_int_eq(opens(&next, &now, both, &e), 0);
	ck_assert_int_eq(next.item[0]->fd, now.item[0]->fd);
	web_listeners_close(&now);
	ck_assert_int_eq(stat(first, &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	web_listeners_close(&next);
	ck_assert_int_ne(access(first, F_OK), 0);
	ck_assert_int_ne(access(second, F_OK), 0);
	end();
}
END_TEST

/* All that fails is told, and nothing stays open. */
START_TEST(errors)
{
	char places[300];
	struct web_listeners none = { 0 }, now, next;
	struct conf_errors e = { .file = "aditd.ini" };
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	struct addr at;
	char text[ADDR_TEXT];
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	begin();
	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	len = addr_to_sa(&at, &ss);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, len), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	at = addr_local(fd);
	ck_assert_int_eq(opens(&now, &none, first, &e), 0);
	snprintf(places, sizeof places, "%s, %s, %s/none/deeper/x", first,
		 addr_str(&at, text), dir);
	ck_assert_int_ne(opens(&next, &now, places, &e), 0);
	ck_assert_uint_eq(next.n, 0);
	ck_assert_uint_eq(e.count, 2);
	ck_assert_ptr_nonnull(strstr(e.text[0], "already in use"));
	ck_assert_ptr_nonnull(strstr(e.text[0], "metrics"));
	ck_assert_ptr_nonnull(strstr(e.text[1], "metrics in [server]"));
	ck_assert_int_eq(access(first, F_OK), 0);
	web_listeners_close(&now);
	close(fd);
	end();
}
END_TEST

/* Those of an aditd before an upgrade. */
START_TEST(adopted)
{
	struct web_listeners none = { 0 }, old, new = { 0 }, l;
	struct conf_errors e = { .file = "aditd.ini" };
	int fd;

	begin();
	ck_assert_int_eq(opens(&old, &none, first, &e), 0);
	fd = fcntl(old.item[0]->fd, F_DUPFD_CLOEXEC, 0);
	web_listeners_adopt(&new, first, fd);
	ck_assert_uint_eq(new.n, 1);
	ck_assert_int_eq(opens(&l, &new, first, &e), 0);
	ck_assert_int_eq(l.item[0]->fd, fd);
	web_listeners_close(&new);
	ck_assert_int_eq(access(first, F_OK), 0);
	web_listeners_close(&l);
	ck_assert_int_ne(access(first, F_OK), 0);
	web_listeners_close(&old);
	end();
}
END_TEST

START_TEST(tried)
{
	struct conf_errors e = { .file = "aditd.ini" };
	struct gw_conf *c;

	begin();
	c = conf_of(first);
	web_listeners_try(c, false, &e);
	ck_assert_uint_eq(e.count, 0);
	ck_assert_int_ne(access(first, F_OK), 0);
	gw_conf_unref(c);
	snprintf(second, sizeof second, "%s/none/deeper/x", dir);
	c = conf_of(second);
	web_listeners_try(c, false, &e);
	ck_assert_uint_eq(e.count, 1);
	gw_conf_unref(c);
	end();
}
END_TEST

SUITE("web_listeners", a_socket_has_its_mode, a_reload_keeps_what_stays, errors,
      adopted, tried)
