/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_status.c - adit status: how the agent is, on one screen. */
#include "adit/cli.h"

#include "agent/agent.h"
#include "adit/agent_call.h"
#include "base/err.h"
#include "base/human.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TEXT = 1024, MOVED_NAMED = 4 };

static const char *status_text(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static long long status_number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

/* ---- the lines above the table ------------------------------------------- */

static void line(const char *title, const char *text)
{
	char lead[32], safe[TEXT];

	snprintf(lead, sizeof lead, "%-11s ", title);
	human_wrap(lead, log_escape(safe, sizeof safe, text));
}

static const char *hint_of(const char *state)
{
	static const struct {
		enum agent_state state;
		const char *hint;
	} hints[] = {
		{ AGENT_RECONNECTING, "; connections wait until the gateway is "
				      "reached again" },
		{ AGENT_STOPPED, "; to forward again: adit start" },
		{ AGENT_LOGIN, "; to log in again: adit up" },
	};

	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		if (!strcmp(state, agent_state_str(hints[i].state)))
			return hints[i].hint;
	return "";
}

static void print_state(const json_t *o)
{
	const char *state = status_text(o, "state"),
		   *why = status_text(o, "reason");
	char text[TEXT], at[40], for_[40];

	snprintf(text, sizeof text, "%s since %s (%s)%s", state,
		 human_time(status_number(o, "since"), at),
		 human_span(status_number(o, "since_s"), for_), hint_of(state));
	line("state", text);
	if (*why)
		line("reason", why);
	if (json_is_integer(json_object_get(o, "retry_s"))) {
		snprintf(text, sizeof text, "in %s",
			 human_span(status_number(o, "retry_s"), for_));
		line("next try", text);
	}
	snprintf(text, sizeof text, "%s as %s", status_text(o, "gateway"),
		 status_text(o, "user"));
	line("gateway", text);
	if (*status_text(o, "web_pages"))
		line("web pages", status_text(o, "web_pages"));
	if (*status_text(o, "proxy"))
		line("through", status_text(o, "proxy"));
}

static void print_traffic(const json_t *o)
{
	const json_t *rtt = json_object_get(o, "rtt_ms");
	long long n = status_number(o, "channels"), gap;
	char text[TEXT], out[40], in[40];

	snprintf(text, sizeof text,
		 "%s to servers, %s from them; %lld "
		 "connection%s now",
		 human_bytes(status_number(o, "to_server"), out),
		 human_bytes(status_number(o, "to_client"), in), n,
		 n == 1 ? "" : "s");
	line("traffic", text);
	if (json_is_number(rtt)) {
		snprintf(text, sizeof text, "%.1f ms", json_number_value(rtt));
		line("round trip", text);
	}
	if (status_number(o, "segment"))
		line("packets", "small ones: large ones get lost on the way to "
				"the gateway");
	if (!status_number(o, "resumed"))
		return;
	gap = status_number(o, "last_gap_ms");
	snprintf(text, sizeof text,
		 "%lld times, the last time after %.1f s; "
		 "%s were sent again",
		 status_number(o, "resumed"), (double)gap / 1000,
		 human_bytes(status_number(o, "resent"), out));
	line("resumed", text);
}

static void print_agent(const json_t *o)
{
	char text[TEXT], for_[40];

	snprintf(text, sizeof text, "adit %s, process %lld, up for %s",
		 status_text(o, "version"), status_number(o, "pid"),
		 human_span(status_number(o, "uptime_s"), for_));
	line("agent", text);
	line("log", *status_text(o, "log") ?
			    status_text(o, "log") :
			    "journalctl --user -u adit, or the agent's "
			    "standard error");
	if (*status_text(o, "socks")) {
		snprintf(text, sizeof text, "%s (SOCKS5 and HTTP)",
			 status_text(o, "socks"));
		line("proxy port", text);
	}
	if (*status_text(o, "dns"))
		line("DNS", status_text(o, "dns"));
}

/* Connections that wait for a one-time code. */
static void print_codes(const json_t *o)
{
	const json_t *wanted = json_object_get(json_object_get(o, "codes"),
					       "wanted");
	char text[TEXT];

	for (size_t i = 0; i < json_array_size(wanted); i++) {
		const json_t *w = json_array_get(wanted, i);

		snprintf(text, sizeof text,
			 "resource %s wants a one-time code: adit confirm; "
			 "connections wait %lld s more",
			 status_text(w, "resource"),
			 status_number(w, "wait_s"));
		line("code", text);
	}
}

static void print_early_close(const json_t *o)
{
	const json_t *counts = json_object_get(o, "early_close");
	char text[TEXT];

	if (!status_number(counts, "refused") &&
	    !status_number(counts, "accepted"))
		return;
	snprintf(text, sizeof text,
		 "%lld connections refused, %lld let through, "
		 "of which nobody could tell whose they were: their programs "
		 "had closed them before that was asked; see early_close in "
		 "adit.ini(5)",
		 status_number(counts, "refused"),
		 status_number(counts, "accepted"));
	line("early close", text);
}

/* ---- tables -------------------------------------------------------------- */

static const char *short_state(const json_t *resource)
{
	const char *state = status_text(resource, "state");

	if (!strncmp(state, "cannot", 6) || !strncmp(state, "no ", 3))
		return "failed";
	if (!strcmp(state, "map"))
		return "any host: adit map";
	if (*status_text(resource, "closed") && !strcmp(state, "ready"))
		return "closed";
	if (*status_text(resource, "url") && !strcmp(state, "ready"))
		return json_is_true(json_object_get(resource, "needs_code")) ?
			       "ready, wants a code" :
			       "ready, by its URL";
	if (strcmp(state, "ready"))
		return state;
	if (json_is_true(json_object_get(resource, "needs_code")))
		return "ready, wants a code";
	return json_array_size(json_object_get(resource, "moved")) ?
		       "ready, moved" :
		       state;
}

/* Rows for the table.  Long texts are printed below it. */
static json_t *rows_of(const json_t *resources)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < json_array_size(resources); i++) {
		const json_t *r = json_array_get(resources, i);

		json_array_append_new(
			rows, json_pack("{s:O?, s:O?, s:s}", "name",
					json_object_get(r, "name"), "listen",
					json_object_get(r, "listen"), "state",
					short_state(r)));
	}
	return rows;
}

