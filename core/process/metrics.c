/* SPDX-License-Identifier: BSD-2-Clause */
/* metrics.c - the one list of all numbers that a gateway tells. */
#include "process/metrics.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define GAUGE(n, f, h)                                                         \
	{                                                                      \
		.name = (n), .from = (f), .help = (h)                          \
	}
#define COUNTER(n, f, h)                                                       \
	{                                                                      \
		.name = (n), .type = METRIC_COUNTER, .from = (f), .help = (h)  \
	}
#define BYTES(n, f, h)                                                         \
	{                                                                      \
		.name = (n), .unit = "bytes", .from = (f), .help = (h)         \
	}
#define SECONDS(n, f, h)                                                       \
	{                                                                      \
		.name = (n), .unit = "seconds", .from = (f), .help = (h)       \
	}
#define AND(n, t, f, l)                                                        \
	{                                                                      \
		.name = (n), .type = (t), .from = (f), .label = (l)            \
	}

#define TIMES(n, f, h)                                                         \
	{                                                                      \
		.name = (n), .type = METRIC_HISTOGRAM, .unit = "seconds",      \
		.from = (f), .help = (h)                                       \
	}

const double metric_bounds[METRIC_BOUNDS] = {
	.001, .005, .02, .1, .25, .5, 1, 2.5, 5, 10, 60, 600, 3600,
};

const struct metric metrics[] = {
	/* the processes */
	{ "adit_build", METRIC_INFO, NULL, "version", NULL,
	  "Version of aditd, as a label" },
	SECONDS("adit_start_time_seconds", "since",
		"When aditd was started, in seconds since 1970; an upgrade is "
		"no start"),
	GAUGE("adit_ready", "ready",
	      "1 while users can log in: a worker serves, and aditd does not "
	      "drain"),
	GAUGE("adit_draining", "draining",
	      "1 after aditctl drain, when nobody can log in any more"),
	COUNTER("adit_worker_starts", "worker_starts",
		"Workers that were started; more than one without an upgrade "
		"or a reload means that a worker ended"),
	COUNTER("adit_log_lines_lost", "log_lost",
		"Lines of the log that the worker and the monitor have lost, "
		"since nobody read it or its receiver took none"),
	BYTES("adit_log_waiting_bytes", "log_waiting",
	      "Lines of the log that its receiver has not taken yet"),
	SECONDS("adit_certificate_expiry_timestamp_seconds",
		"certificates[gateway].not_after",
		"When the gateway's certificate ends, in seconds since 1970"),

	/* logins */
	{ "adit_logins", METRIC_COUNTER, NULL, "logins.accepted",
	  "result=\"accepted\"",
	  "Logins by their result; put off (delayed) are those that came while "
	  "too many others waited, or after too many wrong passwords" },
	AND("adit_logins", METRIC_COUNTER, "logins.refused",
	    "result=\"refused\""),
	AND("adit_logins", METRIC_COUNTER, "logins.delayed",
	    "result=\"delayed\""),
	TIMES("adit_login_seconds", "login_times{method}{result}",
	      "How long the gateway took for logins, without the time that "
	      "users took to answer questions, by the methods of auth that "
	      "they ended with"),
	GAUGE("adit_logins_waiting", "logins.waiting",
	      "Logins that wait for the check of their password"),
	COUNTER("adit_probes", "probes",
		"Connections that were not those of an agent"),

	/* sessions and channels */
	GAUGE("adit_sessions", "gateways{gateway}", "Sessions of users"),
	GAUGE("adit_sessions_connected", "sessions_connected",
	      "Sessions whose agent is connected now"),
	GAUGE("adit_channels", "channels",
	      "Channels, that is connections that are forwarded"),
	GAUGE("adit_channels_waiting", "waiting",
	      "Channels that wait for memory or for their turn"),
	GAUGE("adit_places", "places",
	      "Sessions and channels that the limit of descriptors has room "
	      "for"),
	GAUGE("adit_places_taken", "places_taken",
	      "Sessions and channels that count against adit_places"),
	BYTES("adit_session_memory_bytes", "memory",
	      "Memory that sessions keep for data on its way"),
	BYTES("adit_session_memory_limit_bytes", "memory_limit",
	      "The most that adit_session_memory_bytes may be"),

	COUNTER("adit_limits_reached", "limits{limit}",
		"How often each limit was reached; aditctl(8) explains them"),

	/* what went through */
	COUNTER("adit_channels_opened", "resources{resource}.opened",
		"Channels that were connected to a server of the resource"),
	COUNTER("adit_channels_failed", "resources{resource}.failed",
		"Channels that were not, whatever the reason"),
	COUNTER("adit_channels_ended", "ended{reason}",
		"Channels that have ended, by the reason; closed is an orderly "
		"end, denied a refusal by the policy"),
	{ "adit_to_server_bytes", METRIC_COUNTER, "bytes",
	  "resources{resource}.to_server", NULL,
	  "Data from applications to servers of the resource" },
	{ "adit_to_client_bytes", METRIC_COUNTER, "bytes",
	  "resources{resource}.to_client", NULL,
	  "Data from servers of the resource to applications" },
	TIMES("adit_connect_seconds", "connect",
	      "From a program's connection until its server was connected"),
	TIMES("adit_channel_seconds", "lasted",
	      "How long channels lasted that were connected"),
	{ 0 }
};

