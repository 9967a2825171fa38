/* SPDX-License-Identifier: BSD-2-Clause */
/* why_test.c - what aditctl why says. */
#include "base/err.h"
#include "made.h"

static const char conf_text[] = GATEWAY
	"[plugin ftp]\n"
	"[resource mail]\nhost = mail.x\nport = 25\n"
	"[resource files]\nhost = 10.1.1.1\nport = 21\nplugin = ftp\n"
	"[resource net]\nhost = any\nport = 99\nallow = 10.0.0.0/8\n"
	"deny = 10.9.0.0/16\n"
	"[resource db]\nhost = db1.x, 10.1.1.2\nport = 5432\n"
	"names = db.corp\n"
	"[resource idle]\nhost = 10.4.4.4\nport = 77\n"
	"[resource wiki]\nurl = http://wiki.x/\n"
	"[group staff]\nusers = alice\nresources = mail, files, net, wiki, db\n"
	"[group other]\nusers = bob\n";

static struct policy_why out;

static void why(const char *user, const char *host, uint16_t port,
		const char *resolved)
{
	struct gw_conf *c = made(conf_text);
	struct grant g = { user, NULL, c->gateways };
	struct policy_who who = { c, &g, NULL };
	struct policy_ask ask = { 0, host, { 0 }, port, 0, 0, false };
	struct addr a[2] = { address("127.0.0.1") };

	if (resolved)
		a[1] = address(resolved);
	policy_why(&who, &ask, a, resolved ? 2 : 0, &out);
	gw_conf_unref(c);
}

START_TEST(allowed)
{
	why("alice", "mail.x", 25, "10.3.3.3");
	ck_assert(out.allowed);
	ck_assert_str_eq(out.resource, "mail");
	ck_assert_str_eq(out.group, "staff");
	ck_assert_str_eq(out.rule, "granted");
	ck_assert_str_eq(out.what, "connects to 10.3.3.3:25: resource mail, "
				   "granted by group staff");
	ck_assert_str_eq(out.missing, "");
	why("alice", "10.1.1.1", 21, NULL);
	ck_assert_str_eq(out.what,
			 "connects to 10.1.1.1:21: resource files, "
			 "granted by group staff, read by plugin ftp");
}
END_TEST

START_TEST(several_hosts)
{
	struct gw_conf *c = made(conf_text);
	struct grant g = { "alice", NULL, c->gateways };
	struct policy_who who = { c, &g, NULL };
	struct policy_asked p;

	ck_assert_int_eq(policy_read_asked(c, "db", &p), 0);
	ck_assert_ptr_null(policy_name_asked(c, &p.ask));
	policy_why(&who, &p.ask, NULL, 0, &out);
	ck_assert(out.allowed);
	ck_assert_str_eq(out.what,
			 "connects to the first that accepts of "
			 "db1.x, 10.1.1.2; port 5432: resource db, granted by "
			 "group staff");
	p.ask.host = "x.y";
	policy_why(&who, &p.ask, NULL, 0, &out);
	ck_assert_str_eq(out.missing, "add a [resource] with this host: that "
				      "of db is db1.x, 10.1.1.2");
	gw_conf_unref(c);
	why("alice", "10.1.1.2", 5432, NULL);
	ck_assert_str_eq(out.what, "connects to 10.1.1.2:5432: resource db, "
				   "granted by group staff");
}
END_TEST