static const char *own_path(char *dst, size_t cap)
{
	ssize_t n = readlink("/proc/self/exe", dst, cap - 1);

	snprintf(dst + MAX(n, 0), cap - (size_t)MAX(n, 0), "%s",
		 n > 0 ? "" : "/usr/bin/adit");
	return dst;
}

/* Prints which ports moved for this reason: the first few, all are in the
 * table. */
static void print_moved(const json_t *r, const char *reason, bool *any)
{
	const json_t *moved = json_object_get(r, "moved");
	char name[TEXT];
	unsigned n = 0;

	log_escape(name, sizeof name, status_text(r, "name"));
	/* Users type the URL of a Web-Link, not its port. */
	for (size_t i = 0;
	     i < json_array_size(moved) && !*status_text(r, "url"); i++) {
		const json_t *m = json_array_get(moved, i);

		if (strcmp(status_text(m, "reason"), reason) ||
		    n++ >= MOVED_NAMED)
			continue;
		printf("%s%s%lld is at %lld", n > 1 ? "" : name,
		       n > 1 ? ", " : ": port ", status_number(m, "port"),
		       status_number(m, "listen_port"));
	}
	if (n)
		puts(n > MOVED_NAMED ? ", and others moved" : "");
	*any |= n > 0;
}

static void print_all_moved(const json_t *resources)
{
	char text[2 * TEXT], path[TEXT];
	bool privileged = false, taken = false;

	for (size_t i = 0; i < json_array_size(resources); i++)
		print_moved(json_array_get(resources, i), "privileged",
			    &privileged);
	if (privileged) {
		human_wrap(
			"  ",
			"Ports below 1024 need a right that the agent has "
			"not.  An administrator gives it to this program, and "
			"adit down and adit up have it used:");
		snprintf(text, sizeof text,
			 "sudo setcap "
			 "cap_net_bind_service=+ep %s",
			 own_path(path, sizeof path));
		printf("    %s\n", text);
	}
	for (size_t i = 0; i < json_array_size(resources); i++)
		print_moved(json_array_get(resources, i), "in use", &taken);
	if (taken)
		human_wrap("  ",
			   "Another program listens there at all addresses; "
			   "which one says: ss -ltnp");
}

