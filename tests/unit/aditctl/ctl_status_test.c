/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_status_test.c - aditctl status: one screen from the answer of an
 * aditd. */
#include "aditctl/admin.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static void status(const char *state, const char *more)
{
	char text[3000];

	snprintf(text, sizeof text,
		 "{\"state\": \"%s\", \"version\": \"9.9\", \"monitor_pid\": "
		 "77, \"since\": 1, \"uptime_s\": 90%s%s}",
		 state, *more ? ", " : "", more);
	ADMIN_ANSWERS(text);
	admin_runs(ctl_status, CTL_OK);
	admin_asked("{\"command\":\"status\"}");
	canned_close(&admin_gateway);
}

START_TEST(running)
{
	admin_open();
	status("running",
	       "\"configuration\": {\"file\": \"/x/aditd.ini\", \"current\": "
	       "true}, \"listeners\": [{\"address\": \"0.0.0.0:443\", "
	       "\"gateway\": \"main\"}, {\"address\": \"[::]:443\", "
	       "\"gateway\": \"main\"}], \"certificates\": [{\"gateway\": "
	       "\"main\", \"name\": \"vpn.example\", \"state\": \"valid\", "
	       "\"text\": \"is valid\", \"file\": \"/x/cert.pem\"}], "
	       "\"sessions\": 2, \"sessions_connected\": 1, \"channels\": 1, "
	       "\"places\": 100, \"places_taken\": 3, \"to_server\": 2048, "
	       "\"to_client\": 1, \"logins\": {\"accepted\": 5, \"refused\": 6, "
	       "\"delayed\": 7, \"waiting\": 8}, \"probes\": 1");
	STAGE_HAS(stage_out, "state          running\n");
	STAGE_HAS(stage_out, "aditd          9.9, process 77, since ");
	STAGE_HAS(stage_out, "configuration  /x/aditd.ini\n");
	STAGE_HAS(stage_out, "listens at     0.0.0.0:443 for gateway main\n"
			     "               [::]:443 for gateway main\n");
	STAGE_HAS(stage_out, "certificates   vpn.example of gateway main is "
			     "valid\n");
	STAGE_HAS(stage_out, "sessions       2, 1 of them connected, with 1 "
			     "channel\n");
	STAGE_HAS(stage_out, "traffic        2.0 KiB to servers, 1 byte");
	STAGE_HAS(stage_out, "logins         5 accepted, 6 refused, 7 put off, "
			     "8 waiting\n");
	STAGE_HAS(stage_out, "1 connection was no agent's\n");
	STAGE_HAS_NOT(stage_out, "WARNING");
	STAGE_HAS_NOT(stage_out, "Last warnings");
	admin_close();
}
END_TEST

START_TEST(what_needs_attention)
{
	admin_open();
	status("draining",
	       "\"configuration\": {\"file\": \"/x/aditd.ini\", \"current\": "
	       "false}, \"certificates\": [{\"gateway\": \"main\", \"name\": "
	       "\"vpn.example\", \"state\": \"ended\", \"text\": \"has ended\", "
	       "\"file\": \"/x/cert.pem\"}], \"sessions\": 1, \"waiting\": 4, "
	       "\"channels\": 9, \"warnings\": [{\"time\": 1, \"text\": "
	       "\"a\\u001bb\"}]");
	STAGE_HAS(stage_out, "draining; nobody can log in any more");
	STAGE_HAS(stage_out, "aditctl check");
	STAGE_HAS(stage_out, "WARNING: vpn.example");
	STAGE_HAS(stage_out, "/x/cert.pem");
	STAGE_HAS(stage_out, "4 of which wait to");
	STAGE_HAS(stage_out, "\nLast warnings:\n  1970-01-01 ");
	STAGE_HAS(stage_out, "a\\x1bb\n");
	admin_close();
}
END_TEST

/* Fields that only a worker knows are missing. */
START_TEST(without_a_worker)
{
	admin_open();
	status("starting", "\"sessions\": null, \"channels\": null");
	STAGE_HAS(stage_out, "starting; there is no worker now");
	STAGE_HAS_NOT(stage_out, "sessions ");
	admin_fails(ctl_status, "not-running", "nobody listens");
	admin_close();
}
END_TEST

SUITE("aditctl/ctl_status", running, what_needs_attention, without_a_worker)
