/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_bad_test.c - every mistake in aditd.ini, with its line and its cure. */
#include "base/err.h"
#include "made.h"

#include <stdio.h>
#include <stdlib.h>

struct mistake {
	const char *text; /* behind GATEWAY, from line 6 on */
	const char *message;
};

static void check_text(const char *text, const char *message)
{
	struct conf_errors e = { .file = "t.ini" };
	struct gw_conf *c = gw_conf_parse(text, strlen(text), &e, NULL);

	ck_assert_msg(c == NULL, "took %s", text);
	ck_assert_str_eq(e.text[0], message);
	ck_assert_uint_eq(e.count, 1);
}

static void check_all(const struct mistake *m, size_t n)
{
	char text[2048];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(text, sizeof text, "%s%s", GATEWAY, m[i].text);
		check_text(text, m[i].message);
	}
}

#define R "[resource r]\n"

START_TEST(sections)
{
	static const struct mistake m[] = {
		{ "[resuorce r]\nhost = x\n",
		  "t.ini:6: unknown section "
		  "[resuorce r], did you mean \"resource\"?" },
		{ "[potato]\n", "t.ini:6: unknown section [potato]" },
		{ "[resource]\n",
		  "t.ini:6: [resource ]: write [resource NAME], "
		  "the name of 1 to 64 letters, digits and . _ -" },
		{ "[group a b]\n",
		  "t.ini:6: [group a b]: write [group NAME], "
		  "the name of 1 to 64 letters, digits and . _ -" },
		{ "[plugin a/../b]\n",
		  "t.ini:6: [plugin a/../b]: write "
		  "[plugin NAME], the name of 1 to 64 letters, digits "
		  "and . _ -" },
		{ "[server x]\n", "t.ini:6: [server] takes no name: write "
				  "[server]" },
		{ "[gateway corp]\n",
		  "t.ini:6: duplicate section [gateway corp], "
		  "also in line 1: merge the two" },
		{ "[server]\n[group g]\n[server]\n",
		  "t.ini:8: duplicate section [server], also in "
		  "line 6: merge the two" },
	};

	check_all(m, ARRAY_LEN(m));
}
END_TEST

START_TEST(keys)
{
	static const struct mistake m[] = {
		{ "[server]\naudit_format = xml\n",
		  "t.ini:7: audit_format = xml: expected text or json" },
		{ "[server]\nlog = syslog:loghost:514\n",
		  "t.ini:7: log = syslog:loghost:514: expected stderr, "
		  "journal, syslog, syslog:/path of a socket, or "
		  "syslog:ADDRESS:PORT, without names of hosts" },
		{ "[server]\ntreads = 2\n",
		  "t.ini:7: unknown key treads in "
		  "[server], did you mean \"threads\"?" },
		{ "keepalive = no\n",
		  "t.ini:6: unknown key keepalive in "
		  "[gateway corp], did you mean \"keep_alive\"?" },
		{ R "host = x\nport = 1\npassive_ports = 2\n",
		  "t.ini:9: "
		  "unknown key passive_ports in [resource r]" },
		{ R "host = x\nport = 1\ndata_ports = 2\n",
		  "t.ini:9: "
		  "data_ports needs a resource with host, port "
		  "and plugin: remove this line" },
		{ "[plugin p]\n" R "host = x\nport = 1, 5\nplugin = p\n"
		  "data_ports = 2-5\n",
		  "t.ini:11: 5 is in port and in data_ports: "
		  "remove one of them" },
		{ R "prot = 2\nhost = x\nport = 1\n",
		  "t.ini:7: unknown key prot "
		  "in [resource r], did you mean \"port\"?" },
		{ "[group g]\nuser = x\n",
		  "t.ini:7: unknown key user in "
		  "[group g], did you mean \"users\"?" },
		{ "auto_start = yes\nauto_start = no\n",
		  "t.ini:7: duplicate key auto_start, also in line 6: "
		  "keep one of them" },
		{ R "url = http://x/\nurl = http://y/\n",
		  "t.ini:8: duplicate key url, also in line 7: "
		  "keep one of them" },
		{ "[server]\n  threads = 2\n",
		  "t.ini:7: the line is indented: start it in the "
		  "first column (a line cannot be continued)" },
		{ "[server]\nthreads\n",
		  "t.ini:7: expected [section], key = value or ; comment" },
	};

	check_all(m, ARRAY_LEN(m));
}
END_TEST

