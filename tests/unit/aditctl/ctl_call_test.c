/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_call_test.c - which aditd a command of aditctl reaches, and how answers
 * and errors are printed. */
#include "aditctl/admin.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int ask(const struct ctl *ctl)
{
	int status;

	json_decref(ctl_call(ctl, json_pack("{s:s}", "command", "x"), &status));
	return status;
}

/* As aditctl why does: it is no error if none runs. */
static int ask_quietly(const struct ctl *ctl)
{
	int status;

	json_decref(ctl_call_if_there(ctl, json_pack("{s:s}", "command", "x"),
				      true, &status));
	return status;
}

START_TEST(answers)
{
	admin_open();
	ADMIN_ANSWERS("{\"n\": 7}");
	admin_runs(ask, CTL_OK);
	ck_assert_str_eq(stage_err, "");
	admin_asked("{\"command\":\"x\"}");
	canned_close(&admin_gateway);
	ADMIN_ANSWERS("{\"error\": \"no such \\u001b user\"}");
	admin_runs(ask, CTL_FAILED);
	ck_assert_str_eq(stage_err, "aditctl: no such \\x1b user\n");
	canned_close(&admin_gateway);
	ADMIN_ANSWERS("{\"error\": \"refused\", \"status\": 2, \"errors\": "
		      "[\"aditd.ini:3: \\u001b\", 7]}");
	admin_runs(ask, CTL_USAGE);
	ck_assert_str_eq(stage_err, "aditd.ini:3: \\x1b\naditctl: refused\n");
	canned_close(&admin_gateway);
	ADMIN_ANSWERS("{\"error\": 7}");
	admin_fails(ask, "refused", "answer");
	canned_close(&admin_gateway);
	admin_close();
}
END_TEST

START_TEST(no_aditd_runs)
{
	admin_open();
	admin_fails(ask, "not-running", "nobody listens at /tmp/adit-stage-");
	admin_fails(ask, "not-running", "aditd -c /tmp/adit-stage-");
	admin_runs(ask_quietly, CTL_OK);
	ck_assert_str_eq(stage_err, "");
	/* What stands there is no way to one. */
	ck_assert_int_eq(symlink("sock", stage_path("sock")), 0);
	admin_runs(ask_quietly, CTL_OK);
	ck_assert_str_eq(stage_err, "");
	admin_runs(ask, CTL_FAILED);
	admin_close();
}
END_TEST

/* The control socket is found while somebody is editing the rest of the
 * file. */
START_TEST(mistakes_in_the_file)
{
	admin_open();
	admin_ini("colour = blue\n");
	ADMIN_ANSWERS("{}");
	admin_runs(ask, CTL_OK);
	canned_close(&admin_gateway);
	stage_write("aditd.ini", "[nonsense\n");
	admin_fails(ask, "not-running", "/adit/aditd.sock");
	admin_close();
}
END_TEST

START_TEST(no_file)
{
	admin_open();
	admin.file = "/nowhere/aditd.ini";
	admin_fails(ask, "config", "/nowhere/aditd.ini: No such file");
	admin_fails(ask, "config", "aditctl init");
	admin_close();
}
END_TEST

/* ---- the gateway that is meant ------------------------------------------- */

static char found[100];

static int find(const struct ctl *ctl)
{
	struct gw_conf *c = ctl_conf(ctl);
	const struct gw_gateway *g = c ? ctl_gateway(ctl, c) : NULL;

	snprintf(found, sizeof found, "%s", g ? g->name : "");
	gw_conf_unref(c);
	return g ? CTL_OK : CTL_USAGE;
}

static const char two_gateways[] = "[gateway main]\n"
				   "server_name = main.example\n"
				   "listen = 127.0.0.1:4443\n"
				   "certificate = cert.pem\n"
				   "private_key = key.pem\n"
				   "users = users\n"
				   "groups = staff\n"
				   "[gateway other]\n"
				   "server_name = other.example\n"
				   "listen = 127.0.0.1:4443\n"
				   "certificate = cert.pem\n"
				   "private_key = key.pem\n"
				   "users = users\n"
				   "groups = staff\n"
				   "[group staff]\n"
				   "users = *\n";

START_TEST(gateways)
{
	admin_open();
	admin_runs(find, CTL_OK);
	ck_assert_str_eq(found, "main");
	admin.gateway = "mian";
	admin_fails(find, "usage", "has no [gateway mian]");
	admin_fails(find, "usage", "main");
	stage_write("aditd.ini", two_gateways);
	admin.gateway = "other";
	admin_runs(find, CTL_OK);
	ck_assert_str_eq(found, "other");
	admin.gateway = NULL;
	admin_fails(find, "usage", "--gateway");
	admin_ini("colour = blue\n");
	admin_fails(find, "config", "aditd.ini:13: ");
	admin_close();
}
END_TEST

SUITE("aditctl/ctl_call", answers, no_aditd_runs, mistakes_in_the_file, no_file,
      gateways)
