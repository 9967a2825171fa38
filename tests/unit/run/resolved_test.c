/* SPDX-License-Identifier: BSD-2-Clause */
/* resolved_test.c - what an agent has resolvectl, which is this test's, tell
 * systemd-resolved. */
#include "run/resolved.h"

#include "agent/rig.h"
#include "stage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

enum { LOOPBACK = 1 };

static struct resolved resolved;
static char server[ADDR_TEXT];

/* A resolvectl that writes down what it is called with, and does this. */
static void resolvectl(const char *does)
{
	char text[500];

	snprintf(text, sizeof text, "#!/bin/sh\necho \"$*\" >>%s\n%s\n",
		 stage_path("calls"), does);
	stage_write("resolvectl", text);
	ck_assert_int_eq(chmod(stage_path("resolvectl"), 0700), 0);
}

static void begin(const char *does)
{
	struct addr at;
	char path[200];

	stage_open();
	snprintf(path, sizeof path, "%s:/bin:/usr/bin", stage_dir);
	ck_assert_int_eq(setenv("PATH", path, 1), 0);
	if (does)
		resolvectl(does);
	else
		ck_assert_int_eq(setenv("PATH", stage_dir, 1), 0);
	rig_open();
	ck_assert_int_eq(addr_parse(&rig.conf.dns, "127.0.0.1", 0), 0);
	rig_up();
	at = dns_at(rig.agent);
	addr_str(&at, server);
	resolved = (struct resolved){ .agent = rig.agent };
	resolved_init(&resolved);
}

static void end(void)
{
	resolved_stop(&resolved);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	rig_close();
	stage_close();
}

static void set(void)
{
	resolved_set(&resolved, LOOPBACK);
	while (resolved.child)
		ev_run(rig.loop.ev, EVRUN_ONCE);
}

static unsigned calls(void)
{
	const char *p = stage_read("calls");
	unsigned n = 0;

	for (; *p; p++)
		n += *p == '\n';
	return n;
}

START_TEST(all_settings_in_order)
{
	char want[600];

	begin("");
	set();
	snprintf(want, sizeof want,
		 "default-route lo no\nllmnr lo no\nmdns lo no\n"
		 "dnssec lo no\ndnsovertls lo no\n"
		 "domain lo ~18.198.in-addr.arpa ~19.198.in-addr.arpa\n"
		 "dns lo %s\n",
		 server);
	ck_assert_str_eq(stage_read("calls"), want);
	STAGE_HAS(resolved.state, "about 2 domains");
	set(); /* nothing is new */
	ck_assert_uint_eq(calls(), 7);
	end();
}
END_TEST

START_TEST(what_is_refused_has_a_cure)
{
	char cure[100];

	begin("echo 'Failed to set it: Access denied' >&2; echo x; exit 1");
	set();
	ck_assert_uint_eq(calls(), 1);
	STAGE_HAS(resolved.state, ": Failed to set it: Access denied; ");
	snprintf(cure, sizeof cure, "resolvectl dns lo %s", server);
	STAGE_HAS(resolved.state, cure);
	STAGE_HAS(resolved.state, "resolvectl domain lo '~18.198.in-addr.arpa'"
				  " '~19.198.in-addr.arpa';");
	resolvectl(""); /* it is allowed later */
	set();
	ck_assert_uint_eq(calls(), 8);
	STAGE_HAS(resolved.state, "about 2 domains");
	end();
}
END_TEST

/* As before systemd 240, or where mDNS was left out. */
START_TEST(some_settings_may_be_unknown)
{
	begin("case $1 in llmnr|mdns|dnssec|dnsovertls) exit 1;; esac");
	set();
	ck_assert_uint_eq(calls(), 7);
	STAGE_HAS(resolved.state, "about 2 domains");
	end();
}
END_TEST

START_TEST(no_resolvectl)
{
	begin(NULL);
	set();
	STAGE_HAS(resolved.state, "cannot run resolvectl");
	STAGE_HAS(resolved.state, server);
	end();
}
END_TEST

/* The settings begin anew, with what is true then. */
START_TEST(a_change_meanwhile)
{
	struct resource_entry e = rig_entry("echo", 2000);
	static const struct names_entry names = { 1, 1, { "db.example" } };
	uint8_t p[200];

	begin("");
	resolved_set(&resolved, LOOPBACK);
	ck_assert_int_ne(resolved.child, 0);
	rig_list(FLAG_FIRST, &e, 1);
	rig_say(&(struct said){ FRAME_NAMES, 0, 0, 0, p,
				pack_names(p, sizeof p, &names) });
	rig_list(FLAG_LAST, NULL, 0);
	while (!resources_find(rig.agent, "echo")->names.n)
		ev_run(rig.loop.ev, EVRUN_ONCE);
	set();
	STAGE_HAS(resolved.state, "about 3 domains");
	STAGE_HAS(stage_read("calls"), "19.198.in-addr.arpa ~db.example\ndns");
	end();
}
END_TEST

START_TEST(ends_while_resolvectl_runs)
{
	begin("exec sleep 100");
	resolved_set(&resolved, LOOPBACK);
	ck_assert_int_ne(resolved.child, 0);
	end();
	ck_assert_str_eq(resolved.state, "");
}
END_TEST

SUITE("run/resolved", all_settings_in_order, what_is_refused_has_a_cure,
      some_settings_may_be_unknown, no_resolvectl, a_change_meanwhile,
      ends_while_resolvectl_runs)
