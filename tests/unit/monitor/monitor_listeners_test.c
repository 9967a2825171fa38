/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_listeners_test.c - the sockets of a configuration, and of the next one. */
#include "monitor/monitor_listeners.h"

#include "base/err.h"
#include "net/sock.h"
#include "policy/publish.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct gw_conf *conf_of(const char *one, const char *two)
{
	struct conf_errors e = { .file = "aditd.ini" };
	char text[600];
	struct gw_conf *c;

	snprintf(text, sizeof text,
		 "[gateway one]\nlisten = %s\ncertificate = /c\n"
		 "private_key = /k\nusers = /u\n"
		 "server_name = one.example\ngroups = staff\n"
		 "[gateway two]\nlisten = %s\ncertificate = /c\n"
		 "private_key = /k\nusers = /u\n"
		 "server_name = two.example\ngroups = staff\n"
		 "[group staff]\n",
		 one, two);
	c = gw_conf_parse(text, strlen(text), &e, NULL);
	ck_assert_msg(c != NULL, "%s", e.text[0]);
	return c;
}

/* The kernel chooses the ports, which no file can say. */
static struct gw_conf *free_ports(const char *one, const char *two)
{
	struct gw_conf *c = conf_of(one, two);

	c->gateways[0].listen.item[0].port = 0;
	c->gateways[1].listen.item[0].port = 0;
	return c;
}

static ino_t inode(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	return st.st_ino;
}

static const struct monitor_listeners none;

START_TEST(opens)
{
	struct gw_conf *c = free_ports("127.0.0.1:1", "127.0.0.2:1");
	struct conf_errors e = { .file = "aditd.ini" };
	struct monitor_listeners l;
	char at[ADDR_TEXT];

	ck_assert_int_eq(monitor_listeners_open(&l, &none, c, &e), 0);
	ck_assert_uint_eq(l.n, 2);
	ck_assert_str_eq(l.item[0].gateway, "one");
	ck_assert_str_eq(l.item[1].gateway, "two");
	ck_assert_str_eq(addr_str(&l.item[0].at, at), "127.0.0.1:0");
	ck_assert_str_ne(addr_str(&l.item[0].real, at), "127.0.0.1:0");
	ck_assert(fcntl(l.item[0].fd, F_GETFD) & FD_CLOEXEC);
	monitor_listeners_close(&l);
	ck_assert_uint_eq(l.n, 0);
	gw_conf_unref(c);
}
END_TEST

START_TEST(one_for_two_gateways)
{
	struct gw_conf *c = free_ports("127.0.0.1:1", "127.0.0.1:1");
	struct conf_errors e = { .file = "aditd.ini" };
	struct monitor_listeners l;

	ck_assert_int_eq(monitor_listeners_open(&l, &none, c, &e), 0);
	ck_assert_uint_eq(l.n, 1);
	ck_assert_str_eq(l.item[0].gateway, "one");
	monitor_listeners_close(&l);
	gw_conf_unref(c);
}
END_TEST

/* The same socket, so that connections in its queue stay. */
START_TEST(shared_with_those_before)
{
	struct gw_conf *c = free_ports("127.0.0.1:1", "127.0.0.2:1");
	struct gw_conf *next = free_ports("127.0.0.2:1", "127.0.0.3:1");
	struct conf_errors e = { .file = "aditd.ini" };
	struct monitor_listeners l, m;

	ck_assert_int_eq(monitor_listeners_open(&l, &none, c, &e), 0);
	ck_assert_int_eq(monitor_listeners_open(&m, &l, next, &e), 0);
	ck_assert_uint_eq(inode(m.item[0].fd), inode(l.item[1].fd));
	ck_assert_int_ne(m.item[0].fd, l.item[1].fd);
	ck_assert_str_eq(m.item[0].gateway, "one");
	monitor_listeners_close(&l);
	ck_assert_int_ge(fcntl(m.item[0].fd, F_GETFD), 0);
	monitor_listeners_close(&m);
	gw_conf_unref(c);
	gw_conf_unref(next);
}
END_TEST

