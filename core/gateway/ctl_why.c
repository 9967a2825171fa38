/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_why.c - aditctl why: what policy says of one connection. */
#include "gateway/ctl.h"

#include "base/addr.h"
#include "policy/host.h"

#include <stdio.h>

static void line(const char *title, const json_t *value)
{
	char text[800];

	if (value && !json_is_null(value))
		printf("%-9s %s\n", title,
		       ctl_text(value, text, sizeof text));
}

static void print(const json_t *reply)
{
	char text[800];

	puts(ctl_text(json_object_get(reply, "what"), text, sizeof text));
	line("resource", json_object_get(reply, "resource"));
	line("group", json_object_get(reply, "group"));
	line("rule", json_object_get(reply, "rule"));
	line("missing", json_object_get(reply, "missing"));
	if (json_is_false(json_object_get(reply, "user_exists")))
		puts("note      the users file has no such user: nobody can log "
		     "in by this name");
}

int ctl_why(const struct ctl *ctl)
{
	char host[HOST_CAP];
	json_t *request, *reply;
	uint16_t port;
	int status;

	if (!ctl->as)
		return ctl_fail(CTL_USAGE, "why: who asks? usage: aditctl why "
				"--as USER HOST:PORT");
	if (addr_split(ctl->word[0], host, sizeof host, &port))
		return ctl_fail(CTL_USAGE, "%s is not HOST:PORT",
				ctl->word[0]);
	request = json_pack("{s:s, s:s, s:s, s:i}", "command", "why",
			    "user", ctl->as, "host", host, "port", (int)port);
	if (request && ctl->gateway)
		json_object_set_new(request, "gateway",
				    json_string(ctl->gateway));
	reply = ctl_call(ctl, request, &status);
	if (!reply)
		return status;
	/* A refusal is an answer, yet scripts want to ask "may she?". */
	status = json_is_true(json_object_get(reply, "allowed")) ? CTL_OK :
								   CTL_FAILED;
	if (ctl->json) {
		int r = ctl_print_json(reply);

		return r ? r : status;
	}
	print(reply);
	json_decref(reply);
	return status;
}
