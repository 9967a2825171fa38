/* SPDX-License-Identifier: BSD-2-Clause */
/* aditctl_fuzz.c - both ends of the gateway's control socket.
 *
 * The first byte is "?" for a line that aditd gets; else what follows is the JSON
 * that aditctl gets and prints for people, without a byte that a terminal obeys. */
#include "aditctl/ctl.h"
#include "control/control_server.h"
#include "process/why.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NEED(what)                                                             \
	do {                                                                   \
		if (!(what))                                                   \
			__builtin_trap();                                      \
	} while (0)

static const char text[] =
	"[server]\n"
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
	"private_key = k\nusers = users\ngroups = all\n"
	"[resource echo]\nhost = echo.example, 127.0.0.2\nport = 7\n"
	"[resource any]\nhost = any\nport = 7\nallow = 0.0.0.0/0\n"
	"[group all]\nusers = alice\nresources = echo, any\n";

static const struct table_column columns[] = {
	{ "USER", "user", TABLE_PLAIN, false },
	{ "NUMBER", "number", TABLE_NUMBER, false },
	{ "KIB", "bytes", TABLE_KIB, false },
	{ "SINCE", "since", TABLE_DATE, false },
	{ "IDLE", "idle", TABLE_SPAN, true },
	{ "FROM", "source", TABLE_HOST, false },
	{ "CHANNEL", "channel", TABLE_CHANNEL, false },
};

static const struct gw_conf *conf(void)
{
	static struct gw_conf *c;
	static struct conf_errors e = { .file = "/nowhere/aditd.ini" };

	if (!c)
		c = gw_conf_parse(text, strlen(text), &e, NULL);
	NEED(c);
	return c;
}

/* {"error": text}, or an answer. */
static void end(json_t *reply)
{
	NEED(json_is_object(reply));
	json_decref(reply);
}

static void why(const json_t *request)
{
	struct msg_resolved found = { .outcome = FOUND_NO_NAME };
	struct why_question q;
	char host[HOST_CAP];
	json_t *error = why_read(conf(), request, &q);

	if (error) {
		end(error);
		return;
	}
	if (why_name(conf(), &q, host))
		NEED(memchr(host, 0, sizeof host));
	end(why_answer(conf(), &q, &found));
}

static void ask(const uint8_t *p, size_t n)
{
	char reason[256] = "";
	json_t *request = control_server_parse(p, n, reason, sizeof reason);

	if (!request) {
		NEED(reason[0] || !memchr(p, '\n', n));
		return;
	}
	NEED(json_is_object(request));
	why(request);
	json_decref(request);
}

static void print(const json_t *answer)
{
	static char out[1 << 16];
	FILE *before = stdout;
	size_t n;

	stdout = fmemopen(out, sizeof out, "w");
	NEED(stdout);
	if (json_is_array(answer))
		table_print(columns, ARRAY_LEN(columns), answer, false);
	else
		ctl_tree(answer, 0);
	fflush(stdout);
	n = (size_t)ftell(stdout);
	fclose(stdout);
	stdout = before;
	for (size_t i = 0; i < n && i < sizeof out; i++)
		NEED(out[i] == '\n' ||
		     ((unsigned char)out[i] >= ' ' && out[i] != 0x7f));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *answer;

	if (!size)
		return 0;
	if (data[0] == '?') {
		ask(data + 1, size - 1);
		return 0;
	}
	answer = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES,
			    NULL);
	if (answer)
		print(answer);
	json_decref(answer);
	return 0;
}
