/* SPDX-License-Identifier: BSD-2-Clause */
/* warnings.c - the last warnings of the log, for aditctl status. */
#include "process/warnings.h"

#include "base/log.h"

json_t *warnings_json(void)
{
	struct log_kept last[LOG_KEPT];
	size_t n = log_last(last);
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			all, json_pack("{s:I, s:s, s:s}", "time",
				       (json_int_t)last[i].time, "level",
				       last[i].level == LOG_ERROR ? "error" :
								    "warning",
				       "text", last[i].text));
	return all;
}

static json_int_t time_of(const json_t *all, size_t i)
{
	return json_integer_value(
		json_object_get(json_array_get(all, i), "time"));
}

json_t *warnings_join(json_t *a, const json_t *b)
{
	size_t i = json_array_size(a), k = json_array_size(b);
	json_t *all = json_array();

	/* From the end, until there are enough. */
	while (i + k && json_array_size(all) < LOG_KEPT) {
		bool of_a = !k || (i && time_of(a, i - 1) >= time_of(b, k - 1));
		json_t *last = of_a ? json_array_get(a, --i) :
				      json_array_get(b, --k);

		json_array_insert(all, 0, last);
	}
	json_decref(a);
	return all;
}
