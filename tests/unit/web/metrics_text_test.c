/* SPDX-License-Identifier: BSD-2-Clause */
/* metrics_text_test.c - the numbers of a gateway in the two texts. */
#include "web/metrics_text.h"

#include "suite.h"

#include <string.h>

static const char numbers[] =
	"{\"version\": \"1.2\", \"since\": 1700000000, \"ready\": true,"
	" \"draining\": false, \"worker_starts\": 2,"
	" \"logins\": {\"accepted\": 3, \"refused\": 1, \"delayed\": 0,"
	" \"waiting\": null},"
	" \"certificates\": [{\"gateway\": \"a\\\"b\\\\c\\n\","
	" \"not_after\": 4102444800},"
	" {\"gateway\": \"two\", \"not_after\": 5}],"
	" \"connect\": {\"buckets\":"
	" [2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1],"
	" \"sum_us\": 1500000}, \"lasted\": {\"buckets\": [1]},"
	" \"resources\": {\"db\": {\"opened\": 6}},"
	" \"memory\": 9007199254740993}";

/* The text, of which it says that it is one string. */
static const char *text_of(enum metrics_format format, const char *json)
{
	static struct buf b;
	json_t *o = json_loads(json, 0, NULL);

	buf_fini(&b);
	ck_assert_ptr_nonnull(o);
	ck_assert_int_eq(metrics_text(&b, format, o), 0);
	ck_assert_int_eq(buf_append(&b, "", 1), 0);
	json_decref(o);
	return (char *)buf_ptr(&b);
}

static void has(const char *text, const char *line)
{
	ck_assert_msg(strstr(text, line), "no %s in:\n%s", line, text);
}

static void has_not(const char *text, const char *what)
{
	ck_assert_msg(!strstr(text, what), "%s in:\n%s", what, text);
}

START_TEST(open_metrics)
{
	const char *t = text_of(METRICS_OPENMETRICS, numbers);
	size_t n = strlen(t);

	has(t, "# TYPE adit_build info\n");
	has(t, "\nadit_build_info{version=\"1.2\"} 1\n");
	has(t, "# TYPE adit_worker_starts counter\n");
	has(t, "\nadit_worker_starts_total 2\n");
	has(t, "\nadit_ready 1\n");
	has(t, "# TYPE adit_connect_seconds histogram\n"
	       "# UNIT adit_connect_seconds seconds\n"
	       "adit_connect_seconds_bucket{le=\"0.001\"} 2\n"
	       "adit_connect_seconds_bucket{le=\"0.005\"} 2\n");
	has(t, "adit_connect_seconds_bucket{le=\"3600.0\"} 3\n"
	       "adit_connect_seconds_bucket{le=\"+Inf\"} 4\n"
	       "adit_connect_seconds_sum 1.5\n"
	       "adit_connect_seconds_count 4\n");
	has(t, "adit_channels_opened_total{resource=\"db\"} 6\n");
	has(t, "\nadit_draining 0\n");
	has(t, "# UNIT adit_start_time_seconds seconds\n");
	has(t, "\nadit_start_time_seconds 1700000000\n");
	ck_assert_str_eq(t + n - 6, "# EOF\n");
}
END_TEST

START_TEST(prometheus)
{
	const char *t = text_of(METRICS_PROMETHEUS, numbers);

	has(t, "# TYPE adit_build_info gauge\n");
	has(t, "# TYPE adit_worker_starts_total counter\n");
	has(t, "# HELP adit_worker_starts_total ");
	has(t, "\nadit_worker_starts_total 2\n");
	has_not(t, "# UNIT");
	has_not(t, "# EOF");
}
END_TEST

/* One head for all rows of a name, and none where nothing is known. */
START_TEST(families)
{
	const char *t = text_of(METRICS_OPENMETRICS, numbers);
	const char *head = strstr(t, "# TYPE adit_logins counter");

	ck_assert_ptr_nonnull(head);
	ck_assert_ptr_null(strstr(head + 1, "# TYPE adit_logins counter"));
	has(t, "\nadit_logins_total{result=\"accepted\"} 3\n"
	       "adit_logins_total{result=\"refused\"} 1\n"
	       "adit_logins_total{result=\"delayed\"} 0\n");
	has_not(t, "adit_logins_waiting");
	has_not(t, "adit_sessions");
}
END_TEST

START_TEST(labels_are_escaped)
{
	const char *t = text_of(METRICS_OPENMETRICS, numbers);

	has(t, "adit_certificate_expiry_timestamp_seconds"
	       "{gateway=\"a\\\"b\\\\c\\n\"} 4102444800\n"
	       "adit_certificate_expiry_timestamp_seconds"
	       "{gateway=\"two\"} 5\n");
}
END_TEST

START_TEST(nothing_is_known)
{
	ck_assert_str_eq(text_of(METRICS_OPENMETRICS, "{}"), "# EOF\n");
	ck_assert_str_eq(text_of(METRICS_PROMETHEUS, "{}"), "");
	ck_assert_str_eq(text_of(METRICS_PROMETHEUS,
				 "{\"sessions\": \"x\", \"logins\": 3,"
				 " \"certificates\": {\"gateway\": 1}}"),
			 "");
}
END_TEST

START_TEST(who_accepts_what)
{
	static const char scraper[] =
		"application/openmetrics-text;version=1.0.0;q=0.5,"
		"text/plain;version=0.0.4;q=0.3,*/*;q=0.1";

	ck_assert_int_eq(metrics_format_for(NULL), METRICS_PROMETHEUS);
	ck_assert_int_eq(metrics_format_for("*/*"), METRICS_PROMETHEUS);
	ck_assert_int_eq(metrics_format_for(scraper), METRICS_OPENMETRICS);
	ck_assert_int_eq(metrics_format_for("Application/OpenMetrics-Text"),
			 METRICS_OPENMETRICS);
	ck_assert_ptr_nonnull(strstr(metrics_content_type(METRICS_OPENMETRICS),
				     "version=1.0.0"));
	ck_assert_ptr_nonnull(strstr(metrics_content_type(METRICS_PROMETHEUS),
				     "version=0.0.4"));
}
END_TEST

SUITE("metrics_text", open_metrics, prometheus, families, labels_are_escaped,
      nothing_is_known, who_accepts_what)
