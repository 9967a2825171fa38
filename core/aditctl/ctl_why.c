/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_why.c - aditctl why: what policy says of one connection. */
#include "aditctl/ctl.h"

#include "base/human.h"
#include "resolver/dns.h"
#include "policy/zone.h"
#include "process/why.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- from a file that no aditd runs with --------------------------------- */

static void why_on_found(void *ctx, void *name,
			 const struct msg_resolved *found, uint32_t ttl_s)
{
	(void)ctx;
	(void)ttl_s;
	*(struct msg_resolved *)name = *found;
}

/* As aditd does it, but waits.  Without an answer there is no address. */
static void look_up(const char *host, struct msg_resolved *found)
{
	const struct dns_call call = { why_on_found, NULL, found };
	struct ev_loop *ev = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);

	if (!ev)
		return;
	if (!dns_init() && dns_ask(ev, host, &call))
		ev_run(ev, 0);
	ev_loop_destroy(ev);
}

static json_t *look_up_and_answer(const struct gw_conf *c,
				  const struct why_question *q)
{
	struct msg_resolved found = { .outcome = FOUND_NO_NAME };
	char host[HOST_CAP];

	/* What it has no address for, the answer says. */
	if (why_name(c, q, host))
		look_up(host, &found);
	return why_answer(c, q, &found);
}

static json_t *answer_from_file(const struct ctl *ctl, const json_t *request,
				int *status)
{
	struct gw_conf *c = ctl_conf(ctl);
	struct conf_errors e = { .file = ctl->file };
	struct why_question q;
	json_t *error, *reply = NULL;

	*status = CTL_USAGE;
	if (!c)
		return NULL;
	e.files = c->files;
	if (zones_read(c, &e)) {
		ctl_errors(&e);
		gw_conf_unref(c);
		return NULL;
	}
	error = why_read(c, request, &q);
	if (error) {
		ctl_fail(CTL_USAGE, "%s",
			 json_string_value(json_object_get(error, "error")));
	} else {
		reply = look_up_and_answer(c, &q);
		json_object_set_new(reply, "file", json_string(c->file));
	}
	json_decref(error);
	gw_conf_unref(c);
	return reply;
}

/* ---- from the one that runs ---------------------------------------------- */

static json_t *why_request(const struct ctl *ctl, const char *file)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:s}", "command", "why", "user",
			      ctl->as, "asked", ctl->word[0], "file", file);

	if (j && ctl->gateway)
		json_object_set_new(j, "gateway", json_string(ctl->gateway));
	return j;
}

/* NULL: *status is CTL_OK if no aditd runs with this file. */
static json_t *ask_running(const struct ctl *ctl, json_t *request, int *status)
{
	json_t *reply = ctl_call_if_there(ctl, json_incref(request), true,
					  status);

	if (!reply || json_object_get(reply, "allowed"))
		return reply;
	json_decref(reply);
	return NULL;
}

static json_t *why_ask(const struct ctl *ctl, json_t *request, int *status)
{
	json_t *reply = NULL;
	bool running;

	*status = CTL_OK;
	if (!ctl->offline)
		reply = ask_running(ctl, request, status);
	running = reply;
	if (!reply && !*status)
		reply = answer_from_file(ctl, request, status);
	if (reply)
		json_object_set_new(reply, "running", json_boolean(running));
	return reply;
}

/* ---- the command --------------------------------------------------------- */

static void line(const char *title, const json_t *value)
{
	char text[800], lead[16];

	snprintf(lead, sizeof lead, "%-9s ", title);
	if (value && !json_is_null(value))
		human_wrap(lead, table_text(value, text, sizeof text));
}

static void limits(const json_t *list)
{
	const json_t *text;
	size_t i;

	json_array_foreach(list, i, text) line(i ? "" : "limits", text);
}

static void print(const json_t *reply)
{
	char text[800];

	puts(table_text(json_object_get(reply, "what"), text, sizeof text));
	line("gateway", json_object_get(reply, "gateway"));
	line("resource", json_object_get(reply, "resource"));
	line("group", json_object_get(reply, "group"));
	line("rule", json_object_get(reply, "rule"));
	line("missing", json_object_get(reply, "missing"));
	line("redirect", json_object_get(reply, "redirect"));
	limits(json_object_get(reply, "limits"));
	if (json_is_false(json_object_get(reply, "user_exists")))
		puts("note      the users file has no such user: nobody can "
		     "log in by this name");
	if (json_is_true(json_object_get(reply, "user_locked")))
		puts("note      the user is locked and cannot log in; see "
		     "aditctl unlock");
	if (json_is_false(json_object_get(reply, "running")))
		printf("note      this is what %s says; no aditd that runs "
		       "with it was asked\n",
		       table_text(json_object_get(reply, "file"), text,
				  sizeof text));
}

static int report(const struct ctl *ctl, json_t *reply)
{
	/* For scripts the exit status says whether the user may connect. */
	int status = json_is_true(json_object_get(reply, "allowed")) ?
			     CTL_OK :
			     CTL_FAILED;

	if (ctl->json) {
		int r = ctl_print_json(reply);

		return r ? r : status;
	}
	print(reply);
	json_decref(reply);
	return status;
}

int ctl_why(const struct ctl *ctl)
{
	json_t *request, *reply;
	char *file;
	int status;

	if (!ctl->as)
		return ctl_fail(CTL_USAGE,
				"aditctl why needs --as USER, the user whose "
				"connection is asked about; usage: aditctl why "
				"--as USER HOST:PORT|URL|RESOURCE");
	file = ctl_path(ctl);
	if (!file)
		return CTL_USAGE;
	request = why_request(ctl, file);
	reply = why_ask(ctl, request, &status);
	json_decref(request);
	free(file);
	return reply ? report(ctl, reply) : status;
}