#define P "[group g]\n[publish web]\n"

START_TEST(publish)
{
	static const struct mistake m[] = {
		{ "[publish]\n",
		  "t.ini:6: [publish ]: write [publish NAME], "
		  "the name of 1 to 64 letters, digits and . _ -" },
		{ P "groups = g\n",
		  "t.ini:7: [publish web] has no listen: add listen = "
		  "(expected "
		  "addresses with ports, each once, such as 0.0.0.0:443, "
		  "[::]:443)" },
		{ P "listen = 10.0.0.1:1\n",
		  "t.ini:7: [publish web] has no groups: add groups = "
		  "(expected "
		  "names, such as one, two)" },
		{ P "groups = g\nlisten = 127.0.0.1:443\n",
		  "t.ini:9: [publish web] listens on 127.0.0.1:443, where "
		  "agents reach [gateway corp]: give it another port" },
		{ P "groups = g\nlisten = 10.0.0.1:1\n[publish b]\n"
		    "listen = 10.0.0.1:1\ngroups = g\n",
		  "t.ini:11: [publish web] and [publish b] both listen on "
		  "10.0.0.1:1: give each a port of its own" },
		{ P "groups = h\nlisten = 10.0.0.1:1\n",
		  "t.ini:8: there is no [group h], did you mean \"g\"?" },
		{ P "groups = g\nlisten = 10.0.0.1:1\nallow = x\n",
		  "t.ini:10: allow = x: expected networks without host bits, "
		  "such as 10.0.0.0/8, 2001:db8::/32" },
	};

	check_all(m, ARRAY_LEN(m));
}
END_TEST

START_TEST(values)
{
	static const struct mistake m[] = {
		{ "[server]\nthreads = 0\n", "t.ini:7: threads = 0: expected 1 "
					     "to 256, or auto" },
		{ "[server]\nthreads = many\n", "t.ini:7: threads = many: "
						"expected a number, or auto" },
		{ "[server]\ncontrol =\n", "t.ini:7: control has no value: "
					   "expected a path" },
		{ "keep_alive = perhaps\n", "t.ini:6: keep_alive = perhaps: "
					    "expected yes or no" },
		{ "idle_timeout = 30\n",
		  "t.ini:6: idle_timeout = 30: expected a "
		  "time such as 500ms, 10s, 30m, 12h or 0" },
		{ "idle_timeout = 0\n",
		  "t.ini:6: idle_timeout = 0: expected 1s "
		  "to 168h" },
		{ "tcp_keep_alive = 0\n",
		  "t.ini:6: tcp_keep_alive = 0: expected "
		  "1s to 2h" },
		{ "tcp_keep_alive = 3h\n", "t.ini:6: tcp_keep_alive = 3h: "
					   "expected 1s to 2h" },
		{ "tcp_keep_alive = no\n",
		  "t.ini:6: tcp_keep_alive = no: "
		  "expected a time such as 500ms, 10s, 30m, 12h or 0" },
		{ "session_lifetime = 1000h\n", "t.ini:6: session_lifetime = "
						"1000h: expected 1s to 168h" },
		{ "listen = 127.0.0.1\n",
		  "t.ini:6: listen = 127.0.0.1: expected "
		  "addresses with ports, each once, such as "
		  "0.0.0.0:443, [::]:443" },
		{ "listen = 127.0.0.1:443\n",
		  "t.ini:6: listen = 127.0.0.1:443: "
		  "expected addresses with ports, each once, such as "
		  "0.0.0.0:443, [::]:443" },
		{ "auth = users or otp\n",
		  "t.ini:6: auth = users or otp: otp alone lets in whoever "
		  "guesses six digits: write users and otp, or another "
		  "method and otp" },
		{ "auth = certificate\n",
		  "t.ini:6: auth = certificate needs client_ca, a file with "
		  "the certificates of the authorities whose client "
		  "certificates are trusted" },
		{ "client_ca = x\n",
		  "t.ini:6: client_ca has no effect, since auth = users asks "
		  "for no certificate: write certificate into auth" },
		{ "server_name = a b\n",
		  "t.ini:6: server_name = a b: expected a "
		  "host name" },
		{ R "host = x\nport = 70000\n",
		  "t.ini:8: port = 70000: expected "
		  "ports from 1 to 65535, each once, such as 25, 110, "
		  "20000-21000" },
		{ R "host = any\nport = 1\nallow = 10.0.0.1/8\n",
		  "t.ini:9: "
		  "allow = 10.0.0.1/8: expected networks without host "
		  "bits, such as 10.0.0.0/8, 2001:db8::/32" },
		{ R "host = x\nport = 1\nhide_address = 1\n",
		  "t.ini:9: "
		  "hide_address = 1: expected yes or no" },
		{ R "url = http://w.x/\nintercept_address = yes\n",
		  "t.ini:8: intercept_address = yes in [resource r] with url: "
		  "a Web-Link has no address to intercept; remove it" },
		{ "[group g]\nusers = alice,, bob\n",
		  "t.ini:7: users = "
		  "alice,, bob: expected names, such as one, two" },
		{ "[group g]\nusers = al ice\n",
		  "t.ini:7: users: al ice is not a valid user "
		  "name: 1 to 64 letters, digits and . _ @ -, or "
		  "*" },
	};

	check_all(m, ARRAY_LEN(m));
}
END_TEST

