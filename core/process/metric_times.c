/* SPDX-License-Identifier: BSD-2-Clause */
/* metric_times.c - how often something took how long. */
#include "process/metric_times.h"

void metric_times_add(struct metric_times *t, uint64_t us)
{
	size_t i = 0;

	while (i < METRIC_BOUNDS && (double)us > metric_bounds[i] * 1e6)
		i++;
	t->n[i]++;
	t->sum_us += us;
}

bool metric_times_is_empty(const struct metric_times *t)
{
	for (size_t i = 0; i <= METRIC_BOUNDS; i++)
		if (t->n[i])
			return false;
	return true;
}

json_t *metric_times_json(const struct metric_times *t)
{
	json_t *buckets = json_array();

	for (size_t i = 0; i <= METRIC_BOUNDS; i++)
		json_array_append_new(buckets,
				      json_integer((json_int_t)t->n[i]));
	return json_pack("{s:o, s:I}", "buckets", buckets, "sum_us",
			 (json_int_t)t->sum_us);
}
