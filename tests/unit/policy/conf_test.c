/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_test.c - what aditd.ini means. */
#include "base/err.h"
#include "made.h"

#include <stdio.h>

#include <pthread.h>

/* The configuration of the documentation, nearly. */
static const char sample[] =
	"[server]\nthreads = auto\ncontrol = run/s.sock\n"
	"[gateway corp]\nlisten = 0.0.0.0:443, [::]:443\n"
	"server_name = vpn.example.org  ; comment\n"
	"certificate = tls/cert.pem\nprivate_key = /tls/key.pem\n"
	"users = users\ngroups = staff\n"
	"[plugin ftp]\nauth_tls = refuse\n[plugin sqlnet]\n"
	"[resource telnet]\nhost = 10.1.1.10\nport = 23\n"
	"[resource mail]\nhost = "
	"mail.corp.example\nport = 25, 110\nport = "
	"143\n[resource notes]\nhost = any\nport = "
	"1352\nallow = 10.0.0.0/8\ndeny = "
	"10.9.0.0/16\n[resource files]\nhost = "
	"ftp.corp.example\nport = 21\nplugin = "
	"ftp\ndata_ports = 20000-20009\npassive_ports = "
	"2000-3000\nhide_address = no\n[resource "
	"wiki]\nurl = http://wiki.corp.example/\n[group "
	"staff]\nusers = alice, bob\nresources = "
	"telnet, mail, files\n";

static struct gw_conf *sample_conf(struct conf_errors *warn)
{
	struct conf_errors e = { .file = "/etc/adit/aditd.ini" };
	struct gw_conf *c = gw_conf_parse(sample, strlen(sample), &e, warn);

	ck_assert_msg(c != NULL, "%s", e.text[0]);
	return c;
}

START_TEST(gateway)
{
	struct gw_conf *c = sample_conf(NULL);
	const struct gw_gateway *g = gw_conf_gateway(c, "corp");

	ck_assert_ptr_nonnull(g);
	ck_assert_ptr_null(gw_conf_gateway(c, "other"));
	ck_assert_uint_eq(c->server.threads, 0);
	ck_assert_str_eq(c->server.control, "/etc/adit/run/s.sock");
	ck_assert_str_eq(c->server.user, "adit");
	ck_assert_uint_eq(g->listen.n, 2);
	ck_assert_str_eq(g->server_name, "vpn.example.org");
	ck_assert_str_eq(g->certificate, "/etc/adit/tls/cert.pem");
	ck_assert_str_eq(g->private_key, "/tls/key.pem");
	ck_assert(g->auto_start && g->keep_alive);
	ck_assert_uint_eq(g->idle_timeout, 30 * 60 * 1000);
	ck_assert_uint_eq(g->resume_grace, 10 * 60 * 1000);
	ck_assert_uint_eq(g->session_lifetime, 12 * 3600 * 1000);
	ck_assert_uint_eq(g->tcp_keep_alive, 60 * 1000);
	gw_conf_unref(c);
}
END_TEST

START_TEST(resources)
{
	struct gw_conf *c = sample_conf(NULL);
	const struct gw_resource *r = gw_conf_resource(c, "mail");

	ck_assert_uint_eq(c->nresources, 5);
	ck_assert_uint_eq(r->id, 2);
	ck_assert_ptr_eq(gw_conf_resource_id(c, 2), r);
	ck_assert_ptr_null(gw_conf_resource_id(c, 0));
	ck_assert_ptr_null(gw_conf_resource_id(c, 6));
	ck_assert_ptr_null(gw_conf_resource(c, "Mail"));
	ck_assert_uint_eq(port_set_count(&r->ports), 3);
	ck_assert(r->hide_address && r->kind == GW_HOST);
	ck_assert_int_eq(r->literal[0].family, AF_UNSPEC);
	r = gw_conf_resource(c, "telnet");
	ck_assert_int_eq(r->literal[0].family, AF_INET);
	r = gw_conf_resource(c, "notes");
	ck_assert(r->kind == GW_ANY && r->allow.n == 1 && r->deny.n == 1);
	r = gw_conf_resource(c, "files");
	ck_assert_str_eq(r->plugin->name, "ftp");
	ck_assert(!r->hide_address);
	r = gw_conf_resource(c, "wiki");
	ck_assert_int_eq(r->kind, GW_URL);
	ck_assert_str_eq(r->host, "wiki.corp.example");
	ck_assert_str_eq(r->url, "http://wiki.corp.example/");
	ck_assert_uint_eq(port_set_at(&r->ports, 0), 80);
	gw_conf_unref(c);
}
END_TEST

