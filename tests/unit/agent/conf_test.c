/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_test.c - adit.ini, its place, and the flags that go before it. */
#include "agent/conf.h"

#include "base/err.h"
#include "suite.h"

#include <fnmatch.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BASE "[agent]\ngateway = vpn.example.org:443\nuser = alice\n"
#define PIN                                                                    \
	"sha256:0123456789abcdef0123456789abcdef"                              \
	"0123456789abcdef0123456789ABCDEF"

static char dir[64], path[128];

/* A folder of its own for each test, as home, and a place for adit.ini. */
static void home(void)
{
	snprintf(dir, sizeof dir, "/tmp/adit-conf-test-XXXXXX");
	ck_assert(mkdtemp(dir) != NULL);
	snprintf(path, sizeof path, "%s/adit", dir);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/adit/adit.ini", dir);
	setenv("HOME", dir, 1);
	setenv("XDG_CONFIG_HOME", dir, 1);
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_RUNTIME_DIR");
	unsetenv("https_proxy");
	unsetenv("HTTPS_PROXY");
	unsetenv("no_proxy");
	unsetenv("NO_PROXY");
}

static void put(const char *file, const char *text)
{
	FILE *f = fopen(file, "w");

	ck_assert(f != NULL);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
	chmod(file, 0600);
}

