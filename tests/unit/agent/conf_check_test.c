/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_check_test.c - what becomes of single values of adit.ini: the bounds of
 * what is accepted, and the members that are made of it.  Whole files are in
 * conf_test.c. */
#include "agent/conf_parts.h"

#include "base/err.h"
#include "frame/payload.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

#define HEX16 "0123456789abcDEF"

static struct conf_draft d;
static struct conf_errors e;

static void begin(void)
{
	d = (struct conf_draft){ 0 };
	e = (struct conf_errors){ .file = "adit.ini" };
}

static void end(void)
{
	opt_fini(agent_opts, &d);
	begin();
}

/* As a file with this one key would have it; the result of the check. */
static int put(const char *key, const char *value)
{
	const struct opt_target t = { agent_opts, &d, &d.c.lines };
	const struct ini_item item = {
		.kind = "agent",
		.name = "",
		.key = key,
		.value = value,
		.line = 3,
	};

	end();
	ck_assert_int_eq(opt_put(&t, &item, &e), 0);
	return conf_check_agent(&d, &item, &e);
}

static void good(const char *key, const char *value)
{
	ck_assert_msg(!put(key, value), "%s = %s: %s", key, value, e.text[0]);
	ck_assert_uint_eq(e.count, 0);
}

static void bad(const char *key, const char *value)
{
	char start[80];

	ck_assert_msg(put(key, value) == ERR_CONF, "%s = %s", key, value);
	ck_assert_uint_eq(e.count, 1);
	snprintf(start, sizeof start, "adit.ini:3: %s = ", key);
	ck_assert_msg(strstr(e.text[0], start) != NULL, "%s", e.text[0]);
}

START_TEST(gateways_get_their_port)
{
	begin();
	good("gateway", "a.example, b.example:8443, 192.0.2.1, [2001:db8::1]");
	ck_assert_uint_eq(d.c.gateways.n, 4);
	ck_assert_str_eq(d.c.gateways.item[0], "a.example:443");
	ck_assert_str_eq(d.c.gateways.item[1], "b.example:8443");
	ck_assert_str_eq(d.c.gateways.item[2], "192.0.2.1:443");
	ck_assert_str_eq(d.c.gateways.item[3], "[2001:db8::1]:443");
	bad("gateway", "a.example, -b.example");
	ck_assert_ptr_nonnull(strstr(e.text[0], "gateway = -b.example:"));
	bad("gateway", "a.example:0");
	end();
}
END_TEST

/* What is as long as the protocol carries, and one byte more. */
START_TEST(users)
{
	char user[USER_MAX + 1];

	begin();
	memset(user, 'u', sizeof user);
	user[USER_MAX - 1] = 0;
	good("user", user);
	ck_assert_str_eq(d.c.user, user);
	user[USER_MAX - 1] = 'u';
	user[USER_MAX] = 0;
	bad("user", user);
	end();
}
END_TEST

START_TEST(pins)
{
	begin();
	good("pin", "sha256:" HEX16 HEX16 HEX16 HEX16);
	ck_assert_uint_eq(d.c.pins.n, 1);
	bad("pin", "sha256:" HEX16 HEX16 HEX16 "0123456789abcde");
	bad("pin", "sha256:" HEX16 HEX16 HEX16 HEX16 "0");
	bad("pin", "sha256:" HEX16 HEX16 HEX16 "0123456789abcdeg");
	bad("pin", "sha256:" HEX16 HEX16 HEX16 HEX16 "g");
	bad("pin", "SHA256:" HEX16 HEX16 HEX16 HEX16);
	/* The second one counts, too. */
	bad("pin", "sha256:" HEX16 HEX16 HEX16 HEX16 ", " HEX16);
	end();
}
END_TEST

START_TEST(names_of_gateways)
{
	begin();
	good("server_name", "vpn.example.org");
	good("server_name", "192.0.2.1");
	bad("server_name", "vpn.example.org:443");
	end();
}
END_TEST

START_TEST(words)
{
	begin();
	good("intercept", "none");
	ck_assert_int_eq(d.c.intercept, INTERCEPT_NONE);
	good("intercept", "nft");
	ck_assert_int_eq(d.c.intercept, INTERCEPT_NFT);
	good("intercept", "loopback");
	ck_assert_int_eq(d.c.intercept, INTERCEPT_LOOPBACK);
	bad("intercept", "NFT");
	good("accept", "early");
	ck_assert_int_eq(d.c.accept, ACCEPT_EARLY);
	good("accept", "answered");
	ck_assert_int_eq(d.c.accept, ACCEPT_ANSWERED);
	bad("accept", "soon");
	good("early_close", "accept");
	ck_assert_int_eq(d.c.early_close, EARLY_CLOSE_ACCEPT);
	good("early_close", "refuse");
	ck_assert_int_eq(d.c.early_close, EARLY_CLOSE_REFUSE);
	bad("early_close", "accepts");
	end();
}
END_TEST

START_TEST(networks)
{
	begin();
	good("loopback_net", "127.0.0.0/8");
	ck_assert_uint_eq(d.c.loopback_net.bits, 8);
	good("loopback_net", "127.77.3.4/30");
	ck_assert_uint_eq(d.c.loopback_net.bits, 30);
	ck_assert_uint_eq(d.c.loopback_net.base.ip[1], 77);
	bad("loopback_net", "127.77.3.4/31");
	bad("loopback_net", "126.0.0.0/7");
	bad("loopback_net", "128.0.0.0/16");
	ck_assert_int_eq(d.c.loopback_net.base.family, 0);
	end();
}
END_TEST