START_TEST(several_hosts)
{
	struct gw_conf *c = made(GATEWAY
				 "[resource db]\nport = 5432\n"
				 "host = db1.x, 10.0.0.2\nhost = ::1\n");
	const struct gw_resource *r = c->resources;
	char text[32];

	ck_assert_uint_eq(r->hosts.n, 3);
	ck_assert_str_eq(r->host, "db1.x");
	ck_assert_int_eq(r->literal[0].family, AF_UNSPEC);
	ck_assert_int_eq(r->literal[1].family, AF_INET);
	ck_assert_int_eq(r->literal[2].family, AF_INET6);
	ck_assert_str_eq(gw_resource_hosts(r, text, sizeof text),
			 "db1.x, 10.0.0.2, ::1");
	ck_assert_str_eq(gw_resource_hosts(r, text, 9), "db1.x, 1");
	gw_conf_unref(c);
}
END_TEST

START_TEST(plugin_options_stay_raw)
{
	struct gw_conf *c = sample_conf(NULL);
	const struct gw_resource *r = gw_conf_resource(c, "files");
	const struct gw_plugin *p = gw_conf_plugin(c, "ftp");

	ck_assert_uint_eq(p->options.n, 1);
	ck_assert_str_eq(p->options.item[0].key, "auth_tls");
	ck_assert_str_eq(p->options.item[0].value, "refuse");
	ck_assert_uint_eq(p->options.item[0].line, 12);
	ck_assert_uint_eq(gw_conf_plugin(c, "sqlnet")->options.n, 0);
	ck_assert_uint_eq(r->options.n, 1);
	ck_assert_str_eq(r->options.item[0].key, "passive_ports");
	ck_assert_str_eq(r->options.item[0].value, "2000-3000");
	ck_assert(gw_resource_has_port(r, 21));
	ck_assert(gw_resource_has_port(r, 20009));
	ck_assert(!gw_resource_has_port(r, 20010));
	gw_conf_unref(c);
}
END_TEST

START_TEST(warnings)
{
	static const char idle[] = GATEWAY
		"groups = a\n[group a]\n[group b]\n"
		"resources = r\n[resource r]\nhost = h\nport = 1\n";
	struct conf_errors e = { .file = "t.ini" }, w = e;
	struct gw_conf *c = sample_conf(&w);

	ck_assert_uint_eq(w.count, 2);
	ck_assert_str_eq(w.text[0],
			 "t.ini:21: [resource notes] is in no [group], so "
			 "nobody reaches it: add it to resources = of one");
	ck_assert(strstr(w.text[1], "t.ini:33: [resource wiki]"));
	gw_conf_unref(c);
	w.count = 0;
	c = gw_conf_parse(idle, strlen(idle), &e, &w);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(w.count, 2);
	ck_assert(strstr(w.text[0],
			 "t.ini:8: [group b] is in groups of no [gateway]"));
	ck_assert(strstr(w.text[1], "t.ini:10: [resource r] is in no [group]"));
	gw_conf_unref(c);
}
END_TEST

/* The names of a resource, in the order of the file. */
static const char *names_of(const char *keys)
{
	static char text[200];
	char conf[400];
	struct gw_conf *c;
	size_t n = 0;

	snprintf(conf, sizeof conf, GATEWAY "[resource r]\n%s", keys);
	c = made(conf);
	text[0] = 0;
	for (size_t i = 0; i < c->resources->names.n; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s ",
				      c->resources->names.item[i]);
	gw_conf_unref(c);
	return text;
}

