/* SPDX-License-Identifier: BSD-2-Clause */
/* guesses_file.c - what the gateway remembers of failed logins and known
 * places, in a file. */
#include "monitor/guesses.h"

#include "base/err.h"
#include "monitor/state_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEPT_MAX = 1024, /* entries of each table, the newest */
	TABLES = 6,
	/* JSON writes a character of two bytes in six. */
	ENTRY_MAX = 3 * (KNOWN_USER + KNOWN_SOURCE) + 64,
	FILE_MAX = (KNOWN_MAX + TABLES * KEPT_MAX) * ENTRY_MAX, /* bytes */
};

struct guess_table {
	const char *name;
	struct penalties *of;
};

static void tables_of(const struct guesses *g, struct guess_table all[TABLES])
{
	const struct guess_table list[TABLES] = {
		{ "known_places", g->by_pair },
		{ "clean_sources", g->by_user[LINE_CLEAN] },
		{ "others", g->by_user[LINE_OTHER] },
		{ "waits_of_sources", g->by_source },
		{ "failures_of_sources", g->sources },
		{ "failures_of_networks", g->nets },
	};

	memcpy(all, list, sizeof list);
}

/* ---- to a file ----------------------------------------------------------- */

/* A name that is not valid UTF-8 belongs to no user, and is left out. */
static void add_penalty(void *ctx, const struct penalty *p)
{
	json_t *all = ctx;

	if (json_array_size(all) >= KEPT_MAX)
		json_array_remove(all, 0);
	json_array_append_new(all,
			      json_pack("[s, i, i]", p->key, (int)p->failures,
					(int)p->wait_ms));
}

static void add_place(void *ctx, const struct known_place *p)
{
	json_array_append_new(ctx, json_pack("[s, s, I]", p->user, p->source,
					     (json_int_t)p->at));
}

static json_t *to_json(struct guesses *g, const struct guess_clock *clock)
{
	json_t *o = json_pack("{s:i, s:I}", "version", 1, "saved",
			      (json_int_t)clock->today);
	struct guess_table all[TABLES];
	json_t *places = json_array();

	tables_of(g, all);
	known_each(g->known, add_place, places);
	json_object_set_new(o, "places", places);
	for (size_t i = 0; i < TABLES; i++) {
		json_t *a = json_array();

		penalties_each(all[i].of, clock->now, add_penalty, a);
		json_object_set_new(o, all[i].name, a);
	}
	return o;
}

int guesses_save(struct guesses *g, const char *file,
		 const struct guess_clock *clock, char why[GUESS_WHY])
{
	json_t *o = to_json(g, clock);
	char *text = json_dumps(o, JSON_INDENT(1) | JSON_ENSURE_ASCII);
	int r;

	errno = ENOMEM;
	r = text ? state_file_write(file, text) : ERR_SYS;
	if (r)
		snprintf(why, GUESS_WHY, "%.300s: %s", file, strerror(errno));
	free(text);
	json_decref(o);
	return r;
}

/* ---- from a file --------------------------------------------------------- */

static uint64_t guess_number(const json_t *v, uint64_t most)
{
	json_int_t n = json_integer_value(v);

	return n < 0 ? 0 : MIN((uint64_t)n, most);
}

static void take_penalties(struct penalties *to, const json_t *list,
			   uint64_t age_ms, uint64_t now)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *a = json_array_get(list, i);
		struct penalty p = {
			.key = json_string_value(json_array_get(a, 0)),
			.failures = (unsigned)guess_number(json_array_get(a, 1),
							   1000),
			.wait_ms = (uint32_t)guess_number(json_array_get(a, 2),
							  GUESS_WAIT_MS),
			.age_ms = age_ms,
		};

		if (p.key)
			penalty_put(to, &p, now);
	}
}

static void take_places(struct known *to, const json_t *list, uint64_t today)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *a = json_array_get(list, i);
		struct known_place p = {
			.user = json_string_value(json_array_get(a, 0)),
			.source = json_string_value(json_array_get(a, 1)),
			.at = guess_number(json_array_get(a, 2), today),
		};

		if (p.user && p.source)
			known_add(to, &p);
	}
}

int guesses_load(struct guesses *g, const char *file,
		 const struct guess_clock *clock, char why[GUESS_WHY])
{
	json_t *o = state_file_read(file, FILE_MAX, why);
	struct guess_table all[TABLES];
	uint64_t saved, age_ms;

	if (!o)
		return why[0] ? ERR_INVAL : 0;
	/* Written after today: a clock was set back, and nothing got older. */
	saved = guess_number(json_object_get(o, "saved"), clock->today);
	age_ms = (clock->today - saved) * 1000;
	tables_of(g, all);
	take_places(g->known, json_object_get(o, "places"), clock->today);
	for (size_t i = 0; i < TABLES; i++)
		take_penalties(all[i].of, json_object_get(o, all[i].name),
			       age_ms, clock->now);
	json_decref(o);
	return 0;
}