static void gone(void)
{
	unlink(path);
	snprintf(path, sizeof path, "%s/adit/work.ini", dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/adit", dir);
	rmdir(path);
	ck_assert_int_eq(rmdir(dir), 0);
}

static struct agent_conf *load(const struct conf_flags *f)
{
	struct conf_errors e = { .file = "none" };
	struct agent_conf *c = agent_conf_load(f, &e);

	ck_assert_msg(c != NULL, "%s", e.text[0]);
	ck_assert_uint_eq(e.count, 0);
	return c;
}

static struct agent_conf *good(const char *text)
{
	struct conf_flags f = { .file = path };

	put(path, text);
	return load(&f);
}

/* The text is wrong in this line, and the complaint has this word. */
static void wrong(const char *text, unsigned line, const char *word)
{
	struct conf_flags f = { .file = path };
	struct conf_errors e = { .file = "none" };
	char start[200];

	put(path, text);
	ck_assert_msg(!agent_conf_load(&f, &e), "taken: %s", text);
	snprintf(start, sizeof start, line ? "%s:%u: " : "%s: ", path, line);
	ck_assert_msg(e.count == 1, "%u complaints of %s", e.count, text);
	ck_assert_msg(!strncmp(e.text[0], start, strlen(start)), "%s, not %s",
		      e.text[0], start);
	ck_assert_msg(strstr(e.text[0], word) != NULL, "%s, not %s", e.text[0],
		      word);
}

static void wrong_flag(struct conf_flags f, const char *word)
{
	struct conf_errors e = { .file = "none" };

	f.file = path;
	put(path, BASE);
	ck_assert_msg(!agent_conf_load(&f, &e), "taken: %s", word);
	ck_assert_uint_eq(e.count, 1);
	ck_assert_msg(strstr(e.text[0], word) != NULL, "%s, not %s", e.text[0],
		      word);
}

START_TEST(maps)
{
	struct agent_conf *c;

	home();
	c = good(BASE "[listen notes]\n"
		      "map = 10.3.0.9, n.corp.example\n"
		      "map = fd09::1\n");
	ck_assert_uint_eq(c->nlistens, 1);
	ck_assert_uint_eq(c->listens[0].maps.n, 3);
	ck_assert_str_eq(c->listens[0].maps.item[1], "n.corp.example");
	agent_conf_free(c);
	wrong(BASE "[listen notes]\nmap = 10.3.0.9, a b\n", 5, "a b");
	gone();
}
END_TEST

START_TEST(defaults)
{
	struct conf_flags none = { .file = NULL };
	struct agent_conf *c;
	char want[200];

	home();
	c = load(&none);
	ck_assert_uint_eq(c->gateways.n, 0);
	ck_assert(!c->user && !c->pins.n && !c->ca && !c->server_name);
	ck_assert(!c->password_file && !c->name && !c->nlistens);
	ck_assert_str_eq(c->profile, "agent");
	ck_assert_int_eq(c->intercept, INTERCEPT_LOOPBACK);
	ck_assert_int_eq(c->loopback_net.base.ip[0], 127);
	ck_assert_int_eq(c->loopback_net.base.ip[1], 77);
	ck_assert_uint_eq(c->loopback_net.bits, 16);
	ck_assert_int_eq(c->socks.family, AF_UNSPEC);
	ck_assert_int_eq(c->dns.family, AF_UNSPEC);
	ck_assert_uint_eq(c->low_port_offset, 10000);
	ck_assert(c->reverse);
	ck_assert_int_eq(c->accept, ACCEPT_ANSWERED);
	ck_assert_int_eq(c->early_close, EARLY_CLOSE_REFUSE);
	snprintf(want, sizeof want, "/run/user/%u", (unsigned)geteuid());
	snprintf(want, sizeof want,
		 access(want, W_OK) ? "/tmp/adit-%u/agent.sock" :
				      "/run/user/%u/adit/agent.sock",
		 (unsigned)geteuid());
	ck_assert_str_eq(c->control, want);
	ck_assert(!c->control_given);
	snprintf(want, sizeof want, "%s/.local/state/adit", dir);
	ck_assert_str_eq(c->state_dir, want);
	agent_conf_free(c);
	agent_conf_free(NULL);
	gone();
}
END_TEST

START_TEST(every_key)
{
	const struct listen_conf *l;
	struct agent_conf *c;
	char want[200];

	home();
	c = good(BASE "gateway = [2001:db8::1]:4443, 192.0.2.1:443\n"
		      "password_file = word\npin = " PIN "\n"
		      "server_name = gw.example.org\ncontrol = sock\n"
		      "intercept = none\nloopback_net = 127.1.0.0/24\n"
		      "socks = [::1]:1080\ndns = 127.77.0.1:5353\n"
		      "low_port_offset = 0\nreverse = no\n"
		      "accept = early\n"
		      "early_close = accept\n"
		      "[listen telnet]\naddress = ::1\nport = 2323\n"
		      "[listen mail]\nport = 2525\n");
	ck_assert_uint_eq(c->gateways.n, 3);
	ck_assert_str_eq(c->gateways.item[1], "[2001:db8::1]:4443");
	ck_assert_str_eq(c->user, "alice");
	snprintf(want, sizeof want, "%s/adit/word", dir);
	ck_assert_str_eq(c->password_file, want);
	snprintf(want, sizeof want, "%s/adit/sock", dir);
	ck_assert_str_eq(c->control, want);
	ck_assert_str_eq(c->pins.item[0], PIN);
	ck_assert_int_eq(c->intercept, INTERCEPT_NONE);
	ck_assert_uint_eq(c->loopback_net.bits, 24);
	ck_assert_int_eq(c->socks.family, AF_INET6);
	ck_assert_uint_eq(c->socks.port, 1080);
	ck_assert_uint_eq(c->dns.port, 5353);
	ck_assert_uint_eq(c->low_port_offset, 0);
	ck_assert(!c->reverse);
	ck_assert_int_eq(c->accept, ACCEPT_EARLY);
	ck_assert_int_eq(c->early_close, EARLY_CLOSE_ACCEPT);
	l = agent_conf_listen(c, "telnet");
	ck_assert(l && l->at.family == AF_INET6 && l->port == 2323);
	l = agent_conf_listen(c, "mail");
	ck_assert(l && l->at.family == AF_UNSPEC && l->port == 2525);
	ck_assert(!agent_conf_listen(c, "ftp"));
	agent_conf_free(c);
	gone();
}
END_TEST

/* Names are needed where the kernel's rules catch connections. */
START_TEST(names_with_nft)
{
	struct agent_conf *c;

	home();
	c = good(BASE "intercept = nft\n");
	ck_assert_uint_eq(c->dns.port, 5353);
	ck_assert(c->dns_moves);
	agent_conf_free(c);
	c = good(BASE "intercept = nft\ndns = none\n");
	ck_assert_int_eq(c->dns.family, AF_UNSPEC);
	agent_conf_free(c);
	c = good(BASE "intercept = nft\ndns = 127.0.0.1:5354\n");
	ck_assert_uint_eq(c->dns.port, 5354);
	ck_assert(!c->dns_moves);
	agent_conf_free(c);
}
END_TEST

START_TEST(gateways_without_a_port)
{
	struct conf_flags f = { .file = path, .gateway = "[::1]" };
	struct agent_conf *c;

	home();
	c = good(
		"[agent]\ngateway = vpn.example.org, [2001:db8::1], 192.0.2.1, "
		"[::1]:4\ngateway = localhost\n");
	ck_assert_uint_eq(c->gateways.n, 5);
	ck_assert_str_eq(c->gateways.item[0], "vpn.example.org:443");
	ck_assert_str_eq(c->gateways.item[1], "[2001:db8::1]:443");
	ck_assert_str_eq(c->gateways.item[2], "192.0.2.1:443");
	ck_assert_str_eq(c->gateways.item[3], "[::1]:4");
	ck_assert_str_eq(c->gateways.item[4], "localhost:443");
	agent_conf_free(c);
	c = load(&f);
	ck_assert_uint_eq(c->gateways.n, 1);
	ck_assert_str_eq(c->gateways.item[0], "[::1]:443");
	agent_conf_free(c);
	gone();
}
END_TEST

static void control_is(const struct conf_flags *f, const char *want)
{
	struct agent_place at;

	ck_assert_int_eq(agent_conf_place(f, &at), 0);
	ck_assert_msg(!fnmatch(want, at.control, 0), "%s, not %s", at.control,
		      want);
	agent_place_fini(&at);
}

/* Commands find the agent's socket even if the rest of the file is wrong. */
START_TEST(the_socket_of_a_broken_file)
{
	struct conf_flags f = { .file = path }, none = { .file = NULL };
	struct agent_place at;
	char want[200], part[100];

	home();
	setenv("XDG_RUNTIME_DIR", dir, 1);
	put(path, "gatway = x\n[agent]\nuser\nnonsense = 1\ncontrol = sock\n"
		  "[agent]\n[what is this\n");
	snprintf(want, sizeof want, "%s/adit/sock", dir);
	control_is(&f, want);
	control_is(&none, want);
	/* In a file of another folder, beside one that is not there. */
	snprintf(part, sizeof part, "%s/part.ini", dir);
	put(part, "[agent]\ncontrol = sock\n");
	put(path, "include = /nowhere/at/all\ninclude = ../part.ini\n"
		  "[listen x]\nport = y\n");
	snprintf(want, sizeof want, "%s/adit/../sock", dir);
	control_is(&f, want);
	unlink(part);
	put(path, "nothing of it\n");
	snprintf(want, sizeof want, "%s/adit/agent.sock", dir);
	control_is(&none, want);
	/* Each file is a configuration of its own, with a socket of its own. */
	snprintf(want, sizeof want, "%s/adit/file-????????????????.sock", dir);
	control_is(&f, want);
	put(path, BASE "control = /elsewhere\n");
	chmod(path, 0622);
	control_is(&f, want);
	f.file = "/nowhere/at/all";
	control_is(&f, want);
	snprintf(want, sizeof want, "%s/adit/gone.sock", dir);
	none.name = "gone";
	control_is(&none, want);
	none.name = "../x";
	ck_assert_int_eq(agent_conf_place(&none, &at), ERR_CONF);
	gone();
}
END_TEST

START_TEST(proxies)
{
	struct conf_flags f = { .file = path, .proxy = "none" };
	const struct proxy *via;
	struct agent_conf *c;

	home();
	c = good(BASE);
	ck_assert_ptr_null(agent_conf_via(c, "gw"));
	agent_conf_free(c);
	setenv("https_proxy", "http://env:1", 1);
	setenv("no_proxy", "inside", 1);
	c = good(BASE);
	via = agent_conf_via(c, "gw");
	ck_assert(via && !strcmp(via->host, "env"));
	ck_assert_ptr_null(agent_conf_via(c, "gw.inside"));
	ck_assert_ptr_null(agent_conf_via(c, "127.0.0.1"));
	agent_conf_free(c);
	/* What the file says is for all gateways. */
	c = good(BASE "proxy = http://alice:word@file:2\n"
		      "proxy_password_file = word\n");
	via = agent_conf_via(c, "gw.inside");
	ck_assert(via && !strcmp(via->host, "file") && via->port == 2);
	ck_assert_str_eq(via->password, "word");
	ck_assert(c->proxy_password_file[0] == '/');
	agent_conf_free(c);
	c = load(&f);
	ck_assert_ptr_null(agent_conf_via(c, "gw"));
	agent_conf_free(c);
	f.proxy = "flag:3";
	c = load(&f);
	via = agent_conf_via(c, "127.0.0.1");
	ck_assert(via && !strcmp(via->host, "flag"));
	/* That of the file is not for this one. */
	ck_assert_ptr_null(c->proxy_password_file);
	agent_conf_free(c);
	c = good(BASE "proxy_password_file = word\n");
	via = agent_conf_via(c, "gw");
	ck_assert(via && !strcmp(via->host, "env"));
	ck_assert_ptr_null(c->proxy_password_file);
	agent_conf_free(c);
	c = good(BASE "proxy = none\n");
	ck_assert_ptr_null(agent_conf_via(c, "gw"));
	agent_conf_free(c);
	gone();
}
END_TEST

START_TEST(bad_proxies)
{
	struct conf_flags f = { .file = path };
	struct conf_errors e = { .file = "none" };
	char part[100];

	home();
	wrong(BASE "proxy = https://alice:secret@x:1\n", 4, "TLS");
	wrong(BASE "proxy = http://\n", 4, "HOST:PORT");
	wrong_flag((struct conf_flags){ .proxy = "socks5://x" }, "--proxy: ");
	setenv("HTTPS_PROXY", "https://alice:secret@x:1", 1);
	wrong_flag((struct conf_flags){ .user = "x" }, "HTTPS_PROXY: ");
	unsetenv("HTTPS_PROXY");
	put(path, BASE "proxy = http://alice:secret@x:1\n");
	chmod(path, 0640);
	ck_assert(!agent_conf_load(&f, &e));
	ck_assert(strstr(e.text[0], ":4: proxy has a password") != NULL);
	ck_assert(strstr(e.text[0], "secret") == NULL);
	/* It is the file with the line that counts. */
	snprintf(part, sizeof part, "%s/adit/part.ini", dir);
	put(part, "[agent]\ngateway = x\nproxy = http://alice:secret@x:1\n");
	put(path, "include = part.ini\n");
	chmod(path, 0644);
	agent_conf_free(load(&f));
	put(path, "include = part.ini\n");
	chmod(part, 0644);
	e = (struct conf_errors){ .file = "none" };
	ck_assert(!agent_conf_load(&f, &e));
	ck_assert(strstr(e.text[0], "part.ini:3: proxy has a pass") != NULL);
	unlink(part);
	/* A name is none. */
	put(path, BASE "proxy = http://alice@x:1\n");
	chmod(path, 0640);
	agent_conf_free(load(&f));
	gone();
}
END_TEST

START_TEST(flags_go_first)
{
	struct conf_flags f = {
		.file = path,
		.gateway = "localhost:1",
		.user = "bob",
		.ca = "ca.pem",
		.password_file = "/word",
	};
	struct agent_conf *c;
	char here[4096], want[4200];

	home();
	put(path, BASE "gateway = other:443\npin = " PIN "\n");
	c = load(&f);
	ck_assert_uint_eq(c->gateways.n, 1);
	ck_assert_str_eq(c->gateways.item[0], "localhost:1");
	ck_assert_str_eq(c->user, "bob");
	ck_assert_str_eq(c->password_file, "/word");
	/* The file's pin answers the same question. */
	ck_assert_uint_eq(c->pins.n, 0);
	ck_assert(getcwd(here, sizeof here) != NULL);
	snprintf(want, sizeof want, "%s/ca.pem", here);
	ck_assert_str_eq(c->ca, want);
	agent_conf_free(c);
	f = (struct conf_flags){ .file = path, .pin = PIN };
	put(path, BASE "ca = ca.pem\n");
	c = load(&f);
	ck_assert_uint_eq(c->pins.n, 1);
	ck_assert(!c->ca);
	agent_conf_free(c);
	gone();
}
END_TEST

START_TEST(places)
{
	struct conf_flags f = { .name = "work" };
	struct conf_errors e = { .file = "none" };
	struct agent_conf *c;
	char run[100];

	home();
	put(path, BASE);
	snprintf(run, sizeof run, "%s/run", dir);
	setenv("XDG_RUNTIME_DIR", run, 1);
	setenv("XDG_STATE_HOME", "/state", 1);
	c = load(&(struct conf_flags){ .file = NULL });
	ck_assert_str_eq(c->user, "alice");
	ck_assert(!strncmp(c->control, run, strlen(run)));
	ck_assert_str_eq(c->control + strlen(run), "/adit/agent.sock");
	ck_assert_str_eq(c->state_dir, "/state/adit");
	agent_conf_free(c);
	ck_assert(!agent_conf_load(&f, &e));
	ck_assert(strstr(e.text[0], "work.ini") != NULL);
	snprintf(run, sizeof run, "%s/adit/work.ini", dir);
	put(run, "[agent]\nuser = carol\n");
	c = load(&f);
	ck_assert_str_eq(c->user, "carol");
	ck_assert_uint_eq(c->gateways.n, 0);
	ck_assert_str_eq(c->name, "work");
	ck_assert(strstr(c->control, "/adit/work.sock") != NULL);
	agent_conf_free(c);
	/* Relative paths in these variables do not count. */
	setenv("XDG_STATE_HOME", "state", 1);
	c = load(&f);
	ck_assert(c->state_dir[0] == '/');
	agent_conf_free(c);
	gone();
}
END_TEST

START_TEST(bad_values)
{
	static const struct {
		const char *line, *word;
	} bad[] = {
		{ "gateway = 2001:db8::1", "brackets" },
		{ "gateway = [2001:db8::1", "brackets" },
		{ "gateway = []", "HOST:PORT" },
		{ "gateway = host:", "HOST:PORT" },
		{ "gateway = 2001:db8::1:443", "brackets" },
		{ "gateway = good:1, bad:0", "bad:0" },
		{ "gateway = :443", "HOST:PORT" },
		{ "gateway = a b:443", "HOST:PORT" },
		{ "gateway = host:65536", "HOST:PORT" },
		{ "gateway =", "no value" },
		{ "pin = 0123", "sha256" },
		{ "pin = sha256:12", "64" },
		{ "pin = " PIN "0", "64" },
		{ "server_name = two words", "server_name" },
		{ "intercept = maybe", "nft" },
		{ "loopback_net = 10.0.0.0/8", "127.0.0.0/8" },
		{ "loopback_net = 0.0.0.0/0", "127.0.0.0/8" },
		{ "loopback_net = 127.0.0.1/16", "host bits" },
		{ "loopback_net = 127.0.0.0/31", "/30" },
		{ "loopback_net = ::1/128", "127.0.0.0/8" },
		{ "socks = nowhere", "nowhere" },
		{ "socks = 1080", "1080" },
		{ "socks = 0.0.0.0:1080", "loopback" },
		{ "dns = 127.77.0.1", "127.77.0.1:5353" },
		{ "dns = 10.0.0.1:53", "loopback" },
		{ "low_port_offset = -1", "-1" },
		{ "low_port_offset = 64513", "64512" },
		{ "reverse = perhaps", "yes or no" },
		{ "accept = late", "answered or early" },
		{ "early_close = perhaps", "refuse or accept" },
		{ "gatway = x:1", "gateway" },
		{ "usr = x", "user" },
		{ "nonsense = 1", "unknown key" },
		{ "  socks = 127.0.0.1:1", "indented" },
		{ "user = bob", "also in line 3" },
		{ "[listen]", "name" },
		{ "[listen a/b]", "[listen a/b]" },
		{ "[agnet]", "agent" },
		{ "[agent]", "duplicate" },
		{ "[agent two]", "no name" },
	};
	char text[400];

	home();
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(text, sizeof text, BASE "%s\n", bad[i].line);
		wrong(text, 4, bad[i].word);
	}
	memset(text, 'x', sizeof text - 1);
	memcpy(text, "[agent]\nuser = ", 15);
	text[100] = 0;
	wrong(text, 2, "too long");
	gone();
}
END_TEST