START_TEST(refused)
{
	static const struct {
		const char *user, *host;
		uint16_t port;
		const char *resolved, *rule, *what, *missing;
	} row[] = {
		{ "alice", "10.1.1.1", 22, NULL, "other-port",
		  "refused: 22 is not a port of resource files",
		  "add 22 to port = of [resource files] (now 21), or a "
		  "resource with that port" },
		{ "alice", "wiki.x", 443, NULL, "other-port",
		  "refused: 443 is not a port of resource wiki",
		  "url = of [resource wiki] leads to port 80; add a [resource] "
		  "whose url leads to port 443" },
		{ "bob", "10.1.1.1", 21, NULL, "no-group",
		  "refused: no group of user bob grants resource files",
		  "put bob into a group that grants files (staff): aditctl "
		  "passwd --groups +staff bob; or add files to resources = of "
		  "a group of bob (other)" },
		{ "eve", "mail.x", 25, NULL, "no-group",
		  "refused: no group of user eve grants resource mail",
		  "put eve into a group that grants mail (staff): aditctl "
		  "passwd --groups +staff eve" },
		{ "bob", "10.4.4.4", 77, NULL, "no-group",
		  "refused: no group of user bob grants resource idle",
		  "add idle to resources = of a group of bob (other)" },
		{ "eve", "10.4.4.4", 77, NULL, "no-group",
		  "refused: no group of user eve grants resource idle",
		  "add idle to resources = of a [group] of gateway corp, and "
		  "put eve into that: aditctl passwd --groups +GROUP eve" },
		{ "alice", "mail.x", 25, NULL, "unresolved",
		  "refused: mail.x does not resolve to an address "
		  "on this gateway",
		  "the gateway must find an address for this name "
		  "(DNS or /etc/hosts)" },
		{ "alice", "mail.x", 25, "127.0.0.2", "built-in",
		  "refused: 127.0.0.2 is loopback, and resource "
		  "mail does not name it",
		  "name it: a resource with the address as its host, or in "
		  "[resource mail] an allow network that lies inside that "
		  "range" },
		{ "alice", "11.0.0.1", 99, NULL, "not-allowed",
		  "refused: 11.0.0.1 is outside of allow of resource net",
		  "add a network with this address to allow = of [resource "
		  "net]" },
		{ "alice", "10.9.0.1", 99, NULL, "denied",
		  "refused: 10.9.0.1 is inside deny of resource net",
		  "remove the network with this address from deny = of "
		  "[resource net]" },
		{ "alice", "what.ever", 7, NULL, "no-resource",
		  "refused: no resource covers what.ever port 7",
		  "add a [resource] with this host and port, and its name to "
		  "resources = of a [group]" },
		{ "alice", "0x7f.1", 7, NULL, "bad-host",
		  "refused: 0x7f.1 is neither an address nor a host name",
		  "ask for a host name or an address" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++) {
		why(row[i].user, row[i].host, row[i].port, row[i].resolved);
		ck_assert(!out.allowed);
		ck_assert_str_eq(out.rule, row[i].rule);
		ck_assert_str_eq(out.what, row[i].what);
		ck_assert_str_eq(out.missing, row[i].missing);
	}
}
END_TEST

static void asked(const char *user, const char *text, const char *resolved)
{
	struct gw_conf *c = made(conf_text);
	struct grant g = { user, NULL, c->gateways };
	struct policy_who who = { c, &g, NULL };
	struct policy_asked q;
	struct addr a = address(resolved ? resolved : "0.0.0.0");

	ck_assert_int_eq(policy_read_asked(c, text, &q), 0);
	ck_assert_int_eq(policy_name_asked(c, &q.ask) != NULL,
			 resolved != NULL);
	policy_why(&who, &q.ask, &a, resolved != NULL, &out);
	gw_conf_unref(c);
}

START_TEST(by_name_and_url)
{
	asked("alice", "mail", "10.3.3.3");
	ck_assert(out.allowed);
	ck_assert_str_eq(out.what, "connects to 10.3.3.3, port 25: resource "
				   "mail, granted by group staff");
	asked("alice", "files", NULL);
	ck_assert_str_eq(out.what,
			 "connects to 10.1.1.1, port 21: resource "
			 "files, granted by group staff, read by plugin ftp");
	asked("alice", "net", NULL);
	ck_assert(out.allowed);
	ck_assert_str_eq(out.rule, "granted");
	ck_assert_str_eq(out.what, "connects to every host in allow, port 99: "
				   "resource net, granted by group staff");
	asked("bob", "net", NULL);
	ck_assert(!out.allowed);
	ck_assert_str_eq(out.missing,
			 "put bob into a group that grants net "
			 "(staff): aditctl passwd --groups +staff bob; or add "
			 "net to resources = of a group of bob (other)");
	asked("alice", "mail", "127.0.0.2");
	ck_assert_str_eq(out.rule, "built-in");
	asked("alice", "http://mail.x:25/inbox?a", "10.3.3.3");
	ck_assert_str_eq(out.what, "connects to 10.3.3.3:25: resource mail, "
				   "granted by group staff");
	asked("alice", "https://10.1.1.1/", NULL);
	ck_assert_str_eq(out.rule, "other-port");
	asked("alice", "[2001:db8::1]:99", NULL);
	ck_assert_str_eq(out.rule, "not-allowed");
}
END_TEST

/* What is looked up is the host to which the name leads. */
START_TEST(by_one_of_its_names)
{
	struct gw_conf *c = made(GATEWAY "[resource a]\nhost = in.x\nport = 7\n"
					 "names = out.x\n");
	struct policy_ask ask = { .host = "out.x", .port = 7 };

	ck_assert_str_eq(policy_name_asked(c, &ask), "in.x");
	ask.port = 8;
	ck_assert_str_eq(policy_name_asked(c, &ask), "out.x");
	ask = (struct policy_ask){ .host = "in.x", .port = 7 };
	ck_assert_str_eq(policy_name_asked(c, &ask), "in.x");
	gw_conf_unref(c);
	why("alice", "db.corp", 5432, NULL);
	ck_assert(out.allowed);
	ck_assert_str_eq(out.what, "connects to the first that accepts of "
				   "db1.x, 10.1.1.2; port 5432: resource db, "
				   "granted by group staff");
	why("bob", "db.corp", 5432, NULL);
	ck_assert_str_eq(out.rule, "no-group");
}
END_TEST

START_TEST(not_understood)
{
	static const char *const row[][2] = {
		{ "mial", "mial is neither HOST:PORT, nor a URL, nor a "
			  "[resource] of t.ini, did you mean \"mail\"?" },
		{ "intranet", "intranet is neither HOST:PORT, nor a URL, nor a "
			      "[resource] of t.ini" },
		{ "intranet:0",
		  "intranet:0 is neither HOST:PORT, nor a URL, nor a "
		  "[resource] of t.ini" },
		{ "ftp://mail.x/", "ftp://mail.x/: expected http://HOST/ or "
				   "https://HOST:PORT/" },
		{ "", " is neither HOST:PORT, nor a URL, nor a [resource] of "
		      "t.ini" },
	};
	struct gw_conf *c = made(conf_text);
	struct policy_asked q;
	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++) {
		ck_assert_int_eq(policy_read_asked(c, row[i][0], &q),
				 ERR_INVAL);
		ck_assert_str_eq(q.why, row[i][1]);
	}
	gw_conf_unref(c);
}
END_TEST