START_TEST(addresses_of_this_machine)
{
	char text[ADDR_TEXT];

	begin();
	good("socks", "none");
	ck_assert(d.c.socks_off && !d.c.socks.family);
	good("socks", "[::1]:1080");
	ck_assert(!d.c.socks_off);
	ck_assert_str_eq(addr_str(&d.c.socks, text), "[::1]:1080");
	bad("socks", "192.0.2.1:1080");
	bad("socks", "127.0.0.1");
	good("dns", "none");
	ck_assert_int_eq(d.c.dns.family, 0);
	good("dns", "127.77.0.1:53");
	ck_assert_str_eq(addr_str(&d.c.dns, text), "127.77.0.1:53");
	bad("dns", "192.0.2.1:53");
	bad("dns", "127.77.0.1");
	end();
}
END_TEST

/* Its complaints do not quote what may be a password, and a file that others
 * may read is no place for one. */
START_TEST(proxies)
{
	char path[] = "/tmp/adit-conf-check-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	begin();
	good("proxy", "none");
	ck_assert(d.c.via_all && !d.c.via.host[0]);
	ck_assert_int_eq(put("proxy", "http://a:se%cret@h:1"), ERR_CONF);
	ck_assert_ptr_null(strstr(e.text[0], "cret"));
	for (unsigned i = 0; i < 2; i++) {
		const struct ini_item item = { "agent", "", "proxy", "", 3 };

		end();
		d.proxy = strdup("http://alice:secret@h:1");
		e.file = path;
		ck_assert_int_eq(chmod(path, i ? 0640 : 0600), 0);
		ck_assert_int_eq(conf_check_agent(&d, &item, &e),
				 i ? ERR_CONF : 0);
		ck_assert_str_eq(d.c.via.host, "h");
		ck_assert_ptr_null(strstr(e.text[0], "secret"));
		ck_assert(!i || strstr(e.text[0], "mode 0640"));
	}
	end();
	unlink(path);
}
END_TEST

START_TEST(proxies_of_the_environment)
{
	begin();
	unsetenv("https_proxy");
	unsetenv("HTTPS_PROXY");
	unsetenv("no_proxy");
	setenv("NO_PROXY", "inside", 1);
	ck_assert_int_eq(conf_proxy_default(&d, &e), 0);
	ck_assert(!d.c.via.host[0] && !d.c.no_proxy);
	setenv("HTTPS_PROXY", "http://env:8", 1);
	d.c.proxy_password_file = strdup("/of/another/proxy");
	ck_assert_int_eq(conf_proxy_default(&d, &e), 0);
	ck_assert_str_eq(d.c.via.host, "env");
	ck_assert_str_eq(d.c.no_proxy, "inside");
	ck_assert_ptr_null(d.c.proxy_password_file);
	ck_assert(!d.c.via_all);
	free(d.c.no_proxy);
	d.c.no_proxy = NULL;
	setenv("no_proxy", "first", 1);
	setenv("https_proxy", "ftp://env:8", 1);
	ck_assert_int_eq(conf_proxy_default(&d, &e), ERR_CONF);
	ck_assert_str_eq(e.file, "https_proxy");
	ck_assert_ptr_nonnull(strstr(e.text[0], "proxy = none"));
	ck_assert_str_eq(d.c.no_proxy, "first");
	free(d.c.no_proxy);
	/* A file or a flag goes before it. */
	begin();
	d.proxy = strdup("none");
	ck_assert_int_eq(conf_proxy_default(&d, &e), 0);
	ck_assert(!d.c.via.host[0]);
	end();
}
END_TEST

static int put_listen(struct listen_conf *l, const char *key)
{
	const struct ini_item item = { "listen", "x", key, "", 3 };

	return conf_check_listen(l, &item, &e);
}

START_TEST(sections_about_a_resource)
{
	char one[] = "db.x", two[] = "2001:db8::1", wrong[] = "a b";
	char *maps[] = { one, two };
	char at[] = "::1", elsewhere[] = "192.0.2.1";
	struct listen_conf l = { .maps = { .item = maps, .n = 2 } };

	begin();
	ck_assert_int_eq(put_listen(&l, "map"), 0);
	maps[1] = wrong;
	ck_assert_int_eq(put_listen(&l, "map"), ERR_CONF);
	ck_assert_ptr_nonnull(strstr(e.text[0], "map = a b"));
	l.address = elsewhere;
	ck_assert_int_eq(put_listen(&l, "address"), ERR_CONF);
	ck_assert_int_eq(l.at.family, 0);
	l.address = at;
	ck_assert_int_eq(put_listen(&l, "address"), 0);
	ck_assert_int_eq(l.at.family, AF_INET6);
	ck_assert_int_eq(put_listen(&l, "port"), 0);
	ck_assert_uint_eq(e.count, 2);
}
END_TEST

SUITE("conf_check", gateways_get_their_port, users, pins, names_of_gateways,
      words, networks, addresses_of_this_machine, proxies,
      proxies_of_the_environment, sections_about_a_resource)
