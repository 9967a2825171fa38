/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_list.c - aditctl sessions, channels, stats, plugins, kick, reload and
 * drain. */
#include "aditctl/ctl.h"

#include "base/log.h"
#include "base/opt.h"

#include <stdio.h>
#include <string.h>

static const struct table_column session_columns[] = {
	{ "SESSION", "session_number", TABLE_NUMBER, false },
	{ "ID", "session", TABLE_NUMBER, true },
	{ "USER", "user", TABLE_PLAIN, false },
	{ "GATEWAY", "gateway", TABLE_PLAIN, true },
	{ "FROM", "source", TABLE_HOST, false },
	{ "STATE", "state", TABLE_PLAIN, false },
	{ "SINCE", "since", TABLE_DATE, false },
	{ "IDLE", "idle_s", TABLE_SPAN, false },
	{ "CHANNELS", "channels", TABLE_NUMBER, false },
	{ "KIB IN", "to_server", TABLE_KIB, false },
	{ "KIB OUT", "to_client", TABLE_KIB, false },
	{ "RESUMED", "resumed", TABLE_NUMBER, true },
	{ "GAP MS", "last_gap_ms", TABLE_NUMBER, true },
	{ "RTT MS", "rtt_ms", TABLE_NUMBER, true },
	{ "KEY EXCHANGE", "key_exchange", TABLE_PLAIN, true },
	{ "KIB RESENT", "resent", TABLE_KIB, true },
};

static const struct table_column channel_columns[] = {
	{ "CHANNEL", "channel", TABLE_CHANNEL, false },
	{ "USER", "user", TABLE_PLAIN, false },
	{ "RESOURCE", "resource", TABLE_PLAIN, false },
	{ "PLUGIN", "plugin", TABLE_PLAIN, true },
	{ "SOURCE", "source", TABLE_PLAIN, true },
	{ "TO", "destination", TABLE_PLAIN, false },
	{ "STATE", "state", TABLE_PLAIN, false },
	{ "SINCE", "since", TABLE_DATE, false },
	{ "IDLE", "idle_s", TABLE_SPAN, false },
	{ "KIB IN", "to_server", TABLE_KIB, false },
	{ "KIB OUT", "to_client", TABLE_KIB, false },
	{ "CLIENT ID", "client_socket_id", TABLE_NUMBER, true },
	{ "SERVER ID", "server_socket_id", TABLE_NUMBER, true },
	{ "PARENT", "parent", TABLE_NUMBER, true },
};

static const struct table_column plugin_columns[] = {
	{ "NAME", "name", TABLE_PLAIN, false },
	{ "VERSION", "version", TABLE_PLAIN, false },
	{ "WHAT IT IS", "summary", TABLE_PLAIN, false },
};

static json_t *list_request(const struct ctl *ctl, const char *command)
{
	json_t *j = json_pack("{s:s}", "command", command);

	if (j && ctl->gateway)
		json_object_set_new(j, "gateway", json_string(ctl->gateway));
	return j;
}

static int print_table(const struct ctl *ctl, const char *what,
		       const struct table_column *col, size_t n)
{
	int status;
	json_t *reply = ctl_call(ctl, list_request(ctl, what), &status);

	if (!reply)
		return status;
	if (ctl->json)
		return ctl_print_json(reply);
	table_print(col, n, json_object_get(reply, what), ctl->wide);
	if (json_is_true(json_object_get(reply, "draining")))
		puts("draining: no new sessions; aditd ends with the last one");
	json_decref(reply);
	return CTL_OK;
}

int ctl_sessions(const struct ctl *ctl)
{
	return print_table(ctl, "sessions", session_columns,
			   ARRAY_LEN(session_columns));
}

int ctl_channels(const struct ctl *ctl)
{
	return print_table(ctl, "channels", channel_columns,
			   ARRAY_LEN(channel_columns));
}