START_TEST(bad_listen)
{
	home();
	wrong(BASE "[listen x]\nadress = ::1\n", 5, "address");
	wrong(BASE "[listen x]\naddress = 10.0.0.300\n", 5, "10.0.0.300");
	wrong(BASE "[listen x]\naddress = 192.0.2.1\n", 5, "loopback");
	wrong(BASE "[listen x]\naddress = localhost\n", 5, "localhost");
	wrong(BASE "[listen x]\nport = 0x17\n", 5, "0x17");
	wrong(BASE "[listen x]\nport = 0\n", 5, "65535");
	wrong(BASE "[listen x]\nport = 1\nport = 2\n", 6, "duplicate");
	wrong(BASE "pin = " PIN "\nca = x\n", 5, "both");
	gone();
}
END_TEST

START_TEST(bad_flags)
{
	home();
	wrong_flag((struct conf_flags){ .gateway = "x:" }, "--gateway: ");
	wrong_flag((struct conf_flags){ .pin = "sha256:12" }, "--pin: ");
	wrong_flag((struct conf_flags){ .user = "" }, "--user: ");
	wrong_flag((struct conf_flags){ .pin = PIN, .ca = "x" }, "both");
	wrong_flag((struct conf_flags){ .name = "../x" }, "../x");
	wrong_flag((struct conf_flags){ .name = "agent" }, "reserved");
	wrong_flag((struct conf_flags){ .name = ".." }, "..");
	gone();
}
END_TEST

