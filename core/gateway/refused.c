/* SPDX-License-Identifier: BSD-2-Clause */
/* refused.c - the last channels that were refused, of all threads. */
#include "gateway/refused.h"

#include "frame/payload.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct refused_kept {
	time_t time;
	char gateway[LABEL_MAX], user[USER_MAX], source[64];
	char text[400];
};

static pthread_mutex_t refused_lock = PTHREAD_MUTEX_INITIALIZER;
static struct refused_kept kept[REFUSED_KEPT];
static unsigned long long noted; /* the next one's place, modulo their number */

void refused_note(const struct refused *r)
{
	struct refused_kept *k;

	pthread_mutex_lock(&refused_lock);
	k = &kept[noted++ % REFUSED_KEPT];
	k->time = time(NULL);
	snprintf(k->gateway, sizeof k->gateway, "%s", r->gateway);
	snprintf(k->user, sizeof k->user, "%s", r->user);
	snprintf(k->source, sizeof k->source, "%s", r->source);
	snprintf(k->text, sizeof k->text, "%s, %s: %s",
		 r->resource ? r->resource : "-", r->destination, r->reason);
	pthread_mutex_unlock(&refused_lock);
}

json_t *refused_json(const char *gateway)
{
	json_t *list = json_array();

	pthread_mutex_lock(&refused_lock);
	for (unsigned i = 1; i <= MIN(noted, REFUSED_KEPT); i++) {
		const struct refused_kept *k =
			&kept[(noted - i) % REFUSED_KEPT];

		if (!gateway || !strcmp(gateway, k->gateway))
			json_array_append_new(
				list, json_pack("{s:I, s:s, s:s, s:s}", "time",
						(json_int_t)k->time, "user",
						k->user, "source", k->source,
						"text", k->text));
	}
	pthread_mutex_unlock(&refused_lock);
	return json_pack("{s:o}", "refusals", list);
}