/* Hosts to which only a connection that a plugin announces may lead. */
START_TEST(by_redirect)
{
	static const char text[] = GATEWAY
		"[plugin sqlnet]\nredirect_allow = 10.8.0.0/16:1521, *.rac.x\n"
		"[resource ora]\nhost = 10.1.1.1\nport = 1521\n"
		"plugin = sqlnet\ndeny = 10.8.9.0/24\n"
		"[resource near]\nhost = 10.1.1.2\nport = 1521\n"
		"plugin = sqlnet\nredirect_allow = 126.0.0.0/7, 127.0.0.3, "
		"[2001:db8::/32]\n"
		"[resource web]\nhost = 10.8.0.7\nport = 1521\n"
		"[group dba]\nusers = alice, carol\nresources = ora\n"
		"[group ops]\nusers = carol\nresources = near, web\n";
	static const struct {
		const char *user, *asked, *resolved, *redirect;
	} row[] = {
		{ "alice", "10.8.0.5:1521", NULL,
		  "a connection that plugin sqlnet announces in resource ora "
		  "may lead to 10.8.0.5:1521, because of redirect_allow; "
		  "programs cannot connect there by themselves" },
		/* Refused for another reason than that nobody has it. */
		{ "alice", "10.8.0.7:1521", NULL,
		  "a connection that plugin sqlnet announces in resource ora "
		  "may lead to 10.8.0.7:1521, because of redirect_allow; "
		  "programs cannot connect there by themselves" },
		{ "carol", "10.8.0.7:1521", NULL, "" },
		{ "alice", "n1.rac.x:1600", "10.5.5.5",
		  "a connection that plugin sqlnet announces in resource ora "
		  "may lead to 10.5.5.5:1600, because of redirect_allow; "
		  "programs cannot connect there by themselves" },
		{ "alice", "n1.rac.x:1600", "127.0.0.1",
		  "redirect_allow of resource ora (plugin sqlnet) has "
		  "127.0.0.1:1600, but the address is loopback: "
		  "redirect_allow must name it singly, not by a name nor in a "
		  "wider network" },
		{ "carol", "127.0.0.2:7", NULL,
		  "redirect_allow of resource near (plugin sqlnet) has "
		  "127.0.0.2:7, but the address is loopback: redirect_allow "
		  "must name it singly, not by a name nor in a wider network" },
		{ "carol", "127.0.0.3:7", NULL,
		  "a connection that plugin sqlnet announces in resource near "
		  "may lead to 127.0.0.3:7, because of redirect_allow; "
		  "programs cannot connect there by themselves" },
		{ "carol", "http://[2001:db8::5]:80/", NULL,
		  "a connection that plugin sqlnet announces in resource near "
		  "may lead to [2001:db8::5]:80, because of redirect_allow; "
		  "programs cannot connect there by themselves" },
		{ "alice", "10.8.9.1:1521", NULL,
		  "redirect_allow of resource ora (plugin sqlnet) has "
		  "10.8.9.1:1521, but its deny has the address too, and "
		  "wins" },
		/* Another port, another host, no resource with it. */
		{ "alice", "10.8.0.5:1522", NULL, "" },
		{ "alice", "rac.x:1521", "10.5.5.5", "" },
		{ "alice", "127.0.0.3:7", NULL, "" },
		{ "eve", "10.8.0.5:1521", NULL, "" },
	};
	struct gw_conf *c = made(text);

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct grant g = { row[i].user, NULL, c->gateways };
		struct policy_who who = { c, &g, NULL };
		struct policy_asked q;
		struct addr a = address(row[i].resolved ? row[i].resolved :
							  "0.0.0.0");

		ck_assert_int_eq(policy_read_asked(c, row[i].asked, &q), 0);
		policy_why(&who, &q.ask, &a, row[i].resolved != NULL, &out);
		ck_assert_str_eq(out.redirect, row[i].redirect);
	}
	gw_conf_unref(c);
}
END_TEST