/* Hours of the gateway's: when they begin. */
static void print_closed(const json_t *resources)
{
	char text[TEXT], safe[2 * TEXT];

	for (size_t i = 0; i < json_array_size(resources); i++) {
		const json_t *r = json_array_get(resources, i);

		if (strcmp(short_state(r), "closed"))
			continue;
		snprintf(text, sizeof text, "%s: %s", status_text(r, "name"),
			 status_text(r, "closed"));
		human_wrap("", log_escape(safe, sizeof safe, text));
	}
}

static void print_failed(const json_t *resources)
{
	char text[TEXT], safe[2 * TEXT];

	for (size_t i = 0; i < json_array_size(resources); i++) {
		const json_t *r = json_array_get(resources, i);

		if (strcmp(short_state(r), "failed"))
			continue;
		snprintf(text, sizeof text, "%s: %s", status_text(r, "name"),
			 status_text(r, "state"));
		human_wrap("", log_escape(safe, sizeof safe, text));
	}
}

void cli_listeners(const json_t *status)
{
	static const struct table_column columns[] = {
		{ "RESOURCE", "name", TABLE_PLAIN, false },
		{ "LISTEN", "listen", TABLE_PLAIN, false },
		{ "STATE", "state", TABLE_PLAIN, false },
	};
	const json_t *resources = json_object_get(status, "resources");
	json_t *rows = rows_of(resources);

	if (json_array_size(rows))
		cli_table(columns, ARRAY_LEN(columns), rows);
	json_decref(rows);
	print_failed(resources);
	print_closed(resources);
	print_all_moved(resources);
	cli_links(status);
}

/* Another server that binds a resource's port fails with "Address already in
 * use", and nothing tells its administrator why. */
static void print_taken(const json_t *resources)
{
	size_t i, n = json_array_size(resources);

	for (i = 0; i < n; i++)
		if (json_array_size(json_object_get(
			    json_array_get(resources, i), "listen")))
			break;
	if (i < n)
		human_wrap("",
			   "A server of this machine that is to listen at one "
			   "of these ports at every address (0.0.0.0) finds it "
			   "in use: have it listen at 127.0.0.1, or give the "
			   "resource another port in adit.ini ([listen NAME], "
			   "port)");
}

static void print_published(const json_t *published)
{
	static const struct table_column columns[] = {
		{ "PUBLISHED", "name", TABLE_PLAIN, false },
		{ "SERVER", "to", TABLE_PLAIN, false },
		{ "AT THE GATEWAY", "at", TABLE_PLAIN, false },
		{ "STATE", "state", TABLE_PLAIN, false },
	};

	if (!json_array_size(published))
		return;
	puts("");
	cli_table(columns, ARRAY_LEN(columns), published);
}

static void print_maps(const json_t *maps)
{
	static const struct table_column columns[] = {
		{ "MAP", "resource", TABLE_PLAIN, false },
		{ "HOST", "host", TABLE_PLAIN, false },
		{ "LISTEN", "listen", TABLE_PLAIN, false },
		{ "STATE", "state", TABLE_PLAIN, false },
	};

	if (!json_array_size(maps))
		return;
	puts("");
	cli_table(columns, ARRAY_LEN(columns), maps);
}

/* Commands under adit run. */
static void print_run(const json_t *r)
{
	char text[TEXT], safe[TEXT], early[64] = "", ports[128] = "";
	const json_t *published = json_object_get(r, "published");

	for (size_t i = 0; i < json_array_size(published); i++) {
		size_t n = strlen(ports);

		snprintf(ports + n, sizeof ports - n, "%s %lld",
			 i ? "" : "; published:",
			 json_integer_value(json_array_get(published, i)));
	}
	if (status_number(r, "early"))
		snprintf(early, sizeof early, ", %lld accepted early",
			 status_number(r, "early"));
	snprintf(text, sizeof text,
		 "%s (process %lld): connections: %lld%s%s%s%s",
		 status_text(r, "command"), status_number(r, "pid"),
		 status_number(r, "connections"), early,
		 json_is_true(json_object_get(r, "direct")) ? ", also direct" :
							      "",
		 ports,
		 json_is_true(json_object_get(r, "hold")) ?
			 "" :
			 "; this kernel has no packet queue, so a server that "
			 "refuses is a reset");
	human_wrap("  ", log_escape(safe, sizeof safe, text));
}