START_TEST(memory)
{
	static const struct mistake m[] = {
		{ "[group g]\nusers = *\nmemory = 64K\n",
		  "t.ini:8: memory: at least 1M, or 0 for no limit" },
		{ "[user alice]\nmemory = 1\n",
		  "t.ini:7: memory: at least 1M, or 0 for no limit" },
	};

	check_all(m, ARRAY_LEN(m));
}
END_TEST

START_TEST(names)
{
	static const struct mistake m[] = {
		{ R "host = x\nport = 1\nnames = *\n",
		  "t.ini:9: names = *: expected a host name, or *.DOMAIN for "
		  "all names below a domain" },
		{ R "host = x\nport = 1\nnames = a,b,c,d,e,f,g,h,i,j,k,l,m,n,"
		    "o,p,q,r,s,t,u,v,w,x,y,z,aa,ab,ac,ad,ae,af,ag\n",
		  "t.ini:9: 33 names: a resource has at most 32; *.DOMAIN "
		  "stands for many" },
	};

	check_all(m, ARRAY_LEN(m));
}
END_TEST

START_TEST(hosts)
{
	static const struct mistake m[] = {
		{ R "port = 1\n", "t.ini:6: [resource r] has neither host nor "
				  "url: write one of them" },
		{ R "host = x\nport = 1\nurl = http://x/\n",
		  "t.ini:6: [resource "
		  "r] has both host and url: write one of them" },
		{ R "host = x\n", "t.ini:6: [resource r] has no port: add "
				  "port = (such as 25, 110, 8000-8010)" },
		{ R "host = any\nport = 1\n",
		  "t.ini:6: [resource r] has host = "
		  "any and no allow: add allow = NETWORK" },
		{ R "host = x:23\nport = 1\n",
		  "t.ini:7: host = x:23: expected a "
		  "host name, an address without port and brackets, or "
		  "any" },
		{ R "host = [::1]\nport = 1\n",
		  "t.ini:7: host = [::1]: expected "
		  "a host name, an address without port and brackets, "
		  "or any" },
		{ R "host = 2130706433\nport = 1\n",
		  "t.ini:7: host = "
		  "2130706433: expected a host name, an address without "
		  "port and brackets, or any" },
		{ R "host = x, any\nport = 1\n",
		  "t.ini:7: any must be the only host: remove it, "
		  "or the others" },
		{ R "host = any, 10.0.0.1\nport = 1\nallow = 10.0.0.0/8\n",
		  "t.ini:7: any must be the only host: remove it, or the "
		  "others" },
		{ R "host = x, 10.0.0.1, X.\nport = 1\n",
		  "t.ini:7: host names "
		  "X. twice: remove one" },
		{ R "host = x, 10.0.0.1:22\nport = 1\n",
		  "t.ini:7: host = "
		  "10.0.0.1:22: expected a host name, an address without "
		  "port and brackets, or any" },
		{ R "host = a, b, c, d, e, f, g, h, i\nport = 1\n",
		  "t.ini:7: 9 "
		  "hosts: a resource has at most 8" },
		{ R "host = x, 10.0.0.1\nport = 1\ndeny = 10.0.0.0/16\n",
		  "t.ini:7: 10.0.0.1 is inside deny: nobody could reach "
		  "it" },
		{ R "host = x, y\nurl = http://x/\n",
		  "t.ini:6: [resource r] "
		  "has both host and url: write one of them" },
		{ R "host = 0.0.0.0\nport = 1\n",
		  "t.ini:7: 0.0.0.0 is not the address of a host: "
		  "write the address of one" },
		{ R "host = ::\nport = 1\n",
		  "t.ini:7: :: is not the address of a host: write "
		  "the address of one" },
		{ R "host = 10.0.0.1\nport = 1\nallow = 10.1.0.0/16\n",
		  "t.ini:7: "
		  "10.0.0.1 is outside of allow: nobody could reach "
		  "it" },
		{ R "host = 10.0.0.1\nport = 1\ndeny = 10.0.0.0/16\n",
		  "t.ini:7: "
		  "10.0.0.1 is inside deny: nobody could reach it" },
		{ R "host = x\nport = 1-1025\n",
		  "t.ini:8: 1025 ports: the agent "
		  "listens on each, so at most 1024" },
		{ R "url = ftp://x/\n",
		  "t.ini:7: url = ftp://x/: expected "
		  "http://HOST/ or https://HOST:PORT/, an IPv6 address "
		  "in brackets" },
		{ R "url = http://x/\nport = 80\n",
		  "t.ini:8: port is taken from url: remove this line" },
		{ R "url = http://0.0.0.0/\n",
		  "t.ini:7: http://0.0.0.0/ is not the address of a "
		  "host: write the address of one" },
		{ R "host = x\nport = 1\nplugin = ftp\n",
		  "t.ini:9: there is no "
		  "[plugin ftp]: add that section" },
		{ R "host = x\nport = 1\nplugin = fpt\n[plugin ftp]\n",
		  "t.ini:9: "
		  "there is no [plugin fpt]: add that section, did you "
		  "mean \"ftp\"?" },
	};

	check_all(m, ARRAY_LEN(m));
}
END_TEST

