/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_why.c - adit why: what becomes of a connection. */
#include "adit/cli.h"

#include "base/addr.h"
#include "base/human.h"
#include "base/log.h"
#include "control/control_limits.h"
#include "policy/host.h"

#include <stdio.h>
#include <string.h>

enum { TEXT = 2048 };

/* A text of the answer, without control characters. */
static const char *why_text(const json_t *o, const char *key, char to[TEXT])
{
	const char *text = json_string_value(json_object_get(o, key));

	return log_escape(to, TEXT, text ? text : "");
}

static bool why_is(const json_t *o, const char *key, const char *word)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text && !strcmp(text, word);
}

/* ---- one line for each way ----------------------------------------------- */

static void print_resource(const json_t *r)
{
	static const struct {
		const char *by, *text;
	} ways[] = {
		{ "name", "its names have " },
		{ "url", "a Web-Link, " },
		{ "host", "its host is " },
		{ "any", "it reaches any host that its policy allows" },
		{ "listener", "this is where the agent listens for it" },
	};
	char name[TEXT], pattern[TEXT] = "", line[3 * TEXT];
	const char *way = "";

	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (why_is(r, "by", ways[i].by))
			way = ways[i].text;
	if (*way && way[strlen(way) - 1] == ' ')
		why_text(r, "pattern", pattern);
	snprintf(line, sizeof line, "%s: %s%s%s", why_text(r, "name", name),
		 way, pattern,
		 json_is_true(json_object_get(r, "has_port")) ?
			 "" :
			 ", but not this port");
	human_wrap("  resource   ", line);
}

static void print_resources(const json_t *all)
{
	for (size_t i = 0; i < json_array_size(all); i++)
		print_resource(json_array_get(all, i));
	if (!json_array_size(all))
		human_wrap("  resource   ",
			   "none that tells its host or names; the gateway "
			   "may know one by its address");
}

/* Where programs dial that can be told another server. */
static void print_listeners(const json_t *resources)
{
	char line[TEXT] = "", text[TEXT];
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(resources); i++) {
		const json_t *all = json_object_get(
			json_array_get(resources, i), "listen");

		for (size_t j = 0; j < json_array_size(all) && n < TEXT / 2;
		     j++)
			n += (size_t)snprintf(
				line + n, sizeof line - n, "%s%.100s",
				n ? ", " : "",
				log_escape(text, sizeof text,
					   json_string_value(
						   json_array_get(all, j))));
	}
	human_wrap("  loopback   ",
		   n ? line :
		       "no listener; adit map makes one for a host of "
		       "an any-IP resource");
}

static void print_nft(const json_t *o)
{
	static const struct {
		const char *by, *text;
	} ways[] = {
		{ "name", "caught by the name, where programs have it looked "
			  "up at the agent's DNS" },
		{ "address", "caught by the address" },
		{ "no name", "not caught: no resource tells this name" },
		{ "no address", "not caught: no resource tells this address "
				"and port (intercept_address of aditd.ini)" },
	};
	char line[TEXT];

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		if (!why_is(o, "nft", ways[i].by))
			continue;
		snprintf(line, sizeof line, "%s%s", ways[i].text,
			 json_is_true(json_object_get(o, "nft_on")) ?
				 "" :
				 "; but intercept = nft is not in use");
		human_wrap("  nft        ", line);
	}
}

static void print_ways(const json_t *o)
{
	char text[TEXT], line[2 * TEXT];

	print_listeners(json_object_get(o, "resources"));
	snprintf(line, sizeof line, "%s, SOCKS5 or HTTP CONNECT",
		 why_text(o, "socks", text));
	human_wrap("  proxy      ", *text ? line : "no port; see adit env");
	human_wrap("  adit run   ",
		   why_is(o, "run", "address") ? "caught by the address" :
		   why_is(o, "run", "name")    ? "caught by the name" :
						 "this name does not exist "
						 "there");
	print_nft(o);
	snprintf(line, sizeof line,
		 why_is(o, "run", "name") ?
			 "queries for the name are answered at %s" :
			 "%s answers for names of resources only",
		 why_text(o, "dns", text));
	if (*text)
		human_wrap("  DNS        ", line);
}

static void print_last(const json_t *last)
{
	char span[HUMAN_TEXT], reason[TEXT], text[TEXT], line[3 * TEXT];

	if (!json_is_object(last))
		return;
	snprintf(line, sizeof line, "refused at %s: %s%s%s",
		 human_time(json_integer_value(json_object_get(last, "time")),
			    span),
		 why_text(last, "reason", reason),
		 *why_text(last, "text", text) ? ", " : "", text);
	human_wrap("  last time  ", line);
}

static void print_why(const json_t *o)
{
	char host[TEXT], text[TEXT], line[2 * TEXT];

	why_text(o, "host", host);
	printf(strchr(host, ':') ? "[%s]:%d\n" : "%s:%d\n", host,
	       (int)json_integer_value(json_object_get(o, "port")));
	print_resources(json_object_get(o, "resources"));
	snprintf(line, sizeof line, "%s%s",
		 why_is(o, "policy", "granted") ||
				 json_is_null(json_object_get(o, "policy")) ?
			 "" :
			 "refuses: ",
		 why_text(o, "policy_text", text));
	human_wrap("  gateway    ", line);
	print_ways(o);
	print_last(json_object_get(o, "last"));
}

/* ---- the command --------------------------------------------------------- */

/* HOST:PORT, or the URL of a Web-Link. */
static bool why_parse(const char *word, char host[HOST_CAP], uint16_t *port)
{
	return !host_of_url(word, host, port) ||
	       (!addr_split(word, host, HOST_CAP, port) && *port &&
		host_or_address_ok(host));
}

int cmd_why(const struct cli *cli)
{
	char host[HOST_CAP];
	uint16_t port;
	json_t *answer;
	int status;

	if (!why_parse(cli->word[0], host, &port))
		return cli_fail(CLI_USAGE, "%s: expected HOST:PORT, or a URL",
				cli->word[0]);
	answer = cli_must_ask(cli,
			      json_pack("{s:s, s:s, s:i}", "command", "why",
					"host", host, "port", (int)port),
			      CONTROL_ASK_AGENT, &status);
	if (!answer)
		return status;
	status = why_is(answer, "policy", "granted") ? CLI_OK : CLI_FAILED;
	if (cli->json)
		cli_print_json(answer);
	else
		print_why(answer);
	json_decref(answer);
	return status;
}