static void print_nft(const json_t *nft)
{
	char text[TEXT], early[64] = "", safe[TEXT];

	if (!json_is_object(nft))
		return;
	if (status_number(nft, "early"))
		snprintf(early, sizeof early, ", %lld accepted early",
			 status_number(nft, "early"));
	snprintf(text, sizeof text, "%s; connections: %lld%s",
		 status_text(nft, "state"), status_number(nft, "connections"),
		 early);
	puts("\nCaught by nftables:");
	human_wrap("  ", log_escape(safe, sizeof safe, text));
	if (*status_text(nft, "dns"))
		human_wrap("  names: ", log_escape(safe, sizeof safe,
						   status_text(nft, "dns")));
}

static void print_runs(const json_t *runs)
{
	if (json_array_size(runs))
		puts("\nRunning under adit run:");
	for (size_t i = 0; i < json_array_size(runs); i++)
		print_run(json_array_get(runs, i));
}

static void print_refusal(const json_t *r)
{
	const char *resource = status_text(r, "resource"),
		   *host = status_text(r, "host");
	const char *more = status_text(r, "text");
	char text[TEXT], lead[48], at[40], times[40] = "", safe[TEXT];

	if (status_number(r, "times") > 1)
		snprintf(times, sizeof times, " (%lld times)",
			 status_number(r, "times"));
	snprintf(text, sizeof text, "%s%s%s%sport %lld: %s%s%s%s", resource,
		 *resource ? " " : "", host, *host ? " " : "",
		 status_number(r, "port"), status_text(r, "reason"),
		 *more ? ": " : "", more, times);
	snprintf(lead, sizeof lead, "  %s  ",
		 human_time(status_number(r, "time"), at));
	human_wrap(lead, log_escape(safe, sizeof safe, text));
}

static void print_refusals(const json_t *refusals)
{
	if (json_array_size(refusals))
		puts("\nRefused lately:");
	for (size_t i = 0; i < json_array_size(refusals); i++)
		print_refusal(json_array_get(refusals, i));
}

static void print_status(const json_t *o)
{
	print_state(o);
	print_traffic(o);
	print_agent(o);
	print_codes(o);
	print_early_close(o);
	if (json_array_size(json_object_get(o, "resources")))
		puts("");
	cli_listeners(o);
	print_taken(json_object_get(o, "resources"));
	print_maps(json_object_get(o, "maps"));
	print_published(json_object_get(o, "published"));
	print_nft(json_object_get(o, "nft"));
	print_runs(json_object_get(o, "runs"));
	print_refusals(json_object_get(o, "refusals"));
}

/* ---- the command --------------------------------------------------------- */

/* The fields that a running agent's status has, without values. */
static json_t *status_of_none(void)
{
	return json_pack(
		"{s:s, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n, "
		"s:i, s:i, s:i, s:n, s:n, s:n, s:i, s:n, s:n, s:i, s:n, s:n, "
		"s:n, s:n, s:[], s:[], s:[], s:{s:b, s:[]}, s:n, s:[], s:{s:i, "
		"s:i}, s:[]}",
		"state", agent_state_str(AGENT_DOWN), "since", "since_s",
		"reason", "retry_s", "gateway", "user", "name", "web_pages",
		"version", "uptime_s", "pid", "channels", 0, "to_server", 0,
		"to_client", 0, "key_exchange", "rtt_ms", "segment", "resumed",
		0, "last_gap_ms", "gap_ms", "resent", 0, "proxy", "log",
		"socks", "dns", "resources", "maps", "published", "codes",
		"confirmed", 0, "wanted", "nft", "runs", "early_close",
		"refused", 0, "accepted", 0, "refusals");
}

int cmd_status(const struct cli *cli)
{
	struct agent_call call;
	const char *up = agent_state_str(AGENT_CONNECTED);
	int err, status;
	json_t *answer;

	agent_call_init(&call, CONTROL_ASK_AGENT);
	answer = cli_ask(cli, json_pack("{s:s}", "command", "status"), &call,
			 &err);
	if (err == ERR_NOTFOUND) {
		answer = cli->json ? status_of_none() : NULL;
		if (!cli->json)
			puts("down: no agent is running; adit up starts one");
	}
	if (!answer)
		return err == ERR_CONF ? CLI_USAGE : CLI_FAILED;
	status = strcmp(status_text(answer, "state"), up) ? CLI_FAILED : CLI_OK;
	if (cli->json)
		cli_print_json(answer);
	else
		print_status(answer);
	json_decref(answer);
	return status;
}