START_TEST(references)
{
	static const struct mistake m[] = {
		{ "groups = staf\n[group staff]\n",
		  "t.ini:6: there is no [group "
		  "staf], did you mean \"staff\"?" },
		{ "[group g]\nresources = mial\n[resource mail]\nhost = x\n"
		  "port = 1\n",
		  "t.ini:7: [group g] grants mial, which is not a "
		  "[resource], did you mean \"mail\"?" },
		{ "groups = g\n[group g]\n[gateway b]\nlisten = 127.0.0.1:4\n"
		  "certificate = c\nprivate_key = k\nusers = u\n",
		  "t.ini:8: [gateway b] has no groups: with several "
		  "gateways each says which groups count there" },
		{ "groups = g\n[group g]\n[gateway b]\nlisten = 127.0.0.1:443\n"
		  "certificate = c\nprivate_key = k\nusers = u\n"
		  "groups = g\nserver_name = b\n",
		  "t.ini:14: [gateway b] and [gateway corp] share "
		  "127.0.0.1:443: give each a server_name of its own" },
		{ "groups = g\nserver_name = B\n[group g]\n[gateway b]\n"
		  "listen = 127.0.0.1:443\n"
		  "certificate = c\nprivate_key = k\nusers = u\n"
		  "groups = g\nserver_name = b\n",
		  "t.ini:15: [gateway b] and [gateway corp] share "
		  "127.0.0.1:443: give each a server_name of its own" },
	};

	check_all(m, ARRAY_LEN(m));
}
END_TEST

