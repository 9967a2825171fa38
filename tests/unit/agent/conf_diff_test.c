/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_diff_test.c - in which keys two files differ. */
#include "agent/conf.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

#define A "[agent]\ngateway = gw:1\n"
#define PIN(digit)                                                             \
	"sha256:0123456789abcdef0123456789abcdef0123456789abcdef"              \
	"0123456789abcde" digit "\n"

static char path[64];

static struct agent_conf *load(const char *text)
{
	struct conf_flags flags = { .file = path };
	struct conf_errors e = { .file = "none" };
	struct agent_conf *c;
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
	c = agent_conf_load(&flags, &e);
	ck_assert_msg(c != NULL, "%s", e.text[0]);
	return c;
}

static void begin(void)
{
	int fd;

	snprintf(path, sizeof path, "/tmp/adit-diff-test-XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	setenv("HOME", "/nowhere", 1);
	unsetenv("https_proxy");
	unsetenv("HTTPS_PROXY");
}

/* The keys, in this order, both ways round. */
static void differ(const char *one, const char *other, const char *want)
{
	struct agent_conf *a = load(one), *b = load(other);

	for (unsigned i = 0; i < 2; i++) {
		struct name_list keys = { 0 };
		char text[400] = "";

		ck_assert_int_eq(agent_conf_diff(i ? b : a, i ? a : b, &keys),
				 0);
		for (size_t k = 0; k < keys.n; k++)
			snprintf(text + strlen(text),
				 sizeof text - strlen(text), "%s%s",
				 k ? ", " : "", keys.item[k]);
		ck_assert_msg(!strcmp(text, want), "%s\nand\n%s\n: %s, not %s",
			      one, other, text, want);
		name_list_fini(&keys);
	}
	agent_conf_free(a);
	agent_conf_free(b);
}

START_TEST(each_key)
{
	static const char *const rows[][3] = {
		{ "", "", "" },
		{ "", "gateway = gw:2\n", "gateway" },
		{ "user = a\n", "", "user" },
		{ "user = a\n", "user = b\n", "user" },
		{ "user = a\n", "user = a\n", "" },
		{ "password_file = /a\n", "password_file = /b\n",
		  "password_file" },
		{ "password_file = /a\n", "password_command = cat\n",
		  "password_file, password_command" },
		{ "pin = " PIN("f"), "pin = " PIN("e"), "pin" },
		{ "pin = " PIN("f"), "ca = /a\n", "pin, ca" },
		{ "server_name = a\n", "server_name = b\n", "server_name" },
		{ "control = /a\n", "control = /b\n", "control" },
		{ "proxy = p:1\n", "", "proxy" },
		{ "proxy = p:1\n", "proxy = p:2\n", "proxy" },
		{ "proxy = p:1\n", "proxy = a@p:1\n", "proxy" },
		{ "proxy = http://p:1\n", "proxy = p:1\n", "" },
		{ "intercept = none\n", "", "intercept" },
		{ "intercept = loopback\n", "", "" },
		{ "loopback_net = 127.1.0.0/16\n", "", "loopback_net" },
		{ "loopback_net = 127.77.0.0/17\n", "", "loopback_net" },
		{ "socks = 127.0.0.1:1\n", "", "socks" },
		{ "socks = none\n", "", "socks" },
		{ "low_port_offset = 1\n", "", "low_port_offset" },
		{ "low_port_offset = 10000\n", "", "" },
		{ "reverse = no\n", "", "reverse" },
		{ "session_memory = 64M\n", "", "session_memory" },
		{ "accept = early\n", "", "accept" },
		{ "accept = answered\n", "", "" },
		{ "early_close = accept\n", "", "early_close" },
		{ "user = a\nsocks = none\n", "reverse = no\n",
		  "user, socks, reverse" },
	};
	char one[300], other[300];

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		snprintf(one, sizeof one, A "%s", rows[i][0]);
		snprintf(other, sizeof other, A "%s", rows[i][1]);
		differ(one, other, rows[i][2]);
	}
	unlink(path);
}
END_TEST

START_TEST(sections)
{
	begin();
	differ(A "[listen x]\nport = 1\n", A, "listen x");
	differ(A "[listen x]\nport = 1\n", A "[listen x]\nport = 1\n", "");
	differ(A "[listen x]\nport = 1\n", A "[listen x]\nport = 2\n",
	       "listen x");
	differ(A "[listen x]\naddress = ::1\n", A "[listen x]\n", "listen x");
	differ(A "[listen x]\nmap = a, b\n", A "[listen x]\nmap = a\n",
	       "listen x");
	/* The order of sections says nothing. */
	differ(A "[listen x]\nport = 1\n[listen y]\nport = 2\n",
	       A "[listen y]\nport = 2\n[listen x]\nport = 1\n", "");
	unlink(path);
}
END_TEST

START_TEST(the_same_place)
{
	static char at[] = "127.0.0.1", elsewhere[] = "::1";
	struct listen_conf a = { .address = at, .port = 1 }, b = a,
			   none = { 0 };

	ck_assert(agent_conf_same_listen(NULL, NULL));
	ck_assert(agent_conf_same_listen(NULL, &none));
	ck_assert(agent_conf_same_listen(&a, &b));
	ck_assert(!agent_conf_same_listen(&a, NULL));
	ck_assert(!agent_conf_same_listen(NULL, &a));
	b.port = 2;
	ck_assert(!agent_conf_same_listen(&a, &b));
	b = a;
	b.address = elsewhere;
	ck_assert(!agent_conf_same_listen(&a, &b));
	b = a;
	ck_assert_int_eq(name_list_add(&b.maps, "host"), 0);
	ck_assert(agent_conf_same_listen(&a, &b));
	name_list_fini(&b.maps);
}
END_TEST

SUITE("conf_diff", each_key, sections, the_same_place)