bool metric_goes_on(const struct metric *m)
{
	return !m->help;
}

/* ---- samples ------------------------------------------------------------- */

enum { LABELS_MAX = 1024, STEP_MAX = 64 };

/* A walk along `from`, with the labels that were met. */
struct metric_walk {
	const struct metric *metric;
	metric_sample_fn *each;
	void *ctx;
	char labels[LABELS_MAX];
};

static void metric_escape(char *dst, size_t cap, const char *value)
{
	size_t n = 0;

	for (; *value && n + 3 < cap; value++) {
		if (strchr("\\\"\n", *value))
			dst[n++] = '\\';
		dst[n++] = *value == '\n' ? 'n' : *value;
	}
	dst[n] = 0;
}

/* Appends name="value", and returns where the labels ended before. */
static size_t metric_label(struct metric_walk *w, const char *name, size_t len,
			   const char *value)
{
	size_t before = strlen(w->labels);
	char safe[512];

	metric_escape(safe, sizeof safe, value);
	snprintf(w->labels + before, sizeof w->labels - before, "%s%.*s=\"%s\"",
		 before ? "," : "", (int)len, name, safe);
	return before;
}

static void metric_put(struct metric_walk *w, const char *suffix, double value)
{
	const struct metric_sample s = { w->metric, w->labels, suffix, value };

	w->each(w->ctx, &s);
}

static void metric_info(struct metric_walk *w, const char *version)
{
	size_t before = metric_label(w, "version", strlen("version"), version);

	metric_put(w, "_info", 1);
	w->labels[before] = 0;
}

static void metric_bucket(struct metric_walk *w, const char *le, double value)
{
	size_t before = metric_label(w, "le", strlen("le"), le);

	metric_put(w, "_bucket", value);
	w->labels[before] = 0;
}

/* Each bucket has what those before it have, too. */
static void metric_histogram(struct metric_walk *w, const json_t *o)
{
	const json_t *buckets = json_object_get(o, "buckets");
	const json_t *sum = json_object_get(o, "sum_us");
	double count = 0;
	char le[32] = "";

	if (json_array_size(buckets) != METRIC_BOUNDS + 1)
		return;
	for (size_t i = 0; i < METRIC_BOUNDS; i++) {
		count += json_number_value(json_array_get(buckets, i));
		if (metric_bounds[i] == floor(metric_bounds[i]))
			snprintf(le, sizeof le, "%.1f", metric_bounds[i]);
		else
			snprintf(le, sizeof le, "%g", metric_bounds[i]);
		metric_bucket(w, le, count);
	}
	count += json_number_value(json_array_get(buckets, METRIC_BOUNDS));
	metric_bucket(w, "+Inf", count);
	metric_put(w, "_sum", json_number_value(sum) / 1e6);
	metric_put(w, "_count", count);
}

static void metric_emit(struct metric_walk *w, const json_t *v)
{
	bool counts = w->metric->type == METRIC_COUNTER;

	if (w->metric->type == METRIC_HISTOGRAM)
		metric_histogram(w, v);
	else if (w->metric->type == METRIC_INFO && json_is_string(v))
		metric_info(w, json_string_value(v));
	else if (json_is_boolean(v))
		metric_put(w, "", json_is_true(v));
	else if (json_is_number(v))
		metric_put(w, counts ? "_total" : "", json_number_value(v));
}

static void metric_on(struct metric_walk *w, const char *from,
		      const json_t *at);

/* "[x]..." behind a list of objects. */
static void metric_list(struct metric_walk *w, const char *from,
			const json_t *list)
{
	const char *label = from + 1;
	size_t len = strcspn(label, "]"), before;
	char name[STEP_MAX];

	snprintf(name, sizeof name, "%.*s", (int)len, label);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const char *value = json_string_value(
			json_object_get(item, name));

		before = metric_label(w, label, len, value ? value : "");
		metric_on(w, label + len + 1, item);
		w->labels[before] = 0;
	}
}

/* "{x}..." behind an object whose members are alike. */
static void metric_members(struct metric_walk *w, const char *from,
			   const json_t *o)
{
	const char *label = from + 1, *key;
	size_t len = strcspn(label, "}"), before;
	json_t *v;

	/* The macro takes no const object. */
	json_object_foreach((json_t *)(uintptr_t)o, key, v)
	{
		before = metric_label(w, label, len, key);
		metric_on(w, label + len + 1, v);
		w->labels[before] = 0;
	}
}

static void metric_on(struct metric_walk *w, const char *from, const json_t *at)
{
	char step[STEP_MAX];
	size_t n;

	if (*from == '.')
		from++;
	n = strcspn(from, ".[{");
	if (!*from)
		metric_emit(w, at);
	else if (*from == '[')
		metric_list(w, from, at);
	else if (*from == '{')
		metric_members(w, from, at);
	else if (n < sizeof step) {
		snprintf(step, sizeof step, "%.*s", (int)n, from);
		metric_on(w, from + n, json_object_get(at, step));
	}
}

void metric_each(const struct metric *m, const json_t *numbers,
		 metric_sample_fn *each, void *ctx)
{
	struct metric_walk w = { .metric = m, .each = each, .ctx = ctx };

	if (m->label)
		snprintf(w.labels, sizeof w.labels, "%s", m->label);
	metric_on(&w, m->from, numbers);
}