START_TEST(missing_keys)
{
	static const char *const line[] = { "listen = 127.0.0.1:1\n",
					    "certificate = c\n",
					    "private_key = k\n",
					    "users = u\n" };
	static const char *const said[] = {
		"t.ini:1: [gateway g] has no listen: add listen = (expected "
		"addresses with ports, each once, such as "
		"0.0.0.0:443, [::]:443)",
		"t.ini:1: [gateway g] has no certificate: add certificate = "
		"(expected a path)",
		"t.ini:1: [gateway g] has no private_key: add private_key = "
		"(expected a path)",
		"t.ini:1: [gateway g] has no users: add users = (expected a "
		"path)",
	};
	char text[200];
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(line); i++) {
		snprintf(text, sizeof text, "[gateway g]\n");
		for (k = 0; k < ARRAY_LEN(line); k++)
			if (k != i)
				strncat(text, line[k],
					sizeof text - strlen(text) - 1);
		check_text(text, said[i]);
	}
	check_text("", "t.ini: there is no [gateway NAME]: add one, or see "
		       "aditctl init");
}
END_TEST

/* Mistakes in an included file are reported with its name. */
START_TEST(included)
{
	static const struct mistake m[] = {
		{ "\x1c/d/a.ini\n; one\n\x1c/d/b.ini\n[server]\nthreads = x\n",
		  "/d/b.ini:2: threads = x: expected a number, or auto" },
		{ "\x1c/d/a.ini\n[server]\n\x1c/d/b.ini\nthreads = 1\n",
		  "/d/b.ini:1: threads is above the first "
		  "[section]: move it into one" },
		{ "\x1c/d/a.ini\n[gateway corp]\n",
		  "/d/a.ini:1: duplicate section [gateway corp], "
		  "also in line 1: merge the two" },
		{ "[server]\n\x1c/d/a.ini\n[resource r]\nhost = x\nport = 1\n"
		  "\x1c/d/b.ini\n\n[resource r]\n",
		  "/d/b.ini:2: duplicate section [resource r], "
		  "also in line 1 of /d/a.ini: merge the two" },
		{ "\x1c/d/a.ini\n\n[resource r]\nhost = any\nport = 1\n",
		  "/d/a.ini:2: [resource r] has host = any and no allow: "
		  "add allow = NETWORK" },
		{ "[server]\ninclude = x\n",
		  "t.ini:7: include stands above the "
		  "first [section] of a file: move it there" },
	};

	check_all(m, ARRAY_LEN(m));
	/* Not gathered, so the files would be missing. */
	check_text("include = x\n" GATEWAY,
		   "t.ini:1: include lines are followed in files only");
}
END_TEST

START_TEST(several_at_once)
{
	struct conf_errors e = { .file = "t.ini" };
	const char *text = "[server]\nthreads = x\n[gateway g]\nlisten = y\n"
			   "[resource r]\nhost = any\nport = 0\n[what]\n";

	ck_assert_ptr_null(gw_conf_parse(text, strlen(text), &e, NULL));
	ck_assert_uint_eq(e.count, 8);
	ck_assert(strstr(e.text[0], "t.ini:2: "));
	ck_assert(strstr(e.text[1], "t.ini:4: "));
	ck_assert(strstr(e.text[2], "t.ini:7: "));
	ck_assert(strstr(e.text[3], "t.ini:8: "));
	ck_assert(strstr(e.text[4], "t.ini:5: [resource r] has host = any"));
	ck_assert(strstr(e.text[5], "t.ini:3: [gateway g] has no certificate"));
}
END_TEST

START_TEST(too_many_groups)
{
	size_t cap = 1 << 16, n;
	char *text = malloc(cap);
	int i;

	n = (size_t)snprintf(text, cap, "%s", GATEWAY);
	for (i = 0; i <= GW_GROUPS_MAX; i++)
		n += (size_t)snprintf(text + n, cap - n, "[group g%d]\n", i);
	check_text(text, "t.ini:1030: more than 1024 groups");
	free(text);
}
END_TEST

SUITE("conf_bad", sections, keys, publish, values, memory, hosts, names,
      references, missing_keys, included, several_at_once, too_many_groups)