START_TEST(bad_files)
{
	struct conf_flags f = { .file = "/nowhere/adit.ini" };
	struct conf_errors e = { .file = "none" };

	home();
	ck_assert(!agent_conf_load(&f, &e));
	ck_assert(strstr(e.text[0], "/nowhere/adit.ini: ") != NULL);
	put(path, BASE);
	chmod(path, 0622);
	f.file = NULL;
	e = (struct conf_errors){ .file = "none" };
	ck_assert(!agent_conf_load(&f, &e));
	ck_assert(strstr(e.text[0], "users may write") != NULL);
	gone();
}
END_TEST

/* The sample that is installed. */
START_TEST(sample)
{
	const char *top = getenv("top_srcdir");
	struct conf_flags f = { .file = path };
	struct agent_conf *c;
	char text[8192];
	size_t n;
	FILE *in;

	snprintf(text, sizeof text, "%s/etc/adit.ini", top ? top : ".");
	in = fopen(text, "r");
	ck_assert_msg(in != NULL, "no %s", text);
	n = fread(text, 1, sizeof text - 1, in);
	fclose(in);
	text[n] = 0;
	home();
	put(path, text);
	c = load(&f);
	ck_assert_str_eq(c->gateways.item[0], "vpn.example.org:443");
	agent_conf_free(c);
	gone();
}
END_TEST

SUITE("conf", proxies, bad_proxies, defaults, every_key, names_with_nft,
      gateways_without_a_port, the_socket_of_a_broken_file, flags_go_first,
      places, bad_values, bad_listen, bad_flags, bad_files, sample, maps)