/* A socket of [publish] is bound, and listens only when the worker says so. */
START_TEST(of_a_publish)
{
	struct gw_conf *c = free_ports("127.0.0.1:1", "127.0.0.2:1");
	struct gw_publish p = { .name = "web",
				.listen = c->gateways[0].listen };
	struct conf_errors e = { .file = "aditd.ini" };
	struct monitor_listeners l, m;
	struct addr other;

	ck_assert(!addr_parse(&other, "127.0.0.3", 0));
	p.listen.item = &other;
	c->publishes = &p;
	c->npublishes = 1;
	ck_assert_int_eq(monitor_listeners_open(&l, &none, c, &e), 0);
	ck_assert_uint_eq(l.n, 3);
	ck_assert_str_eq(l.item[2].publish, "web");
	ck_assert_ptr_null(l.item[2].gateway);
	ck_assert(tcp_is(l.item[1].fd, true));
	ck_assert(tcp_is(l.item[2].fd, false));
	ck_assert_int_eq(monitor_listeners_open(&m, &l, c, &e), 0);
	ck_assert_uint_eq(inode(m.item[2].fd), inode(l.item[2].fd));
	monitor_listeners_close(&l);
	/* What listens for agents is of no use for it. */
	m.item[2].publish = NULL;
	m.item[2].gateway = "one";
	ck_assert_int_eq(monitor_listeners_open(&l, &m, c, &e), 0);
	ck_assert_uint_ne(inode(m.item[2].fd), inode(l.item[2].fd));
	monitor_listeners_close(&l);
	monitor_listeners_close(&m);
	c->publishes = NULL;
	c->npublishes = 0;
	gw_conf_unref(c);
}
END_TEST

/* Another program has both: each is named, with its line, and nothing stays. */
START_TEST(taken)
{
	struct gw_conf *c = free_ports("127.0.0.1:1", "127.0.0.2:1"), *same;
	struct conf_errors e = { .file = "aditd.ini" };
	struct monitor_listeners l, m;
	char one[ADDR_TEXT], two[ADDR_TEXT];

	ck_assert_int_eq(monitor_listeners_open(&l, &none, c, &e), 0);
	same = conf_of(addr_str(&l.item[0].real, one),
		       addr_str(&l.item[1].real, two));
	ck_assert_int_eq(monitor_listeners_open(&m, &none, same, &e), ERR_CONF);
	ck_assert_uint_eq(m.n, 0);
	ck_assert_uint_eq(e.count, 2);
	ck_assert_msg(strstr(e.text[0], "aditd.ini:2: cannot listen on") &&
			      strstr(e.text[0], one) &&
			      strstr(e.text[0], "ss -ltnp"),
		      "%s", e.text[0]);
	ck_assert_msg(strstr(e.text[1], "aditd.ini:9: "), "%s", e.text[1]);
	e.count = 0;
	/* Perhaps the gateway has them that runs. */
	monitor_listeners_try(same, true, &e);
	ck_assert_uint_eq(e.count, 0);
	monitor_listeners_try(same, false, &e);
	ck_assert_uint_eq(e.count, 2);
	monitor_listeners_close(&l);
	gw_conf_unref(c);
	gw_conf_unref(same);
}
END_TEST

START_TEST(not_an_address_of_this_machine)
{
	struct gw_conf *c = free_ports("192.0.2.1:1", "127.0.0.1:1");
	struct conf_errors e = { .file = "aditd.ini" };
	struct monitor_listeners l;

	ck_assert_int_eq(monitor_listeners_open(&l, &none, c, &e), ERR_CONF);
	ck_assert_msg(strstr(e.text[0], "ip address"), "%s", e.text[0]);
	gw_conf_unref(c);
}
END_TEST

SUITE("monitor/listeners", opens, one_for_two_gateways,
      shared_with_those_before, of_a_publish, taken,
      not_an_address_of_this_machine)
