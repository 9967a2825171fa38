/* SPDX-License-Identifier: BSD-2-Clause */
/* login_times.c - how long the gateway took for logins. */
#include "monitor/login_times.h"

#include <stdio.h>
#include <string.h>

enum { METHODS_TEXT = 64 }; /* all of them, joined */

static const char *const result_word[LOGIN_RESULTS] = {
	[LOGIN_ACCEPTED] = "accepted",
	[LOGIN_REFUSED] = "refused",
	[LOGIN_DELAYED] = "delayed",
};

void login_times_add(struct login_times *t, unsigned set, enum login_result r,
		     uint64_t us)
{
	metric_times_add(&t->of[set % (1 << METHODS)][r], us);
}

/* "certificate and otp" */
static const char *methods_text(unsigned set, char text[METHODS_TEXT])
{
	size_t n = 0;

	text[0] = 0;
	for (unsigned m = 0; m < METHODS && n < METHODS_TEXT; m++)
		if (set & METHOD_BIT(m))
			n += (size_t)snprintf(
				text + n, METHODS_TEXT - n, "%s%s",
				n ? " and " : "",
				auth_method_str((enum auth_method)m));
	return text;
}

static json_t *results_json(const struct metric_times of[LOGIN_RESULTS])
{
	json_t *o = json_object();

	for (unsigned i = 0; i < LOGIN_RESULTS; i++)
		if (!metric_times_is_empty(&of[i]))
			json_object_set_new(o, result_word[i],
					    metric_times_json(&of[i]));
	return o;
}

json_t *login_times_json(const struct login_times *t)
{
	json_t *o = json_object(), *results;
	char text[METHODS_TEXT];

	for (unsigned set = 0; set < 1 << METHODS; set++) {
		results = results_json(t->of[set]);
		if (json_object_size(results))
			json_object_set(o, methods_text(set, text), results);
		json_decref(results);
	}
	return o;
}
