/* SPDX-License-Identifier: BSD-2-Clause */
/* metrics.h - the one list of all numbers that a gateway tells: their names,
 * units and meanings, for monitoring, for aditctl stats and for the manual.
 *
 * The numbers themselves are in the JSON object that worker and monitor make
 * (aditctl stats --json).  `from` says where:
 *
 *   a.b          member b of member a
 *   a[x].b       a is a list of objects: one sample for each, with the label x,
 *                whose value is the object's member x
 *   a{x}.b       a is an object of objects: one sample for each, with the label
 *                x, whose value is the name of the member
 *   a{x}         the same with numbers
 *
 * A histogram is an object: `buckets`, a list of numbers, and `sum_us`, all
 * times together in microseconds.
 *
 * Labels are bounded: gateways, resources and reasons of the configuration and
 * the code.  Never users: each would be a series for ever in the monitoring
 * system, and who works when is nobody's business there. */
#ifndef ADIT_PROCESS_METRICS_H
#define ADIT_PROCESS_METRICS_H

#include "base/defs.h"

#include <jansson.h>
#include <stdbool.h>

enum metric_type {
	METRIC_GAUGE,   /* goes up and down */
	METRIC_COUNTER, /* goes up, from 0; its sample is NAME_total */
	/* How often something took how long.  Its samples are NAME_bucket, by
	 * metric_bounds, NAME_sum and NAME_count. */
	METRIC_HISTOGRAM,
	METRIC_INFO, /* 1, with a text as label; its sample is NAME_info */
};

/* Upper bounds of the buckets of each histogram, in seconds; one more bucket
 * has what is beyond. */
enum { METRIC_BOUNDS = 13 };
extern const double metric_bounds[METRIC_BOUNDS];

struct metric {
	const char *name; /* without _total or _info; a unit is its end */
	enum metric_type type;
	const char *unit; /* "bytes", "seconds"; NULL: it counts things */
	const char *from; /* as above; INFO: of the text */
	/* Beside the labels of `from`: name="value".  Rows that differ here
	 * alone stand together, and have name, type, unit and help in the
	 * first. */
	const char *label;
	const char *help; /* a sentence without its period */
};

/* Ends with a row without a name. */
extern const struct metric metrics[];

/* One sample.  `labels` is ready to stand between braces, escaped; "" if there
 * are none.  A boolean is 0 or 1. */
struct metric_sample {
	const struct metric *metric;
	const char *labels;
	const char *suffix; /* behind the name: "_total", "_bucket" ... */
	double value;
};
typedef void metric_sample_fn(void *ctx, const struct metric_sample *);
/* Calls `each` for all samples of one row that `numbers` has; what is missing
 * or null there has none. */
void metric_each(const struct metric *, const json_t *numbers,
		 metric_sample_fn *each, void *ctx);

/* Whether the row goes on with the name of the row before it. */
bool metric_goes_on(const struct metric *);

#endif
