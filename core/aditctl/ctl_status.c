/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_status.c - aditctl status: prints the state of the gateway on one
 * screen. */
#include "aditctl/ctl.h"

#include "base/human.h"
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *status_text_at(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static long long status_number_at(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

/* "title       text", in as many lines as it takes. */
static void status_say(const char *title, const char *fmt, ...) PRINTF(2, 3);
static void status_say(const char *title, const char *fmt, ...)
{
	char lead[32], text[1200], safe[2400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	snprintf(lead, sizeof lead, "%-14s ", title);
	human_wrap(lead, log_escape(safe, sizeof safe, text));
}

static const char *s_of(long long n)
{
	return n == 1 ? "" : "s";
}

/* ---- the parts ----------------------------------------------------------- */

static void say_state(const json_t *o)
{
	const char *state = status_text_at(o, "state"), *hint = "";
	char at[HUMAN_TEXT], age[HUMAN_TEXT];

	if (!strcmp(state, "draining"))
		hint = "; nobody can log in any more, aditd ends with the last "
		       "session";
	else if (!strcmp(state, "starting"))
		hint = "; there is no worker now, and nobody is served";
	status_say("state", "%s%s", state, hint);
	status_say("aditd", "%s, process %lld, since %s (%s)",
		   status_text_at(o, "version"),
		   status_number_at(o, "monitor_pid"),
		   human_time(status_number_at(o, "since"), at),
		   human_span(status_number_at(o, "uptime_s"), age));
}

static void say_configuration(const json_t *o)
{
	const json_t *c = json_object_get(o, "configuration");
	bool current = json_is_true(json_object_get(c, "current"));

	status_say(
		"configuration", "%s%s", status_text_at(c, "file"),
		current ?
			"" :
			": it or a file that it names has changed since it was "
			"read; "
			"aditctl check, then aditctl reload");
}

static void say_listeners(const json_t *o)
{
	const json_t *all = json_object_get(o, "listeners");

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *l = json_array_get(all, i);

		status_say(i ? "" : "listens at", "%s for gateway %s",
			   status_text_at(l, "address"),
			   status_text_at(l, "gateway"));
	}
}

static void say_certificates(const json_t *o)
{
	const json_t *all = json_object_get(o, "certificates");

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *c = json_array_get(all, i);
		bool valid = !strcmp(status_text_at(c, "state"), "valid");

		status_say(i ? "" : "certificates", "%s%s of gateway %s %s%s%s",
			   valid ? "" : "WARNING: ", status_text_at(c, "name"),
			   status_text_at(c, "gateway"),
			   status_text_at(c, "text"),
			   valid ? "" :
				   "; put a new one in its place, then aditctl "
				   "reload: ",
			   valid ? "" : status_text_at(c, "file"));
	}
}

static void say_pages(const json_t *o)
{
	const json_t *all = json_object_get(o, "pages");

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *p = json_array_get(all, i);

		status_say(i ? "" : "web pages", "%s of gateway %s",
			   status_text_at(p, "url"),
			   status_text_at(p, "gateway"));
	}
}

static void say_sessions(const json_t *o)
{
	long long n = status_number_at(o, "sessions");
	long long channels = status_number_at(o, "channels");
	char in[HUMAN_TEXT], out[HUMAN_TEXT], waiting[60] = "";

	if (!json_is_integer(json_object_get(o, "sessions")))
		return;
	if (status_number_at(o, "waiting"))
		snprintf(waiting, sizeof waiting,
			 ", %lld of which wait to begin",
			 status_number_at(o, "waiting"));
	status_say("sessions",
		   "%lld, %lld of them connected, with %lld channel%s%s", n,
		   status_number_at(o, "sessions_connected"), channels,
		   s_of(channels), waiting);
	status_say("room",
		   "for %lld sessions and channels together, by the limit of "
		   "descriptors; %lld are taken",
		   status_number_at(o, "places"),
		   status_number_at(o, "places_taken"));
	status_say("traffic", "%s to servers, %s from them, in these sessions",
		   human_bytes(status_number_at(o, "to_server"), in),
		   human_bytes(status_number_at(o, "to_client"), out));
}

static void say_logins(const json_t *o)
{
	const json_t *l = json_object_get(o, "logins");
	long long probes = status_number_at(o, "probes");

	status_say("logins",
		   "%lld accepted, %lld refused, %lld put off, %lld waiting",
		   status_number_at(l, "accepted"),
		   status_number_at(l, "refused"),
		   status_number_at(l, "delayed"),
		   status_number_at(l, "waiting"));
	if (probes)
		status_say("", "%lld connection%s %s no agent's", probes,
			   s_of(probes), probes == 1 ? "was" : "were");
}

static void say_warnings(const json_t *o)
{
	const json_t *all = json_object_get(o, "warnings");
	char at[HUMAN_TEXT], lead[HUMAN_TEXT + 8], safe[1200];

	if (json_array_size(all))
		puts("\nLast warnings:");
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *w = json_array_get(all, i);

		snprintf(lead, sizeof lead, "  %s  ",
			 human_time(status_number_at(w, "time"), at));
		human_wrap(lead, log_escape(safe, sizeof safe,
					    status_text_at(w, "text")));
	}
}

int ctl_status(const struct ctl *ctl)
{
	int status;
	json_t *reply = ctl_call(ctl, json_pack("{s:s}", "command", "status"),
				 &status);

	if (!reply)
		return status;
	if (ctl->json)
		return ctl_print_json(reply);
	say_state(reply);
	say_configuration(reply);
	say_listeners(reply);
	say_certificates(reply);
	say_pages(reply);
	say_sessions(reply);
	say_logins(reply);
	say_warnings(reply);
	json_decref(reply);
	return CTL_OK;
}