static const char *why_closed(const char *user, uint32_t resource)
{
	struct gw_conf *c = made(
		GATEWAY
		"[resource day]\nhost = 10.1.1.1\nport = 1\n"
		"hours = Mon-Fri 08:00-18:00\n"
		"[resource net]\nhost = any\nport = 9\nallow = 10.0.0.0/8\n"
		"hours = Mon-Fri 08:00-18:00\n"
		"[group a]\nusers = alice\nresources = day, net\n");
	struct grant g = { user, NULL, c->gateways };
	struct policy_who who = { c, &g, NULL };
	/* Monday 2026-12-28 20:00 UTC */
	struct policy_ask ask = { .resource = resource,
				  .port = resource == 1 ? 1 : 9,
				  .now = 1798488000 };

	policy_why(&who, &ask, NULL, 0, &out);
	gw_conf_unref(c);
	return out.rule;
}

START_TEST(outside_of_its_hours)
{
	ck_assert_str_eq(why_closed("alice", 1), "closed");
	ck_assert_str_eq(out.what,
			 "refused: resource day is outside of its hours: "
			 "Mon-Fri 08:00-18:00; opens Tue 08:00");
	ck_assert_str_eq(out.missing,
			 "wait, or change hours = of [resource day]");
	ck_assert_str_eq(why_closed("alice", 2), "closed");
	ck_assert(!out.allowed);
	ck_assert_str_eq(why_closed("eve", 1), "no-group");
}
END_TEST

static const char *why_code(const char *user, const char *asked)
{
	struct gw_conf *c = made(
		GATEWAY "[resource vault]\nhost = 10.1.1.1\nport = 1\n"
			"require = otp\n"
			"[resource net]\nhost = any\nport = 9\n"
			"allow = 10.0.0.0/8\nrequire = otp\n"
			"[group a]\nusers = alice\nresources = vault, net\n");
	struct grant g = { .user = user, .gateway = c->gateways };
	struct policy_who who = { c, &g, NULL };
	struct policy_asked q;

	ck_assert_int_eq(policy_read_asked(c, asked, &q), 0);
	policy_why(&who, &q.ask, NULL, 0, &out);
	gw_conf_unref(c);
	return out.rule;
}

START_TEST(before_a_code)
{
	ck_assert_str_eq(why_code("alice", "10.1.1.1:1"), "code");
	ck_assert_str_eq(out.what,
			 "refused: resource vault wants a one-time code first, "
			 "once in a session");
	ck_assert_str_eq(out.missing,
			 "alice answers with a code of the app: adit confirm; "
			 "the secret for that is made by: aditctl otp alice");
	ck_assert_str_eq(why_code("alice", "vault"), "code");
	ck_assert_str_eq(why_code("alice", "net"), "code");
	ck_assert(!out.allowed);
	ck_assert_str_eq(out.resource, "net");
	ck_assert_str_eq(why_code("eve", "vault"), "no-group");
	ck_assert_str_eq(why_code("eve", "net"), "no-group");
}
END_TEST

SUITE("why", allowed, several_hosts, refused, by_name_and_url,
      by_one_of_its_names, by_redirect, not_understood, outside_of_its_hours,
      before_a_code)