START_TEST(names)
{
	ck_assert_str_eq(names_of("host = a.x, 10.0.0.1, b.x\nport = 1\n"),
			 "a.x b.x ");
	ck_assert_str_eq(names_of("url = http://w.x/\n"), "w.x ");
	ck_assert_str_eq(names_of("url = http://10.0.0.1/\n"), "");
	/* What the file hides by its own words is hidden. */
	ck_assert_str_eq(names_of("host = a.x\nport = 1\n"
				  "hide_address = yes\n"),
			 "");
	ck_assert_str_eq(names_of("host = a.x\nport = 1\n"
				  "hide_address = no\n"),
			 "a.x ");
	ck_assert_str_eq(names_of("host = a.x\nport = 1\n"
				  "names = db.x, *.db.x\n"
				  "hide_address = yes\n"),
			 "db.x *.db.x ");
	ck_assert_str_eq(names_of("host = any\nport = 1\n"
				  "allow = 10.0.0.0/8\n"),
			 "");
	ck_assert_str_eq(names_of("host = any\nport = 1\n"
				  "allow = 10.0.0.0/8\nnames = *.x\n"),
			 "*.x ");
}
END_TEST

static bool intercepted(const char *keys)
{
	char conf[1000];
	struct gw_conf *c;
	bool yes;

	snprintf(conf, sizeof conf, GATEWAY "[resource r]\n%s", keys);
	c = made(conf);
	yes = c->resources->intercept_address;
	gw_conf_unref(c);
	return yes;
}

/* What is not hidden may be caught, unless the file says otherwise. */
START_TEST(addresses_to_intercept)
{
	ck_assert(!intercepted("host = a.x\nport = 1\n"));
	ck_assert(intercepted("host = a.x\nport = 1\nhide_address = no\n"));
	ck_assert(!intercepted("host = a.x\nport = 1\nhide_address = no\n"
			       "intercept_address = no\n"));
	ck_assert(intercepted("host = a.x\nport = 1\n"
			      "intercept_address = yes\n"));
	ck_assert(!intercepted("url = http://w.x/\nhide_address = no\n"));
}
END_TEST

static const char two_gateways[] =
	"[gateway a]\nlisten = 127.0.0.1:1, 127.0.0.1:2\nserver_name = a.x\n"
	"certificate = c\nprivate_key = k\nusers = u\ngroups = g\n"
	"[gateway b]\nlisten = 127.0.0.1:2\nserver_name = b.x\n"
	"certificate = c\nprivate_key = k\nusers = u\ngroups = g\n[group g]\n";

/* Paths are relative to the file that names them. */
START_TEST(paths_of_included_files)
{
	static const char text[] =
		"\x1c/etc/adit/aditd.ini\n"
		"include = more/a.ini\n[server]\ncontrol = c.sock\n"
		"\x1c/etc/adit/more/a.ini\n[gateway g]\nlisten = 127.0.0.1:1\n"
		"certificate = c.pem\nprivate_key = /k.pem\nusers = ../u\n";
	struct conf_errors e = { .file = "/etc/adit/aditd.ini" };
	struct gw_conf *c = gw_conf_parse(text, strlen(text), &e, NULL);
	const char *file = c ? c->file : NULL;

	ck_assert_msg(c != NULL, "%s", e.text[0]);
	ck_assert_str_eq(c->server.control, "/etc/adit/c.sock");
	ck_assert_str_eq(c->gateways->certificate, "/etc/adit/more/c.pem");
	ck_assert_str_eq(c->gateways->private_key, "/k.pem");
	ck_assert_str_eq(c->gateways->users, "/etc/adit/more/../u");
	ck_assert_str_eq(e.file, "/etc/adit/aditd.ini");
	ck_assert_uint_eq(conf_files_line(c->files, c->gateways->lines.section,
					  &file),
			  1);
	ck_assert_str_eq(file, "/etc/adit/more/a.ini");
	gw_conf_unref(c);
}
END_TEST

