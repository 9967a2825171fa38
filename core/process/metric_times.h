/* SPDX-License-Identifier: BSD-2-Clause */
/* metric_times.h - how often something took how long: the numbers of one
 * histogram of metrics.h. */
#ifndef ADIT_PROCESS_METRIC_TIMES_H
#define ADIT_PROCESS_METRIC_TIMES_H

#include "process/metrics.h"

#include <stdint.h>

/* All zero: nothing was counted yet. */
struct metric_times {
	uint64_t n[METRIC_BOUNDS + 1]; /* by metric_bounds, and beyond */
	uint64_t sum_us;
};

void metric_times_add(struct metric_times *, uint64_t us);
bool metric_times_is_empty(const struct metric_times *);
/* As metrics.h has histograms; the caller's. */
json_t *metric_times_json(const struct metric_times *);

#endif
