/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_status_test.c - what `adit status` makes of what an agent answers. */
#include "adit/user.h"
#include "suite.h"
#include "agent/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs `adit status` with an agent that has this state and these further
 * fields. */
static void status(const char *state, const char *more, int want)
{
	char text[4000];

	snprintf(
		text, sizeof text,
		"{\"answer\": {\"state\": \"%s\", \"gateway\": "
		"\"vpn.example:443\", \"user\": \"al\\u001bice\", \"since\": 1, "
		"\"since_s\": 90, \"pid\": 77, \"uptime_s\": 3700, "
		"\"version\": \"9.9\", \"channels\": 1, \"to_server\": 2048, "
		"\"to_client\": 5%s%s}}",
		state, *more ? ", " : "", more);
	USER_ANSWERS(text);
	user_runs(cmd_status, want);
	ck_assert_str_eq(canned_asked(&user_agent), "{\"command\":\"status\"}");
	canned_close(&user_agent);
}

START_TEST(connected)
{
	user_open();
	status("connected", "\"rtt_ms\": 12.34, \"log\": \"/x/agent.log\"",
	       CLI_OK);
	STAGE_HAS(stage_out, "state       connected since ");
	STAGE_HAS(stage_out, "gateway     vpn.example:443 as al\\x1bice\n");
	STAGE_HAS(stage_out, "traffic     2.0 KiB to servers, 5 bytes from "
			     "them; 1 connection now\n");
	STAGE_HAS(stage_out, "round trip  12.3 ms\n");
	STAGE_HAS(stage_out, "agent       adit 9.9, process 77, up for ");
	STAGE_HAS(stage_out, "log         /x/agent.log\n");
	STAGE_HAS_NOT(stage_out, "resumed");
	STAGE_HAS_NOT(stage_out, "early close");
	user_close();
}
END_TEST

/* The exit status is for scripts: only "connected" is success. */
START_TEST(other_states_say_what_to_do)
{
	user_open();
	status("login", "\"reason\": \"kicked\"", CLI_FAILED);
	STAGE_HAS(stage_out, "adit up");
	STAGE_HAS(stage_out, "reason      kicked\n");
	status("stopped", "", CLI_FAILED);
	STAGE_HAS(stage_out, "to forward again:");
	status("reconnecting", "\"retry_s\": 5", CLI_FAILED);
	STAGE_HAS(stage_out, "(1 min); connections wait");
	STAGE_HAS(stage_out, "next try    in 5 s\n");
	user_close();
}
END_TEST

START_TEST(what_happened_on_the_way)
{
	user_open();
	status("connected",
	       "\"resumed\": 3, \"last_gap_ms\": 1500, \"resent\": 2048, "
	       "\"segment\": 1024, \"proxy\": \"proxy.example:3128\", "
	       "\"web_pages\": \"https://gw.example/\", "
	       "\"socks\": \"127.0.0.1:1080\", \"early_close\": "
	       "{\"refused\": 2, \"accepted\": 1}, \"refusals\": [{"
	       "\"resource\": \"db\", \"host\": null, \"port\": 5432, "
	       "\"reason\": \"refused\", \"text\": \"no\\nroute\", "
	       "\"time\": 1, \"times\": 4}]",
	       CLI_OK);
	STAGE_HAS(stage_out, "resumed     3 times, the last time after 1.5 s; "
			     "2.0 KiB were sent again\n");
	STAGE_HAS(stage_out, "packets     small");
	STAGE_HAS(stage_out, "web pages   https://gw.example/\n");
	STAGE_HAS(stage_out, "through     proxy.example:3128\n");
	STAGE_HAS(stage_out, "proxy port  127.0.0.1:1080 (SOCKS5 and HTTP)\n");
	STAGE_HAS(stage_out, "early close 2 connections refused, 1 let");
	STAGE_HAS(stage_out, "db port 5432: refused: no\\x0aroute (4 times)\n");
	user_close();
}
END_TEST

START_TEST(resources)
{
	user_open();
	status("connected",
	       "\"resources\": [{\"name\": \"db\", \"listen\": "
	       "[\"127.77.1.2:5432\"], \"state\": \"ready\"}, "
	       "{\"name\": \"web\", \"listen\": [\"127.77.1.3:10080\"], "
	       "\"state\": \"ready\", \"moved\": [{\"port\": 80, "
	       "\"listen_port\": 10080, \"reason\": \"privileged\"}, "
	       "{\"port\": 8080, \"listen_port\": 18080, \"reason\": "
	       "\"in use\"}]}, "
	       "{\"name\": \"old\", \"listen\": [], \"state\": \"cannot "
	       "listen: no\\taddress\"}, "
	       "{\"name\": \"any\", \"listen\": [], \"state\": \"map\"}], "
	       "\"maps\": [{\"resource\": \"any\", \"host\": \"h1\", "
	       "\"listen\": [\"127.77.1.9:22\"], \"state\": \"ready\"}]",
	       CLI_OK);
	STAGE_HAS(stage_out, "RESOURCE  LISTEN            STATE\n"
			     "db        127.77.1.2:5432   ready\n"
			     "web       127.77.1.3:10080  ready, moved\n"
			     "old       -                 failed\n"
			     "any       -                 any host: adit map\n"
			     "old: cannot listen: no\\x09address\n"
			     "web: port 80 is at 10080\n");
	STAGE_HAS(stage_out, "setcap cap_net_bind_service=+ep /");
	STAGE_HAS(stage_out, "web: port 8080 is at 18080\n");
	STAGE_HAS(stage_out, "ss -ltnp");
	STAGE_HAS(stage_out, "(0.0.0.0)");
	STAGE_HAS(stage_out, "MAP  HOST  LISTEN         STATE\n"
			     "any  h1    127.77.1.9:22  ready\n");
	user_close();
}
END_TEST

START_TEST(no_agent)
{
	user_open();
	user_runs(cmd_status, CLI_FAILED);
	ck_assert_str_eq(stage_out,
			 "down: no agent is running; adit up starts one\n");
	user_ini("colour = blue\n");
	user_runs(cmd_status, CLI_USAGE);
	user_close();
}
END_TEST

/* Programs find the same fields whether an agent runs or not. */
START_TEST(fields_of_no_agent)
{
	json_t *none, *some, *value;
	const char *key;

	user_open();
	none = user_runs_json(cmd_status, CLI_FAILED);
	rig_open();
	rig_up();
	some = agent_status(rig.agent);
	json_object_set_new(some, "nft", json_null()); /* agent_control.c */
	json_object_set_new(some, "runs", json_array());
	json_object_foreach(some, key, value)
		ck_assert_msg(json_object_get(none, key) != NULL,
			      "%s is missing where no agent runs", key);
	json_object_foreach(none, key, value)
		ck_assert_msg(json_object_get(some, key) != NULL,
			      "%s is in no agent's status", key);
	json_decref(none);
	json_decref(some);
	rig_close();
	user_close();
}
END_TEST

SUITE("adit/cmd_status", connected, other_states_say_what_to_do,
      what_happened_on_the_way, resources, no_agent, fields_of_no_agent)