static const char *by_sni(const struct gw_conf *c, const char *listen,
			  const char *sni)
{
	const struct gw_gateway *g;
	struct addr a;

	ck_assert_int_eq(addr_parse_port(&a, listen), 0);
	g = gw_conf_by_sni(c, &a, sni);
	return g ? g->name : "none";
}

START_TEST(sni)
{
	struct gw_conf *c = made(two_gateways);

	ck_assert_str_eq(by_sni(c, "127.0.0.1:2", "a.x"), "a");
	ck_assert_str_eq(by_sni(c, "127.0.0.1:2", "B.X"), "b");
	ck_assert_str_eq(by_sni(c, "127.0.0.1:2", "b.x."), "b");
	ck_assert_str_eq(by_sni(c, "127.0.0.1:2", "c.x"), "none");
	ck_assert_str_eq(by_sni(c, "127.0.0.1:2", ""), "none");
	ck_assert_str_eq(by_sni(c, "127.0.0.1:2", NULL), "none");
	ck_assert_str_eq(by_sni(c, "127.0.0.1:1", NULL), "a");
	ck_assert_str_eq(by_sni(c, "127.0.0.1:1", "A.x."), "a");
	ck_assert_str_eq(by_sni(c, "127.0.0.1:1", "b.x"), "none");
	ck_assert_str_eq(by_sni(c, "127.0.0.1:1", "a.x.b"), "none");
	ck_assert_str_eq(by_sni(c, "127.0.0.1:3", "a.x"), "none");
	gw_conf_unref(c);
}
END_TEST

/* Ids change with the file; a session finds its resources by name after a
 * reload. */
START_TEST(reload_keeps_names)
{
	struct gw_conf *old = made(GATEWAY
				   "[resource a]\nhost = a\nport = 1\n"
				   "[resource b]\nhost = b\nport = 1\n");
	struct gw_conf *same = made(GATEWAY
				    "[resource a]\nhost = a\nport = 1\n"
				    "[resource b]\nhost = b\nport = 1\n");
	struct gw_conf *new = made(GATEWAY
				   "[resource c]\nhost = c\nport = 1\n"
				   "[resource b]\nhost = b\nport = 2\n");
	const struct gw_resource *b = gw_conf_resource(old, "b");

	ck_assert_uint_eq(gw_conf_resource(same, "b")->id, b->id);
	ck_assert_uint_eq(gw_conf_resource(same, "a")->id, 1);
	ck_assert(port_set_has(&gw_conf_resource(new, b->name)->ports, 2));
	ck_assert_ptr_null(gw_conf_resource(new, "a"));
	ck_assert(port_set_has(&b->ports, 1));
	gw_conf_unref(old);
	gw_conf_unref(same);
	gw_conf_unref(new);
}
END_TEST

static void *on_thread(void *arg)
{
	struct gw_conf *c = arg;
	int i;

	for (i = 0; i < 10000; i++) {
		gw_conf_ref(c);
		gw_conf_unref(c);
	}
	gw_conf_unref(c);
	return NULL;
}

/* The last reference frees the configuration; ASan and TSan check it. */
START_TEST(references)
{
	struct gw_conf *c = sample_conf(NULL);
	pthread_t thread[4];
	size_t i;

	for (i = 0; i < ARRAY_LEN(thread); i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, on_thread,
						gw_conf_ref(c)),
				 0);
	gw_conf_unref(c);
	for (i = 0; i < ARRAY_LEN(thread); i++)
		pthread_join(thread[i], NULL);
	gw_conf_unref(NULL);
}
END_TEST

START_TEST(smallest)
{
	struct gw_conf *c = made(GATEWAY);

	ck_assert_ptr_null(gw_conf_resource(c, "x"));
	ck_assert_ptr_null(c->gateways->server_name);
	gw_conf_unref(c);
}
END_TEST

SUITE("conf", gateway, resources, several_hosts, plugin_options_stay_raw,
      warnings, paths_of_included_files, sni, reload_keeps_names,
      addresses_to_intercept, references, smallest, names)
