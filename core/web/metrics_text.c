/* SPDX-License-Identifier: BSD-2-Clause */
/* metrics_text.c - writes the numbers of a gateway as OpenMetrics, or as
 * Prometheus had it before. */
#include "web/metrics_text.h"

#include "base/err.h"
#include "process/metrics.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Larger integers have no exact double. */
#define EXACT 9007199254740992.

enum { TEXT_LINE = 2048 };

struct metrics_out {
	struct buf *to;
	enum metrics_format format;
	bool has_head; /* of the family that is being written */
	int error;
	const struct metric *family; /* the first of its rows */
};

static void metrics_put(struct metrics_out *t, const char *fmt, ...)
	PRINTF(2, 3);
static void metrics_put(struct metrics_out *t, const char *fmt, ...)
{
	char line[TEXT_LINE];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	/* A line that were cut would be a wrong one. */
	if (n < 0 || (size_t)n >= sizeof line)
		return;
	if (!t->error)
		t->error = buf_append(t->to, line, (size_t)n);
}

static const char *metrics_suffix(const struct metric *m)
{
	static const char *const suffix[] = {
		[METRIC_GAUGE] = "",
		[METRIC_COUNTER] = "_total",
		[METRIC_HISTOGRAM] = "",
		[METRIC_INFO] = "_info",
	};

	return suffix[m->type];
}

/* Prometheus names a family as its samples are named, and has no infos. */
static void metrics_head(struct metrics_out *t)
{
	static const char *const word[] = {
		[METRIC_GAUGE] = "gauge",
		[METRIC_COUNTER] = "counter",
		[METRIC_HISTOGRAM] = "histogram",
		[METRIC_INFO] = "info",
	};
	const struct metric *m = t->family;
	bool open = t->format == METRICS_OPENMETRICS;
	const char *suffix = open ? "" : metrics_suffix(m);

	metrics_put(t, "# HELP %s%s %s.\n", m->name, suffix, m->help);
	metrics_put(t, "# TYPE %s%s %s\n", m->name, suffix,
		    !open && m->type == METRIC_INFO ? "gauge" : word[m->type]);
	if (open && m->unit)
		metrics_put(t, "# UNIT %s %s\n", m->name, m->unit);
	t->has_head = true;
}

static void metrics_sample(void *ctx, const struct metric_sample *s)
{
	struct metrics_out *t = ctx;
	const char *open = *s->labels ? "{" : "", *end = *s->labels ? "}" : "";
	bool whole = fabs(s->value) < EXACT && s->value == floor(s->value);

	if (!t->has_head)
		metrics_head(t);
	metrics_put(t, "%s%s%s%s%s ", s->metric->name, s->suffix, open,
		    s->labels, end);
	metrics_put(t, whole ? "%.0f\n" : "%.9g\n", s->value);
}

int metrics_text(struct buf *to, enum metrics_format format,
		 const json_t *numbers)
{
	struct metrics_out t = { .to = to, .format = format };

	for (const struct metric *m = metrics; m->name; m++) {
		if (!metric_goes_on(m)) {
			t.family = m;
			t.has_head = false;
		}
		metric_each(m, numbers, metrics_sample, &t);
	}
	if (format == METRICS_OPENMETRICS)
		metrics_put(&t, "# EOF\n");
	return t.error;
}

/* ---- the format ---------------------------------------------------------- */

/* Both are text that either kind of reader names, so no weights (q=) are
 * compared: who understands OpenMetrics says so. */
enum metrics_format metrics_format_for(const char *accept)
{
	return accept && strcasestr(accept, "application/openmetrics-text") ?
		       METRICS_OPENMETRICS :
		       METRICS_PROMETHEUS;
}

const char *metrics_content_type(enum metrics_format format)
{
	return format == METRICS_OPENMETRICS ?
		       "application/openmetrics-text; version=1.0.0; "
		       "charset=utf-8" :
		       "text/plain; version=0.0.4; charset=utf-8";
}