static int print_tree(const struct ctl *ctl, const char *command)
{
	int status;
	json_t *reply = ctl_call(ctl, list_request(ctl, command), &status);

	if (!reply)
		return status;
	if (ctl->json)
		return ctl_print_json(reply);
	ctl_tree(reply, 0);
	json_decref(reply);
	return CTL_OK;
}

int ctl_stats(const struct ctl *ctl)
{
	return print_tree(ctl, "stats");
}

int ctl_plugins(const struct ctl *ctl)
{
	return ctl->wide ? print_tree(ctl, "plugins") :
			   print_table(ctl, "plugins", plugin_columns,
				       ARRAY_LEN(plugin_columns));
}

int ctl_kick(const struct ctl *ctl)
{
	json_t *request = list_request(ctl, "kick"), *reply;
	json_int_t n;
	int status;

	if (request)
		json_object_set_new(request, "what", json_string(ctl->word[0]));
	reply = ctl_call(ctl, request, &status);
	if (!reply)
		return status;
	n = json_integer_value(json_object_get(reply, "kicked"));
	status = n ? CTL_OK : CTL_FAILED;
	if (ctl->json) {
		int r = ctl_print_json(reply);

		return r ? r : status;
	}
	json_decref(reply);
	if (!n)
		return ctl_fail(status,
				"%s: no user or session of this name "
				"is logged in; see aditctl sessions",
				ctl->word[0]);
	printf("%s: %" JSON_INTEGER_FORMAT " session%s ended\n", ctl->word[0],
	       n, n == 1 ? "" : "s");
	return CTL_OK;
}

int ctl_reload(const struct ctl *ctl)
{
	int status;
	json_t *reply = ctl_call(ctl, list_request(ctl, "reload"), &status);
	const json_t *warnings;
	char safe[4 * CONF_ERROR_LEN];

	if (!reply)
		return status;
	if (ctl->json)
		return ctl_print_json(reply);
	warnings = json_object_get(reply, "warnings");
	for (size_t i = 0; i < json_array_size(warnings); i++) {
		const char *w = json_string_value(json_array_get(warnings, i));

		fprintf(stderr, "%s\n",
			log_escape(safe, sizeof safe, w ? w : ""));
	}
	puts("the new configuration is in force");
	json_decref(reply);
	return CTL_OK;
}

int ctl_upgrade(const struct ctl *ctl)
{
	int status;
	json_t *request = list_request(ctl, "upgrade"), *reply;
	char version[64], why[800];
	const json_t *lost;

	if (request && ctl->force)
		json_object_set_new(request, "force", json_true());
	reply = ctl_call(ctl, request, &status);
	if (!reply)
		return status;
	if (ctl->json)
		return ctl_print_json(reply);
	lost = json_object_get(reply, "sessions_lost");
	printf("aditd %s has taken over\n",
	       table_text(json_object_get(reply, "version"), version,
			  sizeof version));
	if (lost)
		printf("the old worker and all sessions are ended, agents log "
		       "in again: %s\n",
		       table_text(lost, why, sizeof why));
	json_decref(reply);
	return CTL_OK;
}

int ctl_drain(const struct ctl *ctl)
{
	json_t *request = list_request(ctl, "drain"), *reply;
	uint32_t timeout;
	int status;

	if (ctl->timeout && opt_parse_msec(ctl->timeout, &timeout)) {
		json_decref(request);
		return ctl_fail(CTL_USAGE, "--timeout %s: write %s",
				ctl->timeout, opt_expects(OPT_MSEC));
	}
	if (request && ctl->timeout)
		json_object_set_new(request, "timeout_ms",
				    json_integer(timeout));
	reply = ctl_call(ctl, request, &status);
	if (!reply)
		return status;
	if (ctl->json)
		return ctl_print_json(reply);
	printf("draining; sessions: %" JSON_INTEGER_FORMAT
	       ", channels: %" JSON_INTEGER_FORMAT
	       "; aditd ends with the last session\n",
	       json_integer_value(json_object_get(reply, "sessions")),
	       json_integer_value(json_object_get(reply, "channels")));
	json_decref(reply);
	return CTL_OK;
}
